"""The marketplace: activation, status log, channels, uninstall, lifecycle events out (sheet, 4)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from marketplace.yclients.sandbox import views_salon
from marketplace.yclients.sandbox.model import Salon
from marketplace.yclients.sandbox.times import partner_now
from marketplace.yclients.sandbox.web import ApiError, Call, Reply, page_of
from marketplace.yclients.sandbox.world import APPLICATION_ID, PARTNER_TOKEN, USER_ID, World

STATUSES = ("pending", "active", "frozen", "uninstalled")
_SETUP_PAGE = "https://yclients.example.test/appstore/setup"
_MAX_SALONS = 1000
_CHANNELS = {"sms", "whatsapp"}


def callback(call: Call) -> Reply:
    """POST /marketplace/partner/callback: pending → active, 201; already there: 403."""
    _activate(call)
    return Reply(None, 201)


def callback_redirect(call: Call) -> Response:
    """The browser's form of the same: 301 to a page of ours that is not JSON."""
    _activate(call)
    return RedirectResponse(_SETUP_PAGE, status_code=301)


def status(call: Call) -> Reply:
    salon = _installed(call)
    return Reply(
        {
            "logs": salon.app_logs,
            "payments": salon.payments,
            "connection_status": {"status": salon.app_status, "created_at": salon.app_created_at},
        },
        meta={},
    )


def salons(call: Call) -> Reply:
    own_application(call.number("application"))
    page, count = call.integer("page"), call.integer("count")
    if page < 1 or not 1 <= count <= _MAX_SALONS:
        raise ApiError(422, "Ошибка валидации", fields={"page": ["Обязательное поле"]})
    found = [row for row in call.world.store.salons() if row.app_status != "uninstalled"]
    rows = [views_salon.company(call.world, row) for row in page_of(found, page, count)]
    # The sample of the sheet shows this id as a string.
    return Reply([{**row, "id": str(row["id"])} for row in rows], meta={})


def uninstall(call: Call) -> Reply:
    set_status(call.world, _installed(call), "uninstalled", source="partner_api")
    return Reply(None)


def update_channel(call: Call) -> Reply:
    """POST application/update_channel: whether YCLIENTS may send through the application."""
    salon, slug = salon_of_body(call), call.body.get("channel_slug")
    if slug not in _CHANNELS or not isinstance(call.body.get("is_available"), bool):
        raise ApiError(422, "Ошибка валидации", fields={"channel_slug": ["sms или whatsapp"]})
    channels = {**salon.channels, str(slug): call.body["is_available"]}
    call.world.store.commit(replace(salon, channels=channels))
    return Reply(None)


def short_names(call: Call) -> Reply:
    """POST partner/short_names: sender names, 201."""
    names = call.body.get("short_names")
    if not isinstance(names, list) or not names:
        raise ApiError(422, "Ошибка валидации", fields={"short_names": ["Не список"]})
    salon = replace(salon_of_body(call), short_names=[str(name) for name in names])
    call.world.store.commit(salon)
    return Reply(None, 201)


def set_status(world: World, salon: Salon, status_to: str, *, source: str) -> Salon:
    """Moves the application in a salon and writes the log; uninstalling takes its webhooks away."""
    change = {
        "changed_at": partner_now(world.clock),
        "status_from": salon.app_status,
        "status_to": status_to,
        "source": source,
    }
    values: dict[str, Any] = {"app_status": status_to, "app_logs": [*salon.app_logs, change]}
    if status_to == "pending":
        values["app_created_at"] = change["changed_at"]
    if status_to == "uninstalled":
        values["hook_urls"] = [url for url in salon.hook_urls if url not in salon.app_urls]
        values["app_urls"] = []
    changed = replace(salon, **values)
    world.store.commit(changed)
    return changed


def send_lifecycle(world: World, salon: Salon, event: str) -> None:
    """POSTs `uninstall` or `freeze` to the application's callback URL, where one is set."""
    url = world.application.lifecycle_url
    if not url:
        return
    body = {
        "salon_id": salon.id,
        "application_id": APPLICATION_ID,
        "event": event,
        "partner_token": PARTNER_TOKEN,
    }
    world.hooks.send(url, body)


def redirect(salon: Salon, spec: Mapping[str, Any]) -> dict[str, Any]:
    """The registration redirect's query for a user who clicked "connect" in the marketplace.

    `spec`: `user` (fields of user_data; `salon_name` falls to the salon's title), `alphabet`
    ("urlsafe", "standard"), `padding` (bool), `sign` ("ok", "wrong", "missing"), `user_data`
    (false: none), `salon_ids` (a list: the install of several), `ids_style` ("[]", "[0]").
    """
    given = spec.get("user") if isinstance(spec.get("user"), dict) else {}
    user = {
        "id": USER_ID,
        "name": "Владелец салона",
        "phone": "79000000001",
        "email": "owner@example.test",
        "is_approved": True,
        "avatar": "",
        "salon_name": salon.title,
        **(given or {}),
    }
    raw = json.dumps(user, ensure_ascii=False, separators=(",", ":")).encode()
    encode = base64.b64encode if spec.get("alphabet") == "standard" else base64.urlsafe_b64encode
    blob = encode(raw).decode()
    if spec.get("padding") is False:
        blob = blob.rstrip("=")
    sign = hmac.new(PARTNER_TOKEN.encode(), raw, hashlib.sha256).hexdigest()
    query: list[tuple[str, str]] = []
    ids = spec.get("salon_ids")
    if isinstance(ids, list):
        indexed = spec.get("ids_style") == "[0]"
        for place, salon_id in enumerate(ids):
            query.append((f"salon_ids[{place if indexed else ''}]", str(salon_id)))
    else:
        query.append(("salon_id", str(salon.id)))
    if spec.get("user_data") is not False:
        query.append(("user_data", blob))
        if spec.get("sign") != "missing":
            query.append(("user_data_sign", "0" * 64 if spec.get("sign") == "wrong" else sign))
    return {"query": urlencode(query), "user_data": blob, "user_data_sign": sign}


def _activate(call: Call) -> None:
    salon = salon_of_body(call)
    body = {name: call.body.get(name) for name in ("salon_id", "application_id", "api_key")}
    urls = call.body.get("webhook_urls") or []
    if not isinstance(urls, list):
        raise ApiError(422, "Ошибка валидации", fields={"webhook_urls": ["Не список"]})
    heard = {**body, "webhook_urls": urls, "at": partner_now(call.world.clock)}
    salon = replace(salon, callbacks=[*salon.callbacks, heard])
    if salon.app_status in ("active", "frozen"):
        call.world.store.commit(salon)
        raise ApiError(403, "Пользователь уже установил это приложение")
    if salon.app_status != "pending":
        call.world.store.commit(salon)
        raise ApiError(404, "Приложение не установлено в филиале")
    own = [str(url) for url in urls]
    values: dict[str, Any] = {"app_urls": own}
    if own and salon.callback_registers_hooks:
        values["hook_urls"] = list(dict.fromkeys([*salon.hook_urls, *own]))
        values["hook_active"] = 1
    set_status(call.world, replace(salon, **values), "active", source="partner_api")


def salon_of_body(call: Call) -> Salon:
    missing = {
        name: ["Обязательное поле"]
        for name in ("salon_id", "application_id")
        if not str(call.body.get(name) or "").isdigit()
    }
    if missing:
        raise ApiError(422, "Ошибка валидации", fields=missing)
    if int(call.body["application_id"]) != APPLICATION_ID:
        # What a live salon answered when the vendor's own row of the application was broken.
        raise ApiError(400, "Агрегатор не найден")
    return salon_of(call.world, int(call.body["salon_id"]))


def _installed(call: Call) -> Salon:
    own_application(call.number("application"))
    salon = salon_of(call.world, call.number("salon"))
    if salon.app_status == "uninstalled" and not salon.app_logs:
        raise ApiError(404, "Приложение не установлено в филиале")
    return salon


def own_application(application_id: int) -> None:
    if application_id != APPLICATION_ID:
        raise ApiError(404, "Приложение не найдено")


def salon_of(world: World, salon_id: int) -> Salon:
    salon = world.store.get(Salon, salon_id)
    if salon is None:
        raise ApiError(404, "Филиал не найден.")
    return salon
