"""Which sessions the sweep has to do something about, in statements built once: it asks every two seconds.

`before` is real time: nothing has happened to the session since then. At most a hundred at a time, each
with the moment at which it last changed.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from aiadmin.core.compiled import HasRows, Select
from marketplace.models import IntegrationStatus
from marketplace.models.company import WORKING
from whatsapp.models import Session
from whatsapp.models.session import PAIRING, SessionState
from whatsapp.services.connection import DISABLED, REFUSED

ONLINE = (SessionState.CONNECTED, SessionState.RECONNECTING)
_LIVE = (*PAIRING, *ONLINE)

_starting = Q(state=SessionState.STARTING)
_uninstalled = Q(company__integration_status=IntegrationStatus.UNINSTALLED)
_forbidden = _uninstalled | ~Q(company__whatsapp_enabled=True)
_condemned = Q(reason__startswith=REFUSED) | Q(state__in=ONLINE, reason=DISABLED)
_anew = Q(company__integration_status=IntegrationStatus.PENDING, company__connected_at=None)
_over = ~Q(jid="") & (_uninstalled | _anew & ~Q(reason__startswith=REFUSED))
_back = Q(company__whatsapp_enabled=True, company__integration_status__in=WORKING)
# Said so that the planner finds the few by their indexes: of a salon that is off, or with a reason.
_off = ~Q(company__integration_status__in=WORKING) | ~Q(company__whatsapp_enabled=True)
_with_reason = ~Q(reason="")
_to_close = Q(state__in=_LIVE) & (_forbidden | _condemned) | _over
_to_open = Q(state=SessionState.IDLE, reason=DISABLED) & _back


def _quiet(which: Q, before: Any) -> QuerySet[Session, tuple[int, datetime]]:
    rows = Session.objects.filter(which, updated_at__lt=before)
    return rows.values_list("pk", "updated_at")[:100]


# `asked`: who wanted the pairing before that waits no longer.
given_up = Select(
    lambda before, asked: _quiet(
        _starting & (Q(pairing_requested_at__lt=asked) | Q(pairing_requested_at=None)), before
    )
)
to_start = Select(lambda before: _quiet(_starting, before))
to_close = Select(lambda before: _quiet(_to_close, before))
to_open = Select(lambda before: _quiet(_to_open, before))
# Their numbers alone.
silent: Select[int] = Select(
    lambda state, before: Session.objects.filter(state=state, updated_at__lt=before).values_list(
        "pk", flat=True
    )
)


class Unsettled(NamedTuple):
    """Whether there are, quiet or not: pairings; sessions that a salon which is off has left behind; sessions
    whose reason wants something done. Where there are none, as mostly, the sweep asks no further."""

    pairing: bool
    off: bool
    with_reason: bool


_UNSETTLED = HasRows(
    lambda: Session.objects.filter(state__in=PAIRING),
    lambda: Session.objects.filter(_off, _to_close),
    lambda: Session.objects.filter(_with_reason, _to_close | _to_open),
)


def unsettled() -> Unsettled:
    return Unsettled(*_UNSETTLED())
