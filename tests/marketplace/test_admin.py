"""The staff's admin: every list opens, a person changes switches, states are only shown."""

import re

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.test import Client

from aiadmin.core import clock
from aiadmin.core.queue import Job
from marketplace.models import CallbackDelivery, Company, SyncRun
from marketplace.services import activation, keys, tokens
from marketplace.services.registration import Registration
from tests.marketplace.test_activation import Capture

pytestmark = pytest.mark.django_db

_OURS = [
    model
    for model in site._registry
    if model in set(apps.get_app_config("marketplace").get_models())
]


@pytest.mark.parametrize("model", _OURS, ids=lambda model: model.__name__)
def test_every_list_opens(
    model: type[Company], admin_client: Client, registered: Registration
) -> None:
    activation.mark_connected(registered.company.pk, phone="+79001234567", at=clock.now())

    answer = admin_client.get(f"/admin/marketplace/{model._meta.model_name}/")

    assert answer.status_code == 200
    assert registered.token not in answer.content.decode()


def _form(**changes: object) -> dict[str, object]:
    return {
        "phone": "",
        "email": "",
        "ai_enabled": "true",
        "sync_enabled": "true",
        "whatsapp_enabled": "true",
        "takeover_minutes": "30",
        **changes,
    }


def test_switch_is_changed_without_touching_the_state(
    admin_client: Client, registered: Registration, capture_jobs: Capture
) -> None:
    url = f"/admin/marketplace/company/{registered.company.pk}/change/"
    form = _form(whatsapp_enabled="false", integration_status="active", whatsapp_connected="true")

    with capture_jobs() as jobs:
        answer = admin_client.post(url, form)

    company = Company.objects.get(pk=registered.company.pk)
    assert answer.status_code == 302
    assert company.whatsapp_enabled is False
    assert company.integration_status == "pending"
    assert company.whatsapp_connected is False
    assert company.updated_at is not None
    assert registered.company.updated_at is not None
    assert company.updated_at > registered.company.updated_at
    assert jobs == [(Job.SESSION_CLOSE, company.pk)]


def test_secrets_are_not_shown(admin_client: Client, registered: Registration) -> None:
    Company.objects.update(user_token_encrypted="gAAAA-secret")

    text = admin_client.get(
        f"/admin/marketplace/company/{registered.company.pk}/change/"
    ).content.decode()

    assert "gAAAA-secret" not in text


def test_actions_queue_a_sync_and_repeat_a_callback(
    admin_client: Client, registered: Registration, capture_jobs: Capture
) -> None:
    activation.mark_connected(registered.company.pk, phone="+79001234567", at=clock.now())
    SyncRun.objects.update(status=SyncRun.Status.DONE)
    delivery = CallbackDelivery.objects.get()

    with capture_jobs() as jobs:
        for model, action, pk in (
            ("company", "sync_now", registered.company.pk),
            ("callbackdelivery", "repeat_now", delivery.pk),
        ):
            admin_client.post(
                f"/admin/marketplace/{model}/", {"action": action, "_selected_action": [pk]}
            )

    run = SyncRun.objects.latest("pk")
    assert jobs == [(Job.SYNC_COMPANY, run.pk), (Job.CALLBACK_SEND, delivery.pk)]


def test_facts_cannot_be_changed_as_settings(registered: Registration) -> None:
    with pytest.raises(ValueError, match="integration_status"):
        activation.change_settings(registered.company.pk, {"integration_status": "active"})


def test_staff_register_a_salon_and_see_its_key_once(admin_client: Client, salon_id: int) -> None:
    form = {"salon_id": salon_id, "phone": "8 900 123-45-67", "email": "o@example.test"}

    answer = admin_client.post("/admin/marketplace/company/add/", form)

    company = Company.objects.get(external_company_id=salon_id)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert company.phone == "+79001234567"
    [key] = re.findall(r"sk_[0-9a-f]{64}", text)
    assert keys.company_for_key(key) == company
    assert "/marketplace/connect?token=" in text
    again = admin_client.post("/admin/marketplace/company/add/", form).content.decode()
    assert "уже зарегистрирован" in again
    assert "sk_" not in again
    assert Company.objects.filter(external_company_id=salon_id).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"salon_id": "0"}, {"salon_id": "x"}, {"phone": "12"}, {"email": "нет"}]
)
def test_wrong_registration_is_shown_and_creates_nothing(
    wrong: dict[str, str], admin_client: Client, salon_id: int
) -> None:
    form = {"salon_id": str(salon_id), "phone": "", "email": "", **wrong}

    answer = admin_client.post("/admin/marketplace/company/add/", form)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Company.objects.filter(external_company_id=salon_id).exists()


def test_staff_hand_out_a_fresh_link(admin_client: Client, registered: Registration) -> None:
    chosen = {"action": "connect_link", "_selected_action": [registered.company.pk]}

    text = admin_client.post("/admin/marketplace/company/", chosen).content.decode()

    [token] = re.findall(r"connect\?token=([^&\"]+)&amp;company=\d+&amp;salon=\d+\"", text)
    assert tokens.company_for_token(token) == registered.company
