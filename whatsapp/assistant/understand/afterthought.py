"""A service named and taken back: «на пилинг, хотя нет, давайте чистку», «поменять маникюр на педикюр»."""

from __future__ import annotations

import itertools
from dataclasses import replace

from whatsapp.assistant.understand.mention import Mention
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.wordlist import words

CUES = words(
    """
    нет ой точнее вернее лучше хотя передумал передумала ошиблась ошибся опечаталась опечатался тьфу
    погодите стоп
    """
)
_SWAPS = "поменя~|замен~|смени~|изменить|измени~|переделать|переправ~|исправ~"


def swaps(line: Line) -> bool:
    """«можно поменять маникюр на педикюр», «замените на стрижку»: another service for a visit."""
    return line.has(f"{_SWAPS} ..4 на")


def leaves_out(line: Line) -> bool:
    """«бороду не надо, оставьте только стрижку» of a visit that exists."""
    return line.has("остав~ ..1 только|лишь|одну|один|просто", "убер~|убрать ..2 из|от запис~") or (
        line.has("убер~|убрать") and line.has("остав~")
    )


def replaced(line: Line, mentions: list[Mention], taken: frozenset[int]) -> list[Mention]:
    """`mentions` in order, those that a later one takes the place of marked as rejected.

    `taken` are tokens of times: «маникюр в пять, нет, лучше в шесть, и педикюр» takes back an hour.
    """
    out = list(mentions)
    if line.has("чем ..4 лучше|хуже"):
        return out  # «чем балаяж лучше окрашивания?» compares
    for at, (left, right) in enumerate(itertools.pairwise(mentions)):
        gap = range(left.end, right.start)
        spoken = [line.tokens[i].word for i in gap]
        cue = max((i for i in gap if line.tokens[i].word in CUES), default=None)
        instead = cue is not None and not (set(range(cue, right.start)) & taken)
        instead = instead and not {"и", "если", "или", "плюс", "+"} & set(spoken)
        if instead or (spoken and spoken[-1] == "на" and len(spoken) <= 3 and swaps(line)):
            out[: at + 1] = [replace(m, rejected=True) for m in out[: at + 1]]
    return out
