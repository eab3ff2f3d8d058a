"""A title written out in full, whose words are one wish though they name several procedures."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.understand import morph
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.mention import Mention
from whatsapp.assistant.understand.patterns import Line


def joined(line: Line, mentions: list[Mention], index: Catalogue) -> list[Mention]:
    """«брови: коррекция и окрашивание», a title written out: its last words are no other service."""
    said = {morph.lemma(t.word) for t in line.tokens if t.kind == "word"}
    out: list[Mention] = []
    for mention in mentions:
        before = out[-1] if out else None
        whole = index.get(before.chosen) if before is not None and before.chosen else None
        if before is not None and whole is not None and not whole.composite and whole.title <= said:
            gap = {t.word for t in line.tokens[before.end : mention.start]}
            own = {morph.lemma(t.word) for t in line.tokens[mention.start : mention.end]}
            if len(whole.title) > 2 and own <= whole.title and gap <= {"и", "+", ",", "с", "/"}:
                out[-1] = replace(before, end=mention.end)
                continue
        out.append(mention)
    return out
