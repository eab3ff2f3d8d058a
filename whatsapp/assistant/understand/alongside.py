"""«в тот же день, что и маникюр», «перед ресницами»: a day told by another visit of the client's."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand.mention import Mention
from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.services import ServiceReading
from whatsapp.assistant.understand.when import When
from whatsapp.assistant.wishes import DayWish

_AS = pat("день|дня|дни ..1 ,? что|как|когда|с ..2")
_REACH = 4  # tokens between «что» and the visit's service


def placed(
    line: Line, when: When, found: ServiceReading, context: Context, salon: SalonView
) -> ServiceReading:
    """Sets the day of `when` to that visit's, and leaves its service out of what is wanted."""
    if len(found.mentions) < 2:
        return found
    for mention in found.mentions:
        own = _own(mention, context)
        others = [m for m in found.mentions if m is not mention]
        if len(own) != 1 or not _told_by(line, mention, when):
            continue
        if not when.same_day and not any(_own(m, context) for m in others):
            continue  # «после маникюра ещё педикюр» of a pedicure that is yet to be booked
        if not when.day.given:
            when.day, when.same_day = DayWish(on=own[0].start.astimezone(salon.zone).date()), False
        return replace(found, mentions=tuple(others))
    return found


def _own(mention: Mention, context: Context) -> list[UpcomingBooking]:
    said = {*mention.options, *mention.family}
    return [v for v in context.upcoming or () if said & set(v.services)]


def _told_by(line: Line, mention: Mention, when: When) -> bool:
    """«… после педикюра», «… в тот же день, что и маникюр»: the visit that only tells the day."""
    before = line.tokens[mention.start - 1].word if mention.start else ""
    if before in ("после", "перед"):
        return True
    return when.same_day and any(
        hit.start < mention.start <= hit.end + _REACH for hit in line.in_words(_AS)
    )
