"""Turns: one at a time per chat, fenced by an epoch, a fixed batch in every retry, never silence."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from pytest_django.fixtures import Settings

from aiadmin.core import leases
from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.waiting import is_ahead, wait_for
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import (
    BOOK,
    PRICE,
    arrive,
    chat,
    expire_claims,
    make_due,
    replies,
    run_jobs,
    write,
)
from tests.whatsapp.journal_proxy import JournalProxy
from whatsapp.models import Conversation, Message
from whatsapp.models.message import MessageStatus
from whatsapp.services import inbox, keeper, phrases, turn_claim, turns


def break_salon(company: Company) -> None:
    """Whatever the assistant does for this salon, it fails."""
    Company.objects.filter(pk=company.pk).update(timezone="Mars/Olympus")


@pytest.mark.usefixtures("committed")
def test_eight_workers_that_race_for_a_turn_carry_out_one(company: Company) -> None:
    conversation = arrive(company)
    start = threading.Barrier(8)

    def work(number: int) -> None:
        start.wait()
        turns.run(conversation.pk, f"worker-{number}")
        connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = chat(company)
    assert len(replies(company)) == 1
    assert (done.turn_epoch, done.turn_number, done.turn_owner) == (1, 1, "")
    assert done.turn_due_at is None


def test_turn_answers_what_was_asked_and_queues_the_reply_under_its_own_id(
    company: Company,
) -> None:
    conversation = arrive(company)

    turns.run(conversation.pk, "w")

    (reply,) = replies(company)
    assert "1 500 ₽" in reply.text.replace("\xa0", " ")
    assert (reply.status, reply.author, reply.turn_number) == ("queued", "bot", 0)
    assert reply.wa_id.startswith("3EB0")
    asked = Message.objects.get(company=company, direction="in")
    assert (asked.status, asked.turn_number) == (MessageStatus.ANSWERED, 0)
    assert asked.frame


@pytest.mark.usefixtures("committed")
def test_burst_of_messages_gets_one_answer(company: Company, bridge: BridgeServer) -> None:
    for text in ("Добрый день", "сколько стоит", "мужская стрижка?"):
        write(company, text)
        inbox.drain(company.pk)
    run_jobs()

    assert len(bridge.sent) == 1
    assert chat(company).turn_number == 1
    assert not Message.objects.filter(company=company, status=MessageStatus.RECEIVED).exists()


def test_further_messages_put_the_turn_off_to_five_times_the_delay_at_most(
    company: Company, settings: Settings
) -> None:
    settings.TURN_DELAY_SECONDS = 10
    begun = datetime.now(UTC)
    write(company, "раз")
    inbox.drain(company.pk)
    assert is_ahead(chat(company).turn_due_at, 10, 10, since=begun)

    Message.objects.update(created_at=F("created_at") - timedelta(seconds=45))
    write(company, "два")
    inbox.drain(company.pk)

    assert is_ahead(chat(company).turn_due_at, 5, 5, since=begun)


def test_turn_that_is_not_due_or_has_an_owner_is_left_alone(company: Company) -> None:
    conversation = arrive(company)
    rows = Conversation.objects.filter(pk=conversation.pk)
    rows.update(turn_due_at=datetime.now(UTC) + timedelta(seconds=5))
    turns.run(conversation.pk, "early")
    rows.update(
        turn_due_at=datetime.now(UTC),
        turn_owner="other",
        turn_until=datetime.now(UTC) + timedelta(seconds=20),
    )
    turns.run(conversation.pk, "second")

    assert not replies(company)
    assert chat(company).turn_epoch == 0
    assert turns.overdue() == []


@pytest.mark.usefixtures("committed")
def test_worker_whose_turn_was_taken_over_writes_nothing(
    company: Company, journal: JournalProxy
) -> None:
    conversation = arrive(company, BOOK)

    def steal(_: str) -> None:
        Conversation.objects.update(turn_epoch=F("turn_epoch") + 1, turn_owner="thief")
        connection.close()

    journal.before = steal
    turns.run(conversation.pk, "slow")

    assert journal.calls
    assert not replies(company)
    assert chat(company).turn_owner == "thief"
    assert Message.objects.get(company=company).status == MessageStatus.RECEIVED


@pytest.mark.usefixtures("committed")
def test_message_that_comes_during_a_turn_gets_the_next_one(
    company: Company, journal: JournalProxy, bridge: BridgeServer
) -> None:
    conversation = arrive(company, BOOK)

    def interrupt(_: str) -> None:
        journal.before = None
        write(company, PRICE)
        inbox.drain(company.pk)
        connection.close()

    journal.before = interrupt
    turns.run(conversation.pk, "w")

    assert [row.turn_number for row in replies(company)] == [0]
    assert chat(company).turn_due_at is not None
    run_jobs()
    assert {row.turn_number for row in replies(company)} == {0, 1}
    assert "1 500 ₽" in replies(company)[-1].text.replace("\xa0", " ")


def test_retry_answers_the_batch_of_the_first_try(company: Company) -> None:
    conversation = arrive(company, "Здравствуйте")
    break_salon(company)
    turns.run(conversation.pk, "w")
    write(company, PRICE)
    inbox.drain(company.pk)
    make_due()
    Company.objects.filter(pk=company.pk).update(timezone="Europe/Moscow")

    turns.run(conversation.pk, "w")

    first, second = Message.objects.filter(company=company, direction="in").order_by("pk")
    assert (first.status, second.status) == (MessageStatus.ANSWERED, MessageStatus.RECEIVED)
    assert chat(company).turn_number == 1
    assert chat(company).turn_due_at is not None


def test_turn_of_a_killed_worker_is_taken_over(company: Company) -> None:
    conversation = arrive(company)
    due = datetime.now(UTC) - timedelta(seconds=5)
    message_id = Message.objects.get(company=company).pk
    Conversation.objects.update(
        turn_due_at=due,
        turn_owner="killed",
        turn_until=datetime.now(UTC) + timedelta(seconds=20),
        turn_epoch=1,
        turn_tries=1,
        turn_upto=message_id,
    )
    assert turns.overdue() == []
    expire_claims()

    assert turns.overdue() == [conversation.pk]
    turns.run(conversation.pk, "next")

    assert len(replies(company)) == 1
    assert chat(company).turn_tries == 0


def test_message_that_the_claim_has_not_seen_is_answered(company: Company) -> None:
    conversation = arrive(company)
    message_id = Message.objects.get(company=company).pk
    Conversation.objects.update(turn_upto=message_id - 1)

    turns.run(conversation.pk, "w")

    assert len(replies(company)) == 1
    assert chat(company).turn_due_at is None


def test_three_failed_tries_end_in_an_apology_and_a_person(company: Company) -> None:
    conversation = arrive(company)
    break_salon(company)
    for _ in range(turns.MAX_TRIES):
        make_due()
        turns.run(conversation.pk, "w")

    (reply,) = replies(company)
    done = chat(company)
    assert reply.text == f"{phrases.INTRODUCTION} {phrases.APOLOGY}"
    assert done.needs_person_since is not None
    assert (done.turn_due_at, done.turn_tries, done.turn_number) == (None, 0, 1)
    assert Alarm.objects.filter(kind="turn_failed", company_id=company.pk).count() == 1


def test_failed_try_is_repeated_after_a_growing_pause(company: Company) -> None:
    conversation = arrive(company)
    break_salon(company)
    assert turns.MAX_TRIES == 3
    for pause in (2, 4):
        make_due()
        begun = datetime.now(UTC)
        turns.run(conversation.pk, "w")
        assert is_ahead(chat(company).turn_due_at, pause, pause, since=begun)

    assert not replies(company)


def test_try_that_failed_after_its_turn_had_ended_puts_nothing_back(company: Company) -> None:
    """The answer to its commit was lost on the way."""
    conversation = arrive(company)
    turn = turn_claim.claim(conversation.pk, "w")
    assert turn is not None
    Conversation.objects.update(turn_owner="", turn_due_at=None, turn_number=turn.number + 1)

    turn_claim.retry_later(turn)

    assert chat(company).turn_due_at is None


def test_turn_whose_workers_die_every_time_ends_in_an_apology_too(company: Company) -> None:
    conversation = arrive(company)
    Conversation.objects.update(turn_tries=turns.MAX_TRIES, turn_owner="killed")
    expire_claims()

    turns.run(conversation.pk, "w")

    assert [row.text for row in replies(company)] == [f"{phrases.INTRODUCTION} {phrases.APOLOGY}"]


def test_assistant_switched_off_after_the_message_came_stays_silent(company: Company) -> None:
    conversation = arrive(company)
    Company.objects.filter(pk=company.pk).update(ai_enabled=False)

    turns.run(conversation.pk, "w")

    assert not replies(company)
    assert chat(company).turn_due_at is None
    assert Message.objects.get(company=company).status == MessageStatus.ANSWERED


@pytest.mark.usefixtures("committed")
def test_claim_of_a_long_turn_is_renewed_until_it_ends(company: Company) -> None:
    conversation = arrive(company)
    Conversation.objects.update(turn_epoch=7, turn_until=datetime.now(UTC))
    patient = leases.Keeper(keeper.mine, "turn_until", every=0.02)

    def left() -> float:
        until = chat(company).turn_until
        assert until is not None
        return (until - datetime.now(UTC)).total_seconds()

    with patient.held(conversation.pk, 7):
        wait_for("the renewal", lambda: left() > leases.LEASE_SECONDS / 2)
    patient.join()
    Conversation.objects.update(turn_epoch=8, turn_until=datetime.now(UTC))
    assert not keeper.keeper.renew(conversation.pk, 7)
    assert left() <= 0
