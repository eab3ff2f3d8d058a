"""Which master a message names: cases, diminutives, namesakes, strangers, «к любому», «не к Тимуру»."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import called, morph, names, vocabulary
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.timewords import code
from whatsapp.assistant.understand.wordlist import words

_NOT_NAMES = words(
    """
    мастер топ стилист парикмахер барбер косметолог администратор арт директор
    """
)
_CASE_AFTER = {
    "к": {"datv"}, "ко": {"datv"}, "у": {"gent"}, "от": {"gent"}, "без": {"gent"}, "кроме": {"gent"},
    "вместо": {"gent"}, "до": {"gent"}, "для": {"gent"}, "с": {"gent", "ablt"}, "со": {"gent", "ablt"},
    "на": {"accs"}, "про": {"accs"}, "за": {"accs"}, "о": {"loct"}, "об": {"loct"}, "при": {"loct"},
    "через": {"accs"}, "мастеру": {"datv"}, "мастера": {"gent", "accs"}, "мастер": {"nomn"},
}  # fmt: skip
# Case forms of names that are first of all other words: a capital letter or «к», «у» must speak for them.
_HOMONYMS = words(
    """
    але геля гелю гелей геле веру веры вере вера слава славу света свету светы свет роман
    надежды надежду надежда любви любовь рая рае поля полю роза розу роз марта мила мило
    нате яна лев льва тома томе гена лиля лилия соня сони доля нину рус макс лина жени
    """
)
_NEVER = frozenset(["тому", "але", "том", "тоне", "тони"])
_SELF = frozenset(["я", "зовут", "имя", "меня", "мое", "это"])
_ANY = (
    "без разниц~",
    "все равно",
    "не|ни важно|принципиально",
    "неважно",
    "пофиг|пофигу|любой|любому|любого|любая",
    "кто|к ..1 свобод~",
    "какому|какой|кому|кто угодно|нибудь|есть",
    "кому-нибудь|кто-нибудь|кому-то|какому-нибудь",
    "какая разница",
    "на ваш|твой выбор|усмотрение",
)
_ANY_TIME = ("в любое", "любое время", "любой день")
_ANY_WORDS = words("любой любая любую любому любого любым любые любых")
_SAME = (
    "к|у тому|того же мастер~?",
    "тот|тому|того же мастер~",
    "мастер~ тот|то же",
    "к|у мо~ мастер~",
    "у|к кого|кому ..2 прошл~",
    "к|у нему|ней|него|нее же",
    "тому же",
    "своему|своего|моему|моего мастер~",
)


@dataclass(frozen=True, slots=True)
class StaffMention:
    """One master meant (several `options` for namesakes); tokens start..end."""

    start: int
    end: int
    options: tuple[str, ...]
    rejected: bool = False
    left: bool = False  # «с Анны на Катю»: the one that is left
    preposition: str = ""
    exact: bool = True


@dataclass(frozen=True, slots=True)
class StaffReading:
    mentions: tuple[StaffMention, ...] = ()
    any: bool = False
    same: bool = False
    another: bool = False  # «к другому мастеру»
    unknown: str | None = None
    gender: str = ""
    pronoun: bool = False
    to_pronoun: bool = False  # «к нему же», «у неё»: the master spoken of
    taken: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Person:
    id: str
    given: str
    surnames: tuple[str, ...]
    gender: str


@dataclass(frozen=True, slots=True)
class _Index:
    people: tuple[_Person, ...]
    forms: dict[str, frozenset[tuple[str, str, str]]]  # form -> {(staff id, case, the name used)}
    long_forms: tuple[str, ...]


@lru_cache(maxsize=64)
def _index(salon: SalonView) -> _Index:
    people, table = [], {}  # type: ignore[var-annotated]  # filled below
    for master in salon.staff:
        words = [w for w in re.findall(r"[а-яa-z]+", unify(master.name)) if len(w) > 1]
        words = [w for w in words if w not in _NOT_NAMES] or words or [unify(master.name)]
        given = next((w for w in words if w in names.FULL), None)
        given = given or next((w for w in words if names.known_name(w)), None)
        given = given or next(
            (w for w in words if any(r.is_name for r in morph.readings(w))), words[0]
        )
        gender = names.gender_of(given)
        rest = tuple(w for w in words if w != given and len(w) > 2)
        people.append(_Person(master.id, given, rest, gender))
        for name in names.relatives(given):
            sex = gender if name == given else names.gender_of(name) or gender
            for form, case in zip(names.forms(name, sex), names.CASES, strict=True):
                table.setdefault(form, set()).add((master.id, case, name))
    forms = {form: frozenset(found) for form, found in table.items()}
    return _Index(tuple(people), forms, tuple(sorted(f for f in forms if len(f) >= 5)))


def gender(salon: SalonView, staff_id: str) -> str:
    """«masc» or «femn» by the master's name; "" when it does not tell."""
    return next((p.gender for p in _index(salon).people if p.id == staff_id), "")


def read(line: Line, salon: SalonView, *, name_expected: bool = False) -> StaffReading:
    """`name_expected`: the client was asked for their own name, so a lone name is theirs."""
    index = _index(salon)
    mentions: list[StaffMention] = []
    unknown: str | None = None
    taken: set[int] = set()
    i = 0
    while i < len(line.tokens):
        token = line.tokens[i]
        if token.kind != "word" or i in taken:
            i += 1
            continue
        mention = _mention(line, index, i)
        if mention is not None and not _own_name(line, i, name_expected, mention.preposition):
            mentions.append(mention)
            taken |= set(range(mention.start, mention.end))
            i = mention.end
            continue
        if mention is None and unknown is None:
            unknown = _unknown(line, i, name_expected)
        i += 1
    return StaffReading(
        mentions=tuple(mentions),
        any=line.has(*_ANY) and (line.has("к любой|любому") or not line.has(*_ANY_TIME)),
        same=line.has(*_SAME),
        another=line.has("друг~ мастер~", "замени~|смени~|поменя~ мастер~", "мастера друг~"),
        unknown=None if mentions else unknown,
        gender=_gender_wish(line),
        pronoun=line.has("он|она|него|нее|нему|ней|ним|ею|их|они|них"),
        to_pronoun=line.has("к|ко|у нему|ней|него|нее"),
        taken=frozenset(taken),
    )


def _gender_wish(line: Line) -> str:
    if line.has(
        "к девушк~|женщин~",
        "девушк~ мастер~",
        "мастер~ девушк~",
        "^ девушк~|женщин~ $",
        "женщина мастер",
    ):
        return "femn"
    if line.has(
        "к парн~|мужчин~|мужик~",
        "мастер~ парен~|мужчин~",
        "^ парен~|парн~|мужчин~ $",
        "мужчина мастер",
    ):
        return "masc"
    return ""


def _mention(line: Line, index: _Index, at: int) -> StaffMention | None:
    word = line.tokens[at].word
    if _is_any(line, at):
        return None
    found = index.forms.get(word)
    exact = True
    if found is not None and not _is_name_here(line, at):
        return None
    if found is None and len(word) >= 5 and not morph.known(word) and not names.known_name(word):
        near = vocabulary.nearest(word, index.long_forms)
        found, exact = (index.forms[near], False) if near else (None, True)
    end = at + 1
    follow = line.tokens[end].word if end < len(line.tokens) else ""
    if found is None:
        person = _by_surname(word, index) if line.tokens[at].raw[:1].isupper() else None
        if person is None:
            return None
        ids: set[str] = {person.id}
    else:
        ids = _by_case(found, line, at)
        surnamed = {
            p.id
            for p in index.people
            if p.id in ids and any(names.same_surname(follow, s, p.gender) for s in p.surnames)
        }
        if surnamed:
            ids, end = surnamed, end + 1
    before = _before(line, at)
    earlier = line.tokens[at - 2].word if at > 1 else ""
    rejected = before in ("не", "кроме", "без") or (
        before in _CASE_AFTER and earlier in ("не", "кроме")
    )
    options = tuple(m.id for m in index.people if m.id in ids)
    return StaffMention(
        at, end, options, rejected, before in ("с", "со", "от", "вместо"), before, exact
    )


def _is_any(line: Line, at: int) -> bool:
    """«к любой» is whoever is free; only «с Любой» with a capital letter is Люба."""
    token = line.tokens[at]
    named = token.raw[:1].isupper() and at > 0 and line.tokens[at - 1].word in ("с", "со")
    return token.word in _ANY_WORDS and not named


def _is_name_here(line: Line, at: int) -> bool:
    word, raw = line.tokens[at].word, line.tokens[at].raw
    if word in _NEVER:
        return raw[:1].isupper() and at > 0
    if word not in _HOMONYMS:
        return True
    return raw[:1].isupper() or (at > 0 and line.tokens[at - 1].word in ("к", "ко", "у", "мастер"))


def _before(line: Line, at: int) -> str:
    before = line.tokens[at - 1].word if at else ""
    if before in ("мастеру", "мастера", "мастер", "мастером") and at > 1:
        previous = line.tokens[at - 2].word
        return previous if previous in _CASE_AFTER else before
    return before


def _by_case(found: frozenset[tuple[str, str, str]], line: Line, at: int) -> set[str]:
    """Drops readings that the preposition forbids: «к Александру» is not Александра."""
    ids = {staff for staff, _, _ in found}
    if len(ids) == 1:
        return ids
    before = _before(line, at)
    wanted = _CASE_AFTER.get(before, {"nomn"})
    fitting = {staff for staff, case, _ in found if case in wanted}
    return fitting or ids


def _by_surname(word: str, index: _Index) -> _Person | None:
    match = [
        p for p in index.people if any(names.same_surname(word, s, p.gender) for s in p.surnames)
    ]
    return match[0] if len(match) == 1 else None


def _own_name(line: Line, at: int, name_expected: bool, preposition: str) -> bool:
    """«я Ира», «меня зовут Анна»: the client's name, not a master's."""
    before = line.tokens[at - 1].word if at else ""
    if called.is_guest(line, at):
        return True
    if before in _SELF or (before == "," and at > 1 and line.tokens[at - 2].word in ("зовут",)):
        return True
    return name_expected and preposition not in ("к", "ко", "у", "мастер", "мастеру", "с", "не")


def _unknown(line: Line, at: int, name_expected: bool) -> str | None:
    """The nominative of a name nobody in the salon bears, after «к», «у», «мастер»."""
    token = line.tokens[at]
    before = _before(line, at)
    if before not in ("к", "ко", "у", "мастер", "мастеру", "мастера") or name_expected:
        return None
    unsaid = token.word in _HOMONYMS and not token.raw[:1].isupper()
    if unsaid or token.word in _NEVER or _is_any(line, at):
        return None
    if code(token.word) is not None and not token.raw[:1].isupper():
        return None
    wanted = _CASE_AFTER.get(before, set())
    found = names.known_name(token.word)
    if found:
        fitting = sorted(name for name, case in found if case in wanted) or sorted(
            n for n, _ in found
        )
        full = [name for name in fitting if name in names.FULL]
        return (full or fitting)[0].capitalize()
    readings = [
        r for r in morph.readings(token.word) if r.is_name and (not r.case or r.case in wanted)
    ]
    if readings and morph.known(token.word):
        return readings[0].lemma.capitalize()
    if token.raw[:1].isupper() and at > 0 and before in ("к", "ко") and not morph.known(token.word):
        return token.raw
    return None
