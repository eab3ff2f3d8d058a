"""Haircuts called by a name of their own, and whose they are: «каре» is a woman's, «кроп» a man's."""

from __future__ import annotations

import re

from whatsapp.assistant.understand.patterns import Line

_WOMEN = re.compile("каре$|каскад|лесенк|пикси|боб$|кончик")
_MEN = re.compile("бокс(ом)?$|полубокс|кроп$|канадк|британк|андеркат|фейд|фэйд|скинф")


def whose(line: Line, start: int, end: int) -> frozenset[str]:
    """The audience that the cut named by tokens start..end tells."""
    said = [t.word for t in line.tokens[start:end]]
    if any(_WOMEN.match(word) for word in said):
        return frozenset({"women"})  # it is long hair whose ends are cut
    return frozenset({"men"} if any(_MEN.match(word) for word in said) else ())
