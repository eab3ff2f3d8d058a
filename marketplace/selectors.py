"""What is read of companies: the status answer, the page's first frame, the staff's figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from aiadmin.core.compiled import Select
from marketplace.models import Company, IntegrationStatus, SyncRun

_BY_ID = Select(lambda pk: Company.objects.filter(pk=pk))


def by_id(company_id: int) -> Company | None:
    # An address may hold any number; PostgreSQL would look through all rows for one larger than a key.
    return _BY_ID.first(pk=company_id) if company_id < 2**63 else None


def by_salon(salon_id: int) -> Company | None:
    return Company.objects.filter(external_company_id=salon_id).first()


def iso(moment: datetime | None) -> str | None:
    """ "2024-01-01T12:00:00Z", as the seed writes times."""
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def status(company: Company) -> dict[str, Any]:
    """The seed's status: company_id, whatsapp_connected, whatsapp_phone, integration_status, connected_at."""
    return {
        "company_id": company.pk,
        "whatsapp_connected": bool(company.whatsapp_connected),
        "whatsapp_phone": company.whatsapp_phone,
        "integration_status": company.integration_status,
        "connected_at": iso(company.connected_at),
    }


def snapshot(company: Company) -> dict[str, Any]:
    """The first WebSocket frame: the status and the latest sync (`sync_progress`)."""
    return {"type": "status", **status(company), "sync": sync_progress(company)}


def sync_progress(company: Company) -> dict[str, Any] | None:
    """{step, done, total, status} of the latest whole sync of this salon, None when there was none."""
    runs = SyncRun.objects.filter(company=company, scope=SyncRun.Scope.FULL)
    run = runs.order_by("-pk").first()
    if run is None:
        return None
    return {"step": run.step, "done": run.done, "total": run.total, "status": run.status}


def stats() -> dict[str, Any]:
    """Figures of the installation. `disconnected`: connected once, WhatsApp is off now."""
    connected = Q(whatsapp_connected=True)
    off = ~connected & Q(
        integration_status__in=(IntegrationStatus.ACTIVE, IntegrationStatus.FROZEN)
    )
    # `created_at` is the database's own real time.
    day_ago = datetime.now(UTC) - timedelta(days=1)
    counts = Company.objects.aggregate(
        total=Count("pk"),
        connected=Count("pk", filter=connected),
        pending=Count("pk", filter=Q(integration_status=IntegrationStatus.PENDING)),
        disconnected=Count("pk", filter=off),
        last_24h=Count("pk", filter=Q(created_at__gte=day_ago)),
        **{
            f"by_{value}": Count("pk", filter=Q(integration_status=value))
            for value in IntegrationStatus.values
        },
    )
    by_status = {value: counts.pop(f"by_{value}") for value in IntegrationStatus.values}
    return {**counts, "by_status": by_status}
