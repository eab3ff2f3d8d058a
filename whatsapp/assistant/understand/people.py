"""Who comes: how many, together or in turn, for whom, and what the client is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from whatsapp.assistant.understand import beauty, morph, names
from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.timewords import code
from whatsapp.assistant.understand.vocabulary import WORDS
from whatsapp.assistant.understand.wordlist import words

_RELATION = re.compile(
    r"(муж|жен)(у|а|е|ы|ем|ой)?$|подруг|подруж|подруга|мам(а|е|у|ы|ой|очк)|пап(а|е|у|ы|ой)$|отц|доч|сын|ребен|"
    r"сестр|брат(у|а|ом)?$|бабушк|дедушк|тет(я|е|ю|ей)$|дяд|племян|свекров|тещ|внук|внуч|коллег|"
    r"парн(ю|я|ем)$|друг(у|а|ом)$|дет(и|ям|ей|ьми)$|невест|крестниц|кум(а|е|у|ой)$"
)
_GROUPS = {"вдвоем": 2, "двоих": 2, "двое": 2, "двоем": 2, "втроем": 3, "троих": 3, "трое": 3, "вчетвером": 4,
           "четверых": 4, "четверо": 4, "обоих": 2, "обеих": 2, "обе": 2, "двум": 2}  # fmt: skip
_SELF = ("мне", "меня", "я", "себе", "себя", "мы", "нам", "нас")
_COMPANION = (
    "ничего не надо|нужно",
    "просто посидит|подождет|рядом",
    "ей|ему|им не надо|нужно",
    "за компанию",
    "просто со мной",
)
_PARALLEL = (
    "одновременно",
    "параллельно",
    "в одно время",
    "в одно и то же время",
    "сразу обе|двоих|вдвоем|обоих",
)
_STOP = frozenset(WORDS) | words(
    """
    да нет ок хорошо ладно спасибо привет здравствуйте можно просто никак не и а на в с у
    к мне меня я это зовут имя клиент клиентка девушка женщина мужчина пожалуйста ага угу
    салон мастер пусть будет запишите
    """
)


@dataclass(frozen=True, slots=True)
class PeopleReading:
    people: int | None = None
    parallel: bool = False
    client_name: str | None = None
    guest_name: str | None = None
    relations: tuple[str, ...] = ()
    taken: frozenset[int] = frozenset()


def read(line: Line, *, name_expected: bool, catalogue_words: frozenset[str]) -> PeopleReading:
    """`name_expected`: our last message asked for the client's name."""
    relations = {
        i: t.word for i, t in enumerate(line.tokens) if t.kind == "word" and _RELATION.match(t.word)
    }
    companion = line.has(*_COMPANION)
    people = 1 if companion else _count(line, relations)
    client, taken = _client_name(line, name_expected, catalogue_words)
    return PeopleReading(
        people=people,
        parallel=line.has(*_PARALLEL) or (line.has("вместе") and (people or 1) > 1),
        client_name=client,
        guest_name=_guest_name(line, relations),
        relations=tuple(dict.fromkeys(relations.values())),
        taken=frozenset(taken),
    )


def _count(line: Line, relations: dict[int, str]) -> int | None:
    for text in (
        "нас|на|для N:n человек~|чел|персон~?",
        "нас N:n",
        "N:n человек~|чел|персон~",
        "на N:n девушек",
    ):
        for hit in line.in_codes(pat(text)):
            count = hit.number("n")
            if (
                count
                and count <= 10
                and not (
                    text.startswith("нас|на") and hit.end - hit.start < 3 and not line.has("нас")
                )
            ):
                return count
    for hit in line.in_codes(pat("N:n|O:o запис~")):
        count = hit.number("n")
        if (
            count
            and 2 <= count <= 6
            and line.has("мне|меня|нам|нас|нужно|нужны|хотим|надо|сделайте|запишите")
        ) and (relations or line.has("на двоих")):
            return count
    for token in line.tokens:
        if token.word in _GROUPS and token.word not in ("обе", "двум"):
            return _GROUPS[token.word]
    kin = {_root(word) for word in relations.values()}
    if not kin:
        return None
    own = line.has("постричься|подстричься|стричься|покраситься|записаться ..3 и .")
    myself = own or any(t.word in _SELF for t in line.tokens)
    paired = line.has(
        "мне|меня|себе|я|мы|нам|нас ..2 и|с|со .",
        "и|с|со ..1 мне|меня|мной",
        "мне ..6 а|и|плюс ..1 .",
    )
    if myself and (own or paired or len(kin) > 1) and not _only_guest(line):
        return len(kin) + 1
    if len(kin) > 1:
        return len(kin)
    audience = {a for t in line.tokens for a in beauty.concepts(t.word) & beauty.AUDIENCE}
    return 2 if len(audience) > 1 and line.has("+|и|плюс") else None


def _only_guest(line: Line) -> bool:
    """«можно мне записать дочку»: the speaker asks, another person comes."""
    return line.has(
        "мне ..1 записать|записывать|запись", "я хочу|хотела|хотел ..1 записать|подстричь|постричь"
    )


def _root(word: str) -> str:
    return morph.lemma(word)[:3]


def _is_name(word: str, raw: str, nominative: bool = True) -> bool:
    known = names.known_name(word)
    if known:
        return not nominative or any(case == "nomn" for _, case in known)
    for reading in morph.readings(word)[:3]:
        if (
            reading.is_name
            and (not nominative or reading.case in ("nomn", ""))
            and morph.known(word)
        ):
            return True
    return False


def _client_name(
    line: Line, expected: bool, catalogue_words: frozenset[str]
) -> tuple[str | None, set[int]]:
    tokens = line.tokens
    for i, token in enumerate(tokens):
        before = tokens[i - 1].word if i else ""
        earlier = tokens[i - 2].word if i > 1 else ""
        if token.kind != "word" or token.word in _STOP or token.word in catalogue_words:
            continue
        named = (
            before == "зовут"
            or (before == "имя" and earlier in ("мое", "на", "мое", ""))
            or (before == "-" and earlier in ("зовут", "имя"))
        )
        if named and _plausible(token.word, token.raw, catalogue_words):
            return _title(line, i), set(_span(line, i))
        if before == "я" and token.raw[:1] and _is_name(token.word, token.raw):
            return _title(line, i), {i}
        if (
            before == "это"
            and _is_name(token.word, token.raw)
            and (i + 1 == len(tokens) or tokens[i + 1].kind != "word")
        ):
            return _title(line, i), {i}
    if expected:
        for i, token in enumerate(tokens[:6]):
            if token.kind == "word" and _plausible(token.word, token.raw, catalogue_words):
                return _title(line, i), set(_span(line, i))
    return None, set()


def _plausible(word: str, raw: str, catalogue_words: frozenset[str]) -> bool:
    """Could this be a person's name at all: never a service, a time, or an everyday word."""
    if (
        len(word) < 2
        or word in _STOP
        or word in catalogue_words
        or beauty.concepts(word)
        or code(word)
    ):
        return False
    if names.known_name(word) or not morph.known(word):
        return True
    readings = morph.readings(word)
    return bool(any(r.is_name or "Surn" in r.tags or "Patr" in r.tags for r in readings[:4]))


def _span(line: Line, at: int) -> range:
    """The name and the surname or patronymic after it."""
    end = at + 1
    while end < len(line.tokens) and end - at < 3:
        token = line.tokens[end]
        capital = token.kind == "word" and token.raw[:1].isupper()
        if not capital or code(token.word) or token.word in _STOP or beauty.concepts(token.word):
            break
        if not any({"Surn", "Patr", "Name"} & r.tags for r in morph.readings(token.word)[:3]):
            break
        end += 1
    return range(at, end)


def _title(line: Line, at: int) -> str:
    return " ".join(
        line.tokens[i].raw[:1].upper() + line.tokens[i].raw[1:] for i in _span(line, at)
    )


def _guest_name(line: Line, relations: dict[int, str]) -> str | None:
    """«запишите подругу Свету» -> Света."""
    for i in relations:
        if i + 1 < len(line.tokens):
            token = line.tokens[i + 1]
            known = names.known_name(token.word)
            if known and token.raw[:1].isupper():
                wanted = {r.case for r in morph.readings(line.tokens[i].word)}
                fitting = sorted(n for n, case in known if case in wanted) or sorted(
                    n for n, _ in known
                )
                return fitting[0].capitalize()
    return None
