"""Which services of the salon a message names: wishes found in the words, matched to the catalogue."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from whatsapp.assistant.understand import (
    afterthought,
    attach,
    beauty,
    choices,
    morph,
    one_name,
    ranking,
    roundabout,
    shared,
    sizes,
    title_numbers,
    whole_titles,
)
from whatsapp.assistant.understand import chunks as chunks_of
from whatsapp.assistant.understand import marks as marks_of
from whatsapp.assistant.understand import strange as strange_words
from whatsapp.assistant.understand.catalogue import Catalogue, Profile
from whatsapp.assistant.understand.chunk import Chunk
from whatsapp.assistant.understand.mention import Mention
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.sizes import SizeWish

_CHILD = 13  # years: so old a person may be called a child


@dataclass(frozen=True, slots=True)
class ServiceReading:
    """All mentions, and the procedures the salon does not offer, in the client's words."""

    mentions: tuple[Mention, ...] = ()
    unknown: str | None = None
    unknown_more: tuple[str, ...] = ()
    taken: frozenset[int] = frozenset()
    size: SizeWish = field(default_factory=SizeWish)
    added_to: tuple[str, ...] = ()  # «добавьте к маникюру снятие»: the kind of the visit that grows
    choice: str = ""  # of what was offered: see `choices`
    bare: frozenset[str] = frozenset()  # «только без покрытия» of what is spoken of

    @property
    def wanted(self) -> tuple[Mention, ...]:
        return tuple(m for m in self.mentions if not m.rejected)


def read(
    line: Line,
    index: Catalogue,
    taken: frozenset[int],
    *,
    male: bool | None = None,
    with_child: bool = False,
    asked: bool = False,
    child: frozenset[str] = frozenset(),
) -> ServiceReading:
    """`taken` are tokens that time has used; `male` the client's gender when the verbs told it.

    `with_child`: the client and a child come together, each for their own visit. `asked`: the
    service is what we asked for. `child`: whom «Мишу, 5 лет» is, when no other word says it.
    """
    marks = marks_of.read(line, index, taken)
    chunks = chunks_of.chunks(line, marks, index)
    attach.attach(line, marks, chunks, index)
    spoken = [c for c in chunks if any(t.kind != "emoji" for t in line.tokens[c.start : c.end])]
    chunks = spoken or chunks  # «ноготки с покрытием 💅» is one wish
    if not chunks:
        # «запишите сына Марка, 6 лет»: a child whose age is told comes for what children have here
        people = asked or bool(child) or _child_comes(line, taken)
        chunks = chunks_of.evoked(line, marks, index, people=people)
    shared.divide(line, chunks)
    roundabout.goods(line, chunks, marks, index)
    if child and not any(c.audience for c in chunks):
        for chunk in chunks:
            chunk.audience |= child
    elif child and len(chunks) == 1:
        shared.aged(line, chunks, child)
    if with_child:
        shared.share(line, chunks)
    shared.company(chunks)
    complex_asked = any(beauty.COMPLEX.match(t.word) for t in line.tokens) or line.has(
        "два|#n2 в одном|#n1|один"
    )
    size, years = sizes.read(line, index), sizes.years(line)
    mentions = []
    party = _party(line, index)
    if party is not None:
        mentions, chunks = [party], [c for c in chunks if not c.heads & {"haircut"}]
    if complex_asked and party is None:
        mention, chunks = _composite(line, chunks, index)
        mentions += [mention] if mention else []
    unknown: list[tuple[int, int]] = []
    for chunk in chunks:
        mention = _match(line, chunk, index, male, size, years)
        if mention is not None:
            mentions.append(mention)
        elif not chunk.rejected and (chunk.heads or not chunk.evoked) and not _vague(chunk):
            unknown.append((chunk.start, chunk.end))
    mentions = afterthought.replaced(line, sorted(mentions, key=lambda m: m.start), taken)
    mentions, added_to = _grown(line, whole_titles.joined(line, mentions, index))
    if not mentions and not unknown and not chunks:
        unknown += strange_words.unknown(line, taken)
    elif mentions:
        known = [(m.start, m.end) for m in mentions]
        read_already = taken | {i for m in mentions for i in range(m.start, m.end)}
        unknown = sorted({*unknown, *strange_words.beside(line, read_already, known + unknown)})
    used = {i for span in unknown for i in range(*span)}
    used |= {i for m in mentions for i in range(m.start, m.end)}
    strangers = tuple(dict.fromkeys(line.raw(*span) for span in unknown))
    bare = frozenset(f for c in chunks if c.evoked and not c.mods for f in c.without)
    first, more = next(iter(strangers), None), strangers[1:]
    choice = choices.heard(line)
    return ServiceReading(
        tuple(mentions), first, more, frozenset(used), size, added_to, choice, bare
    )


def _child_comes(line: Line, taken: frozenset[int]) -> bool:
    """«в полпятого, мальчика»: a child named with a time, and not merely brought along."""
    return bool(taken) and any(
        "kids" in beauty.person(t.word)
        and any(r.case in ("accs", "datv") for r in morph.readings(t.word))
        and (not i or line.tokens[i - 1].word not in ("с", "со", "без", "для", "про"))
        for i, t in enumerate(line.tokens)
        if t.kind == "word"
    )


def _composite(
    line: Line, chunks: list[Chunk], index: Catalogue
) -> tuple[Mention | None, list[Chunk]]:
    """The set that was asked for by its name («комплекс»), and the wishes it does not cover."""
    found = [p for p in index.profiles if p.composite and not p.party]
    found = _labelled(line, found) or found
    said: set[str] = set()
    for chunk in chunks:
        said |= chunk.heads | chunk.mods
    audience = {a for c in chunks for a in c.audience}
    ranked = sorted(
        found,
        key=lambda p: (
            -len(said & p.all),
            len(said - p.all),
            bool(audience and p.audience - audience),
            p.order,
        ),
    )
    best = [p for p in ranked if not said or said & p.all]
    if not best:
        return None, chunks
    top = len(said & best[0].all)
    tied = [p for p in best if len(said & p.all) == top]
    place = next((i for i, t in enumerate(line.tokens) if beauty.COMPLEX.match(t.word)), 0)
    left = [c for c in chunks if not c.heads <= best[0].all]
    ids = tuple(p.id for p in tied)
    return (
        Mention(
            place,
            place + 1,
            ids,
            ids,
            best[0].id if len(tied) == 1 or said else None,
            False,
            "комплекс",
        ),
        left,
    )


def _grown(line: Line, mentions: list[Mention]) -> tuple[list[Mention], tuple[str, ...]]:
    """What is added, and the kind of the visit it is added to: «добавьте к маникюру снятие»."""
    if len(mentions) < 2 or not line.has(
        "добав~|допиш~|прибав~|впиши~ ..2 к|ко",
        "к|ко . ,? добав~|допиш~|прибав~|докинь~",
        "к|ко . еще",
        "после . ,? еще|сразу|и",
    ):
        return mentions, ()
    to = [m for m in mentions if m.start and line.tokens[m.start - 1].word in ("к", "ко", "после")]
    if len(to) != 1 or any(t.word.startswith("доба") for t in line.tokens[to[0].start : to[0].end]):
        return mentions, ()
    return [m for m in mentions if m is not to[0]], to[0].family


def _set_by_name(line: Line, chunk: Chunk, index: Catalogue) -> Mention | None:
    """«что входит в Перезагрузку?»: a set called by the one word that no other title has."""
    own = {f for f in chunk.mods | chunk.heads if f.startswith("w:")}
    found = [p for p in index.profiles if own & p.offers]
    if len(found) != 1 or not found[0].composite or found[0].party:
        return None
    ids = (found[0].id,)
    words = line.raw(chunk.start, chunk.end)
    return Mention(chunk.start, chunk.end, ids, ids, ids[0], False, words, chunk.rejected)


def _labelled(line: Line, sets: list[Profile]) -> list[Profile]:
    """«комплекс М», «комплекс 2»: the one of that letter or number."""
    said = {
        title_numbers.latin(unify(t.raw))
        for i, t in enumerate(line.tokens)
        if i and beauty.COMPLEX.match(line.tokens[i - 1].word)
    }
    return [p for p in sets if p.label and p.label in said]


def _vague(chunk: Chunk) -> bool:
    """«снимите меня с записи»: a verb that may have nothing to do with a procedure."""
    return chunk.heads <= {"removal", "correction", "restoration"} and not chunk.mods


def _party(line: Line, index: Catalogue) -> Mention | None:
    """«отец и сын»: only when the catalogue sells it and both were named side by side."""
    for profile in index.profiles:
        if len(profile.party) < 2:
            continue
        places = [i for i, t in enumerate(line.tokens) if beauty.persons(t.word) & profile.party]
        for first, last in itertools.pairwise(places):
            said = beauty.persons(line.tokens[first].word) | beauty.persons(line.tokens[last].word)
            if said >= profile.party and last - first <= 3:
                ids = (profile.id,)
                words = line.raw(first, last + 1)
                return Mention(first, last + 1, ids, ids, profile.id, False, words)
    return None


def _match(
    line: Line,
    chunk: Chunk,
    index: Catalogue,
    male: bool | None,
    size: SizeWish,
    years: int | None,
) -> Mention | None:
    """Ranks the services of the catalogue for one wish."""
    if ranking.of_another(line, chunk, index):
        return None
    heads = ranking.mended({ranking.here(f, index) for f in chunk.heads}, line, index)
    mods = {ranking.here(f, index) for f in chunk.mods}
    if years is not None and years <= _CHILD and "kids" not in chunk.audience:
        years = None  # «сыну 8 лет стрижку и мне тоже»: the age is the other's
    manicure = any(t.word.startswith("маник") for t in line.tokens[chunk.start : chunk.end])
    ranked = [
        (score, p)
        for p in index.profiles
        if (score := ranking.score(chunk, heads, mods, p, index, years)) is not None
        and not (manicure and ranking.of_an_ill(p))
    ]
    children = [p for p in index.profiles if "kids" in p.audience]
    outgrown = bool(children) and not any(ranking.admits(p, years) for p in children)
    if "kids" in chunk.audience and (outgrown or not (ranked or children)):
        chunk.audience = {
            {"boys": "men", "girls": "women"}[a] for a in chunk.audience & beauty.SEXES
        }
        chunk.evoked = True  # no child's service here: the grown-up's is a guess
        return _match(line, chunk, index, male, size, years)
    if not ranked:
        return _set_by_name(line, chunk, index)
    best = max(score for score, _ in ranked)
    group = [p for score, p in ranked if score == best]
    family = tuple(p.id for score, p in ranked if score >= best - 6 and not p.party)
    grown = [p for p in group if "kids" not in p.audience or "kids" in chunk.audience]
    group, both = one_name.told_apart(line, chunk, size.fitting(grown or group))
    if male is not None and not chunk.audience and len(group) > 1:
        mine = [p for p in group if p.audience <= {"men" if male else "women"}]
        narrowed = mine if mine and len(mine) < len(group) else group
    else:
        narrowed = group
    plain = ranking.plainest(narrowed, heads | mods)
    chosen = narrowed[0] if len(narrowed) == 1 else plain[0] if len(plain) == 1 else None
    several = len({p.heads & beauty.OBJECTS for p in group}) > 1
    if both or (chosen is not None and heads <= beauty.PLIANT and not mods and several):
        chosen = None  # «наращивание» of hair, or of lashes?
    titled = ranking.titled(line, group) if chosen is None else None
    chosen = chosen or titled
    guessed = chosen is not None and (
        (len(group) > 1 and chosen != titled and not ranking.verbatim(chosen, heads | mods))
        or (chunk.evoked and not ranking.own_name(mods, index))
        or bool((heads | chunk.mods & {"grey"}) - chosen.offers)
    )
    return Mention(
        start=chunk.start,
        end=chunk.end,
        options=tuple(p.id for p in group),
        family=family,
        chosen=chosen.id if chosen else None,
        guessed=guessed,
        words=line.raw(chunk.start, chunk.end),
        rejected=chunk.rejected,
        audience=frozenset(chunk.audience),
        lacking=ranking.lacking(heads | mods, group),
        joined=bool(chunk.start and chunk.heads & beauty.OBJECTS)
        and line.tokens[chunk.start - 1].word in ("с", "со", "и"),
    )
