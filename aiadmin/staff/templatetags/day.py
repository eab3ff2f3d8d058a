"""What the staff's templates say beside a table's columns: spans in few words, alarms, numbers at risk."""

from datetime import timedelta

from django import template

from aiadmin.core import alarm_kinds
from aiadmin.core.models import Alarm
from marketplace.models import Company
from whatsapp import number_risks

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


@register.filter
def kind(alarm: Alarm) -> str:
    return alarm_kinds.in_words(alarm.kind)


@register.simple_tag
def risks_of(company: Company) -> tuple[number_risks.Risk, ...]:
    return number_risks.of(company.pk)
