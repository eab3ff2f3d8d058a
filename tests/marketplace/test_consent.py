"""What unofficial WhatsApp means is agreed to before the first pairing: by whom, when, to which words."""

import hashlib
from datetime import UTC, datetime

import pytest
from django.test import Client

from aiadmin.core.queue import Job
from marketplace.models import Company, ConnectToken, Consent, IntegrationStatus
from marketplace.services import activation, consent, onboarding, registration
from marketplace.services.access import AdminProof
from marketplace.services.registration import Registration
from tests.marketplace.signed import OWNER
from tests.marketplace.test_activation import Capture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]


def test_other_words_are_another_version() -> None:
    """Whoever changes the words gives them a new version and mends this line."""
    digest = hashlib.sha256("\n".join(map(str, consent.WORDS)).encode()).hexdigest()[:16]

    assert (consent.VERSION, digest) == ("2026-11-28", "2eb6c6a81b46a539")


def test_a_link_shows_the_words_before_the_code(
    client: Client, registered: Registration, capture_jobs: Capture
) -> None:
    with capture_jobs() as jobs:
        text = client.get(registered.connect_url).content.decode()

    # A page that is merely fetched starts nothing.
    assert jobs == []

    assert str(consent.WORDS[0]) in text
    assert f'name="consent" value="{consent.VERSION}" required' in text
    assert 'id="link" aria-labelledby="link-title" hidden' in text
    assert not Consent.objects.exists()


def test_agreeing_on_the_link_is_kept_with_its_token_and_opens_the_code(
    client: Client, registered: Registration, capture_jobs: Capture
) -> None:
    before = datetime.now(UTC)
    form = {"token": registered.token, "consent": consent.VERSION}

    with capture_jobs() as jobs:
        answer = client.post("/marketplace/connect", form, follow=True)

    # The code is on its way before the page is.
    assert jobs == [(Job.PAIRING_START, registered.company.pk)]
    assert [status for _, status in answer.redirect_chain] == [303]
    assert str(consent.WORDS[0]) not in answer.content.decode()
    row = Consent.objects.get()
    assert (row.company, row.text_version) == (registered.company, consent.VERSION)
    assert row.jti == ConnectToken.objects.get(company=registered.company).jti
    assert row.accepted_at >= before


def test_ticking_the_box_of_the_onboarding_page_keeps_the_user(registered: Registration) -> None:
    Company.objects.update(owner_user_id=OWNER.user_id)
    [door] = onboarding.visit(salon_ids=[registered.company.salon_id], proof=OWNER).doors
    assert door.asks_consent

    onboarding.start(door.session, agreed_to=consent.VERSION)

    assert Consent.objects.get().user_id == OWNER.user_id
    assert not consent.wanted(registered.company)


@pytest.mark.parametrize("version", ["", "2020-01-01"])
def test_other_words_are_not_agreed_to(
    version: str, client: Client, registered: Registration
) -> None:
    answer = client.post("/marketplace/connect", {"token": registered.token, "consent": version})

    assert answer.status_code == 400
    assert "Условия изменились" in answer.content.decode()
    assert not Consent.objects.exists()


def test_a_foreign_token_agrees_to_nothing(client: Client, registered: Registration) -> None:
    answer = client.post("/marketplace/connect", {"token": "x", "consent": consent.VERSION})

    assert answer.status_code == 401
    assert not Consent.objects.exists()


def test_agreeing_twice_is_kept_once(registered: Registration) -> None:
    for jti in ("a", "b"):
        consent.give(registered.company, version=consent.VERSION, by=consent.Signer(jti=jti))

    assert Consent.objects.get().jti == "a"


def test_a_connected_salon_is_not_asked_and_a_new_installation_is(
    registered: Registration,
) -> None:
    company = registered.company
    activation.mark_connected(company.pk, phone="+79001234567", at=datetime.now(UTC))
    company.refresh_from_db()
    assert not consent.wanted(company)

    activation.mark_uninstalled(company.pk)
    again = registration.register(salon_id=company.salon_id, proof=AdminProof()).company

    assert again.integration_status == IntegrationStatus.PENDING
    assert consent.wanted(again)
