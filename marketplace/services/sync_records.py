"""Steps of the sync that read the journal: all of it, or what changed since the last reading."""

from datetime import UTC, date, datetime, time, timedelta

from aiadmin.core import clock
from marketplace.models import Booking, SyncRun
from marketplace.services import bookings
from marketplace.services.sync_reading import MOST_REREAD, Reading
from marketplace.yclients.errors import NotFound, Permanent

DAYS_BACK = 90
DAYS_AHEAD = 365
# Asked for again at each poll: clocks differ, and a change is stamped before it can be read.
OVERLAP = timedelta(minutes=5)


def everything(reading: Reading) -> int:
    """Records of 90 days back and all ahead. What YCLIENTS lists no more is deleted softly."""
    company = reading.company
    started, business = datetime.now(UTC), clock.now()
    today = business.astimezone(company.zone).date()
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    found = reading.client.records(
        company.salon_id,
        start_date=first,
        end_date=last,
        with_deleted=True,
        odd=reading.odd("records"),
    )
    # All is new to the first sync, and nobody needs to hear of it.
    announce = company.changes_read_to is not None
    stored = bookings.upsert_records(company, reading.beaten(found), announce=announce)
    _look_for_absent(reading, stored.ids, first, last, read_from=started, announce=announce)
    reading.closing["changes_read_to"] = business
    return len(stored.ids)


def changes(reading: Reading) -> int:
    """What changed since the last reading; `drift_bookings` counts what no webhook had told us."""
    company = reading.company
    business = clock.now()
    since = (
        company.changes_read_to or _last_full(company.pk) or business - timedelta(days=DAYS_BACK)
    )
    found = reading.client.records(
        company.salon_id,
        changed_after=since - OVERLAP,
        with_deleted=True,
        odd=reading.odd("changes"),
    )
    stored = bookings.upsert_records(company, reading.beaten(found), announce=True)
    reading.add("drift_bookings", stored.news)
    reading.closing["changes_read_to"] = business
    return len(stored.ids)


def _last_full(company_id: int) -> datetime | None:
    """Business time at which the last whole sync began."""
    done = SyncRun.objects.filter(
        company_id=company_id, scope=SyncRun.Scope.FULL, status=SyncRun.Status.DONE
    )
    began = done.order_by("-pk").values_list("created_at", flat=True).first()
    return began + timedelta(seconds=clock.offset()) if began else None


def _look_for_absent(
    reading: Reading,
    listed: set[int],
    first: date,
    last: date,
    *,
    read_from: datetime,
    announce: bool,
) -> None:
    """Visits of the days read that the list did not show: each is asked for by its id."""
    company = reading.company
    midnight = datetime.combine(first, time(), company.zone)
    after = datetime.combine(last + timedelta(days=1), time(), company.zone)
    rows = Booking.objects.filter(
        company=company, is_deleted=False, start__gte=midnight, start__lt=after
    )
    # Written while we read: the list may have been passed there already.
    known = rows.filter(updated_at__lt=read_from).order_by("-start")
    absent = [pk for pk in known.values_list("record_id", flat=True) if pk not in listed]
    for record_id in absent[:MOST_REREAD]:
        try:
            record = reading.client.record(company.salon_id, record_id)
        except NotFound:
            reading.add("records_gone", 1)
            bookings.mark_deleted(company, record_id, announce=announce)
        except Permanent:
            # The list could not show it either: counted there as unreadable.
            continue
        else:
            bookings.upsert_records(company, [record], announce=announce)
        reading.beat()
