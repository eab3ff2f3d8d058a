"""The one writer of `integration_status` and of the WhatsApp columns of a company.

Moves are made by UPDATE … WHERE status = old, and the row count says whether it was us. Each function
may be called again: the second call changes nothing. Registration alone moves back to `pending`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from aiadmin.core import clock, phones
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.errors import ConflictError, NotFoundError
from aiadmin.core.queue import Job, enqueue
from marketplace import qr
from marketplace.models import Company, IntegrationStatus
from marketplace.services import callback, funnel, keys, owner_access, sync, tokens
from marketplace.services.yclients_access import partner_client
from marketplace.yclients.errors import YclientsError

log = structlog.get_logger(__name__)

_NUMBER_CONSTRAINT = "companies_number_once"
# Columns that people change, in the admin; the others are facts.
SETTINGS = frozenset(
    {"phone", "email", "ai_enabled", "sync_enabled", "whatsapp_enabled", "takeover_minutes"}
)
# How often a compare-and-set is repeated when the row changed under it.
_TRIES = 5
# YCLIENTS tells of a freeze but not of its end.
POLL_EVERY = timedelta(hours=1)


def ensure_may_connect(company: Company) -> None:
    """Raises ConflictError when this salon may not have a WhatsApp session.

    Codes: `uninstalled`, `whatsapp_disabled`, `single_tenant` (WHATSAPP_MULTI_TENANT is off and
    another salon is connected).
    """
    if company.integration_status == IntegrationStatus.UNINSTALLED:
        raise ConflictError(
            gettext("The app was removed from YCLIENTS. Install it again"), code="uninstalled"
        )
    if not company.whatsapp_enabled:
        raise ConflictError(
            gettext("WhatsApp was switched off for this salon by the administrator"),
            code="whatsapp_disabled",
        )
    if not settings.WHATSAPP_MULTI_TENANT:
        others = Company.objects.filter(whatsapp_connected=True).exclude(pk=company.pk)
        if others.exists():
            raise ConflictError(
                gettext("This installation works with one salon, and it is connected already"),
                code="single_tenant",
            )


def mark_connected(company_id: int, *, phone: str, at: datetime) -> None:
    """WhatsApp is connected: pending, failed or active → active; frozen stays frozen.

    `phone` E.164, `at` aware. On commit: the callback to YCLIENTS and the first sync. Raises
    ConflictError `number_taken` (the number answers for another salon; nothing is changed) or a code
    of `ensure_may_connect`; NotFoundError.
    """
    for _ in range(_TRIES):
        company = _get(company_id)
        ensure_may_connect(company)
        if _connect(company, phone=phone, at=at):
            qr.forget(company_id)
            log.info("whatsapp.company_connected", company_id=company_id, phone=phones.mask(phone))
            return
    raise ConflictError(gettext("The salon's state is changing, repeat"), code="busy")


def mark_disconnected(company_id: int, *, reason: str) -> bool:
    """WhatsApp is off for now; the status stays. False when it was off already."""
    moved = _rows(company_id).filter(whatsapp_connected=True)
    changed = moved.update(
        whatsapp_connected=False, status_reason=reason[:100], updated_at=clock.now()
    )
    if changed:
        log.warning("whatsapp.company_disconnected", company_id=company_id, reason=reason)
    return bool(changed)


def mark_logged_out(company_id: int, reason: str) -> bool:
    """The phone unlinked us: as `mark_disconnected`, and the owner is told, for nobody answers now."""
    changed = mark_disconnected(company_id, reason=reason or "logged_out")
    if changed:
        company = _get(company_id)
        raise_alarm(
            "whatsapp_logged_out",
            f"WhatsApp отключился на телефоне: {company}. Клиентам никто не отвечает. "
            "Откройте приложение в YCLIENTS и подключите телефон снова.",
            company_id=company_id,
            email=company.email or "",
        )
    return changed


def mark_frozen(company_id: int, *, reason: str = "yclients", by_staff: bool = False) -> bool:
    """active → frozen: the assistant is silent, the session and its credentials stay.

    `by_staff`: it stays so until a person thaws it, whatever YCLIENTS says.
    """
    with transaction.atomic():
        moved = _move(company_id, IntegrationStatus.ACTIVE, IntegrationStatus.FROZEN, reason)
        if moved:
            # YCLIENTS's own status may lag behind its event: it is first asked an hour from now.
            _rows(company_id).update(status_polled_at=datetime.now(UTC), frozen_by_staff=by_staff)
    return moved


def mark_unfrozen(company_id: int) -> bool:
    """frozen → active, with what a connection made meanwhile has put off."""
    with transaction.atomic():
        moved = _move(company_id, IntegrationStatus.FROZEN, IntegrationStatus.ACTIVE, "")
        if moved:
            company = _get(company_id)
            if company.whatsapp_connected:
                _follow_up(company, IntegrationStatus.ACTIVE)
    return moved


def frozen_due(limit: int = 20) -> list[int]:
    """Frozen companies whose status in YCLIENTS was not looked at for an hour, for the sweeper."""
    rows = _frozen_unpolled().order_by("status_polled_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def poll_frozen(company_id: int) -> None:
    """Asks YCLIENTS, which never tells that it thawed a salon. Repeats within the hour do nothing."""
    polled = _frozen_unpolled().filter(pk=company_id).update(status_polled_at=datetime.now(UTC))
    if not polled:
        return
    company = _get(company_id)
    try:
        with partner_client() as client:
            found = client.application_status(
                salon_id=company.salon_id, application_id=settings.YCLIENTS_APPLICATION_ID
            )
    except YclientsError as error:
        log.warning("marketplace.status_unknown", company_id=company_id, error=error.code)
        return
    if found.status == "active":
        mark_unfrozen(company_id)


def mark_uninstalled(company_id: int, *, reason: str = "yclients") -> bool:
    """any → uninstalled: keys, tokens and the salon's YCLIENTS token are erased, the session closed.

    False when it was so already; the session is asked to close in any case.
    """
    with transaction.atomic():
        moved = (
            _rows(company_id)
            .exclude(integration_status=IntegrationStatus.UNINSTALLED)
            .update(
                integration_status=IntegrationStatus.UNINSTALLED,
                status_reason=reason[:100],
                whatsapp_connected=False,
                user_token_encrypted="",
                updated_at=clock.now(),
            )
        )
        keys.revoke_all(company_id)
        tokens.revoke_all(company_id)
        callback.withdraw(company_id)
        enqueue(Job.SESSION_CLOSE, company_id)
    qr.forget(company_id)
    if moved:
        log.warning("marketplace.uninstalled", company_id=company_id, reason=reason)
    return bool(moved)


def change_settings(company_id: int, changes: Mapping[str, object]) -> None:
    """A person's switches and contacts (SETTINGS). WhatsApp switched off closes the session at once;
    the sync switched on reads everything, for the webhooks of the meantime were only stored."""
    wrong = set(changes) - SETTINGS
    if wrong:
        raise ValueError(f"not a person's to change: {sorted(wrong)}")
    with transaction.atomic():
        slept = _rows(company_id).exclude(sync_enabled=True).exists()
        _rows(company_id).update(**changes, updated_at=clock.now())
        if changes.get("whatsapp_enabled") is False:
            enqueue(Job.SESSION_CLOSE, company_id)
        if slept and changes.get("sync_enabled") is True:
            sync.request_sync(company_id)
    log.info("marketplace.settings_changed", company_id=company_id, names=sorted(changes))


def _connect(company: Company, *, phone: str, at: datetime) -> bool:
    """One compare-and-set; False when the row changed since it was read."""
    status = company.integration_status
    target = IntegrationStatus.ACTIVE
    if status == IntegrationStatus.FROZEN:
        target = IntegrationStatus.FROZEN
    same = bool(company.whatsapp_connected) and company.whatsapp_phone == phone
    if same and status == target:
        # Said before. The outbox and the first sync are looked at again: they may have been lost.
        _follow_up(company, target)
        return True
    try:
        with transaction.atomic():
            moved = (
                _rows(company.pk)
                .filter(integration_status=status, install_generation=company.install_generation)
                .update(
                    integration_status=target,
                    status_reason="",
                    whatsapp_connected=True,
                    whatsapp_phone=phone,
                    whatsapp_connected_at=at,
                    connected_at=Coalesce(F("connected_at"), Value(at)),
                    updated_at=clock.now(),
                )
            )
            if moved != 1:
                return False
            funnel.reached(company, funnel.Step.CONNECTED)
            owner_access.welcome(company)
            _follow_up(company, target)
    except IntegrityError as error:
        if _NUMBER_CONSTRAINT not in str(error):
            raise
        raise ConflictError(
            gettext("This number is connected to another salon already"), code="number_taken"
        ) from error
    return True


def _follow_up(company: Company, status: str) -> None:
    if status != IntegrationStatus.ACTIVE:
        return
    with transaction.atomic():
        callback.ensure(company)
        if company.catalog_synced_at is None:
            sync.request_sync(company.pk)


def _move(company_id: int, old: str, new: str, reason: str) -> bool:
    moved = (
        _rows(company_id)
        .filter(integration_status=old)
        .update(integration_status=new, status_reason=reason[:100], updated_at=clock.now())
    )
    if moved:
        log.info("marketplace.status_changed", company_id=company_id, status=new, reason=reason)
    return bool(moved)


def _frozen_unpolled() -> QuerySet[Company]:
    """Real time, as all leases."""
    waited = Q(status_polled_at=None) | Q(status_polled_at__lt=datetime.now(UTC) - POLL_EVERY)
    return Company.objects.filter(
        waited, integration_status=IntegrationStatus.FROZEN, frozen_by_staff=False
    )


def _rows(company_id: int) -> QuerySet[Company]:
    return Company.objects.filter(pk=company_id)


def _get(company_id: int) -> Company:
    company = _rows(company_id).first()
    if company is None:
        raise NotFoundError(gettext("The company was not found"))
    return company
