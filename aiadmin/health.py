"""/healthz (the process lives) and /readyz (each dependency by name)."""

import threading
import time

import httpx
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from aiadmin.core import redis as store
from aiadmin.core import storage
from aiadmin.core.http import build_client

# The sweep of messages runs every two seconds.
SWEEP = "whatsapp.sweep"
SWEEP_LATE = 60.0

# Set once the schema was seen to be whole: a process of this version never unlearns it.
MIGRATED = threading.Event()


@csrf_exempt
@require_safe
def healthz(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@csrf_exempt
@require_safe
def readyz(_: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL answers, has our schema and takes writes: without the rest the product still
    keeps what it gets. `worker`: the sweep ran within a minute, so beat and a worker live."""
    stored = _postgresql()
    parts = {
        "postgresql": stored,
        "migrations": stored and _migrations(),
        "writes": stored and storage.takes_writes(),
        "redis": _redis(),
        "worker": _worker(),
        "bridge": _bridge(),
    }
    ready = parts["postgresql"] and parts["migrations"] and parts["writes"]
    body = {"status": "ok" if all(parts.values()) else "degraded", "parts": parts}
    return JsonResponse(body, status=200 if ready else 503)


def waiting_migrations() -> list[str]:
    """Names of the migrations that are not applied yet. Raises DatabaseError."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def seconds_since_sweep() -> float | None:
    """Since the sweep of messages last ran; None when Redis has not heard of one. Raises redis' errors."""
    seen = store.client().get(store.seen_key(SWEEP))
    return max(0.0, time.time() - float(seen)) if seen else None


def _postgresql() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    try:
        if not MIGRATED.is_set() and not waiting_migrations():
            MIGRATED.set()
    except DatabaseError:
        return False
    return MIGRATED.is_set()


def _redis() -> bool:
    try:
        return bool(store.client().ping())
    except store.ERRORS:
        return False


def _worker() -> bool:
    try:
        since = seconds_since_sweep()
    except store.ERRORS:
        return False
    return since is not None and since < SWEEP_LATE


def _bridge() -> bool:
    try:
        with build_client(base_url=settings.BRIDGE_URL, timeout=2) as client:
            return client.get("/healthz").status_code == 200
    except httpx.HTTPError:
        return False
