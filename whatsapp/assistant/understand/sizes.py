"""Services told apart by length or price: «массаж на полтора часа», «90 минут», «который подешевле»."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from whatsapp.assistant.understand.catalogue import Catalogue, Profile
from whatsapp.assistant.understand.patterns import Line, pat

_BARE = re.compile(r"#n[2-9]\d|#n1\d\d")
_SPOKEN: tuple[tuple[str, int | None], ...] = (
    ("N:n мин", None),
    ("полтора", 90),
    ("^ час $", 60),
    ("#n1 #h2 часов", 90),
    ("#h2 часов", 90),
    ("на час", 60),
    ("полчаса", 30),
)
_HOURS = "на? N:n часов"
_LEANS: tuple[tuple[str, str, int], ...] = (
    ("дешевле|подешевле|дешевый|дешевую|дешевое|дешевая|недорог~|бюджетн~|попроще", "price", 1),
    ("подороже|дороже|дорогой|дорогую|премиум", "price", -1),
    ("подольше|дольше|длинный|подлиннее|полный", "minutes", -1),
    ("покороче|короче|короткий|побыстрее", "minutes", 1),
)


@dataclass(frozen=True, slots=True)
class SizeWish:
    """`lengths` in minutes, of those the catalogue knows; `key` and `sign` of the end that is liked."""

    lengths: frozenset[int] = frozenset()
    counts: frozenset[tuple[int, str]] = frozenset()  # «3 зоны», «1 мл»
    key: str = ""
    sign: int = 1

    @property
    def given(self) -> bool:
        return bool(self.lengths or self.counts or self.key)

    def fitting(self, profiles: Sequence[Profile]) -> list[Profile]:
        """Those of the length named, else all."""
        counted = [p for p in profiles if p.count in self.counts] or profiles
        return [p for p in counted if p.minutes in self.lengths] or list(counted)

    def among(self, offered: Sequence[Profile]) -> list[Profile]:
        """Of what was offered: that of the length named, else the cheapest, longest, …; else all."""
        profiles = self.fitting(offered)
        if not self.key or len(profiles) < 2:
            return profiles
        valued = [(v, p) for p in profiles if (v := getattr(p, self.key)) is not None]
        if len(valued) < len(profiles):
            return list(profiles)
        return [min(valued, key=lambda item: self.sign * item[0])[1]]


def years(line: Line) -> int | None:
    """The age that is told, when it is one: «подростку 13 лет»; «хожу к вам 3 года» tells none."""
    if line.has("хожу|ходим|опыт|стаж|назад|работа~"):
        return None
    found = {
        hit.number("n") for hit in line.in_codes(pat("N:n лет|год|года|годик~|годов|годку"))
    } | {hit.number("n") for hit in line.in_words(pat("ему|ей #n"))}
    return found.pop() if len(found) == 1 else None


def read(line: Line, index: Catalogue) -> SizeWish:
    """The length or the price by which a service is chosen among its kind."""
    known = {p.minutes for p in index.profiles if p.minutes}
    found: set[int] = set()
    if len(known) > 1:
        for text, fixed in _SPOKEN:
            for hit in line.in_codes(pat(text)):
                found.add(fixed or hit.number("n") or 0)
        found |= {90} if line.has("полуторачас~") else set()
        found |= {60} if line.has("часовой|часовую|часовое") else set()
        found |= {60 * (hit.number("n") or 0) for hit in line.in_codes(pat(_HOURS))}
        found |= {int(t.code[2:]) for t in line.tokens if _BARE.fullmatch(t.code)}
    lean = next(((key, sign) for text, key, sign in _LEANS if line.has(text)), ("", 1))
    units = {p.count[1] for p in index.profiles if p.count}
    counts = {
        (hit.number("n") or 0, unit) for unit in units for hit in line.in_codes(pat(f"N:n {unit}~"))
    }
    return SizeWish(frozenset(found & known), frozenset(counts), *lean)
