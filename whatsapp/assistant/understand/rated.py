"""The answer to «Оцените визит от 1 до 5»: a mark, an opinion, or that there is nothing to tell of."""

from __future__ import annotations

from whatsapp.assistant.frame import Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand import answers
from whatsapp.assistant.understand.heard import Heard, Verdict

# An opinion below the middle that names no mark.
NEGATIVE_SIGNS = (
    "не ..1 очень|особо|впечатлил~|супер|айс", "^ ..1 ну такое", "могло ..1 быть ..1 лучше",
    "😡|👎|😠|🤬|😤|😞|😒|🙁|☹",
)  # fmt: skip
_OTHER = frozenset(
    ("order", "cancel", "move", "stop", "human", "price", "availability", "mine")
)  # fmt: skip
_WAS_NOT = (
    "не ..1 приходила|приходил|приходили|пришла|пришел|попала|попал|состоялось|состоялась",
    "не ..1 была|был|были .|!|,|$|у|на", "меня|нас не было",
)  # fmt: skip
_LATER = (
    "позже|потом|попозже|вечером|завтра ..1 отвечу|напишу|оценю|поставлю",
    "отвечу|напишу позже|потом|вечером",
)
_WILL_NOT = (
    "не хочу|буду|стану ..1 оценивать|отвечать|ставить",
    "без оценки|оценок|комментариев",
    "^ нет .|!|$",
)
_OPINION = (
    "^ ..2 понравилось|понравился|понравилась|довольна|доволен|довольны",
    "^ ..1 класс|огонь|бомба|красота .|!|$",
)


def answered(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """None when that was not asked, or the words are about something else."""
    if state.asked is not Asked.RATING:
        return None
    other = h.cues & _OTHER
    first = h.line.tokens[0] if h.line.tokens else None
    leads = first is not None and (
        first.kind in ("num", "nth", "date") or first.word in "⭐🌟★" or answers.rates(first.word)
    )
    if h.answer.rating is not None and (not other or leads):
        asked = {"price": Intent.PRICE, "address": Intent.ADDRESS, "hours": Intent.HOURS}
        also = tuple(i for cue, i in asked.items() if cue in h.cues and h.question)
        return Verdict(Intent.REVIEW, also=also)  # «5, а сколько стоит маникюр?»
    if other or h.when or h.question:
        return None
    if h.line.has(*_WAS_NOT) and not h.answer.rating:
        return Verdict(Intent.HUMAN, topic=Topic.ASKED, handoff=True)
    if h.line.has(*_LATER):
        return Verdict(Intent.OTHER, topic=Topic.PAUSE)
    if h.line.has(*_WILL_NOT):
        return Verdict(Intent.OTHER, declined=True)
    thumb = h.answer.yes and not h.words
    opinion = h.line.has(*_OPINION, *NEGATIVE_SIGNS)
    return Verdict(Intent.REVIEW) if h.words > 1 or h.answer.heart or thumb or opinion else None
