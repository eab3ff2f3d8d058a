"""A price list in shorthand written out: «Ж. стр. кор.» is «женская стрижка короткие»."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import beauty, morph
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.understand.wordlist import ordered, words

# The words of price lists, the likelier of one beginning first.
_TRADE = ordered(
    """
    стрижка женская мужская детская модельная машинкой насадка короткие короткая длинные длинная
    средние средняя любая окрашивание окантовка корни мелирование тонирование укладка прическа
    вечерняя свадебная химическая завивка кератиновое выпрямление ламинирование волос восстановление
    уход утюжок плойка брашинг осветление сложное голова борода бритье оформление моделирование камуфляж
    маникюр педикюр покрытие классический аппаратный комбинированный комбинированная наращивание
    ногтей дизайн френч укрепление ремонт пальчики стопы парафинотерапия японский мужской снятие
    бровей ресниц краска хна объем долговременная перманент архитектура
    шугаринг воск лазерная эпиляция депиляция глубокое классическое тотальное бикини подмышки голени
    бедра ноги руки полностью верхняя нижняя губа лицо спина живот ягодицы комплекс зона
    массаж общий спины шейный воротниковая антицеллюлитный лимфодренажный расслабляющий
    спортивный лечебный медовый баночный прессотерапия обертывание шоколадное водоросли скраб
    чистка ультразвуковая механическая атравматическая пилинг миндальный биоревитализация
    мезотерапия ботокс ботулинотерапия межбровье лифтинг консультация врача косметолога альгинатная
    маска контурная пластика плазмотерапия увеличение терапия первичная повторная взрослый
    подросток карбоновый фотоомоложение микротоки криотерапия солярий абонемент
    коррекция всесезонный колена вечерний дневной макияж прокол ушей тату гигиенический экспресс шеллак
    """
)
# Too short to be looked up by their beginning, or something else than the first word they begin.
_FIXED = {
    "ж": "женская", "м": "мужская", "дев": "девочки", "мал": "мальчики", "пенс": "пенсионерам",
    "бр": "бровей", "сп": "спины", "лиц": "лица", "гл": "глубокое", "кл": "классический", "ср": "средние",
    "дл": "длинные", "мод": "модельная", "сн": "снятие", "ног": "ногтей", "вол": "волос", "рес": "ресниц",
    "общ": "общий", "апп": "аппаратный", "в": "верхняя", "рук": "руки", "верх": "верхняя",
    "лим": "лимфодренажный", "ух": "уход", "дн": "дневной", "пол": "полностью",
}  # fmt: skip
# Shortened also where no dot says so.
_PLAIN = {
    "стр": "стрижка", "окр": "окрашивание", "ман": "маникюр", "пед": "педикюр", "масс": "массаж",
    "лаз": "лазерная", "лам": "ламинирование",
}  # fmt: skip
_WHOLE = re.compile(rf"\b(?:{'|'.join(_PLAIN)})\b(?!\.| ?\d)", re.IGNORECASE)
_LATIN = re.compile(r"(?<![a-z])(man|ped)(?![a-z'])", re.IGNORECASE)
_NAILS = {"man": "маникюр", "ped": "педикюр"}
_INITIAL = re.compile(r"\s*[А-ЯЁ][а-яё]{3,}")
_MENS = re.compile("hair|cut|beard|shav|groom|barber", re.IGNORECASE)
# What a dot belongs to without shortening a word of the trade.
_UNITS = words("мин ч час руб р шт л г лет мл см ед т тыс кат зон зоны номер ул")
_DOTTED = re.compile(r"(?<![а-яёa-z])([а-яё]{1,9})\.(?:/([а-яё]{1,3})\.)?", re.IGNORECASE)
_CUT = re.compile(r"(?<![а-яёa-z-])([а-яё]{3,9})(?![а-яё.-])", re.IGNORECASE)
_SLASHED = (
    (re.compile(r"(?<![а-яё])а/ц(?![а-яё])\.?", re.IGNORECASE), "антицеллюлитный"),
    (re.compile(r"(?<![а-яё])(?:л/д|л-д)(?![а-яё])\.?", re.IGNORECASE), "лимфодренажный"),
    (re.compile(r"(?<![а-яё])ж/\s?(?=стр)", re.IGNORECASE), "женская "),
    (re.compile(r"(?<![а-яё])м/\s?(?=стр)", re.IGNORECASE), "мужская "),
)
_MENDED = re.compile(r"бров|(?<!\w)бр\.|ногт|ресн|нарощ|наращ|(?<!\w)(?:нар|рес|ног)\.")


def shorts(title: str) -> frozenset[str]:
    """The words of `title` that are shortened, by a dot or plainly."""
    found = (unify(part) for match in _DOTTED.finditer(title) for part in match.groups() if part)
    dotted = {part for part in found if _full(part, unify(title), "")}
    plain = {word for word in re.findall("[а-я]+", unify(title)) if word in _PLAIN}
    latin = set() if _MENS.search(title) else {m.lower() for m in _LATIN.findall(title)}
    return frozenset(dotted | plain | latin)


def heard(text: str, known: frozenset[str]) -> str:
    """A message with the shortened words of the salon's own titles (`known`) written out: «ман. с покр.»."""
    if not known:
        return text
    text = _dots(text, unify(text), known) if "." in text else text
    text = _LATIN.sub(lambda m: _NAILS[m[0].lower()] if m[0].lower() in known else m[0], text)
    return _WHOLE.sub(lambda m: _PLAIN[unify(m[0])] if unify(m[0]) in known else m[0], text)


def spelled(title: str) -> str:
    """`title` with its shortened words written out; as it is when none is shortened."""
    for pattern, written in _SLASHED:
        title = pattern.sub(written, title)
    if not _MENS.search(title):  # «Man + покр.», and no «Man Haircut»
        title = _LATIN.sub(lambda m: _NAILS[m[0].lower()], title)
    title = _dots(title, unify(title))

    def cut(match: re.Match[str]) -> str:
        word = unify(match.group(1))
        if word in _PLAIN:
            return _PLAIN[word]
        if morph.known(word) or beauty.concepts(word) or word in _UNITS:
            return match.group(0)
        found = [full for full in _TRADE if full.startswith(word) and len(full) > len(word) + 1]
        return found[0] if found else match.group(0)

    return " ".join(_CUT.sub(cut, title).split())


def _initial(text: str, end: int) -> bool:
    """«А. Иванова», not «Ж. Стрижка»."""
    name = _INITIAL.match(text, end)
    return name is not None and not beauty.concepts(unify(name.group().strip()))


def _dots(text: str, whole: str, known: frozenset[str] | None = None) -> str:
    def full(match: re.Match[str]) -> str:
        said = [unify(part) for part in match.groups() if part]
        parts = [_full(part, whole, match.string[: match.start()]) for part in said]
        lone = len(said[0]) == 1 and (
            _initial(text, match.end())
            or (known is not None and not _DOTTED.match(text, match.end() + 1))
        )
        if not all(parts) or lone or (known is not None and not known >= set(said)):
            return match.group(0)  # «м. Сокол» is no man, «у В. Петровой» nothing upper
        return " ".join(part for part in parts if part) + " "

    return _DOTTED.sub(full, text)


def _full(short: str, whole: str, before: str) -> str | None:
    """The word that `short` and its dot stand for in the title `whole`; `before` is what precedes it."""
    last = unify(before).split()[-1:] or [""]
    if short == "л" and re.search(r"\d$", last[0]):
        return "лет"
    if short in _UNITS:
        return None
    if short.startswith("кор") and "коррекция".startswith(short):
        return "коррекция" if _MENDED.search(whole) else "короткие"
    if short == "нар" and re.match(r"кор|сн", last[0]):
        return "наращенных"
    if short == "дл" and re.match(r"ср|до|\d|люб", last[0]):
        return "длина"
    if short in _FIXED:
        return _FIXED[short]
    return next((full for full in _TRADE if len(short) > 2 and full.startswith(short)), None)
