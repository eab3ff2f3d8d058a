"""One service as a message names it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """One wish and what it can mean here. `chosen` is None while `options` are equally likely."""

    start: int
    end: int
    options: tuple[str, ...]
    family: tuple[str, ...]  # all services of the kind, for questions about «стрижки»
    chosen: str | None
    guessed: bool
    words: str
    rejected: bool = False
    audience: frozenset[str] = frozenset()
    lacking: frozenset[str] = (
        frozenset()
    )  # what was named and none of `options` is: a removal, «японский»
    joined: bool = False  # «с бородой», «и бороду тоже»: beside what has been said before
