"""Who comes: how many, together or in turn, for whom, and what the client is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from whatsapp.assistant.understand import beauty, called, informants, morph, whom
from whatsapp.assistant.understand.patterns import Line, pat

_RELATION = re.compile(
    r"(муж|жен)(у|а|е|ы|ем|ой)?$|подруг|подруж|подруга|мам(а|е|у|ы|ой|очк)|пап(а|е|у|ы|ой)$|отц|доч|сын|ребен|"
    r"сестр|брат(у|а|ом)?$|бабушк|дедушк|тет(я|е|ю|ей)$|дяд|племян|свекров|тещ|внук|внуч|коллег|"
    r"(младш|старш)(ую|ей|его|ему)$|мелк(ого|ому)$|мал(ого|ому)$|парн(ю|я|ем)$|друг(у|а|ом)$|дет(и|ям|ей|ьми)$|невест|жених|крестниц|кум(а|е|у|ой)$"
)
_GROUPS = {"вдвоем": 2, "двоих": 2, "двое": 2, "двоем": 2, "втроем": 3, "троих": 3, "трое": 3, "вчетвером": 4,
           "четверых": 4, "четверо": 4, "пятеро": 5, "пятерых": 5, "впятером": 5, "шестеро": 6,
           "вшестером": 6, "обоих": 2, "обеих": 2, "обоим": 2, "обеим": 2, "обе": 2,
           "двум": 2, "троим": 3}  # fmt: skip
_SELF = ("мной", "мне", "меня", "я", "себе", "себя", "мы", "нам", "нас")
_MINE = ("мою", "моего", "моей", "моему", "и", "еще")
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

_PERSON = "мастер~|специалист~|барбер~|парикмахер~|стилист~|девушк~|девочк~|человек~"
ONE_MASTER = f"к|ко|у одному|одного|одной ..3 {_PERSON}"


@dataclass(frozen=True, slots=True)
class PeopleReading:
    people: int | None = None
    parallel: bool = False
    one_master: bool = False  # «к одному мастеру»
    client_name: str | None = None
    guest_name: str | None = None
    relations: tuple[str, ...] = ()
    with_speaker: bool = False  # the speaker comes too, beside the one named
    child: frozenset[str] = frozenset()  # the audience of «Мишу, 5 лет»
    taken: frozenset[int] = frozenset()


def read(
    line: Line,
    *,
    name_expected: bool,
    catalogue_words: frozenset[str],
    masters: frozenset[int] = frozenset(),
) -> PeopleReading:
    """`name_expected`: our last message asked for the client's name. `masters`: tokens that name them."""
    relations = {
        i: t.word
        for i, t in enumerate(line.tokens)
        if t.kind == "word"
        and _RELATION.match(t.word)
        and not _each_other(line, i)
        and not (i and line.tokens[i - 1].word == "я")  # «и меня заодно, я папа»
        and not informants.told_of(line, i)
    }
    companion = line.has(*_COMPANION)
    people = 1 if companion else _count(line, relations)
    client, taken = called.client_name(line, name_expected, catalogue_words, masters)
    child, its_name = called.child(line)
    guest = called.guest_name(line, relations) or its_name
    if client and guest is None and child and not line.has("меня|я|мое имя"):
        client, guest = None, client  # «мальчик шесть лет, зовут Тимофей»
    if client and guest is None and _calls_another(line, relations):
        client, guest = None, client  # «маме чистку в подарок, зовут Раиса Павловна»
    if guest is None and people in (None, 1) and not companion:
        guest = whom.whom(line, relations)
    return PeopleReading(
        people=people,
        parallel=line.has(*_PARALLEL) or (line.has("вместе") and (people or 1) > 1),
        one_master=line.has(ONE_MASTER),
        client_name=client,
        guest_name=guest,
        with_speaker=people == 2
        and len({whom.root(word) for word in relations.values()}) == 1
        and _kin_counted(line, relations) is None
        and not _beside(line, relations),
        child=child,
        relations=tuple(dict.fromkeys(relations.values())),
        taken=frozenset(taken),
    )


def relative(word: str) -> bool:
    """A unified word for somebody of the client's: «мужу», «сына», «подруга»."""
    return _RELATION.match(word) is not None


def _calls_another(line: Line, relations: dict[int, str]) -> bool:
    """«зовут …» said of the one for whom the visit is."""
    if not line.has("зовут|звать|имя") or line.has("меня|мое ..1 зовут|звать|имя", "я"):
        return False
    return any(
        (not i or line.tokens[i - 1].word not in ("с", "со", "от"))
        and any(r.case in ("accs", "datv") for r in morph.readings(word))
        for i, word in relations.items()
    )


def _each_other(line: Line, at: int) -> bool:
    """«друг за другом», «друг друга»: an order, not a friend."""
    return any(t.word == "друг" for t in line.tokens[max(0, at - 2) : at])


def _count(line: Line, relations: dict[int, str]) -> int | None:
    for text in (
        "нас|на|для N:n человек~|чел|персон~",
        "нас N:n",
        "N:n человек~|чел|персон~",
        "на N:n девушек",
    ):
        for hit in line.in_codes(pat(text)):
            count = hit.number("n")
            if count and count <= 10:
                return count
    for hit in line.in_codes(pat("N:n|O:o запис~")):
        count = hit.number("n")
        if (
            count
            and 2 <= count <= 6
            and line.has("мне|меня|нам|нас|нужно|нужны|хотим|надо|сделайте|запишите")
        ) and (relations or line.has("на двоих")):
            return count
    counted = _kin_counted(line, relations)
    if counted is not None:
        beside = line.has(
            "я|меня|мне|мы и|с|со #n2|#n3|двумя|тремя|двум|две|три|двух|трех .",
            ". и я|меня|мне $|на",
        )
        return counted + 1 if beside else counted
    for token in line.tokens:
        if token.word in _GROUPS and token.word not in ("обе", "двум"):
            return _GROUPS[token.word]
    kin = {whom.root(word) for word in relations.values()}
    if not kin:
        return called.guests(line)
    own = line.has("постричься|подстричься|стричься|покраситься|записаться ..3 и .")
    own = own and not _theirs(line, relations) and whom.wanting(line, relations) is None
    # «стрижка с сыном», «на маникюр с подругой»
    joined = any(
        line.tokens[i - 1].word in ("с", "со")
        and beauty.concepts(line.tokens[i - 2].word) & beauty.HEADS
        for i in relations
        if i > 1
    )
    # «с подругой на маникюр»
    joined = joined or any(
        line.tokens[i - 1].word in ("с", "со")
        and [t.word for t in line.tokens[i + 1 : i + 2]] == ["на"]
        and any(beauty.concepts(t.word) & beauty.HEADS for t in line.tokens[i + 2 : i + 4])
        for i in relations
        if i
    )
    joined = joined or line.has(
        "мы|хотим|хотели|придем|будем|можем|нам ..1 с|со .", "хочу|хотел|хотела с|со . ..1 на"
    )
    together = joined or (len(kin) == 1 and line.has("с|со ..3 вместе", "вместе ..1 с|со"))
    if together or _beside(line, relations) or _each_their_own(line, relations):
        return len(kin) + 1
    myself = own or any(t.word in _SELF for t in line.tokens)
    paired = line.has(
        "мне|меня|себе|я|мы|нам|нас ..2 и|с|со .",
        "и я",
        "и|с|со ..1 мне|меня|мной|себя|себе",
        "мне ..6 а|и|плюс ..1 .",
    )
    if myself and (own or paired or len(kin) > 1) and not whom.only_guest(line):
        return len(kin) + 1
    if len(kin) > 1:
        return len(kin)
    audience = {a for t in line.tokens for a in beauty.concepts(t.word) & beauty.AUDIENCE}
    return 2 if len(audience) > 1 and line.has("+|и|плюс") else None


def _beside(line: Line, relations: dict[int, str]) -> bool:
    """«да, и мужа на стрижку», «и подругу запишите»: more people for a visit spoken of."""
    first = next(iter(relations))
    before = [t.word for t in line.tokens[:first] if t.kind == "word" and t.word not in _MINE[:4]]
    if before in (["и"], ["да", "и"], ["еще"], ["и", "еще"], ["да", "еще"], ["ок", "и"]):
        return True
    if len({whom.root(word) for word in relations.values()}) == 1 and _too(line, first):
        return True
    also = line.has("тоже|также ..1 запиши~", "запиши~ ..3 тоже|также")
    return also and any(line.tokens[i - 1].word in _MINE for i in relations if i)


def _too(line: Line, at: int) -> bool:
    """«маникюр завтра в 12, и маме тоже»: what was asked for before, for one more."""
    words = [t.word for t in line.tokens]
    named = any(beauty.concepts(word) & beauty.HEADS for word in words[:at])
    return (
        named and words[at - 1] in ("и", "плюс") and words[at + 1 : at + 2] in (["тоже"], ["также"])
    )


def _each_their_own(line: Line, relations: dict[int, str]) -> bool:
    """«я на маникюр, дочь на стрижку»: a procedure between the speaker and the one who comes along."""
    for i in relations:
        for j in range(max(0, i - 7), min(i + 8, len(line.tokens))):
            if line.tokens[j].word not in ("я", "мне", "себе", "меня"):
                continue
            gap = line.tokens[j + 1 : i] if j < i else line.tokens[i + 1 : j]
            named = any(beauty.concepts(t.word) & (beauty.HEADS) for t in gap)
            if named and any(t.word in (",", "а", "и", "+", "|") for t in gap):
                return True
    return False


_COUNTED = re.compile(r"мальчик|мальчиш|девоч|пацан|ребят|дет(ей|ок|ишек)")


def _kin_counted(line: Line, relations: dict[int, str]) -> int | None:
    """«две дочки», «двоих детей»: as many as were counted, the speaker only brings them."""
    places = [i for i, t in enumerate(line.tokens) if i in relations or _COUNTED.match(t.word)]
    for i in places:
        before = line.tokens[i - 1] if i else None
        if before is None:
            continue
        count = _GROUPS.get(before.word) or (
            int(before.code[2:]) if re.fullmatch(r"#n[2-6]", before.code) else None
        )
        if count:
            return count
    return None


def _theirs(line: Line, relations: dict[int, str]) -> bool:
    """«сыну 5 лет подстричься, и мужу»: the one in the dative is whose haircut it is."""
    infinitive = next((i for i, t in enumerate(line.tokens) if t.word.endswith("ься")), 0)
    told = any(t.word in _SELF for t in line.tokens)
    return not told and any(infinitive - 5 < i < infinitive for i in relations)
