"""What every reply needs to know: the salon, its today, and how it addresses clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.state import Visit
from whatsapp.assistant.types import OpenHours, SalonView, Tone, UpcomingBooking


@dataclass(frozen=True, slots=True)
class Reply:
    """One outgoing message: a text, or a reaction to the client's last message."""

    text: str = ""
    reaction: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """`now` is aware, salon zone; `bookings` are the client's visits by id."""

    salon: SalonView
    now: datetime
    bookings: Mapping[str, UpcomingBooking] = field(default_factory=dict)
    address_told: bool = False  # by another answer of the same turn

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def formal(self) -> bool:
        return self.salon.tone is Tone.FORMAL

    def you(self, formal: str, familiar: str) -> str:
        return formal if self.formal else familiar

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.salon.zone)

    def at(self, moment: datetime) -> str:
        """«завтра, в четверг 12 марта, 15:00»"""
        local = self.local(moment)
        return f"{words.day_full(local.date(), self.today)}, {words.clock(local)}"

    def briefly(self, moment: datetime) -> str:
        """«завтра, 15:00»"""
        local = self.local(moment)
        return f"{words.day_short(local.date(), self.today)}, {words.clock(local)}"

    def whom(self, staff_id: str | None) -> str:
        return naming.master(self.salon, staff_id)

    def what(self, ids: tuple[str, ...]) -> str:
        return naming.services(self.salon, ids)

    def visit(self, visit: Visit, cost: str = "") -> str:
        """«мужская стрижка, Сергей, 1 500 ₽»"""
        parts = [
            self.what(visit.services),
            self.whom(visit.staff),
            cost or self.cost(visit.services, visit.staff),
        ]
        text = ", ".join(part for part in parts if part)
        return f"{text} ({visit.guest})" if visit.guest else text

    def hours(self, spans: tuple[OpenHours, ...]) -> str:
        """«с 10:00 до 14:00 и с 15:00 до 21:00»"""
        return words.listed([f"с {s.opens:%H:%M} до {s.closes:%H:%M}" for s in spans])

    def cost(self, ids: tuple[str, ...], staff_id: str | None = None) -> str:
        """The price of the services by that master; "" unless all of them have one."""
        low = high = 0
        exact = True
        for item in ids:
            found = self.salon.service(item)
            if found is None:
                return ""
            offer = found.staff.get(staff_id) if staff_id else None
            if offer is not None and offer.price is not None:
                low, high = low + offer.price, high + offer.price
                continue
            if found.price_min is None and found.price_max is None:
                return ""
            first = found.price_min if found.price_min is not None else found.price_max or 0
            last = found.price_max if found.price_max is not None else first
            low, high, exact = low + first, high + last, exact and first == last
        return words.price(low, low if exact else high) if ids else ""

    def length(self, ids: tuple[str, ...], staff_id: str | None = None) -> str:
        """«1 час 30 минут», "" unless all durations are known."""
        total = 0
        for item in ids:
            found = self.salon.service(item)
            offer = found.staff.get(staff_id) if found is not None and staff_id else None
            seconds = offer.duration_seconds if offer is not None else None
            seconds = seconds or (found.duration_seconds if found is not None else None)
            if not seconds:
                return ""
            total += seconds
        return words.duration(total) if total else ""
