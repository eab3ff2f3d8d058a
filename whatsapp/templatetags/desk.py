"""Numbers as an owner reads them."""

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def money(roubles: int) -> str:
    """12500 → "12 500 ₽", with spaces that do not break."""
    return f"{roubles:,}".replace(",", "\u00a0") + "\u00a0₽"


@register.filter
def seconds(value: float) -> str:
    """2.6 → "3 с"; 75 → "1 мин 15 с"."""
    whole = max(1, round(value))
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return gettext("%d s") % rest
    if rest:
        return gettext("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return gettext("%d min") % minutes
