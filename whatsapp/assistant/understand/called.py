"""What people are called: the client, the guest they bring, the child whose age is told."""

from __future__ import annotations

from whatsapp.assistant.understand import beauty, morph, names
from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.timewords import code
from whatsapp.assistant.understand.vocabulary import WORDS
from whatsapp.assistant.understand.wordlist import words

_STOP = frozenset(WORDS) | words(
    """
    да нет ок хорошо ладно спасибо привет здравствуйте можно просто никак не и а на в с у
    к мне меня я это зовут имя клиент клиентка девушка женщина мужчина пожалуйста ага угу
    салон мастер пусть будет запишите
    """
)


_OTHERS = ("его", "ее", "их")


_BOOKS = words("запиши запишите записать запишем записываем запишу")


_CHILD_YEARS = 13
_SPEAKS = words("мне меня я у хочу хотела хотел можно запишите запиши подскажите а мы нам ваша ваш")
_CALLS = words("беспокоит пишет говорит")


def client_name(
    line: Line, expected: bool, catalogue_words: frozenset[str], masters: frozenset[int]
) -> tuple[str | None, set[int]]:
    tokens = line.tokens
    for i, token in enumerate(tokens):
        before = tokens[i - 1].word if i else ""
        earlier = tokens[i - 2].word if i > 1 else ""
        if token.kind != "word" or token.word in _STOP or token.word in catalogue_words:
            continue
        if earlier in _OTHERS and before in ("зовут", "имя", "звать"):
            continue
        named = (
            before in ("зовут", "звать")
            or (before == "имя" and earlier in ("мое", "на", ",", "|", ""))
            or (before == "-" and earlier in ("зовут", "имя"))
        )
        if named and _plausible(token.word, token.raw, catalogue_words):
            return _nominative(line, i), set(_span(line, i))
        if before == "я" and token.raw[:1] and _is_name(token.word, token.raw):
            return _title(line, i), {i}
        follow = tokens[i + 1].word if i + 1 < len(tokens) else ""
        called = before == "меня" and follow in ("зовут", "звать")
        if called and (names.known_name(token.word) or _rare(token.word, token.raw)):
            return _nominative(line, i), {i}  # «меня Зиной звать»
        if before in ("это", *_CALLS) and _is_name(token.word, token.raw) and _named_there(line, i):
            return _title(line, i), set(_span(line, i))  # «это Лена мне бы покраситься»
    introduced = _introduced(line)
    if introduced is not None:
        return _title(line, introduced.start), set(introduced)
    signature = _signature(line, masters)
    if signature is not None:
        return _title(line, signature.start), set(signature)
    if expected:
        for i, token in enumerate(tokens[:6]):
            if token.kind == "word" and _plausible(token.word, token.raw, catalogue_words):
                return _nominative(line, i), set(_span(line, i))
    return None, set()


def _rare(word: str, raw: str) -> bool:
    """«меня Алсу зовут»: a name that the tables do not have, by its capital letter."""
    return raw[:1].isupper() and not any(r.pos in _NOT_NAMES for r in morph.readings(word)[:1])


_NOT_NAMES = ("NPRO", "ADVB", "CONJ", "PREP", "PRCL", "VERB", "INFN")


def _named_there(line: Line, at: int) -> bool:
    """What follows «это Лена» speaks for her: «мне бы», «беспокоит», an end; with a patronymic, anything."""
    span = _span(line, at)
    if len(span) > 1 or span.stop == len(line.tokens) or line.tokens[span.stop].kind != "word":
        return True
    return line.tokens[span.stop].word in _SPEAKS | _CALLS


def _signature(line: Line, masters: frozenset[int]) -> range | None:
    """«…, во вторник после 15. Алла», «С уважением, Тамара Васильевна.»: a name that ends the message."""
    words = [i for i, t in enumerate(line.tokens) if t.kind not in ("punct", "emoji", "break")]
    for first in words[-2:]:
        token = line.tokens[first]
        ends = [
            t.word for t in line.tokens[:first] if t.kind != "emoji" and t.word not in ("(", ")")
        ]
        before = ends[-1] if ends else ""
        respects = before in (",", "уважением") and line.has("уважением ,? .")
        comma = before == "," and first == words[-1] and not line.has("?")  # «стрижка в 12, Олег»
        if (
            first < 5
            or first in masters
            or not (respects or comma or before in (".", "|", "!", "?"))
        ):
            continue
        if not token.raw[:1].isupper() or not names.known_name(token.word):
            continue
        span = _span(line, first)
        if span.stop == words[-1] + 1 and _is_name(token.word, token.raw):
            return span
    return None


def _introduced(line: Line) -> range | None:
    """«Наталья Иванова, на массаж»: a name with its surname at the head of the message, and then a comma."""
    for i, token in enumerate(line.tokens[:6]):
        first = i == 0 or line.tokens[i - 1].word in (".", "!", "|", ",")
        if not first or token.kind != "word" or not _is_name(token.word, token.raw):
            continue
        span = _span(line, i)
        rest = [t.word for t in line.tokens[span.stop : span.stop + 2]]
        closed = rest[:1] in ([","], ["."], ["|"]) or rest == ["на", "связи"]
        closed = closed or bool(rest and rest[0] in _CALLS)
        if len(span) > 1 and closed and token.raw[:1].isupper():
            return span
    return None


def introduces(line: Line, at: int) -> bool:
    """The word at `at` is of the full name by which the client introduces themselves."""
    return at in (_introduced(line) or ())


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


def _nominative(line: Line, at: int) -> str:
    """«меня Русланом зовут» -> Руслан, «на Петрову Ольгу» -> Петрова Ольга; any other as it was written."""
    known = names.known_name(line.tokens[at].word)
    if at and line.tokens[at - 1].word == "на":
        return " ".join(_of_accusative(line.tokens[i].word) for i in _span(line, at))
    called = sorted(name for name, case in known if case == "ablt")
    if called and not any(case == "nomn" for _, case in known) and line.has("зовут|звать|зови"):
        return called[0].capitalize()
    return _title(line, at)


def _of_accusative(word: str) -> str:
    called = sorted(name for name, case in names.known_name(word) if case == "accs")
    surname = next(
        (r for r in morph.readings(word) if r.case == "accs" and {"Surn", "Patr"} & r.tags), None
    )
    nominative = morph.inflect(word, "nomn", "sing") if surname and not called else None
    if surname and surname.gender == "femn" and word.endswith("ую"):
        nominative = word[:-2] + "ая"
    elif surname and surname.gender == "femn" and word.endswith("у"):
        nominative = word[:-1] + "а"
    return (called[0] if called else nominative or word).capitalize()


def guest_name(line: Line, relations: dict[int, str]) -> str | None:
    """«запишите подругу Свету» -> Света; «его зовут Сергей», «её Тамара зовут»; «запишите Олю»."""
    for i, token in enumerate(line.tokens):
        if is_guest(line, i):
            nominative = sorted(n for n, case in names.known_name(token.word) if case == "accs")
            return nominative[0].capitalize()
    for hit in line.in_words(pat("его|ее|их . зовут")):
        token = line.tokens[hit.start + 1]
        if _is_name(token.word, token.raw):
            return _title(line, hit.start + 1)
    for hit in line.in_words(pat("его|ее|их зовут|имя|звать .")):
        return _title(line, hit.end - 1)
    for hit in line.in_words(pat("зовут|звать его|ее|их .")):
        return _title(line, hit.end - 1)
    for i in relations:
        comma = i + 2 < len(line.tokens) and line.tokens[i + 1].word == ","
        if i + 1 < len(line.tokens):
            token = line.tokens[i + 2 if comma else i + 1]
            known = names.known_name(token.word)
            if known and token.raw[:1].isupper():
                wanted = {r.case for r in morph.readings(line.tokens[i].word)}
                fitting = sorted(n for n, case in known if case in wanted) or sorted(
                    n for n, _ in known
                )
                return fitting[0].capitalize()
    return None


def guests(line: Line) -> int | None:
    """How many of «запишите Егора (5 лет) и Соню (8)»: names in the accusative after the verb, joined."""
    verb = next((i for i, t in enumerate(line.tokens) if t.word in _BOOKS), None)
    if verb is None:
        return None
    count, since = 0, 0
    for token in line.tokens[verb + 1 :]:
        cases = (
            {case for _, case in names.known_name(token.word)} if token.kind == "word" else set()
        )
        if "accs" in cases and (token.raw[:1].isupper() or "nomn" not in cases):
            count, since = count + 1, 0
            continue
        since += 1
        if since > 7 or token.word in ("к", "ко", "у", "на", "."):
            break
    return count if count > 1 else None


def is_guest(line: Line, at: int) -> bool:
    """«запишите Олю»: whom to book, not to whom; the accusative right after the verb tells."""
    before = line.tokens[at - 1].word if at else ""
    cases = {case for _, case in names.known_name(line.tokens[at].word)}
    return before in _BOOKS and "accs" in cases and "nomn" not in cases


def child(line: Line) -> tuple[frozenset[str], str | None]:
    """(whom, name) of «Мишу 5 лет», «Алису, 6 лет»; empty when no age of a child is told."""
    for hit in line.in_codes(pat("N:n лет|год|года|годик~|годов|годку|мес")):
        years = hit.number("n") or 0
        if years > _CHILD_YEARS and line.tokens[hit.end - 1].code != "мес":
            continue
        for back, token in enumerate(reversed(line.tokens[max(0, hit.start - 7) : hit.start])):
            far = back > 2 and not any(c == "accs" for _, c in names.known_name(token.word))
            if token.kind == "word" and not far and (sex := _sex_of_name(token.word)):
                nominative = sorted(name for name, _ in names.known_name(token.word))
                called = nominative[0] if nominative else morph.lemma(token.word)
                return frozenset(("kids", sex)), called.capitalize()
        return frozenset(("kids",)), None
    return frozenset(), None


def _sex_of_name(word: str) -> str:
    genders = {names.gender_of(name) for name, _ in names.known_name(word)}
    genders |= {r.gender for r in morph.readings(word)[:2] if r.is_name and not genders}
    sexes = {{"masc": "boys", "femn": "girls"}.get(g, "") for g in genders}
    return sexes.pop() if len(sexes) == 1 else ""
