"""The salon's masters by every form of their names: built once per SalonView."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import foreign_names, morph, names, surnames
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.understand.wordlist import words

_NOT_NAMES = words(
    """
    мастер топ стилист парикмахер барбер косметолог администратор арт директор
    """
)


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    given: str
    surnames: tuple[str, ...]  # and the patronymic, when the salon writes it
    gender: str


@dataclass(frozen=True, slots=True)
class Index:
    people: tuple[Person, ...]
    forms: dict[str, frozenset[tuple[str, str, str]]]  # form -> {(staff id, case, the name used)}
    long_forms: tuple[str, ...]

    def by_surname(self, word: str, wanted: set[str]) -> tuple[Person, ...]:
        """Bearers of the surname `word` is a form of; `wanted` are the cases the preposition allows."""
        fitting = tuple(
            p
            for p in self.people
            if any(surnames.cases(word, s, p.gender) & wanted for s in p.surnames)
        )
        return fitting or tuple(
            p for p in self.people if any(surnames.same(word, s, p.gender) for s in p.surnames)
        )


def _called_out(name: str) -> str:
    """How a name is called aloud: «сережа» -> «сереж», «катя» -> «кать»; empty for other shapes."""
    if len(name) < 3 or name[-1] not in "ая" or name[-2] in "аеиоуыэюяй":
        return ""
    return name[:-1] + ("ь" if name[-1] == "я" else "")


@lru_cache(maxsize=256)
def index_of(salon: SalonView) -> Index:
    people: list[Person] = []
    table: dict[str, set[tuple[str, str, str]]] = {}
    for master in salon.staff:
        parts = [w for w in re.findall(r"[а-яa-z]+", unify(master.name)) if len(w) > 1]
        parts = [w for w in parts if w not in _NOT_NAMES] or parts or [unify(master.name)]
        latin = parts[0]
        parts = [foreign_names.russian(w) for w in parts]
        given = next((w for w in parts if w in names.FULL), None)
        given = given or next((w for w in parts if names.known_name(w)), None)
        given = given or next(
            (w for w in parts if any(r.is_name for r in morph.readings(w))), parts[0]
        )
        gender = names.gender_of(given)
        rest = tuple(w for w in parts if w != given and len(w) > 2)
        people.append(Person(master.id, given, rest, gender))
        for name in names.relatives(given):
            sex = gender if name == given else names.gender_of(name) or gender
            for form, case in zip(names.forms(name, sex), names.CASES, strict=True):
                table.setdefault(form, set()).add((master.id, case, name))
            call = _called_out(name)
            if call:
                table.setdefault(call, set()).add((master.id, "voct", name))
            if name.endswith("ия") and len(name) <= 4:  # «к Лие» is as usual as «к Лии»
                table.setdefault(name[:-1] + "е", set()).add((master.id, "datv", name))
        for name in foreign_names.spoken(latin):
            for form, case in zip(names.forms(name, gender), names.CASES, strict=True):
                table.setdefault(form, set()).add((master.id, case, name))
    forms = {form: frozenset(found) for form, found in table.items()}
    return Index(tuple(people), forms, tuple(sorted(f for f in forms if len(f) >= 5)))


def gender(salon: SalonView, staff_id: str) -> str:
    """«masc» or «femn» by the master's name; "" when it does not tell."""
    return next((p.gender for p in index_of(salon).people if p.id == staff_id), "")
