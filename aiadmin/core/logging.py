"""Structured events: JSON in production, a console with the seed's marks elsewhere.

No secrets and no full phones, whatever is logged.
"""

import logging
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from aiadmin.core.phones import mask

# The seed's six kinds of event, told from the event's first word or its outcome.
_MARKS = {"whatsapp": "📱", "sync": "🔄", "webhook": "📨"}
_SECRET_KEYS = {"token", "api_key", "authorization", "secret", "password", "partner_token", "qr"}
_JWT = re.compile(r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]+")
_API_KEY = re.compile(r"sk_[0-9a-f]{12,}")
_PHONE = re.compile(r"(?<![\w.])\+?[78]\d{10}(?!\d)")

Event = MutableMapping[str, Any]


def scrub(text: str) -> str:
    """Removes tokens, keys and full phone numbers from a line."""
    text = _JWT.sub("[token]", text)
    text = _API_KEY.sub("[key]", text)
    return _PHONE.sub(lambda found: mask(found.group()), text)


def _scrub_event(_: Any, __: str, event: Event) -> Event:
    """Runs after exceptions became text: their messages quote what failed."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    if key in _SECRET_KEYS:
        return "[hidden]"
    if isinstance(value, str):
        return scrub(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item) for item in value]
    return scrub(repr(value))


def _add_mark(_: Any, level: str, event: Event) -> Event:
    name = str(event.get("event", ""))
    if level in ("error", "critical"):
        mark = "❌"
    elif level == "warning":
        mark = "⚠️"
    else:
        mark = _MARKS.get(name.split(".", maxsplit=1)[0], "✅")
    event["event"] = f"{mark} {name}"
    return event


def configure(*, level: str, json_lines: bool) -> dict[str, Any]:
    """Configures structlog and returns Django's LOGGING (dictConfig), both writing to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    final: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _scrub_event,
    ]
    if json_lines:
        final.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        console = structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
        final += [_add_mark, console]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": final,
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "structured"},
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            # httpx logs every URL; QR and token paths would be among them.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            # The model's SDK and its client write what was sent, at debug.
            "openai": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
            "pymorphy3": {"level": "WARNING"},
            "daphne": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "django.channels.server": {"level": "WARNING"},
            "celery": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
        },
    }
