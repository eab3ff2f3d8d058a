"""Many salons with all their rows, cloned inside PostgreSQL from one that the product's own code has made."""

# ruff: noqa: S608 - the names are ours, PostgreSQL has no parameters for them.
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from aiadmin.core import clock
from marketplace.models import (
    ApiKey,
    Booking,
    BookingAttempt,
    Client,
    Company,
    ScheduleDay,
    Staff,
    WebhookEvent,
)
from marketplace.services import keys
from marketplace.services.attendance import CAME
from tests.whatsapp.hands import CLIENT, CLIENT_LID, make_company
from whatsapp.models import (
    Conversation,
    KeptRequest,
    Message,
    NumberPace,
    Outreach,
    SalonDigest,
    SalonPhone,
    SalonSettings,
    WaitingEntry,
    WaitingOffer,
)
from whatsapp.models.message import Author, Direction, MessageStatus
from whatsapp.models.outreach import OutreachKind, OutreachStatus
from whatsapp.models.waiting import OfferStatus, WaitingStatus

# Rows of one salon; a growing table has one of these for each.
PER_SALON = 40
# Tables that grow with the salons. Nothing that happens a message or a request may read all of one.
GROWING = frozenset(
    {
        *(
            "companies",
            "services",
            "staff",
            "service_staff",
            "schedule_days",
            "clients",
            "bookings",
        ),
        *("api_keys", "webhook_events", "conversations", "messages", "salon_settings", "events"),
        *("whatsapp_sessions", "whatsapp_number_pace", "outreach", "kept_requests"),
        *("booking_attempts", "salon_phones", "waiting_entries", "waiting_offers", "salon_digests"),
        "salon_looks",
    }
)


def template(number: int = 1) -> tuple[Company, str]:
    """A salon at work, with its rows, and its API key; each `number` is another."""
    company = make_company(
        external_company_id=600_000_000 + number,
        yclients_id=600_000_000 + number,
        whatsapp_phone=f"+7{9300000000 + number}",
    )
    now, staff = clock.now(), Staff.objects.get(company=company)
    SalonSettings.objects.create(company=company)
    NumberPace.objects.create(company=company)
    slots = [{"from": "10:00", "to": "20:00"}]
    for ahead in range(14):
        day = (now + timedelta(days=ahead)).date()
        ScheduleDay.objects.create(company=company, staff=staff, day=day, slots=slots)
    key = keys.issue(company, ApiKey.Kind.OWNER).plain
    chat = Conversation.objects.create(
        company=company, chat=f"{CLIENT}@s.whatsapp.net", lid=CLIENT_LID, phone=f"+{CLIENT}"
    )
    for number in range(PER_SALON):
        Client.objects.create(company=company, yclients_id=number + 1, phone=f"+7911{number:07d}")
        booking = Booking.objects.create(
            company=company,
            record_id=number + 1,
            client_phone=f"+7911{number:07d}",
            start=now + timedelta(hours=number),
            length_seconds=3600,
        )
        message = Message.objects.create(
            company=company,
            conversation=chat,
            direction=Direction.OUT if number % 2 else Direction.IN,
            author=Author.BOT if number % 2 else Author.CLIENT,
            status=MessageStatus.READ if number % 2 else MessageStatus.ANSWERED,
            wa_id=f"OLD{number}",
            text="Здравствуйте",
            turn_number=0,
            at=now - timedelta(days=1),
        )
        came = Booking.objects.create(
            company=company,
            record_id=1000 + number,
            client_phone=f"+7911{number:07d}",
            start=now - timedelta(hours=number + 2),
            length_seconds=3600,
            attendance=CAME,
        )
        # All that was owed about these visits has been said.
        said = ((booking, OutreachKind.EVENING), (booking, OutreachKind.NEAR))
        for visit, kind in (*said, (came, OutreachKind.REVIEW)):
            Outreach.objects.create(
                company=company,
                booking=visit,
                kind=kind,
                visit_at=visit.start,
                status=OutreachStatus.QUEUED,
                due_at=now - timedelta(days=1),
                expires_at=now,
                message=message,
            )
        SalonDigest.objects.create(company=company, day=now.date() - timedelta(days=number))
        _wait(chat, number, now)
        BookingAttempt.objects.create(
            company=company,
            key=f"{chat.pk}:old{number}:book:1/1",
            kind=BookingAttempt.Kind.BOOK,
            api_id=f"{company.pk}-{number}",
            request={},
            status=BookingAttempt.Status.DONE,
        )
        KeptRequest.objects.create(
            company=company,
            conversation=chat,
            turn_key=f"{chat.pk}:old{number}",
            kept={},
            status=KeptRequest.Status.DONE,
            due_at=now - timedelta(days=1),
            finished_at=now,
        )
        SalonPhone.objects.create(company=company, phone=f"+7912{number:07d}", role="staff")
        WebhookEvent.objects.create(
            company=company,
            key=f"{company.pk}:old:{number}",
            resource="record",
            resource_id=number,
            event="update",
            body={},
            status=WebhookEvent.Status.DONE,
            received_at=datetime.now(UTC) - timedelta(days=1),
        )
    return company, key


def _wait(chat: Conversation, number: int, now: datetime) -> None:
    """A place on the waiting list with an offer; two of them live, the others are past."""
    lives = number < 2
    day = now + timedelta(days=3 if lives else -3)
    entry = WaitingEntry.objects.create(
        company=chat.company,
        conversation=chat,
        services=[1],
        days=[day.date().isoformat()],
        until=day,
        wish=f"{number:040d}",
        status=WaitingStatus.WAITING if lives else WaitingStatus.PASSED,
        check_at=now + timedelta(days=1),
        ended_at=None if lives else now,
    )
    WaitingOffer.objects.create(
        company=chat.company,
        conversation=chat,
        entry=entry,
        staff_yclients_id=1,
        start=day + timedelta(minutes=number),
        status=OfferStatus.EXPIRED,
        expires_at=now,
    )


def grow(first: Company, count: int) -> None:
    """So many salons in all, each with the rows of `first`; the planner knows of them."""
    known = Company.objects.count()
    _clone(
        "companies",
        f"companies t, generate_series({known}, {count - 1}) n WHERE t.id = {first.pk}",
        company_id="700000000 + n",
        yclients_id="700000000 + n",
        whatsapp_phone="'+7' || (9400000000 + n)",
        raw_data="jsonb_build_object('clone', n)",
    )
    news = f"companies c WHERE c.company_id >= 700000000 + {known}"
    of = f"t.company_id = {first.pk}"
    plain = ("whatsapp_sessions", "salon_settings", "whatsapp_number_pace", "services", "staff")
    for table in (*plain, "clients", "bookings", "conversations", "salon_phones"):
        _clone(table, f"{table} t, {news} AND {of}", company_id="c.id")
    _clone("api_keys", f"api_keys t, {news} AND {of}", company_id="c.id", sha256="md5(c.id::text)")
    _clone(
        "webhook_events",
        f"webhook_events t, {news} AND {of}",
        company_id="c.id",
        key="c.id || ':' || t.key",
    )
    _clone(
        "booking_attempts",
        f"booking_attempts t, {news} AND {of}",
        company_id="c.id",
        key="c.id || '-' || t.key",
        api_id="c.id || '-' || t.api_id",
    )
    twin = "s.company_id = c.id AND s.yclients_id = (SELECT yclients_id FROM staff WHERE id = t.staff_id)"
    _clone(
        "schedule_days",
        f"schedule_days t, staff s, {news} AND {of} AND {twin}",
        company_id="c.id",
        staff_id="s.id",
    )
    _clone(
        "service_staff",
        f"service_staff t, staff s, services v, {news} AND {twin} AND v.company_id = c.id"
        f" AND t.service_id IN (SELECT id FROM services WHERE company_id = {first.pk})",
        service_id="v.id",
        staff_id="s.id",
    )
    _clone(
        "messages",
        f"messages t, conversations k, {news} AND {of} AND k.company_id = c.id",
        company_id="c.id",
        conversation_id="k.id",
    )
    _clone(
        "kept_requests",
        f"kept_requests t, conversations k, {news} AND {of} AND k.company_id = c.id",
        company_id="c.id",
        conversation_id="k.id",
    )
    _clone("salon_digests", f"salon_digests t, {news} AND {of}", company_id="c.id")
    _clone(
        "waiting_entries",
        f"waiting_entries t, conversations k, {news} AND {of} AND k.company_id = c.id",
        company_id="c.id",
        conversation_id="k.id",
    )
    _clone(
        "waiting_offers",
        f"waiting_offers t, waiting_entries e, {news} AND {of} AND e.company_id = c.id"
        " AND e.wish = (SELECT wish FROM waiting_entries WHERE id = t.entry_id)",
        company_id="c.id",
        conversation_id="e.conversation_id",
        entry_id="e.id",
    )
    _clone(
        "outreach",
        f"outreach t, bookings b, messages m, {news} AND {of}"
        " AND b.company_id = c.id AND m.company_id = c.id"
        " AND b.record_id = (SELECT record_id FROM bookings WHERE id = t.booking_id)"
        " AND m.wa_id = (SELECT wa_id FROM messages WHERE id = t.message_id)",
        company_id="c.id",
        booking_id="b.id",
        message_id="m.id",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO salon_looks (company_id, looked_at, due_at, number)"
            f" SELECT c.id, now(), now() + interval '1 day', 1 FROM {news}"
        )
        cursor.execute(
            "INSERT INTO bridge.events (session_id, kind, chat, message_id, payload, processed_at)"
            f" SELECT c.id, 'message', '', 'E' || n, '{{}}', now() FROM generate_series(1, 40) n, {news}"
        )
        cursor.execute("ANALYZE")


def _clone(table: str, source: str, **changed: str) -> None:
    """INSERT … SELECT of all columns from `t`; a number of its own for each row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s AND is_identity = 'NO'",
            [table],
        )
        columns: list[Any] = [name for (name,) in cursor.fetchall()]
        values = ", ".join(changed.get(name, f't."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}")
