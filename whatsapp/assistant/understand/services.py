"""Which services of the salon a message names: wishes found in the words, matched to the catalogue."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from whatsapp.assistant.understand import beauty, morph, vocabulary
from whatsapp.assistant.understand import chunks as chunks_of
from whatsapp.assistant.understand.catalogue import Catalogue, Profile
from whatsapp.assistant.understand.chunks import Chunk
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.tokens import Token


@dataclass(frozen=True, slots=True)
class Mention:
    """One wish and what it can mean here. `chosen` is None while `options` are equally likely."""

    start: int
    end: int
    options: tuple[str, ...]
    family: tuple[str, ...]  # all services of the kind, for questions about «стрижки»
    chosen: str | None
    guessed: bool
    words: str
    rejected: bool = False
    audience: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ServiceReading:
    """All mentions, and a procedure the salon does not offer, in the client's words."""

    mentions: tuple[Mention, ...] = ()
    unknown: str | None = None
    complex_asked: bool = False
    taken: frozenset[int] = frozenset()

    @property
    def wanted(self) -> tuple[Mention, ...]:
        return tuple(m for m in self.mentions if not m.rejected)


def features_of(token: Token, index: Catalogue) -> frozenset[str]:
    """Concepts of a token: the trade's, else the salon's own words, a typo forgiven."""
    if token.kind not in ("word", "emoji"):
        return frozenset()
    found = beauty.concepts(token.word)
    if found or token.kind == "emoji":
        return found
    own = index.own_words.get(token.word) or index.own_words.get(morph.lemma(token.word))
    if own is None and len(token.word) >= 5 and not morph.known(token.word):
        near = vocabulary.nearest(token.word, index.fuzzy)
        own = index.own_words.get(near) if near else None
    return frozenset((own,)) if own else frozenset()


def read(
    line: Line,
    index: Catalogue,
    taken: frozenset[int],
    *,
    male: bool | None = None,
    with_child: bool = False,
) -> ServiceReading:
    """`taken` are tokens that time has used; `male` the client's gender when the verbs told it.

    `with_child`: the client and a child come together, each for their own visit.
    """
    marks = {
        i: found
        for i, token in enumerate(line.tokens)
        if i not in taken and (found := features_of(token, index))
    }
    if any("beard" in found for found in marks.values()):
        for i, token in enumerate(line.tokens):
            if token.word in ("голова", "голову", "голове"):
                marks[i] = frozenset({"haircut"})
        marks = dict(sorted(marks.items()))
    chunks = chunks_of.chunks(line, marks, index)
    chunks_of.attach(line, marks, chunks)
    if not chunks:
        chunks = chunks_of.evoked(line, marks, index)
    if with_child:
        chunks_of.share(line, chunks)
    chunks_of.company(chunks)
    complex_asked = any(beauty.COMPLEX.match(t.word) for t in line.tokens) or line.has(
        "два|#n2 в одном|#n1|один"
    )
    mentions = []
    party = _party(line, index)
    if party is not None:
        mentions, chunks = [party], [c for c in chunks if not c.heads & {"haircut"}]
    if complex_asked and party is None:
        mention, chunks = _composite(line, chunks, index)
        mentions += [mention] if mention else []
    unknown: str | None = None
    strange: set[int] = set()
    for chunk in chunks:
        mention = _match(line, chunk, index, male)
        if mention is not None:
            mentions.append(mention)
        elif not chunk.rejected and not chunk.evoked and not _vague(chunk):
            unknown = unknown or line.raw(chunk.start, chunk.end)
            strange |= set(range(chunk.start, chunk.end))
    mentions.sort(key=lambda m: m.start)
    used = strange | {i for m in mentions for i in range(m.start, m.end)}
    return ServiceReading(tuple(mentions), unknown, complex_asked, frozenset(used))


def _composite(
    line: Line, chunks: list[Chunk], index: Catalogue
) -> tuple[Mention | None, list[Chunk]]:
    """The set that was asked for by its name («комплекс»), and the wishes it does not cover."""
    found = [p for p in index.profiles if p.composite and not p.party]
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


def _match(line: Line, chunk: Chunk, index: Catalogue, male: bool | None) -> Mention | None:
    """Ranks the services of the catalogue for one wish."""
    heads = {_here(f, index) for f in chunk.heads}
    mods = {_here(f, index) for f in chunk.mods}
    ranked = [
        (score, p) for p in index.profiles if (score := _score(chunk, heads, mods, p)) is not None
    ]
    if not ranked:
        return None
    best = max(score for score, _ in ranked)
    group = [p for score, p in ranked if score == best]
    family = tuple(p.id for score, p in ranked if score >= best - 6 and not p.party)
    grown = [p for p in group if "kids" not in p.audience or "kids" in chunk.audience]
    group = grown or group
    if male is not None and not chunk.audience and len(group) > 1:
        mine = [p for p in group if p.audience <= {"men" if male else "women"}]
        narrowed = mine if mine and len(mine) < len(group) else group
    else:
        narrowed = group
    plain = [p for p in narrowed if not _extras(p, heads | mods, narrowed)]
    chosen = narrowed[0] if len(narrowed) == 1 else plain[0] if len(plain) == 1 else None
    guessed = chosen is not None and (
        (len(group) > 1 and not _verbatim(chosen, heads | mods))
        or chunk.evoked
        or bool(heads - chosen.offers)
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
    )


def _verbatim(p: Profile, said: set[str]) -> bool:
    """The whole title was said, no more and no less: «стрижка» for «Стрижка»."""
    return p.heads | p.mods == said and not p.without and not p.audience


def _here(feature: str, index: Catalogue) -> str:
    """The feature as this salon has it: «мелирование» is a colouring where there is no finer service."""
    if feature in index.features or feature not in beauty.FAMILY:
        return feature
    return beauty.FAMILY[feature]


def _score(chunk: Chunk, heads: set[str], mods: set[str], p: Profile) -> int | None:
    """Points for agreement; None when the service is out of the question."""
    if p.composite or p.party:
        return None
    offers = p.offers
    evoked = chunk.audience & p.audience or chunk.without & p.without
    if not (heads | mods) & offers and not (chunk.evoked and evoked):
        return None
    if heads & beauty.DEFINING - offers:
        return None
    objects = heads & beauty.OBJECTS
    general = objects <= beauty.ZONES and not p.heads & beauty.OBJECTS
    if objects and not objects & offers and not (general and (heads - objects) & offers):
        return None
    free = heads - objects - beauty.PLIANT
    if free and not objects and not free & offers:
        return None
    # «окрашивание» is not «окрашивание бровей»: a body part must be said
    if heads and not objects and free and p.heads & (beauty.OBJECTS - beauty.ZONES):
        return None
    score = 10 * len(heads & offers) + 4 * len(mods & offers)
    score -= 3 * len((heads - beauty.OBJECTS) - offers) + 5 * len(objects - offers)
    score += (
        4 * len(chunk.without & p.without)
        - 8 * len(chunk.without & p.all)
        - 8 * len(mods & p.without)
    )
    score -= 2 * len((p.heads & beauty.PLIANT) - heads)  # «маникюр» is not «наращивание ногтей»
    if chunk.audience and p.audience:
        if not chunk.audience & p.audience:
            return None
        score += 5
    return score


def _extras(p: Profile, said: set[str], group: list[Profile]) -> int:
    """How much the title promises beyond what was said; an audience counts when there is another one."""
    extra = len((p.heads | p.mods) - said)
    others = {a for q in group for a in q.audience} - p.audience
    return extra + (1 if p.audience and others else 0)
