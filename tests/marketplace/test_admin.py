"""The staff's admin: every list opens, a person changes switches, states are only shown."""

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.test import Client

from aiadmin.core import clock
from aiadmin.core.queue import Job
from marketplace.models import CallbackDelivery, Company, SyncRun
from marketplace.services import activation
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
