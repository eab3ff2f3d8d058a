"""A number passes from one person to another: their chats stay two."""

import pytest

from marketplace.models import Company
from tests.whatsapp.hands import CLIENT, CLIENT_LID, write
from whatsapp.models import Conversation, Message
from whatsapp.services import inbox

NUMBER = f"{CLIENT}@s.whatsapp.net"
NEW_LID = "60001112233@lid"


def told(company: Company, text: str, **changes: object) -> Conversation:
    """The conversation this message was stored in."""
    write(company, text, **changes)
    inbox.drain(company.pk)
    return Message.objects.get(company=company, text=text).conversation


def test_new_owner_of_a_number_never_gets_the_chat_of_the_old_one(company: Company) -> None:
    anna = told(company, "Анна", chat=NUMBER, chat_alt=CLIENT_LID)
    boris = told(company, "Борис", chat=NUMBER, chat_alt=NEW_LID, lid=NEW_LID)

    anna.refresh_from_db()
    assert boris.pk != anna.pk
    # Answers that are still to go to Anna do not go to her former number.
    assert (anna.chat, anna.lid, anna.phone) == (CLIENT_LID, CLIENT_LID, "")
    assert (boris.chat, boris.lid, boris.phone) == (NUMBER, NEW_LID, f"+{CLIENT}")


@pytest.mark.parametrize("new_chat", [NUMBER, NEW_LID])
def test_after_that_each_address_alone_finds_its_own_person(
    company: Company, new_chat: str
) -> None:
    anna = told(company, "Анна", chat=NUMBER, chat_alt=CLIENT_LID)
    boris = told(company, "Борис", chat=new_chat, chat_alt=NUMBER, lid=NEW_LID)

    assert told(company, "номер", chat=NUMBER, chat_alt=None, lid=None).pk == boris.pk
    assert told(company, "LID", chat_alt=None, phone=None).pk == anna.pk
    assert Conversation.objects.filter(company=company).count() == 2
