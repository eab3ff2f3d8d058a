"""HTTP to the bridge for the files of messages: the content comes as a stream, whichever bridge answers."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

import httpx
import structlog
from django.conf import settings

from aiadmin.core.http import build_client
from whatsapp.gateway import TIMEOUT, Unreachable, headers, problem
from whatsapp.services import bridge_rows

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class MediaFile:
    """A file of a message, read as it comes. Read it whole, or close `chunks`."""

    mime: str
    filename: str
    size: int
    chunks: Generator[bytes]


@dataclass(frozen=True)
class NoFile:
    """There is none: `code` is the bridge's word ("media_refused"), `reason` says why."""

    code: str
    reason: str


def media(session_id: int, *, chat: str, message_id: str) -> MediaFile | NoFile | Unreachable:
    """The file of a message. Any bridge has it: it lies sealed in PostgreSQL, and all have the key."""
    base = settings.BRIDGE_URL
    path = f"/sessions/{session_id}/media/{quote(chat, safe='')}/{quote(message_id, safe='')}"
    for hop in range(2):
        request = _client().build_request("GET", f"{base}{path}", headers=headers())
        try:
            answer = _client().send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            other = bridge_rows.other_node(session_id, base) if hop == 0 else None
            if other is None:
                return Unreachable(type(error).__name__)
            base = other
            continue
        except httpx.HTTPError as error:
            return Unreachable(type(error).__name__)
        return _file(answer)
    return Unreachable("no bridge answers")


def _file(answer: httpx.Response) -> MediaFile | NoFile | Unreachable:
    if answer.is_success:
        headers = answer.headers
        return MediaFile(
            mime=headers.get("content-type", ""),
            filename=unquote(headers.get("x-filename", "")),
            size=int(headers.get("content-length") or 0),
            chunks=_chunks(answer),
        )
    try:
        answer.read()
    except httpx.HTTPError as error:
        return Unreachable(type(error).__name__)
    finally:
        answer.close()
    told = problem(answer.content)
    if answer.status_code == 404 and told.code.startswith(("media_", "no_media")):
        return NoFile(told.code, told.detail)
    log.warning("whatsapp.bridge_failed", status=answer.status_code, code=told.code)
    return Unreachable(f"http {answer.status_code}")


def _chunks(answer: httpx.Response) -> Generator[bytes]:
    try:
        yield from answer.iter_bytes(65536)
    finally:
        answer.close()


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """One pool of connections a process (httpx clients are thread-safe)."""
    return build_client(base_url="", timeout=TIMEOUT)
