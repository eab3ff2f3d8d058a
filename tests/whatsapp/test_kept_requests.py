"""YCLIENTS was away: what the client asked for is kept, tried again, told, or given to a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from aiadmin.core import clock
from aiadmin.core.models import Alarm
from marketplace.models import BookingAttempt
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.hands import CLIENT, arrive, chat, expire_claims, replies
from whatsapp.models import Conversation, KeptRequest
from whatsapp.services import kept_requests, takeover, turns

pytestmark = pytest.mark.usefixtures("committed")

Status = KeptRequest.Status
WANT = "Запишите меня на мужскую стрижку к Сергею послезавтра в 15:00"


@pytest.fixture
def salon(transactional_db: None, salon: SandboxSalon) -> SandboxSalon:
    return salon


def say(salon: SandboxSalon, text: str) -> Conversation:
    conversation = arrive(salon.company, text)
    turns.run(conversation.pk, "w")
    return chat(salon.company)


def away(salon: SandboxSalon, path: str) -> None:
    """Refused before anything is done: nothing can have been written."""
    salon.sandbox.fault(path, "status", status=429)


def kept() -> KeptRequest:
    return KeptRequest.objects.get()


def again() -> KeptRequest:
    """The next try, as if its time had come."""
    KeptRequest.objects.filter(status=Status.WAITING).update(due_at=datetime.now(UTC))
    for request_id in kept_requests.due():
        kept_requests.run(request_id)
    return kept()


def last(salon: SandboxSalon) -> str:
    return replies(salon.company)[-1].text


@pytest.fixture
def agreed(salon: SandboxSalon) -> SandboxSalon:
    """The client said everything; the booking itself was not taken."""
    away(salon, "/book_record/")
    conversation = say(salon, WANT)
    if not BookingAttempt.objects.exists():
        conversation = say(salon, "да")
    assert "Журнал записи сейчас не отвечает" in last(salon)
    assert (kept().status, conversation.needs_person_since) == (Status.WAITING, None)
    assert salon.records(phone=CLIENT) == []
    return salon


def test_a_booking_is_made_and_told_when_yclients_is_back(agreed: SandboxSalon) -> None:
    assert kept_requests.due() == [], "not at once"
    before = len(replies(agreed.company))

    row = again()
    assert (row.status, row.tries, len(replies(agreed.company))) == (Status.WAITING, 1, before)
    assert row.due_at > datetime.now(UTC) + kept_requests.FIRST_TRY
    agreed.sandbox.heal()
    row = again()

    assert row.status == Status.DONE
    assert last(agreed).startswith("Журнал снова отвечает. Записала: послезавтра")
    assert len(agreed.records(phone=CLIENT)) == 1
    assert len(replies(agreed.company)) == before + 1
    again()
    assert len(replies(agreed.company)) == before + 1


@pytest.mark.parametrize("late", [timedelta(0), kept_requests.PATIENCE])
def test_a_try_cut_off_after_the_booking_tells_it_and_books_nothing_more(
    agreed: SandboxSalon, late: timedelta
) -> None:
    agreed.sandbox.heal()
    with connection.cursor() as cursor:
        # The answer cannot be stored: the try ends between the booking and its own end.
        cursor.execute("ALTER TABLE messages ADD CONSTRAINT no_answer CHECK (id < 0) NOT VALID")
    try:
        assert again().status == Status.WAITING
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE messages DROP CONSTRAINT no_answer")
    assert len(agreed.records(phone=CLIENT)) == 1
    assert "Записала" not in last(agreed)

    KeptRequest.objects.update(created_at=F("created_at") - late)

    row = again()

    assert row.status == Status.DONE
    assert "Записала: послезавтра" in last(agreed)
    assert len(agreed.records(phone=CLIENT)) == 1


def test_a_search_is_told_as_a_question(salon: SandboxSalon) -> None:
    away(salon, "/book_(times|dates)/")
    say(salon, WANT)
    assert "напишу, когда смогу проверить время" in last(salon)
    salon.sandbox.heal()

    assert again().status == Status.DONE
    assert "Журнал снова отвечает. Послезавтра" in last(salon)
    assert salon.records(phone=CLIENT) == []
    say(salon, "да")
    assert len(salon.records(phone=CLIENT)) == 1


def test_a_client_who_asks_again_leaves_nothing_behind(salon: SandboxSalon) -> None:
    away(salon, "/book_(times|dates)/")
    say(salon, WANT)
    salon.sandbox.heal()

    say(salon, WANT)

    assert kept().status == Status.DROPPED
    assert kept_requests.due() == []
    assert len(salon.records(phone=CLIENT)) == 1


def test_after_half_an_hour_a_person_gets_it(agreed: SandboxSalon) -> None:
    KeptRequest.objects.update(created_at=datetime.now(UTC) - timedelta(minutes=31))

    row = again()

    assert row.status == Status.HANDED
    assert "Передала ваш запрос администратору" in last(agreed)
    reason = chat(agreed.company).needs_person_reason
    assert "Журнал записи не отвечал" in reason
    assert "15:00" in reason
    assert Alarm.objects.filter(company_id=agreed.company.pk, kind="handover_urgent").exists()


def test_a_person_who_took_over_has_it(agreed: SandboxSalon) -> None:
    takeover.pause(chat(agreed.company), until=clock.now() + timedelta(hours=1))
    agreed.sandbox.heal()
    before = len(replies(agreed.company))

    assert again().status == Status.HANDED
    assert len(replies(agreed.company)) == before
    assert agreed.records(phone=CLIENT) == []


def test_a_salon_switched_off_calls_a_person(agreed: SandboxSalon) -> None:
    type(agreed.company).objects.filter(pk=agreed.company.pk).update(ai_enabled=False)

    assert again().status == Status.HANDED
    assert chat(agreed.company).needs_person_since is not None


def test_a_chat_that_is_being_answered_is_left_alone(agreed: SandboxSalon) -> None:
    agreed.sandbox.heal()
    arrive(agreed.company, "а где вы находитесь?")

    assert again().status == Status.WAITING
    assert agreed.records(phone=CLIENT) == []
    turns.run(chat(agreed.company).pk, "w")
    assert "Адрес" in last(agreed)
    assert again().status == Status.DONE
    assert len(agreed.records(phone=CLIENT)) == 1


def test_an_unknown_outcome_is_told_once_it_is_known(salon: SandboxSalon) -> None:
    salon.sandbox.fault("/book_record/", "drop_after", times=1)
    salon.sandbox.fault("/api/v1/records/", "status", status=403)
    conversation = say(salon, WANT)
    if not BookingAttempt.objects.exists():
        conversation = say(salon, "да")
    assert "Проверяю, прошла ли запись" in last(salon)
    assert conversation.needs_person_since is not None
    assert again().status == Status.WAITING
    salon.sandbox.heal()

    assert again().status == Status.DONE
    assert "Записала: послезавтра" in last(salon)
    assert len(salon.records(phone=CLIENT)) == 1
    # Nobody looks for what is known; who was called for something else is still awaited.
    assert chat(salon.company).needs_person_since is None
    takeover.need_person(conversation.pk, "Жалоба: дорого")
    takeover.need_nobody(conversation.pk, "Не ясно")
    assert chat(salon.company).needs_person_since is not None


def test_requests_are_forgotten_a_week_after_their_end(agreed: SandboxSalon) -> None:
    agreed.sandbox.heal()
    again()
    assert kept_requests.forget() == 0
    KeptRequest.objects.update(finished_at=datetime.now(UTC) - timedelta(days=8))

    assert kept_requests.forget() == 1


def test_a_worker_killed_in_the_middle_is_followed_by_another(agreed: SandboxSalon) -> None:
    agreed.sandbox.heal()
    # It had claimed the request and the chat, and died.
    KeptRequest.objects.update(due_at=datetime.now(UTC) + kept_requests.LEASE)
    Conversation.objects.update(turn_owner="kept-request", turn_until=datetime.now(UTC))
    assert kept_requests.due() == []
    expire_claims()

    assert again().status == Status.DONE
    assert len(agreed.records(phone=CLIENT)) == 1


def test_two_workers_make_one_booking(agreed: SandboxSalon) -> None:
    agreed.sandbox.heal()
    KeptRequest.objects.update(due_at=datetime.now(UTC))
    request = kept()

    def one(_: int) -> None:
        try:
            kept_requests.run(request.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))

    assert kept().status == Status.DONE
    assert len(agreed.records(phone=CLIENT)) == 1
    assert sum("Записала" in row.text for row in replies(agreed.company)) == 1


def test_a_request_nobody_can_read_any_more_stops_no_turn_and_goes_to_a_person(
    agreed: SandboxSalon,
) -> None:
    KeptRequest.objects.update(kept={"writes": [{"kind": "rent"}], "summary": "Хочу в 15:00"})

    say(agreed, "а где вы находитесь?")
    assert "Адрес" in last(agreed)
    assert again().status == Status.HANDED
    assert "Хочу в 15:00" in chat(agreed.company).needs_person_reason


def test_what_the_message_ordered_besides_is_done_with_it_once(salon: SandboxSalon) -> None:
    say(salon, WANT)
    if not salon.records(phone=CLIENT):
        say(salon, "да")
    (old,) = salon.records(phone=CLIENT)
    away(salon, f"/api/v1/record/{salon.company.salon_id}/")
    say(salon, "Отмените стрижку и запишите на маникюр без покрытия послезавтра")
    assert "Остальное из сообщения тоже сохранила." in last(salon)
    assert [row["id"] for row in salon.records(phone=CLIENT)] == [old["id"]]
    salon.sandbox.heal()
    before = len(replies(salon.company))

    assert again().status == Status.DONE
    again()

    told = "\n".join(row.text for row in replies(salon.company)[before:])
    assert told.startswith("Журнал снова отвечает. Отменила запись на послезавтра, 15:00")
    assert "Маникюр без покрытия" in told
    assert salon.records(phone=CLIENT) == []


def test_a_try_whose_outcome_is_unknown_is_not_made_again(agreed: SandboxSalon) -> None:
    agreed.sandbox.heal()
    agreed.sandbox.fault("/book_record/", "drop_after", times=1)
    agreed.sandbox.fault("/api/v1/records/", "status", status=403)

    assert again().status == Status.WAITING
    assert "Проверяю, прошла ли запись" in last(agreed)
    assert chat(agreed.company).needs_person_since is not None
    agreed.sandbox.heal()

    assert again().status == Status.DONE
    assert "Записала: послезавтра" in last(agreed)
    assert len(agreed.records(phone=CLIENT)) == 1
    assert BookingAttempt.objects.count() == 2, "the one refused, and the one that was lost"
