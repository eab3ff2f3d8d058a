"""Alarms of the WhatsApp side: salons nobody answers for, clients nobody answers to. Real time.

Each watch asks a fixed number of queries for all salons together.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import structlog
from django.db.models import Count, Exists, Max, OuterRef, Q

from aiadmin.core import redis as store
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.models import Alarm
from marketplace import selectors_funnel
from marketplace.models import Company, IntegrationStatus
from marketplace.services import activation, funnel
from whatsapp import figures, notify
from whatsapp.models import Conversation, Message, Session
from whatsapp.models.message import Author, Direction, MessageStatus, Purpose
from whatsapp.models.session import SessionState
from whatsapp.services import bridge_rows, media
from whatsapp.services.connection import VERSION_REFUSED

log = structlog.get_logger(__name__)

# The sweep comes every 2 s; alarms are a matter of minutes.
EVERY = 30
KEY = store.throttle_key("whatsapp", "watch", EVERY)

SESSION_DOWN = timedelta(minutes=10)
HANDOVER_WAITS = timedelta(minutes=15)
# A client who was left alone for this long has called or gone: no e-mail every hour for ever.
HANDOVER_FORGOTTEN = timedelta(hours=4)
QUEUE_WAITS = timedelta(minutes=5)
# A number that connects this often in an hour is on its way to being unlinked by WhatsApp.
RECONNECTS = 10

_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def is_time() -> bool:
    """True once in EVERY seconds for all processes together, and always while Redis is away."""
    try:
        return bool(store.client().set(KEY, 1, nx=True, ex=EVERY))
    except store.ERRORS as error:
        log.warning("whatsapp.watch_unguarded", error=type(error).__name__)
        return True


def session_down() -> None:
    """A salon whose WhatsApp is off for ten minutes, told by events or by a lease nobody holds.

    Told every hour on the first day, then daily; after a week the salon has decided for itself.
    """
    now = datetime.now(UTC)
    undriven = bridge_rows.sessions_without_bridge(int(SESSION_DOWN.total_seconds()))
    broken = Q(
        down_since__lt=now - SESSION_DOWN,
        # A phone that unlinked us has its own alarm, at once.
        state__in=(SessionState.RECONNECTING, SessionState.IDLE),
    )
    silent = Q(pk__in=undriven, state=SessionState.CONNECTED)
    sessions = list(
        Session.objects.filter(
            broken | silent,
            company__integration_status=IntegrationStatus.ACTIVE,
            company__whatsapp_enabled=True,
        ).select_related("company")
    )
    told = _last_told("session_down", [session.pk for session in sessions])
    for session in sessions:
        company = session.company
        if company.whatsapp_connected and activation.mark_disconnected(
            company.pk, reason="no_connection"
        ):
            notify.to_page(company.pk, {"type": "disconnected", "reason": "no_connection"})
        since = session.down_since or undriven.get(session.pk) or session.updated_at
        if now - since > _WEEK:
            continue
        if _is_told(told.get(session.pk), now, pause=_HOUR if now - since < _DAY else _DAY):
            continue
        raise_alarm(
            "session_down",
            f"{company}: WhatsApp не на связи больше 10 минут, клиентам никто не отвечает. "
            f"{_OUR_FAULT if session.reason == VERSION_REFUSED else _YOUR_PHONE}",
            company_id=company.pk,
            email=company.email or "",
        )


_YOUR_PHONE = "Проверьте, что телефон салона включён и в сети."
_OUR_FAULT = "WhatsApp обновился, мы уже чиним со своей стороны: телефон и номер трогать не нужно."


def reconnecting() -> None:
    """A session that falls and comes back ten times an hour: no outage by itself, and yet a danger."""
    counts = bridge_rows.reconnects(at_least=RECONNECTS)
    for company in Company.objects.filter(pk__in=counts):
        raise_alarm(
            "reconnecting",
            f"{company}: WhatsApp переподключался {counts[company.pk]} раз за час, так номер могут отвязать. "
            "Проверьте, не подключён ли номер к другому сервису, и напишите нам.",
            company_id=company.pk,
            email=company.email or "",
        )


def handover_unanswered() -> None:
    """Clients who wait for a person for a quarter of an hour."""
    now = datetime.now(UTC)
    waiting = Conversation.objects.filter(
        needs_person_since__lt=now - HANDOVER_WAITS,
        needs_person_since__gt=now - HANDOVER_FORGOTTEN,
    )
    counts = dict(waiting.values_list("company_id").annotate(Count("pk")).order_by())
    told = _last_told("handover_unanswered", counts)
    untold = [pk for pk in counts if not _is_told(told.get(pk), now, pause=_HOUR)]
    for company in Company.objects.filter(pk__in=untold):
        raise_alarm(
            "handover_unanswered",
            f"{company}: клиенты ждут ответа человека больше 15 минут ({counts[company.pk]}). "
            "Откройте WhatsApp на телефоне салона и ответьте.",
            company_id=company.pk,
            email=company.email or "",
        )


def queue_old() -> None:
    """Work that has been due for five minutes: told to the operator, no salon."""
    limit = QUEUE_WAITS.total_seconds()
    old = [figures.QUEUE_WORDS[name] for name, age in figures.queue_ages().items() if age > limit]
    if old:
        raise_alarm(
            "queue_old",
            f"Больше 5 минут стоят очереди: {', '.join(old)}. "
            "Проверьте, что рабочие процессы запущены и успевают, и журнал ошибок.",
        )


def first_answers() -> None:
    """Salons whose assistant has answered its first client: noted here, not in each turn."""
    answered = Message.objects.filter(
        company=OuterRef("pk"),
        direction=Direction.OUT,
        author=Author.BOT,
        purpose=Purpose.REPLY,
        status__in=(MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ),
        created_at__gte=OuterRef("connected_at"),
    )
    for company in selectors_funnel.on_their_way().filter(Exists(answered))[:100]:
        funnel.reached(company, funnel.Step.ANSWERED)


WATCHES: Mapping[str, Callable[[], object]] = MappingProxyType(
    {
        "session_down": session_down,
        "reconnecting": reconnecting,
        "handover": handover_unanswered,
        "queue_old": queue_old,
        "old_media": media.forget_old,
        "first_answers": first_answers,
    }
)


def _last_told(kind: str, company_ids: Iterable[int]) -> dict[int, datetime]:
    """When these salons last had an alarm of this kind."""
    rows = Alarm.objects.filter(kind=kind, company_id__in=list(company_ids))
    return dict(rows.values_list("company_id").annotate(Max("created_at")).order_by())


def _is_told(last: datetime | None, now: datetime, *, pause: timedelta) -> bool:
    return last is not None and last > now - pause
