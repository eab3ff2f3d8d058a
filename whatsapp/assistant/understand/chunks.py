"""Words around a procedure gathered into one wish: «мужская стрижка машинкой», «маникюр без покрытия»."""

from __future__ import annotations

import itertools

from whatsapp.assistant.understand import afterthought, beauty, elliptic
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.chunk import (
    BREAKS,
    JOINERS,
    REFUSALS,
    SEPARATORS,
    Chunk,
    negated,
)
from whatsapp.assistant.understand.patterns import Line


def is_head(feature: str, index: Catalogue) -> bool:
    return feature in beauty.HEADS or feature in index.heads


def chunks(line: Line, marks: dict[int, frozenset[str]], index: Catalogue) -> list[Chunk]:
    chunks: list[Chunk] = []
    for i, found in marks.items():
        heads = {f for f in found if is_head(f, index) and f not in beauty.AUDIENCE}
        if not heads:
            continue
        last = chunks[-1] if chunks else None
        if last is not None and _same_wish(line, last, i, heads, index):
            last.heads |= heads
            last.end = i + 1
        else:
            chunks.append(Chunk(i, i + 1, heads=set(heads)))
        chunks[-1].mods |= found - heads - beauty.AUDIENCE
    _share_action(line, chunks, index)
    return _things_done(line, chunks, index)


def _things_done(line: Line, chunks: list[Chunk], index: Catalogue) -> list[Chunk]:
    """«брови и покрасить, и корректировать»: a part of the body, then what is to be done to it."""
    out: list[Chunk] = []
    bare: Chunk | None = None
    for chunk in chunks:
        gap = [t.word for t in line.tokens[out[-1].end : chunk.start]] if out else []
        if out and _said_of(line, out[-1], chunk):
            continue
        verb = line.tokens[chunk.start].word.endswith("ть")  # «бороду и стрижку» are two things
        deeds = [word for word in gap if word.endswith("ть")]  # «брови оформить и уложить»
        plain = all(word in (*JOINERS, ",", ":", "форму", *deeds) or _how(word) for word in gap)
        joined = verb and bare is not None and plain
        if chunk.heads == {"massage"} and bare is not None and _shoulders(gap):
            joined = bare.heads <= beauty.ZONES  # «на шею и плечи массаж»
        if joined and bare is not None and chunk.heads <= beauty.ACTIONS and any(
            bare.heads | chunk.heads <= p.heads and not p.composite for p in index.profiles
        ):  # fmt: skip
            chunk.heads |= bare.heads
            if out[-1] is bare and not deeds:
                out.pop()
        else:
            bare = chunk if chunk.heads <= beauty.OBJECTS else None
        out.append(chunk)
    return out


def _said_of(line: Line, left: Chunk, right: Chunk) -> bool:
    """«чёлка в глаза лезет, подстригите»: what is asked for is the thing just spoken of."""
    gap = [t.word for t in line.tokens[left.end : right.start]]
    follow = [t.word for t in line.tokens[right.end : right.end + 1]]
    ordered = line.tokens[right.start].word.endswith(("ите", "ить", "ичь"))
    told = len(gap) in range(2, 8) and not any(word in (*JOINERS, "или") for word in gap)
    whole = follow and (follow[0] in _WHOM or beauty.person(follow[0]))
    parts = left.heads <= {"fringe", "tips", "beard"}
    return (
        bool(left.heads) and parts and right.heads == {"haircut"} and ordered and told and not whole
    )


_WHOM = ("меня", "нас", "мне", "нам", "голову", "его", "ее", "всех")


def _shoulders(gap: list[str]) -> bool:
    """«…и плечи»: a part that the trade's list does not have, named beside one that it has."""
    return len(gap) == 2 and gap[0] in (*JOINERS, ",") and gap[1].startswith("плеч")


def _how(word: str) -> bool:
    """«хной», «воском»: how a thing is done rather than what."""
    found = beauty.concepts(word)
    return bool(found) and not found & (beauty.HEADS | beauty.AUDIENCE)


def _share_action(line: Line, chunks: list[Chunk], index: Catalogue) -> None:
    """«ламинирование ресниц и бровей»: what is done to the one is done to the other, where it is sold."""
    for left, right in itertools.pairwise(chunks):
        gap = [t.word for t in line.tokens[left.end : right.start]]
        deeds = left.heads & beauty.ACTIONS
        if deeds and left.heads & beauty.OBJECTS and right.heads <= beauty.OBJECTS:
            mended = afterthought.CUES & set(gap) and not {"и", "или"} & set(gap)
            if mended and any(deeds | right.heads <= p.heads for p in index.profiles):
                right.heads |= deeds  # «ламинирование ресниц, ой, бровей»
        if gap in (["с"], ["со"]) and right.heads <= beauty.ACTIONS and any(
            left.heads & beauty.OBJECTS
            and right.heads | (left.heads & beauty.OBJECTS) <= p.heads
            and not p.composite
            for p in index.profiles
        ):  # fmt: skip
            right.heads |= left.heads & beauty.OBJECTS  # «коррекция бровей с окрашиванием»
        if gap != ["и"]:
            continue
        objects = left.heads & beauty.OBJECTS
        lone = right.heads == {"color"} and not any(
            right.heads <= p.heads and not p.heads & beauty.OBJECTS for p in index.profiles
        )
        if objects and lone and not right.heads & left.heads:
            right.heads |= objects  # «бороду подровнять и покрасить»
        for done, bare in ((left, right), (right, left)):
            actions = done.heads & beauty.ACTIONS
            if not actions or not done.heads & beauty.OBJECTS or not bare.heads <= beauty.OBJECTS:
                continue
            if any(actions | bare.heads <= p.heads and not p.composite for p in index.profiles):
                bare.heads |= actions


def _same_wish(line: Line, last: Chunk, at: int, heads: set[str], index: Catalogue) -> bool:
    """«окрашивание бровей» is one wish, «стрижка и борода», «маникюр, педикюр» are two."""
    gap = [t.word for t in line.tokens[last.end : at]]
    if not gap and last.start and line.tokens[last.start - 1].word in ("к", "ко"):
        return False  # «добавьте к маникюру снятие»
    if any(word.startswith(("доба", "докин", "допиш", "прибав")) for word in gap):
        return False  # «к педикюру добавьте брови»
    if len(gap) > 3 or any(w in REFUSALS or (w in BREAKS and gap != ["|"]) for w in gap):
        return False
    if gap[-1:] == ["на"] and afterthought.swaps(line):
        return False
    both = last.heads | heads
    if not gap and both == {"beard", "haircut"} and not _beard_cut(line, last.start, at):
        return False  # «стрижка борода маска» lists
    if gap == ["|"]:  # «чистку» and «лица» sent one after the other
        halves = last.heads <= beauty.ACTIONS and heads <= beauty.ZONES
        return halves and any(both <= p.all and not p.composite for p in index.profiles)
    if heads <= last.heads:
        return not any(word in SEPARATORS for word in gap)
    if not gap and (last.heads <= beauty.PLIANT or heads <= beauty.PLIANT):
        return True  # «наращивание ногтей», «ресницы нарастить»
    shared = any(both <= p.all and not p.composite for p in index.profiles)
    if gap[:1] in (["с"], ["со"]) and line.tokens[at].word.endswith("ием"):
        said = both.union(*(beauty.concepts(word) for word in gap))  # «с покрытием и снятием»
        if any(said <= p.all and not p.composite for p in index.profiles):
            return True
    if not any(word in SEPARATORS for word in gap):
        acts_on = bool(both & beauty.OBJECTS) and bool(both & beauty.ACTIONS)
        listed = "mask" in both - last.heads and not gap  # «стрижка борода маска»
        return shared or (acts_on and len(gap) <= 2 and not listed)
    # «коррекция и окрашивание бровей»: an action that cannot stand alone waits for its object
    waiting = last.heads <= beauty.PLIANT | {"color"} and bool({"и", "+", "плюс"} & set(gap))
    return (
        shared
        and waiting
        and bool(last.heads & beauty.PLIANT or heads & (beauty.OBJECTS | beauty.PLIANT))
    )


def _beard_cut(line: Line, *places: int) -> bool:
    """«стрижка бороды», «бороду подстричь»: one thing, told by the genitive or by a verb."""
    said = [line.tokens[i].word for i in places]
    return any(word.endswith(("ды", "ов", "ть", "ться", "те")) for word in said)


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
        if mods and line.tokens[i - 1 : i] and line.tokens[i - 1].word in ("не", "вместо"):
            found.append(Chunk(i, i + 1, mods=set(mods), evoked=True, rejected=True))
            continue  # «хочу не 2д, а 3д»
        if last is None or last.rejected or _apart(line, last, i, mods | audience, index):
            found.append(Chunk(i, i + 1, evoked=True))
        chunk = found[-1]
        chunk.end = i + 1
        chunk.audience |= audience
        kept = chunk.without if negated(line, i) else chunk.mods
        kept |= mods
    for chunk in found:
        added = line.tokens[chunk.start - 1].word in ("с", "со") if chunk.start else False
        if "gel" in chunk.mods and not (chunk.rejected or added) and "pedicure" in index.heads:
            chunk.heads = {"manicure"}  # «на шеллак»: the hands, unless feet are spoken of
    return found


def _apart(line: Line, last: Chunk, at: int, found: frozenset[str], index: Catalogue) -> bool:
    """«чем лпг отличается от лимфодренажного», «мне женскую и сыну»: two, unless one title says both."""
    gap = [t.word for t in line.tokens[last.end : at]]
    mods, whom = found - beauty.AUDIENCE, found & beauty.AUDIENCE
    if whom and last.audience and not whom & last.audience and not mods | last.mods:
        return any(w in SEPARATORS for w in gap)
    another = any(w in elliptic.WHOM for w in gap) and bool(last.audience | last.mods)
    if mods and another and any(w in SEPARATORS for w in gap):
        return True  # «мне мужскую и жене модельную»
    if not mods or not last.mods or not any(w in SEPARATORS or w in ("от", "на") for w in gap):
        return False
    return not any(mods | last.mods <= p.offers and not p.composite for p in index.profiles)
