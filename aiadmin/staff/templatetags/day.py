"""How long something took or waits, in words short enough for a tile."""

from datetime import timedelta

from django import template

register = template.Library()


@register.filter
def span(value: timedelta | None) -> str:
    """ "—" for None, «0,8 с», «12 с», «4 мин», «3 ч», «2 дн.»."""
    if value is None:
        return "—"
    seconds = max(0.0, value.total_seconds())
    if seconds < 10:
        return f"{seconds:.1f} с".replace(".", ",")
    for limit, size, unit in ((90, 1, "с"), (5400, 60, "мин"), (172800, 3600, "ч")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:.0f} дн."
