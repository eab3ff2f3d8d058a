"""Files of messages: what staff see of each, who may open one, and how it ends."""

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import CLIENT, CLIENT_LID, make_company, write
from whatsapp.models import Conversation, Message
from whatsapp.services import inbox, media

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 600


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    return client


def came(company: Company, kind: str = "image", **changes: Any) -> Message:
    """A message with a file has come; the bridge has not told more yet."""
    wa_id = write(company, changes.pop("text", ""), type=kind, **changes)
    inbox.drain(company.pk)
    return Message.objects.get(company=company, wa_id=wa_id)


def told(message: Message, status: str, **columns: Any) -> None:
    """The bridge's row of the file, as it is after a fetch."""
    row = {
        "session_id": message.company_id,
        "chat": message.payload["chat"],
        "message_id": message.wa_id,
        "kind": message.kind,
        "status": status,
        "body": b"sealed" if status == "fetched" else None,
        "reason": "",
        "mime": "",
        "filename": "",
        "size": 0,
        **columns,
    }
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bridge.media WHERE message_id = %s", [message.wa_id])
        cursor.execute(
            "INSERT INTO bridge.media (session_id, chat, message_id, kind, status, body, reason,"
            " mime, filename, size, due_at) VALUES (%(session_id)s, %(chat)s, %(message_id)s,"
            " %(kind)s, %(status)s, %(body)s, %(reason)s, %(mime)s, %(filename)s, %(size)s,"
            " CASE WHEN %(status)s = 'owed' THEN now() END)",
            row,
        )


def holds(bridge: BridgeServer, message: Message, body: bytes, **headers: str) -> str:
    """The bridge gives the file out under this path."""
    chat = quote(message.payload["chat"], safe="")
    path = f"/sessions/{message.company_id}/media/{chat}/{message.wa_id}"
    bridge.files[path] = (200, headers, body)
    return path


def page_of(staff: Client, message: Message) -> str:
    address = f"/admin/whatsapp/conversation/{message.conversation_id}/change/"
    return staff.get(address).content.decode()


def file_of(staff: Client, message: Message) -> Any:
    return staff.get(f"/admin/whatsapp/message/{message.pk}/file/")


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("kind", "mime", "shown"),
    [
        ("image", "image/jpeg", '<img src="/admin/whatsapp/message/{pk}/file/"'),
        ("audio", "audio/ogg", '<audio src="/admin/whatsapp/message/{pk}/file/"'),
        ("video", "video/mp4", '<video src="/admin/whatsapp/message/{pk}/file/"'),
        ("document", "application/pdf", "Договор &lt;1&gt;.pdf · "),
    ],
)
def test_chat_shows_each_file_in_its_own_way(
    staff: Client, company: Company, kind: str, mime: str, shown: str
) -> None:
    message = came(company, kind)
    told(message, "fetched", mime=mime, filename="Договор <1>.pdf", size=5)

    assert shown.format(pk=message.pk) in page_of(staff, message)


@pytest.mark.parametrize(
    ("status", "reason", "shown"),
    [
        ("owed", "", "файл загружается"),
        ("refused", "too_large", "больше 25 МБ"),
        ("refused", "type_mismatch", "выдаёт себя за другой вид"),
        ("expired", "gone", "больше нет в WhatsApp"),
        ("failed", "network", "не удалось получить"),
    ],
)
def test_chat_says_why_there_is_no_file(
    staff: Client, company: Company, status: str, reason: str, shown: str
) -> None:
    message = came(company)
    told(message, status, reason=reason)

    page = page_of(staff, message)

    assert shown in page
    assert "<img" not in page.split('class="chat"')[1].split("</table>")[0]


def test_staff_get_the_picture_byte_for_byte_and_it_can_do_nothing(
    staff: Client, company: Company, bridge: BridgeServer
) -> None:
    message = came(company)
    path = holds(bridge, message, JPEG, **{"Content-Type": "image/jpeg"})

    response = file_of(staff, message)

    assert (response.status_code, body_of(response)) == (200, JPEG)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith("inline")
    assert [(item.path, item.token) for item in bridge.asked] == [(path, "test-only-bridge-token")]


@pytest.mark.parametrize(
    ("wanted", "status", "part", "told"),
    [
        ("bytes=0-1", 206, JPEG[:2], f"bytes 0-1/{len(JPEG)}"),
        ("bytes=70000-", 206, JPEG[70000:], f"bytes 70000-{len(JPEG) - 1}/{len(JPEG)}"),
        ("bytes=-9", 206, JPEG[-9:], f"bytes {len(JPEG) - 9}-{len(JPEG) - 1}/{len(JPEG)}"),
        (f"bytes={len(JPEG)}-", 416, b"", f"bytes */{len(JPEG)}"),
        ("lines=1-2", 200, JPEG, None),
    ],
)
def test_player_gets_the_part_it_asks_for(
    staff: Client,
    company: Company,
    bridge: BridgeServer,
    wanted: str,
    status: int,
    part: bytes,
    told: str | None,
) -> None:
    message = came(company, "audio")
    holds(bridge, message, JPEG, **{"Content-Type": "audio/ogg"})

    address = f"/admin/whatsapp/message/{message.pk}/file/"
    response: Any = staff.get(address, headers={"Range": wanted})

    assert (response.status_code, body_of(response)) == (status, part)
    assert response.get("Content-Range") == told
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    if status != 416:
        assert response["Accept-Ranges"] == "bytes"
        assert response["Content-Length"] == str(len(part))


def test_document_is_saved_never_opened(
    staff: Client, company: Company, bridge: BridgeServer
) -> None:
    # A picture sent as a document, too.
    message = came(company, "document")
    name = quote("Договор.pdf")
    holds(bridge, message, b"%PDF", **{"Content-Type": "image/png", "X-Filename": name})

    response = file_of(staff, message)

    assert body_of(response) == b"%PDF"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ((404, {}, b'{"error": "x", "code": "no_media"}'), 404, "Файл удалён"),
        (
            (404, {}, b'{"error": "x", "code": "media_refused", "detail": "too_large"}'),
            404,
            "Файл больше 25 мб",
        ),
        ((404, {}, b'{"error": "x", "code": "media_owed", "detail": ""}'), 404, "загружается"),
        ((500, {}, b"oops"), 503, "не отвечает"),
    ],
)
def test_file_that_is_not_there_is_told_in_words(
    staff: Client,
    company: Company,
    bridge: BridgeServer,
    answer: tuple[int, dict[str, str], bytes],
    status: int,
    words: str,
) -> None:
    message = came(company)
    bridge.files[holds(bridge, message, b"")] = answer

    response: HttpResponse = file_of(staff, message)

    assert response.status_code == status
    assert words.lower() in response.content.decode().lower()


def test_bridge_that_is_away_is_told_in_words(
    staff: Client, company: Company, bridge: BridgeServer
) -> None:
    message = came(company)
    bridge.close()

    assert file_of(staff, message).status_code == 503


def test_nobody_but_staff_who_may_see_messages_opens_a_file(
    company: Company, bridge: BridgeServer
) -> None:
    message = came(company)
    holds(bridge, message, JPEG, **{"Content-Type": "image/jpeg"})
    clerk = User.objects.create_user("clerk", is_staff=True)
    client = Client()

    assert file_of(client, message).status_code == 302
    client.force_login(User.objects.create_user("owner"))
    assert file_of(client, message).status_code == 302
    client.force_login(clerk)
    assert file_of(client, message).status_code == 403
    assert not bridge.asked

    clerk.user_permissions.add(Permission.objects.get(codename="view_message"))
    client.force_login(User.objects.get(pk=clerk.pk))
    assert file_of(client, message).status_code == 200


def test_erasure_takes_both_addresses_of_one_client_of_one_salon(company: Company) -> None:
    number = f"{CLIENT}@s.whatsapp.net"
    other = make_company()
    mine = [came(company), came(company, chat=number, chat_alt=CLIENT_LID)]
    theirs = came(company, chat="50009999999@lid", chat_alt=None, phone=None, lid=None)
    elsewhere = came(other)
    for row in (*mine, theirs, elsewhere):
        told(row, "fetched", mime="image/jpeg")

    assert media.erase_media(company, [CLIENT_LID, number]) >= 2

    assert media.files_of(company, mine) == {}
    assert list(media.files_of(company, [theirs])) == [theirs.pk]
    assert list(media.files_of(other, [elsewhere])) == [elsewhere.pk]


def test_files_are_forgotten_after_a_week_of_real_time(staff: Client, company: Company) -> None:
    old, young = came(company), came(company)
    for row in (old, young):
        told(row, "fetched", mime="image/jpeg")
    with connection.cursor() as cursor:
        for row, days in ((old, 7.01), (young, 6.99)):
            cursor.execute(
                "UPDATE bridge.media SET created_at = now() - make_interval(secs => %s)"
                " WHERE message_id = %s",
                [days * 86400, row.wa_id],
            )

    assert media.forget_old() == 1

    assert list(media.files_of(company, [old, young])) == [young.pk]
    assert "файл удалён" in page_of(staff, old)


def test_chat_asks_for_its_files_once(staff: Client, company: Company) -> None:
    for _ in range(5):
        message = came(company)
        told(message, "fetched", mime="image/jpeg")

    rows = list(Message.objects.filter(company=company))

    assert len(media.files_of(company, rows)) == 5
    assert Conversation.objects.count() == 1
