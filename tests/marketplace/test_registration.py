"""Registration: one company a salon, under the proof the caller brought."""

import threading
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from aiadmin.core import clock
from aiadmin.core.errors import ConflictError, ForbiddenError, UnavailableError
from aiadmin.core.models import Alarm
from marketplace.models import ApiKey, Company, ConnectToken, IntegrationStatus
from marketplace.services import activation, keys, registration, tokens
from marketplace.services.access import AdminProof, OpenProof, SignedUser
from marketplace.services.registration import Registration
from tests.marketplace.signed import OWNER, STRANGER, installed_salon
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db


def test_new_salon_gets_a_company_a_key_and_a_link(salon_id: int) -> None:
    done = registration.register(
        salon_id=salon_id, phone="+79001234567", email="salon@example.com", proof=AdminProof()
    )

    company = Company.objects.get(external_company_id=salon_id)
    assert done.created
    assert company.yclients_id == salon_id
    assert company.phone == "+79001234567"
    assert company.email == "salon@example.com"
    assert company.integration_status == IntegrationStatus.PENDING
    assert company.whatsapp_enabled is True
    assert company.whatsapp_connected is False
    assert done.api_key is not None
    assert keys.company_for_key(done.api_key) == company
    assert tokens.company_for_token(done.token) == company
    assert done.connect_url == (
        f"/marketplace/connect?token={done.token}&company={company.pk}&salon={salon_id}"
    )


def test_known_salon_is_returned_without_a_new_key(registered: Registration) -> None:
    again = registration.register(salon_id=registered.company.salon_id, proof=AdminProof())

    assert not again.created
    assert again.company == registered.company
    assert again.api_key is None
    assert again.api_key_prefix == registered.api_key_prefix
    assert ApiKey.objects.filter(company=registered.company).count() == 1
    assert tokens.company_for_token(registered.token) == registered.company


@pytest.mark.django_db(transaction=True)
def test_32_registrations_at_once_make_one_company_and_one_key(salon_id: int) -> None:
    together = threading.Barrier(32)

    def call(_: int) -> Registration:
        together.wait(timeout=PATIENCE)
        try:
            return registration.register(salon_id=salon_id, proof=OpenProof())
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        done = list(pool.map(call, range(32)))

    assert Company.objects.filter(external_company_id=salon_id).count() == 1
    assert len({item.company.pk for item in done}) == 1
    assert sum(item.created for item in done) == 1
    assert sum(item.api_key is not None for item in done) == 1
    assert ApiKey.objects.count() == 1
    assert ConnectToken.objects.count() == 32


def test_new_key_needs_the_staff_and_revokes_the_old_one(registered: Registration) -> None:
    salon_id = registered.company.salon_id
    with pytest.raises(ForbiddenError):
        registration.register(salon_id=salon_id, proof=OpenProof(), rotate_key=True)
    assert registered.api_key is not None
    assert keys.company_for_key(registered.api_key) == registered.company

    rotated = registration.register(salon_id=salon_id, proof=AdminProof(), rotate_key=True)

    assert rotated.api_key is not None
    assert not rotated.created
    assert keys.company_for_key(registered.api_key) is None
    assert keys.company_for_key(rotated.api_key) == registered.company


def test_open_mode_refuses_a_connected_salon(registered: Registration) -> None:
    Company.objects.filter(pk=registered.company.pk).update(whatsapp_connected=True)

    with pytest.raises(ConflictError) as refusal:
        registration.register(salon_id=registered.company.salon_id, proof=OpenProof())

    assert refusal.value.code == "already_connected"
    assert ConnectToken.objects.filter(company=registered.company).count() == 1


def test_open_mode_does_not_change_what_a_known_salon_told(salon_id: int) -> None:
    registration.register(salon_id=salon_id, phone="+79001234567", proof=OpenProof())

    registration.register(salon_id=salon_id, phone="+79990000000", proof=OpenProof())
    assert Company.objects.get(external_company_id=salon_id).phone == "+79001234567"

    registration.register(salon_id=salon_id, phone="+79990000000", proof=AdminProof())
    assert Company.objects.get(external_company_id=salon_id).phone == "+79990000000"


def test_reinstall_begins_a_new_generation(registered: Registration) -> None:
    company_id = registered.company.pk
    activation.mark_connected(company_id, phone="+79001112233", at=clock.now())
    activation.mark_uninstalled(company_id)

    again = registration.register(salon_id=registered.company.salon_id, proof=AdminProof())

    assert again.created
    assert again.company.pk == company_id
    assert again.company.install_generation == 2
    assert again.company.integration_status == IntegrationStatus.PENDING
    assert again.company.whatsapp_phone is None
    assert again.company.connected_at is None
    assert again.api_key is not None
    assert registered.api_key is not None
    assert keys.company_for_key(registered.api_key) is None


def test_registration_retries_a_failed_connection(registered: Registration) -> None:
    Company.objects.update(integration_status=IntegrationStatus.FAILED)

    again = registration.register(salon_id=registered.company.salon_id, proof=AdminProof())

    assert again.company.integration_status == IntegrationStatus.PENDING
    assert again.company.install_generation == 1


# --- Signed by YCLIENTS ------------------------------------------------------------------------------
def test_fresh_install_by_the_signed_user_is_proven_and_remembered(
    yclients: YclientsSandbox,
) -> None:
    salon_id = installed_salon(yclients, "Лилия")

    done = registration.register(salon_id=salon_id, proof=OWNER)

    assert done.created
    assert done.company.owner_user_id == OWNER.user_id
    assert done.company.title == "Лилия"
    assert done.company.email == "t@example.test"
    assert done.company.phone is None


def test_stored_owner_comes_back_without_any_question(
    yclients: YclientsSandbox, settings: Settings
) -> None:
    salon_id = installed_salon(yclients, "Лилия")
    registration.register(salon_id=salon_id, proof=OWNER)
    settings.YCLIENTS_API_URL = "http://127.0.0.1:9"

    again = registration.register(salon_id=salon_id, proof=OWNER)

    assert not again.created


def test_another_user_gains_nothing_by_a_signed_blob(yclients: YclientsSandbox) -> None:
    salon_id = installed_salon(yclients, "Лилия")
    registration.register(salon_id=salon_id, proof=OWNER)

    with pytest.raises(ForbiddenError) as refusal:
        registration.register(salon_id=salon_id, proof=STRANGER)

    assert refusal.value.code == "approval_required"
    assert ConnectToken.objects.count() == 1
    assert Company.objects.get(external_company_id=salon_id).owner_user_id == OWNER.user_id
    assert Alarm.objects.filter(kind=f"approval:{STRANGER.user_id}").count() == 1


@pytest.mark.parametrize(
    ("title", "status"),
    [("Другая студия", "pending"), ("Лилия", "active"), ("Лилия", "uninstalled")],
)
def test_swapped_salon_is_not_registered(
    title: str, status: str, yclients: YclientsSandbox
) -> None:
    salon_id = installed_salon(yclients, title)
    yclients.post(f"/salons/{salon_id}/status", status=status)

    with pytest.raises(ForbiddenError) as refusal:
        registration.register(salon_id=salon_id, proof=OWNER)

    assert refusal.value.code == "approval_required"
    assert not Company.objects.filter(external_company_id=salon_id).exists()


@pytest.mark.parametrize(
    "user", [SignedUser(user_id=501), SignedUser(user_id=None, salon_name="Лилия")]
)
def test_signed_data_without_a_user_or_a_name_needs_approval(
    user: SignedUser, yclients: YclientsSandbox
) -> None:
    salon_id = installed_salon(yclients, "Лилия")

    with pytest.raises(ForbiddenError):
        registration.register(salon_id=salon_id, proof=user)

    assert not Company.objects.filter(external_company_id=salon_id).exists()


def test_install_older_than_a_day_needs_approval(
    yclients: YclientsSandbox, clock_file: Path
) -> None:
    salon_id = installed_salon(yclients, "Лилия")
    clock.set_offset(25 * 3600)

    with pytest.raises(ForbiddenError):
        registration.register(salon_id=salon_id, proof=OWNER)


def test_unanswering_yclients_is_told_as_such(yclients: YclientsSandbox, salon_id: int) -> None:
    yclients.fault("/marketplace/salon/", "status", status=503)

    with pytest.raises(UnavailableError) as refusal:
        registration.register(salon_id=salon_id, proof=OWNER)

    assert refusal.value.code == "yclients_unavailable"
    assert not Company.objects.filter(external_company_id=salon_id).exists()


# --- Commands ----------------------------------------------------------------------------------------
def _run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_commands_register_link_and_list(salon_id: int, settings: Settings) -> None:
    first = _run("register_company", str(salon_id), "--phone", "8 900 123-45-67")
    company = Company.objects.get(external_company_id=salon_id)
    link = _run("connect_link", "--salon", str(salon_id)).strip()
    listed = _run("companies")

    assert company.phone == "+79001234567"
    assert "sk_" in first
    assert f"{settings.PUBLIC_URL}/marketplace/connect?token=" in first
    token = link.split("token=")[1].split("&")[0]
    assert tokens.company_for_token(token) == company
    assert str(salon_id) in listed
    assert "total 1, connected 0, pending 1" in listed


@pytest.mark.parametrize(
    "arguments",
    [
        ("register_company", "0"),
        ("register_company", "15", "--phone", "12"),
        ("register_company", "15", "--email", "nobody"),
        ("connect_link", "1"),
    ],
)
def test_commands_refuse_with_one_sentence(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"^.+\.$"):
        _run(*arguments)

    assert not Company.objects.exists()
