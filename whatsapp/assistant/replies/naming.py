"""How salons, services and masters are called inside a sentence, with a nominative fallback."""

from __future__ import annotations

import re
import unicodedata

from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import morph, names

_SPACES = re.compile(r"\s+")
_CASE_INDEX = {case: i for i, case in enumerate(names.CASES)}


def tidy(title: str) -> str:
    """A catalogue title as it may stand in a sentence: one line, no emoji, no stray spaces."""
    kept = "".join(ch for ch in title if unicodedata.category(ch) not in ("So", "Cf", "Mn", "Sk"))
    return _SPACES.sub(" ", kept).strip(" |,;") or "услуга"


def lower(title: str) -> str:
    """«Мужская стрижка» -> «мужская стрижка»; «SPA-уход» stays."""
    text = tidy(title)
    return text[:1].lower() + text[1:] if len(text) > 1 and not text[1].isupper() else text


def service(salon: SalonView, service_id: str) -> str:
    """The service's title inside a sentence."""
    found = salon.service(service_id)
    return lower(found.title) if found is not None else "услуга"


def kind(salon: SalonView, ids: tuple[str, ...]) -> str:
    """One name for several services: «стрижка» for three of them, the title for a single one."""
    if len(ids) == 1:
        return service(salon, ids[0])
    found = [
        {morph.lemma(w) for w in re.findall(r"[а-яё]+", lower(s.title))}
        for s in salon.services
        if s.id in ids
    ]
    shared = set.intersection(*found) if found else set()
    nouns = [w for w in sorted(shared) if any(r.pos == "NOUN" for r in morph.readings(w)[:1])]
    return nouns[0] if len(nouns) == 1 else service(salon, ids[0])


def services(salon: SalonView, ids: tuple[str, ...]) -> str:
    return " + ".join(service(salon, item) for item in ids)


def master(salon: SalonView, staff_id: str | None) -> str:
    """The master's name as the salon writes it, "" when unknown."""
    found = salon.master(staff_id)
    return tidy(found.name) if found is not None else ""


def master_in(salon: SalonView, staff_id: str | None, case: str) -> str:
    """The name in a case («gent» for «у …», «datv» for «к …»); nominative when we cannot be sure."""
    name = master(salon, staff_id)
    words = name.split()
    if not words or not all(re.fullmatch(r"[А-ЯЁа-яё]+", word) for word in words):
        return name
    forms = [
        _word_in(word, case, names.gender_of(words[0].lower().replace("ё", "е"))) for word in words
    ]
    return (
        " ".join(form or word for form, word in zip(forms, words, strict=True))
        if all(forms)
        else name
    )


def _word_in(word: str, case: str, gender: str) -> str | None:
    unified = word.lower().replace("ё", "е")
    if names.known_name(unified) or (names.gender_of(unified) and _looks_given(unified)):
        lower_word = word.lower()
        if unified in ("петр", "павел", "лев"):
            lower_word = unified
        form = names.forms(lower_word, names.gender_of(unified))[_CASE_INDEX[case]]
        return form[:1].upper() + form[1:]
    wanted = (case, gender) if gender else (case,)
    for reading in morph.readings(unified)[:4]:
        if "Surn" in reading.tags and (not gender or reading.gender in (gender, "ms-f")):
            return morph.inflect(word, *wanted)
    return None


def _looks_given(unified: str) -> bool:
    return any(reading.is_name for reading in morph.readings(unified)[:4])


def salon_of(salon: SalonView) -> str:
    """After «помощник»: «студии «Лилия»»; «салона «Бьюти»» when the title is a bare name."""
    title = tidy(salon.title)
    match = re.match(r"^([^«\"]*)([«\"].*)$", title)
    if match is None:
        return f"салона «{title}»"
    kind, name = match.group(1).strip(), match.group(2)
    if not kind:
        return f"салона {name}"
    words = []
    for word in kind.split():
        form = morph.inflect(word.lower(), "gent", "sing")
        if form is None or not re.fullmatch(r"[а-яё-]+", word.lower()):
            words.append(word.lower() if word is not kind.split()[0] else "")
            continue
        words.append(form)
    if not words[0]:
        return f"салона {name}"
    if len(words) > 1 and not _agrees(kind.split()):
        # «центр красоты»: only the first noun is ours to decline
        words = [words[0], *(word.lower() for word in kind.split()[1:])]
    return " ".join([*words, name])


def _agrees(words: list[str]) -> bool:
    """«ногтевая студия»: an adjective and its noun decline together."""
    return any(r.pos == "ADJF" for r in morph.readings(words[0].lower())[:2])
