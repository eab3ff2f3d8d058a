"""The phone's history in any order, in parts, twice, cut off: the same chats are old in the end."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from marketplace.models import Company
from tests.whatsapp.hands import CLIENT, CLIENT_LID, chat, connected, event, make_company, write
from whatsapp.models import Conversation, OldChat, Session
from whatsapp.services import inbox, old_chats

pytestmark = pytest.mark.django_db

PHONE = "79005550001"
FRIEND = f"{CLIENT}@s.whatsapp.net"
OTHERS = ["79000000001@s.whatsapp.net", "60000000001@lid"]
STEPS = ("link", "message", "own part", "other part")
# Nobody writes to us through a phone that is not linked.
ORDERS = [
    order for order in itertools.permutations(STEPS) if order.index("link") < order.index("message")
]


def pairing() -> Company:
    """A salon whose owner is looking at the code."""
    company = make_company()
    asked = datetime.now(UTC) - timedelta(minutes=1)
    Session.objects.filter(company=company).update(pairing_requested_at=asked)
    return company


def tell(company: Company, name: str) -> None:
    """One event of the bridge, not handled yet."""
    match name:
        case "link":
            kind, body = connected(PHONE, fresh=True)
            event(company, kind, **body)
        case "message":
            write(company, "Привет, как дела?")
        case "own part":
            event(company, "history", jids=[FRIEND, CLIENT_LID])
        case "other part":
            event(company, "history", jids=OTHERS)


def cut_off(company: Company) -> None:
    """The event is handled by a worker that dies before its end: PostgreSQL takes everything back."""
    with transaction.atomic():
        inbox.drain(company.pk)
        transaction.set_rollback(True)


def known(company: Company) -> tuple[int, list[bool]]:
    """What must come out the same: how many addresses are known, and which chats are old."""
    rows = Conversation.objects.filter(company=company).order_by("pk")
    addresses = OldChat.objects.filter(company=company)
    return addresses.count(), list(rows.values_list("begun_before", flat=True))


@pytest.mark.parametrize("order", ORDERS, ids=" > ".join)
def test_history_ends_the_same_in_any_order_cut_off_at_every_step_and_told_twice(
    order: tuple[str, ...],
) -> None:
    company = pairing()

    for name in order:
        tell(company, name)
        cut_off(company)
        inbox.drain(company.pk)
        if "part" in name:
            tell(company, name)
            inbox.drain(company.pk)

    assert known(company) == (4, [True])
    assert chat(company).turn_due_at is None or order.index("message") < order.index("own part")


def test_new_client_stays_new_whatever_the_history_tells_of_others() -> None:
    company = pairing()
    for name in ("link", "message", "other part"):
        tell(company, name)
        inbox.drain(company.pk)

    assert known(company) == (2, [False])


def test_address_learnt_later_tells_that_the_chat_is_old() -> None:
    """The history knows the number, the first message came from the LID alone."""
    company = pairing()
    tell(company, "link")
    event(company, "history", jids=[FRIEND])
    write(company, "Привет", chat_alt=None, phone=None)
    inbox.drain(company.pk)
    assert known(company) == (1, [False])

    write(company, "Как дела?")
    inbox.drain(company.pk)

    assert known(company) == (1, [True])


def test_chat_that_began_under_an_earlier_link_stays_new() -> None:
    """The same phone is linked anew: by then its history is full of our own clients."""
    company = pairing()
    for name in ("link", "message"):
        tell(company, name)
        inbox.drain(company.pk)

    tell(company, "link")
    tell(company, "own part")
    inbox.drain(company.pk)

    assert known(company) == (2, [False])


def test_another_phone_forgets_what_was_known_before_its_pairing_only() -> None:
    company = pairing()
    old_chats.remember(company, OTHERS)
    OldChat.objects.update(created_at=datetime.now(UTC) - timedelta(days=30))
    tell(company, "own part")

    tell(company, "link")
    inbox.drain(company.pk)

    assert known(company) == (2, [])
    assert old_chats.are_known(company, [FRIEND])
