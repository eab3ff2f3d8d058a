"""What is said of a wish given to the one it belongs to: «мужская», «с покрытием», «ребёнку», «не надо»."""

from __future__ import annotations

import itertools
import re

from whatsapp.assistant.understand import beauty, cuts, elliptic
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.chunk import BREAKS, JOINERS, SEPARATORS, Chunk, negated
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.wordlist import words

_BACKWARD = words("с со без под на для по")  # «с покрытием» belongs to what stands before


# What is done to a part of the body when no procedure is named and the salon lists none for it.
_CARE = (
    ("hands", "manicure"), ("legs", "pedicure"), ("bikini", "hair_removal"), ("armpits", "hair_removal"),
    ("back", "massage"), ("neck", "massage"),
)  # fmt: skip
_PARTING = SEPARATORS - {"с", "со"}
_REFUSALS = (
    ["не", "надо"], ["не", "нужно"], ["не", "нужен"], ["не", "нужна"], ["не", "буду"], ["не", "нужны"],
)  # fmt: skip
_NEEDLESS = frozenset(("не нужен", "не нужна", "не нужно", "не надо", "не нужны"))
_MYSELF = frozenset(("мне", "себе", "меня"))
_PERSONAL = frozenset(("мне", "ему", "ей", "им", "себе", "меня", "его", "ее"))
_EACH = tuple([",", whom] for whom in _PERSONAL)  # «мне женская стрижка, ей детская»


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
        chunk = _nearest(line, chunks, i, extra - beauty.AUDIENCE, index)
        if chunk is None:
            continue
        if extra <= beauty.AUDIENCE and elliptic.another_comes(line, chunk, i, extra):
            chunk = next((c for c in chunks if c.start > i >= chunk.end), chunk)
            if i >= chunk.end and elliptic.kind_follows(line, i):
                continue
        if extra <= beauty.AUDIENCE and _in_place_of(line, chunk, i):
            chunks.insert(
                chunks.index(chunk) + 1, Chunk(i, i + 1, audience=set(extra), evoked=True)
            )
            continue
        if extra & index.features - beauty.AUDIENCE and _taken_out(line, i):
            chunks.insert(
                chunks.index(chunk) + (chunk.start < i),
                Chunk(i, i + 1, mods=set(extra), evoked=True),
            )
            continue
        if i < chunk.start and line.tokens[i - 1 : i] and line.tokens[i - 1].word == "вместо":
            old = extra & index.features - beauty.AUDIENCE
            if old and _fits(chunk, old, index):  # «вместо гель-лака просто маникюр»
                chunk.without |= old
                given_up = Chunk(i, i + 1, heads=set(chunk.heads), mods=set(old), evoked=True)
                chunks.insert(chunks.index(chunk), given_up)
                continue
        needless = _needless(line, i)
        refused = negated(line, i) or needless
        another = None if refused else _another(line, chunk, i, extra, index)
        if another is not None:
            chunks.insert(chunks.index(chunk) + (another.start > chunk.start), another)
            continue
        if _instead(line, chunk, i) and extra & index.features - beauty.AUDIENCE:
            chunks.insert(chunks.index(chunk), Chunk(i, i + 1, mods=set(extra), evoked=True))
            continue  # «2д вместо ламинирования»
        if refused and extra <= beauty.AUDIENCE:
            at = chunks.index(chunk) + (i >= chunk.end)
            chunks.insert(at, Chunk(i, i + 1, heads=set(chunk.heads), audience=set(extra)))
            continue  # «не детскую, а женскую стрижку»
        person = beauty.person(line.tokens[i].word)
        if person and _addressed(line, i):
            continue
        if person and i and line.tokens[i - 1].word in ("после", "до", "перед", "за", "вместо"):
            continue  # «можно мне после мужа?»
        follow = [t.word for t in line.tokens[i + 1 : i + 3]]
        beside = follow[:1] == ["и"] and follow[-1] in _MYSELF  # «мужу и мне подстричься»
        mine = any(t.word in _MYSELF for t in line.tokens[i + 1 : chunk.start])
        if person and mine and not beside:
            continue  # «мы с сыном, мне стрижку»: that one is the speaker's
        if person:
            chunk.persons.append((i, frozenset(extra & beauty.AUDIENCE)))
        for feature in extra:
            if feature in beauty.AUDIENCE:
                chunk.audience.add(feature)
            elif feature in (chunk.mods if refused else chunk.without):
                other = Chunk(i, i + 1, set(chunk.heads))  # «без покрытия и с гелем»
                (other.without if refused else other.mods).add(feature)
                chunks.insert(chunks.index(chunk) + 1, other)
            elif refused:
                chunk.without.add(feature)
            else:
                chunk.mods.add(feature)
        if not extra <= beauty.AUDIENCE and abs(i - chunk.end) <= 3 and not needless:
            chunk.start, chunk.end = min(chunk.start, i), max(chunk.end, i + 1)
    elliptic.again(line, chunks, index)
    elliptic.distribute(line, chunks, index)
    elliptic.same_way(line, chunks, index)
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
        stays = any(t.startswith("остав") for t in (*before[-1:], *after[:1]))
        chunk.rejected |= stays and line.has("отмен~")  # «ресницы отменяем, педикюр оставляем»
        chunk.rejected |= _taken_out(line, chunk.start)
        chunk.rejected |= before[-2:] in (["не", "на"], ["а", "не"])
        earlier = [t.word for t in line.tokens[max(0, chunk.start - 3) : chunk.start]]
        chunk.rejected |= " ".join(earlier[-2:]) in _NEEDLESS or " ".join(earlier[:2]) in _NEEDLESS
        chunk.rejected |= after[:2] in _REFUSALS
        dated = [
            t.word for t in line.tokens[chunk.end : chunk.end + 5] if not t.code.startswith("#")
        ]
        chunk.rejected |= dated[:1] in (["в"], ["на"]) and dated[1:3] in _REFUSALS
        if chunk.rejected and at and before[-1] == "без":
            chunks[at - 1].without |= chunk.heads  # the title may say «без укладки» itself
        chunk.mods -= chunk.heads
        if chunk.heads == {"lips"} and "fillers" in index.features and not line.has("губу"):
            chunk.heads = {"lips", "fillers"}  # «на губки» where lips are filled
        if not chunk.audience:
            chunk.audience |= cuts.whose(line, chunk.start, chunk.end)
        bare = {"laser", "sugar", "wax"} & chunk.mods or "hair_removal" in chunk.heads
        if "moustache" in chunk.mods and (bare or "beard" not in index.features):
            removal = {"hair_removal"} & index.features
            chunk.heads = (chunk.heads - {"beard"}) | {"lips"} | removal  # «усики» to be removed
        chunk.mods.discard("moustache")
        if "plain" in chunk.mods and "plain" not in index.features:
            chunk.mods.discard("plain")
            chunk.without.add("gel")
        nails = "gel" in chunk.mods or "manicure" in chunk.heads
        if "legs" in chunk.heads and nails and not chunk.heads & {"hair_removal", "massage"}:
            chunk.heads = (chunk.heads - {"legs", "manicure"}) | {"pedicure"}  # «шеллак на ногах»
        for part, care in _CARE:
            if chunk.heads == {part} and part not in index.features and care in index.features:
                zone = _zone_of(line, chunks, at) if care != "massage" else None
                if chunk.mods & beauty.WAYS and "hair_removal" in index.features:
                    care = "hair_removal"  # «лазер ноги»: no pedicure
                chunk.mods |= zone.mods if zone else set()
                chunk.heads = (
                    zone.heads - beauty.OBJECTS if zone else {care}
                )  # «ручки и ножки сделать»
        if "hands" in chunk.heads and nails:
            chunk.heads = (chunk.heads - {"hands"}) | {"manicure"}


def _zone_of(line: Line, chunks: list[Chunk], at: int) -> Chunk | None:
    """«шугаринг, ноги полностью и подмышки»: where hair is to be taken off, said after it."""
    if line.tokens[chunks[at].start].word.startswith(("ручк", "ножк")):
        return None
    before = [c for c in chunks[:at] if "hair_removal" in c.heads and not c.rejected]
    return before[-1] if before else None


_ADDRESS = frozenset(("девушка", "девушки", "женщина", "мужчина", "мужчины"))
_GREETED = words("здравствуйте привет да алло извините спасибо день вечер") | BREAKS | {","}


def _addressed(line: Line, at: int) -> bool:
    """«здравствуйте, девушка, запишите внука»: whom the client speaks to, not who comes; «я папа» neither."""
    before = line.tokens[at - 1].word if at else "|"
    return before == "я" or (line.tokens[at].word in _ADDRESS and before in _GREETED)


def _in_place_of(line: Line, chunk: Chunk, at: int) -> bool:
    """«не фейд, а просто мужская»: what takes the place of the service refused just before."""
    refused = chunk.start > 0 and line.tokens[chunk.start - 1].word == "не"
    gap = [t.word for t in line.tokens[chunk.end : at]]
    person = beauty.person(line.tokens[at].word)
    return refused and not person and "а" in gap and len(gap) <= 4


def _taken_out(line: Line, at: int) -> bool:
    """«уберите дизайн, маникюр оставьте»: of two that were named, the one that goes."""
    out = at > 0 and re.match("убер|убра|исключ", line.tokens[at - 1].word) is not None
    return out and line.has("остав~")


def _needless(line: Line, at: int) -> bool:
    """«маникюр, покрытие не надо»"""
    return " ".join(t.word for t in line.tokens[at + 1 : at + 3]) in _NEEDLESS


def _instead(line: Line, chunk: Chunk, at: int) -> bool:
    return at < chunk.start and line.tokens[chunk.start - 1].word == "вместо"


_COMPARED = frozenset(("лучше", "хуже", "от", "отличается", "отличаются"))


def _another(line: Line, chunk: Chunk, at: int, extra: set[str], index: Catalogue) -> Chunk | None:
    """A wish of its own behind «и»: «мне стрижку и ему детскую», «обёртывание и лимфодренаж»."""
    if chunk.start <= at < chunk.end:
        return None
    left, right = (chunk.end, at) if at >= chunk.end else (at + 1, chunk.start)
    gap = [t.word for t in line.tokens[left:right]]
    if (
        at < chunk.start
        and elliptic.each_their_kind(line, at, gap)
        and any(chunk.heads & p.heads and extra <= p.offers | p.audience for p in index.profiles)
    ):
        audience = extra & beauty.AUDIENCE
        return Chunk(at, at + 1, set(chunk.heads), mods=extra - audience, audience=audience)
    if at >= chunk.end and chunk.mods and _COMPARED & set(gap) and line.has("чем|отлич~|разниц~"):
        return Chunk(
            at, at + 1, heads=set(chunk.heads), mods=set(extra)
        )  # «чем японский лучше аппаратного?»
    if not any(word in JOINERS for word in gap) and gap[:1] + gap[-1:] not in _EACH:
        return None
    audience = extra & beauty.AUDIENCE
    if audience and at < chunk.start:
        return None
    if audience:
        own_kind = not beauty.person(line.tokens[at].word) and not audience <= chunk.audience
        spoken = chunk.audience or any(word in _PERSONAL for word in (*_spoken(line, chunk), *gap))
        if not (own_kind and spoken):
            return None
        return Chunk(at, at + 1, heads=set(chunk.heads), audience=set(audience))
    whole = extra | chunk.mods
    deeds = chunk.heads & beauty.PLIANT
    bared = at >= chunk.end and chunk.heads == {"removal"} and "manicure" in index.heads
    together = [
        p
        for p in index.profiles
        if chunk.heads & p.heads
        and whole <= p.offers
        and deeds <= p.offers
        and not (bared and p.heads == {"removal"})
    ]
    alone = [p for p in index.profiles if extra & p.offers and not p.composite]
    if together or not alone:
        return None
    if bared and extra <= {"gel", "classic", "plain", "french"} and not together:
        return Chunk(at, at + 1, heads={"manicure"}, mods=set(extra))  # «снять и покрыть заново»
    if any(chunk.heads & p.heads for p in alone):  # «брови пинцетом и краской»
        if not any(chunk.heads <= p.offers for p in alone):
            return Chunk(at, at + 1, mods=set(extra), evoked=True)  # «коррекция ногтей и дизайн»
        parts = chunk.heads & beauty.OBJECTS  # «массаж лица и стоп»
        heads = chunk.heads - parts
        return Chunk(at, at + 1, heads=heads, mods=set(extra)) if chunk.mods or parts else None
    hands = "gel" in extra and "pedicure" in index.heads  # «гель-лак и бровки»
    heads = {"manicure"} if hands else set()
    return Chunk(at, at + 1, heads=heads, mods=set(extra), evoked=True)


def _spoken(line: Line, chunk: Chunk) -> list[str]:
    return [t.word for t in line.tokens[max(0, chunk.start - 3) : chunk.start]]


def _nearest(
    line: Line, chunks: list[Chunk], at: int, extra: set[str], index: Catalogue
) -> Chunk | None:
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
        joined = behind is not None and not any(
            t.word in BREAKS or t.word == "," for t in line.tokens[behind.end : at]
        )
        own = joined and behind is not None and _fits(behind, extra, index)
        if own and not _fits(ahead, extra, index):
            return behind  # «маник + гель-лак с дизайном»
        near = len(gap) <= 2 and not any(w in (SEPARATORS if own else _PARTING) for w in gap)
        if near and not (behind is not None and previous in _BACKWARD and at - behind.end <= 1):
            return ahead
    if behind is not None:
        gap = [t.word for t in line.tokens[behind.end : at]]
        if not any(w in BREAKS for w in gap) or ahead is None:
            return behind
    return ahead or behind


def _fits(chunk: Chunk, extra: set[str], index: Catalogue) -> bool:
    """A service of the catalogue is both: «маникюр» and «гель-лак»."""
    return bool(extra) and any(
        chunk.heads & p.heads and extra <= p.offers and not p.composite for p in index.profiles
    )
