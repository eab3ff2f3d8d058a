"""Russian given names: diminutives, genders, and every case form, by rule."""

from __future__ import annotations

from functools import lru_cache

from whatsapp.assistant.understand.name_tables import FEMALE, MALE

_IRREGULAR = {
    "павел": ("павел", "павла", "павлу", "павла", "павлом", "павле"),
    "лев": ("лев", "льва", "льву", "льва", "львом", "льве"),
    "любовь": ("любовь", "любови", "любови", "любовь", "любовью", "любови"),
}
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")


def _read(table: str, gender: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    out = {}
    for line in table.strip().splitlines():
        full, _, short = line.partition(":")
        out[full] = (gender, tuple(item.replace("ё", "е") for item in short.split()))
    return out


FULL: dict[str, tuple[str, tuple[str, ...]]] = {**_read(FEMALE, "femn"), **_read(MALE, "masc")}


@lru_cache(maxsize=4096)
def forms(name: str, gender: str = "") -> tuple[str, ...]:
    """The six cases of a unified name, in the order of CASES; unknown shapes stay as they are."""
    if name in _IRREGULAR:
        return _IRREGULAR[name]
    stem, last = name[:-1], name[-1:]
    if last == "а":
        soft = stem[-1:] in "гкхжшщч"
        ending = "ей" if stem[-1:] in "жшщчц" else "ой"
        return (
            name,
            stem + ("и" if soft else "ы"),
            stem + "е",
            stem + "у",
            stem + ending,
            stem + "е",
        )
    if last == "я":
        dative = "и" if stem.endswith("и") else "е"
        return (name, stem + "и", stem + dative, stem + "ю", stem + "ей", stem + dative)
    if last == "й" and gender != "femn":
        loct = "и" if stem.endswith("и") else "е"
        return (name, stem + "я", stem + "ю", stem + "я", stem + "ем", stem + loct)
    if last == "ь" and gender == "femn":
        return (name, stem + "и", stem + "и", name, name + "ю", stem + "и")
    if last == "ь":
        return (name, stem + "я", stem + "ю", stem + "я", stem + "ем", stem + "е")
    if last and last in "бвгджзклмнпрстфхцчшщ" and gender != "femn":
        if name.endswith("ек") and len(name) > 3:
            stem = name[:-2] + "ьк"
            return (name, stem + "а", stem + "у", stem + "а", stem + "ом", stem + "е")
        return (name, name + "а", name + "у", name + "а", name + "ом", name + "е")
    return (name,) * 6


@lru_cache(maxsize=1)
def _shorts() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for full, (_, shorts) in FULL.items():
        for short in shorts:
            table.setdefault(short, set()).add(full)
    return {short: frozenset(fulls) for short, fulls in table.items()}


def gender_of(name: str) -> str:
    """«masc», «femn» or "" for a unified name as written."""
    if name in FULL:
        return FULL[name][0]
    fulls = _shorts().get(name, frozenset())
    genders = {FULL[full][0] for full in fulls}
    if len(genders) == 1:
        return genders.pop()
    return "" if genders else "femn" if name.endswith(("а", "я", "ь", "и")) else "masc"


def relatives(name: str) -> frozenset[str]:
    """All ways to call the bearer of a unified name: «катя» -> екатерина, катюша, …"""
    fulls = {name} if name in FULL else set(_shorts().get(name, frozenset()))
    out = {name, *_fond(name)}
    if name in FULL:
        out |= {fond for short in FULL[name][1] for fond in _fond(short)}
    for full in fulls:
        out |= {full, *FULL[full][1]}
    return frozenset(out)


def _fond(name: str) -> tuple[str, ...]:
    """«ренаточка», «марьяночка», «эльдарчик»: diminutives any name can take."""
    if len(name) < 3:
        return ()
    if name.endswith("а"):
        return (name[:-1] + "очка", name[:-1] + "ечка", name[:-1] + "уша")
    if name.endswith("я"):
        return tuple(name[:-1] + end for end in ("ечка", "юшка", "яша", "юша"))
    return (name + "чик", name + "ушка") if name[-1] in "бвгджзклмнпрст" else ()


@lru_cache(maxsize=1)
def _known_forms() -> dict[str, frozenset[tuple[str, str]]]:
    """form -> {(nominative, case)} over all names of the tables."""
    table: dict[str, set[tuple[str, str]]] = {}
    for full, (gender, shorts) in FULL.items():
        for name in (full, *shorts):
            for form, case in zip(forms(name, gender), CASES, strict=True):
                table.setdefault(form, set()).add((name, case))
    return {form: frozenset(found) for form, found in table.items()}


@lru_cache(maxsize=8192)
def known_name(word: str) -> frozenset[tuple[str, str]]:
    """{(nominative, case)} of a unified word that is a given name; empty otherwise."""
    return _known_forms().get(word, frozenset())
