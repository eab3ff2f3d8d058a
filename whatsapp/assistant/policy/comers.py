"""Who is named in a message as coming, each with the words that are said of them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from whatsapp.assistant.frame import Frame
from whatsapp.assistant.understand import morph, people
from whatsapp.assistant.understand.normalise import unify

_WORD = re.compile(r"[а-яёА-ЯЁ]+(?:-[а-яёА-ЯЁ]+)?")
_SELF = ("я", "мне", "меня", "мной", "мною", "себе", "себя")
# «я с мужем: мне маникюр, ему стрижка»: of the one named before.
_ABOUT = {
    "он": "masc", "ему": "masc", "его": "masc", "она": "femn", "ей": "femn", "ее": "femn",
}  # fmt: skip
# «следом за мамой», «после сына»: of whom one comes behind, not who comes.
_BESIDE = ("за", "после", "перед", "до", "от", "у", "к", "ко", "из", "про", "как", "через")
_EDGE = r"(?:[\s,;.:—-]|\b(?:а|и|ну|с|со|для|на)\b)+"
_EDGES = re.compile(rf"^{_EDGE}|{_EDGE}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A person and the words said of them. `who` None: the client."""

    who: str | None
    words: str
    one: Frame | None = None


def people_in(text: str) -> list[Said]:
    """Whoever is named as coming, in the order they are named, each with the words up to the next."""
    hits: list[tuple[int, int, str | None]] = []
    words = list(_WORD.finditer(text))
    for i, hit in enumerate(words):
        word, before = unify(hit.group()), unify(words[i - 1].group()) if i else ""
        if before in _BESIDE:
            continue
        if word in _SELF:
            hits.append((hit.start(), hit.end(), None))
        elif people.relative(word) and _many(word):
            return []  # «двоих детей»: how many, people.read tells
        elif people.relative(word) and not _does(words, i):
            hits.append((hit.start(), hit.end(), morph.lemma(word)))
        elif word in _ABOUT and (who := _meant(word, hits)) is not None:
            hits.append((hit.start(), hit.end(), who))
    found: list[Said] = []
    starts = [_lead(text, start) for start, _, _ in hits]
    for at, ((start, end, who), begin) in enumerate(zip(hits, starts, strict=True)):
        until = starts[at + 1] if at + 1 < len(hits) else len(text)
        words_said = bare(f"{text[begin:start]} {text[end:until]}")
        same = next((i for i, item in enumerate(found) if item.who == who), None)
        if same is None:
            found.append(Said(who, words_said))
        else:
            found[same] = replace(found[same], words=f"{found[same].words} {words_said}".strip())
    return found


def _meant(word: str, hits: list[tuple[int, int, str | None]]) -> str | None:
    """Whom «ему» means: the only one of that gender named so far."""
    named = {who for _, _, who in hits if who is not None}
    fits = [who for who in named if {r.gender for r in morph.readings(who)[:1]} == {_ABOUT[word]}]
    return fits[0] if len(fits) == 1 else None


def _many(word: str) -> bool:
    return all(r.number == "plur" for r in morph.readings(word)[:2])


def _lead(text: str, at: int) -> int:
    """«потом маме»: the word before belongs to the one behind it."""
    before = re.search(r"\b(?:потом|затем|следом|сначала)\s+$", text[:at], re.IGNORECASE)
    return before.start() if before else at


def _does(words: list[re.Match[str]], at: int) -> bool:
    """«мама посоветовала», «муж заберёт меня»: who does something does not come."""
    follow = unify(words[at + 1].group()) if at + 1 < len(words) else ""
    nominative = any(r.case == "nomn" for r in morph.readings(unify(words[at].group()))[:2])
    verbs = [r for r in morph.readings(follow)[:1] if r.pos == "VERB"]
    comes = follow.startswith(("хоч", "хот", "прид", "буд", "тож", "зап", "жела"))
    return nominative and bool(verbs) and not comes


def bare(words: str) -> str:
    return _EDGES.sub("", words).strip()


def of(who: str | None, words: str) -> str:
    """«мне маникюр», «мужу стрижку»: the words as they are said of this person alone."""
    whom = "мне" if who is None else morph.inflect(who, "datv", "sing") or who
    return f"{whom} {words}"
