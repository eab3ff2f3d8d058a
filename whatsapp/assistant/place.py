"""What clients ask of the place itself: parking, cards, a dog. Answered in the salon's own words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum


class Place(StrEnum):
    """The values are the names of what is heard (`understand/phrases_place.py`)."""

    PARKING = "parking"
    PAYING = "paying"
    WIFI = "wifi"
    PETS = "pets"
    CHILDREN = "children"
    DRINKS = "drinks"
    ACCESS = "access"
    VOUCHERS = "vouchers"


# «Про … точно не знаю»: the accusative.
NAMED = {
    Place.PARKING: "парковку",
    Place.PAYING: "способы оплаты",
    Place.WIFI: "вай-фай",
    Place.PETS: "питомцев",
    Place.CHILDREN: "визит с ребёнком",
    Place.DRINKS: "кофе и чай",
    Place.ACCESS: "лифт и пандус",
    Place.VOUCHERS: "сертификаты",
}
# By which words a line of the salon's own speaks of it.
_SPEAKS = {
    item: re.compile(pattern, re.IGNORECASE)
    for item, pattern in {
        Place.PARKING: r"парков|паркинг|стоянк",
        Place.PAYING: r"оплат|оплач|\bкарт(ой|ы|ам|ами)\b|налич|\bсбп\b|безнал|рассрочк|терминал",
        Place.WIFI: r"wi-?fi|вай-?фай",
        Place.PETS: r"собак|питомц|животн|кошк",
        Place.CHILDREN: r"\bс (детьми|реб[её]нком|малышом)|детск\w+ (уголок|комнат|зон)|игрушк|мультик",
        Place.DRINKS: r"\bкофе\b|\bчай|\bчаем\b|напитк",
        Place.ACCESS: r"лифт\b|пандус|ступен|коляск|безбарьерн",
        Place.VOUCHERS: r"сертификат|абонемент",
    }.items()
}
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_TAG = re.compile(r"<[^>]{0,200}>")
_SPACE = re.compile(r"[^\S\n]+")
LONGEST = 300  # characters of one line


def lines(*texts: str) -> tuple[str, ...]:
    """The sentences of what the salon wrote of itself, without tags; those too long to be said left out."""
    found = (
        _SPACE.sub(" ", part).strip()
        for text in texts
        for part in _SENTENCE.split(_TAG.sub("\n", text))
    )
    return tuple(dict.fromkeys(part for part in found if part and len(part) <= LONGEST))


def told(item: Place, about: Iterable[str]) -> tuple[str, ...]:
    """Those of the salon's own lines that speak of `item`."""
    return tuple(line for line in about if _SPEAKS[item].search(line))
