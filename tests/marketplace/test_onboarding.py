"""A visit from YCLIENTS: which salons it opens, and buttons whose secret works once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin.core.errors import AppError, ForbiddenError, UnauthorizedError
from marketplace.models import AccessRequest, Company, ConnectToken, OnboardingSession
from marketplace.services import activation, onboarding, tokens
from marketplace.services.access import OpenProof, SignedUser
from marketplace.services.registration import Registration
from tests.marketplace.signed import OWNER, STRANGER, installed_salon
from tests.sandboxes import YclientsSandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]


@pytest.fixture
def owned(registered: Registration) -> Company:
    """A salon whose owner YCLIENTS has named."""
    registered.company.owner_user_id = OWNER.user_id
    registered.company.save(update_fields=["owner_user_id"])
    return registered.company


def _session(company: Company, user: SignedUser = OWNER) -> str:
    [door] = onboarding.visit(salon_ids=[company.salon_id], proof=user).doors
    return door.session


def test_salons_of_one_click_pass_with_the_named_one(yclients: YclientsSandbox) -> None:
    named = installed_salon(yclients, "Лилия")
    sister = installed_salon(yclients, "Ромашка")
    foreign = installed_salon(yclients, "Чужая")
    yclients.post(f"/salons/{foreign}/status", status="active")

    done = onboarding.visit(salon_ids=[sister, named, foreign], proof=OWNER)

    assert [(door.company.salon_id, door.company.title) for door in done.doors] == [
        (sister, "Ромашка"),
        (named, "Лилия"),
    ]
    assert done.awaiting == [foreign]
    assert not Company.objects.filter(external_company_id=foreign).exists()


def test_salons_without_the_named_one_all_await_approval(yclients: YclientsSandbox) -> None:
    salons = [installed_salon(yclients, "Ромашка"), installed_salon(yclients, "Василёк")]

    done = onboarding.visit(salon_ids=salons, proof=OWNER)

    assert done.doors == []
    assert done.awaiting == salons
    assert not Company.objects.exists()


def test_a_visit_alone_gives_no_token(owned: Company) -> None:
    before = ConnectToken.objects.count()

    session = _session(owned)

    assert ConnectToken.objects.count() == before
    path = onboarding.start(session)
    token = path.split("token=")[1].split("&")[0]
    assert tokens.company_for_token(token) == owned


def test_the_same_blob_opens_any_number_of_visits_and_each_button_once(owned: Company) -> None:
    first, second = _session(owned), _session(owned)
    onboarding.start(first)

    with pytest.raises(UnauthorizedError) as refusal:
        onboarding.start(first)

    assert refusal.value.code == "session_spent"
    assert onboarding.start(second)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_issue_one_token(owned: Company) -> None:
    session = _session(owned)
    before = ConnectToken.objects.count()

    def press(_: int) -> bool:
        try:
            return bool(onboarding.start(session))
        except AppError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1
    assert ConnectToken.objects.count() == before + 1


def test_an_old_page_or_a_made_up_secret_opens_nothing(owned: Company) -> None:
    session = _session(owned)
    OnboardingSession.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))

    for given, code in ((session, "session_expired"), ("x" * 43, "session_invalid")):
        with pytest.raises(UnauthorizedError) as refusal:
            onboarding.start(given)
        assert refusal.value.code == code
    assert not OnboardingSession.objects.exclude(used_at=None).exists()


def test_the_secret_is_stored_as_a_hash(owned: Company) -> None:
    session = _session(owned)

    assert session not in str(OnboardingSession.objects.values_list())


def test_a_button_dies_with_the_ownership_and_with_the_installation(owned: Company) -> None:
    session, other = _session(owned), _session(owned)
    Company.objects.update(owner_user_id=STRANGER.user_id)
    with pytest.raises(ForbiddenError):
        onboarding.start(session)

    Company.objects.update(owner_user_id=OWNER.user_id)
    activation.mark_uninstalled(owned.pk)
    with pytest.raises(UnauthorizedError):
        onboarding.start(other)


def test_open_mode_ends_with_its_switch(salon_id: int, settings: Settings) -> None:
    settings.MARKETPLACE_OPEN_REGISTRATION = True
    [door] = onboarding.visit(salon_ids=[salon_id], proof=OpenProof()).doors
    settings.MARKETPLACE_OPEN_REGISTRATION = False

    with pytest.raises(ForbiddenError):
        onboarding.start(door.session)


def test_a_chain_of_more_than_twenty_is_told_how_many_are_left(db: None) -> None:
    salons = list(range(800_000_001, 800_000_024))
    Company.objects.bulk_create(
        Company(external_company_id=number, yclients_id=number, owner_user_id=OWNER.user_id)
        for number in salons
    )

    done = onboarding.visit(salon_ids=salons, proof=OWNER)

    assert [door.company.salon_id for door in done.doors] == salons[:20]
    assert done.left_out == 3


def test_the_page_of_a_spent_button_says_what_to_do(client: Client, owned: Company) -> None:
    session = _session(owned)
    onboarding.start(session)

    answer = client.post("/marketplace/connect", {"session": session})

    assert answer.status_code == 401
    assert "Эта кнопка уже сработала" in answer.content.decode()
    assert "frame-ancestors 'self' https://yclients.com" in answer["Content-Security-Policy"]


def test_a_stranger_s_visit_is_a_request_and_nothing_else(owned: Company) -> None:
    before = ConnectToken.objects.count()

    done = onboarding.visit(salon_ids=[owned.salon_id], proof=STRANGER)

    assert done.doors == []
    assert not OnboardingSession.objects.exists()
    assert ConnectToken.objects.count() == before
    request = AccessRequest.objects.get()
    assert (request.salon_id, request.user_id) == (owned.salon_id, STRANGER.user_id)
