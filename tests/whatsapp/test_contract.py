"""The samples that both languages share (whatsapp/bridge/contract), as our side reads them."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import event, waiting_events
from whatsapp import gateway, gateway_files, schemas
from whatsapp.models import Message
from whatsapp.services import inbox

CONTRACT: Path = settings.BASE_DIR / "whatsapp" / "bridge" / "contract"
EVENTS = sorted((CONTRACT / "events").glob("*.json"))
COMMANDS = sorted((CONTRACT / "commands").glob("*.json"))


def sample(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def name(path: Path) -> str:
    return path.stem


def test_there_are_samples_of_every_event_we_know() -> None:
    kinds = {sample(path)["kind"] for path in EVENTS}

    assert kinds == set(schemas.EVENTS)
    assert COMMANDS


@pytest.mark.parametrize("path", EVENTS, ids=name)
def test_event_sample_is_read_whole(path: Path) -> None:
    told = sample(path)

    read = schemas.parse_event(told["kind"], told["payload"])

    assert read is not None
    assert read.model_dump(exclude_unset=True) == told["payload"]


def test_every_event_sample_is_handled_by_the_inbox(company: Company) -> None:
    for path in EVENTS:
        told = sample(path)
        event(company, told["kind"], **told["payload"])

    inbox.drain(company.pk)

    assert waiting_events(company) == 0
    assert not Alarm.objects.filter(kind="event_failed").exists()
    messages = {sample(p)["message_id"] for p in EVENTS if sample(p)["kind"] == "message"}
    stored = Message.objects.filter(company=company).values_list("wa_id", flat=True)
    assert set(stored) == messages


def _file(told: dict[str, str]) -> gateway.OutgoingFile:
    content = {**told, "body": base64.b64decode(told["body"])}
    return gateway.OutgoingFile(**content)  # type: ignore[arg-type]  # as in the sample


def _send(body: dict[str, Any]) -> object:
    return gateway.send(
        15,
        message_id=body["key"],
        to=body["to"],
        text=body.get("text"),
        reaction=body.get("reaction"),
        file=_file(body["media"]) if "media" in body else None,
        quoted=body.get("quoted"),
        read={item["chat"]: item["message_ids"] for item in body.get("read", ())},
        typing_ms=body.get("typing_ms", 0),
    )


CALLS: dict[str, Callable[[dict[str, Any]], object]] = {
    "messages": _send,
    "start": lambda body: gateway.start(15, mode=body["mode"], phone=body.get("phone", "")),
    "stop": lambda _: gateway.stop(15),
    "logout": lambda _: gateway.logout(15),
    "proxy": lambda body: gateway.set_proxy(15, body["url"]),
}

OUTCOMES: dict[str, object] = {
    "logout": gateway.Done("logged_out"),
    "proxy": gateway.Done(""),
    "proxy_bad": gateway.Refused("bad_proxy"),
    "proxy_none": gateway.Done(""),
    "send_document": gateway.Sent(),
    "send_failed": gateway.Unreachable("http 503"),
    "send_image": gateway.Sent(),
    "send_invalid": gateway.Refused("invalid"),
    "send_media_refused": gateway.Refused("type_not_allowed"),
    "send_not_connected": gateway.NotConnected(),
    "send_not_on_whatsapp": gateway.Refused("not_on_whatsapp"),
    "send_other_owner": gateway.Unreachable("the owner is not a known bridge"),
    "send_quoted": gateway.Sent(),
    "send_reaction": gateway.Sent(),
    "send_read": gateway.Sent(),
    "send_refused": gateway.Refused("463"),
    "send_text_accepted": gateway.Accepted(),
    "send_text_sent": gateway.Sent(),
    "send_voice": gateway.Accepted(),
    "start_code": gateway.Done("starting"),
    "start_qr": gateway.Done("starting"),
    "start_resume": gateway.Done("starting"),
    "start_resume_not_paired": gateway.NotConnected(),
    "stop": gateway.Done("idle"),
    "store_unavailable": gateway.Unreachable("http 503"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [p for p in COMMANDS if sample(p)["request"]["method"] == "POST"], ids=name
)
def test_command_sample_is_what_we_ask_and_its_answer_is_understood(
    bridge: BridgeServer, path: Path
) -> None:
    request, response = sample(path)["request"], sample(path)["response"]
    command = request["path"].rsplit("/", 1)[-1]
    bridge.answer(command, (response["status"], response["body"]))

    outcome = CALLS[command](request.get("body", {}))

    assert outcome == OUTCOMES[path.stem]
    assert bridge.asked[0].path == request["path"]
    assert bridge.asked[0].body == request.get("body", {})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stem", "outcome"),
    [
        ("media_refused", gateway_files.NoFile("media_refused", "too_large")),
        ("media_none", gateway_files.NoFile("no_media", "")),
    ],
)
def test_answer_without_a_file_is_understood(
    bridge: BridgeServer, stem: str, outcome: gateway_files.NoFile
) -> None:
    told = sample(CONTRACT / "commands" / f"{stem}.json")
    path, response = told["request"]["path"], told["response"]
    bridge.files[path] = (response["status"], {}, json.dumps(response["body"]).encode())

    assert gateway_files.media(15, chat="273452052745934@lid", message_id="3A6E2A") == outcome
