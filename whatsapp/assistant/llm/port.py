"""The port to a language model: a masked question goes in, a typed proposal comes out, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from whatsapp.assistant.llm.schema import Proposal


@dataclass(frozen=True, slots=True)
class Question:
    """`system` is ours and the same for all; `facts` and `talk` are JSON: what is public of the salon
    and this client's own dialogue, masked (see `facts.py`)."""

    system: str
    facts: str
    talk: str


class Model(Protocol):
    """One implementation: `whatsapp/services/llm.py`."""

    def propose(self, question: Question) -> Proposal | None:
        """None for every failure: late, broken, too dear. Raises nothing."""
        ...
