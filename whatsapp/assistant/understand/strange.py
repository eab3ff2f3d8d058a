"""A procedure nobody here knows: «запишите на брекеты», «татуировки делаете?» where no such thing is done."""

from __future__ import annotations

from collections.abc import Iterable

from whatsapp.assistant.understand import beauty, morph, names
from whatsapp.assistant.understand.chunk import JOINERS
from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.timewords import code
from whatsapp.assistant.understand.wordlist import words

# What visits are «на …» and that is no procedure.
_COMMON = words(
    """
    прием сеанс визит процедура услуга запись место окно окошко время дата имя фамилия свадьба праздник
    рождение день выпускной корпоратив море отпуск мероприятие торжество юбилей фотосессия работа дом
    выезд раз минута секунда абонемент сертификат акция скидка деньга вопрос номер телефон сообщение
    звонок связь линия замена отмена подтверждение лист очередь ожидание пара человек мастер салон
    студия адрес карта сайт утро вечер сутки год вид дело здоровье выбор усмотрение предоплата такси
    ватсап вацап инстаграм телеграм интернет половина конец начало середина свидание встреча учеба
    школа тренировка обед завтрак ужин перерыв другое другой то это что все любой счет предмет будущее
    барбершоп клиника центр ресепшен стойка улица метро остановка парковка комплекс набор ближайшее
    маникюрша красота чашка кофе чай консультант помощь сайт семья компания группа
    """
)
_ORDERED = (
    "запиши~|впиши~|записаться|записать|запись|записывае~|забронир~|забронь~|попасть|приду|прийти"
    " ..3 на .",
    "хочу|можно|нужно|надо|хотел~ ..2 на .",
)
_ORDERED_AFTER = ("на . ..1 запиши~|впиши~|записаться|записать|хочу|можно|надо|нужно",)
_OFFERED = (". делаете|оказываете|проводите ?|$", "делаете ли? ..1 . ?|$")


def unknown(line: Line, taken: frozenset[int]) -> list[tuple[int, int]]:
    """Tokens start..end of each thing asked for by name; `taken` are tokens that others have read."""
    for patterns, place in ((_ORDERED, -1), (_ORDERED_AFTER, 1), (_OFFERED, None)):
        for text in patterns:
            for hit in line.in_words(pat(text)):
                span = range(hit.start, hit.end)
                at = _object(line, span if place is None else [span[place]], taken)
                if at is not None:
                    return [(at, at + 1), *_listed(line, at, taken)]
    return []


def beside(
    line: Line, taken: frozenset[int], named: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Of one list with what is known: «на виниры, брекеты и педикюр», «педикюр и виниры». `named`: spans."""
    starts = {start for start, _ in named}
    for text in _ORDERED:
        for hit in line.in_words(pat(text)):
            at = _object(line, [hit.end - 1], taken)
            found = [] if at is None else [(at, at + 1), *_listed(line, at, taken)]
            follow = found[-1][1] if found else len(line.tokens)
            joined = [t.word for t in line.tokens[follow : follow + 3]]
            if found and joined[0] in (*JOINERS, ",") and starts & {follow + 1, follow + 2}:
                return found
    if not line.has("запиши~|записаться|записать|хочу|нужн~|надо|можно"):
        return []
    out = []
    for _, end in named:
        if end < len(line.tokens) and line.tokens[end].word in ("и", "+", "плюс"):
            out += _listed(line, end - 1, taken)
    return out


def _listed(line: Line, first: int, taken: frozenset[int]) -> list[tuple[int, int]]:
    """«на брекеты, виниры и импланты»: what the same list goes on with."""
    found, i = [], first + 1
    while i < len(line.tokens) - 1 and line.tokens[i].word in (*JOINERS, ","):
        i += 1 + (line.tokens[i + 1].word == "на")
        if _object(line, range(i, min(i + 1, len(line.tokens))), taken) is None:
            break
        found.append((i, i + 1))
        i += 1
    return found


def _object(line: Line, places: Iterable[int], taken: frozenset[int]) -> int | None:
    for i in places:
        token = line.tokens[i]
        if i in taken or token.kind != "word" or len(token.word) < 4 or code(token.word):
            continue
        if beauty.concepts(token.word) or names.known_name(token.word):
            continue
        if _thing(token.word) and (morph.known(token.word) or not token.raw[:1].isupper()):
            return i
    return None


# What a sum is asked in rather than of.
_SUMS = words("цена стоимость прайс ценник расценка сумма курс программа длительность итог скидка")


def priced(word: str, features: frozenset[str]) -> bool:
    """«стразы», «френч»: a thing to be paid for that no title has; `features` of the catalogue."""
    if len(word) < 4 or code(word) or names.known_name(word) or morph.lemma(word) in _SUMS:
        return False
    known = beauty.concepts(word)
    if known:
        return not known & (features | beauty.AUDIENCE) and f"w:{morph.lemma(word)}" not in features
    return _thing(word) and f"w:{morph.lemma(word)}" not in features


def _thing(word: str) -> bool:
    """An inanimate noun in the accusative that is none of the common words."""
    if not morph.known(word) and len(word) < 6:
        return False
    best = morph.readings(word)[:1]
    return any(
        r.pos == "NOUN"
        and "inan" in r.tags
        and r.case in ("accs", "nomn")
        and r.lemma not in _COMMON
        for r in best
    )
