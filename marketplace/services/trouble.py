"""YCLIENTS refuses a salon's data (licence, token, right): kept on the company, told once in words.

Automatic polls pause while a trouble is fresh; the first answer that proves it over clears it.
"""

from datetime import UTC, datetime

import structlog
from django.db import transaction

from aiadmin.core.alarms import raise_alarm
from marketplace.models import Company
from marketplace.yclients.access import RIGHTS
from marketplace.yclients.errors import Forbidden, LicenceExpired, Unauthorized, YclientsError

log = structlog.get_logger(__name__)

LICENCE = "licence"
UNAUTHORIZED = "unauthorized"
# "forbidden:<right>", the right as YCLIENTS calls it.
FORBIDDEN = "forbidden"


def right_name(right: str) -> str:
    """The right as a Russian reader finds it; YCLIENTS's own name for one we do not know."""
    return RIGHTS.get(right, right or "доступ к данным филиала")


def note(company_id: int, error: YclientsError) -> bool:
    """Keeps a refusal and tells the owner and ops when it is a new one. False: no such refusal.

    Raises nothing; repeats move only the moment.
    """
    code = _code(error)
    if not code:
        return False
    now = datetime.now(UTC)
    rows = Company.objects.filter(pk=company_id)
    with transaction.atomic():
        if rows.exclude(yclients_trouble=code).update(
            yclients_trouble=code, yclients_trouble_at=now
        ):
            _tell(rows.get(), error)
            log.warning("marketplace.trouble", company_id=company_id, trouble=code)
        else:
            rows.update(yclients_trouble_at=now)
    return True


def clear(company_id: int, *, right: str = "") -> None:
    """YCLIENTS answers again. `right`: the one just seen to work, when others are not proven."""
    rows = Company.objects.filter(pk=company_id).exclude(yclients_trouble="")
    if right:
        rows = rows.filter(yclients_trouble__in=(LICENCE, UNAUTHORIZED, f"{FORBIDDEN}:{right}"))
    if rows.update(yclients_trouble="", yclients_trouble_at=None):
        log.info("marketplace.trouble_over", company_id=company_id)


def _code(error: YclientsError) -> str:
    if isinstance(error, LicenceExpired):
        return LICENCE
    if isinstance(error, Unauthorized):
        return UNAUTHORIZED
    if isinstance(error, Forbidden):
        return f"{FORBIDDEN}:{error.right}"[:40]
    return ""


def _tell(company: Company, error: YclientsError) -> None:
    raise_alarm(
        "yclients_trouble",
        f"{company}: {_words(error)} До этого помощник не видит изменений журнала и не всегда "
        "может записать клиента. Когда исправите, мы заметим это сами в течение суток.",
        company_id=company.pk,
        email=company.email or "",
    )


def _words(error: YclientsError) -> str:
    if isinstance(error, LicenceExpired):
        return (
            "у филиала закончилась лицензия YCLIENTS. Продлите её: YCLIENTS → Настройки → Оплата."
        )
    if isinstance(error, Unauthorized):
        return (
            "YCLIENTS не принимает ключ доступа салона. Так бывает после смены пароля в YCLIENTS: "
            "тогда нужен новый ключ, напишите нам."
        )
    right = error.right if isinstance(error, Forbidden) else ""
    return (
        f"YCLIENTS не даёт помощнику право «{right_name(right)}». Включите его: YCLIENTS → "
        "Настройки → Пользователи → права того, чьим именем работает приложение."
    )
