"""A client who is late, or a guest who comes: on the visit in the journal, for the salon's people."""

import re

import pytest

from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.hands import BOOK, CLIENT, arrive, chat, replies
from whatsapp.models import SalonSettings
from whatsapp.services import turns

LATE = "Опаздываю минут на 15, простите"


@pytest.fixture
def booked(salon: SandboxSalon) -> SandboxSalon:
    turns.run(arrive(salon.company, BOOK).pk, "w")
    assert len(salon.records(phone=CLIENT)) == 1
    return salon


def test_lateness_is_noted_on_the_visit_whose_rest_stays(booked: SandboxSalon) -> None:
    (before,) = booked.records(phone=CLIENT)
    turns.run(arrive(booked.company, LATE).pk, "w")

    (after,) = booked.records(phone=CLIENT)
    assert re.match(r"WhatsApp \d\d\.\d\d \d\d:\d\d: опаздывает на 15 мин", str(after["comment"]))
    for kept in ("date", "staff_id", "services", "client", "api_id", "attendance"):
        assert after[kept] == before[kept]
    assert "15 минут" in replies(booked.company)[-1].text
    assert chat(booked.company).needs_person_reason.startswith("Опаздывает")


def test_journal_that_does_not_take_the_note_does_not_keep_the_people_from_knowing(
    booked: SandboxSalon, yclients: YclientsSandbox
) -> None:
    yclients.fault("/record", "status", status=500)
    turns.run(arrive(booked.company, LATE).pk, "w")

    assert "15 минут" in replies(booked.company)[-1].text
    assert chat(booked.company).needs_person_since is not None


def test_whose_visit_it_is_is_noted_on_it_too(
    booked: SandboxSalon, yclients: YclientsSandbox
) -> None:
    turns.run(arrive(booked.company, "ой, это не мне, а маме").pk, "w")

    (record,) = booked.records(phone=CLIENT)
    assert str(record["comment"]).startswith("для: мама")
    assert replies(booked.company)[-1].text.startswith("Отметила в записи")

    yclients.fault("/record", "status", status=500)
    turns.run(arrive(booked.company, "запись для подруги").pk, "w")

    assert "Отметила" not in replies(booked.company)[-1].text
    assert chat(booked.company).needs_person_since is not None


def test_under_shadow_nothing_is_written_on_the_visit(booked: SandboxSalon) -> None:
    SalonSettings.objects.create(company=booked.company, answers="shadow")
    turns.run(arrive(booked.company, LATE).pk, "w")

    (record,) = booked.records(phone=CLIENT)
    assert "опаздывает" not in str(record["comment"])
    assert replies(booked.company)[-1].status == "draft"
