"""«Нет, спасибо, я передумала», «ладно, не надо»: words that only refuse end whatever is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.state import Asked, DialogueState, Task

_NEEDED = (
    r"(надо|нужно|нужен|нужна|нужны|стоит|хочу|хотим|буду|будем|требуется|актуально|интересует)"
)
_REFUSES = (
    rf"ничего\s+(больше\s+|уже\s+)?не\s+{_NEEDED}|не\s+{_NEEDED}(\s+(ничего|уже))?|неактуально"
    r"|(пере|раз)думал[аи]?|расхотел[аи]?|забудьте|не\s+(записыва|брониру)\w+|отказываюсь|откажусь|воздержусь"
    r"|(давайте\s+)?(уже\s+)?(в\s+)?другой\s+раз|как-?нибудь\s+потом|обойдусь|дорого(вато)?|отбой"
)
# Said beside a refusal, and refuses nothing by itself.
_BESIDE = (
    r"нет|не|неа|ой|ладно|хорошо|ок|окей|ну|да|пока|уже|вс[её]|тогда|наверно(е)?|пожалуй|лучше|я|мы|мне|нам"
    r"|вас|вам|просто|спасибо|благодарю|большое|огромное|извините|простите|пожалуйста|за|беспокойство|но|и|а"
    r"|что-то|чего-то|к|сожалению|слишком|очень|для|меня|это|больше"
)
_ONLY = re.compile(rf"^\W*(?:(?:{_REFUSES}|{_BESIDE})(?:\W+|$))+$", re.IGNORECASE)
_ANY = re.compile(rf"\b(?:{_REFUSES})\b", re.IGNORECASE)
# By themselves they ask for another price, take a visit off or say nothing.
_WEAK = re.compile(r"\b(дорого(вато)?|отбой)\b", re.IGNORECASE)
_NO = re.compile(r"^\W*(нет|не|неа|спасибо|ладно)\b", re.IGNORECASE)
_NOT_BACK = re.compile(
    r"\bне\s+(?:надо\s+|нужно\s+)?(?:возвраща|верн|восстан)\w+|\b(?:возвраща|восстан)\w+\s+не\s+(?:надо|нужно)\b",
    re.IGNORECASE,
)
# «Не актуально» of a visit that is to be taken off would agree to it.
_OF_THE_VISIT = re.compile(r"\bне\s?актуально\b|\bотбой\b", re.IGNORECASE)
# Right after a booking it is the visit that is not wanted, and not one more thing.
_THE_VISIT = re.compile(
    r"\b((пере|раз)думал|расхотел|отбой|забудьте|не\s?актуальн|не\s+(надо|нужно|буду|хочу|записыва\w+|брониру\w+))",
    re.I,
)
_NOTHING_ELSE = re.compile(r"\b(ничего|больше|спасибо|благодарю|дорого)\b", re.IGNORECASE)
_LEFT_TO_OTHERS = (Asked.ATTEND, Asked.RATING)


def heard(frame: Frame, texts: Sequence[str], state: DialogueState) -> Frame | None:
    """`frame` as a refusal of what is asked; None where it says anything else."""
    text = " ".join(texts)
    if state.asked in _LEFT_TO_OTHERS or "?" in text or frame.intent is Intent.STOP:
        return None
    if not (state.undoing and _NOT_BACK.search(text)) and not _refuses(text, state):
        return None
    if state.asked is Asked.NOTHING and state.before:
        return None  # what was just done may be meant to be taken back
    if state.asked is Asked.NOTHING and state.last_record is not None and _of_the_visit(text):
        # Or to be moved: that is asked.
        return replace(frame, intent=Intent.CANCEL, also=(), topic=None, said=frozenset(),
                       declined=False, booking=state.last_record, booking_options=())  # fmt: skip
    return replace(
        frame, intent=Intent.OTHER, also=(), topic=None, said=frozenset(), declined=True,
        confirmed=False, agreed=False, start=None, people=None, clarify=(), handoff=False,
        attending=None, bookings=(),
    )  # fmt: skip


def _of_the_visit(text: str) -> bool:
    changed = re.search(r"(пере|раз)думал|расхотел", text, re.IGNORECASE)
    return bool(changed or (_THE_VISIT.search(text) and not _NOTHING_ELSE.search(text)))


def _refuses(text: str, state: DialogueState) -> bool:
    if not _ONLY.match(text):
        return False
    if state.task is Task.CANCEL and _OF_THE_VISIT.search(text):
        return False
    strong = _ANY.search(_WEAK.sub(" ", text))
    if strong is not None:
        return True
    weak = _WEAK.search(text)
    asked = state.asked is not Asked.NOTHING or state.last_record is not None
    return weak is not None and (bool(_NO.match(text)) or (asked and weak.group() == "отбой"))
