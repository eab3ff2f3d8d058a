"""The owner's digest: once a day at the salon's hour, by WhatsApp or by mail, and only where it is wanted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.outreach.hands import beat, go_to, visit
from whatsapp.models import Conversation, Message, SalonDigest, SalonPhone, SalonSettings

pytestmark = pytest.mark.usefixtures("clock_file")


def wish(small: SandboxSalon, how: str) -> None:
    SalonSettings.objects.create(
        company=small.company, digest=how, evening_reminder=False, near_reminder=False
    )
    SalonPhone.objects.create(company=small.company, phone="+79005550000", role="administrator")
    small.company.email = "owner@example.test"
    small.company.save()


def letters(small: SandboxSalon) -> list[str]:
    rows = Message.objects.filter(company=small.company, conversation__phone="+79005550000")
    return list(rows.values_list("text", flat=True))


def test_digest_by_whatsapp_tells_the_day_once(small: SandboxSalon) -> None:
    wish(small, "whatsapp")
    visit(small, small.at(15))
    visit(small, small.at(11), attendance=2, name="Пётр", phone="+79001110000")
    Conversation.objects.create(
        company=small.company,
        chat="9@lid",
        needs_person_since=datetime.now(UTC),
        needs_person_reason="Вопрос о скидке: «а студентам?»",
    )
    go_to(small.at(8, 59))
    beat(small)
    assert letters(small) == []

    go_to(small.at(9))
    beat(small)
    beat(small)

    (text,) = letters(small)
    assert "Сегодня 2 визита, не подтверждено: 1." in text
    assert "11:00 — Пётр: мужская стрижка, Сергей\n" in text
    assert "15:00 — Ольга: мужская стрижка, Сергей (не подтверждён)" in text
    assert "За сутки помощник сделал 0 записей." in text
    assert "· Вопрос о скидке: «а студентам?»" in text
    assert mail.outbox == []


def test_digest_by_mail_is_tried_again_until_it_went_out(
    small: SandboxSalon, settings: Settings
) -> None:
    wish(small, "email")
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    go_to(small.at(9))
    beat(small)
    assert SalonDigest.objects.get().sent_at is None

    settings.EMAIL_BACKEND = working
    SalonDigest.objects.update(due_at=datetime.now(UTC) - timedelta(seconds=1))
    beat(small)
    beat(small)

    (letter,) = mail.outbox
    assert letter.to == ["owner@example.test"]
    assert "Визитов на сегодня нет." in letter.body
    assert letters(small) == []


def test_nobody_gets_what_was_not_asked_for_or_comes_too_late(small: SandboxSalon) -> None:
    go_to(small.at(9))
    beat(small)
    wish(small, "whatsapp")
    go_to(small.at(13))
    beat(small)

    assert not SalonDigest.objects.exists()
    assert letters(small) == []
