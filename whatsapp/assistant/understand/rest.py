"""What is left when no request was heard: thanks, greetings, reviews, small talk, spam."""

from __future__ import annotations

from whatsapp.assistant.frame import Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.understand.heard import Heard, Verdict
from whatsapp.assistant.understand.patterns import Line

# «можно вопрос?», «хочу спросить»: what it is comes next.
_MAY_ASK = ("можно|хочу|хотела|хотел ..3 вопрос|спросить|уточнить ?|$", "есть вопрос ..1 ?|$")
_SHORT = 6


def rest(h: Heard, state: DialogueState) -> Verdict:
    c = h.cues
    if h.injection:
        return Verdict(Intent.OTHER)
    for cue, topic in (
        ("spam", Topic.SPAM),
        ("payment", Topic.PAYMENT),
        ("certificate", Topic.CERTIFICATE),
        ("small_talk", Topic.SMALL_TALK),
    ):
        if cue in c:
            return Verdict(Intent.OTHER, topic=topic)
    if h.answer.pause:
        return Verdict(Intent.OTHER, topic=Topic.PAUSE)
    if "review" in c:
        return Verdict(Intent.REVIEW)
    if "thanks" in c or (h.answer.heart and not h.words):
        return Verdict(Intent.THANKS)
    if "greeting" in c and h.residue <= 2:
        return Verdict(Intent.GREETING)
    if "rude" in c:
        return Verdict(Intent.HUMAN, topic=Topic.RUDE, handoff=True)
    if h.answer.no and h.words <= 4 and state.task is not Task.NONE:
        return Verdict(Intent.OTHER, declined=True)
    if _foreign(h.line):
        return Verdict(Intent.OTHER, topic=Topic.FOREIGN)
    if h.words <= _SHORT and h.line.has(*_MAY_ASK):
        idle = state.asked is Asked.NOTHING
        return Verdict(Intent.GREETING) if idle else Verdict(Intent.OTHER, topic=Topic.PAUSE)
    if h.question and h.residue >= 1:
        return Verdict(Intent.OTHER, topic=Topic.QUESTION)
    return Verdict(Intent.OTHER)


def _foreign(line: Line) -> bool:
    """Mostly letters that are not Russian."""
    words = [
        t.word for t in line.tokens if t.kind == "word" or (t.kind == "emoji" and t.word.isalpha())
    ]
    other = [w for w in words if not any("а" <= ch <= "я" for ch in w)]
    return len(other) >= 2 and len(other) * 2 > len(words)
