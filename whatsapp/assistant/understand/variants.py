"""A service of the dialogue made another of its kind: longer, plainer, without a part of it."""

from __future__ import annotations

from whatsapp.assistant.state import Slots
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.services import ServiceReading

_UNSAID = frozenset(("classic", "hardware"))


def of_length(reading: ServiceReading, slots: Slots, index: Catalogue) -> str | None:
    """«а на час?» of a massage of an hour and a half: the same in the length named."""
    one = index.get(slots.services[0]) if len(slots.services) == 1 else None
    if one is None or reading.mentions or not reading.size.lengths:
        return None
    kin = (
        p
        for p in index.profiles
        if (p.heads, p.mods, p.audience) == (one.heads, one.mods, one.audience)
    )
    found = [p.id for p in kin if p.minutes in reading.size.lengths and p.id != one.id]
    return found[0] if len(found) == 1 else None


def plainer(services: tuple[str, ...], bare: frozenset[str], index: Catalogue) -> tuple[str, ...]:
    """«как обычно, только без покрытия»: the same procedure without what is refused, where it is sold."""
    out = []
    for item in services:
        profile = index.get(item)
        refused = profile.mods & bare if profile is not None else frozenset()
        plain = [
            p.id
            for p in index.profiles
            if profile is not None
            and refused
            and p.heads == profile.heads
            and p.audience == profile.audience
            and not p.mods & refused
            and p.mods - _UNSAID <= profile.mods
            and p.staff & profile.staff
        ]
        out.append(plain[0] if len(plain) == 1 else item)
    return tuple(out)


def without(
    services: tuple[str, ...], refused: set[str | None], index: Catalogue
) -> tuple[str, ...]:
    """«как обычно, только без бороды»: what is left, a set taken apart when one of its parts goes."""
    left: list[str] = []
    for item in services:
        profile = index.get(item)
        parts = profile.parts if profile is not None else frozenset()
        left += sorted(parts - refused) if parts & refused else [item]
    return tuple(item for item in left if item not in refused)
