"""HTTP to the bridge: the only place where Django speaks to it. Outcomes are types, not exceptions.

Nothing here opens a socket to WhatsApp by itself: only `start` asks the bridge to.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
import urllib3
from django.conf import settings
from pydantic import ValidationError
from urllib3 import exceptions as failures

from aiadmin.core.http import USER_AGENT, build_pool
from whatsapp import schemas
from whatsapp.services import bridge_rows

log = structlog.get_logger(__name__)

TIMEOUT = 10.0
CONNECT_TIMEOUT = 3.0
# The bridge waits up to 10 s for WhatsApp's acknowledgement of a message, and 2 s for its read marks.
SEND_TIMEOUT = 14.0
# A file is uploaded to WhatsApp first.
UPLOAD_TIMEOUT = 55.0

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Sent:
    """WhatsApp's server acknowledged the message."""


@dataclass(frozen=True)
class Accepted:
    """Handed to WhatsApp, not acknowledged yet: a status event will tell, or the same id goes again."""


@dataclass(frozen=True)
class NotConnected:
    """The session is not connected there now; nothing happened."""


@dataclass(frozen=True)
class Refused:
    """No for good; `detail` is WhatsApp's own code ("463") or the bridge's."""

    detail: str


@dataclass(frozen=True)
class Unreachable:
    """No usable answer: it may have happened. Only the same id may be tried again."""

    reason: str


@dataclass(frozen=True)
class Done:
    """A session command was taken; `state` is the bridge's word for what the session does now."""

    state: str


@dataclass(frozen=True)
class OutgoingFile:
    """A file to send, 16 MB at most. `mime` must be what `body` is: the bridge looks."""

    kind: Literal["image", "document", "voice"]
    mime: str
    body: bytes
    caption: str = ""
    filename: str = ""

    def as_json(self) -> dict[str, str]:
        told = {"kind": self.kind, "mime": self.mime, "body": b64encode(self.body).decode()}
        if self.caption:
            told["caption"] = self.caption
        if self.filename:
            told["filename"] = self.filename
        return told


SendOutcome = Sent | Accepted | NotConnected | Refused | Unreachable
CommandOutcome = Done | NotConnected | Refused | Unreachable


def send(
    session_id: int,
    *,
    message_id: str,
    to: str,
    text: str | None = None,
    reaction: Mapping[str, Any] | None = None,
    file: OutgoingFile | None = None,
    quoted: Mapping[str, Any] | None = None,
    read: Mapping[str, Sequence[str]] | None = None,
    typing_ms: int = 0,
) -> SendOutcome:
    """Sends one message under our own id: a text, a reaction or a file.

    `reaction` is {"message_id", "from_me", "emoji"}; `quoted`, what a text or a file answers, is
    {"message_id", "from_me", "text"}; `read`, chat → message ids, gets its blue ticks before, best effort.
    """
    body: dict[str, Any] = {"key": message_id, "to": to}
    if reaction is not None:
        body["reaction"] = dict(reaction)
    elif file is not None:
        body["media"] = file.as_json()
    else:
        body["text"] = text or ""
    if quoted is not None:
        body["quoted"] = dict(quoted)
    if typing_ms:
        body["typing_ms"] = typing_ms
    timeout = (UPLOAD_TIMEOUT if file else SEND_TIMEOUT) + typing_ms / 1000
    path = f"/sessions/{session_id}/messages"
    ticks = [{"chat": chat, "message_ids": list(ids)} for chat, ids in (read or {}).items()]
    answer = _command(session_id, path, body | ({"read": ticks} if ticks else {}), timeout=timeout)
    if ticks and answer == Refused("invalid"):
        # During an upgrade workers are new before bridges are, and an old one knows no such field.
        answer = _command(session_id, path, body, timeout=timeout)
    if not isinstance(answer, bytes):
        return answer
    try:
        sent = schemas.SendAnswer.model_validate_json(answer)
    except ValidationError:
        return Unreachable("the answer is not the bridge's")
    return Sent() if sent.status == "sent" else Accepted()


def start(session_id: int, *, mode: str, phone: str = "") -> CommandOutcome:
    """Asks for a pairing (`mode` "qr" or "code", the latter with digits) or a "resume"."""
    body: dict[str, Any] = {"mode": mode}
    if phone:
        body["phone"] = phone
    return _session(_command(session_id, f"/sessions/{session_id}/start", body))


def stop(session_id: int) -> CommandOutcome:
    """Closes the socket; the credentials stay."""
    return _session(_command(session_id, f"/sessions/{session_id}/stop", {}), "idle")


def logout(session_id: int) -> CommandOutcome:
    """Takes the device off the phone and deletes its credentials: only when a person wants it."""
    return _session(_command(session_id, f"/sessions/{session_id}/logout", {}), "idle")


def set_proxy(session_id: int, url: str | None) -> CommandOutcome:
    """Gives the session a way out of its own, or none; the bridge keeps it, encrypted, and tells nobody."""
    body: dict[str, Any] = {"url": url}
    return _session(_command(session_id, f"/sessions/{session_id}/proxy", body), "")


# --- transport -------------------------------------------------------------------------------------


def _session(
    answer: bytes | NotConnected | Refused | Unreachable, default: str = "starting"
) -> CommandOutcome:
    if not isinstance(answer, bytes):
        return answer
    try:
        return Done(schemas.SessionAnswer.model_validate_json(answer).state)
    except ValidationError:
        return Done(default)


def _command(
    session_id: int, path: str, body: dict[str, Any], *, timeout: float = TIMEOUT
) -> bytes | NotConnected | Refused | Unreachable:
    """One command: BRIDGE_URL first, then at most one other bridge that `bridge.nodes` vouches for."""
    base = settings.BRIDGE_URL
    for hop in range(2):
        try:
            status, answer = _post(base, path, body, timeout)
        except (failures.NewConnectionError, failures.ConnectTimeoutError) as error:
            # Nothing was sent: refused, or the host is gone and silent. When that bridge died, another
            # one drives its sessions.
            other = bridge_rows.other_node(session_id, base) if hop == 0 else None
            if other is None:
                return Unreachable(type(error).__name__)
            base = other
            continue
        except failures.HTTPError as error:
            return Unreachable(type(error).__name__)
        if 200 <= status < 300:
            return answer
        told = problem(answer)
        if status == 409 and told.code == "other_owner" and hop == 0:
            owner = told.owner
            # Only to an address that the bridges themselves have listed: an answer proves nothing.
            if not (owner and owner.url and bridge_rows.is_live_node(owner.id, owner.url)):
                return Unreachable("the owner is not a known bridge")
            base = owner.url.rstrip("/")
            continue
        return _failure(status, told)
    return Unreachable("no bridge owns the session")


def _post(base: str, path: str, body: dict[str, Any], timeout: float) -> tuple[int, bytes]:
    """Status and content of the answer. Raises urllib3's errors."""
    pool, prefix = _bridge(base)
    answer = pool.urlopen(
        "POST",
        f"{prefix}{path}",
        body=json.dumps(body, ensure_ascii=False).encode() if body else None,
        # Without a body it must not say that there is one.
        headers={"User-Agent": USER_AGENT, **headers(), **(_JSON if body else {})},
        timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT, read=timeout),
        redirect=False,
        retries=False,
    )
    return answer.status, answer.data


@lru_cache(maxsize=16)
def _bridge(base: str) -> tuple[urllib3.HTTPConnectionPool, str]:
    """A process's connections to one bridge, for all its threads, and what its paths begin with."""
    return build_pool(base), urlsplit(base).path


def _failure(status: int, told: schemas.ErrorAnswer) -> NotConnected | Refused | Unreachable:
    if status == 409 and told.code == "other_owner":
        return Unreachable("the owner changed meanwhile")
    if status == 409:
        return NotConnected()
    if status == 422:
        return Refused(told.detail or told.code or "refused")
    if status == 404:
        # The bridge knows nothing of this session: there is no socket to send through.
        return NotConnected()
    if status in (400, 413, 415):
        return Refused(told.code or f"http {status}")
    # 401 is our own token: not the message's fault, so it waits until somebody sets it right.
    log.warning("whatsapp.bridge_failed", status=status, code=told.code)
    return Unreachable(f"http {status}")


def problem(answer: bytes) -> schemas.ErrorAnswer:
    try:
        return schemas.ErrorAnswer.model_validate_json(answer)
    except ValidationError:
        return schemas.ErrorAnswer()


def headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.BRIDGE_TOKEN}"}
