"""What a question is about: who, which skill, and what the catalogue does not have («японский маникюр»)."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.understand import ranking
from whatsapp.assistant.understand.heard import Heard
from whatsapp.assistant.understand.reading import Reading


def told(frame: Frame, read: Reading, heard: Heard) -> Frame:
    """`frame` with what its questions are about."""
    frame = replace(
        frame,
        asks_who=heard.who,
        of_skill="skill" in heard.cues,
        asks_phone="contacts" in heard.cues,
        total=read.line.has("вместе|итого|всего|общ~|сумме|сложности")
        and not ("services" in frame.said & frame.guessed or _several(frame)),
        refuses=read.line.has("^ нет|неа ,|.|!|спасибо|а"),
        wears=read.line.has(_WEARS),
        whether=read.line.has(*_WHETHER) and not read.line.has(*_HOW),
    )
    return _unlisted(frame, read)


def _several(frame: Frame) -> bool:
    """One of several of a kind is wanted, nobody knows which."""
    return "services" in frame.said and bool(frame.service_options)


_WEARS = "держ~|носится|носятся|носить|проносится|хватает|хватит"
_WHETHER = (
    "делаете|стрижете|красите|наращиваете|занимаетесь|бреете|плетете|ламинируете|умеете|есть|бывает ..6 ?",
    "есть|бывает ли", "делаете|стрижете|красите ли",
)  # fmt: skip
# Asks how rather than whether.
_HOW = (
    "как|что|чем|какой|какая|какие|какими|больно|вредно|безопасно|долго|сколько|лучше|почему|отлич~|разниц~",
    "противопоказан~|гаранти~|скидк~",
)


def _unlisted(frame: Frame, read: Reading) -> Frame:
    """A deed that no title offers is unknown, and nothing else is priced for it; beside a kind that is not
    on the list what there is of it stays."""
    if frame.intent not in (Intent.PRICE, Intent.SERVICES):
        return frame
    short = [m for m in read.services.wanted if m.lacking]
    if not short:
        return frame
    words = tuple(m.words for m in short)
    deeds = [m for m in short if m.lacking & ranking.DEEDS]
    if not deeds:
        return replace(frame, unlisted=words[0])
    theirs = {item for m in deeds for item in (*m.options, *m.family)}
    others = {i for m in read.services.wanted if m not in deeds for i in (*m.options, *m.family)}
    gone = theirs - others

    def left(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(item for item in ids if item not in gone)

    return replace(
        frame, services=left(frame.services), service_family=left(frame.service_family),
        service_options=left(frame.service_options), unknown_service=deeds[0].words,
    )  # fmt: skip
