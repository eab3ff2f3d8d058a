"""Reminders through the journal's stand-in: each once, true when it is said, and never in the dark."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from marketplace.models import BookingAttempt, Client
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.outreach.hands import (
    OLGA,
    beat,
    change,
    go_to,
    remove,
    stories,
    texts,
    visit,
)
from tests.whatsapp.reminders import deliver_all, pass_real
from whatsapp.models import Conversation, Message, Outreach, SalonPhone, SalonSettings
from whatsapp.services import outbox, outreach, outreach_send

pytestmark = pytest.mark.usefixtures("clock_file")


def test_evening_reminder_asks_and_the_near_one_follows(small: SandboxSalon) -> None:
    start = small.at(15, days=2)
    visit(small, start)
    Client.objects.update_or_create(company=small.company, phone=OLGA, defaults={"visits_count": 3})
    go_to(small.at(18, 59))
    beat(small)
    assert stories(small) == []

    go_to(small.at(19))
    beat(small)
    beat(small)

    day = f"{start.day} {_month(start)}"
    assert texts(small) == [
        f"Напоминаем: завтра, {day}, в 15:00 — мужская стрижка, Сергей. "
        "Придёте? Ответьте «да» или «нет»."
    ]
    go_to(small.at(13, days=2))
    beat(small)
    assert texts(small)[1].startswith(f"Напоминаем: сегодня, {day}, в 15:00")
    assert stories(small) == [("evening", "queued", ""), ("near", "queued", "")]


@pytest.mark.parametrize(("hours", "reminded"), [(1, False), (3, True)])
def test_who_has_just_booked_with_us_knows_when(
    small: SandboxSalon, hours: int, reminded: bool
) -> None:
    booked, finished = visit(small, small.at(15, days=2)), small.at(19) - timedelta(hours=hours)
    BookingAttempt.objects.create(company=small.company, key="1:0:book:1", kind="book", api_id="1",
        request={}, status="done", record_id=booked.record_id, finished_at=finished)  # fmt: skip
    go_to(small.at(19))
    beat(small)

    assert bool(texts(small)) is reminded


def test_first_timer_gets_the_address_once(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    beat(small)
    go_to(small.at(13, days=2))
    beat(small)

    first, second = texts(small)
    assert "Наш адрес: Тверская, 5." in first
    assert "Тверская" not in second


def test_several_visits_of_one_day_are_one_message(small: SandboxSalon) -> None:
    for hour in (18, 12):
        visit(small, small.at(hour, days=2))
    visit(small, small.at(12, days=3))
    go_to(small.at(19))
    beat(small)
    go_to(small.at(10, days=2))
    beat(small)
    go_to(small.at(16, days=2))
    beat(small)

    evening, near = texts(small)
    assert [line.split(" — ")[0] for line in evening.splitlines()[1:3]] == ["12:00", "18:00"]
    assert near.splitlines()[1:3] == evening.splitlines()[1:3]
    rows = Outreach.objects.filter(company=small.company, status="queued")
    assert rows.count() == 4


@pytest.mark.parametrize(
    ("_case", "reason"),
    [("cancelled", "cancelled"), ("moved", "moved"), ("no show", "no_show"), ("came", "came")],
)
def test_what_the_salon_changed_meanwhile_is_seen_before_anything_is_said(
    small: SandboxSalon, _case: str, reason: str
) -> None:
    booking = visit(small, small.at(15, days=2))
    go_to(small.at(19))
    outreach.beat()
    match _case:
        case "cancelled":
            remove(small, booking)
        case "moved":
            change(small, booking, start=small.at(18, days=3))
        case "no show":
            change(small, booking, attendance=-1)
        case _:
            change(small, booking, attendance=1)

    outreach_send.send(small.company.pk)

    assert texts(small) == []
    assert stories(small) == [("evening", "skipped", reason)]
    if _case == "moved":
        # The visit at its new time has promises of its own.
        go_to(small.at(19, days=2))
        beat(small)
        assert stories(small)[1:] == [("evening", "queued", "")]


def test_journal_is_read_once_for_a_salon_and_day(small: SandboxSalon) -> None:
    for n in range(5):
        visit(small, small.at(11 + n, days=2), phone=f"+7900111000{n}")
    go_to(small.at(19))
    outreach.beat()
    before = _calls(small)

    outreach_send.send(small.company.pk)

    assert _calls(small) - before == 1
    assert Message.objects.filter(company=small.company, purpose="service").count() == 5


def test_journal_that_does_not_answer_says_nothing_until_it_does(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    small.sandbox.fault(".*records.*", "status", status=503)
    go_to(small.at(19))
    beat(small)
    assert texts(small) == []

    small.sandbox.heal()
    beat(small)
    assert texts(small) == []
    Outreach.objects.update(claimed_until=datetime.now(UTC))
    beat(small)

    assert len(texts(small)) == 1


def test_reminder_that_nobody_could_check_in_time_is_dropped(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    small.sandbox.fault(".*records.*", "status", status=503)
    go_to(small.at(19))
    beat(small)
    small.sandbox.heal()

    go_to(small.at(0, 1, days=2))
    Outreach.objects.update(claimed_until=None)
    beat(small)

    assert stories(small) == [("evening", "skipped", "late")]


@pytest.mark.parametrize(
    ("_case", "reason"),
    [
        ("stop", "opted_out"),
        ("never", "not_wanted"),
        ("pilot", "not_wanted"),
        ("shadow", "not_wanted"),
    ],
)
def test_who_is_not_written_to(small: SandboxSalon, _case: str, reason: str) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    match _case:
        case "stop":
            Conversation.objects.create(
                company=small.company, chat="x@lid", phone=OLGA, opted_out_at=datetime.now(UTC)
            )
        case "never":
            SalonPhone.objects.create(company=small.company, phone=OLGA, role="never")
        case "pilot":
            SalonSettings.objects.create(company=small.company, answers="listed")
        case _:
            SalonPhone.objects.create(company=small.company, phone=OLGA, role="pilot")
            SalonSettings.objects.create(company=small.company, answers="shadow")

    beat(small)

    assert texts(small) == []
    assert stories(small) == [("evening", "skipped", reason)]


def test_budget_of_a_client_counts_everything_unasked(small: SandboxSalon) -> None:
    for n in range(6):
        visit(small, small.at(15, days=2 + n))
        go_to(small.at(19, days=1 + n))
        # All within a day: nothing of the former evenings is forgotten.
        Message.objects.update(at=small.at(18, days=1 + n))
        beat(small)

    assert [row[1:] for row in stories(small)].count(("skipped", "client_budget")) >= 1
    assert len(texts(small)) == 4


def test_switched_off_assistant_writes_to_nobody(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    small.company.ai_enabled = False
    small.company.save()

    beat(small)

    assert stories(small) == []


@pytest.mark.usefixtures("committed")
def test_twenty_at_once_say_each_promise_once(small: SandboxSalon) -> None:
    for n in range(8):
        visit(small, small.at(10 + n, days=2), phone=f"+7900222000{n % 4}")
    go_to(small.at(19))

    def work() -> None:
        try:
            outreach.beat()
            outreach_send.send(small.company.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A worker that lost its claim to another leaves the rest for the next beat.
    work()

    rows = Outreach.objects.filter(company=small.company)
    assert rows.count() == 8
    assert set(rows.values_list("status", flat=True)) == {"queued"}
    # Two visits each: one message a client.
    assert Message.objects.filter(company=small.company, purpose="service").count() == 4


def test_killed_between_sending_and_writing_it_down_sends_the_same_message(
    small: SandboxSalon, bridge: BridgeServer
) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    beat(small)
    message = Message.objects.get(company=small.company, purpose="service")
    outbox.deliver(message.conversation_id)
    # The bridge has it; the worker died before its commit.
    Message.objects.filter(pk=message.pk).update(status="sending", due_at=datetime.now(UTC))
    pass_real(60)

    beat(small)
    deliver_all()

    assert [sent["key"] for sent in bridge.sent] == [message.wa_id, message.wa_id]
    assert len(texts(small)) == 1


def test_worker_killed_with_a_claim_is_followed_by_another(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    outreach.beat()
    ahead = datetime.now(UTC) + timedelta(minutes=2)
    Outreach.objects.update(claimed_until=ahead)
    outreach_send.send(small.company.pk)
    assert texts(small) == []

    Outreach.objects.update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    outreach_send.send(small.company.pk)

    assert len(texts(small)) == 1


def _calls(salon: SandboxSalon) -> int:
    """How many calls the stand-in has had."""
    return int(salon.sandbox.get("/state")["traffic"]["calls"])


_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"


def _month(moment: datetime) -> str:
    return _MONTHS.split()[moment.month - 1]
