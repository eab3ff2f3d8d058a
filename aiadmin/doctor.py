"""What `manage.py doctor` looks at: each check is a function that gives one line. Changes nothing.

A new check: write a function that returns a `Line` and raises nothing, and add it to `CHECKS`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from aiadmin.core import redis as store
from aiadmin.core.http import build_client
from marketplace.services.yclients_access import partner_client
from marketplace.services.yclients_probe import Finding, Report, Verdict
from marketplace.yclients import errors

_BRIDGE_SECONDS = 3.0


class Mark(StrEnum):
    OK = "✅"
    NOTE = "⚠️"
    FAILED = "❌"


@dataclass(frozen=True)
class Line:
    """One finding, in Russian for the operator. FAILED: the product does not work so."""

    mark: Mark
    name: str
    text: str


def check_settings() -> Line:
    name = "Настройки"
    if not settings.YCLIENTS_API_KEY or settings.YCLIENTS_APPLICATION_ID <= 0:
        return Line(
            Mark.FAILED, name, "Задайте YCLIENTS_API_KEY и YCLIENTS_APPLICATION_ID из кабинета."
        )
    if not settings.OPS_EMAIL and not settings.ALERT_WEBHOOK_URL:
        text = "Тревоги видны только в админке: задайте OPS_EMAIL или ALERT_WEBHOOK_URL."
        return Line(Mark.NOTE, name, text)
    return Line(Mark.OK, name, f"режим {settings.DJANGO_ENV}, адрес {settings.PUBLIC_URL}")


def check_postgresql() -> Line:
    name = "PostgreSQL"
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        # `pg_version` of psycopg: 140012 is 14.12.
        major = connection.pg_version // 10_000  # type: ignore[attr-defined]
    except DatabaseError as error:
        return Line(Mark.FAILED, name, f"не отвечает ({type(error).__name__}): DATABASE_URL.")
    if waiting:
        return Line(
            Mark.FAILED, name, f"ждут миграции ({len(waiting)}): выполните manage.py migrate."
        )
    if major < 14:
        return Line(Mark.FAILED, name, f"версия {major}, а нужна 14 или новее.")
    return Line(Mark.OK, name, f"версия {major}, миграции применены")


def check_redis() -> Line:
    try:
        store.client().ping()
    except store.ERRORS as error:
        text = f"не отвечает ({type(error).__name__}): REDIS_URL. Рабочий процесс без него стоит."
        return Line(Mark.FAILED, "Redis", text)
    return Line(Mark.OK, "Redis", "отвечает")


def check_bridge() -> Line:
    name, address = "Мост WhatsApp", urlsplit(settings.BRIDGE_URL).netloc
    try:
        with build_client(base_url=settings.BRIDGE_URL, timeout=_BRIDGE_SECONDS) as client:
            answer = client.get("/healthz")
    except httpx.HTTPError as error:
        return Line(Mark.FAILED, name, f"{address} не отвечает ({type(error).__name__}).")
    if answer.status_code != 200:
        return Line(Mark.FAILED, name, f"{address} ответил {answer.status_code}.")
    return Line(Mark.OK, name, f"{address} отвечает")


def check_yclients() -> Line:
    """The partner token and the application's number, by the list of its salons."""
    name = "YCLIENTS"
    try:
        with partner_client() as client:
            salons = client.installed_salons(application_id=settings.YCLIENTS_APPLICATION_ID)
            installed = next(salons, None)
    except errors.Unauthorized:
        return Line(Mark.FAILED, name, "партнёрский токен не принят: YCLIENTS_API_KEY.")
    except (errors.NotFound, errors.Forbidden):
        return Line(
            Mark.FAILED,
            name,
            f"приложение {settings.YCLIENTS_APPLICATION_ID} не ваше: YCLIENTS_APPLICATION_ID.",
        )
    except errors.YclientsError as error:
        return Line(Mark.FAILED, name, f"{error.message} ({settings.YCLIENTS_API_URL}).")
    seen = "приложение установлено в салонах" if installed else "приложение ещё нигде не стоит"
    return Line(Mark.OK, name, f"партнёрский токен принят, {seen}")


CHECKS: tuple[Callable[[], Line], ...] = (
    check_settings,
    check_postgresql,
    check_redis,
    check_bridge,
    check_yclients,
)

_WORDS = {
    Verdict.PARTNER: "хватает партнёрского токена",
    Verdict.USER: "работает с токеном пользователя",
    Verdict.REFUSED: "отказ",
    Verdict.SILENT: "нет ответа",
    Verdict.UNTRIED: "не проверяется: для этого пришлось бы писать в журнал",
}


def salon_lines(report: Report) -> Iterator[Line]:
    """A probe's report, a line a call."""
    for finding in report.findings:
        words = _WORDS[finding.verdict]
        text = f"{words}. {finding.advice}" if finding.advice else words
        yield Line(_mark(finding), f"{finding.access.call} — {finding.access.why}", text)


def _mark(finding: Finding) -> Mark:
    if finding.lacking:
        return Mark.FAILED
    works = finding.verdict in (Verdict.PARTNER, Verdict.USER, Verdict.UNTRIED)
    return Mark.OK if works else Mark.NOTE
