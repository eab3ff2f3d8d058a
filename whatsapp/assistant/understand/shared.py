"""One procedure named for several people: whose wish is whose."""

from __future__ import annotations

import itertools

from whatsapp.assistant.understand import beauty
from whatsapp.assistant.understand.chunk import JOINERS, Chunk
from whatsapp.assistant.understand.patterns import Line, pat


def divide(line: Line, chunks: list[Chunk]) -> None:
    """«маме и дочке стрижку»: one procedure named once, for people who need different ones."""
    for chunk in list(chunks):
        people = [
            (i, who)
            for i, who in chunk.persons
            if not any(who < other for _, other in chunk.persons)
        ]
        kinds = list(dict.fromkeys(who for _, who in people))
        if len(kinds) < 2 or not _coordinated(line, [i for i, _ in people]):
            continue
        copies = [
            Chunk(chunk.start, chunk.end, set(chunk.heads), set(chunk.mods), set(who))
            for who in (*_speaker(line, [i for i, _ in people]), *kinds)
        ]
        at = chunks.index(chunk)
        chunks[at : at + 1] = copies


_SPOUSES = (
    ("муж", "women"),
    ("парн", "women"),
    ("парень", "women"),
    ("жен", "men"),
    ("девушк", "men"),
)


def _speaker(line: Line, places: list[int]) -> list[frozenset[str]]:
    """«я, муж и сын»: the one who writes stands in the list, and whose husband comes is a woman."""
    others = set(places)
    listed = any(
        t.word in ("я", "мне", "меня", "себя", "себе")
        and line.tokens[i + 1 : i + 3]
        and line.tokens[i + 1].word in (",", "и")
        and ({i + 2, i + 3} & others)
        for i, t in enumerate(line.tokens)
    )
    if not listed:
        return []
    said = [line.tokens[i].word for i in places]
    sexes = {sex for stem, sex in _SPOUSES for word in said if word.startswith(stem)}
    return [frozenset(sexes)] if len(sexes) == 1 else []


def _coordinated(line: Line, places: list[int]) -> bool:
    if line.has("обоим|обоих|обеих|обеим|двоих|двое|вдвоем|всех|всем"):
        return True
    for left, right in itertools.pairwise(places):
        gap = [t.word for t in line.tokens[left + 1 : right]]
        if len(gap) <= 5 and any(word in JOINERS or word in (",", "с", "со") for word in gap):
            return True
    return False


def share(line: Line, chunks: list[Chunk]) -> None:
    """«мне стрижку и дочке тоже»: one procedure named once, for the speaker and for another."""
    child = {"kids"} | beauty.SEXES
    whom = chunks[0].audience if len(chunks) == 1 else set()
    other = {"men": "women", "women": "men"}
    spouse = line.has("муж|мужу|мужем|мужа|парнем|парню|жена|жене|жену|женой") and len(whom) == 1
    if not (("kids" in whom and whom <= child) or spouse) or line.has("детск~|мужск~|женск~"):
        return
    own = set() if not spouse else {other[a] for a in whom if a in other}
    theirs = chunks[0]
    chunks.insert(0, Chunk(theirs.start, theirs.end, set(theirs.heads), set(theirs.mods), own))


def aged(line: Line, chunks: list[Chunk], child: frozenset[str]) -> None:
    """«мне с мамой женские стрижки, и племяннице 4 годика»: the child whose age is told comes besides."""
    grown = chunks[0]
    if not grown.audience or grown.audience & child or grown.persons:
        return
    for hit in line.in_codes(pat("N:n лет|год|года|годик~|годов|годку")):
        gap = [t.word for t in line.tokens[grown.end : hit.start]]
        if hit.start > grown.end and {"и", "а", "+", "плюс"} & set(gap):
            chunks.append(Chunk(grown.start, grown.end, set(grown.heads), audience=set(child)))
            return


def company(chunks: list[Chunk]) -> None:
    """A beard beside a haircut makes the haircut a man's."""
    if any(c.heads & {"beard", "shave"} for c in chunks):
        people = {"kids", "women"}
        for chunk in chunks:
            if "haircut" in chunk.heads and not chunk.audience & people and not chunk.mods:
                chunk.audience.add("men")
