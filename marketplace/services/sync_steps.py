"""Which steps a run of each scope has, and which of them a salon's token may lack the right for."""

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.models import SyncRun
from marketplace.services import sync_catalog, sync_clients, sync_records, sync_schedule
from marketplace.services.sync_reading import Reading

Scope = SyncRun.Scope


@dataclass(frozen=True)
class Step:
    """`read` returns how many rows it read. `unread`: the words for a run that had to leave the step
    out because a right is missing; without them a missing right fails the run. `journal`: without it
    visits go unseen."""

    name: str
    read: Callable[[Reading], int]
    unread: str = ""
    journal: bool = False


def _schedule(reading: Reading) -> int:
    told = sync_schedule.refresh(reading.client, reading.company, reading.odd("schedule"))
    reading.beat()
    if reading.scope == Scope.CHANGES:
        reading.add("drift_schedule", told.drift)
    return told.days


_CATALOG = (
    Step("company", sync_catalog.company_card),
    Step("staff", sync_catalog.staff),
    Step("services", sync_catalog.services),
)
_SCHEDULE = Step("schedule", _schedule, unread="Расписание не прочитано")
_RECORDS = "Записи не прочитаны"

STEPS: dict[str, tuple[Step, ...]] = {
    Scope.FULL: (
        *_CATALOG,
        _SCHEDULE,
        Step("records", sync_records.everything, unread=_RECORDS, journal=True),
        Step("clients", sync_clients.everyone, unread="Карточки клиентов не прочитаны"),
    ),
    Scope.CATALOG: _CATALOG,
    Scope.CHANGES: (
        Step("changes", sync_records.changes, unread=_RECORDS, journal=True),
        _SCHEDULE,
    ),
}
