"""Numbers that are on their way to be blocked, of all salons, for staff: since when, why, what to do.

The figures and their limits are those of `selectors.number_health`. Real time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from django.db.models import Count, Min, Q

from marketplace.models import Company, IntegrationStatus
from whatsapp.models import Message, NumberPace
from whatsapp.models.message import Direction, MessageStatus, Purpose
from whatsapp.selectors import MANY_RECONNECTS, MANY_UNREADABLE, NumberHealth, Worry, number_health
from whatsapp.services import bridge_rows, pacing

TO_DO: Mapping[Worry, str] = MappingProxyType(
    {
        Worry.RESTRICTED: "Ничего не отправлять первыми и не вести рассылок с телефона, пока пауза не "
        "кончится; на вопросы клиентов отвечать можно. Повторяется — предложить отдельный номер.",
        Worry.REFUSALS: "Узнать у владельца, нет ли рассылок с этого номера, и остановить их. Уменьшить "
        "«первых сообщений в день» в темпе номера.",
        Worry.RECONNECTS: "Проверить, не подключён ли номер к другому сервису. Переподключить сессию "
        "или дать ей свой прокси.",
        Worry.UNREADABLE: "Попросить салон ответить этим клиентам с телефона. Не проходит за день — "
        "отвязать телефон и подключить снова.",
        Worry.STRANGERS: "Слишком много первых сообщений незнакомым. Уменьшить «первых сообщений в "
        "день» в темпе номера.",
    }
)
_ORDER = list(Worry)


@dataclass(frozen=True)
class Risk:
    """One worry of one number. `since` None: it went by between two looks."""

    worry: Worry
    why: str
    since: datetime | None
    to_do: str


@dataclass(frozen=True)
class AtRisk:
    """`risks`: the worst first, never empty."""

    company: Company
    risks: tuple[Risk, ...]


def at_risk() -> list[AtRisk]:
    """All numbers with a worry, the worst and the longest standing first, in a fixed number of queries."""
    since = _since()
    ids = sorted({company_id for company_id, _ in since})
    salons = Company.objects.exclude(integration_status=IntegrationStatus.UNINSTALLED)
    companies = salons.in_bulk(ids)
    healths = number_health(companies)
    found = [
        AtRisk(companies[pk], risks)
        for pk, health in healths.items()
        if (risks := _risks(pk, health, since))
    ]
    now = datetime.now(UTC)
    return sorted(
        found, key=lambda each: (_ORDER.index(each.risks[0].worry), each.risks[0].since or now)
    )


def of(company_id: int) -> tuple[Risk, ...]:
    """The worries of one number."""
    return _risks(company_id, number_health([company_id])[company_id], _since(company_id))


def _risks(
    company_id: int, health: NumberHealth, since: Mapping[tuple[int, Worry], datetime]
) -> tuple[Risk, ...]:
    return tuple(
        Risk(worry, why, since.get((company_id, worry)), TO_DO[worry])
        for worry, why in health.told.items()
    )


def _since(company_id: int | None = None) -> dict[tuple[int, Worry], datetime]:
    """When what may be a worry began, of all numbers or of one."""
    now = datetime.now(UTC)
    day = now - timedelta(days=1)
    found: dict[tuple[int, Worry], datetime] = {}
    one = Q() if company_id is None else Q(company_id=company_id)
    stopped = NumberPace.objects.filter(one, stopped_until__gt=now)
    found |= {
        (pk, Worry.RESTRICTED): at for pk, at in stopped.values_list("pk", "refused_at") if at
    }
    for kind, worry, start, at_least in (
        ("disconnected", Worry.RECONNECTS, now - timedelta(hours=1), MANY_RECONNECTS),
        ("undecryptable", Worry.UNREADABLE, day, MANY_UNREADABLE),
    ):
        events = bridge_rows.frequent_events(kind, since=start, at_least=at_least)
        found |= {(pk, worry): at for pk, at in events.items()}
    left = Q(status__in=(MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ))
    cold = left & Q(purpose=Purpose.FIRST_CONTACT)
    refused = Q(status=MessageStatus.FAILED, error__in=pacing.NUMBER_REFUSALS)
    rows = Message.objects.filter(one, cold | refused, direction=Direction.OUT, created_at__gte=day)
    for row in (
        rows.values("company_id")
        .annotate(
            cold=Count("pk", filter=cold),
            first_cold=Min("created_at", filter=cold),
            first_refused=Min("created_at", filter=refused),
        )
        .order_by()
    ):
        if row["first_refused"] is not None:
            found[row["company_id"], Worry.REFUSALS] = row["first_refused"]
        if row["cold"] > 1:
            found[row["company_id"], Worry.STRANGERS] = row["first_cold"]
    return found
