"""Records and client cards of a whole sync: what is gone goes softly, what is ours stays."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from aiadmin.core.models import Alarm
from marketplace.models import Booking, Client, SyncRun
from marketplace.services import booking, bookings, clients, sync, sync_records
from marketplace.services.booking_outcomes import Done
from marketplace.services.sync_reading import MOST_REREAD
from marketplace.yclients.schemas import Client as Card
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon(yclients: YclientsSandbox) -> Iterator[SandboxSalon]:
    yield SandboxSalon(yclients, seed="small").synced()
    yclients.heal()


def typed(salon: SandboxSalon, hour: int = 13, *, phone: str = "79000000003", days: int = 1) -> int:
    """A visit typed by the salon; no webhook reaches us."""
    record = salon.sandbox.post(
        f"/salons/{salon.company.salon_id}/records",
        staff_id=salon.master("Сергей"),
        service_ids=[salon.service("Мужская стрижка")],
        start=f"{salon.at(hour, days=days):%Y-%m-%d %H:%M}",
        phone=phone,
        name="Лев",
        force=True,
    )
    return int(record["id"])


def latest_run(salon: SandboxSalon) -> SyncRun:
    return SyncRun.objects.filter(company=salon.company).latest("pk")


# --- records ----------------------------------------------------------------------------------------
def test_record_that_yclients_lists_no_more_is_deleted_softly_and_keeps_what_is_ours(
    salon: SandboxSalon,
) -> None:
    told = datetime(2026, 1, 1, tzinfo=UTC)
    ghost = Booking.objects.create(
        company=salon.company,
        record_id=999_999_999,
        start=salon.at(12),
        made_by_us=True,
        changed_at=told,
        announced_at=told,
        updated_at=told,
    )

    salon.synced()

    ghost.refresh_from_db()
    assert ghost.is_deleted
    assert ghost.made_by_us
    assert latest_run(salon).counts["records_gone"] == 1


def test_record_outside_of_the_days_read_stays(salon: SandboxSalon) -> None:
    old = Booking.objects.create(
        company=salon.company,
        record_id=999_999_998,
        start=salon.at(12, days=-sync_records.DAYS_BACK - 2),
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )

    salon.synced()

    old.refresh_from_db()
    assert not old.is_deleted


def test_record_moved_out_of_the_days_read_is_moved_not_deleted(salon: SandboxSalon) -> None:
    """A list that does not show a record does not say that it is gone."""
    record_id = typed(salon)
    salon.synced()
    far = salon.at(12, days=sync_records.DAYS_AHEAD + 3)
    salon.sandbox.control.patch(
        f"/salons/{salon.company.salon_id}/records/{record_id}",
        json={"start": f"{far:%Y-%m-%d %H:%M}", "force": True},
    ).raise_for_status()

    salon.synced()

    row = Booking.objects.get(company=salon.company, record_id=record_id)
    assert (row.is_deleted, row.start) == (False, far)


def test_deleted_visit_is_deleted_with_us(salon: SandboxSalon) -> None:
    record_id = typed(salon)
    salon.synced()
    path = f"/salons/{salon.company.salon_id}/records/{record_id}"
    salon.sandbox.control.delete(path).raise_for_status()

    salon.synced()

    assert Booking.objects.get(company=salon.company, record_id=record_id).is_deleted


def test_what_says_the_same_is_not_written_again(salon: SandboxSalon) -> None:
    typed(salon)
    salon.synced()
    before = dict(Booking.objects.values_list("pk", "updated_at"))

    salon.synced()

    assert before
    assert dict(Booking.objects.values_list("pk", "updated_at")) == before


def test_phone_of_our_own_client_survives_a_token_that_sees_no_phones(salon: SandboxSalon) -> None:
    outcome = booking.book(
        salon.company,
        key="1:1:a",
        phone="+79000000007",
        name="Яна",
        service_ids=(salon.service("Мужская стрижка"),),
        staff_id=salon.master("Сергей"),
        start=salon.at(12, days=3),
    )
    assert isinstance(outcome, Done)
    path = f"/salons/{salon.company.salon_id}"
    denied = {"denied": ["timetable_phones_access", "clients_phones_email_access"]}
    salon.sandbox.control.patch(path, json=denied).raise_for_status()
    typed(salon, phone="79000000008")

    salon.synced()

    assert booking.upcoming(salon.company, "+79000000007")[0].record_id == outcome.record_id
    known = Client.objects.filter(company=salon.company)
    assert known.exists()
    assert not known.exclude(deleted_at=None).exists(), "hidden phones are no absent cards"


def test_missing_record_is_asked_for_a_bounded_number_of_times(
    salon: SandboxSalon,
) -> None:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    Booking.objects.bulk_create(
        Booking(company=salon.company, record_id=10**9 + n, start=salon.at(12), updated_at=old)
        for n in range(MOST_REREAD + 1)
    )

    salon.synced()
    left = Booking.objects.filter(record_id__gte=10**9, is_deleted=False)
    assert left.count() == 1
    salon.synced()

    assert not left.exists()
    assert bookings.mark_deleted(salon.company, 10**9) is False
    assert sync.due_ids() == []


# --- rights -----------------------------------------------------------------------------------------
def test_salon_whose_token_may_not_see_clients_works(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients, seed="small")
    path = f"/salons/{salon.company.salon_id}"
    yclients.control.patch(path, json={"denied": ["clients_access"]}).raise_for_status()

    salon.synced()

    run = latest_run(salon)
    assert run.status == "done"
    assert "clients" not in run.counts
    assert run.error.startswith("Карточки клиентов не прочитаны")
    assert "clients_access" in run.error
    assert "records" in run.counts
    assert salon.company.catalog_synced_at is not None
    assert not Alarm.objects.exists()


def test_journal_that_may_not_be_read_is_told_and_the_catalogue_counts(
    yclients: YclientsSandbox,
) -> None:
    salon = SandboxSalon(yclients, seed="small")
    path = f"/salons/{salon.company.salon_id}"
    yclients.control.patch(path, json={"denied": ["timetable_access"]}).raise_for_status()

    salon.synced()

    run = latest_run(salon)
    assert run.status == "done"
    assert "Записи не прочитаны" in run.error
    assert salon.company.catalog_synced_at is not None
    assert salon.company.changes_read_to is None, "nothing was read, so nothing is up to date"
    assert "Журнал записи → просмотр" in Alarm.objects.get(kind="yclients_trouble").text
    assert salon.company.yclients_trouble == "forbidden:timetable_access"

    sync.run(sync.request_sync(salon.company.pk, scope="catalog").pk)
    salon.company.refresh_from_db()
    assert salon.company.yclients_trouble == "forbidden:timetable_access", "it proves nothing else"


# --- client cards -----------------------------------------------------------------------------------
def test_cards_are_read_and_a_lost_one_goes_softly(salon: SandboxSalon) -> None:
    typed(salon, phone="79000000011")
    Client.objects.create(
        company=salon.company, phone="+79000000099", yclients_id=987_654_321, name="Нет такой"
    )
    ours = Client.objects.create(company=salon.company, phone="+79000000098", name="Наша")

    salon.synced()

    card = Client.objects.get(company=salon.company, phone="+79000000011")
    assert (card.name, card.deleted_at) == ("Лев", None)
    assert card.yclients_id
    assert Client.objects.get(phone="+79000000099", company=salon.company).deleted_at is not None
    ours.refresh_from_db()
    assert ours.deleted_at is None, "YCLIENTS has not shown it yet"
    assert latest_run(salon).counts["clients_gone"] == 1


def test_deleted_card_comes_back_under_its_phone(salon: SandboxSalon) -> None:
    typed(salon, phone="79000000012")
    salon.synced()
    rows = Client.objects.filter(company=salon.company, phone="+79000000012")
    rows.update(deleted_at=datetime.now(UTC))

    salon.synced()

    assert rows.get().deleted_at is None


def test_card_with_another_phone_leaves_the_old_one(salon: SandboxSalon) -> None:
    typed(salon, phone="79000000013")
    salon.synced()
    card = Client.objects.get(company=salon.company, phone="+79000000013")
    with httpx.Client(base_url=salon.sandbox.url, headers=_HEADERS, timeout=PATIENCE) as api:
        path = f"/api/v1/client/{salon.company.salon_id}/{card.yclients_id}"
        api.put(path, json={"name": "Лев", "phone": "79000000014"}).raise_for_status()

    salon.synced()

    card.refresh_from_db()
    assert card.deleted_at is not None
    moved = Client.objects.get(company=salon.company, phone="+79000000014")
    assert (moved.yclients_id, moved.deleted_at) == (card.yclients_id, None)


def test_card_that_tells_less_takes_nothing_away(salon: SandboxSalon) -> None:
    typed(salon, phone="79000000015")
    salon.synced()
    Client.objects.filter(phone="+79000000015").update(visits_count=7, last_visit="2026-01-05")
    known = Client.objects.get(company=salon.company, phone="+79000000015")
    clients.upsert_clients(
        salon.company, [Card.model_validate({"id": known.yclients_id, "phone": "79000000015"})]
    )

    known.refresh_from_db()
    assert (known.name, known.visits_count, str(known.last_visit)) == ("Лев", 7, "2026-01-05")


_HEADERS = {
    "Accept": "application/vnd.yclients.v2+json",
    "Authorization": "Bearer sandbox-partner-token, User sandbox-user-token-0000000000000000",
}
