"""Companies whose salon lives in the YCLIENTS stand-in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from marketplace.models import Company, IntegrationStatus, Service, Staff
from marketplace.services import sync
from tests.sandboxes import YclientsSandbox


class SandboxSalon:
    """A company with its catalogue synced, and short names for what tests book."""

    def __init__(self, sandbox: YclientsSandbox, **options: Any) -> None:
        self.sandbox = sandbox
        self.made: dict[str, Any] = sandbox.new_salon(**options)
        self.company = Company.objects.create(
            external_company_id=self.made["salon_id"],
            yclients_id=self.made["salon_id"],
            whatsapp_enabled=True,
            integration_status=IntegrationStatus.ACTIVE,
        )

    def synced(self) -> "SandboxSalon":
        run = sync.request_sync(self.company.pk)
        sync.run(run.pk)
        self.company.refresh_from_db()
        return self

    def service(self, title: str) -> int:
        return Service.objects.get(company=self.company, title__iexact=title).yclients_id

    def master(self, name: str) -> int:
        return Staff.objects.get(company=self.company, name__iexact=name).yclients_id

    def at(self, hour: int, minute: int = 0, *, days: int = 1) -> datetime:
        """A moment of the salon's day, `days` ahead."""
        today = datetime.now(UTC).astimezone(self.company.zone)
        moment = today + timedelta(days=days)
        return moment.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def records(self, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sandbox.get(
            f"/salons/{self.made['salon_id']}/records", **query
        )
        return found
