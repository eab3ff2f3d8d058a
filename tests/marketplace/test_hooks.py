"""After the callback: YCLIENTS really sends the salon's webhooks to us, and others keep theirs."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin.core.models import Alarm
from aiadmin.core.queue import Job
from marketplace.models import CallbackDelivery, Company, IntegrationStatus
from marketplace.services import access, callback, hooks
from marketplace.services.yclients_access import client_for
from marketplace.yclients.schemas import HooksSettings
from tests.marketplace.deliveries import acknowledged, hours_ahead, looked, queued, status
from tests.marketplace.test_activation import Capture
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.loopback import LoopbackServer, QuietHandler

pytestmark = pytest.mark.django_db

Hooks = CallbackDelivery.Hooks
_SETTINGS = "/hooks_settings/"
_THEIRS = "https://crm.example.test/in"


@pytest.fixture
def delivery(yclients: YclientsSandbox) -> CallbackDelivery:
    return acknowledged(yclients)


def _read(delivery: CallbackDelivery) -> HooksSettings:
    with client_for(delivery.company) as client:
        return client.hooks_settings(delivery.company.salon_id)


def _set(delivery: CallbackDelivery, urls: list[str], *, active: bool, **flags: bool) -> None:
    """The salon's own people, in YCLIENTS's settings."""
    with client_for(delivery.company) as client:
        wanted = HooksSettings(urls=urls, active=active, flags=flags)
        client.set_hooks_settings(delivery.company.salon_id, wanted)


def test_acknowledgement_asks_for_the_first_look_at_once(
    yclients: YclientsSandbox, capture_jobs: Capture
) -> None:
    fresh = queued(yclients)
    assert hooks.due_ids() == []

    with capture_jobs() as jobs:
        callback.deliver(fresh.pk)

    assert jobs == [(Job.HOOKS_CHECK, fresh.pk)]
    assert hooks.due_ids() == [fresh.pk]


def test_webhooks_that_yclients_registered_itself_are_left_as_they_are(
    delivery: CallbackDelivery,
) -> None:
    url = access.webhook_url(delivery.company)
    flags = dict.fromkeys(hooks.WANTED, True)
    _set(delivery, [_THEIRS, url], active=True, good=True, **flags)
    before = _read(delivery)

    looked(delivery)

    assert (delivery.hooks, delivery.hooks_note, delivery.hooks_tries) == ("registered", "", 0)
    assert _read(delivery) == before
    assert 19 < hours_ahead(delivery) <= 24
    assert hooks.due_ids() == []


def test_missing_webhooks_are_set_and_nothing_of_others_is_switched_off(
    delivery: CallbackDelivery,
) -> None:
    _set(delivery, [_THEIRS], active=False, good=True, record=False)

    looked(delivery)

    found = _read(delivery)
    assert delivery.hooks == Hooks.SET_BY_US
    assert found.urls == [_THEIRS, access.webhook_url(delivery.company)]
    assert found.active is True
    assert {name for name, on in found.flags.items() if on} == {*hooks.WANTED, "good"}


def test_webhooks_removed_by_a_person_come_back_with_the_daily_look(
    delivery: CallbackDelivery,
) -> None:
    looked(delivery)
    _set(delivery, [], active=False)

    looked(delivery)

    assert delivery.hooks == Hooks.SET_BY_US
    assert _read(delivery).urls == [access.webhook_url(delivery.company)]


def test_our_address_under_a_former_key_is_replaced(delivery: CallbackDelivery) -> None:
    own = access.webhook_url(delivery.company)
    _set(delivery, [own.split("?")[0] + "?key=former", _THEIRS], active=True)

    looked(delivery)

    assert _read(delivery).urls == [_THEIRS, own]


@pytest.mark.parametrize(
    ("refuse", "words"),
    [
        (lambda box, salon: _deny(box, salon, "webhook_read_access"), "Настройки → WebHook"),
        (lambda box, salon: box.fault(_SETTINGS, "status", status=404), "не даёт настроить"),
        (lambda box, salon: box.fault(_SETTINGS, "status", status=401), "ключа доступа"),
    ],
    ids=["no_right", "no_such_endpoint", "no_token"],
)
def test_without_the_right_the_owner_is_told_once_what_to_set(
    delivery: CallbackDelivery,
    yclients: YclientsSandbox,
    refuse: Callable[[YclientsSandbox, int], None],
    words: str,
) -> None:
    refuse(yclients, delivery.company.salon_id)

    for _ in range(3):
        looked(delivery)

    alarm = Alarm.objects.get(kind="hooks_missing")
    assert (delivery.hooks, delivery.hooks_tries) == (Hooks.MISSING, 0)
    assert words in delivery.hooks_note
    assert "WebHook" in delivery.hooks_note
    assert 19 < hours_ahead(delivery) <= 24
    assert alarm.recipient == "owner@example.test"
    assert words in alarm.text
    assert access.webhook_key(delivery.company) not in alarm.text
    assert status(delivery) == IntegrationStatus.ACTIVE

    yclients.heal()
    _deny(yclients, delivery.company.salon_id)
    assert looked(delivery).hooks == Hooks.SET_BY_US


def _deny(yclients: YclientsSandbox, salon_id: int, *rights: str) -> None:
    path = f"/salons/{salon_id}"
    yclients.control.patch(path, json={"denied": list(rights)}).raise_for_status()


def test_missing_right_for_webhooks_does_not_pause_the_polls(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    _deny(yclients, delivery.company.salon_id, "webhook_read_access")

    looked(delivery)

    assert Company.objects.get(pk=delivery.company_id).yclients_trouble == ""


def test_expired_licence_found_here_is_a_trouble_of_the_salon(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    path = f"/salons/{delivery.company.salon_id}"
    yclients.control.patch(path, json={"licence_expired": True}).raise_for_status()

    looked(delivery)
    assert Company.objects.get(pk=delivery.company_id).yclients_trouble == "licence"

    yclients.control.patch(path, json={"licence_expired": False}).raise_for_status()
    looked(delivery)
    assert Company.objects.get(pk=delivery.company_id).yclients_trouble == ""


def test_settings_whose_answer_was_lost_are_read_before_anything_is_written_again(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.fault(_SETTINGS, "drop_after", method="POST", times=1)

    looked(delivery)
    assert (delivery.hooks, delivery.hooks_tries) == (Hooks.UNCHECKED, 1)
    assert hours_ahead(delivery) < 0.1

    assert looked(delivery).hooks == Hooks.REGISTERED


def test_settings_that_yclients_does_not_keep_are_tried_again(
    delivery: CallbackDelivery, settings: Settings
) -> None:
    server = LoopbackServer(_Forgetful)
    settings.YCLIENTS_API_URL = server.url

    looked(delivery)
    server.close()

    assert (delivery.hooks, delivery.hooks_tries) == (Hooks.MISSING, 1)
    assert "не сохранил" in delivery.hooks_note
    assert hours_ahead(delivery) < 0.1


class _Forgetful(QuietHandler):
    """A YCLIENTS that accepts webhook settings and shows the former ones."""

    def do_GET(self) -> None:
        active = {"connection_status": {"status": "active"}}
        self._answer(200, active if "/marketplace/" in self.path else {"urls": [], "active": 0})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, {})

    def _answer(self, status: int, data: object) -> None:
        raw = json.dumps({"success": True, "data": data}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def test_staff_ask_for_a_look_and_see_the_address(
    delivery: CallbackDelivery, admin_client: Client, settings: Settings
) -> None:
    looked(delivery)
    url = "/admin/marketplace/callbackdelivery/"

    admin_client.post(url, {"action": "check_hooks", "_selected_action": [delivery.pk]})

    assert hooks.due_ids() == [delivery.pk]
    page = admin_client.get(f"{url}{delivery.pk}/change/").content.decode()
    assert access.webhook_key(delivery.company) in page
    assert access.webhook_key(delivery.company) not in admin_client.get(url).content.decode()
