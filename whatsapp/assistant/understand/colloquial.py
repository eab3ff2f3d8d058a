"""Spoken spellings of everyday words -> the written ones, so that every grammar knows one form."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import morph

_SPOKEN = {
    "сколько": "скока скоко скок сколька скольк скольо",
    "что": "чо че шо што",
    "когда": "када кагда кода",
    "только": "ток тока токо",
    "тоже": "тож",
    "можно": "мона можна можн моно можо",
    "надо": "нада нуна нать",
    "нужно": "нужн",
    "хочу": "хачу хч",
    "хотел": "хател",
    "хотела": "хатела",
    "пожалуйста": "пжл пжлст пож пж пжст плиз плз пжалуйста пожалста пожалуста пожалуйсто пожалусто",
    "вообще": "ваще вобще воще вапще",
    "щас": "ща щаз щяс счас",
    "сейчас": "сичас",
    "может": "мож",
    "могу": "магу",
    "очень": "оч очнь",
    "ничего": "ничо ниче",
    "конечно": "канеш конеш канешна конешно канешно кнчн",
    "нормально": "нармально",
    "хорошо": "харашо",
    "привет": "превед приветос приветули",
    "тогда": "тада",
    "тебя": "тя",
    "почему": "пачему почиму",
    "запишите": "запишыте запешите",
}
_DRAWN = re.compile(r"([аеиоуыэюя])\1+")
_STANDARD = {form: word for word, forms in _SPOKEN.items() for form in forms.split()}


def standard(word: str) -> str:
    """The written form of a unified word: «скока» -> «сколько»; other words stay as they are."""
    if _DRAWN.search(word) and not morph.known(word):
        short = _DRAWN.sub(r"\1", word)  # «даа», «спасибоо»
        return _STANDARD.get(short, short)
    return _STANDARD.get(word, word)
