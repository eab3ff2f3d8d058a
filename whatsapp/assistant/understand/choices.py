"""Which of the services we asked about was meant: «с бородой», «просто», «комплекс», «и то и другое»."""

from __future__ import annotations

from whatsapp.assistant.understand.catalogue import Catalogue, Profile
from whatsapp.assistant.understand.mention import Mention
from whatsapp.assistant.understand.patterns import Line

_UNSAID = frozenset(("classic", "hardware", "plain"))
ALL, SET, PLAIN = "all", "set", "plain"
_WAYS = (
    (ALL, ("и то ,? и другое|то", "^ ..1 оба|обе|все|всё .? $", "все|оба|обе|всё сразу|вместе")),
    (SET, ("комплекс|комплексом|комплексно|комплексный|сет",)),
    (PLAIN, ("^ ..2 просто|обычный|обычную|обычное|обычная|простой|простую ..2 $", "^ ..1 без .? $",
             "без всего|ничего|наворотов|излишеств", "ничего лишнего")),
)  # fmt: skip


def heard(line: Line) -> str:
    """ALL, SET or PLAIN, told without naming a service; "" when nothing of the kind is said."""
    return next((way for way, patterns in _WAYS if line.has(*patterns)), "")


def settled(
    way: str, mentions: tuple[Mention, ...], offered: tuple[str, ...], index: Catalogue
) -> tuple[str, ...]:
    """Those of `offered` that were chosen; empty when the words choose none of them or name one outright."""
    among = [p for i in offered if (p := index.get(i)) is not None]
    wanted = [m for m in mentions if not m.rejected]
    if len(among) < 2 or any(set(m.options) & set(offered) for m in wanted):
        return ()
    if wanted:
        kinds = frozenset(h for m in wanted for h in _heads(m, index))
        return _single([p for p in among if kinds and kinds <= p.heads])
    if mentions:
        refused = frozenset(h for m in mentions for h in _heads(m, index))
        left = [p for p in among if not refused & p.heads]
        return _single(left) or _single([p for p in left if not p.composite])
    sets = [p for p in among if p.composite]
    if way in (ALL, SET) and len(sets) == 1:
        return _single(sets)
    if way == ALL:
        return tuple(p.id for p in among)
    least = min(_promised(p) for p in among)
    return _single([p for p in among if _promised(p) == least]) if way == PLAIN else ()


def _promised(p: Profile) -> int:
    return len((p.heads | p.mods) - _UNSAID)


def _heads(mention: Mention, index: Catalogue) -> frozenset[str]:
    first = index.get(mention.chosen or mention.options[0])
    return first.heads if first is not None else frozenset()


def _single(found: list[Profile]) -> tuple[str, ...]:
    return (found[0].id,) if len(found) == 1 else ()
