"""A visit on each of several days: a place for each day, each offered once, one no substitute for another."""

from datetime import time

import pytest
from django.db import transaction

from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.outreach.waiting import Waiter, free, look, offered, taken
from whatsapp.assistant.state import WaitWish
from whatsapp.models import WaitingEntry
from whatsapp.services import identity, waiting_list

pytestmark = pytest.mark.usefixtures("clock_file", "bridge")


def listed(salon: SandboxSalon, waiter: Waiter, *, each: bool) -> Waiter:
    """For a haircut at Сергей's at three, in two days and in three."""
    wish = WaitWish(
        (str(salon.service("Мужская стрижка")),),
        tuple(salon.at(15, days=days).date() for days in (2, 3)),
        (str(salon.master("Сергей")),),
        (),
        time(15),
        time(15),
        each=each,
    )
    with transaction.atomic():
        chat = identity.conversation_by_phone(salon.company, waiter.phone)
        waiting_list.join(chat, wish)
        waiting_list.join(chat, wish)
    return waiter


def test_each_day_is_offered_once_and_both_are_booked(day: SandboxSalon) -> None:
    first, second = taken(day, 15), taken(day, 15, days=3)
    olga = listed(day, Waiter(day, 1), each=True)

    free(day, first)
    assert "Записала" in olga.say("да")
    free(day, second)
    look(day)
    assert "Записала" in olga.say("да")
    look(day)

    assert len(olga.offers()) == 2
    assert olga.visits() == ["15:00", "15:00"]
    assert olga.statuses() == ["booked", "booked"]


def test_both_days_free_at_once_are_offered_one_after_the_other(day: SandboxSalon) -> None:
    both = taken(day, 15), taken(day, 15, days=3)
    olga = listed(day, Waiter(day, 1), each=True)

    for booking in both:
        free(day, booking)
    assert len(olga.offers()) == 1
    olga.say("да")
    look(day)
    olga.say("да")

    assert olga.visits() == ["15:00", "15:00"]
    assert [state for _, state in offered()] == ["booked", "booked"]


def test_a_refused_day_leaves_the_other_waiting(day: SandboxSalon) -> None:
    first, second = taken(day, 15), taken(day, 15, days=3)
    olga = listed(day, Waiter(day, 1), each=True)
    free(day, first)

    olga.say("нет")
    free(day, second)
    olga.say("да")

    assert len(olga.offers()) == 2
    assert olga.visits() == ["15:00"]
    assert sorted(olga.statuses()) == ["booked", "waiting"]


def test_days_any_of_which_suits_are_one_place(day: SandboxSalon) -> None:
    first, second = taken(day, 15), taken(day, 15, days=3)
    olga = listed(day, Waiter(day, 1), each=False)
    free(day, first)
    olga.say("да")

    free(day, second)

    assert (len(olga.offers()), olga.statuses()) == (1, ["booked"])


def test_who_no_longer_waits_leaves_all_days(day: SandboxSalon) -> None:
    olga = listed(day, Waiter(day, 1), each=True)

    olga.say("уберите меня из листа ожидания")

    assert olga.statuses() == ["left", "left"]


def test_a_place_for_one_of_several_days_is_told_from_others(day: SandboxSalon) -> None:
    olga = listed(day, Waiter(day, 1), each=True)

    rows = WaitingEntry.objects.filter(conversation=olga.chat).order_by("pk")

    assert [(len(row.days), row.each) for row in rows] == [(1, True), (1, True)]
    assert rows[0].until < rows[1].until
