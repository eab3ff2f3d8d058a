"""A word added to a visit in the journal, for the salon's people: that the client is late."""

from dataclasses import replace

import structlog

from marketplace.models import Company
from marketplace.services.yclients_access import client_for
from marketplace.yclients.deadline import Deadline
from marketplace.yclients.drafts import RecordDraft
from marketplace.yclients.errors import YclientsError

log = structlog.get_logger(__name__)


def add(company: Company, record_id: int, note: str, *, deadline: Deadline | None = None) -> bool:
    """Puts `note` in front of the record's comment, once; False when YCLIENTS did not take it.

    Not a booking: nobody is promised anything by it, so a failure is only told in the log.
    """
    try:
        with client_for(company, deadline=deadline) as client:
            record = client.record(company.salon_id, record_id)
            if record.deleted:
                return False
            if note in record.comment:
                return True
            comment = "\n".join(part for part in (note, record.comment) if part)
            # The update replaces the whole record; its own time is no obstacle to itself.
            draft = replace(RecordDraft.of(record), comment=comment, save_if_busy=True)
            client.update_record(company.salon_id, record_id, draft)
    except YclientsError as error:
        log.warning("booking.note_failed", company_id=company.pk, error=type(error).__name__)
        return False
    return True
