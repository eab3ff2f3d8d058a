"""A reply quotes what it answers when more came in between, and only then."""

from collections.abc import Callable

import pytest

from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import PRICE, chat, queue, write
from whatsapp.models import Message
from whatsapp.services import inbox, outbox

TURN = 7


def asked(company: Company, text: str = PRICE, **changes: object) -> Message:
    """A message that the turn answers."""
    wa_id = write(company, text, **changes)
    inbox.drain(company.pk)
    Message.objects.filter(wa_id=wa_id).update(turn_number=TURN, status="answered")
    return Message.objects.get(wa_id=wa_id)


def later(company: Company, text: str = "И бороду", **changes: object) -> None:
    """Something that comes while the turn is at work."""
    write(company, text, **changes)
    inbox.drain(company.pk)


def answered(company: Company, *texts: str) -> None:
    """The turn's replies leave."""
    rows = queue(chat(company), *texts)
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(turn_number=TURN)
    outbox.deliver(chat(company).pk)


def test_reply_to_an_older_message_quotes_it_once(company: Company, bridge: BridgeServer) -> None:
    asked(company, "Здравствуйте")
    last = asked(company)
    later(company)

    answered(company, "1500 ₽", "Записать вас?")

    assert [sent.get("quoted") for sent in bridge.sent] == [
        {"message_id": last.wa_id, "from_me": False, "text": PRICE},
        None,
    ]


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param(lambda company: None, id="nothing"),
        pytest.param(
            lambda company: later(
                company, "", type="reaction", reaction={"message_id": "X", "emoji": "👍"}
            ),
            id="a reaction",
        ),
        pytest.param(
            lambda company: later(company, "", type="other", protocol="pin_in_chat"),
            id="what WhatsApp does by itself",
        ),
    ],
)
def test_reply_that_stands_below_its_question_quotes_nothing(
    company: Company, bridge: BridgeServer, meanwhile: Callable[[Company], None]
) -> None:
    asked(company)
    meanwhile(company)

    answered(company, "1500 ₽")

    assert [sent.get("quoted") for sent in bridge.sent] == [None]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"payload": {"deleted": True}}, id="deleted by the client"),
        pytest.param({"payload": {"chat": "79001234567@s.whatsapp.net"}}, id="at another address"),
        pytest.param({"text": ""}, id="without words"),
    ],
)
def test_what_cannot_be_shown_is_not_quoted(
    company: Company, bridge: BridgeServer, changes: dict[str, object]
) -> None:
    row = asked(company)
    Message.objects.filter(pk=row.pk).update(**changes)
    later(company)

    answered(company, "1500 ₽")

    assert [sent.get("quoted") for sent in bridge.sent] == [None]


def test_proactive_message_quotes_nothing(company: Company, bridge: BridgeServer) -> None:
    asked(company)
    later(company)

    queue(chat(company), "Ждём вас завтра")
    outbox.deliver(chat(company).pk)

    assert [sent.get("quoted") for sent in bridge.sent] == [None]
