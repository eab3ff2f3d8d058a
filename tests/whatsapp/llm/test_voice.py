"""Voice messages: written down where that is configured, answered like text; else a request to write."""

import threading
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from marketplace.models import Company
from tests.waiting import PATIENCE, wait_for
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import make_due, replies
from tests.whatsapp.llm.model_server import ModelServer
from tests.whatsapp.test_media import came, holds, told
from whatsapp.models import Message, ModelDay
from whatsapp.services import ogg, turns

pytestmark = pytest.mark.django_db

PRICE = "Сколько стоит мужская стрижка?"
OGG = "audio/ogg; codecs=opus"


def voice(seconds: float = 4) -> bytes:
    """An Ogg of that length: its last page's counter tells it."""
    counter = int(seconds * 48_000).to_bytes(8, "little")
    first = b"OggS\x00\x02" + bytes(8) + b"OpusHead" + bytes(40)
    return first + b"OggS\x00\x04" + counter + bytes(range(256))


def arrived(company: Company, bridge: BridgeServer, sound: bytes | None = None) -> Message:
    """A voice message whose file the bridge has fetched."""
    body = voice() if sound is None else sound
    message = came(company, "audio", voice=True)
    told(message, "fetched", mime=OGG, size=len(body))
    holds(bridge, message, body, **{"Content-Type": OGG})
    return message


def answer(message: Message) -> str:
    make_due()
    turns.run(message.conversation_id, "me")
    message.refresh_from_db()
    return "\n".join(row.text for row in replies(message.company))


def test_what_was_said_is_kept_as_text_and_answered(
    company: Company, bridge: BridgeServer, model: ModelServer
) -> None:
    model.transcript = f"  {PRICE}\n"
    message = arrived(company, bridge)

    said = answer(message)

    assert "1 500 ₽" in said.replace("\xa0", " ")
    assert (message.text, message.transcribed, message.kind) == (PRICE, True, "audio")
    [heard] = model.heard
    assert heard.path == "/v1/audio/transcriptions"
    assert heard.key == "sk-test"
    assert voice() in heard.body, "as it came"
    assert b'filename="voice.ogg"' in heard.body
    assert b"ears" in heard.body
    assert message.frame is not None
    [told_to_staff] = message.frame["voice"]
    assert told_to_staff["outcome"] == "heard"
    assert told_to_staff["seconds"] == 4
    day = ModelDay.objects.get(company=company)
    assert (day.calls, day.failed, day.tokens) == (1, 0, 40)


def test_a_dictated_hour_is_asked_about(
    company: Company, bridge: BridgeServer, model: ModelServer
) -> None:
    model.transcript = "Запишите на мужскую стрижку завтра в 15:00 к Сергею"
    message = arrived(company, bridge)

    said = answer(message)

    assert "Записала" not in said
    assert message.frame is not None
    assert {"day", "time"} <= set(message.frame["frames"][0]["guessed"])


def test_a_minute_of_speech_has_its_price(
    company: Company, bridge: BridgeServer, model: ModelServer, settings: Settings
) -> None:
    settings.TRANSCRIPTION_PRICE, settings.LLM_DAILY_BUDGET = 0.6, 10
    model.transcript = PRICE

    answer(arrived(company, bridge, voice(60)))

    assert ModelDay.objects.get().cost == 600_000


def test_a_retried_turn_does_not_listen_again(
    company: Company, bridge: BridgeServer, model: ModelServer
) -> None:
    model.transcript = PRICE
    message = arrived(company, bridge)
    Message.objects.filter(pk=message.pk).update(text=PRICE, transcribed=True)

    assert "1 500" in answer(message).replace("\xa0", " ")

    assert model.heard == []


@pytest.mark.parametrize(
    "how",
    ["500", "hangs", "silence", "not JSON", "too long", "too big", "budget", "switched off"],
)
def test_when_it_cannot_be_heard_the_client_is_asked_to_write(
    company: Company, bridge: BridgeServer, model: ModelServer, settings: Settings, how: str
) -> None:
    model.transcript = PRICE
    sound = voice()
    match how:
        case "500":
            model.status = 500
        case "hangs":
            settings.TRANSCRIPTION_SECONDS, model.hangs = 0.5, True
        case "silence":
            model.transcript = " \n"
        case "not JSON":
            model.raw = b"<html>"
        case "too long":
            sound = voice(121)
        case "too big":
            sound = voice() + bytes(2 * 1024 * 1024)
        case "budget":
            settings.LLM_DAILY_BUDGET = 1
        case "switched off":
            settings.TRANSCRIPTION_MODEL = ""
    message = arrived(company, bridge, sound)

    said = answer(message)

    assert "Не могу прослушать голосовое" in said
    assert (message.text, message.transcribed) == ("", False)
    expected = 0 if how in ("too long", "too big", "budget", "switched off") else 1
    wait_for("the sound at the server", lambda: len(model.heard) == expected)


@pytest.mark.parametrize("status", ["refused", "expired", "failed"])
def test_a_file_that_is_not_there_is_not_waited_for(
    company: Company, bridge: BridgeServer, model: ModelServer, status: str
) -> None:
    message = came(company, "audio", voice=True)
    told(message, status)

    assert "Не могу прослушать голосовое" in answer(message)

    assert model.heard == []


@pytest.mark.usefixtures("committed")
def test_a_file_still_on_its_way_is_waited_for(
    company: Company, bridge: BridgeServer, model: ModelServer
) -> None:
    model.transcript = PRICE
    message = came(company, "audio", voice=True)
    told(message, "owed")
    holds(bridge, message, voice(), **{"Content-Type": OGG})
    looked = threading.Event()

    def seen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if "bridge.media" in sql:
            looked.set()
        return found

    def work() -> None:
        with connection.execute_wrapper(seen):
            turns.run(message.conversation_id, "me")
        connection.close()

    make_due()
    worker = threading.Thread(target=work)
    worker.start()
    assert looked.wait(PATIENCE)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.media SET status = 'fetched', body = 'sealed', due_at = NULL, mime = %s,"
            " size = %s WHERE message_id = %s",
            [OGG, len(voice()), message.wa_id],
        )
    worker.join()

    message.refresh_from_db()
    assert message.text == PRICE


@pytest.mark.parametrize(
    ("sound", "seconds"),
    [
        (voice(12.5), 12.5),
        (b"OggS" + bytes(4), 8 / 2000),
        (bytes(4000), 2),
        (b"", 0),
        (b"OggS\x00\x04" + b"\xff" * 8, (2**64 - 1) / 48_000),
    ],
)
def test_the_length_is_read_from_the_last_page(sound: bytes, seconds: float) -> None:
    assert ogg.seconds_of(sound) == pytest.approx(seconds)
