"""Rows nobody can read: they are logged and counted, and neither lose a page nor count as absent."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from aiadmin.core import clock
from marketplace.models import Booking, Client, Company, ScheduleDay, Service, Staff, SyncRun
from marketplace.services import sync_catalog, sync_clients, sync_records, sync_schedule
from marketplace.services.sync_reading import Reading
from marketplace.yclients.client import YclientsClient
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db


Answer = Callable[[httpx.Request], Any]


def reading_of(company: Company, answer: Answer) -> Reading:
    server = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"success": True, "data": answer(request)})
    )
    client = YclientsClient(
        base_url="https://yclients.example.test", partner_token="t", transport=server
    )
    return Reading(client, company, SyncRun.Scope.FULL, beat=lambda: None)


def only(path: str, rows: list[Any]) -> Answer:
    return lambda request: rows if request.url.path.endswith(path) else []


def test_one_unreadable_record_loses_no_page() -> None:
    company = Company.objects.create(external_company_id=5)
    start = clock.now().astimezone(company.zone) + timedelta(days=1)
    good = {"date": f"{start:%Y-%m-%d} 12:00:00", "staff_id": 1, "services": []}
    known = Booking.objects.create(
        company=company, record_id=2, start=start, updated_at=datetime(2026, 1, 1, tzinfo=UTC)
    )

    def answer(request: httpx.Request) -> Any:
        if re.search(r"/record/5/2$", request.url.path):
            return {"id": 2}
        return [{"id": 1, **good}, {"id": 2, "date": "?"}, "?", {"id": 3, **good}]

    reading = reading_of(company, answer)
    assert sync_records.everything(reading) == 2
    reading.count_odd()

    assert set(Booking.objects.values_list("record_id", flat=True)) == {1, 2, 3}
    known.refresh_from_db()
    assert not known.is_deleted, "a row that cannot be read is no absent one"
    assert reading.counts["unreadable"] == 2


def test_one_unreadable_card_loses_no_page() -> None:
    company = Company.objects.create(external_company_id=5)
    cards = [{"id": 1, "phone": "79000000001"}, ["?", "?"], {"id": "x"}, {"id": 2, "phone": 7}]

    reading = reading_of(company, lambda request: cards)
    assert sync_clients.everyone(reading) == 2
    reading.count_odd()

    assert Client.objects.get().phone == "+79000000001"
    assert reading.counts["unreadable"] == 2


def test_unreadable_and_repeated_rows_lose_nothing() -> None:
    company = Company.objects.create(external_company_id=5)
    Staff.objects.create(company=company, yclients_id=1, name="Анна")
    service = Service.objects.create(company=company, yclients_id=7, title="Стрижка")
    gone = Service.objects.create(company=company, yclients_id=8, title="Укладка")
    rows = [{"id": 9, "title": "А"}, {"id": 7, "duration": "?"}, {"id": 9, "title": "Б"}]

    reading = reading_of(company, only("/company/5/services", rows))
    assert sync_catalog.services(reading) == 1
    reading.count_odd()

    service.refresh_from_db()
    gone.refresh_from_db()
    assert service.deleted_at is None, "a row that cannot be read is no absent one"
    assert gone.deleted_at is not None
    assert Service.objects.get(yclients_id=9).title == "Б"
    assert reading.counts["unreadable"] == 1


def test_row_without_a_readable_id_lets_nothing_be_deleted() -> None:
    company = Company.objects.create(external_company_id=5)
    anna = Staff.objects.create(company=company, yclients_id=1, name="Анна")

    rows = ["?", {"id": 2, "name": "Яна"}]
    assert sync_catalog.staff(reading_of(company, only("/company/5/staff", rows))) == 1

    anna.refresh_from_db()
    assert anna.deleted_at is None
    assert Staff.objects.get(yclients_id=2).name == "Яна"


def test_unreadable_day_makes_nobody_idle(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients, seed="small").synced()
    company, day = salon.company, salon.at(0, days=1).date()
    working = ScheduleDay.objects.filter(company=company, day=day).exclude(slots=[])
    before = set(working.values_list("staff__yclients_id", flat=True))
    assert before
    rows = [{"staff_id": min(before), "date": day.isoformat(), "slots": [{"from": "?"}]}]
    reading = reading_of(company, only("/staff/schedule", rows))

    told = sync_schedule.refresh(reading.client, company, reading.odd("schedule"))

    assert (told.days, told.drift) == (0, 0)
    assert set(working.values_list("staff__yclients_id", flat=True)) == before
