"""What a client wrote, without what says who anybody is: numbers, addresses, names that are not masters'."""

from __future__ import annotations

import re
from collections.abc import Iterable

from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import morph, names
from whatsapp.assistant.understand.normalise import unify

# Phones, cards, passports: seven digits and more, however they are grouped.
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,3}\d){6,}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\B@\w{3,}", re.IGNORECASE)
_WORD = re.compile(r"[А-ЯЁа-яё]+(?:-[А-ЯЁа-яё]+)?|[A-Z][a-z]+")
_TAGS = frozenset({"Name", "Surn", "Patr"})


def masked(text: str, salon: SalonView) -> str:
    """`text` with «[номер]», «[почта]», «[ссылка]», «[имя]» in place of what is nobody else's business.

    Masters' names stay: they are public, and bookings are made by them.
    """
    text = _MAIL.sub("[почта]", text)
    text = _LINK.sub("[ссылка]", text)
    text = _LONG_NUMBER.sub("[номер]", text)
    public = _public(salon)
    return _WORD.sub(lambda found: _word(found.group(), public), text)


def _word(word: str, public: frozenset[str]) -> str:
    plain = unify(word)
    if plain in public or not _is_name(word, plain):
        return word
    return word if {r.lemma for r in morph.readings(plain)} & public else "[имя]"


def _is_name(word: str, plain: str) -> bool:
    """A given name as anyone writes it; a surname only when it is written as one."""
    if re.fullmatch(r"[A-Z][a-z]+", word):
        return True  # a Latin word written as a name; English is rare here
    first = next(iter(morph.readings(plain)), None)
    if word[0].isupper():
        return bool(names.known_name(plain)) or (first is not None and bool(first.tags & _TAGS))
    return bool(names.known_name(plain)) and first is not None and first.is_name


def _public(salon: SalonView) -> frozenset[str]:
    """Words that the salon itself shows to everybody."""
    shown: Iterable[str] = (
        salon.title,
        salon.address,
        *(item.name for item in salon.staff),
        *(part for item in salon.services for part in (item.title, item.category, *item.aliases)),
    )
    return frozenset(unify(word) for text in shown for word in _WORD.findall(text))
