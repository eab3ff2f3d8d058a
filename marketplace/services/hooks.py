"""After the callback: is the application active in the salon, and do its webhooks really come to us?

YCLIENTS acknowledged callbacks whose webhooks never came, and it tells of an uninstall once. So the
salon is looked at right after the acknowledgement, again until all is well, and daily afterwards.
"""

import random
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from aiadmin.core import leases
from aiadmin.core.alarms import raise_alarm
from marketplace.models import CallbackAttempt, CallbackDelivery, Company, IntegrationStatus
from marketplace.services import activation, callback, trouble
from marketplace.services.access import webhook_url
from marketplace.services.yclients_access import client_for, partner_client
from marketplace.yclients.budget import Lane
from marketplace.yclients.errors import (
    Forbidden,
    LicenceExpired,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Retryable,
    Unauthorized,
    YclientsError,
)
from marketplace.yclients.schemas import HooksSettings

log = structlog.get_logger(__name__)

# As the settings call them; the events say `company` and `staff` for the last two.
WANTED = ("record", "client", "service", "service_category", "salon", "master")
FIRST_DELAY = 60.0
DAY = 24 * 3600.0
# An uninstall that we were not told of counts when it is seen twice, this far apart.
SECOND_LOOK = timedelta(minutes=10)
# Tries that do not end well before a person hears of it: an hour, about.
TELL_AFTER = 6

_GONE = "приложение удалено из филиала"

Hooks = CallbackDelivery.Hooks
Status = CallbackDelivery.Status


@dataclass(frozen=True)
class _Finding:
    """`hooks` "": as before. `well`: the next look is tomorrow's; else soon, and later each time."""

    note: str
    hooks: str = ""
    well: bool = False
    # Seconds, in place of the usual wait.
    wait: float | None = None
    # The acknowledged callback has to be sent again; that one asks for the next look.
    callback_again: bool = False


def due_ids(limit: int = 20) -> list[int]:
    """Deliveries whose next look is due, for the sweeper."""
    rows = CallbackDelivery.objects.filter(hooks_due_at__lte=datetime.now(UTC))
    return list(rows.order_by("hooks_due_at").values_list("pk", flat=True)[:limit])


def check_now(delivery_id: int) -> bool:
    """A person asks for a look; False when nothing was acknowledged. The sweep finds it."""
    rows = CallbackDelivery.objects.filter(pk=delivery_id, status=Status.DONE)
    return bool(rows.update(hooks_due_at=datetime.now(UTC), hooks_claim=0))


def look(delivery_id: int) -> None:
    """One look, when it is due and nobody else is at it. Safe to call any number of times."""
    delivery = _claim(delivery_id)
    if delivery is None:
        return
    company = delivery.company
    if (
        company.install_generation != delivery.install_generation
        or company.integration_status == IntegrationStatus.UNINSTALLED
    ):
        claimed(delivery.pk, delivery.hooks_claim).update(hooks_due_at=None)
        return
    started = time.monotonic()
    status_code: int | None = 200
    try:
        # Four calls, and each may wait minutes for its place in the budget.
        with keeper.held(delivery.pk, delivery.hooks_claim):
            finding = _look(delivery)
    except YclientsError as error:
        wait = error.retry_after if isinstance(error, RateLimited) else None
        status_code, finding = error.http_status, _Finding(error.message, wait=wait)
    except Exception:  # ours to repair: logged with its trace, looked at again
        log.exception("marketplace.hooks_broken", company_id=company.pk)
        status_code, finding = None, _Finding("ошибка обработки")
    _record(delivery, finding, status_code, took_ms=int((time.monotonic() - started) * 1000))


def _claim(delivery_id: int) -> CallbackDelivery | None:
    """Compare-and-set on the moment of the look."""
    now = datetime.now(UTC)
    delivery = (
        CallbackDelivery.objects.select_related("company")
        .filter(pk=delivery_id, status__in=(Status.DONE, Status.QUEUED), hooks_due_at__lte=now)
        .first()
    )
    if delivery is None:
        return None
    rows = CallbackDelivery.objects.filter(pk=delivery_id, hooks_due_at=delivery.hooks_due_at)
    delivery.hooks_claim = secrets.randbits(62)
    taken = rows.update(hooks_due_at=leases.until(), hooks_claim=delivery.hooks_claim)
    return delivery if taken else None


def claimed(delivery_id: int, claim: int) -> QuerySet[CallbackDelivery]:
    """The delivery while nobody has claimed its look since, and nobody has asked for another one."""
    return CallbackDelivery.objects.filter(
        pk=delivery_id, hooks_claim=claim, hooks_due_at__isnull=False
    )


keeper = leases.Keeper(claimed, "hooks_due_at")


def _look(delivery: CallbackDelivery) -> _Finding:
    company = delivery.company
    with partner_client() as client:
        try:
            status = client.application_status(
                salon_id=company.salon_id, application_id=settings.YCLIENTS_APPLICATION_ID
            ).status
        except NotFound:
            # Not the same as "uninstalled": YCLIENTS says it of what it cannot find just now, too.
            return _Finding("YCLIENTS не нашёл приложение в филиале")
    if status == "uninstalled":
        return _gone(delivery)
    if delivery.status != Status.DONE:
        # The callback itself goes on trying; only an uninstall was looked for.
        return _Finding("", well=True)
    if status == "frozen":
        # The event that said so came while we were down. The thaw is polled every hour.
        activation.mark_frozen(company.pk, reason="frozen_by_yclients")
    elif status != "active":
        note = f"подтверждение принято, но приложение в филиале не активно ({status[:20]})"
        # The first time YCLIENTS may only be slow.
        again = status == "pending" and delivery.hooks_tries > 0
        return _Finding(note, callback_again=again)
    return _webhooks(delivery)


def _gone(delivery: CallbackDelivery) -> _Finding:
    """Uninstalled without a word: believed when it was seen so SECOND_LOOK ago, and nothing else since."""
    other = delivery.tries.exclude(answer=_GONE).order_by("-pk").values_list("pk", flat=True)
    seen = delivery.tries.filter(answer=_GONE, pk__gt=other.first() or 0).order_by("pk").first()
    if seen is None or seen.created_at > datetime.now(UTC) - SECOND_LOOK:
        return _Finding(_GONE, wait=SECOND_LOOK.total_seconds() + 1)
    activation.mark_uninstalled(delivery.company_id, reason="uninstalled_unnoticed")
    return _Finding(_GONE)


def _webhooks(delivery: CallbackDelivery) -> _Finding:
    company = delivery.company
    url = webhook_url(company)
    try:
        with client_for(company, lane=Lane.SYNC) as client:
            found = client.hooks_settings(company.salon_id)
            if company.yclients_trouble:
                trouble.clear(company.pk, right="webhook_read_access")
            if _complete(found, url):
                kept = delivery.hooks if delivery.hooks == Hooks.SET_BY_US else Hooks.REGISTERED
                return _Finding("", kept, well=True)
            # One set of flags for all addresses, and no compare-and-set: read, add, write, read.
            client.set_hooks_settings(company.salon_id, _completed(found, company, url))
            if _complete(client.hooks_settings(company.salon_id), url):
                return _Finding("", Hooks.SET_BY_US, well=True)
        return _Finding("YCLIENTS не сохранил настройки вебхуков", Hooks.MISSING)
    except (Retryable, RateLimited, OutcomeUnknown):
        raise
    except YclientsError as error:
        if isinstance(error, LicenceExpired) or _token_died(company, error):
            trouble.note(company.pk, error)
        return _Finding(_by_hand(error), Hooks.MISSING, well=True)


def _complete(found: HooksSettings, url: str) -> bool:
    wanted = all(found.flags.get(name) for name in WANTED)
    return url in found.urls and found.active and wanted


def _completed(found: HooksSettings, company: Company, url: str) -> HooksSettings:
    """The same settings with ours in them; what others have put there stays.

    Our own address under a former key goes: nobody would answer it.
    """
    own = url.split("?", maxsplit=1)[0]
    others = [item for item in found.urls if item.split("?", maxsplit=1)[0] != own]
    flags = found.flags | dict.fromkeys(WANTED, True)
    return HooksSettings(urls=[*others, url], active=True, flags=flags)


def _token_died(company: Company, error: YclientsError) -> bool:
    """401 to a token that worked once; without any token 401 says nothing new."""
    given = company.user_token_encrypted or settings.YCLIENTS_USER_TOKEN
    return isinstance(error, Unauthorized) and bool(given)


def _by_hand(error: YclientsError) -> str:
    """What the owner sets by hand, for the note and the alarm."""
    why = f"YCLIENTS ответил: {error.message[:60]}"
    if isinstance(error, Forbidden):
        why = f"нет права «{trouble.right_name(error.right)}»"
    elif isinstance(error, Unauthorized):
        why = "нет действующего ключа доступа салона"
    elif isinstance(error, NotFound):
        why = "YCLIENTS не даёт настроить их за вас"
    return (
        f"Вебхуки не включены: {why}. Включите сами: YCLIENTS → Настройки → WebHook, наш адрес "
        "и галочки «записи», «клиенты», «услуги», «сотрудники». Без них сверяем журнал раз в час."
    )


def _record(
    delivery: CallbackDelivery, finding: _Finding, status_code: int | None, *, took_ms: int
) -> None:
    """The look and what follows from it, in one commit, while the claim is ours."""
    tries = 0 if finding.well else delivery.hooks_tries + 1
    wait = _delay(tries, finding)
    hooks = finding.hooks or delivery.hooks
    with transaction.atomic():
        mine = claimed(delivery.pk, delivery.hooks_claim).update(
            hooks=hooks,
            hooks_note=finding.note[:300],
            hooks_tries=tries,
            hooks_due_at=None
            if finding.callback_again
            else datetime.now(UTC) + timedelta(seconds=wait),
        )
        CallbackAttempt.objects.create(
            delivery=delivery,
            status_code=status_code,
            answer=finding.note[:500] or f"проверка: {Hooks(hooks).label}",
            took_ms=took_ms,
        )
        if not mine:
            # Uninstalled meanwhile, or a person asked for another look.
            return
        if finding.callback_again:
            callback.send_again(delivery, wait=wait)
        _tell(delivery, finding, hooks, tries)
    log.info(
        "marketplace.hooks_looked",
        company_id=delivery.company_id,
        hooks=str(hooks),
        was=delivery.hooks,
        tries=tries,
    )


def _delay(tries: int, finding: _Finding) -> float:
    if finding.wait is not None:
        return min(finding.wait, DAY)
    plain = DAY if finding.well else min(DAY, FIRST_DELAY * float(2 ** min(tries - 1, 20)))
    return plain * random.uniform(0.8, 1.0)


def _tell(delivery: CallbackDelivery, finding: _Finding, hooks: str, tries: int) -> None:
    """Once each: when the webhooks turn out not to come, and when the looks go on failing."""
    company = delivery.company
    if hooks == Hooks.MISSING and delivery.hooks != Hooks.MISSING:
        raise_alarm(
            "hooks_missing",
            f"{company}: {finding.note} Адрес пришлём по письму на {settings.SUPPORT_EMAIL}, "
            "сотрудники видят его в админке, «Доставки callback».",
            company_id=company.pk,
            email=company.email or "",
        )
    elif tries == TELL_AFTER:
        raise_alarm(
            "hooks_unknown",
            f"{company}: больше часа не удаётся проверить приложение в YCLIENTS: {finding.note}. "
            "Салон при этом работает. Повторить: админка, «Доставки callback».",
            company_id=company.pk,
        )
