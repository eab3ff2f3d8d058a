"""What the two stand-ins answer on their control addresses: the fields the desk shows, parsed once."""

import datetime

from pydantic import BaseModel, Field


# --- WhatsApp -------------------------------------------------------------------------------------
class Device(BaseModel):
    """A companion linked to a phone. `connected`: its socket is open now."""

    id: int
    connected: bool


class Phone(BaseModel):
    phone: str
    devices: list[Device] = []


class WhatsAppState(BaseModel):
    phones: list[Phone]

    def devices(self, phone: str) -> list[Device]:
        return next((item.devices for item in self.phones if item.phone == phone), [])


class Message(BaseModel):
    """`direction` as the client sees it: "in" came from the salon. `t`: unix seconds, business time.

    `status` of the client's own messages: 1 queued, 2 at the server, 3 delivered, 4 read.
    """

    id: str
    direction: str
    text: str | None = None
    kind: str
    t: float
    status: int = 0
    reaction_to: str | None = None


class Inbox(BaseModel):
    messages: list[Message]


# --- YCLIENTS -------------------------------------------------------------------------------------
class Span(BaseModel):
    """From–to on the salon's wall clock, "HH:MM" or with the date and seconds around it."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")


class JournalClient(BaseModel):
    name: str = ""
    phone: str = ""


class JournalRecord(Span):
    """`created_via`: online and api come from programs, salon was typed by the salon.

    `client` is None for blocked time.
    """

    id: int
    services: list[str]
    client: JournalClient | None = None
    deleted: bool = False
    created_via: str = ""


class JournalStaff(BaseModel):
    id: int
    name: str
    slots: list[Span]
    records: list[JournalRecord]


class Journal(BaseModel):
    date: datetime.date
    staff: list[JournalStaff]


class Faults(BaseModel):
    """What the stand-in does wrong on purpose just now."""

    faults: list[dict[str, object]]


class SalonInfo(BaseModel):
    id: int
    title: str
    timezone: str


class YclientsState(BaseModel):
    salons: list[SalonInfo]
