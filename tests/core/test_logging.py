"""Log lines carry no secrets and no full phones, nor do the tracebacks below them."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from django.conf import settings

from aiadmin.core.logging import configure, scrub

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJjb21wYW55X2lkIjoxfQ.c2lnbmF0dXJl"
KEY = "sk_" + "ab" * 32
PHONE = "79001234567"


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (f"GET /marketplace/qr/{JWT}", JWT),
        ("key sk_" + "ab" * 32, "ab" * 32),
        ("client +79001234567 wrote", "79001234567"),
        ("79001234567@s.whatsapp.net", "79001234567"),
        ("phone=89001234567", "89001234567"),
    ],
)
def test_secret_does_not_survive(line: str, hidden: str) -> None:
    assert hidden not in scrub(line)


def test_other_numbers_survive() -> None:
    assert scrub("company_id=15 took_ms=1234567") == "company_id=15 took_ms=1234567"


@contextmanager
def _written(*, json_lines: bool) -> Iterator[io.StringIO]:
    """What a process configured so writes; our own configuration comes back afterwards."""
    output = io.StringIO()
    config = configure(level="INFO", json_lines=json_lines)
    config["handlers"]["stderr"]["stream"] = output
    handlers = logging.getLogger().handlers[:]
    logging.config.dictConfig(config)
    try:
        yield output
    finally:
        logging.config.dictConfig(
            configure(level=settings.LOG_LEVEL, json_lines=settings.PRODUCTION)
        )
        logging.getLogger().handlers[:] = handlers


def _fail(logger: str) -> None:
    try:
        try:
            raise KeyError(PHONE)
        except KeyError as cause:
            raise ValueError(f"no chat for +{PHONE} with {KEY} and {JWT}") from cause
    except ValueError:
        if logger == "structlog":
            structlog.get_logger("fresh").exception("turn.failed", company_id=7)
        else:
            logging.getLogger("fresh").exception("turn.failed of %s", PHONE)


@pytest.mark.parametrize("logger", ["structlog", "stdlib"])
@pytest.mark.parametrize("json_lines", [True, False], ids=["json", "console"])
def test_a_traceback_hides_what_its_messages_quote(logger: str, json_lines: bool) -> None:
    with _written(json_lines=json_lines) as output:
        _fail(logger)

    text = output.getvalue()
    assert "turn.failed" in text
    assert "ValueError: no chat for +7•••67 with [key] and [token]" in text
    assert "in _fail" in text
    for secret in (PHONE, KEY, JWT):
        assert secret not in text
    if json_lines:
        assert "Traceback" in json.loads(text)["exception"]


@pytest.mark.parametrize("json_lines", [True, False], ids=["json", "console"])
def test_values_inside_values_are_hidden_too(json_lines: bool) -> None:
    error = RuntimeError(f"call {PHONE}")

    with _written(json_lines=json_lines) as output:
        structlog.get_logger("fresh").warning(
            "bridge.refused",
            body={"api_key": "plain", "to": [PHONE]},
            error=error,
            row_id=15,
            sent=True,
            note=None,
        )

    text = output.getvalue()
    assert PHONE not in text
    assert "plain" not in text
    assert "+7•••67" in text
    if json_lines:
        line = json.loads(text)
        assert (line["row_id"], line["sent"], line["note"]) == (15, True, None)
        assert line["body"] == {"api_key": "[hidden]", "to": ["+7•••67"]}
