"""A turn whose tries are cut off: no write of it stays unsettled or unsaid, an outage is no fault of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import F

from marketplace.models import BookingAttempt, Company
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.hands import CLIENT, arrive, chat, expire_claims, make_due, replies
from tests.whatsapp.journal_proxy import JournalProxy
from whatsapp.models import Conversation, Message
from whatsapp.services import phrases, turns

pytestmark = pytest.mark.usefixtures("committed")

Status = BookingAttempt.Status
WANT = "Запишите меня на мужскую стрижку к Сергею послезавтра в 15:00, меня зовут Ольга"


@pytest.fixture
def salon(transactional_db: None, salon: SandboxSalon) -> SandboxSalon:
    return salon


@contextmanager
def only(*statuses: Status) -> Iterator[None]:
    """No other outcome of a write can be stored."""
    known = ", ".join(f"'{one}'" for one in statuses)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE booking_attempts ADD CONSTRAINT outcome_lost"
            f" CHECK (status IN ({known})) NOT VALID"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE booking_attempts DROP CONSTRAINT outcome_lost")


def tried(salon: SandboxSalon, conversation: Conversation, times: int) -> Conversation:
    for _ in range(times):
        make_due()
        turns.run(conversation.pk, "w")
    return chat(salon.company)


def agreed(salon: SandboxSalon) -> Conversation:
    """Everything is said: the next turn writes."""
    return arrive(salon.company, WANT)


def test_a_booking_whose_outcome_three_tries_lost_is_told_by_the_fourth(
    salon: SandboxSalon,
) -> None:
    conversation = agreed(salon)
    with only(Status.STARTED):
        after = tried(salon, conversation, turns.MAX_TRIES)
    assert len(salon.records(phone=CLIENT)) == 1
    assert (replies(salon.company), after.turn_tries) == ([], turns.MAX_TRIES)

    done = tried(salon, conversation, 1)

    (reply,) = replies(salon.company)
    assert "Записала: послезавтра" in reply.text
    assert (done.turn_due_at, done.turn_number, done.needs_person_since) == (None, 1, None)
    assert [row.status for row in BookingAttempt.objects.all()] == [Status.DONE]
    assert len(salon.records(phone=CLIENT)) == 1


def test_a_worker_killed_after_each_write_is_followed_by_one_who_tells_it(
    salon: SandboxSalon,
) -> None:
    conversation = agreed(salon)
    with only(Status.STARTED):
        tried(salon, conversation, 1)
    Conversation.objects.update(turn_tries=turns.MAX_TRIES, turn_owner="killed")
    expire_claims()

    tried(salon, conversation, 1)

    assert "Записала: послезавтра" in replies(salon.company)[-1].text


def test_a_write_that_can_never_be_settled_ends_with_a_person_who_looks_into_the_journal(
    salon: SandboxSalon,
) -> None:
    conversation = agreed(salon)
    with only(Status.STARTED, Status.UNKNOWN):
        done = tried(salon, conversation, turns.MAX_TRIES_WRITING)

    (reply,) = replies(salon.company)
    assert phrases.APOLOGY in reply.text
    assert (done.needs_person_reason, done.turn_due_at) == (phrases.UNSURE, None)
    assert [row.status for row in BookingAttempt.objects.all()] == [Status.UNKNOWN]


def test_a_turn_given_up_after_its_write_is_not_told_in_answer_to_the_next_message(
    salon: SandboxSalon,
) -> None:
    conversation = agreed(salon)
    with only(Status.STARTED):
        tried(salon, conversation, 1)
    Company.objects.filter(pk=salon.company.pk).update(ai_enabled=False)
    given_up = tried(salon, conversation, 1)
    assert given_up.needs_person_reason == phrases.UNSURE
    assert [row.status for row in BookingAttempt.objects.all()] == [Status.UNKNOWN]
    Company.objects.filter(pk=salon.company.pk).update(ai_enabled=True)

    arrive(salon.company, "Сколько стоит мужская стрижка?")
    tried(salon, conversation, 1)

    (reply,) = replies(salon.company)
    assert "₽" in reply.text
    assert "Записала" not in reply.text


# --- PostgreSQL goes away amid a turn --------------------------------------------------------------


def end_our_connection(_: str) -> None:
    """As a restart of the server does; by a connection of another thread."""
    settings = connection.get_connection_params()
    with psycopg.connect(
        **{key: settings[key] for key in ("host", "port", "user", "password", "dbname")},
        autocommit=True,
    ) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_an_outage_of_postgresql_is_no_try_of_the_turn(
    company: Company, journal: JournalProxy
) -> None:
    conversation = arrive(company, WANT)
    journal.before = end_our_connection
    for _ in range(turns.MAX_TRIES + 1):
        make_due()
        asked = len(journal.calls)
        turns.run(conversation.pk, "w")
        assert len(journal.calls) > asked
        after = chat(company)
        assert (after.turn_tries, after.turn_owner, replies(company)) == (0, "", [])
        assert after.turn_due_at is not None

    journal.before = None
    make_due()
    turns.run(conversation.pk, "w")

    assert len(replies(company)) == 1
    assert phrases.APOLOGY not in replies(company)[0].text


def test_a_turn_that_ends_postgresql_for_minutes_ends_in_an_apology(
    company: Company, journal: JournalProxy
) -> None:
    conversation = arrive(company, WANT)
    Message.objects.update(created_at=F("created_at") - timedelta(seconds=turns.AWAY_PATIENCE))
    journal.before = end_our_connection
    for _ in range(turns.MAX_TRIES):
        make_due()
        turns.run(conversation.pk, "w")

    assert phrases.APOLOGY in replies(company)[-1].text
    assert chat(company).needs_person_reason == phrases.FAILED
