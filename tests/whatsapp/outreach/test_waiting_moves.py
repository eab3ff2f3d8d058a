"""Visits that are to be moved, on the waiting list: the old time is kept until the new one is in hand."""

import pytest

from marketplace.models import Booking
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.outreach.hands import announce, change, go_to, remove, reread, visit
from tests.whatsapp.outreach.waiting import TELL_ME, Waiter, beat, free, look, offered, taken
from whatsapp.models import WaitingEntry

pytestmark = pytest.mark.usefixtures("clock_file", "bridge")


@pytest.fixture
def olga(day: SandboxSalon) -> Waiter:
    return Waiter(day, 1)


@pytest.fixture
def her_visit(day: SandboxSalon, olga: Waiter) -> Booking:
    """The day after tomorrow at noon."""
    return visit(day, day.at(12, days=3), phone=olga.phone)


def waits(olga: Waiter, words: str = "Перенесите мою запись на завтра в 15:00") -> str:
    assert "свободного времени нет" in olga.say(words)
    return olga.say(TELL_ME)


def stands(salon: SandboxSalon, booking: Booking) -> str:
    (row,) = [row for row in salon.records() if row["id"] == booking.record_id]
    return str(row["date"][:16])


def test_freed_time_moves_the_visit_on_yes(
    day: SandboxSalon, olga: Waiter, her_visit: Booking
) -> None:
    other = Waiter(day, 2).listed(12, days=3)
    booking = taken(day, 15)
    joined = waits(olga)
    assert joined.startswith("Хорошо, напишу вам, если освободится: мужская стрижка у Сергея, ")
    assert "Пока остаётся запись на послезавтра, 12:00." in joined
    (place,) = WaitingEntry.objects.filter(conversation=olga.chat)
    assert (place.record_id, place.moved_from) == (her_visit.record_id, her_visit.start)

    free(day, booking)

    (told,) = olga.offers()
    assert told.startswith("Освободилось время. Перенести: вместо ")
    assert "15:00, Сергей? Жду ответа до 11:30." in told
    assert stands(day, her_visit) == f"{day.at(12, days=3):%Y-%m-%d %H:%M}"
    assert other.offers() == []
    assert olga.say("да").startswith("Перенесла: вместо ")
    assert stands(day, her_visit) == f"{day.at(15, days=2):%Y-%m-%d %H:%M}"
    assert olga.visits() == ["15:00"]
    assert (olga.statuses(), offered()) == (["booked"], [(olga.phone, "booked")])
    # The time she gave up is free for who waits for it.
    look(day)
    assert len(other.offers()) == 1
    # What we have done ourselves is no news for her.
    announce(her_visit.pk)
    beat(day)
    assert len(olga.offers()) == 1


def test_time_that_is_gone_leaves_the_visit_where_it_was(
    day: SandboxSalon, olga: Waiter, her_visit: Booking
) -> None:
    booking = taken(day, 15)
    waits(olga)
    free(day, booking)
    taken(day, 15)

    reply = olga.say("да")

    assert "Это время только что заняли" in reply
    assert reply.endswith("Вы остаётесь в листе ожидания: напишу, если снова освободится.")
    assert stands(day, her_visit) == f"{day.at(12, days=3):%Y-%m-%d %H:%M}"
    assert (olga.statuses(), offered()) == (["waiting"], [(olga.phone, "gone")])


def test_yes_after_the_deadline_moves_to_what_is_still_free(
    day: SandboxSalon, olga: Waiter, her_visit: Booking
) -> None:
    booking = taken(day, 15)
    waits(olga)
    free(day, booking)
    go_to(day.at(14))
    beat(day)
    assert offered() == [(olga.phone, "expired")]

    assert olga.say("да").startswith("Перенесла: вместо ")

    assert stands(day, her_visit) == f"{day.at(15, days=2):%Y-%m-%d %H:%M}"
    assert (olga.statuses(), offered()) == (["booked"], [(olga.phone, "booked")])


def test_no_keeps_the_visit_and_the_place(
    day: SandboxSalon, olga: Waiter, her_visit: Booking
) -> None:
    booking = taken(day, 15)
    waits(olga)
    free(day, booking)

    assert olga.say("нет") == "Хорошо. Напишу, если освободится другое время."

    assert stands(day, her_visit) == f"{day.at(12, days=3):%Y-%m-%d %H:%M}"
    assert olga.statuses() == ["waiting"]


@pytest.mark.parametrize(
    ("what", "status"),
    [("moved there", "booked"), ("removed", "left"), ("cancelled by her", "left")],
)
def test_place_ends_with_the_visit(
    day: SandboxSalon, olga: Waiter, her_visit: Booking, what: str, status: str
) -> None:
    booking = taken(day, 15)
    waits(olga)
    remove(day, booking)
    match what:
        case "moved there":
            change(day, her_visit, start=day.at(15, days=2))
            reread(day, her_visit.record_id)
            # Сергей's other hours of that day would suit too.
            WaitingEntry.objects.update(earliest=None, latest=None)
        case "removed":
            remove(day, her_visit)
            Booking.objects.filter(pk=her_visit.pk).update(is_deleted=True)
        case _:
            olga.say("Отмените мою запись")
            olga.say("да")
    look(day)

    assert (olga.offers(), olga.statuses()) == ([], [status])


def test_who_may_not_move_any_more_is_passed_over(
    day: SandboxSalon, olga: Waiter, her_visit: Booking
) -> None:
    booking = taken(day, 15)
    waits(olga)
    other = Waiter(day, 2).listed()
    day.company.raw_data = {**(day.company.raw_data or {}), "allow_change_record": False}
    day.company.save(update_fields=["raw_data"])

    free(day, booking)

    assert offered() == [(other.phone, "open")]
    assert olga.statuses() == ["passed"]


def test_start_that_her_own_visit_stood_in_the_way_of(day: SandboxSalon, olga: Waiter) -> None:
    """Half an hour earlier: the one half another's, the other half her own."""
    own = visit(day, day.at(15, days=2), phone=olga.phone)
    booking = visit(day, day.at(14, 15, days=2), phone="+79005550000", name="Светлана")
    waits(olga, "Перенесите мою запись на завтра в 14:30")

    free(day, booking)

    assert "14:30, Сергей? Жду ответа до " in olga.offers()[0]
    assert olga.say("да").startswith("Перенесла: вместо ")
    assert stands(day, own) == f"{day.at(14, 30, days=2):%Y-%m-%d %H:%M}"
