"""What would be said at a moment, and why not: reads our copy of the journal, writes and asks nothing."""

from collections.abc import Iterator
from datetime import datetime

from aiadmin.core import phones
from marketplace.models import Booking, Company
from whatsapp.models import Conversation, Outreach, SalonDigest, WaitingEntry, WaitingOffer
from whatsapp.models.outreach import OutreachKind, OutreachStatus
from whatsapp.models.waiting import OfferStatus, WaitingStatus
from whatsapp.outreach.reminders import LATE, QUIET
from whatsapp.services import (
    audience,
    digest,
    outreach_changes,
    outreach_contact,
    outreach_plan,
    outreach_reviews,
    outreach_send,
    outreach_watch,
    outreach_words,
    pacing,
    preferences,
    waiting_offers,
)

_DUE, _EARLY, _TALKS, _MADE = "due", "early", "talks", "made"
_WORDS = {
    **pacing.IN_WORDS,
    **outreach_send.IN_WORDS,
    _DUE: "уйдёт",
    _EARLY: "рано",
    _TALKS: "подождёт конца разговора",
    _MADE: "уже составлена",
    LATE: "не успело вовремя",
    QUIET: "ночь",
    "asked": "спросим журнал, свободно ли",
    "off": "лист ожидания выключен",
    "open": "ждём ответа",
    "expired": "не ответил: предложим следующему",
}
_SALON = "салону"


def lines(now: datetime, *, salon_id: int | None = None) -> Iterator[str]:
    """One line a promise: salon, kind, what of, hour in the salon's own time, whom, what happens."""
    salons = outreach_plan.salons()
    if salon_id is not None:
        salons = salons.filter(external_company_id=salon_id)
    for company in salons:
        yield from _to_clients(company, now)
        yield from _to_the_salon(company, now)
        yield from _waiting(company, now)


# --- clients ---------------------------------------------------------------------------------------


def _to_clients(company: Company, now: datetime) -> Iterator[str]:
    """Rows that wait already, and what the beat would write down."""
    planned = Outreach.objects.filter(company=company, status=OutreachStatus.PLANNED)
    for row in planned.select_related("booking").order_by("due_at", "pk"):
        yield _visit(company, row, _verdict(company, row, now))
    for item in outreach_plan.found(company, now):
        row = Outreach(
            company=company,
            booking=Booking.objects.get(company=company, pk=item.booking_id),
            kind=item.reminder.kind,
            visit_at=item.start,
            due_at=item.reminder.due_at,
            expires_at=item.reminder.expires_at,
        )
        due = item.verdict == _DUE
        yield _visit(company, row, _verdict(company, row, now) if due else item.verdict)
    for row in outreach_reviews.found(company, now):
        yield _visit(company, row, _verdict(company, row, now))


def _verdict(company: Company, row: Outreach, now: datetime) -> str:
    """What becomes of this row at `now`, as far as it is known without asking the journal."""
    if now < row.due_at:
        return _EARLY
    if now >= row.expires_at:
        return LATE
    found = outreach_send.untrue(row, row.booking) or _unwanted(company, row.booking, row.kind, now)
    return found or _needless(company, row, now) or _DUE


def _unwanted(company: Company, booking: Booking, kind: str, now: datetime) -> str:
    """Why this client is not written to now."""
    chats = Conversation.objects.select_related("company").filter(company=company)
    chat = chats.filter(phone=booking.client_phone).order_by("pk").first()
    if chat is None:
        new = Conversation(company=company, phone=booking.client_phone)
        return "" if audience.may_write_first(new) else "not_wanted"
    if reason := outreach_contact.refusal(chat, kind, now):
        return reason
    if chat.bot_paused_until is not None and chat.bot_paused_until > now:
        return pacing.TAKEN_OVER
    talks = kind in outreach_send.ASKING and outreach_contact.talks_until(chat, now) is not None
    return _TALKS if talks else ""


def _needless(company: Company, row: Outreach, now: datetime) -> str:
    chosen = preferences.of(company)
    if row.kind == OutreachKind.CHANGED:
        said = outreach_changes.compose(company, chosen, [row], now)
    elif row.kind == OutreachKind.REVIEW:
        said = outreach_reviews.compose(company, chosen, [row], now)
    else:
        said = outreach_words.needless(company, [row], now)
    return said if isinstance(said, str) else ""


def _visit(company: Company, row: Outreach, verdict: str) -> str:
    start = row.booking.start.astimezone(company.zone)
    whom = phones.mask(row.booking.client_phone)
    return _line(company, row.kind, f"визит {start:%d.%m %H:%M}", row.due_at, whom, verdict)


# --- the salon's people ----------------------------------------------------------------------------


def _to_the_salon(company: Company, now: datetime) -> Iterator[str]:
    lists = {
        "unconfirmed": outreach_watch.unconfirmed(company, now),
        "undelivered": outreach_watch.undelivered(company, now),
    }
    for kind, rows in lists.items():
        for row in rows.select_related("booking").order_by("visit_at", "pk"):
            start = row.visit_at.astimezone(company.zone)
            yield _line(company, kind, f"визит {start:%d.%m %H:%M}", now, _SALON, _DUE)
    begins = digest.due_at(company, now)
    if begins is None:
        return
    verdict = _EARLY if now < begins else _DUE if now < begins + digest.LATEST else LATE
    if SalonDigest.objects.filter(company=company, day=begins.date()).exists():
        verdict = _MADE
    yield _line(company, "digest", f"день {begins:%d.%m}", begins, _SALON, verdict)


# --- who waits -------------------------------------------------------------------------------------


def _waiting(company: Company, now: datetime) -> Iterator[str]:
    """Offers that stand, and who is next where time becomes free, in the order they came."""
    offers = WaitingOffer.objects.filter(company=company, status=OfferStatus.OPEN)
    for offer in offers.select_related("conversation").order_by("pk"):
        about = f"место {offer.start.astimezone(company.zone):%d.%m %H:%M}"
        verdict = "open" if now < offer.expires_at else "expired"
        whom = phones.mask(offer.conversation.phone)
        yield _line(company, "offered", about, offer.expires_at, whom, verdict)
    chosen = preferences.of(company)
    quiet = preferences.hours(company, chosen).is_quiet(now)
    places = WaitingEntry.objects.filter(company=company, status=WaitingStatus.WAITING)
    for entry in places.select_related("conversation__company").order_by("pk"):
        reason = "" if chosen.waiting_list else "off"
        reason = reason or (LATE if entry.until <= now else "")
        reason = reason or waiting_offers.skip_reason(entry.conversation, now)
        reason = reason or (QUIET if quiet else "asked")
        about = f"день {entry.days[0][8:]}.{entry.days[0][5:7]}"
        whom = phones.mask(entry.conversation.phone)
        yield _line(company, "waiting", about, entry.until, whom, reason)


def _line(company: Company, kind: str, about: str, at: datetime, whom: str, verdict: str) -> str:
    when = at.astimezone(company.zone)
    told = _WORDS.get(verdict, verdict)
    return f"{company.salon_id}  {kind:<11} {about}  в {when:%d.%m %H:%M}  {whom}  {told}"
