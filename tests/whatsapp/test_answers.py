"""What a turn answers: from the journal and the catalogue, honestly, and after a crash as well."""

import pytest
from django.db import connection
from django.db.models import F
from pytest_django.fixtures import Settings

from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.hands import (
    BOOK,
    CLIENT,
    PRICE,
    arrive,
    chat,
    expire_claims,
    make_due,
    replies,
    write,
)
from tests.whatsapp.journal_proxy import JournalProxy
from whatsapp.assistant import tools as asked
from whatsapp.models import Conversation, KeptRequest, Message
from whatsapp.services import inbox, turns
from whatsapp.services.tools import JournalTools


def dialogue_with_journal(salon: SandboxSalon, text: str) -> Conversation:
    conversation = arrive(salon.company, text)
    assert conversation.phone
    return conversation


def last_reply(company: Company) -> str:
    return replies(company)[-1].text


def test_visit_is_booked_in_the_journal_and_told_as_it_stands_there(salon: SandboxSalon) -> None:
    conversation = dialogue_with_journal(salon, BOOK)
    turns.run(conversation.pk, "w")
    if not salon.records(phone=CLIENT):
        arrive(salon.company, "да")
        turns.run(conversation.pk, "w")

    (record,) = salon.records(phone=CLIENT)
    assert str(record["date"]).endswith("15:00:00")
    assert "аписала" in last_reply(salon.company)
    assert "15:00" in last_reply(salon.company)
    story = Message.objects.filter(company=salon.company, direction="in").last()
    assert story is not None
    assert story.frame is not None
    assert story.frame["writes"] == [{"asked": "BookRequest", "outcome": "Booked"}]


@pytest.mark.usefixtures("committed")
def test_worker_that_dies_after_the_booking_is_followed_by_one_that_tells_of_it(
    salon: SandboxSalon, settings: Settings
) -> None:
    proxy = JournalProxy(target=settings.YCLIENTS_API_URL)
    settings.YCLIENTS_API_URL = proxy.url

    def die(call: str) -> None:
        # The journal has the record; the worker will never hear of it.
        if call.startswith("POST") and "book_record" in call:
            Conversation.objects.update(turn_epoch=F("turn_epoch") + 1, turn_owner="dead")
            connection.close()

    proxy.after = die
    try:
        conversation = dialogue_with_journal(salon, BOOK)
        turns.run(conversation.pk, "first")
        if not salon.records(phone=CLIENT):
            arrive(salon.company, "да")
            turns.run(conversation.pk, "first")
        told_before = [row.text for row in replies(salon.company)]
        number = chat(salon.company).turn_number
        expire_claims()
        make_due()
        turns.run(conversation.pk, "second")
    finally:
        proxy.close()

    assert not any("аписала" in text for text in told_before)
    assert "аписала" in last_reply(salon.company)
    assert len(salon.records(phone=CLIENT)) == 1
    assert chat(salon.company).turn_number == number + 1


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("last", ["DELETE", "PUT"])
def test_worker_that_dies_between_two_orders_is_followed_by_one_that_does_the_rest(
    salon: SandboxSalon, settings: Settings, cut: str, sergey: str, last: str
) -> None:
    own = JournalTools(salon.company, f"+{CLIENT}", "before:0")
    beard = str(salon.service("Моделирование бороды"))
    for number, (service, hour) in enumerate(((beard, 12), (cut, 15)), start=1):
        request = asked.BookRequest((service,), sergey, salon.at(hour), "Ольга")
        assert isinstance(own.book(request, step=f"book:{number}"), asked.Booked)
    proxy = JournalProxy(target=settings.YCLIENTS_API_URL)
    settings.YCLIENTS_API_URL = proxy.url

    def die(call: str) -> None:
        if call.startswith(last):
            Conversation.objects.update(turn_epoch=F("turn_epoch") + 1, turn_owner="dead")
            connection.close()

    proxy.after = die
    day = salon.at(16, days=3)
    text = f"Отмените моделирование бороды и перенесите стрижку на {day:%d.%m} в 16:00"
    try:
        conversation = dialogue_with_journal(salon, text)
        turns.run(conversation.pk, "first")
        assert not replies(salon.company)
        expire_claims()
        make_due()
        turns.run(conversation.pk, "second")
    finally:
        proxy.close()

    told = last_reply(salon.company)
    assert (told.count("Отменила"), told.count("Перенесла")) == (1, 1)
    (record,) = salon.records(phone=CLIENT)
    assert record["date"] == f"{day:%Y-%m-%d} 16:00:00"
    writes = [call.split()[0] for call in proxy.calls if not call.startswith("GET")]
    assert writes == ["DELETE", "PUT"]


@pytest.mark.usefixtures("committed")
def test_turn_that_was_lost_before_the_booking_books_nothing(
    salon: SandboxSalon, settings: Settings
) -> None:
    proxy = JournalProxy(target=settings.YCLIENTS_API_URL)
    settings.YCLIENTS_API_URL = proxy.url

    def steal(call: str) -> None:
        Conversation.objects.update(turn_epoch=F("turn_epoch") + 1, turn_owner="thief")
        connection.close()

    proxy.after = steal
    try:
        turns.run(dialogue_with_journal(salon, BOOK).pk, "slow")
    finally:
        proxy.close()

    assert proxy.calls
    assert not any("book_record" in call for call in proxy.calls)
    assert not replies(salon.company)
    assert not salon.records(phone=CLIENT)


def test_journal_that_is_away_is_told_honestly_and_the_request_is_kept(
    company: Company, journal: JournalProxy
) -> None:
    turns.run(arrive(company, BOOK).pk, "w")

    assert "аписала" not in last_reply(company)
    assert "Сохранила ваш запрос на послезавтра, 15:00" in last_reply(company)
    assert KeptRequest.objects.get(company=company).status == KeptRequest.Status.WAITING
    assert chat(company).needs_person_since is None


def test_opt_out_and_opt_in_are_kept(company: Company) -> None:
    conversation = arrive(company, "СТОП")
    turns.run(conversation.pk, "w")
    assert chat(company).opted_out_at is not None

    arrive(company, "СТАРТ")
    turns.run(conversation.pk, "w")
    assert chat(company).opted_out_at is None


def test_thanks_get_a_reaction_to_that_very_message(company: Company) -> None:
    conversation = arrive(company, PRICE)
    turns.run(conversation.pk, "w")
    arrive(company, "спасибо")
    turns.run(conversation.pk, "w")

    reaction = replies(company)[-1]
    thanked = Message.objects.filter(company=company, direction="in").last()
    assert thanked is not None
    assert reaction.kind == "reaction"
    assert reaction.payload["reaction"]["message_id"] == thanked.wa_id


@pytest.mark.parametrize(
    ("_case", "payload"),
    [
        ("empty", {"text": ""}),
        ("spaces", {"text": "   \n"}),
        ("long", {"text": "а" * 10_000}),
        ("emoji", {"text": "🤔🤔🤔"}),
        ("image", {"type": "image", "text": ""}),
        ("voice", {"type": "audio", "text": "", "voice": True}),
        ("sticker", {"type": "sticker", "text": ""}),
        ("location", {"type": "location", "text": ""}),
        ("poll", {"type": "poll", "text": "Когда?"}),
        ("other", {"type": "other", "text": ""}),
        ("unheard", {"type": "hologram", "text": ""}),
        ("heart", {"type": "reaction", "text": "", "reaction": {"message_id": "X", "emoji": "❤️"}}),
    ],
)
def test_odd_message_is_answered_or_handed_over_at_the_first_try(
    company: Company, _case: str, payload: dict[str, object]
) -> None:
    write(company, **payload)  # type: ignore[arg-type]
    inbox.drain(company.pk)
    make_due()

    turns.run(chat(company).pk, "w")

    done = chat(company)
    assert done.turn_number == 1
    assert replies(company) or done.needs_person_since or _case == "heart"
    assert not Alarm.objects.filter(kind="turn_failed").exists()
