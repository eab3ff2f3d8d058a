"""Words around a procedure gathered into one wish: «мужская стрижка машинкой», «маникюр без покрытия»."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from whatsapp.assistant.understand import afterthought, beauty
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.wordlist import words

_BREAKS = frozenset(("|", ".", "!", "?", ";"))


_SEPARATORS = _BREAKS | frozenset(
    (",", "и", "а", "+", "или", "плюс", "потом", "еще", "с", "со", "&", "/")
)


_BACKWARD = words(
    """
    с со без под на для по
    """
)  # «с покрытием» belongs to what stands before


_REFUSALS = frozenset(("без", "не", "кроме", "вместо"))
JOINERS = frozenset(("и", "+", "плюс", "&", "еще", "а", "потом"))
# What is done to a part of the body when no procedure is named and the salon lists none for it.
_CARE = (
    ("hands", "manicure"), ("legs", "pedicure"), ("bikini", "hair_removal"), ("armpits", "hair_removal"),
    ("back", "massage"), ("neck", "massage"),
)  # fmt: skip
_MYSELF = frozenset(("мне", "себе", "меня"))
_PERSONAL = frozenset(("мне", "ему", "ей", "им", "себе", "меня", "его", "ее"))


@dataclass(slots=True)
class Chunk:
    """Words of one wish: «мужская стрижка машинкой». Token indexes start..end."""

    start: int
    end: int
    heads: set[str] = field(default_factory=set)
    mods: set[str] = field(default_factory=set)
    audience: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    persons: list[tuple[int, frozenset[str]]] = field(
        default_factory=list
    )  # who comes, and where said
    rejected: bool = False
    evoked: bool = False


def _is_head(feature: str, index: Catalogue) -> bool:
    return feature in beauty.HEADS or feature in index.heads


def chunks(line: Line, marks: dict[int, frozenset[str]], index: Catalogue) -> list[Chunk]:
    chunks: list[Chunk] = []
    for i, found in marks.items():
        heads = {f for f in found if _is_head(f, index) and f not in beauty.AUDIENCE}
        if not heads:
            continue
        last = chunks[-1] if chunks else None
        if last is not None and _same_wish(line, last, i, heads, index):
            last.heads |= heads
            last.end = i + 1
        else:
            chunks.append(Chunk(i, i + 1, heads=set(heads)))
        chunks[-1].mods |= found - heads - beauty.AUDIENCE
    return chunks


def _same_wish(line: Line, last: Chunk, at: int, heads: set[str], index: Catalogue) -> bool:
    """«окрашивание бровей» is one wish, «стрижка и борода», «маникюр, педикюр» are two."""
    gap = [t.word for t in line.tokens[last.end : at]]
    if len(gap) > 3 or any(w in _REFUSALS or (w in _BREAKS and gap != ["|"]) for w in gap):
        return False
    if gap[-1:] == ["на"] and afterthought.swaps(line):
        return False
    both = last.heads | heads
    if gap == ["|"]:  # «чистку» and «лица» sent one after the other
        halves = last.heads <= beauty.ACTIONS and heads <= beauty.ZONES
        return halves and any(both <= p.all and not p.composite for p in index.profiles)
    if heads <= last.heads:
        return not any(word in _SEPARATORS for word in gap)
    if not gap and (last.heads <= beauty.PLIANT or heads <= beauty.PLIANT):
        return True  # «наращивание ногтей», «ресницы нарастить»
    shared = any(both <= p.all and not p.composite for p in index.profiles)
    if not any(word in _SEPARATORS for word in gap):
        acts_on = bool(both & beauty.OBJECTS) and bool(both & beauty.ACTIONS)
        return shared or (acts_on and len(gap) <= 2)
    # «коррекция и окрашивание бровей»: an action that cannot stand alone waits for its object
    waiting = last.heads <= beauty.PLIANT | {"color"} and "и" in gap
    return shared and waiting and bool(last.heads & beauty.PLIANT or heads & beauty.OBJECTS)


def attach(
    line: Line, marks: dict[int, frozenset[str]], chunks: list[Chunk], index: Catalogue
) -> None:
    """Gives «мужская», «с покрытием», «ребёнку» to the wish they belong to."""
    for i, found in marks.items():
        extra = {f for f in found if f in beauty.AUDIENCE} | {
            f for f in found if not any(f in c.heads and c.start <= i < c.end for c in chunks)
        }
        if not extra or not chunks:
            continue
        chunk = _nearest(line, chunks, i)
        if chunk is None:
            continue
        negated = _negated(line, i)
        another = None if negated else _another(line, chunk, i, extra, index)
        if another is not None:
            chunks.insert(chunks.index(chunk) + (another.start > chunk.start), another)
            continue
        person = beauty.person(line.tokens[i].word)
        if person and any(t.word in _MYSELF for t in line.tokens[i + 1 : chunk.start]):
            continue  # «мы с сыном, мне стрижку»: that one is the speaker's
        if person:
            chunk.persons.append((i, frozenset(extra & beauty.AUDIENCE)))
        for feature in extra:
            if feature in beauty.AUDIENCE:
                chunk.audience.add(feature)
            elif negated:
                chunk.without.add(feature)
            else:
                chunk.mods.add(feature)
        if not extra <= beauty.AUDIENCE and abs(i - chunk.end) <= 3:
            chunk.start, chunk.end = min(chunk.start, i), max(chunk.end, i + 1)
    _distribute(line, chunks, index)
    for left, right in itertools.pairwise(chunks):
        follow = [t.word for t in line.tokens[right.end : right.end + 1]]
        if (
            right.heads == {"haircut"}
            and left.heads & beauty.OBJECTS
            and follow in (["ее"], ["их"])
        ):
            right.heads = left.heads & beauty.OBJECTS  # «тонировать бороду и подровнять её»
    for at, chunk in enumerate(chunks):
        before = [t.word for t in line.tokens[max(0, chunk.start - 2) : chunk.start]]
        after = [t.word for t in line.tokens[chunk.end : chunk.end + 3]]
        chunk.rejected = bool(before) and before[-1] in ("вместо", "не", "без", "кроме")
        chunk.rejected |= before[-2:] in (["не", "на"], ["а", "не"])
        chunk.rejected |= after[:2] in (
            ["не", "надо"],
            ["не", "нужно"],
            ["не", "нужен"],
            ["не", "нужна"],
            ["не", "буду"],
        )
        if chunk.rejected and at and before[-1] == "без":
            chunks[at - 1].without |= chunk.heads  # the title may say «без укладки» itself
        chunk.mods -= chunk.heads
        bare = {"laser", "sugar", "wax"} & chunk.mods or "hair_removal" in chunk.heads
        if "moustache" in chunk.mods and (bare or "beard" not in index.features):
            chunk.heads = (chunk.heads - {"beard"}) | {"lips"}  # «усики» to be removed
        chunk.mods.discard("moustache")
        if "plain" in chunk.mods:
            chunk.mods.discard("plain")
            chunk.without.add("gel")
        nails = "gel" in chunk.mods or "manicure" in chunk.heads
        if "legs" in chunk.heads and nails and not chunk.heads & {"hair_removal", "massage"}:
            chunk.heads = (chunk.heads - {"legs", "manicure"}) | {"pedicure"}  # «шеллак на ногах»
        for part, care in _CARE:
            if chunk.heads == {part} and part not in index.features and care in index.features:
                chunk.heads = {care}  # «ручки и ножки сделать»
        if "hands" in chunk.heads and nails:
            chunk.heads = (chunk.heads - {"hands"}) | {"manicure"}


def _distribute(line: Line, chunks: list[Chunk], index: Catalogue) -> None:
    """«маникюр и педикюр с покрытием»: what follows a pair is said of both, where both have it."""
    for left, right in itertools.pairwise(chunks):
        gap = [t.word for t in line.tokens[left.end : right.start]]
        extras = right.mods | right.without
        if left.mods or left.without or left.audience or not extras or gap not in _PAIRED:
            continue
        if not (right.start < right.end - 1 and line.tokens[right.start].word not in extras):
            continue
        for p in index.profiles:
            if left.heads <= p.heads and extras <= p.offers | p.without and not p.composite:
                left.mods, left.without = set(right.mods), set(right.without)
                break


_PAIRED: tuple[list[str], ...] = (["и"], ["+"], ["плюс"], [","], [])


def _another(line: Line, chunk: Chunk, at: int, extra: set[str], index: Catalogue) -> Chunk | None:
    """A wish of its own behind «и»: «мне стрижку и ему детскую», «обёртывание и лимфодренаж»."""
    if chunk.start <= at < chunk.end:
        return None
    left, right = (chunk.end, at) if at >= chunk.end else (at + 1, chunk.start)
    gap = [t.word for t in line.tokens[left:right]]
    if not any(word in JOINERS for word in gap):
        return None
    audience = extra & beauty.AUDIENCE
    if audience and at < chunk.start:
        return None
    if audience:
        elliptic = not beauty.person(line.tokens[at].word) and not audience <= chunk.audience
        spoken = chunk.audience or any(word in _PERSONAL for word in (*_spoken(line, chunk), *gap))
        if not (elliptic and spoken):
            return None
        return Chunk(at, at + 1, heads=set(chunk.heads), audience=set(audience))
    whole = extra | chunk.mods
    together = [p for p in index.profiles if chunk.heads & p.heads and whole <= p.offers]
    alone = [p for p in index.profiles if extra & p.offers and not p.composite]
    if together or not alone:
        return None
    if any(chunk.heads & p.heads for p in alone):  # «брови пинцетом и краской»
        return Chunk(at, at + 1, heads=set(chunk.heads), mods=set(extra)) if chunk.mods else None
    return Chunk(at, at + 1, mods=set(extra), evoked=True)


def _spoken(line: Line, chunk: Chunk) -> list[str]:
    return [t.word for t in line.tokens[max(0, chunk.start - 3) : chunk.start]]


def _nearest(line: Line, chunks: list[Chunk], at: int) -> Chunk | None:
    inside = next((c for c in chunks if c.start <= at < c.end), None)
    if inside is not None:
        return inside
    before = [c for c in chunks if c.end <= at]
    after = [c for c in chunks if c.start > at]
    previous = line.tokens[at - 1].word if at else ""
    ahead = after[0] if after else None
    behind = before[-1] if before else None
    if ahead is not None:
        gap = [t.word for t in line.tokens[at + 1 : ahead.start]]
        near = len(gap) <= 2 and not any(w in _SEPARATORS - {"с", "со"} for w in gap)
        if near and not (behind is not None and previous in _BACKWARD and at - behind.end <= 1):
            return ahead
    if behind is not None:
        gap = [t.word for t in line.tokens[behind.end : at]]
        if not any(w in _BREAKS for w in gap) or ahead is None:
            return behind
    return ahead or behind


def evoked(
    line: Line, marks: dict[int, frozenset[str]], index: Catalogue, *, people: bool = False
) -> list[Chunk]:
    """No procedure was named, but «шеллак», «мужская», «что-нибудь от спины» point at one.

    `people`: we asked which service, so «мальчику» chooses one as well.
    """
    found: list[Chunk] = []
    for i, features in marks.items():
        audience = features & beauty.AUDIENCE
        mods = (features - beauty.AUDIENCE) & index.features
        if audience and beauty.person(line.tokens[i].word) and not people:
            audience, mods = frozenset(), frozenset()
        if not audience and not mods:
            continue
        last = found[-1] if found else None
        if last is None or _apart(line, last, i, mods, index):
            found.append(Chunk(i, i + 1, evoked=True))
        chunk = found[-1]
        chunk.end = i + 1
        chunk.audience |= audience
        kept = chunk.without if _negated(line, i) else chunk.mods
        kept |= mods
    return found


def _apart(line: Line, last: Chunk, at: int, mods: frozenset[str], index: Catalogue) -> bool:
    """«чем лпг отличается от лимфодренажного»: two services, unless one title says both."""
    gap = [t.word for t in line.tokens[last.end : at]]
    if not mods or not last.mods or not any(w in _SEPARATORS or w == "от" for w in gap):
        return False
    return not any(mods | last.mods <= p.offers and not p.composite for p in index.profiles)


def _negated(line: Line, at: int) -> bool:
    """«без покрытия», «не гель»"""
    return at > 0 and line.tokens[at - 1].word in ("без", "не", "кроме")
