"""Looks, with harmless reads, what YCLIENTS lets us do in one salon and with which token.

For `manage.py doctor`, the admin and the self-test: rows of `yclients.access` with what was seen.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings

from aiadmin.core import clock
from marketplace.models import Company
from marketplace.services.yclients_access import client_with, user_token
from marketplace.yclients import access, errors
from marketplace.yclients.access import Access
from marketplace.yclients.budget import Lane
from marketplace.yclients.client import YclientsClient

# Online booking is asked for free days of this week.
_DAYS = 7


class Verdict(StrEnum):
    PARTNER = "partner"  # the partner token alone is enough here
    USER = "user"  # works with the user token
    REFUSED = "refused"
    SILENT = "silent"  # YCLIENTS gave no usable answer
    UNTRIED = "untried"  # nothing harmless to ask


@dataclass(frozen=True)
class Finding:
    """`advice`: what to do, in Russian; "" when it works."""

    access: Access
    verdict: Verdict
    advice: str = ""

    @property
    def lacking(self) -> bool:
        """The product cannot do its work because of this."""
        return self.access.needed and self.verdict in (Verdict.REFUSED, Verdict.SILENT)


@dataclass(frozen=True)
class Report:
    """`has_user_token`: the salon's own, or the default one."""

    salon_id: int
    has_user_token: bool
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not any(finding.lacking for finding in self.findings)


def probe(salon_id: int, company: Company | None = None, *, lane: Lane = Lane.SYNC) -> Report:
    """Asks about twenty reads, a few seconds in all; changes nothing. `company`: whose own user token
    is used, if it has one; `lane`: who waits for it. Raises nothing for what YCLIENTS answers."""
    token = user_token(company)
    with ExitStack() as stack:
        partner = stack.enter_context(client_with(None, lane=lane))
        user = stack.enter_context(client_with(token, lane=lane)) if token else None
        look = _Look(salon_id, partner, user)
        findings = tuple(look.at(row) for row in access.TABLE)
    return Report(salon_id, bool(token), findings)


class _Look:
    def __init__(self, salon_id: int, partner: YclientsClient, user: YclientsClient | None) -> None:
        self._salon, self._partner, self._user = salon_id, partner, user
        self._rights: dict[str, bool] | None = None
        self._reads: dict[str, Callable[[YclientsClient], object]] = {
            "company": lambda client: client.company(salon_id),
            "book_services": lambda client: client.book_services(salon_id),
            "book_dates": self._free_days,
            "application": lambda client: client.application_status(
                salon_id=salon_id, application_id=settings.YCLIENTS_APPLICATION_ID
            ),
            "services": lambda client: client.service_categories(salon_id),
            "staff": lambda client: client.staff(salon_id),
            "schedule": lambda client: client.schedule(salon_id, start=_today(), end=_today()),
            "records": lambda client: next(
                client.records(salon_id, start_date=_today(), end_date=_today()), None
            ),
            "clients": lambda client: next(client.clients(salon_id), None),
            "hooks": lambda client: client.hooks_settings(salon_id),
            "permissions": self._permissions,
        }

    def at(self, row: Access) -> Finding:
        read = self._reads.get(row.key)
        if read is None:
            return self._by_rights(row)
        try:
            read(self._partner)
        except (errors.Unauthorized, errors.Forbidden, errors.NotFound) as error:
            # "Not found" is also how some calls say that a right is missing.
            if self._user is None or not row.user:
                return _refused(row, error, with_user=False)
        except errors.YclientsError as error:
            return _refused(row, error, with_user=False)
        else:
            return Finding(row, Verdict.PARTNER)
        try:
            read(self._user)
        except errors.YclientsError as error:
            return _refused(row, error, with_user=True)
        return Finding(row, Verdict.USER)

    def _by_rights(self, row: Access) -> Finding:
        """What only a write would show: the user's own list of rights tells."""
        if not row.user:
            return Finding(row, Verdict.UNTRIED)
        if self._rights is None:
            for client in filter(None, (self._user, self._partner)):
                try:
                    self._permissions(client)
                    break
                except errors.YclientsError:
                    continue
        granted = (self._rights or {}).get(row.right)
        if granted is None:
            return Finding(row, Verdict.UNTRIED)
        if granted:
            return Finding(row, Verdict.USER if self._user else Verdict.PARTNER)
        return Finding(row, Verdict.REFUSED, _grant(row.right))

    def _permissions(self, client: YclientsClient) -> None:
        self._rights = client.permissions(self._salon)

    def _free_days(self, client: YclientsClient) -> None:
        offered = client.book_services(self._salon)
        if offered:
            client.book_dates(
                self._salon,
                service_ids=[offered[0].id],
                date_from=_today(),
                date_to=_today() + timedelta(days=_DAYS),
            )


def _today() -> date:
    # Any day near today will do: it is asked whether we may, not what is there.
    return clock.now().date()


def _refused(row: Access, error: errors.YclientsError, *, with_user: bool) -> Finding:
    match error:
        case errors.Retryable() | errors.RateLimited():
            return Finding(row, Verdict.SILENT, f"{error.message}. Повторите через минуту.")
        case errors.LicenceExpired():
            return Finding(row, Verdict.REFUSED, "Продлите лицензию салона в YCLIENTS.")
        case errors.NotFound() if row.key == "application":
            advice = "Приложение не установлено в этом салоне: подключите его в маркетплейсе."
        case errors.NotFound():
            advice = "YCLIENTS не знает такого филиала: проверьте номер салона."
        case errors.Unauthorized() | errors.Forbidden() if not row.user:
            advice = "Проверьте партнёрский токен: YCLIENTS_API_KEY."
        case errors.Unauthorized() | errors.Forbidden() if not with_user:
            advice = (
                "Партнёрского токена не хватает, а токена пользователя нет: "
                "manage.py yclients_token --salon."
            )
        case errors.Unauthorized():
            advice = "Токен пользователя не принят (сменили пароль?): задайте новый."
        case errors.Forbidden():
            advice = _grant(error.right or row.right)
        case _:
            advice = f"YCLIENTS отказал: {error.message}."
    return Finding(row, Verdict.REFUSED, advice)


def _grant(right: str) -> str:
    if not right:
        return "Пользователю токена не хватает прав: добавьте его в филиал."
    return f"Дайте пользователю токена право «{access.RIGHTS.get(right, right)}» ({right})."
