"""Activation, its status log, webhooks registered by it, uninstalling, lifecycle, redirects."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import httpx
import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import YclientsClient
from tests.marketplace.yclients.conftest import PARTNER_TOKEN, Listener, Salon
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE

APP = 77


def activate(client: YclientsClient, salon: Salon, *urls: str) -> int:
    return client.partner_callback(
        salon_id=salon.id, application_id=APP, api_key="sk_test", webhook_urls=list(urls)
    )


def test_activation_moves_pending_to_active_and_may_be_repeated(
    sandbox: YclientsSandbox, client: YclientsClient, salon: Salon
) -> None:
    before = client.application_status(salon_id=salon.id, application_id=APP)
    first = activate(client, salon, "http://127.0.0.1:9/hook")
    again = activate(client, salon, "http://127.0.0.1:9/hook")
    after = client.application_status(salon_id=salon.id, application_id=APP)
    hooks = client.hooks_settings(salon.id)

    assert (first, again) == (201, 403)  # "already installed" is success
    assert (before.status, after.status) == ("pending", "active")
    since = before.since("pending")
    assert since is not None
    assert abs(datetime.now(UTC) - since) < timedelta(minutes=1)
    assert (hooks.urls, hooks.active) == (["http://127.0.0.1:9/hook"], True)
    heard = sandbox.get(f"/salons/{salon.id}/callbacks")
    assert [one["api_key"] for one in heard] == ["sk_test", "sk_test"]


def test_the_bare_answers_are_201_then_403(sandbox: YclientsSandbox, salon: Salon) -> None:
    headers = {"Authorization": f"Bearer {PARTNER_TOKEN}"}
    body = {"salon_id": salon.id, "application_id": APP}
    url = f"{sandbox.url}/marketplace/partner/callback"

    first = httpx.post(url, json=body, headers=headers, timeout=PATIENCE)
    second = httpx.post(url, json=body, headers=headers, timeout=PATIENCE)
    redirect = httpx.post(f"{url}/redirect", json=body, headers=headers, timeout=PATIENCE)

    assert (first.status_code, second.status_code, redirect.status_code) == (201, 403, 403)
    assert second.json()["meta"]["message"] == "Пользователь уже установил это приложение"


def test_the_redirect_form_answers_301(sandbox: YclientsSandbox, salon: Salon) -> None:
    answer = httpx.post(
        f"{sandbox.url}/marketplace/partner/callback/redirect",
        json={"salon_id": salon.id, "application_id": APP},
        headers={"Authorization": f"Bearer {PARTNER_TOKEN}"},
        timeout=PATIENCE,
    )

    assert answer.status_code == 301


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_of_the_activation_is_success_and_its_page_is_not_read(
    client: YclientsClient, salon: Salon, status: int
) -> None:
    salon.sandbox.fault("/partner/callback$", "html", status=status)

    assert activate(client, salon) == status


def test_a_page_in_place_of_the_activations_answer_leaves_it_open(
    client: YclientsClient, salon: Salon
) -> None:
    """What really happened to others: installed there, an HTML page here."""
    salon.sandbox.post(
        "/faults", path_regex="/partner/callback$", mode="html", when="after", times=1
    )

    with pytest.raises(errors.OutcomeUnknown):
        activate(client, salon)

    assert client.application_status(salon_id=salon.id, application_id=APP).status == "active"
    assert activate(client, salon) == 403


def test_a_callback_that_registers_no_webhooks(client: YclientsClient, salon: Salon) -> None:
    """As a live salon was seen: then hooks_settings is the way."""
    salon.set(callback_registers_hooks=False)
    activate(client, salon, "http://127.0.0.1:9/hook")

    settings = client.hooks_settings(salon.id)
    wanted = settings.model_copy(update={"urls": ["http://127.0.0.1:9/hook"], "active": True})
    client.set_hooks_settings(salon.id, wanted)

    assert settings.urls == []
    assert client.hooks_settings(salon.id) == wanted


def test_wrong_applications_and_absent_salons(client: YclientsClient, salon: Salon) -> None:
    def call(**changes: int) -> None:
        wish = {"salon_id": salon.id, "application_id": APP, **changes}
        client.partner_callback(api_key="k", webhook_urls=[], **wish)

    with pytest.raises(errors.InvalidRequest, match="Агрегатор не найден"):
        call(application_id=5)
    with pytest.raises(errors.NotFound):
        call(salon_id=99)
    with pytest.raises(errors.NotFound):
        client.application_status(salon_id=salon.id, application_id=5)


def test_uninstalling_takes_the_webhooks_away_and_reinstalling_works(
    sandbox: YclientsSandbox, client: YclientsClient, salon: Salon, listener: Listener
) -> None:
    sandbox.post("/lifecycle", url=listener.url)
    activate(client, salon, "http://127.0.0.1:9/hook")

    sandbox.post(f"/salons/{salon.id}/status", status="uninstalled")
    (event,) = listener.wait(1)
    sandbox.post("/lifecycle", url="")

    assert event == {
        "salon_id": salon.id,
        "application_id": APP,
        "event": "uninstall",
        "partner_token": PARTNER_TOKEN,
    }
    assert client.hooks_settings(salon.id).urls == []
    with pytest.raises(errors.NotFound):
        activate(client, salon)
    sandbox.post(f"/salons/{salon.id}/redirect")
    activate(client, salon)
    assert client.application_status(salon_id=salon.id, application_id=APP).status == "active"


@pytest.mark.parametrize("alphabet", ["urlsafe", "standard"])
def test_redirects_are_signed_over_the_decoded_json(
    sandbox: YclientsSandbox, salon: Salon, alphabet: str
) -> None:
    made = sandbox.post(
        f"/salons/{salon.id}/redirect", name="Шура Филиппов", alphabet=alphabet, padding=False
    )
    query = dict(parse_qsl(made["query"]))

    decode = base64.urlsafe_b64decode if alphabet == "urlsafe" else base64.b64decode
    raw = decode(query["user_data"] + "=" * (-len(query["user_data"]) % 4))
    sign = hmac.new(PARTNER_TOKEN.encode(), raw, hashlib.sha256).hexdigest()

    assert query["salon_id"] == str(salon.id)
    assert query["user_data_sign"] == sign
    user = json.loads(raw)
    assert (user["name"], user["salon_name"]) == ("Шура Филиппов", salon.made["title"])


def test_redirects_of_several_salons_and_bad_signs(sandbox: YclientsSandbox, salon: Salon) -> None:
    path = f"/salons/{salon.id}/redirect"

    several = sandbox.post(path, salon_ids=[1, 2], ids_style="[0]")["query"]
    wrong = dict(parse_qsl(sandbox.post(path, sign="wrong")["query"]))
    missing = dict(parse_qsl(sandbox.post(path, sign="missing")["query"]))
    none = dict(parse_qsl(sandbox.post(path, user_data=False)["query"]))

    assert dict(parse_qsl(several)).keys() >= {"salon_ids[0]", "salon_ids[1]"}
    assert wrong["user_data_sign"] == "0" * 64
    assert "user_data_sign" not in missing
    assert none.keys() == {"salon_id"}
