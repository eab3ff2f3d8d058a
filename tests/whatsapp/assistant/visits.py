"""A client with visits ahead, for the tests of orders about them."""

from __future__ import annotations

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

Visits = list[tuple[str, str, tuple[str, ...]]]
MANICURE = ("12.03 15:00", "4", ("16",))
CUT = ("13.03 12:00", "3", ("11",))
MOVED_MANICURE = ("14.03 15:00", "4", ("16",))
MOVED_CUT = ("14.03 13:00", "3", ("11",))
PEDICURE = ("15.03 12:00", "4", ("17",))
BEARD = ("16.03 12:00", "1", ("13",))
MOVE_AND_CANCEL = "перенесите стрижку на субботу в 13 и отмените маникюр"


def two_visits() -> Chat:
    """A manicure tomorrow and a haircut the day after."""
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.booked(13, 12, "3", "11")
    return chat


def four_visits() -> Chat:
    """A pedicure and a beard besides."""
    chat = two_visits()
    chat.booked(15, 12, "4", "17")
    chat.booked(16, 12, "1", "13")
    return chat
