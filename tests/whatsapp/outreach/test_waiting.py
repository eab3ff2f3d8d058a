"""The waiting list and the journal: freed time goes to one person at a time, in order, each time once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client as Browser

from aiadmin.core import clock
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.outreach.hands import change, go_to, remove
from tests.whatsapp.outreach.waiting import (
    Waiter,
    beat,
    deliver,
    free,
    look,
    offered,
    soon,
    taken,
    wish,
)
from whatsapp.models import Conversation, Message, SalonSettings, WaitingEntry
from whatsapp.services import outreach, waiting_list, waiting_offers

pytestmark = pytest.mark.usefixtures("clock_file", "bridge")


def test_freed_time_is_offered_and_booked_on_yes(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).waits_for(wish())
    assert look(day) == 0

    free(day, booking)

    (told,) = olga.offers()
    assert told.startswith("Освободилось время: завтра, ")
    assert "15:00 — мужская стрижка, Сергей, " in told
    assert told.endswith("Записать вас? Жду ответа до 11:30.")
    assert olga.statuses() == ["offered"]
    assert "Записала: завтра" in olga.say("да")
    assert olga.visits() == ["15:00"]
    assert olga.statuses() == ["booked"]
    assert offered() == [(olga.phone, "booked")]
    # A second «да» books nothing more.
    olga.say("да")
    assert olga.visits() == ["15:00"]


def test_one_person_at_a_time_in_the_order_they_came(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    people = [Waiter(day, number).listed() for number in (1, 2, 3)]
    free(day, booking)
    look(day)
    assert [len(person.offers()) for person in people] == [1, 0, 0]

    # The first says no, the second nothing.
    reply = people[0].say("нет")
    assert reply == "Хорошо. Напишу, если освободится другое время."
    look(day)
    assert [len(person.offers()) for person in people] == [1, 1, 0]
    go_to(day.at(11, 29))
    beat(day)
    assert [len(person.offers()) for person in people] == [1, 1, 0]
    go_to(day.at(11, 32))
    beat(day)
    assert [len(person.offers()) for person in people] == [1, 1, 1]
    people[2].say("да, запишите")

    assert [person.visits() for person in people] == [[], [], ["15:00"]]
    assert [state for _, state in offered()] == ["refused", "expired", "booked"]
    # The others wait on, and are not asked about the same time again.
    assert [person.statuses() for person in people] == [["waiting"], ["waiting"], ["booked"]]


@pytest.mark.parametrize("_case", ["taken over", "never", "budget", "opted out by hand"])
def test_who_may_not_be_written_to_is_passed_over(day: SandboxSalon, _case: str) -> None:
    booking = taken(day, 15)
    first, second = (Waiter(day, number).listed() for number in (1, 2))
    chats = Conversation.objects.filter(pk=first.chat.pk)
    match _case:
        case "taken over":
            chats.update(bot_paused_until=clock.now() + timedelta(hours=1))
        case "never":
            day.company.salon_phones.create(phone=first.phone, role="never")
        case "opted out by hand":
            chats.update(opted_out_at=clock.now())
        case _:
            for number in range(3):
                Message.objects.create(
                    company=day.company, conversation=first.chat, direction="out", author="bot",
                    status="sent", purpose="service", wa_id=f"OLD{number}", at=clock.now(),
                    expires_at=clock.now(),
                )  # fmt: skip

    free(day, booking)

    assert offered() == [(second.phone, "open")]
    assert first.statuses() == (["stopped"] if _case == "opted out by hand" else ["waiting"])


def test_nobody_is_woken_and_the_morning_finds_it(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    go_to(day.at(23))
    free(day, booking)
    assert olga.offers() == []

    go_to(day.at(9, 1, days=2))
    soon()
    beat(day)

    assert len(olga.offers()) == 1
    assert "сегодня" in olga.offers()[0]


def test_it_is_her_turn_when_her_talk_is_still(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    first, second = (Waiter(day, number).listed() for number in (1, 2))
    first.say("сколько стоит маникюр?")
    free(day, booking)
    assert offered() == []

    go_to(day.at(11, 16))
    soon()
    beat(day)

    assert offered() == [(first.phone, "open")]
    assert second.offers() == []


def test_time_that_passes_ends_the_place(day: SandboxSalon) -> None:
    taken(day, 15)
    olga = Waiter(day, 1).listed()
    go_to(day.at(14, 59, days=2))
    outreach.beat()
    assert olga.statuses() == ["waiting"]

    go_to(day.at(15, days=2))
    outreach.beat()

    assert olga.statuses() == ["passed"]


def test_time_of_an_open_offer_is_not_shown_to_others(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    free(day, booking)

    assert "На 15:00 завтра у Сергея свободного времени нет" in Waiter(day, 5).say(wish())

    assert "Записала" in olga.say("да")


def test_visit_moved_away_frees_its_time_by_reconciliation_and_by_us(day: SandboxSalon) -> None:
    salons_own = taken(day, 15)
    mover = Waiter(day, 7)
    assert "Записала" in mover.say(wish(17))
    first = Waiter(day, 1).listed()
    second = Waiter(day, 2).listed(17)

    change(day, salons_own, start=day.at(11, days=3))
    look(day)
    assert "Отменила" in mover.say("отмените запись") or "Отменила" in mover.say("да")
    look(day)

    assert offered() == [(first.phone, "open"), (second.phone, "open")]


def test_silent_journal_tells_nobody(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    day.sandbox.fault(".*book_.*", "status", status=503)
    free(day, booking)
    assert olga.offers() == []

    day.sandbox.heal()
    assert look(day) == 1


def test_switched_off_list_is_neither_offered_nor_served(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    SalonSettings.objects.update_or_create(company=day.company, defaults={"waiting_list": False})

    free(day, booking)
    taken(day, 16)

    assert olga.offers() == []
    other = Waiter(day, 2)
    other.say(wish(16))
    assert "если освободится" not in other.say("нет")


@pytest.mark.usefixtures("committed")
def test_ten_workers_and_beats_offer_each_time_once_and_in_order(small: SandboxSalon) -> None:
    go_to(small.at(11))
    bookings = [taken(small, hour) for hour in (15, 17)]
    people = [Waiter(small, n).listed(15 if n < 3 else 17) for n in range(6)]
    for booking in bookings:
        remove(small, booking)

    def work() -> None:
        try:
            outreach.beat()
            waiting_list.wake(small.company.pk)
            waiting_offers.run(small.company.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()

    assert sorted(offered()) == [(people[0].phone, "open"), (people[3].phone, "open")]
    assert [len(person.offers()) for person in people] == [1, 0, 0, 1, 0, 0]


def test_killed_between_sending_and_writing_it_down_sends_the_same_message(
    day: SandboxSalon, bridge: BridgeServer
) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    free(day, booking)
    (message,) = olga.unasked()
    Message.objects.filter(pk=message.pk).update(status="sending", due_at=datetime.now(UTC))

    deliver()
    beat(day)

    assert [sent["key"] for sent in bridge.sent].count(message.wa_id) == 2
    assert len(olga.offers()) == 1


def test_two_chats_of_one_client_are_one_place(day: SandboxSalon) -> None:
    taken(day, 15)
    olga, other = Waiter(day, 1).listed(), Waiter(day, 2).listed()

    with transaction.atomic():
        waiting_list.merge(olga.chat, other.chat)

    assert sorted(olga.statuses()) == ["left", "waiting"]


def test_staff_see_who_waits(day: SandboxSalon, admin_client: Browser) -> None:
    booking = taken(day, 15)
    Waiter(day, 1).listed()
    free(day, booking)

    page = admin_client.get("/admin/whatsapp/waitingentry/").content.decode()

    assert "предложено время" in page
    assert "мужская стрижка" in page.lower()
    row = WaitingEntry.objects.get()
    one = admin_client.get(f"/admin/whatsapp/waitingentry/{row.pk}/change/").content.decode()
    assert "ждём ответа" in one
