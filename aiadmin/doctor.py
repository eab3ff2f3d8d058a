"""What `manage.py doctor` looks at: each check is a function that gives one line. Changes nothing.

A new check: write a function that returns a `Line` in a `doctor_…` module beside this one, and add it to
`CHECKS` under a short name. What the database refuses, `look` puts into words.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from django.db import Error as DatabaseError

from aiadmin import (
    doctor_model,
    doctor_outside,
    doctor_processes,
    doctor_salons,
    doctor_servers,
)
from aiadmin.doctor_line import Line, Mark, failed

__all__ = ["CHECKS", "Line", "Mark", "look"]

# In the order in which one thing needs another.
CHECKS: Mapping[str, Callable[[], Line]] = MappingProxyType(
    {
        "settings": doctor_outside.check_settings,
        "postgresql": doctor_servers.check_postgresql,
        "writes": doctor_servers.check_writes,
        "migrations": doctor_servers.check_migrations,
        "rls": doctor_servers.check_rows_hidden,
        "redis": doctor_servers.check_redis,
        "bridge": doctor_processes.check_bridge,
        "leases": doctor_processes.check_leases,
        "workers": doctor_processes.check_workers,
        "beat": doctor_processes.check_beat,
        "queues": doctor_processes.check_queues,
        "sessions": doctor_processes.check_sessions,
        "clock": doctor_servers.check_clock,
        "disk": doctor_servers.check_disk,
        "mail": doctor_outside.check_mail,
        "address": doctor_outside.check_public_address,
        "proxy": doctor_outside.check_proxy,
        "supabase": doctor_outside.check_supabase,
        "model": doctor_model.check_model,
        "yclients": doctor_outside.check_yclients,
        "rights": doctor_salons.check_rights,
        "callbacks": doctor_salons.check_callbacks,
        "webhooks": doctor_salons.check_webhooks,
        "sync": doctor_salons.check_sync,
    }
)


def look(names: Iterable[str] = ()) -> Iterator[tuple[str, Line]]:
    """(short name, finding) of the named checks, or of all."""
    wanted = set(names) or CHECKS.keys()
    for name, check in CHECKS.items():
        if name in wanted:
            yield name, _safe(name, check)


def _safe(name: str, check: Callable[[], Line]) -> Line:
    try:
        return check()
    except DatabaseError as error:
        return failed(f"Проверка {name}", f"не удалась: PostgreSQL ответил {type(error).__name__}.")
