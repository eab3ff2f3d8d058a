"""One procedure said once for several: «маме с покрытием, а мне без», «мне гигиенический, а мужу мужской»."""

from __future__ import annotations

import itertools

from whatsapp.assistant.understand import beauty
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.chunk import JOINERS, Chunk
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.wordlist import words

WHOM = words(
    """
    мне ей ему подруге маме папе дочке дочери сыну ребенку сестре брату бабушке дедушке жене мужу
    второй другой
    """
)


def again(line: Line, chunks: list[Chunk], index: Catalogue) -> None:
    """«маме педикюр с покрытием, а мне без»: the same procedure once more, without what was said of it."""
    for chunk in list(chunks):
        for i in range(chunk.end, min(chunk.end + 4, len(line.tokens) - 1)):
            follow = line.tokens[i + 2] if i + 2 < len(line.tokens) else None
            bare = line.tokens[i + 1].word == "без" and (follow is None or follow.kind != "word")
            if line.tokens[i].word in WHOM and bare and chunk.mods:
                without = set(chunk.mods)
                other = Chunk(i, i + 2, heads=set(chunk.heads), without=without)
                if any(chunk.heads & p.heads and without & p.without for p in index.profiles):
                    chunks.insert(chunks.index(chunk) + 1, other)


def distribute(line: Line, chunks: list[Chunk], index: Catalogue) -> None:
    """«маникюр и педикюр с покрытием»: what follows a pair is said of both, where both have it."""
    for left, right in itertools.pairwise(chunks):
        gap = [t.word for t in line.tokens[left.end : right.start]]
        extras = right.mods | right.without
        if left.mods or left.without or left.audience or not extras or gap not in _PAIRED:
            continue
        if left.heads <= beauty.PLIANT and right.without:
            continue  # «снятие и маникюр без покрытия»
        if not (right.start < right.end - 1 and line.tokens[right.start].word not in extras):
            continue
        for p in index.profiles:
            if left.heads <= p.heads and extras <= p.offers | p.without and not p.composite:
                left.mods, left.without = set(right.mods), set(right.without)
                break


def same_way(line: Line, chunks: list[Chunk], index: Catalogue) -> None:
    """«лазер подмышки и глубокое бикини», «подмышки, бикини сахаром»: one way of taking hair off for all."""
    for left, right in itertools.pairwise(chunks):
        gap = [t.word for t in line.tokens[left.end : right.start]]
        if any(word not in (*_JOINS, *_ZONE_SAID) for word in gap):
            continue
        for said, bare in ((left, right), (right, left)):
            ways = said.mods & beauty.WAYS
            zone = bare.heads & beauty.ZONES
            if not ways or bare.mods & beauty.WAYS or not zone or bare.heads - zone:
                continue
            if any(zone & p.heads and ways & p.offers for p in index.profiles):
                bare.mods |= ways


_JOINS = ("и", "+", "плюс", ",", "еще")
_ZONE_SAID = ("глубокое", "глубокого", "полностью", "классическое", "классика", "тотальное")
_PAIRED: tuple[list[str], ...] = (["и"], ["+"], ["плюс"], [","], [])


def each_their_kind(line: Line, at: int, gap: list[str]) -> bool:
    """«мне гигиенический, а мужу мужской педикюр»: two kinds of the one procedure named last."""
    if not at or line.tokens[at - 1].word not in WHOM or beauty.person(line.tokens[at].word):
        return False
    whom = next((i for i, word in enumerate(gap) if word in WHOM), 0)
    return whom > 0 and gap[whom - 1] in ("а", "и", ",") and whom < len(gap) - 1


def another_comes(line: Line, chunk: Chunk, at: int, whom: set[str]) -> bool:
    """«мне женская и дочке детская стрижка»: the second of them is not whom the first wish is for."""
    joined = line.tokens[at - 1].word in (*JOINERS, ",")
    apart = bool(chunk.audience) and not chunk.audience & whom
    return joined and apart and bool(beauty.person(line.tokens[at].word))


def kind_follows(line: Line, at: int) -> bool:
    """«мне стрижку женскую и дочке детскую»: what the other's is called stands right behind."""
    follow = line.tokens[at + 1].word if at + 1 < len(line.tokens) else ""
    return bool(beauty.concepts(follow) & beauty.AUDIENCE) and not beauty.person(follow)
