"""The doctor's look at this machine and its servers: PostgreSQL, Redis, schema, clock, disk."""

import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from aiadmin import env
from aiadmin.core import pooler, storage
from aiadmin.core import redis as store
from aiadmin.core.http import build_client
from aiadmin.doctor_line import Line, failed, note, ok, some
from aiadmin.health import waiting_migrations

_OLDEST_POSTGRES, _OLDEST_REDIS = 14, 6
# Tokens, leases and windows of limits bear a second or two.
_DRIFT_NOTED, _DRIFT_WRONG = 2.0, 30.0
_DISK_LOW, _DISK_GONE = 0.10, 0.03


def check_postgresql() -> Line:
    name = "PostgreSQL"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
            size = cursor.fetchone()[0]
        # `pg_version` of psycopg: 140012 is 14.12.
        major = connection.pg_version // 10_000  # type: ignore[attr-defined]
    except DatabaseError as error:
        return failed(
            name,
            f"не отвечает ({type(error).__name__}). Проверьте DATABASE_URL и что сервер запущен.",
        )
    if major < _OLDEST_POSTGRES:
        return failed(name, f"версия {major}, а нужна {_OLDEST_POSTGRES} или новее.")
    way = "через пулер" if pooler.stands_before(connection) else "напрямую"
    return ok(name, f"версия {major}, {way}, база занимает {size}")


def check_writes() -> Line:
    """A server that answers and keeps nothing looks well from everywhere else."""
    reason = storage.refusal()
    if reason:
        return failed("Запись в базу", storage.TEXTS[reason])
    return ok("Запись в базу", "PostgreSQL принимает")


def check_migrations() -> Line:
    """The seed's "WhatsApp columns are missing": the schema is what this version expects."""
    waiting = waiting_migrations()
    if waiting:
        return failed("Миграции", f"не применены ({some(waiting)}). Выполните: manage.py migrate.")
    return ok("Миграции", "применены все, столбцы WhatsApp на месте")


def check_redis() -> Line:
    try:
        told = store.client().info()
    except store.ERRORS as error:
        return failed(
            "Redis",
            f"не отвечает ({type(error).__name__}): QR-коды не показываются, рабочий процесс стоит. "
            "Проверьте REDIS_URL и REDIS_PASSWORD.",
        )
    version = str(told["redis_version"])
    if int(version.split(".", maxsplit=1)[0]) < _OLDEST_REDIS:
        return failed("Redis", f"версия {version}, а нужна {_OLDEST_REDIS} или новее.")
    if told.get("maxmemory_policy") not in (None, "noeviction"):
        return note(
            "Redis",
            f"maxmemory-policy {told['maxmemory_policy']}: при нехватке памяти пропадут задания. "
            "Поставьте noeviction.",
        )
    return ok("Redis", f"версия {version}, занимает {told['used_memory_human']}")


def check_rows_hidden() -> Line:
    """Supabase publishes the schema `public` over REST: without row level security to everybody."""
    name = "RLS"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relrowsecurity ORDER BY relname"
        )
        bare = [row[0] for row in cursor.fetchall()]
    if bare:
        return failed(
            name,
            f"выключена у таблиц {some(bare)}. Включит её manage.py migrate от имени владельца.",
        )
    return ok(name, "включена у всех таблиц: видит их только роль приложения")


def check_clock() -> Line:
    """Ours beside PostgreSQL's, Redis's and the world's (the Date of YCLIENTS's answer)."""
    others: dict[str, float] = {}
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        others["PostgreSQL"] = float(cursor.fetchone()[0]) - (before + time.time()) / 2
    try:
        before = time.time()
        seconds, micros = store.client().time()
        others["Redis"] = seconds + micros / 1e6 - (before + time.time()) / 2
    except store.ERRORS:
        pass  # has a line of its own
    world = _world_drift()
    if world is not None:
        others["YCLIENTS"] = world
    return judge_clock(others)


def _world_drift() -> float | None:
    try:
        with build_client(base_url=settings.YCLIENTS_API_URL, timeout=5) as client:
            told = client.head("/").headers.get("Date")
    except httpx.HTTPError:
        return None
    if told is None:
        return None
    # The header has whole seconds.
    return (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds() + 0.5


def judge_clock(drifts: dict[str, float]) -> Line:
    """Seconds by which each clock is ahead of this machine's."""
    name = "Часы"
    worst = max(drifts.items(), key=lambda each: abs(each[1]), default=("", 0.0))
    text = (
        f"расходятся с {worst[0]} на {abs(worst[1]):.0f} с. Включите синхронизацию времени (NTP)."
    )
    if abs(worst[1]) >= _DRIFT_WRONG:
        return failed(name, text)
    if abs(worst[1]) >= _DRIFT_NOTED:
        return note(name, text)
    return ok(name, f"идут верно, сверено: {', '.join(drifts)}")


def check_disk() -> Line:
    folders = [settings.BASE_DIR, Path(env.text("WHATSAPP_SESSIONS_PATH") or "/tmp")]  # noqa: S108
    return judge_disk([_disk(folder) for folder in folders if folder.exists()])


def _disk(folder: Path) -> tuple[str, int, int]:
    usage = shutil.disk_usage(folder)
    return str(folder), usage.total, usage.free


def judge_disk(disks: Sequence[tuple[str, int, int]]) -> Line:
    """(folder, bytes in all, bytes free) each."""
    name = "Диск"
    folder, total, free = min(disks, key=lambda each: each[2] / each[1])
    text = f"в {folder} свободно {free / 2**30:.1f} ГБ ({free / total:.0%})"
    if free / total < _DISK_GONE:
        return failed(name, f"{text}. Освободите место: база и журналы скоро встанут.")
    if free / total < _DISK_LOW:
        return note(name, f"{text}. Проверьте журналы и копии базы.")
    return ok(name, text)
