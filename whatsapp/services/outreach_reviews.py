"""Ratings: asked for once after an attended visit, kept with the master, thanked for or handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from marketplace.models import Booking, Company
from marketplace.services.attendance import CAME
from marketplace.services.upsert import upsert
from whatsapp.assistant.decisions import Rated
from whatsapp.assistant.replies import naming
from whatsapp.assistant.replies import outreach as texts
from whatsapp.assistant.result import TurnResult
from whatsapp.models import Message, Outreach, Review, SalonSettings
from whatsapp.models.outreach import OutreachKind, OutreachStatus
from whatsapp.outreach.reviews import WITHIN, window
from whatsapp.services import outreach_plan, outreach_words, preferences
from whatsapp.services.salon_view import salon_view

# No client is asked more often.
APART = timedelta(days=30)
# No visit lasts longer.
LONGEST = timedelta(days=1)
ASKED_LATELY = "asked_lately"
# So long a bare «5» is a rating, and what follows a low one is its reason.
OPEN, REASON = timedelta(days=3), timedelta(hours=24)
LOW, BEST = 3, 5


def plan(company: Company, now: datetime) -> int:
    """Writes down the requests due at `now`: one a visit that the client came to."""
    rows = [
        {
            "company_id": company.pk,
            "booking_id": item.booking_id,
            "kind": OutreachKind.REVIEW,
            "visit_at": item.visit_at,
            "occasion": "",
            "status": OutreachStatus.PLANNED,
            "reason": "",
            "due_at": item.due_at,
            "expires_at": item.expires_at,
        }
        for item in found(company, now)
        if item.due_at <= now
    ]
    upsert(Outreach, rows, unique=outreach_plan.UNIQUE, update=())
    return len(rows)


def found(company: Company, now: datetime) -> list[Outreach]:
    """Requests that have no row yet, due or early; not saved."""
    chosen = preferences.of(company)
    if not chosen.reviews:
        return []
    hours = preferences.hours(company, chosen)
    after = timedelta(minutes=chosen.review_minutes)
    known = Outreach.objects.filter(booking=OuterRef("pk"), kind=OutreachKind.REVIEW)
    came = Booking.objects.filter(
        ~Exists(known),
        company=company,
        is_deleted=False,
        attendance=CAME,
        start__range=(now - WITHIN - LONGEST, now),
    ).exclude(client_phone="")
    rows: list[Outreach] = []
    for pk, start, length in came.order_by("pk").values_list("pk", "start", "length_seconds"):
        times = window(start + timedelta(seconds=length), after, hours)
        if times is not None and now < times[1]:
            rows.append(
                Outreach(
                    company=company,
                    booking_id=pk,
                    kind=OutreachKind.REVIEW,
                    visit_at=start,
                    due_at=times[0],
                    expires_at=times[1],
                )
            )
    return rows


def compose(
    company: Company, chosen: SalonSettings, rows: Sequence[Outreach], now: datetime
) -> outreach_words.Said | str:
    """The request about a client's visits of one day, or why none is made. In the client's lock."""
    last = rows[-1].booking
    lately = Outreach.objects.filter(
        company=company,
        kind=OutreachKind.REVIEW,
        status=OutreachStatus.QUEUED,
        booking__client_phone=last.client_phone,
        message__at__gt=now - APART,
    )
    if lately.exists():
        return ASKED_LATELY
    who = naming.master_in(salon_view(company), str(last.staff_yclients_id), "datv")
    text = texts.review(who, formal=outreach_words.formal(chosen))
    return outreach_words.Said(text, asks=True)


@dataclass(frozen=True)
class Given:
    """What a turn said of a visit. `reply` replaces the assistant's own words when not empty."""

    row: Outreach
    rating: int | None
    text: str
    reply: str = ""

    def write(self, now: datetime) -> None:
        """In the turn's transaction: the first rating stays, what follows a low one is its reason."""
        review, made = Review.objects.get_or_create(
            outreach=self.row,
            defaults={
                "company_id": self.row.company_id,
                "staff_yclients_id": self.row.booking.staff_yclients_id,
                "rating": self.rating,
                "text": self.text,
                "created_at": now,
            },
        )
        if not made and not review.comment:
            Review.objects.filter(pk=review.pk).update(comment=self.text)
        same = Outreach.objects.filter(message=self.row.message, answered_at=None)
        same.update(answered_at=now)


def given(
    company: Company, row: Outreach, batch: Sequence[Message], result: TurnResult
) -> Given | None:
    """The rating or the reason in this turn; None when the client spoke of something else."""
    rated = next((d for d in result.decisions if isinstance(d, Rated)), None)
    if rated is None:
        return None
    text = "\n".join(item.text for item in batch)[:2000]
    chosen = preferences.of(company)
    formal = outreach_words.formal(chosen)
    if Review.objects.filter(outreach=row).exists():
        return Given(row, None, text, texts.reason_heard(formal=formal))
    pleased = any(f.agreed or f.sentiment == "positive" for f in result.frames)
    rating = rated.rating or (BEST if pleased and not rated.negative else None)
    good = rating is not None and rating > LOW and chosen.review_link
    reply = texts.thanks(chosen.review_link, formal=formal) if good else ""
    return Given(row, rating, text, reply)
