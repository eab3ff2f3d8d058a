"""What the bridge says: payloads of its events and answers to commands (samples: bridge/contract/*.json)."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from aiadmin.core import phones


class _Payload(BaseModel):
    # A newer bridge may tell more than we read; what clients write must not reach a log by an error.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Reaction(_Payload):
    """An emoji put on a message; an empty emoji takes it back."""

    message_id: str
    emoji: str = ""


class Quoted(_Payload):
    message_id: str
    text: str = ""


class MessageEvent(_Payload):
    """A message of a chat, from the client or (`from_me`) from the salon's own handset."""

    chat: str = Field(min_length=1)
    chat_alt: str | None = None
    phone: str | None = None  # digits
    lid: str | None = None
    from_me: bool = False
    message_id: str = Field(min_length=1)
    push_name: str | None = None
    timestamp: float  # unix seconds, WhatsApp's clock
    offline: bool = False
    type: str = "text"
    text: str = ""
    reaction: Reaction | None = None
    quoted: Quoted | None = None
    voice: bool = False
    # What WhatsApp does behind the scenes, "revoke" and "message_edit" among it: nothing to answer by itself.
    protocol: str | None = None
    # The message that was deleted, or now says `text`.
    target: str | None = None

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp, UTC)

    @property
    def e164(self) -> str:
        return to_e164(self.phone)


class StatusEvent(_Payload):
    """How far a message of ours has come."""

    message_id: str
    chat: str = ""
    status: Literal["sent", "delivered", "read", "failed"]
    error: str | None = None
    timestamp: float = 0


class QrEvent(_Payload):
    qr: str = Field(min_length=1)
    expires_in: float = 20  # seconds
    number: int = 1


class QrEndedEvent(_Payload):
    reason: str = ""
    version: str = ""  # WhatsApp Web's that was refused


class PairingCodeEvent(_Payload):
    code: str = Field(min_length=1)
    phone: str = ""
    expires_in: float = 60  # seconds


class PairingFailedEvent(_Payload):
    code: str = ""
    message: str = ""


class ConnectedEvent(_Payload):
    phone: str  # digits
    jid: str = ""
    lid: str | None = None
    name: str | None = None
    fresh: bool = False

    @property
    def e164(self) -> str:
        return to_e164(self.phone)


class DisconnectedEvent(_Payload):
    code: int | str | None = None
    reason: str | None = None
    will_reconnect: bool = True
    version: str = ""  # WhatsApp Web's that was refused


class LoggedOutEvent(_Payload):
    code: int | str | None = None
    reason: str | None = None


class UndecryptableEvent(_Payload):
    chat: str = ""
    message_id: str = ""
    reason: str | None = None


class TypingEvent(_Payload):
    """A client began to type, or stopped."""

    chat: str = Field(min_length=1)
    typing: bool


class HistoryEvent(_Payload):
    """Addresses of people whose chats were on the phone before it was linked."""

    jids: list[str]


Event = (
    MessageEvent
    | StatusEvent
    | QrEvent
    | QrEndedEvent
    | PairingCodeEvent
    | PairingFailedEvent
    | ConnectedEvent
    | DisconnectedEvent
    | LoggedOutEvent
    | UndecryptableEvent
    | TypingEvent
    | HistoryEvent
)

EVENTS: dict[str, type[Event]] = {
    "message": MessageEvent,
    "status": StatusEvent,
    "qr": QrEvent,
    "qr_ended": QrEndedEvent,
    "pairing_code": PairingCodeEvent,
    "pairing_failed": PairingFailedEvent,
    "connected": ConnectedEvent,
    "disconnected": DisconnectedEvent,
    "logged_out": LoggedOutEvent,
    "undecryptable": UndecryptableEvent,
    "typing": TypingEvent,
    "history": HistoryEvent,
}


def parse_event(kind: str, payload: object) -> Event | None:
    """The typed payload; None for a kind this version does not know.

    Raises pydantic.ValidationError for a known kind with another shape.
    """
    model = EVENTS.get(kind)
    return model.model_validate(payload) if model else None


# --- answers to commands ---------------------------------------------------------------------------


class SendAnswer(_Payload):
    """ "sent": WhatsApp's server has it; "accepted": handed over, no acknowledgement yet."""

    status: Literal["sent", "accepted"]
    key: str = ""


class SessionAnswer(_Payload):
    state: str
    phone: str | None = None
    owner: str | None = None


class Owner(_Payload):
    id: str
    url: str | None = None


class ErrorAnswer(_Payload):
    error: str = ""
    code: str = ""
    detail: str = ""
    owner: Owner | None = None


def to_e164(number: str | None) -> str:
    """Digits of a jid as E.164, "" when there is no number in them."""
    if not number:
        return ""
    try:
        return phones.normalize(number)
    except ValueError:
        return ""
