"""Whose chat an event belongs to. One client has two addresses, LID and phone number: never two chats."""

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db.models import Q, QuerySet

from aiadmin.core.compiled import Select
from marketplace.models import Company
from whatsapp.models import Conversation, KeptRequest, Message
from whatsapp.schemas import MessageEvent, to_e164
from whatsapp.services import old_chats, waiting_list

log = structlog.get_logger(__name__)

_LID = "@lid"
_PN = "@s.whatsapp.net"


@dataclass(frozen=True)
class Address:
    """What an event tells about the client. `lid` is a bare jid, `phone` E.164; "" = not told."""

    chat: str
    lid: str
    phone: str
    push_name: str

    @property
    def jids(self) -> set[str]:
        return {jid for jid in (self.chat, self.lid, _pn_jid(self.phone)) if jid}


def address_of(event: MessageEvent) -> Address:
    jids = [_bare(jid) for jid in (event.chat, event.chat_alt, event.lid) if jid]
    lid = next((jid for jid in jids if jid.endswith(_LID)), "")
    if not lid and event.lid and "@" not in event.lid:
        lid = f"{event.lid}{_LID}"
    pn = next((jid for jid in jids if jid.endswith(_PN)), "")
    phone = event.e164 or to_e164(pn.removesuffix(_PN))
    # In a message from the handset the name is the salon's own.
    name = "" if event.from_me else (event.push_name or "")
    return Address(chat=event.chat, lid=lid[:100], phone=phone, push_name=name[:255])


def conversation_for(company: Company, event: MessageEvent) -> Conversation:
    """The client's conversation, locked FOR UPDATE, its addresses brought up to date.

    In a transaction that holds the salon's session row. Chats that turn out to be one client are
    merged, unless an assistant's turn is under way in one: then at a later message.
    """
    address = address_of(event)
    matches = _of_client(company, address)
    rows = [row for row in matches if _compatible(row, address)]
    for row in matches:
        if row not in rows:
            _leave_the_number(row, address)
    if not rows:
        taken = Conversation.objects.filter(company=company, chat=address.chat).exists()
        created, _ = Conversation.objects.get_or_create(
            company=company,
            chat=address.lid if taken and address.lid else address.chat,
            defaults={
                "lid": address.lid,
                "phone": address.phone,
                "push_name": address.push_name,
                "begun_before": old_chats.are_known(company, address.jids),
            },
        )
        return created
    keeper = rows[0]
    for other in rows[1:]:
        if keeper.lid and other.lid and keeper.lid != other.lid:
            # Two people whom the event does not tell apart.
            continue
        if keeper.turn_upto is None and other.turn_upto is None:
            _merge(keeper, other)
    exact = next((row for row in rows if row.pk and row.chat == address.chat), keeper)
    _update(exact, address, follow=not event.from_me)
    return exact


def conversation_by_phone(company: Company, phone: str) -> Conversation:
    """The chat in which the client with this number (E.164) is written to first, made when there is none.

    In a transaction. The chat the client wrote in is the same one, also when it came by LID: when the
    LID's number is learnt later, the two are merged.
    """
    rows = Conversation.objects.select_for_update().filter(company=company)
    found = rows.filter(Q(phone=phone) | Q(chat=_pn_jid(phone))).order_by("pk").first()
    if found is not None:
        return found
    made, _ = rows.get_or_create(
        company=company,
        chat=_pn_jid(phone),
        defaults={"phone": phone, "begun_before": old_chats.are_known(company, [_pn_jid(phone)])},
    )
    return made


def conversation_at(company: Company, jid: str) -> Conversation | None:
    """The chat of this address, locked FOR UPDATE; None when nobody has written there. In a transaction."""
    rows = Conversation.objects.select_for_update().filter(company=company)
    phone = to_e164(jid.removesuffix(_PN)) if jid.endswith(_PN) else ""
    same = Q(chat=jid) | Q(lid=jid) | (Q(phone=phone) if phone else Q())
    return rows.filter(same).order_by("pk").first()


def _of_client(company: Company, address: Address) -> list[Conversation]:
    """Every chat one of the addresses belongs to, locked, the first made first."""
    select = _by_addresses(lid=bool(address.lid), phone=bool(address.phone))
    return select(
        company=company.pk,
        chat=address.chat,
        lid_=address.lid,
        pn=_pn_jid(address.phone),
        phone_=address.phone,
    )


@functools.cache
def _by_addresses(*, lid: bool, phone: bool) -> Select:
    """What is not told is not asked for: it would match every chat of which it is not known either."""

    def build(company: Any, chat: Any, lid_: Any, pn: Any, phone_: Any) -> QuerySet[Conversation]:
        same = Q(chat=chat)
        if lid:
            same |= Q(chat=lid_) | Q(lid=lid_)
        if phone:
            same |= Q(chat=pn) | Q(phone=phone_)
        rows = Conversation.objects.select_for_update().filter(company_id=company)
        return rows.filter(same).order_by("pk")

    return Select(build)


def _compatible(row: Conversation, address: Address) -> bool:
    """A number passes to another person, a LID does not: the same number alone is not enough then."""
    return not (row.lid and address.lid and row.lid != address.lid)


def _leave_the_number(row: Conversation, address: Address) -> None:
    """The number is another person's now: this client is known by the LID alone, and answered there."""
    if row.phone == address.phone:
        row.phone = ""
    if row.chat in address.jids:
        same = Conversation.objects.filter(company_id=row.company_id, chat=row.lid)
        if not same.exists():
            row.chat = row.lid
    row.save(update_fields=["phone", "chat"])
    log.info("whatsapp.number_passed_on", company_id=row.company_id, conversation_id=row.pk)


def _update(row: Conversation, address: Address, *, follow: bool) -> None:
    """`follow`: the client wrote, so answers go to the jid that was used."""
    told = {
        "lid": address.lid or row.lid,
        "phone": address.phone or row.phone,
        "push_name": address.push_name or row.push_name,
    }
    if follow and row.chat != address.chat:
        taken = Conversation.objects.filter(company_id=row.company_id, chat=address.chat)
        if not taken.exclude(pk=row.pk).exists():
            told["chat"] = address.chat
    news: dict[str, object] = {k: value for k, value in told.items() if getattr(row, k) != value}
    learnt = news.keys() & {"lid", "phone"}
    if learnt and not row.begun_before and old_chats.is_old_after_all(row, address.jids):
        news["begun_before"] = True
    for name, value in news.items():
        setattr(row, name, value)
    # Nearly every message: nothing new.
    if news:
        row.save(update_fields=list(news))


def _merge(keeper: Conversation, other: Conversation) -> None:
    """Moves everything of `other` into `keeper`; the dialogue that spoke last goes on."""
    last = {
        row.pk: Message.objects.filter(conversation=row).order_by("-pk").values_list("pk").first()
        for row in (keeper, other)
    }
    if (last[other.pk] or (0,)) > (last[keeper.pk] or (0,)):
        keeper.state, keeper.chat = other.state, other.chat
    theirs = Message.objects.filter(conversation=other)
    known = Message.objects.filter(conversation=keeper).values("wa_id")
    theirs.filter(wa_id__in=known).delete()
    theirs.update(conversation=keeper)
    KeptRequest.objects.filter(conversation=other).update(conversation=keeper)
    waiting_list.merge(keeper, other)
    keeper.lid = keeper.lid or other.lid
    keeper.phone = keeper.phone or other.phone
    keeper.name = keeper.name or other.name
    keeper.push_name = keeper.push_name or other.push_name
    # The next turn's number is new to the messages of both.
    keeper.turn_number = max(keeper.turn_number, other.turn_number)
    keeper.turn_due_at = _earliest(keeper.turn_due_at, other.turn_due_at)
    keeper.needs_person_since = _earliest(keeper.needs_person_since, other.needs_person_since)
    keeper.needs_person_reason = keeper.needs_person_reason or other.needs_person_reason
    keeper.told_at = _earliest(keeper.told_at, other.told_at)
    keeper.begun_before = keeper.begun_before or other.begun_before
    keeper.muted_at = _earliest(keeper.muted_at, other.muted_at)
    keeper.opted_out_at = _earliest(keeper.opted_out_at, other.opted_out_at)
    pauses = [at for at in (keeper.bot_paused_until, other.bot_paused_until) if at]
    keeper.bot_paused_until = max(pauses, default=None)
    log.info("whatsapp.chats_merged", company_id=keeper.company_id, conversation_id=keeper.pk)
    # First: its chat may become the keeper's.
    other.delete()
    keeper.save()


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((at for at in moments if at), default=None)


def _bare(jid: str) -> str:
    """Without the device: "123:4@lid" → "123@lid"."""
    user, _, server = jid.partition("@")
    return f"{user.split(':')[0]}@{server}" if server else jid


def _pn_jid(phone: str) -> str:
    return f"{phone.lstrip('+')}{_PN}" if phone else ""
