"""How fast, when and to whom a salon's number writes: every limit that keeps WhatsApp from blocking it.

WhatsApp publishes no limits. What gets numbers blocked, by all accounts, is writing first to people who
do not know the number, in even rows, at night, and going on after a refusal. Hence: replies go at once,
what nobody asked for goes slowly, by day, to few strangers, and stops at the first refusal.
Paces and pauses are real time; quiet hours and days are the salon's own, by the business clock.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import structlog
from django.db.models import Q

from aiadmin.core import clock
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.compiled import Select, Update
from marketplace.models import Company, IntegrationStatus
from whatsapp.models import Message, NumberPace
from whatsapp.models.message import Author, Direction, MessageStatus, Purpose
from whatsapp.outreach.hours import DAY
from whatsapp.services import preferences

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Lane:
    """`burst` messages go at once, then one every `gap` (seconds from, to): never an even row."""

    burst: int
    gap: tuple[float, float]

    @property
    def allowance(self) -> timedelta:
        return timedelta(seconds=(self.burst - 1) * sum(self.gap) / 2)


# Twenty clients may write at once; a person with a keyboard is not much slower than the rest. What the
# salon's own people are told of (a bad review, a hand-over) goes here too: they asked for it, and wait.
REPLIES = Lane(burst=20, gap=(0.8, 1.6))
# After a refusal clients are still answered, as slowly as one would type.
CAREFUL = Lane(burst=3, gap=(4, 8))
# A hundred reminders take some twenty minutes: slower than any "bulk sender", in time for all.
PROACTIVE = Lane(burst=1, gap=(8, 20))
# A slot met later than this (a worker was away) is given away: else all the missed would go at once.
LATE = timedelta(seconds=4)

# The first refusal may be chance; one who goes on is blocked for good. Doubles up to a day…
FIRST_PAUSE, LONGEST_PAUSE = timedelta(hours=1), timedelta(hours=24)
# …and begins anew after a quiet week.
FORGIVEN = timedelta(days=7)
# How often a salon that may not write now is looked at again.
LOOK_AGAIN = timedelta(minutes=5)

# WhatsApp's "this number is restricted" and "too many": they concern the number, not one message.
RESTRICTED, TOO_MANY = "463", "429"
NUMBER_REFUSALS = (RESTRICTED, TOO_MANY)
# Why a message is held while a person of the salon answers in its chat.
TAKEN_OVER = "person_took_over"
# Why a message is held or dropped, for staff.
IN_WORDS = {
    "pace": "ждёт очереди",
    "quiet_hours": "уйдёт утром",
    "daily_budget": "уйдёт завтра: сегодня незнакомым написано достаточно",
    "number_refused": "ждёт: WhatsApp ограничил номер",
    "company_off": "ждёт: салон отключён",
    TAKEN_OVER: "ждёт: в чате отвечает человек",
    "opted_out": "клиент написал «СТОП»",
    "expired": "не успело вовремя",
}


@dataclass(frozen=True)
class Go:
    """The attempt may be made now."""


@dataclass(frozen=True)
class Hold:
    """Not before `due_at` (real time) and `not_before` (business time)."""

    why: str
    due_at: datetime
    not_before: datetime | None = None


@dataclass(frozen=True)
class Drop:
    """Not at all."""

    why: str


Verdict = Go | Hold | Drop


def admit(message: Message) -> Verdict:
    """May this claimed message leave? Sets its `purpose`, `opened_at` and `slot_at`; the caller saves.

    In the claim's transaction; company and conversation are loaded. Locks the number's row.
    """
    if message.purpose == Purpose.REPLY:
        if message.slot_at is None and _goes_at_once(message.company_id):
            return Go()
        pace = _lock(message.company_id)
        lane = CAREFUL if _is_stopped(pace, datetime.now(UTC)) else REPLIES
        return _take(message, pace, "replies_free_at", lane)
    return _forbidden(message) or _admit_proactive(message)


def refused(company_id: int, code: str) -> datetime:
    """WhatsApp refused the number: nothing proactive until the moment returned (real time).

    In a transaction. Another refusal during the pause does not lengthen it: what was on its way when the
    first came says nothing new.
    """
    now = datetime.now(UTC)
    pace = _lock(company_id)
    if pace.stopped_until is not None and pace.stopped_until > now:
        _alarm(company_id, code, pace.stopped_until)
        return pace.stopped_until
    if pace.refused_at is None or now - pace.refused_at > FORGIVEN:
        pace.refusals = 0
    pause = min(FIRST_PAUSE * 2 ** min(pace.refusals, 10), LONGEST_PAUSE)
    pace.refusals, pace.refused_at, pace.stopped_until = pace.refusals + 1, now, now + pause
    pace.save(update_fields=["refusals", "refused_at", "stopped_until"])
    log.warning("whatsapp.number_refused", company_id=company_id, code=code, pause=str(pause))
    _alarm(company_id, code, pace.stopped_until)
    return pace.stopped_until


# --- proactive -------------------------------------------------------------------------------------


def _forbidden(message: Message) -> Verdict | None:
    """What the client, the salon and the hour say."""
    company, conversation, now = message.company, message.conversation, clock.now()
    to_client = message.purpose != Purpose.STAFF
    if to_client and conversation.opted_out_at is not None:
        return Drop("opted_out")
    if message.expires_at is not None and message.expires_at <= now:
        return Drop("expired")
    if company.integration_status != IntegrationStatus.ACTIVE or not company.whatsapp_enabled:
        return Hold("company_off", datetime.now(UTC) + LOOK_AGAIN)
    if to_client and conversation.bot_paused_until and conversation.bot_paused_until > now:
        return _hold_until(message, TAKEN_OVER, conversation.bot_paused_until)
    hours = preferences.hours_of(company)
    if hours.is_quiet(now):
        return _hold_until(message, "quiet_hours", hours.around(now)[1])
    return None


def _admit_proactive(message: Message) -> Verdict:
    now = datetime.now(UTC)
    pace = _lock(message.company_id)
    if pace.stopped_until is not None and pace.stopped_until > now:
        return Hold("number_refused", pace.stopped_until)
    if message.opened_at is None and message.purpose != Purpose.STAFF:
        cold = _is_stranger(message)
        if cold and _opened_today(message.company) >= pace.first_contacts_per_day:
            return _hold_until(message, "daily_budget", _tomorrow(message.company))
        message.purpose = Purpose.FIRST_CONTACT if cold else Purpose.SERVICE
    if message.purpose == Purpose.STAFF:
        verdict = _take(message, pace, "replies_free_at", REPLIES)
    else:
        verdict = _take(message, pace, "proactive_free_at", PROACTIVE)
    if isinstance(verdict, Go) and message.opened_at is None:
        message.opened_at = clock.now()
    return verdict


def _is_stranger(message: Message) -> bool:
    """Has never written to the salon, nor got anything from it."""
    others = Message.objects.filter(conversation=message.conversation_id).exclude(pk=message.pk)
    wrote = others.filter(direction=Direction.IN, author=Author.CLIENT)
    got = others.filter(
        direction=Direction.OUT,
        status__in=(MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ),
    )
    return not wrote.exists() and not got.exists()


def _opened_today(company: Company) -> int:
    """First messages to strangers since the salon's midnight; exact under the number's lock."""
    midnight = datetime.combine(
        clock.now().astimezone(company.zone).date(), time.min, tzinfo=company.zone
    )
    return Message.objects.filter(
        company=company, purpose=Purpose.FIRST_CONTACT, opened_at__gte=midnight
    ).count()


def _tomorrow(company: Company) -> datetime:
    hours = preferences.hours_of(company)
    return hours.at(hours.day(clock.now()) + DAY, hours.quiet_to)


def _hold_until(message: Message, why: str, moment: datetime) -> Verdict:
    if message.expires_at is not None and message.expires_at <= moment:
        return Drop("expired")
    return Hold(why, datetime.now(UTC), not_before=moment)


# --- pace ------------------------------------------------------------------------------------------


_PACE = Select(lambda company: NumberPace.objects.select_for_update().filter(pk=company))
_FREE_AT = {
    "replies_free_at": Update(
        lambda company, at: (NumberPace.objects.filter(pk=company), {"replies_free_at": at})
    ),
    "proactive_free_at": Update(
        lambda company, at: (NumberPace.objects.filter(pk=company), {"proactive_free_at": at})
    ),
}


# As most answers find it: nothing has stopped the number, and its last answer is a while ago.
_AT_ONCE = Update(
    lambda company, now, at: (
        NumberPace.objects.filter(
            Q(stopped_until=None) | Q(stopped_until__lte=now),
            Q(replies_free_at=None) | Q(replies_free_at__lte=now),
            pk=company,
        ),
        {"replies_free_at": at},
    )
)


def _goes_at_once(company_id: int) -> bool:
    """False: the lane has to be looked at."""
    now = datetime.now(UTC)
    gap = timedelta(seconds=random.uniform(*REPLIES.gap))
    return bool(_AT_ONCE(company=company_id, now=now, at=now + gap))


def _lock(company_id: int) -> NumberPace:
    pace: NumberPace | None = _PACE.first(company=company_id)
    if pace is None:
        NumberPace.objects.bulk_create([NumberPace(pk=company_id)], ignore_conflicts=True)
        (pace,) = _PACE(company=company_id)
    return pace


def _is_stopped(pace: NumberPace, now: datetime) -> bool:
    return pace.stopped_until is not None and pace.stopped_until > now


def _take(message: Message, pace: NumberPace, column: str, lane: Lane) -> Verdict:
    """The next free slot of the lane: now, or a later one that is kept for this message."""
    now = datetime.now(UTC)
    if message.slot_at is not None and timedelta() <= now - message.slot_at <= LATE:
        return Go()
    free = max(getattr(pace, column) or now, now)
    slot = max(now, free - lane.allowance)
    gap = timedelta(seconds=random.uniform(*lane.gap))
    _FREE_AT[column](company=pace.pk, at=free + gap)
    if slot <= now:
        return Go()
    message.slot_at = slot
    return Hold("pace", slot)


def _alarm(company_id: int, code: str, until: datetime) -> None:
    company = Company.objects.get(pk=company_id)
    told = {
        RESTRICTED: "WhatsApp ограничил номер салона (463) и не принимает сообщения новым клиентам.",
        TOO_MANY: "WhatsApp просит номер салона писать реже (429).",
    }[code]
    raise_alarm(
        "number_restricted",
        f"{company}: {told} Напоминания и другие сообщения первыми остановлены до "
        f"{until.astimezone(company.zone):%d.%m %H:%M}, на вопросы клиентов помощник отвечает, но "
        "медленнее. Кому он не ответил, ответьте с телефона и не отправляйте рассылок.",
        company_id=company_id,
        email=company.email or "",
    )
