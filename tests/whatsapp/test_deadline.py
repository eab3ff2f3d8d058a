"""A slow YCLIENTS and a waiting client: one deadline a turn, honest words, a person where it is needed."""

import time

import pytest

from aiadmin.core.models import Alarm
from marketplace.yclients import deadline as limits
from marketplace.yclients.deadline import Deadline
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.hands import BOOK, CLIENT, arrive, chat, replies
from whatsapp.assistant import tools as asked
from whatsapp.models import KeptRequest
from whatsapp.services import turns
from whatsapp.services.tools import JournalTools

PHONE = "+79001234567"


def test_reads_and_writes_of_a_turn_share_one_deadline(salon: SandboxSalon) -> None:
    salon.sandbox.fault("book_times", "delay", seconds=30)
    cut, day = str(salon.service("Мужская стрижка")), salon.at(12).date()
    sergey = str(salon.master("Сергей"))
    tools = JournalTools(salon.company, PHONE, "1:0", deadline=Deadline(1.2))

    assert tools.free_slots((cut,), sergey, day, day) == asked.SlotsUnavailable()
    # The slow search has used the time up: nothing is begun that could not be answered.
    salon.sandbox.heal()
    request = asked.BookRequest((cut,), sergey, salon.at(15), "Ольга")
    assert tools.book(request, step="book:1") == asked.SystemDown()
    assert salon.records(phone="79001234567") == []


def test_every_turn_has_a_deadline_of_its_own(salon: SandboxSalon) -> None:
    first = JournalTools(salon.company, PHONE, "1:0")
    began = time.monotonic()
    second = JournalTools(salon.company, PHONE, "1:1")
    left, took = second.deadline.left, time.monotonic() - began

    assert first.deadline is not second.deadline
    assert limits.CLIENT_SECONDS - took <= left + 0.001 <= limits.CLIENT_SECONDS + 0.001


@pytest.mark.usefixtures("committed")
def test_a_booking_whose_fate_is_not_known_is_told_so_and_a_person_is_called(
    salon: SandboxSalon,
) -> None:
    """The answer is lost after the commit and the journal may not be read: no second attempt."""
    salon.sandbox.control.patch(
        f"/salons/{salon.company.salon_id}", json={"denied": ["timetable_access"]}
    )
    salon.sandbox.fault("/book_record/", "drop_after")
    conversation = arrive(salon.company, BOOK)
    turns.run(conversation.pk, "w")
    if not salon.records(phone=CLIENT):
        arrive(salon.company, "да")
        turns.run(conversation.pk, "w")

    told = replies(salon.company)[-1].text
    assert told.endswith("Проверяю, прошла ли запись. Администратор подтвердит её здесь.")
    assert len(salon.records(phone=CLIENT)) == 1
    assert chat(salon.company).needs_person_since is not None
    assert Alarm.objects.filter(company_id=salon.company.pk, kind="handover_urgent").exists()


# Longer than any busy machine is late: who answers before that did not wait for it.
SLOW = 60


@pytest.mark.usefixtures("committed")
def test_a_journal_that_never_answers_is_told_honestly_within_the_clients_time(
    salon: SandboxSalon,
) -> None:
    salon.sandbox.fault("/book_(times|dates|record)/", "delay", seconds=SLOW)
    conversation = arrive(salon.company, BOOK)

    started = time.monotonic()
    turns.run(conversation.pk, "w")
    took = time.monotonic() - started

    told = replies(salon.company)[-1].text
    assert "Журнал записи сейчас не отвечает" in told
    assert "занят" not in told
    assert took < SLOW
    assert KeptRequest.objects.get().status == KeptRequest.Status.WAITING
    assert salon.records(phone=CLIENT) == []
