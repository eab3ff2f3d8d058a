"""Offers of freed time by the salon's own clock: nights, far zones, days of a clock change."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.outreach.hands import go_to, remove, visit
from tests.whatsapp.outreach.waiting import STRANGER, Waiter, beat, free, look, offered, soon
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import waiting_list, waiting_offers

pytestmark = pytest.mark.usefixtures("db", "clock_file", "bridge")


def salon_in(zone: str, yclients: YclientsSandbox) -> SandboxSalon:
    made = SandboxSalon(yclients, seed="small", timezone=zone).synced()
    Session.objects.create(company=made.company, state=SessionState.CONNECTED)
    assert made.company.zone == ZoneInfo(zone)
    return made


@pytest.mark.parametrize("zone", ["Asia/Kamchatka", "Europe/Kaliningrad"])
def test_nobody_is_asked_by_the_salons_own_night(zone: str, yclients: YclientsSandbox) -> None:
    salon = salon_in(zone, yclients)
    go_to(salon.at(12))
    booking = visit(salon, salon.at(15, days=2), phone=STRANGER)
    olga = Waiter(salon, 1).listed()
    remove(salon, booking)

    for night in (salon.at(21), salon.at(3, days=2), salon.at(8, 59, days=2)):
        go_to(night)
        look(salon)
        assert offered() == []

    go_to(salon.at(9, days=2))
    look(salon)
    (told,) = olga.offers()
    assert told.startswith("Освободилось время: сегодня, ")
    assert told.endswith("Жду ответа до 09:30.")


def test_last_offer_of_the_evening_may_be_answered_by_night(yclients: YclientsSandbox) -> None:
    salon = salon_in("Asia/Kamchatka", yclients)
    go_to(salon.at(20, 50))
    booking = visit(salon, salon.at(15, days=2), phone=STRANGER)
    olga = Waiter(salon, 1).listed()
    free(salon, booking)
    assert olga.offers()[0].endswith("Жду ответа до 21:20.")

    go_to(salon.at(21, 10))
    beat(salon)

    assert "Записала: завтра" in olga.say("да")
    assert olga.visits() == ["15:00"]


@pytest.mark.parametrize(
    ("zone", "evening", "morning_utc"),
    [
        ("Asia/Kamchatka", "2027-02-10 20:50", "2027-02-10 21:00"),
        # An hour less of night, and an hour more.
        ("Europe/Berlin", "2027-03-27 20:50", "2027-03-28 07:00"),
        ("Europe/Berlin", "2027-10-30 20:50", "2027-10-31 08:00"),
    ],
)
def test_offer_that_runs_out_by_night_is_the_next_ones_in_the_morning(
    zone: str, evening: str, morning_utc: str, yclients: YclientsSandbox
) -> None:
    salon = salon_in(zone, yclients)
    begins = datetime.fromisoformat(evening).replace(tzinfo=salon.company.zone)
    morning = datetime.fromisoformat(f"{morning_utc}+00:00")
    go_to(begins)
    wanted = (begins + timedelta(days=1)).replace(hour=15, minute=0)
    booking = visit(salon, wanted, phone=STRANGER)
    first, second = (Waiter(salon, number).listed(on=wanted.date()) for number in (1, 2))
    free(salon, booking)
    assert offered() == [(first.phone, "open")]

    go_to(begins + timedelta(minutes=31))
    beat(salon)
    assert offered() == [(first.phone, "expired")]
    go_to(morning - timedelta(minutes=1))
    soon()
    beat(salon)
    assert second.offers() == []

    go_to(morning)
    soon()
    beat(salon)
    (told,) = second.offers()
    assert told.startswith("Освободилось время: сегодня, ")
    assert "15:00 — мужская стрижка, Сергей, " in told
    assert told.endswith("Жду ответа до 09:30.")


def test_who_was_not_reached_before_the_night_is_the_first_in_the_morning(
    yclients: YclientsSandbox,
) -> None:
    salon = salon_in("Asia/Kamchatka", yclients)
    go_to(salon.at(20, 59))
    booking = visit(salon, salon.at(15, days=2), phone=STRANGER)
    first, second = (Waiter(salon, number).listed() for number in (1, 2))
    remove(salon, booking)
    waiting_list.wake(salon.company.pk)
    assert waiting_offers.run(salon.company.pk) == 1

    go_to(salon.at(21, 1))
    look(salon)
    go_to(salon.at(21, 35))
    beat(salon)
    assert offered() == [(first.phone, "gone")]

    go_to(salon.at(9, 1, days=2))
    look(salon)
    assert offered() == [(first.phone, "gone"), (first.phone, "open")]
    assert second.offers() == []
