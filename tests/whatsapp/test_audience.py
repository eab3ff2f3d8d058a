"""Whom a salon's assistant answers, and what a salon that only watches gets."""

import pytest

from marketplace.models import BookingAttempt, Company
from marketplace.models import Client as Card
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import (
    BOOK,
    CLIENT,
    CLIENT_LID,
    PRICE,
    arrive,
    chat,
    make_due,
    replies,
    run_jobs,
    write,
)
from whatsapp.models import Conversation, Message, SalonPhone
from whatsapp.services import audience, inbox, proactive, takeover, turns, wishes

LID_ONLY = {"chat_alt": None, "phone": None}


def choose(company: Company, answers: str) -> None:
    wishes.change(company, {"answers": answers})


def old_chat(company: Company, **columns: object) -> Conversation:
    """On the phone before the salon connected."""
    known = {"chat": CLIENT_LID, "lid": CLIENT_LID, "phone": f"+{CLIENT}"}
    return Conversation.objects.create(company=company, begun_before=True, **(known | columns))


def is_answered(company: Company, **changes: object) -> bool:
    write(company, PRICE, **changes)
    inbox.drain(company.pk)
    return chat(company).turn_due_at is not None


@pytest.mark.parametrize("role", ["staff", "administrator", "never"])
@pytest.mark.parametrize("answers", ["everyone", "known", "listed", "shadow"])
def test_the_salons_own_numbers_are_never_answered(
    company: Company, answers: str, role: str
) -> None:
    choose(company, answers)
    for one in (role, "pilot"):
        SalonPhone.objects.create(company=company, phone=f"+{CLIENT}", role=one)

    assert not is_answered(company)
    assert Message.objects.get(company=company).status == "answered"


def test_another_salons_list_says_nothing_here(company: Company, salon: SandboxSalon) -> None:
    SalonPhone.objects.create(company=salon.company, phone=f"+{CLIENT}", role="never")

    assert is_answered(company)


def test_by_default_a_chat_that_began_after_the_connection_is_answered(company: Company) -> None:
    assert is_answered(company)


def test_by_default_an_old_chat_is_answered_only_to_a_client_of_the_journal(
    company: Company,
) -> None:
    old_chat(company)
    assert not is_answered(company)

    Card.objects.create(company=company, phone=f"+{CLIENT}", name="Ольга", yclients_id=7)

    assert is_answered(company)


def test_old_chat_of_an_unknown_number_is_left_to_people(company: Company) -> None:
    old_chat(company, phone="")
    Card.objects.create(company=company, phone="", name="Без номера", yclients_id=8)

    assert not is_answered(company, **LID_ONLY)


def test_everyone_means_old_chats_too(company: Company) -> None:
    choose(company, "everyone")
    old_chat(company)

    assert is_answered(company)


def test_pilot_answers_its_list_only_and_nobody_whose_number_is_unknown(company: Company) -> None:
    choose(company, "listed")
    assert not is_answered(company, **LID_ONLY)

    SalonPhone.objects.create(company=company, phone=f"+{CLIENT}", role="pilot")

    assert is_answered(company)


def test_chat_that_staff_has_muted_stays_silent_until_they_say_otherwise(company: Company) -> None:
    conversation = arrive(company)
    takeover.mute(conversation.pk, on=True)
    turns.run(conversation.pk, "w")
    assert not is_answered(company)
    assert not replies(company)

    takeover.mute(conversation.pk, on=False)

    assert is_answered(company)


def test_nobody_is_written_first_under_shadow_and_only_the_list_in_a_pilot(
    company: Company,
) -> None:
    conversation = old_chat(company)
    allowed = {}
    for answers in ("everyone", "known", "listed", "shadow"):
        choose(company, answers)
        allowed[answers] = audience.may_write_first(conversation)
    SalonPhone.objects.create(company=company, phone=f"+{CLIENT}", role="pilot")
    choose(company, "listed")

    assert allowed == {"everyone": True, "known": True, "listed": False, "shadow": False}
    assert audience.may_write_first(conversation)
    choose(company, "shadow")
    assert proactive.queue(conversation, "Напоминаем", expires_at=conversation.created_at) is None


# --- shadow ---


@pytest.mark.usefixtures("committed")
def test_shadow_makes_a_draft_and_writes_neither_to_the_client_nor_to_the_journal(
    salon: SandboxSalon, bridge: BridgeServer
) -> None:
    choose(salon.company, "shadow")
    before = salon.records(phone=CLIENT)
    for text in (BOOK, "да", "позовите человека"):
        write(salon.company, text)
        inbox.drain(salon.company.pk)
        make_due()
        turns.run(chat(salon.company).pk, "w")
    run_jobs()

    drafts = replies(salon.company)
    assert {(row.status, row.due_at) for row in drafts} == {("draft", None)}
    assert any("аписала" in row.text for row in drafts)
    assert salon.records(phone=CLIENT) == before
    assert not BookingAttempt.objects.filter(company=salon.company).exists()
    assert not bridge.sent
    assert chat(salon.company).needs_person_since is None


def test_shadow_goes_on_drafting_while_a_person_answers(company: Company) -> None:
    choose(company, "shadow")
    write(company, "Здравствуйте! Слушаю вас", from_me=True)
    conversation = arrive(company)
    turns.run(conversation.pk, "w")

    assert [row.status for row in replies(company)] == ["sent", "draft"]


def test_what_was_agreed_in_drafts_is_forgotten_when_the_assistant_begins_to_answer(
    salon: SandboxSalon,
) -> None:
    choose(salon.company, "shadow")
    turns.run(arrive(salon.company, "мужская стрижка к Сергею послезавтра часа в три").pk, "w")
    assert replies(salon.company)[-1].status == "draft"
    choose(salon.company, "everyone")

    turns.run(arrive(salon.company, "да").pk, "w")

    assert not salon.records(phone=CLIENT)
    assert replies(salon.company)[-1].status == "queued"
    assert "аписала" not in replies(salon.company)[-1].text
