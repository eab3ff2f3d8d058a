"""The answer to «Отменить запись или перенести на другой день?»: one of the two, or neither."""

from __future__ import annotations

from whatsapp.assistant.frame import Intent
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand.heard import FACTS, Heard, Verdict

# «переносить пока не буду», «отменять не хочу»: the infinitive is denied before it or behind it.
_DENIED = "пока|точно|её|ее|уже|сейчас|мне? не|незачем|некогда|некуда|рано"
_TO_MOVE = "переносить|перенести|переставить|переставлять|сдвинуть|сдвигать|перезаписаться"
_NO_MOVE = (
    f"не ..2 {_TO_MOVE}|перенос|переноса|переносите|переноси", f"{_TO_MOVE} {_DENIED}",
    "без переноса|переносов", "переноса ..1 не надо|нужно",
)  # fmt: skip
_TO_CANCEL = "отменять|отменить|отмена|отмену"
_NO_CANCEL = (f"не ..2 {_TO_CANCEL}|отмены", f"{_TO_CANCEL} {_DENIED}", "без отмены")
_KEEP = ("не отменяйте|отменяй|отмените|снимайте",)
_STAYS_AWAY = ("не ..1 приду|придем|приеду|буду|смогу|сможем",)
_CANCEL = "отмен~|снимите|сними|удалите|удали|уберите|убери"
_FIRST, _SECOND = "^ ..3 первое|первый|1 .? $", "^ ..3 второе|второй|2 .? $"
_NEITHER = "ни то ,? ни"
_MOVE = "перенес~|перенос~|переставь~|переставить|сдвин~|другой|другое"


def answered(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """None when that was not asked, or the words are no answer to it."""
    if state.asked is not Asked.CANCEL_OR_MOVE or (h.question and h.cues & FACTS):
        return None  # «а сколько стоит педикюр?» is neither
    move_denied, cancel_denied = h.line.has(*_NO_MOVE), h.line.has(*_NO_CANCEL)
    if _comes(h) or (move_denied and cancel_denied):
        return Verdict(Intent.CONFIRM_VISIT, attending=True)
    if move_denied:  # whoever does not come and moves nothing is not waited for
        return Verdict(Intent.CANCEL, confirmed=True)
    if h.line.has(*_KEEP):
        return None
    cancels, moves = h.line.has(_CANCEL), h.line.has(_MOVE) and not h.line.has(_NEITHER)
    if (
        h.wish or cancel_denied or (moves and not cancels)
    ):  # «давайте перенесём» is no «да» to the first
        return Verdict(Intent.RESCHEDULE)
    if cancels or h.line.has(_FIRST):
        return Verdict(Intent.CANCEL, confirmed=True)
    if h.line.has(_SECOND):
        return Verdict(Intent.RESCHEDULE)
    return _agreed(state) if h.answer.yes else None


def _agreed(state: DialogueState) -> Verdict:
    """«да» chooses neither of two; where taking off was not offered, it is to the other."""
    return Verdict(Intent.RESCHEDULE if state.pending is None else Intent.OTHER)


def _comes(h: Heard) -> bool:
    """«всё-таки приду»; «в субботу приду» is another day's."""
    return "coming" in h.cues and not h.wish and not h.line.has(*_STAYS_AWAY)
