"""Errors to Sentry, where SENTRY_DSN is set: the trace and the route, never a person's words or a secret.

No request bodies, headers, queries, cookies, local variables or breadcrumbs: tokens travel in paths, and
clients' phones and messages in variables. What text remains goes through the log's own scrubber.
"""

from collections.abc import Callable
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from aiadmin.core.logging import scrub

# What an event may hold; the rest is dropped.
_KEPT = (
    "contexts environment event_id exception level logentry logger platform release sdk server_name "
    "timestamp transaction type"
).split()
_KEPT_CONTEXTS = ("runtime", "trace")


def start(*, dsn: str, environment: str, transport: Callable[[Any], None] | None = None) -> None:
    """Called once, from the settings. `transport` gets the events in place of the network."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        integrations=[DjangoIntegration(), CeleryIntegration(monitor_beat_tasks=False)],
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=clean,
        transport=transport,
    )


def clean(event: Any, _: Any = None) -> Any:
    """The event without all that could name a person or open a door."""
    kept = {name: event[name] for name in _KEPT if name in event}
    contexts = kept.get("contexts", {})
    kept["contexts"] = {name: contexts[name] for name in _KEPT_CONTEXTS if name in contexts}
    return _scrubbed(kept)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: _scrubbed(item) for key, item in value.items() if key != "vars"}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value
