"""Several people on the waiting list: asked when there is room for all of them, and booked together."""

from datetime import time

import pytest
from django.db import transaction

from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.outreach.hands import go_to, visit
from tests.whatsapp.outreach.waiting import (
    STRANGER,
    TELL_ME,
    Waiter,
    beat,
    free,
    look,
    offered,
    taken,
)
from whatsapp.assistant.state import WaitPart, WaitWish
from whatsapp.models import WaitingOffer
from whatsapp.services import identity, waiting_list

pytestmark = pytest.mark.usefixtures("clock_file", "bridge")

WISH = "Запишите нас двоих на мужскую стрижку завтра в 15:00, одновременно"


def listed(salon: SandboxSalon, number: int) -> Waiter:
    """Two people who wait for haircuts at three, side by side."""
    who, services = Waiter(salon, number), (str(salon.service("Мужская стрижка")),)
    on, three = salon.at(15, days=2).date(), time(15)
    others = (WaitPart(services, guest="гость"),)
    wish = WaitWish(services, (on,), earliest=three, latest=three, others=others, parallel=True)
    with transaction.atomic():
        chat = identity.conversation_by_phone(salon.company, who.phone)
        waiting_list.join(chat, wish)
    return who


def test_two_people_are_asked_when_there_is_room_for_both_and_booked_on_yes(
    day: SandboxSalon,
) -> None:
    at_sergeys = taken(day, 15)
    at_marias = visit(day, day.at(15, days=2), master="Мария", phone=STRANGER, name="Светлана")
    olga = Waiter(day, 1)
    assert "свободного времени нет" in olga.say(WISH)
    joined = olga.say(TELL_ME)
    assert joined.startswith("Хорошо, напишу вам, если освободится: мужская стрижка для двоих, ")

    free(day, at_sergeys)
    assert olga.offers() == []
    free(day, at_marias)

    (told,) = olga.offers()
    head, *lines = told.replace("\xa0", " ").split("\n")
    assert head == "Освободилось время. Записать вас? Жду ответа до 11:30."
    assert sorted(lines) == [
        "Завтра, 15:00 — мужская стрижка, Мария, 1 500 ₽ (гость)",
        "Завтра, 15:00 — мужская стрижка, Сергей, 1 500 ₽",
    ]
    assert olga.say("да").count("Записала: завтра") == 2
    assert olga.visits() == ["15:00", "15:00"]
    assert (olga.statuses(), offered()) == (["booked"], [(olga.phone, "booked")])


def test_while_they_are_asked_neither_place_is_offered_to_another(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    pair, single = listed(day, 1), Waiter(day, 2).listed()
    free(day, booking)
    assert [pair.statuses(), single.statuses()] == [["offered"], ["waiting"]]

    # Мария's place is kept for the guest.
    assert "На 15:00 завтра" in Waiter(day, 3).say(
        "Запишите на мужскую стрижку завтра в 15:00 к Марии"
    )

    assert pair.say("нет") == "Хорошо. Напишу, если освободится другое время."
    look(day)
    assert single.statuses() == ["offered"]


def test_who_came_first_is_asked_first_whatever_they_wait_for(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    first, pair, third = Waiter(day, 1).listed(), listed(day, 2), Waiter(day, 3).listed()
    pair.say("сколько стоит маникюр?")
    free(day, booking)
    first.say("нет")

    # It is the pair's turn, who are in the middle of a talk.
    look(day)
    assert [pair.statuses(), third.statuses()] == [["waiting"], ["waiting"]]
    go_to(day.at(11, 16))
    look(day)
    assert [pair.statuses(), third.statuses()] == [["offered"], ["waiting"]]


def test_yes_after_the_deadline_books_both_when_both_are_still_free(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    pair = listed(day, 1)
    free(day, booking)
    go_to(day.at(14))
    beat(day)
    assert offered() == [(pair.phone, "expired")]

    assert pair.say("да").count("Записала: завтра") == 2

    assert pair.visits() == ["15:00", "15:00"]
    assert pair.statuses() == ["booked"]


def test_time_lost_for_one_of_them_is_told_and_they_wait_on(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    pair = listed(day, 1)
    free(day, booking)
    taken(day, 15)

    reply = pair.say("да")

    assert "Это время только что заняли" in reply
    assert reply.endswith("Вы остаётесь в листе ожидания: напишу, если снова освободится.")
    assert pair.visits() == []
    assert (pair.statuses(), offered()) == (["waiting"], [(pair.phone, "gone")])


def test_one_visit_of_two_in_the_journal_does_not_end_their_place(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    pair = listed(day, 1)
    visit(day, day.at(19, days=2), phone=pair.phone)

    free(day, booking)

    assert pair.statuses() == ["offered"]


def test_whose_time_was_lost_waits_on_when_the_other_is_booked(day: SandboxSalon) -> None:
    at_sergeys = taken(day, 15)
    pair = listed(day, 1)
    free(day, at_sergeys)
    ours = WaitingOffer.objects.get()
    lost = ours.others[0]["staff"]
    name = next(who for who in ("Сергей", "Мария") if day.master(who) == lost)
    theirs = visit(day, day.at(15, days=2), master=name, phone=STRANGER, name="Светлана")

    reply = pair.say("да").replace("\xa0", " ")

    assert reply.count("Записала: ") == 1
    assert "Мужская стрижка, 15:00 — это время только что заняли. Есть " in reply
    assert reply.endswith("Вы остаётесь в листе ожидания: напишу, если снова освободится.")
    assert (pair.visits(), pair.statuses()) == (["15:00"], ["booked", "waiting"])

    pair.say("нет")
    free(day, theirs)

    assert pair.offers()[-1].startswith("Освободилось время: завтра, ")
    assert "(гость)" in pair.offers()[-1]
    pair.say("да")
    assert (pair.visits(), pair.statuses()) == (["15:00", "15:00"], ["booked", "booked"])
