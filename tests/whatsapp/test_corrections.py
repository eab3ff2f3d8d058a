"""Messages corrected or deleted by their author: before the answer they count, after it they are noted."""

import pytest
from django.test import Client

from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import PRICE, chat, make_due, replies, run_jobs, write
from whatsapp.models import Conversation, Message
from whatsapp.services import inbox


def edit(company: Company, target: str, text: str, **changes: object) -> None:
    write(company, text, type="other", protocol="message_edit", target=target, **changes)
    inbox.drain(company.pk)


def delete(company: Company, target: str) -> None:
    write(company, "", type="other", protocol="revoke", target=target)
    inbox.drain(company.pk)


def asked(company: Company, text: str, **changes: object) -> str:
    """A message that waits for its turn."""
    wa_id = write(company, text, **changes)
    inbox.drain(company.pk)
    return wa_id


@pytest.mark.usefixtures("committed")
def test_text_corrected_before_the_turn_is_what_is_answered(
    company: Company, bridge: BridgeServer
) -> None:
    wa_id = asked(company, "Сколько стоит мужская стежка?")
    due = chat(company).turn_due_at

    edit(company, wa_id, PRICE)
    assert chat(company).turn_due_at != due
    run_jobs()

    row = Message.objects.get(company=company, wa_id=wa_id)
    assert (row.text, row.payload["original"]) == (PRICE, "Сколько стоит мужская стежка?")
    assert len(replies(company)) == 1
    assert "1500" in replies(company)[0].text.replace("\xa0", "").replace(" ", "")


@pytest.mark.usefixtures("committed")
def test_message_deleted_before_the_turn_is_not_answered(
    company: Company, bridge: BridgeServer
) -> None:
    wa_id = asked(company, PRICE)

    delete(company, wa_id)
    make_due()
    run_jobs()

    assert Message.objects.get(company=company, wa_id=wa_id).payload["deleted"] is True
    assert replies(company) == []
    assert bridge.sent == []


@pytest.mark.usefixtures("committed")
def test_correction_after_the_answer_is_noted_for_staff_and_answered_by_nobody(
    company: Company, bridge: BridgeServer, admin_client: Client
) -> None:
    wa_id = asked(company, PRICE)
    run_jobs()

    edit(company, wa_id, "Сколько стоит маникюр?")
    run_jobs()

    row = Message.objects.get(company=company, wa_id=wa_id)
    assert (row.text, row.payload["edited"]) == (PRICE, "Сколько стоит маникюр?")
    assert len(replies(company)) == 1
    page = admin_client.get(f"/admin/whatsapp/conversation/{chat(company).pk}/change/")
    assert "исправлено: Сколько стоит маникюр?" in page.content.decode()


def test_correction_of_what_a_turn_has_read_leaves_its_batch_alone(company: Company) -> None:
    wa_id = asked(company, PRICE)
    read = Message.objects.get(company=company, wa_id=wa_id)
    Conversation.objects.update(turn_upto=read.pk, turn_tries=1)

    edit(company, wa_id, "Отмените всё")

    read.refresh_from_db()
    assert (read.text, read.status, read.payload["edited"]) == (PRICE, "received", "Отмените всё")


def test_person_who_corrects_on_the_handset_changes_the_history_and_nobody_elses_words(
    company: Company,
) -> None:
    theirs = asked(company, PRICE)
    ours = asked(company, "Тысяча", from_me=True)

    edit(company, ours, "Полторы тысячи", from_me=True)
    edit(company, theirs, "чужое", from_me=True)

    texts = Message.objects.filter(company=company).values_list("wa_id", "text")
    assert dict(texts)[ours] == "Полторы тысячи"
    assert dict(texts)[theirs] == PRICE


def test_correction_of_an_unknown_message_is_stored_and_changes_nothing(company: Company) -> None:
    edit(company, "NOSUCH", "что-то")

    assert [m.status for m in Message.objects.filter(company=company)] == ["answered"]
