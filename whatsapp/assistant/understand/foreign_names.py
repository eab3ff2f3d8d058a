"""Masters whose names the salon writes in Latin letters: «Kate» is Катя to clients, and Кейт."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import names
from whatsapp.assistant.understand.normalise import by_ear, by_sound

_RUSSIAN = {
    "kate": "екатерина", "katie": "екатерина", "catherine": "екатерина", "ann": "анна", "anne": "анна",
    "helen": "елена", "alex": "александр", "alexander": "александр", "alexandra": "александра",
    "max": "максим", "nick": "николай", "mike": "михаил", "michael": "михаил", "paul": "павел",
    "peter": "петр", "andrew": "андрей", "george": "георгий", "eugene": "евгений", "mary": "мария",
    "julia": "юлия", "julie": "юлия", "sophie": "софия", "sophia": "софия", "victoria": "виктория",
    "vicky": "виктория", "daniel": "даниил", "dan": "даниил", "tony": "антон", "serge": "сергей",
    "kristina": "кристина", "christina": "кристина", "natalie": "наталья", "nataly": "наталья",
    "lily": "лилия", "ksenia": "ксения", "tatiana": "татьяна", "yana": "яна", "jane": "евгения",
}  # fmt: skip


def russian(word: str) -> str:
    """The name a Latin one stands for, else how it sounds; Cyrillic words as they are."""
    if not re.fullmatch("[a-z]+", word):
        return word
    heard = (by_sound(word), *by_ear(word))
    return _RUSSIAN.get(word) or next((name for name in heard if names.known_name(name)), heard[-1])


def spoken(word: str) -> tuple[str, ...]:
    """How a Latin name is said by those who read it aloud."""
    return by_ear(word) if re.fullmatch("[a-z]+", word) else ()
