"""What production refuses, each with a sentence that says what to set (design, decision 12)."""

from collections.abc import Iterator, Mapping
from typing import Any

from aiadmin import env

_LOCAL = ("http://127.", "http://localhost", "ws://127.", "ws://localhost", "http://[::1]")
_SECRET_LENGTH = 24


def faults(settings: Mapping[str, Any]) -> Iterator[tuple[bool, str]]:
    """(unsafe?, sentence) for everything that is meant for the demo or left unset."""
    yield (
        settings["MARKETPLACE_OPEN_REGISTRATION"],
        "Unset MARKETPLACE_OPEN_REGISTRATION: anyone could register salons.",
    )
    yield (
        len(settings["SECRET_KEY"]) < 40,
        "Set SECRET_KEY to a random string of 50 characters or more.",
    )
    yield (
        len(settings["JWT_SECRET"]) < 32,
        "Set JWT_SECRET to a random string of 32 characters or more.",
    )
    yield (
        not settings["YCLIENTS_API_KEY"],
        "Set YCLIENTS_API_KEY to the partner token of your YCLIENTS application.",
    )
    yield (
        settings["YCLIENTS_API_KEY"].startswith("sandbox-"),
        "Set YCLIENTS_API_KEY to a real partner token.",
    )
    yield (
        settings["YCLIENTS_APPLICATION_ID"] <= 0,
        "Set YCLIENTS_APPLICATION_ID to the number of your YCLIENTS application.",
    )
    yield (
        settings["YCLIENTS_API_URL"].startswith(_LOCAL),
        "Set YCLIENTS_API_URL to https://api.yclients.com: it points at a sandbox.",
    )
    yield (
        not settings["YCLIENTS_BUDGET"],
        "Unset YCLIENTS_BUDGET: YCLIENTS blocks callers past its limits.",
    )
    yield (
        settings["WHATSAPP_SOCKET_URL"].startswith(_LOCAL),
        "Unset WHATSAPP_SOCKET_URL: it points at a sandbox.",
    )
    yield (
        bool(settings["YCLIENTS_SANDBOX_URL"] or settings["WHATSAPP_SANDBOX_URL"]),
        "Unset YCLIENTS_SANDBOX_URL and WHATSAPP_SANDBOX_URL: they belong to the demo.",
    )
    yield (
        bool(env.text("CLOCK_OFFSET_FILE")),
        "Unset CLOCK_OFFSET_FILE: production has no movable clock.",
    )
    yield (
        not settings["PUBLIC_URL"].startswith("https://"),
        "Set PUBLIC_URL to the https:// address that clients see.",
    )
    yield (
        len(settings["ADMIN_API_KEY"]) < _SECRET_LENGTH,
        f"Set ADMIN_API_KEY to a random string of {_SECRET_LENGTH} characters or more: "
        "it opens the staff endpoints.",
    )
    yield (
        len(settings["BRIDGE_TOKEN"]) < _SECRET_LENGTH,
        f"Set BRIDGE_TOKEN to a random string of {_SECRET_LENGTH} characters or more, "
        "the same for web, worker and bridge.",
    )
