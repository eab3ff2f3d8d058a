"""`.env.example` lists every environment variable that the product reads, each with its line of meaning.

Read from the sources: `env.text("NAME")` and its kin, `environ`, `.get("NAME")` on an environment,
`process.env` and the bridge's configuration, `$NAME` in shell, `${NAME}` in compose.
Tests' own variables do not count.
"""

import ast
import functools
import itertools
import re
from collections.abc import Iterator

from tests.tree import ROOT, files, texts

_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_READERS = {"text", "required", "flag", "number", "amount", "words"}
# Read, but not ours to explain.
_SYSTEM = {"PATH", "HOME", "DEBIAN_FRONTEND", "BASH_SOURCE", "SECONDS", "DJANGO_SETTINGS_MODULE"}


def test_every_variable_that_is_read_is_listed() -> None:
    assert sorted(_read() - _listed()) == []


def test_nothing_is_listed_that_nobody_reads() -> None:
    assert sorted(_listed() - _read()) == []


def test_every_variable_is_explained_in_one_line() -> None:
    lines = _example().splitlines()
    bare = [
        line
        for above, line in itertools.pairwise(lines)
        if _variable(line) and not (above.startswith("# ") and not _variable(above))
    ]

    assert bare == []
    assert len(_names_in_order()) == len(_listed()), "a variable is listed twice"


def _example() -> str:
    return (ROOT / ".env.example").read_text(encoding="utf-8")


def _variable(line: str) -> str | None:
    found = re.match(r"#?([A-Z][A-Z0-9_]*)=", line)
    return found[1] if found else None


def _names_in_order() -> list[str]:
    return [name for name in map(_variable, _example().splitlines()) if name]


def _listed() -> set[str]:
    return set(_names_in_order())


@functools.cache
def _read() -> set[str]:
    sources = [path for path in files() if not {"tests", "test"} & set(path.parts)]
    found: set[str] = set()
    for path, text in texts(sources):
        if path.suffix == ".py":
            found |= set(_python(text))
        elif path.suffix in {".ts", ".mts"}:
            found |= set(_typescript(text))
        elif path.suffix == ".yml":
            # What compose puts in by itself; `$$NAME` is for the shell inside.
            found |= set(re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]+)", text))
        elif path.suffix == ".sh" or text.startswith(("#!/bin/sh", "#!/usr/bin/env bash")):
            found |= set(_shell(text))
    return found - _SYSTEM


def _python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            receiver = node.func.value
            by_us = isinstance(receiver, ast.Name) and receiver.id == "env"
            # Any mapping: the runner reads variables from .env and from the environment alike.
            from_mapping = node.func.attr == "get" and not _is_request(receiver)
            if (by_us and node.func.attr in _READERS) or from_mapping or node.func.attr == "getenv":
                yield from _constant(node.args[0])
        if isinstance(node, ast.Subscript) and _is(node.value, "environ"):
            yield from _constant(node.slice)


def _is_request(node: ast.expr) -> bool:
    """`request.META`, also under the name `meta`: what a client sent, no environment."""
    return _is(node, "META") or (isinstance(node, ast.Name) and node.id == "meta")


def _is(node: ast.expr, attribute: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == attribute


def _constant(node: ast.expr) -> Iterator[str]:
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _NAME.fullmatch(node.value)
    ):
        yield node.value


def _typescript(source: str) -> Iterator[str]:
    yield from re.findall(r"\benv\.([A-Z][A-Z0-9_]+)", source)
    yield from re.findall(r"\benv\[['\"]([A-Z][A-Z0-9_]+)['\"]\]", source)
    # config.ts reads by name: value('X'), required('X', …), url('X', …).
    yield from re.findall(r"\b(?:value|required|url)\(\s*'([A-Z][A-Z0-9_]+)'", source)


def _shell(source: str) -> Iterator[str]:
    own = set(re.findall(r"^\s*(?:local |export )?([A-Z][A-Z0-9_]+)=", source, re.MULTILINE))
    yield from set(re.findall(r"\$\{?([A-Z][A-Z0-9_]+)", source)) - own
