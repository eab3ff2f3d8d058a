"""Whether a message says no more than yes or no, and whether it says that the client will come."""

from __future__ import annotations

from collections.abc import Sequence

from whatsapp.assistant.understand import answers
from whatsapp.assistant.understand.normalise import clean
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.tokens import tokenise


def is_yes_or_no(texts: Sequence[str]) -> bool:
    """«да», «+», «👍», «нет», «не могу»: an answer to whatever was asked, and nothing else."""
    line = _line(texts)
    found = answers.read(line)
    counted = any(token.kind == "num" for token in line.tokens)
    return found.only and not counted and (found.yes or found.no or found.heart)


def said(texts: Sequence[str]) -> bool | None:
    """The yes or the no that a message consists of; None where it says more, or neither."""
    if not is_yes_or_no(texts):
        return None
    found = answers.read(_line(texts))
    return (found.yes or found.heart) and not found.no


def is_coming(texts: Sequence[str]) -> bool:
    """«приду», «буду», «не приду»: of a visit, whatever else was asked."""
    return _line(texts).has("приду|придем|прийду|буду|будем|приеду|приедем|подъеду")


def _line(texts: Sequence[str]) -> Line:
    return Line(tokenise(clean("\n".join(texts))))
