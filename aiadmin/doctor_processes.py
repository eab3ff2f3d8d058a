"""The doctor's look at our own processes: bridges and their leases, workers, beat, queues, sessions."""

from urllib.parse import urlsplit

import httpx
from celery import current_app
from django.conf import settings
from django.db.models import Q
from kombu.exceptions import KombuError

from aiadmin.core import redis as store
from aiadmin.core.http import build_client
from aiadmin.doctor_line import Line, failed, lasting, note, ok, some
from aiadmin.health import SWEEP_LATE, seconds_since_sweep
from marketplace.models import Company, IntegrationStatus
from whatsapp import figures
from whatsapp.services import bridge_rows
from whatsapp.services.watch import QUEUE_WAITS, SESSION_DOWN

_BRIDGE_SECONDS = 3.0
_WORKER_SECONDS = 2.0
_QUEUES = {"inbound", "outbound", "sync"}


def check_bridge() -> Line:
    """The bridge that Django asks first. When it is down, others stand in while they live."""
    name, address = "Мост WhatsApp", urlsplit(settings.BRIDGE_URL).netloc
    try:
        with build_client(base_url=settings.BRIDGE_URL, timeout=_BRIDGE_SECONDS) as client:
            answer = client.get("/healthz")
    except httpx.HTTPError as error:
        return failed(
            name,
            f"{address} не отвечает ({type(error).__name__}). Запустите мост и проверьте BRIDGE_URL "
            "и BRIDGE_LISTEN.",
        )
    if answer.status_code != 200:
        return failed(
            name, f"{address} ответил {answer.status_code}: там не мост. Проверьте BRIDGE_URL."
        )
    return ok(name, f"{address} отвечает")


def check_leases() -> Line:
    """Every session that should run has a bridge; all bridges encrypt with one key."""
    name = "Сессии на мостах"
    nodes = figures.bridges()
    undriven = bridge_rows.sessions_without_bridge(int(SESSION_DOWN.total_seconds()))
    if not nodes:
        return failed(
            name,
            "ни один мост не отмечался минуту. Запустите мост; если он запущен, проверьте его "
            "BRIDGE_DATABASE_URL и журнал.",
        )
    if undriven:
        return failed(
            name,
            f"никто не ведёт салоны {some(sorted(undriven))}: QR-код не понадобится, мост возьмёт их "
            "сам, когда запустится. Проверьте журнал моста.",
        )
    if len({node.key_id for node in nodes}) > 1:
        return note(
            name,
            "у мостов разные AUTH_STATE_KEY: поставьте всем одинаковые и запустите rotate.js.",
        )
    held = ", ".join(f"{node.id}: {node.sessions}" for node in nodes)
    return ok(name, f"мостов {len(nodes)} ({held})")


def check_workers() -> Line:
    name = "Рабочие процессы"
    try:
        found = current_app.control.inspect(timeout=_WORKER_SECONDS).active_queues() or {}
    except (KombuError, *store.ERRORS) as error:
        return failed(name, f"спросить не удалось ({type(error).__name__}): нужен Redis.")
    if not found:
        return failed(
            name, "ни одного: клиентам никто не отвечает. Запустите celery -A aiadmin worker."
        )
    served = {queue["name"] for queues in found.values() for queue in queues}
    if missing := sorted(_QUEUES - served):
        return failed(
            name, f"никто не берёт очереди {some(missing)}. Запустите worker с ключом -Q."
        )
    return ok(name, f"{len(found)}, все очереди разбираются")


def check_beat() -> Line:
    name = "Планировщик (beat)"
    try:
        since = seconds_since_sweep()
    except store.ERRORS as error:
        return failed(name, f"спросить не удалось ({type(error).__name__}): нужен Redis.")
    if since is None:
        return failed(
            name,
            "ещё не отмечался: не запущен, или нет рабочего процесса. Запустите beat и worker.",
        )
    if since > SWEEP_LATE:
        return failed(
            name,
            f"молчит {lasting(since)}: напоминания, опрос и повторы стоят. Запустите beat и worker.",
        )
    return ok(name, f"отметился {since:.0f} с назад")


def check_queues() -> Line:
    limit = QUEUE_WAITS.total_seconds()
    old = [
        f"{figures.QUEUE_WORDS[queue]} ({lasting(age)})"
        for queue, age in figures.queue_ages().items()
        if age > limit
    ]
    if old:
        return failed(
            "Очереди",
            f"ждут дольше {lasting(limit)}: {some(old)}. Проверьте рабочие процессы и журнал ошибок.",
        )
    return ok("Очереди", f"никто не ждёт дольше {lasting(limit)}")


def check_sessions() -> Line:
    """Salons that think they are connected and are not. Each also has an alarm of its own."""
    name = "WhatsApp салонов"
    gone = list(
        Company.objects.filter(
            ~Q(whatsapp_connected=True),
            integration_status=IntegrationStatus.ACTIVE,
            whatsapp_enabled=True,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    connected = figures.companies_connected()
    if gone:
        return note(
            name,
            f"на связи {connected}, не на связи {len(gone)}: {some(gone)}. "
            "Причина: manage.py doctor --company НОМЕР.",
        )
    return ok(name, f"на связи {connected}, отключённых нет")
