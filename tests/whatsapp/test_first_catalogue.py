"""A client who writes before the first catalogue: waited for, then a person."""

from datetime import UTC, datetime, timedelta

from marketplace.models import Company
from tests.whatsapp.hands import (
    arrive,
    chat,
    make_company,
    make_due,
    replies,
)
from whatsapp.models import Message
from whatsapp.services import phrases, turns


def test_turn_waits_for_the_first_catalogue_and_then_answers(db: None, fast: None) -> None:
    company = make_company(catalog_synced_at=None)
    conversation = arrive(company)
    turns.run(conversation.pk, "w")
    waiting = chat(company)
    assert not replies(company)
    assert waiting.turn_due_at is not None
    assert (waiting.turn_owner, waiting.turn_tries, waiting.turn_upto) == ("", 0, None)

    Company.objects.filter(pk=company.pk).update(catalog_synced_at=datetime.now(UTC))
    make_due()
    turns.run(conversation.pk, "w")
    assert "1 500 ₽" in replies(company)[0].text.replace("\xa0", " ")


def test_catalogue_that_does_not_come_in_two_minutes_gets_a_person(db: None, fast: None) -> None:
    company = make_company(catalog_synced_at=None)
    conversation = arrive(company)
    Message.objects.update(created_at=datetime.now(UTC) - timedelta(seconds=121))

    turns.run(conversation.pk, "w")

    assert [row.text for row in replies(company)] == [
        f"{phrases.INTRODUCTION} {phrases.HANDED_OVER}"
    ]
    assert chat(company).needs_person_since is not None
