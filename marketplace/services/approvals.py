"""Requests for access that YCLIENTS's own data do not prove: asked once, decided by a person.

A salon's known owner decides by a link in a mail or from the page that YCLIENTS opens; staff decide in
the admin. An approved pair (salon, user) may connect, and connects by opening the application again:
no letter carries a token.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from aiadmin.core import crypto
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.errors import AppError, NotFoundError
from aiadmin.core.queue import Job, enqueue
from marketplace.models import AccessRequest, Company
from marketplace.services.access import SignedUser

log = structlog.get_logger(__name__)

Status = AccessRequest.Status

# A signed blob fits any number of salons: one person's open requests have an end.
MOST_WAITING = 50
# How long the link in the owner's mail decides (real time).
LINK_DAYS = 7
# What a stranger chose to be called is shown to others: a line, not a letter.
_NAME = 60


@dataclass(frozen=True)
class Question:
    """A waiting request as its decider sees it. `company` is the salon's row, when there is one."""

    request: AccessRequest
    company: Company | None

    @property
    def salon(self) -> str:
        title = _line((self.company.title if self.company else "") or self.request.salon_name)
        if not title:
            return f"№ {self.request.salon_id}"
        return title if "«" in title else f"«{title}»"

    @property
    def who(self) -> str:
        name = _line(self.request.user_name) or gettext("A user of YCLIENTS")
        return f"{name} ({self.request.user_email})" if self.request.user_email else name

    @property
    def decision_path(self) -> str:
        """The page on which the salon's owner decides; "" when there is no salon yet.

        Its key is derived, so that no table and no alarm holds it.
        """
        if self.company is None:
            return ""
        key = crypto.derived_secret(_purpose(self.request, self.company))
        return f"/marketplace/access/{self.request.pk}?key={key}"


# --- Asking ----------------------------------------------------------------------------------------
def ask(salon_ids: Sequence[int], user: SignedUser | None) -> None:
    """One waiting request a pair (salon, user); repeats change nothing. Staff hear once an hour.

    `user` None: YCLIENTS signed nothing, so nobody in particular asks.
    """
    known = Company.objects.in_bulk(salon_ids, field_name="external_company_id")
    for salon_id in salon_ids:
        company = known.get(salon_id)
        _ask_one(salon_id, user, has_owner=bool(company and company.owner_user_id))
    _tell_staff(salon_ids, user)


def _ask_one(salon_id: int, user: SignedUser | None, *, has_owner: bool) -> None:
    user_id = (user.user_id if user else None) or 0
    asked = AccessRequest.objects.filter(user_id=user_id)
    waiting = asked.filter(status=Status.WAITING)
    if waiting.filter(salon_id=salon_id).exists() or waiting.count() >= MOST_WAITING:
        return
    lately = datetime.now(UTC) - timedelta(days=LINK_DAYS)
    if asked.filter(salon_id=salon_id, status=Status.REFUSED, decided_at__gt=lately).exists():
        # "No" was the answer: the owner is not written to again for each visit.
        return
    try:
        with transaction.atomic():
            made = AccessRequest.objects.create(
                salon_id=salon_id,
                user_id=user_id,
                user_name=user.name if user else "",
                user_email=_address(user),
                salon_name=user.salon_name if user else "",
                # Only somebody in particular can be let in by an owner's word.
                mail_due_at=datetime.now(UTC) if has_owner and user_id else None,
            )
            if made.mail_due_at:
                enqueue(Job.ACCESS_MAIL, made.pk)
    except IntegrityError:
        # The same person in two tabs: the other one's row is the request.
        return
    log.info("marketplace.access_asked", request_id=made.pk, salon_id=salon_id, user_id=user_id)


def _tell_staff(salon_ids: Sequence[int], user: SignedUser | None) -> None:
    """One alarm a person and hour, however many salons: a signed blob must not flood the mailbox."""
    listed = ", ".join(map(str, salon_ids))
    where = f"{settings.PUBLIC_URL}/admin/marketplace/accessrequest/"
    if user is None or not user.user_id:
        raise_alarm(
            "approval_unsigned",
            f"Приложение открыли без подписи YCLIENTS, салоны: {listed}. Проверьте в кабинете "
            "разработчика галочку «передавать данные пользователя». Подключить вручную: "
            f"«Компании» → «Добавить» в админке. Запросы: {where}",
        )
        return
    raise_alarm(
        f"approval:{user.user_id}",
        f"Подключить просит {_line(user.name) or 'без имени'} (пользователь YCLIENTS {user.user_id}), "
        f"но права не подтвердились. Салоны: {listed}. Разрешить или отказать: {where}",
    )


# --- Deciding --------------------------------------------------------------------------------------
def granted(salon_ids: Iterable[int], user_id: int | None) -> set[int]:
    """Those of the salons that this YCLIENTS user was let into by a person."""
    if not user_id:
        return set()
    rows = AccessRequest.objects.filter(
        salon_id__in=list(salon_ids), user_id=user_id, status=Status.APPROVED
    )
    return set(rows.values_list("salon_id", flat=True))


def decide(request_id: int, *, approve: bool, by: str) -> bool:
    """waiting → approved or refused, once; False when somebody decided before. `by`: for the record.

    A request without a signed user cannot be approved: AppError `nobody`.
    """
    row = AccessRequest.objects.filter(pk=request_id)
    if approve and row.filter(user_id=0).exists():
        raise AppError(
            "YCLIENTS не назвал пользователя: разрешать некому. Добавьте компанию вручную и "
            "передайте владельцу ссылку",
            code="nobody",
        )
    now = datetime.now(UTC)
    with transaction.atomic():
        moved = row.filter(status=Status.WAITING).update(
            status=Status.APPROVED if approve else Status.REFUSED,
            decided_at=now,
            decided_by=by[:150],
            mail_due_at=now,
            mail_tries=0,
            mail_claim=0,
        )
        if moved:
            enqueue(Job.ACCESS_MAIL, request_id)
    if moved:
        log.warning("marketplace.access_decided", request_id=request_id, approved=approve)
    return bool(moved)


def withdraw(request_id: int, *, by: str) -> bool:
    """approved → refused: the person may not come in any more; tokens that exist live out their day."""
    moved = AccessRequest.objects.filter(pk=request_id, status=Status.APPROVED).update(
        status=Status.REFUSED, decided_at=datetime.now(UTC), decided_by=by[:150]
    )
    return bool(moved)


def question(request_id: int, key: str) -> Question:
    """The request behind an owner's link. Raises NotFoundError for a wrong or an old link."""
    old = datetime.now(UTC) - timedelta(days=LINK_DAYS)
    row = AccessRequest.objects.filter(pk=request_id, created_at__gt=old).exclude(user_id=0).first()
    item = about(row) if row else None
    if (
        item is None
        or item.company is None
        or not crypto.matches_derived(_purpose(item.request, item.company), key)
    ):
        raise NotFoundError(gettext("This link works no more"), code="link_expired")
    return item


def open_questions(owner_id: int, companies: Iterable[Company]) -> list[Question]:
    """What waits for this owner's word, oldest first."""
    own = {row.salon_id: row for row in companies if row.owner_user_id == owner_id}
    rows = AccessRequest.objects.filter(
        salon_id__in=own,
        status=Status.WAITING,
        created_at__gt=datetime.now(UTC) - timedelta(days=LINK_DAYS),
    ).exclude(user_id=0)
    return [Question(request=row, company=own[row.salon_id]) for row in rows.order_by("pk")]


def _purpose(request: AccessRequest, company: Company) -> str:
    # Another owner after a re-install gets nothing by the letters of the former one.
    return f"access:{request.pk}:{company.pk}:{company.install_generation}:{company.owner_user_id}"


def about(request: AccessRequest) -> Question:
    """The request with its salon's row."""
    rows = Company.objects.filter(external_company_id=request.salon_id)
    return Question(request=request, company=rows.first())


def _address(user: SignedUser | None) -> str:
    email = user.email if user else ""
    return email if "@" in email and not any(ch.isspace() for ch in email) else ""


def _line(text: str) -> str:
    return " ".join(text.split())[:_NAME]
