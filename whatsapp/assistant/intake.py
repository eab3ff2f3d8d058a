"""The messages of a turn sorted: what can be read, what is answered by other means, what needs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from whatsapp.assistant.frame import Frame
from whatsapp.assistant.state import Asked
from whatsapp.assistant.types import Incoming, Kind
from whatsapp.assistant.understand import beauty, morph, names
from whatsapp.assistant.understand.normalise import clean, unify

FALLBACK_NAME = "Клиент WhatsApp"
_FOR_PEOPLE = (Kind.IMAGE, Kind.VIDEO, Kind.DOCUMENT, Kind.LOCATION, Kind.CONTACT, Kind.POLL)
_NOTES = {
    Kind.IMAGE: "клиент прислал фото в WhatsApp",
    Kind.VIDEO: "клиент прислал видео в WhatsApp",
    Kind.DOCUMENT: "клиент прислал файл в WhatsApp",
}
_LETTERS = re.compile(r"^[А-ЯЁа-яёA-Za-z]+(?:[ -][А-ЯЁа-яёA-Za-z]+){0,2}$")
_NOT_PEOPLE = re.compile(
    r"салон|студия|магазин|ооо|ип|доставка|ремонт|мастер|админ|beauty|shop|store|office|market|любим|кот|мама$|папа$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Intake:
    """`texts` in order; `attachment` the first thing that is not text; `silent`: nothing to answer;
    `spoken`: some of the texts were dictated."""

    texts: tuple[str, ...] = ()
    attachment: Kind | None = None
    silent: bool = False
    spoken: bool = False


def read(incoming: Sequence[Incoming], *, asked: Asked) -> Intake:
    """A bare reaction is an answer only when something was asked."""
    texts = [item.text for item in incoming if item.text.strip() and item.kind is not Kind.REACTION]
    reactions = [item.text for item in incoming if item.kind is Kind.REACTION and item.text.strip()]
    other = [item.kind for item in incoming if item.kind not in (Kind.TEXT, Kind.REACTION)]
    if not texts and not other and all(item.kind is Kind.REACTION for item in incoming):
        if not reactions or asked is Asked.NOTHING:
            return Intake(silent=True)
        texts = reactions[-1:]
    if not texts and not other:
        texts = [""]
    spoken = any(item.spoken for item in incoming)
    return Intake(tuple(texts), other[0] if other else None, spoken=spoken)


def doubted(frame: Frame, intake: Intake) -> Frame:
    """«в три» and «в тринадцать» sound alike: days and hours that were dictated are asked about."""
    if not intake.spoken or not frame.said & {"day", "time"}:
        return frame
    return replace(frame, guessed=frame.guessed | {"day", "time"})


def is_for_people(kind: Kind) -> bool:
    """Pictures and files are looked at by a person; stickers and voice are asked to be written."""
    return kind in _FOR_PEOPLE


def note(kind: Kind) -> str:
    return _NOTES.get(kind, "")


def sensible_name(push_name: str | None) -> str | None:
    """The WhatsApp profile's name if it looks like a person's: «Ирина», «Ира Петрова»; else None."""
    text = " ".join(clean(push_name or "").split())
    if not 2 <= len(text) <= 40 or not _LETTERS.match(text) or _NOT_PEOPLE.search(text):
        return None
    words = unify(text).split()
    if any(beauty.concepts(word) for word in words):
        return None
    known = any(
        names.known_name(word) or any(r.is_name for r in morph.readings(word)[:3]) for word in words
    )
    latin = bool(re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)?", text))
    return text.title() if known else text if latin else None
