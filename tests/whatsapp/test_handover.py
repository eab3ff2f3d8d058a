"""A client who waits for a person: the salon's people hear of it once, with what it is about."""

from pathlib import Path

import pytest
from django.db import transaction

from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import CLIENT, arrive, chat, make_due, run_jobs, write
from tests.whatsapp.reminders import set_hour
from whatsapp.models import Conversation, Message, NumberPace, SalonPhone
from whatsapp.models.message import Purpose
from whatsapp.services import handover, inbox, pacing, takeover, turns

ADMIN = "79008887766"
COMPLAINT = "Мне вчера сожгли волосы, верните деньги!"


def administrator(company: Company, number: str = ADMIN) -> None:
    SalonPhone.objects.create(company=company, phone=f"+{number}", role="administrator")


def notices(company: Company) -> list[Message]:
    return list(Message.objects.filter(company=company, purpose=Purpose.STAFF).order_by("pk"))


@pytest.mark.usefixtures("committed", "midday")
def test_administrators_get_who_waits_and_for_what_once_a_hand_over(
    company: Company, bridge: BridgeServer
) -> None:
    administrator(company)
    administrator(company, "79008887755")
    for text in (COMPLAINT, "Позовите человека", COMPLAINT):
        arrive(company, text)
        turns.run(Conversation.objects.get(phone=f"+{CLIENT}").pk, "w")
    run_jobs()
    handover.tell(Conversation.objects.get(phone=f"+{CLIENT}").pk)

    assert len(notices(company)) == 2
    (first,) = [item for item in bridge.sent if item["to"].startswith(ADMIN)]
    assert "Ольга, +7 900 123-45-67" in first["text"]
    assert f"Жалоба: {COMPLAINT}" in first["text"]


@pytest.mark.usefixtures("committed", "midday")
def test_what_an_administrator_answers_to_the_notice_is_no_clients_message(
    company: Company, bridge: BridgeServer
) -> None:
    administrator(company)
    turns.run(arrive(company, COMPLAINT).pk, "w")
    run_jobs()
    sent = len(bridge.sent)

    write(
        company,
        "Позовите человека",
        chat=f"{ADMIN}@s.whatsapp.net",
        chat_alt=None,
        lid=None,
        phone=ADMIN,
    )
    inbox.drain(company.pk)
    run_jobs()

    assert len(bridge.sent) == sent
    assert len(notices(company)) == 1


@pytest.mark.usefixtures("committed", "midday")
def test_new_hand_over_after_a_person_has_answered_is_told_again(
    company: Company, bridge: BridgeServer
) -> None:
    administrator(company)
    conversation = arrive(company, COMPLAINT)
    turns.run(conversation.pk, "w")
    handover.tell(conversation.pk)
    takeover.resume(conversation.pk)

    write(company, "Позовите человека")
    inbox.drain(company.pk)
    make_due()
    turns.run(conversation.pk, "w")
    handover.tell(conversation.pk)
    handover.tell(conversation.pk)

    assert [row.text.split("\n")[1].split(":")[0] for row in notices(company)] == [
        "Жалоба",
        "Просит человека",
    ]


def test_salon_without_administrators_gets_a_letter_with_the_summary(company: Company) -> None:
    conversation = arrive(company, "Позовите человека, пожалуйста")
    turns.run(conversation.pk, "w")

    handover.tell(conversation.pk)

    (alarm,) = Alarm.objects.filter(company_id=company.pk)
    assert alarm.kind == "handover"
    assert "Ольга (…4567). Просит человека: Позовите человека" in alarm.text
    assert CLIENT not in alarm.text


def test_urgent_letter_is_not_followed_by_a_second_about_the_same(company: Company) -> None:
    conversation = arrive(company, COMPLAINT)
    turns.run(conversation.pk, "w")
    handover.tell(conversation.pk)

    (alarm,) = Alarm.objects.filter(company_id=company.pk)
    assert alarm.kind == "handover_urgent"
    assert COMPLAINT in alarm.text


def test_hand_over_whose_job_was_lost_is_found_and_one_taken_meanwhile_is_not_told(
    company: Company,
) -> None:
    conversation = arrive(company, COMPLAINT)
    turns.run(conversation.pk, "w")
    assert handover.untold() == []
    waited = chat(company).needs_person_since
    assert waited is not None
    Conversation.objects.update(needs_person_since=waited.replace(year=2020))
    assert handover.untold() == [conversation.pk]

    write(company, "Сейчас всё решим", from_me=True)
    inbox.drain(company.pk)
    handover.tell(conversation.pk)

    assert handover.untold() == []
    assert not notices(company)
    assert chat(company).told_at is None


@pytest.mark.parametrize("kind", ["image", "document", "video"])
def test_file_is_acknowledged_and_handed_over(company: Company, kind: str) -> None:
    write(company, "", type=kind)
    inbox.drain(company.pk)
    make_due()
    turns.run(chat(company).pk, "w")

    reply = Message.objects.get(company=company, direction="out")
    assert "Получила" in reply.text
    assert chat(company).needs_person_reason.startswith("Прислал файл")


def test_notice_waits_for_the_morning_and_is_no_first_message_to_a_stranger(
    company: Company, clock_file: Path
) -> None:
    set_hour(22)
    administrator(company)
    NumberPace.objects.create(company=company, first_contacts_per_day=0)
    turns.run(arrive(company, COMPLAINT).pk, "w")
    handover.tell(Conversation.objects.get(phone=f"+{CLIENT}").pk)
    (notice,) = notices(company)

    set_hour(23)
    with transaction.atomic():
        night = pacing.admit(notice)
    set_hour(10, days=2)
    with transaction.atomic():
        day = pacing.admit(notice)

    assert isinstance(night, pacing.Hold)
    assert night.why == "quiet_hours"
    assert isinstance(day, pacing.Go)
    assert notice.purpose == Purpose.STAFF
