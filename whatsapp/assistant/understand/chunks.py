"""Words around a procedure gathered into one wish: «мужская стрижка машинкой», «маникюр без покрытия»."""

from __future__ import annotations

from dataclasses import dataclass, field

from whatsapp.assistant.understand import beauty
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


@dataclass(slots=True)
class Chunk:
    """Words of one wish: «мужская стрижка машинкой». Token indexes start..end."""

    start: int
    end: int
    heads: set[str] = field(default_factory=set)
    mods: set[str] = field(default_factory=set)
    audience: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
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
    if any(word in _BREAKS for word in gap) or len(gap) > 3:
        return False
    both = last.heads | heads
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


def attach(line: Line, marks: dict[int, frozenset[str]], chunks: list[Chunk]) -> None:
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
        for feature in extra:
            if feature in beauty.AUDIENCE:
                chunk.audience.add(feature)
            elif negated:
                chunk.without.add(feature)
            else:
                chunk.mods.add(feature)
        if not extra <= beauty.AUDIENCE and abs(i - chunk.end) <= 3:
            chunk.start, chunk.end = min(chunk.start, i), max(chunk.end, i + 1)
    for chunk in chunks:
        before = [t.word for t in line.tokens[max(0, chunk.start - 2) : chunk.start]]
        after = [t.word for t in line.tokens[chunk.end : chunk.end + 3]]
        chunk.rejected = bool(before) and before[-1] in ("вместо", "не")
        chunk.rejected |= before[-2:] in (["не", "на"], ["а", "не"])
        chunk.rejected |= after[:2] in (
            ["не", "надо"],
            ["не", "нужно"],
            ["не", "нужен"],
            ["не", "буду"],
        )
        chunk.mods -= chunk.heads
        if "plain" in chunk.mods:
            chunk.mods.discard("plain")
            chunk.without.add("gel")
        nails = "gel" in chunk.mods or "manicure" in chunk.heads
        if "legs" in chunk.heads and nails and not chunk.heads & {"hair_removal", "massage"}:
            chunk.heads = (chunk.heads - {"legs", "manicure"}) | {"pedicure"}  # «шеллак на ногах»
        if "hands" in chunk.heads and nails:
            chunk.heads = (chunk.heads - {"hands"}) | {"manicure"}


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


def evoked(line: Line, marks: dict[int, frozenset[str]], index: Catalogue) -> list[Chunk]:
    """No procedure was named, but «шеллак», «мужская», «что-нибудь от спины» point at one."""
    chunk = Chunk(-1, 0, evoked=True)
    for i, found in marks.items():
        word = line.tokens[i].word
        audience = found & beauty.AUDIENCE
        if audience and word.startswith(("мужск", "женск", "детск")):
            chunk.audience |= audience
        elif not audience:
            kept = chunk.without if _negated(line, i) else chunk.mods
            kept |= found & index.features
        else:
            continue
        chunk.start, chunk.end = (i if chunk.start < 0 else chunk.start), i + 1
    return [chunk] if chunk.mods or chunk.without or chunk.audience else []


def _negated(line: Line, at: int) -> bool:
    """«без покрытия», «не гель»"""
    return at > 0 and line.tokens[at - 1].word in ("без", "не", "кроме")


def share(line: Line, chunks: list[Chunk]) -> None:
    """«мне стрижку и дочке тоже»: one procedure named once, for the speaker and for the child."""
    if len(chunks) != 1 or chunks[0].audience != {"kids"} or line.has("детск~"):
        return
    child = chunks[0]
    chunks.insert(0, Chunk(child.start, child.end, set(child.heads), set(child.mods)))


def company(chunks: list[Chunk]) -> None:
    """A beard beside a haircut makes the haircut a man's."""
    if any(c.heads & {"beard", "shave"} for c in chunks):
        people = {"kids", "women"}
        for chunk in chunks:
            if "haircut" in chunk.heads and not chunk.audience & people:
                chunk.audience.add("men")
