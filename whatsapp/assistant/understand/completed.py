"""Words that leave out what our question named: «на следующей» to «На какой день?» is of the week."""

from __future__ import annotations

import re
from collections.abc import Sequence

from whatsapp.assistant.state import Asked, DialogueState

_DAYS = (Asked.DAY, Asked.TIME, Asked.SLOT, Asked.CONFIRM, Asked.CANCEL_OR_MOVE)
_OF_WEEK = re.compile(
    r"(\bна\s+(?:следующ|след|эт|т)(?:ей|ой)\.?)(?=\s*(?:[,!?.)]|$|пожалуйста|можно|давай|есть))",
    re.I,
)


def completed(texts: Sequence[str], state: DialogueState) -> Sequence[str]:
    """`texts` with «неделе» where only a week can be meant."""
    if state.asked not in _DAYS:
        return texts
    return [_OF_WEEK.sub(r"\1 неделе", text) for text in texts]
