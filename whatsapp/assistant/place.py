"""What clients ask of the place itself: parking, cards, a dog. Answered in the salon's own words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum


class Place(StrEnum):
    """The values are the names of what is heard (`understand/phrases_place.py`)."""

    PARKING = "parking"
    WAY = "way"
    ENTRANCE = "entrance"
    ACCESS = "access"
    PAYING = "paying"
    INSTALMENTS = "instalments"
    PREPAYMENT = "prepayment"
    VOUCHERS = "vouchers"
    WIFI = "wifi"
    DRINKS = "drinks"
    SHOWER = "shower"
    TOILET = "toilet"
    BRINGING = "bringing"
    CHILDREN = "children"
    PETS = "pets"
    STERILITY = "sterility"
    GUARANTEE = "guarantee"
    EXAMPLES = "examples"
    EARLY = "early"
    FEE = "fee"
    MATERIALS = "materials"


# «Про … точно не знаю»: the accusative.
NAMED = {
    Place.PARKING: "парковку",
    Place.WAY: "дорогу",
    Place.ENTRANCE: "вход и этаж",
    Place.ACCESS: "лифт и пандус",
    Place.PAYING: "способы оплаты",
    Place.INSTALMENTS: "рассрочку",
    Place.PREPAYMENT: "предоплату",
    Place.VOUCHERS: "сертификаты",
    Place.WIFI: "вай-фай",
    Place.DRINKS: "кофе и чай",
    Place.SHOWER: "душ",
    Place.TOILET: "туалет",
    Place.BRINGING: "полотенце и тапочки",
    Place.CHILDREN: "визит с ребёнком",
    Place.PETS: "питомцев",
    Place.STERILITY: "стерилизацию инструментов",
    Place.GUARANTEE: "гарантию",
    Place.EXAMPLES: "примеры работ",
    Place.EARLY: "приход заранее",
    Place.FEE: "штраф за отмену",
    Place.MATERIALS: "материалы",
}
# By which words a line of the salon's own speaks of it.
_SPEAKS = {
    item: re.compile(pattern, re.IGNORECASE)
    for item, pattern in {
        Place.PARKING: r"парков|паркинг|стоянк",
        Place.WAY: r"\bметро\b|остановк|автобус|трамва|троллейбус|маршрутк|пешком|ходьбы|ориентир",
        Place.ENTRANCE: r"\bвход(а|е|ом)?\b|домофон|подъезд|\bэтаж|вывеск|\b(кабинет|офис) №? ?\d",
        Place.ACCESS: r"лифт(а|е|ом)?\b|пандус|ступен|коляск|безбарьерн|перв\w+ этаж|\b1-?\w* этаж",
        Place.PAYING: r"оплат|оплач|\bкарт(ой|ы|ам|ами)\b(?! (лояльн|клиент|гост))"
        r"|налич(н|к)|\bсбп\b|безнал|терминал",
        Place.INSTALMENTS: r"рассрочк|долями|частями|сплит|\bкредит",
        Place.PREPAYMENT: r"предоплат|\bаванс|\bдепозит",
        Place.VOUCHERS: r"сертификат|абонемент",
        Place.WIFI: r"wi-?fi|вай-?фай",
        Place.DRINKS: r"\bкофе\b|\bчай|\bчаем\b|напитк",
        Place.SHOWER: r"\bдуш(ем)?\b(?! (шарко|виши|циркуляр))|душев(ая|ой|ую|ые|ых)\b(?! атмосф)",
        Place.TOILET: r"туалет|санузел|уборн(ая|ой)",
        Place.BRINGING: r"с собой|полотен|тапоч|халат|простын|бахил|сменн\w+ (обув|одежд|бель)",
        Place.CHILDREN: r"\bс (детьми|реб[её]нком|малышом)|детск\w+ (уголок|комнат|зон)|игрушк|мультик",
        Place.PETS: r"собак|питомц|животн|кошк",
        Place.STERILITY: r"стерил|дезинф|автоклав|сухожар|крафт-?пакет|одноразов\w+ (инструм|пилк|расход)",
        Place.GUARANTEE: r"гаранти(я|и|ю|ей)\b",
        Place.EXAMPLES: r"портфолио|(пример|фото)\w* (наших )?работ|\bработы (мастер|можно|в )|наши работы"
        r"|instagram|инстаграм|vk\.com|\bвк\b|вконтакте|t\.me|телеграм",
        Place.EARLY: r"\bзаранее\b|\bпораньше\b|\bза \d+ минут|\bраньше (времени|назначен)",
        Place.FEE: r"\bштраф|неустойк",
        Place.MATERIALS: r"материал|косметик[аеойу]\b|\bкраск|красител|гель-?лак"
        r"|\bбренд|\bмарк[иа]\b",
    }.items()
}
# The same words of another thing: the masters' diplomas, a scrub with coffee.
_ELSE = {
    Place.VOUCHERS: re.compile(
        r"диплом|препарат|качеств|соответств|международн|продукци|обучени|сертифицир"
        r"|(мастер|специалист|врач)\w* .{0,40}сертификат",
        re.IGNORECASE,
    ),
    Place.DRINKS: re.compile(r"скраб|об[её]ртыв|маск[аиу]|экстракт|массаж|пилинг", re.IGNORECASE),
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
    """What the salon's own lines state of `item`; what they only praise is no answer."""
    found = (_stated(item, line) for line in about)
    return tuple(dict.fromkeys(part for part in found if part))


# Words of an advertisement: it speaks of a thing without telling whether there is one.
_PRAISE = re.compile(
    r"\bлучш|уникальн|неповторим|роскош|мечт|наслад|наслажд|окун(ит|ет)|преобра|вдохнов|незабыва"
    r"|приглаша|\bжд[её]м\b|порад(у|ов)|побалу|забудьте|забыть|подар(ок|к|ит|им|ить)|спешит|успейте|идеальн"
    r"|безупречн|волшебн|больше не |без (лишних )?(забот|хлопот|проблем|поиск)"
    r"|\bиска(ть|л)|\bпоиск|\bищ(и|у|е)|трат(ить|ьте|я)",
    re.IGNORECASE,
)
_FACT = re.compile(
    r"\bесть\b|име[ею]тся|бесплатн|платн|\bдвор|рядом|возле|напротив|перед |за домом|у входа|\bможно|\bнельзя"
    r"|\bне |\bнет\b|\bбез |принима|доступ|работа[ею]т|предоставл|предлага|предусм[ао]тр|угоща|нальём"
    r"|налива|оборуд|этаж|подъезд|\bмест|парол|₽|\bруб|\d|налич|выда|возьмите|берите|продаё?м|продаются|купить|оформ"
    r"|приход|допуск|разреш|просим|нужн|находи(тся|мся)|проход|проводи|обрабат|стерилиз|одноразов|удобн|собственн"
    r"|своя|свой|смотрите|сделали|построили|организован|обустро|пуска",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\s*[,;:()]\s+|\s+[—–-]\s+|\s*[()]\s*")
_JOINED = re.compile(
    r"(где|котор\w+|что|чтобы|если|когда|пока|а|и|но|или|чем|как|ведь)\b", re.IGNORECASE
)
_AT_HEAD = 3  # words: «Своя бесплатная парковка» is named at the head of what is said of it


def _stated(item: Place, line: str) -> str:
    """`line` when it states a fact of `item`, else that part of it which does, else nothing."""
    if not _SPEAKS[item].search(line) or line.rstrip().endswith("?"):
        return ""
    if item in _ELSE and _ELSE[item].search(line):
        return ""
    parts = [part for part in _CLAUSE.split(line) if _SPEAKS[item].search(part)] or [line]
    facts = [part for part in parts if not _PRAISE.search(part) and _is_fact(item, part)]
    if not facts:
        return ""
    if not _PRAISE.search(line):
        return line
    whole = next((p for p in facts if len(p.split()) >= _AT_HEAD and not _JOINED.match(p)), "")
    return whole[:1].upper() + whole[1:].rstrip(" .!…")


def _is_fact(item: Place, part: str) -> bool:
    head = " ".join(part.split()[:_AT_HEAD])
    return bool(_FACT.search(part) or _SPEAKS[item].search(head))
