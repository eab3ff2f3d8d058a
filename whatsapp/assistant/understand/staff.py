"""Which master a message names: cases, diminutives, namesakes, strangers, «к любому», «не к Тимуру»."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import (
    beauty,
    called,
    morph,
    names,
    recommended,
    staff_words,
    surnames,
    vocabulary,
)
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.staff_choice import StaffMention, faults, in_order, preferred
from whatsapp.assistant.understand.staff_index import Index, Person, index_of
from whatsapp.assistant.understand.timewords import code
from whatsapp.assistant.understand.wordlist import words

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
    любовью нате яна лев льва тома томе гена лиля лилия соня сони доля нину рус макс лина жени
    """
)
_NEVER = frozenset(["тому", "але", "том", "тоне", "тони"])
_TRADES = re.compile(
    r"(?:мастер|барбер|косметолог|врач|доктор|стилист|специалист|массажист|парикмахер|колорист)"
    r"(?:у|а|ом|ем)?"
)
_WORKING = re.compile("свобод(ен|на)$|занята?$|работает|стрижет|принимает|выходит")
_UNWANTED = re.compile(
    r" (?:он |она |муж |сын |жена |дочь |дочка |ребенок |мама |папа |ему |ей |я |мне |меня |больше |снова "
    r"|опять |уже |точно |никогда |сильно |совсем )*"
    r"не (?:больше )?(?:хо[чт]|люб[ил]|нужн|надо|пойд|понравил|нравит|подход|сработал|сошел|сошл"
    r"|устраива|буду|приду|вернусь)"
)  # «к Сергею больше не хочу»
_REFUSING = re.compile(
    r"не (?:\S+ )?(?:хо[чт]\S*|пойд\S*|надо|нужно|буду)(?: больше| снова)? (?:к|ко|у)$"
)
_EXCHANGE = "поменя~|замен~|смени~|переправ~|исправ~"
_LEFT = frozenset("с со от вместо был была стриг стригла делала делал".split())
_SELF = frozenset(["я", "зовут", "имя", "меня", "мое", "это"])


@dataclass(frozen=True, slots=True)
class StaffReading:
    mentions: tuple[StaffMention, ...] = ()
    any: bool = False
    vague: bool = False  # «не важно»: perhaps of the time that was asked
    same: bool = False
    another: bool = False  # «к другому мастеру»
    either: bool = False  # «к Кате или к Ане»
    in_order: tuple[str, ...] = ()  # «к Кате, если занята — к Ане»: ids, the one wanted most first
    unknown: str | None = None
    gender: str = ""
    pronoun: bool = False
    to_pronoun: bool = False  # «к нему же», «у неё»: the master spoken of
    taken: frozenset[int] = frozenset()


def read(line: Line, salon: SalonView, *, name_expected: bool = False) -> StaffReading:
    """`name_expected`: the client was asked for their own name, so a lone name is theirs."""
    index = index_of(salon)
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
    mentions = preferred(line, mentions)
    exchanged = len(mentions) == 2 and mentions[1].preposition == "на" and line.has(_EXCHANGE)
    if exchanged:  # «Лиану поменяйте на Вику»
        mentions[0] = replace(mentions[0], left=True)
    return StaffReading(
        mentions=tuple(mentions),
        any=staff_words.anyone(line),
        vague=staff_words.vaguely(line),
        same=line.has(*staff_words.SAME),
        another=line.has("друг~ мастер~", "замени~|смени~|поменя~ мастер~", "мастера друг~"),
        either=line.has("или|либо"),
        in_order=in_order(line, mentions),
        unknown=None if mentions else unknown or recommended.unknown(line),
        gender=staff_words.gender_wish(line),
        pronoun=line.has("он|она|него|нее|нему|ней|ним|ею|их|они|них"),
        to_pronoun=line.has("к|ко|у нему|ней|него|нее") and not line.has(*staff_words.ASKED_OF),
        taken=frozenset(taken | {i for m in mentions for i in faults(line, m.end) if m.rejected}),
    )


def _mention(line: Line, index: Index, at: int) -> StaffMention | None:
    word = line.tokens[at].word
    if _is_any(line, at):
        return None
    found = index.forms.get(word)
    exact = True
    if found is not None and all(case == "voct" for _, case, _ in found):
        around = [t.word for t in line.tokens[at + 1 : at + 2]]
        if not (at == 0 and line.tokens[at].raw[:1].isupper()) and around != [","]:
            return None  # «лен» is a cloth as well
    if found is not None and not _is_name_here(line, at):
        return None
    before = _before(line, at)
    bearers = _by_surname(line, at, before, index) if found is None else ()
    if bearers:
        return _mentioned(line, index, at, at + 1, {p.id for p in bearers}, before)
    trade = bool(beauty.concepts(word))  # «женск стрижка» is no slip for «Женек»
    known = trade or morph.known(word) or bool(names.known_name(word))
    if found is None and len(word) >= 5 and not known:
        near = vocabulary.nearest(word, index.long_forms)
        found, exact = (index.forms[near], False) if near else (None, True)
    end = at + 1
    follow = line.tokens[end].word if end < len(line.tokens) else ""
    if found is None:
        return None
    ids = _by_case(found, line, at, index)
    surnamed = {
        p.id
        for p in index.people
        if p.id in ids and any(surnames.same(follow, s, p.gender) for s in p.surnames)
    }
    if surnamed:
        ids, end = surnamed, end + 1
    mention = _mentioned(line, index, at, end, ids, before, exact)
    return mention if surnamed else replace(mention, akin=_akin(found, ids, before, index))


def _mentioned(
    line: Line, index: Index, at: int, end: int, ids: set[str], before: str, exact: bool = True
) -> StaffMention:
    earlier = line.tokens[at - 2].word if at > 1 else ""
    tail = " " + " ".join(t.word for t in line.tokens[end : end + 3]) + " "
    rejected = (
        before in ("не", "кроме", "без", "против")
        or (before in _CASE_AFTER and earlier in ("не", "кроме"))
        or _UNWANTED.match(tail) is not None
        or _REFUSING.search(" ".join(t.word for t in line.tokens[max(0, at - 5) : at])) is not None
    )
    options = tuple(m.id for m in index.people if m.id in ids)
    left = before in _LEFT
    return StaffMention(at, end, options, rejected, left, before, exact)


def _is_any(line: Line, at: int) -> bool:
    """«к любой» is whoever is free; only «с Любой» with a capital letter is Люба."""
    token = line.tokens[at]
    named = token.raw[:1].isupper() and at > 0 and line.tokens[at - 1].word in ("с", "со")
    return token.word in staff_words.ANY_WORDS and not named


def _is_name_here(line: Line, at: int) -> bool:
    word, raw = line.tokens[at].word, line.tokens[at].raw
    if word in _NEVER:
        return raw[:1].isupper() and at > 0
    if word not in _HOMONYMS:
        return True
    follow = [t.word for t in line.tokens[at + 1 : at + 3]]
    acts = any(_WORKING.match(item) for item in follow)  # «макс свободен завтра?»
    called = at > 0 and line.tokens[at - 1].word in ("к", "ко", "у", "мастер")
    return raw[:1].isupper() or called or acts


def _before(line: Line, at: int) -> str:
    before = line.tokens[at - 1].word if at else ""
    if _TRADES.fullmatch(before) and at > 1:
        previous = line.tokens[at - 2].word
        return previous if previous in _CASE_AFTER else before
    return before


def _by_case(found: frozenset[tuple[str, str, str]], line: Line, at: int, index: Index) -> set[str]:
    """Drops readings that the preposition forbids («к Александру» is not Александра), then nicknames.

    Of «Данила» and «Даниил», each a way to call the other, «к Даниле» is the one written so.
    """
    ids = {staff for staff, _, _ in found}
    if len(ids) == 1:
        return ids
    before = _before(line, at)
    wanted = _CASE_AFTER.get(before, {"nomn"})
    fitting = {staff for staff, case, _ in found if case in wanted}
    given = {p.id: p.given for p in index.people}
    proper = {staff for staff, case, name in found if case in wanted and given[staff] == name}
    return proper or fitting or ids


def _akin(
    found: frozenset[tuple[str, str, str]], ids: set[str], before: str, index: Index
) -> tuple[str, ...]:
    """«к Саше» where one is written Саша, and Александра works here too."""
    wanted = _CASE_AFTER.get(before, {"nomn"})
    others = {staff for staff, case, _ in found if case in wanted} - ids
    return tuple(p.id for p in index.people if p.id in others)


def _by_surname(line: Line, at: int, before: str, index: Index) -> tuple[Person, ...]:
    """Masters of that surname; written small it must stand after «к», «у», or be no other word."""
    token = line.tokens[at]
    spoken = before in ("к", "ко", "у", "мастер") or not morph.known(token.word)
    spoken = spoken or any("Surn" in r.tags for r in morph.readings(token.word)[:1])
    if not (token.raw[:1].isupper() or spoken):
        return ()
    found = index.by_surname(token.word, _CASE_AFTER.get(before, {"nomn"}))
    return found if token.raw[:1].isupper() or len(token.word) > 3 else ()


def _own_name(line: Line, at: int, name_expected: bool, preposition: str) -> bool:
    """«я Ира», «меня зовут Анна»: the client's name, not a master's."""
    before = line.tokens[at - 1].word if at else ""
    if called.is_guest(line, at) or (not preposition and called.introduces(line, at)):
        return True
    if before == "меня" and not line.has("зовут|звать|зови"):
        return False  # «вместо Веры меня Любовь может принять?»
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
        return _with_patronymic(line, at, (full or fitting)[0].capitalize())
    readings = [
        r for r in morph.readings(token.word) if r.is_name and (not r.case or r.case in wanted)
    ]
    if readings and morph.known(token.word):
        return _with_patronymic(line, at, readings[0].lemma.capitalize())
    if token.raw[:1].isupper() and at > 0 and before in ("к", "ко") and not morph.known(token.word):
        return token.raw
    return None


def _with_patronymic(line: Line, at: int, name: str) -> str:
    """«к Светлане Юрьевне» asks for «Светлана Юрьевна»."""
    follow = line.tokens[at + 1].word if at + 1 < len(line.tokens) else ""
    patronymic = surnames.patronymic(follow)
    return f"{name} {patronymic.capitalize()}" if patronymic else name
