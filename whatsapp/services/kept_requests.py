"""Requests that YCLIENTS's silence left undone: kept with the turn, tried again, told or handed over.

A try is a turn of its own: it claims the chat as a turn does, and writes nothing once the claim is lost.
Tries and patience are real time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from pydantic import TypeAdapter, ValidationError

from aiadmin.core import clock
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.compiled import Select
from aiadmin.core.leases import LEASE_SECONDS
from aiadmin.core.queue import Job, enqueue
from marketplace.services import booking
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.kept import Kept, leaves_orders, superseded
from whatsapp.assistant.replies.speech import Reply
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.resume import give_up, resume_turn
from whatsapp.assistant.state import LIFETIME
from whatsapp.models import Conversation, KeptRequest, Message
from whatsapp.services import audience, handover, memory, outgoing, takeover
from whatsapp.services.keeper import LostTurn, keeper
from whatsapp.services.salon_view import salon_view
from whatsapp.services.tools import JournalTools

log = structlog.get_logger(__name__)

# YCLIENTS is back within minutes, or a person has to know.
PATIENCE = timedelta(minutes=30)
FIRST_TRY, LONGEST_WAIT = timedelta(seconds=20), timedelta(minutes=5)
# A chat that is being answered just now is left alone for a moment.
CHAT_IS_BUSY = timedelta(seconds=5)
LEASE = timedelta(seconds=3 * LEASE_SECONDS)

Status = KeptRequest.Status

_json: TypeAdapter[object] = TypeAdapter(object)


@dataclass(frozen=True)
class _Try:
    """One try at one request: the chat's claim is `epoch`."""

    row: KeptRequest
    kept: Kept
    conversation: Conversation
    epoch: int

    @property
    def tools(self) -> JournalTools:
        return JournalTools(self.row.company, self.conversation.phone, self.keys, self._fence)

    @property
    def keys(self) -> str:
        """Keys of a try are its own: what YCLIENTS did not take is asked for anew, what it may have
        taken before a crash is not. An unknown outcome is that of the keys it was written under."""
        own = f"{self.conversation.pk}:kept-{self.row.pk}-{self.row.tries}"
        return self.row.turn_key if self.kept.unknown else own

    @property
    def is_over(self) -> bool:
        """A person has to know by now; but what this very try wrote before a crash is told first."""
        waited = datetime.now(UTC) - self.row.created_at
        if waited <= PATIENCE:
            return False
        if self.kept.unknown or waited > 2 * PATIENCE:
            return True
        return not booking.has_begun(self.row.company, self.keys)

    def _fence(self) -> None:
        if not keeper.renew(self.conversation.pk, self.epoch):
            raise LostTurn


def follow(
    conversation: Conversation, turn_key: str, result: TurnResult, *, earlier: bool = True
) -> None:
    """Keeps what a turn left undone, and lets go of what its dialogue has moved on from.

    In the turn's own transaction. `earlier` False: nothing was kept when it began, and only a turn keeps.
    """
    for row in _KEPT(chat=conversation.pk) if earlier else ():
        kept = _read(row)
        if kept is not None and superseded(kept, result.decisions):
            _close(row, Status.DROPPED)
            if leaves_orders(kept, result.decisions, len(result.frames)):
                told = handover.reason(Topic.SYSTEM_DOWN, kept.summary)
                takeover.need_person(conversation.pk, told)
    if result.kept is None:
        return
    KeptRequest.objects.bulk_create(
        [
            KeptRequest(
                company_id=conversation.company_id,
                conversation=conversation,
                turn_key=turn_key,
                kept=_json.validate_json(result.kept.to_json()),
                due_at=datetime.now(UTC) + FIRST_TRY,
            )
        ],
        ignore_conflicts=True,  # one request a turn
    )


def due() -> list[int]:
    return _DUE(now=datetime.now(UTC))


def forget() -> int:
    """Requests finished a dialogue's lifetime ago; how many were deleted."""
    old = KeptRequest.objects.filter(finished_at__lt=datetime.now(UTC) - LIFETIME)
    return old.delete()[0]


def run(request_id: int) -> None:
    """Tries a kept request again if it is due. Safe twice, in parallel, and when killed."""
    now = datetime.now(UTC)
    claimed = _waiting().filter(pk=request_id, due_at__lte=now).update(due_at=now + LEASE)
    if claimed != 1:
        return
    row = KeptRequest.objects.select_related("company", "conversation").get(pk=request_id)
    reason = takeover.silence_reason(row.company, row.conversation, clock.now())
    if reason is not None or audience.is_shadow(row.company):
        _left_to_people(row, reason or "shadow")
        return
    kept = _read(row)
    if kept is None:
        _left_to_people(row, "unreadable")
        return
    epoch = _claim_chat(row.conversation_id)
    if epoch is None:
        _waiting().filter(pk=row.pk).update(due_at=now + CHAT_IS_BUSY)
        return
    conversation = Conversation.objects.select_related("company").get(pk=row.conversation_id)
    attempt = _Try(row, kept, conversation, epoch)
    with keeper.held(conversation.pk, epoch):
        try:
            _try(attempt)
        except LostTurn:
            log.warning("whatsapp.kept_request_lost", request_id=row.pk)
        except Exception:  # the next try comes by itself; the patience ends with a person
            log.exception("whatsapp.kept_request_failed", request_id=row.pk)
            _put_back(attempt)


# --- one try ---------------------------------------------------------------------------------------


def _claim_chat(conversation_id: int) -> int | None:
    """The epoch of our claim; None while the chat is being answered, or is about to be."""
    now = datetime.now(UTC)
    free = Conversation.objects.filter(Q(turn_owner="") | Q(turn_until__lt=now))
    claimed = free.filter(pk=conversation_id, turn_due_at=None).update(
        turn_owner="kept-request",
        turn_until=now + timedelta(seconds=LEASE_SECONDS),
        turn_epoch=F("turn_epoch") + 1,
    )
    if claimed != 1:
        return None
    return int(Conversation.objects.values_list("turn_epoch", flat=True).get(pk=conversation_id))


def _try(attempt: _Try) -> None:
    row, conversation = attempt.row, attempt.conversation
    salon, state = salon_view(row.company), memory.load(conversation.state)
    if attempt.is_over:
        replies, handed = give_up(attempt.kept, salon=salon, state=state, now=clock.now())
        _finish(attempt, TurnResult(replies, state, handoff=handed), status=Status.HANDED)
        return
    result = resume_turn(
        attempt.kept, salon=salon, state=state, tools=attempt.tools, now=clock.now(),
        push_name=conversation.push_name or None,
    )  # fmt: skip
    _finish(attempt, result)


def _finish(attempt: _Try, result: TurnResult, *, status: Status = Status.DONE) -> None:
    """The whole result in one transaction, if the chat is still ours."""
    row, conversation = attempt.row, attempt.conversation
    with transaction.atomic():
        state = {"state": memory.dump(result.state)} if result.replies else {}
        if _chat_of(attempt).update(turn_owner="", turn_until=None, **state) != 1:
            raise LostTurn
        _queue(conversation, result.replies)
        if result.handoff is not None:
            takeover.need_person(conversation.pk, _told(result))
        elif attempt.kept.unknown and result.kept is None:
            # The client was told what came of it: nobody has to look into the journal any more.
            takeover.need_nobody(conversation.pk, handover.reason(Topic.UNKNOWN_OUTCOME, ""))
        if result.kept is None:
            _close(row, status)
        else:
            _again(attempt, result.kept)
        if Conversation.objects.filter(pk=conversation.pk, turn_due_at__isnull=False).exists():
            enqueue(Job.TURN, conversation.pk)
        enqueue(Job.DELIVER, conversation.pk)
    if result.handoff is not None and result.handoff.urgent:
        _call_for_help(row, _told(result))
    log.info(
        "whatsapp.kept_request_tried",
        company_id=row.company_id,
        conversation_id=conversation.pk,
        tries=row.tries + 1,
        status=row.status,
    )


def _put_back(attempt: _Try) -> None:
    """Broken on our side: the same try once more, under the same keys, since it may have written."""
    _chat_of(attempt).update(turn_owner="", turn_until=None)
    due = datetime.now(UTC) + FIRST_TRY
    _waiting().filter(pk=attempt.row.pk).update(due_at=due)


def _chat_of(attempt: _Try) -> QuerySet[Conversation]:
    """The chat, while it is still ours."""
    return Conversation.objects.filter(pk=attempt.conversation.pk, turn_epoch=attempt.epoch)


def _again(attempt: _Try, kept: Kept) -> None:
    """Whether an unknown outcome is one after all is asked under the keys it was written under: under new
    ones the visit would be booked twice."""
    row = attempt.row
    wait = min(FIRST_TRY * 2 ** min(row.tries + 1, 10), LONGEST_WAIT)
    _waiting().filter(pk=row.pk).update(
        kept=_json.validate_json(kept.to_json()),
        turn_key=attempt.keys if kept.unknown else row.turn_key,
        tries=row.tries + 1,
        due_at=datetime.now(UTC) + wait,
    )


def _queue(conversation: Conversation, replies: tuple[Reply, ...]) -> None:
    Message.objects.bulk_create(
        outgoing.new(conversation, reply.text) for reply in replies if reply.text
    )


def _left_to_people(row: KeptRequest, reason: str) -> None:
    """Nobody may speak for the assistant now: whoever answers the chat has the request."""
    with transaction.atomic():
        _close(row, Status.HANDED)
        if reason != "person_took_over":
            summary = str(row.kept.get("summary", ""))
            takeover.need_person(row.conversation_id, handover.reason(Topic.SYSTEM_DOWN, summary))


def _read(row: KeptRequest) -> Kept | None:
    """None when a release in between has changed what is kept: then it is a person's."""
    try:
        return Kept.from_json(_json.dump_json(row.kept))
    except ValidationError:
        log.warning("whatsapp.kept_request_unreadable", request_id=row.pk)
        return None


def _waiting() -> QuerySet[KeptRequest]:
    return KeptRequest.objects.filter(status=Status.WAITING)


def open_ones(chat: Any) -> QuerySet[KeptRequest]:
    """The requests of this chat that are kept."""
    return _waiting().filter(conversation_id=chat)


_KEPT = Select(open_ones)
_DUE: Select[int] = Select(
    lambda now: (
        _waiting().filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:100]
    )
)


def _close(row: KeptRequest, status: Status) -> None:
    row.status = status
    _waiting().filter(pk=row.pk).update(status=status, finished_at=datetime.now(UTC))


def _told(result: TurnResult) -> str:
    return handover.reason(result.handoff.topic, result.handoff.summary) if result.handoff else ""


def _call_for_help(row: KeptRequest, told: str) -> None:
    raise_alarm(
        "handover_urgent",
        f"{row.company}: YCLIENTS не отвечает, а клиент ждёт записи. {handover.who(row.conversation)}. "
        f"{told}\nОткройте WhatsApp на телефоне салона и ответьте.",
        company_id=row.company_id,
        email=row.company.email or "",
    )
