"""Online booking through real HTTP: slots by each master's own length, and one slot sold once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import httpx
import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import Appointment, YclientsClient
from tests.marketplace.yclients.conftest import PARTNER_TOKEN, Salon, client_of
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE

BEARD = "Моделирование бороды"
PACKAGE = "Мужская стрижка + борода (комплекс)"


def starts(client: YclientsClient, salon: Salon, *services: int, staff_id: int) -> list[str]:
    slots = client.book_times(salon.id, staff_id=staff_id, day=salon.day(), service_ids=services)
    return [slot.time for slot in slots]


def test_the_demo_sentence_finds_its_time(sandbox: YclientsSandbox) -> None:
    """«Запишите на мужскую стрижку завтра в 15:00 к Сергею», on a fresh start."""
    demo = Salon(sandbox, seed="demo")

    with client_of(sandbox) as client:
        assert "15:00" in starts(client, demo, demo.men, staff_id=demo.sergey)
        assert "15:00" in starts(client, demo, demo.men, staff_id=0)


def test_lengths_are_the_masters_own_and_add_up(client: YclientsClient, salon: Salon) -> None:
    day, maria = salon.day(), salon.master("Мария")

    def length(staff_id: int, *services: int) -> int:
        return client.book_times(salon.id, staff_id=staff_id, day=day, service_ids=services)[
            0
        ].length_seconds

    assert length(salon.sergey, salon.men) == 45 * 60
    assert length(maria, salon.men) == 60 * 60
    assert length(salon.sergey, salon.men, salon.service(BEARD)) == 75 * 60
    assert length(salon.sergey, salon.service(PACKAGE)) == 75 * 60


def test_slots_keep_clear_of_visits_and_of_closing(client: YclientsClient, salon: Salon) -> None:
    salon.book(client, salon.at(15))

    found = starts(client, salon, salon.men, staff_id=salon.sergey)

    assert "14:00" in found  # until 14:45
    assert "14:30" not in found  # would run into 15:00
    assert "15:00" not in found
    assert "15:30" not in found  # the visit lasts until 15:45
    assert "16:00" in found
    assert found[-1] == "20:00"  # 45 minutes: 20:30 would end after 21:00


def test_a_break_is_never_crossed(client: YclientsClient, salon: Salon) -> None:
    found = starts(client, salon, salon.men, staff_id=salon.master("Мария"))

    assert "13:00" in found
    assert "13:30" not in found
    assert "14:30" not in found
    assert "15:00" in found


def test_a_singular_service_id_is_ignored(sandbox: YclientsSandbox, salon: Salon) -> None:
    """As in reality: the length has then nothing to do with the service."""
    path = f"/api/v1/book_times/{salon.id}/{salon.sergey}/{salon.day()}"
    headers = {"Authorization": f"Bearer {PARTNER_TOKEN}"}

    url = f"{sandbox.url}{path}?service_id={salon.men}"
    rows = httpx.get(url, headers=headers, timeout=PATIENCE).json()["data"]

    assert rows[-1]["time"] == "20:30"
    assert rows[0]["seance_length"] == 3600


def test_days_that_are_full_are_working_but_not_free(client: YclientsClient, salon: Salon) -> None:
    first, last = salon.day(1), salon.day(3)
    salon.post("/records", staff_id=salon.sergey, start=f"{salon.day(2)} 10:00", length=11 * 3600)

    days = client.book_dates(
        salon.id,
        service_ids=[salon.service(BEARD)],
        staff_id=salon.sergey,
        date_from=first,
        date_to=last,
    )

    assert days == [first, last]


def test_a_booking_is_in_the_journal_with_our_mark(client: YclientsClient, salon: Salon) -> None:
    booked = salon.book(client, salon.at(15), api_id="turn-7", comment="Из WhatsApp")

    record = client.record(salon.id, booked.record_id)

    assert booked.record_hash
    assert record.starts_at(salon.zone) == salon.at(15)
    assert record.length_seconds == 45 * 60
    assert record.service_ids == (salon.men,)
    assert record.services[0].cost == 1500
    assert (record.phone, record.api_id) == ("+79000001122", "turn-7")
    assert record.online


def test_twenty_at_once_and_one_gets_the_slot(salon: Salon, sandbox: YclientsSandbox) -> None:
    def attempt(number: int) -> str:
        with client_of(sandbox) as client:
            try:
                salon.book(client, salon.at(15), phone=f"790000100{number:02d}")
            except errors.SlotBusy as error:
                return f"busy {error.booking_code} {error.appointment_ids}"
            return "booked"

    with ThreadPoolExecutor(20) as pool:
        results = sorted(pool.map(attempt, range(20)))

    assert results == ["booked"] + ["busy 433 (1,)"] * 19
    assert len(salon.records()) == 1


@pytest.mark.parametrize("mode", ["full", "message", "errors"])
def test_a_busy_slot_is_recognised_in_every_error_shape(
    client: YclientsClient, salon: Salon, mode: str
) -> None:
    salon.set(booking_errors=mode)
    salon.book(client, salon.at(15))

    with pytest.raises(errors.SlotBusy):
        salon.book(client, salon.at(15))
    with pytest.raises(errors.SlotBusy):
        client.book_check(
            salon.id, appointments=[Appointment([salon.men], salon.at(15, 30), salon.sergey)]
        )


def test_any_master_means_any_free_one(client: YclientsClient, salon: Salon) -> None:
    visit = Appointment([salon.men], salon.at(12), staff_id=0)

    def book() -> int:
        made = client.book_record(
            salon.id, phone="79000001122", fullname="Пётр", appointments=[visit]
        )
        return client.record(salon.id, made[0].record_id).staff_id

    assert {book(), book()} == {salon.sergey, salon.master("Мария")}
    with pytest.raises(errors.SlotBusy) as caught:
        book()
    assert caught.value.booking_code == 436


def test_two_appointments_of_one_request(client: YclientsClient, salon: Salon) -> None:
    haircut = Appointment([salon.men], salon.at(12), salon.sergey, tag=1)
    manicure = salon.service("Маникюр с покрытием гель-лак")
    nails = Appointment([manicure], salon.at(12), salon.master("Анна"), tag=2)
    late = Appointment([salon.men], salon.at(12, 30), salon.sergey, tag=3)

    with pytest.raises(errors.SlotBusy) as caught:
        client.book_record(
            salon.id, phone="79000001122", fullname="Пётр", appointments=[haircut, late]
        )
    booked = client.book_record(
        salon.id, phone="79000001122", fullname="Пётр", appointments=[haircut, nails]
    )

    assert (caught.value.booking_code, caught.value.appointment_ids) == (437, (3,))
    assert [one.id for one in booked] == [1, 2]
    assert len(salon.records()) == 2


def test_a_package_is_booked_by_its_parts_only(client: YclientsClient, salon: Salon) -> None:
    package = salon.service(PACKAGE)
    rows = client.book_services(salon.id, staff_id=salon.sergey)
    parts = next(row.parts for row in rows if row.id == package)

    with pytest.raises(errors.NotFound):
        client.book_check(
            salon.id, appointments=[Appointment([package], salon.at(12), salon.sergey)]
        )
    visit = Appointment(parts, salon.at(12), salon.sergey)
    booked = client.book_record(
        salon.id, phone="79000001122", fullname="Пётр", appointments=[visit]
    )

    assert parts == (salon.men, salon.service(BEARD))
    assert client.record(salon.id, booked[0].record_id).length_seconds == 75 * 60
    assert all(not row.parts for row in client.book_services(salon.id))


def test_what_online_booking_refuses(client: YclientsClient, salon: Salon) -> None:
    def refusal(**extra: str) -> int | None:
        with pytest.raises((errors.InvalidRequest, errors.Blacklisted)) as caught:
            salon.book(client, salon.at(15), **extra)
        return getattr(caught.value, "booking_code", None)

    assert refusal(phone="123") == 431
    assert refusal(fullname="") == 435
    assert refusal(email="не почта") is None
    salon.set(blacklist=["79000009999"])
    with pytest.raises(errors.Blacklisted):
        salon.book(client, salon.at(15), phone="+7 900 000-99-99")
    salon.set(phone_confirmation=True)
    assert refusal() == 432
    assert salon.records() == []


def test_other_zones_and_the_past_are_refused(client: YclientsClient, salon: Salon) -> None:
    with pytest.raises(errors.InvalidRequest):
        salon.book(client, salon.at(15).astimezone(UTC))
    with pytest.raises(errors.SlotBusy):
        salon.book(client, salon.at(15, ahead=-1))
    with pytest.raises(errors.SlotBusy):
        salon.book(client, salon.at(21))
    # The salon's wall clock without an offset works, as it did for the original bot.
    salon.book(client, salon.at(15).replace(tzinfo=None))

    assert [row["date"][11:] for row in salon.records()] == ["15:00:00"]


def test_a_salon_in_another_zone_speaks_its_own_time(sandbox: YclientsSandbox) -> None:
    ural = Salon(sandbox, timezone="Asia/Yekaterinburg")

    with client_of(sandbox) as client:
        slot = client.book_times(
            ural.id, staff_id=ural.sergey, day=ural.day(), service_ids=[ural.men]
        )[0]
        booked = ural.book(client, slot.start)
        record = client.record(ural.id, booked.record_id)

    assert slot.start == ural.at(10)
    assert slot.start.utcoffset() == timedelta(hours=5)
    assert record.starts_at(ural.zone) == slot.start
