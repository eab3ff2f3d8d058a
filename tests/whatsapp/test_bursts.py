"""Who is typing, and whose chat is an old one: what the bridge tells beside messages."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from marketplace.models import Company
from tests.waiting import is_ahead
from tests.whatsapp.hands import (
    CLIENT,
    CLIENT_LID,
    chat,
    connected,
    event,
    make_company,
    tell,
    write,
)
from whatsapp.models import Conversation, OldChat
from whatsapp.services import inbox

NUMBER = f"{CLIENT}@s.whatsapp.net"


def types(company: Company, *, typing: bool, jid: str = CLIENT_LID) -> None:
    event(company, "typing", chat=jid, typing=typing)
    inbox.drain(company.pk)


@pytest.mark.parametrize("jid", [CLIENT_LID, NUMBER])
def test_turn_waits_while_the_client_types_and_comes_when_they_stop(
    company: Company, settings: Settings, jid: str
) -> None:
    settings.TURN_DELAY_SECONDS = 10
    write(company, "Сколько стоит мужская стрижка?")
    inbox.drain(company.pk)

    begun = datetime.now(UTC)
    types(company, typing=True, jid=jid)
    assert is_ahead(chat(company).turn_due_at, 6, 6, since=begun)
    types(company, typing=False, jid=jid)
    assert is_ahead(chat(company).turn_due_at, 10, 10, since=begun)


def test_next_message_ends_the_typing_it_was(company: Company, settings: Settings) -> None:
    settings.TURN_DELAY_SECONDS = 10
    write(company, "Здравствуйте")
    inbox.drain(company.pk)
    types(company, typing=True)

    write(company, "Сколько стоит мужская стрижка?")
    inbox.drain(company.pk)

    assert chat(company).typing_until is None


def test_typing_of_somebody_who_has_written_nothing_makes_no_chat_and_no_turn(
    company: Company,
) -> None:
    event(company, "typing", chat=CLIENT_LID, typing=True)
    inbox.drain(company.pk)
    assert not Conversation.objects.exists()

    write(company, "Сами ответим", from_me=True)
    event(company, "typing", chat=CLIENT_LID, typing=True)
    inbox.drain(company.pk)

    assert chat(company).turn_due_at is None


def test_turn_under_way_is_left_alone(company: Company) -> None:
    write(company, "Здравствуйте")
    inbox.drain(company.pk)
    due = datetime.now(UTC) - timedelta(seconds=1)
    Conversation.objects.update(turn_owner="w", turn_due_at=due)

    event(company, "typing", chat=CLIENT_LID, typing=True)
    inbox.drain(company.pk)

    assert chat(company).turn_due_at == due


# --- history ---


@pytest.mark.parametrize("jids", [[CLIENT_LID, NUMBER], [CLIENT_LID], [NUMBER]])
def test_chat_of_the_phones_history_is_an_old_one_by_either_address(
    company: Company, jids: list[str]
) -> None:
    event(company, "history", jids=jids)
    event(company, "history", jids=jids)
    write(company, "Привет, как дела?")
    inbox.drain(company.pk)

    assert chat(company).begun_before
    assert chat(company).turn_due_at is None
    assert not OldChat.objects.filter(digest__contains=CLIENT).exists()


def test_chat_that_began_with_us_stays_new_when_a_later_history_names_it(company: Company) -> None:
    write(company, "Здравствуйте")
    event(company, "history", jids=[CLIENT_LID])
    write(company, "Сколько стоит мужская стрижка?")
    inbox.drain(company.pk)

    assert not chat(company).begun_before
    assert chat(company).turn_due_at is not None


def test_history_of_one_salon_says_nothing_of_another(company: Company) -> None:
    event(make_company(), "history", jids=[CLIENT_LID])
    write(company, "Здравствуйте")
    inbox.drain_all()

    assert not chat(company).begun_before


def test_another_phone_brings_its_own_history(company: Company) -> None:
    tell(company, connected("79005550001"))
    event(company, "history", jids=[CLIENT_LID])
    tell(company, connected("79005550001", fresh=True))
    assert OldChat.objects.filter(company=company).exists()

    tell(company, connected("79005550002", fresh=True))

    assert not OldChat.objects.filter(company=company).exists()
