"""From the bridge's rows to stored messages: once, in order, nobody lost, nothing blocked."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from aiadmin.core import clock
from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import (
    CLIENT,
    CLIENT_LID,
    chat,
    event,
    make_company,
    message,
    replies,
    run_jobs,
    waiting_events,
    write,
)
from whatsapp.models import Conversation, Message, SalonPhone
from whatsapp.models.message import Author, MessageStatus
from whatsapp.services import handover, inbox


@pytest.mark.usefixtures("committed")
def test_message_delivered_five_times_is_stored_once_and_answered_once(
    company: Company, bridge: BridgeServer
) -> None:
    payload = message("Здравствуйте")
    for _ in range(5):
        event(company, "message", **payload)

    inbox.drain(company.pk)
    run_jobs()

    assert Message.objects.filter(company=company, direction="in").count() == 1
    assert len(replies(company)) == 1
    assert len(bridge.sent) == 1
    assert waiting_events(company) == 0


@pytest.mark.usefixtures("committed")
def test_parallel_drainers_handle_each_event_once_and_in_order(company: Company) -> None:
    texts = [f"сообщение {n}" for n in range(40)]
    for text in texts:
        write(company, text)

    def work() -> None:
        inbox.drain(company.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = Message.objects.filter(company=company).order_by("pk").values_list("text", flat=True)
    assert list(stored) == texts
    assert waiting_events(company) == 0


def test_two_salons_with_the_same_client_have_two_chats(company: Company) -> None:
    other = make_company()
    write(company, "в первый")
    write(other, "во второй")

    assert inbox.drain_all() == 2

    assert Message.objects.get(company=company).text == "в первый"
    assert Message.objects.get(company=other).text == "во второй"
    assert chat(company).pk != chat(other).pk


def test_many_events_of_one_salon_keep_nobody_else_s_waiting(company: Company) -> None:
    other = make_company()
    for salon in (company, other):
        for number in range(3):
            write(salon, f"сообщение {number}")

    assert inbox.drain_all() == 6

    stored = list(Message.objects.order_by("pk").values_list("company_id", "text"))
    for number in range(3):
        pair = stored[2 * number : 2 * number + 2]
        assert sorted(pair) == [(salon.pk, f"сообщение {number}") for salon in (company, other)]


def test_client_known_by_number_and_then_by_lid_stays_one_chat(company: Company) -> None:
    number = f"{CLIENT}@s.whatsapp.net"
    write(company, "с номера", chat=number, chat_alt=None, lid=None)
    inbox.drain(company.pk)
    first = chat(company)
    write(company, "с LID", push_name="Ольга П.")
    inbox.drain(company.pk)

    known = chat(company)
    assert known.pk == first.pk
    assert (known.chat, known.lid, known.phone) == (CLIENT_LID, CLIENT_LID, f"+{CLIENT}")
    assert known.push_name == "Ольга П."
    assert known.messages.count() == 2


def test_two_chats_that_turn_out_to_be_one_client_are_merged(company: Company) -> None:
    number = f"{CLIENT}@s.whatsapp.net"
    write(company, "только номер", chat=number, chat_alt=None, lid=None)
    write(company, "только LID", chat_alt=None, phone=None)
    inbox.drain(company.pk)
    assert Conversation.objects.filter(company=company).count() == 2

    write(company, "оба адреса")
    inbox.drain(company.pk)

    texts = chat(company).messages.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["только номер", "только LID", "оба адреса"]


def test_number_that_passed_to_another_person_does_not_merge_them(company: Company) -> None:
    write(company, "прежний владелец")
    write(company, "новый владелец", chat="60001112233@lid", lid="60001112233@lid")
    inbox.drain(company.pk)

    assert Conversation.objects.filter(company=company).count() == 2


@pytest.mark.usefixtures("committed")
def test_answer_from_the_handset_pauses_the_chat_and_clears_its_turn(
    company: Company, bridge: BridgeServer
) -> None:
    write(company, "Есть время завтра?")
    write(company, "Да, приходите к трём", from_me=True)
    inbox.drain(company.pk)

    known = chat(company)
    assert known.turn_due_at is None
    assert known.bot_paused_until is not None
    left = known.bot_paused_until - clock.now()
    assert timedelta(minutes=59) < left <= timedelta(minutes=60)
    assert Message.objects.get(company=company, direction="out").author == Author.PERSON

    write(company, "Спасибо!")
    inbox.drain(company.pk)
    run_jobs()

    assert not bridge.sent
    assert not Message.objects.filter(company=company, author=Author.BOT).exists()
    assert Message.objects.filter(company=company, direction="in").count() == 2


@pytest.mark.usefixtures("committed")
def test_bot_answers_again_when_the_takeover_time_is_over(
    company: Company, bridge: BridgeServer, clock_file: Path
) -> None:
    write(company, "Отвечу сама", from_me=True)
    inbox.drain(company.pk)

    clock.set_offset(61 * 60)
    write(company, "Сколько стоит мужская стрижка?")
    inbox.drain(company.pk)
    run_jobs()

    assert len(bridge.sent) == 1


@pytest.mark.usefixtures("committed")
def test_echo_of_our_own_reply_is_no_person(company: Company, bridge: BridgeServer) -> None:
    write(company, "Здравствуйте")
    inbox.drain(company.pk)
    run_jobs()
    (reply,) = replies(company)

    write(company, reply.text, from_me=True, message_id=reply.wa_id)
    inbox.drain(company.pk)

    assert chat(company).bot_paused_until is None
    assert len(replies(company)) == 1


def test_reaction_from_the_handset_does_not_silence_the_bot(company: Company) -> None:
    reaction = {"message_id": "IN1", "emoji": "👍"}
    write(company, "", from_me=True, type="reaction", reaction=reaction)
    inbox.drain(company.pk)

    assert chat(company).bot_paused_until is None


@pytest.mark.parametrize(
    "columns",
    [
        {"ai_enabled": False},
        {"whatsapp_enabled": False},
        {"integration_status": "frozen"},
        {"integration_status": "pending", "whatsapp_connected": False},
    ],
    ids=["ai_off", "whatsapp_off", "frozen", "pending"],
)
def test_salon_whose_assistant_is_off_stores_messages_and_answers_nobody(
    committed: None, bridge: BridgeServer, columns: dict[str, object]
) -> None:
    company = make_company(**columns)
    write(company)
    inbox.drain(company.pk)
    run_jobs()

    assert Message.objects.get(company=company).status == MessageStatus.ANSWERED
    assert chat(company).turn_due_at is None
    assert not bridge.sent


@pytest.mark.usefixtures("committed")
def test_messages_older_than_two_hours_get_a_person_and_are_told_in_one_summary(
    company: Company, bridge: BridgeServer, midday: None
) -> None:
    SalonPhone.objects.create(company=company, phone="+79008887766", role="administrator")
    earlier = int((clock.now() - timedelta(hours=3)).timestamp())
    for number in range(3):
        lid = f"7000000000{number}@lid"
        address = {"chat": lid, "lid": lid, "chat_alt": None, "phone": f"7900111000{number}"}
        write(company, "Можно сегодня?", timestamp=earlier, offline=True, **address)
    inbox.drain(company.pk)
    run_jobs()
    handover.tell_backlogs()
    assert not Alarm.objects.exists(), "more of it may be coming"

    aged = datetime.now(UTC) - handover.BACKLOG_QUIET
    Conversation.objects.exclude(needs_person_since=None).update(needs_person_since=aged)
    handover.tell_backlogs()
    handover.tell_backlogs()
    run_jobs()

    (alarm,) = Alarm.objects.filter(company_id=company.pk)
    assert (alarm.kind, "(3)" in alarm.text, "…0002" in alarm.text) == ("stale_message", True, True)
    (notice,) = bridge.sent
    assert notice["to"].startswith("79008887766")
    assert Conversation.objects.filter(needs_person_since__isnull=False).count() == 3


@pytest.mark.usefixtures("committed")
def test_backlog_of_the_last_hours_is_answered(company: Company, bridge: BridgeServer) -> None:
    earlier = int((clock.now() - timedelta(hours=1)).timestamp())
    write(company, "Сколько стоит мужская стрижка?", timestamp=earlier, offline=True)
    inbox.drain(company.pk)
    run_jobs()

    assert len(bridge.sent) == 1


def test_unknown_kind_and_events_of_nobody_are_passed_over(company: Company) -> None:
    event(company, "hologram", anything=1)
    event(999_999_999, "message", **message())

    inbox.drain_all()

    assert waiting_events(company) == 0
    assert not Message.objects.exists()


def test_undecryptable_message_raises_an_alarm(company: Company) -> None:
    event(company, "undecryptable", chat=CLIENT_LID, message_id="X1", reason="Bad MAC")
    inbox.drain(company.pk)

    assert Alarm.objects.filter(kind="undecryptable", company_id=company.pk).exists()


@pytest.mark.usefixtures("committed")
def test_revoked_message_and_taken_back_reaction_are_not_answered(
    company: Company, bridge: BridgeServer
) -> None:
    write(company, "", type="other", protocol="revoke")
    write(company, "", type="reaction", reaction={"message_id": "IN1", "emoji": ""})
    inbox.drain(company.pk)
    run_jobs()

    assert Message.objects.filter(company=company).count() == 2
    assert not bridge.sent


def test_message_from_a_phone_whose_clock_runs_ahead_is_dated_now(company: Company) -> None:
    write(company, timestamp=int((clock.now() + timedelta(hours=2)).timestamp()))
    inbox.drain(company.pk)

    assert Message.objects.get(company=company).at <= clock.now()
