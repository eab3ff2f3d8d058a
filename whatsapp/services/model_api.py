"""HTTP to an OpenAI-compatible server: one chat answer, one transcript. The only place that knows the SDK.

It lies here and not in `assistant/llm`, because the assistant is pure: no network, no rows. The SDK
takes a second to import, so it is imported by the first call, in a worker.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any

import pybreaker
import structlog
from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from openai import OpenAI

log = structlog.get_logger(__name__)

MAX_ANSWER_TOKENS = 400
MAX_ANSWER_BYTES = 64 * 1024
# After so many failures in a row this process leaves the server alone for a while.
FAILURES = 5
REST_SECONDS = 60


class ModelError(Exception):
    """No answer that can be used. `code` is a stable word for staff and figures."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_free(code: str) -> bool:
    """The server has surely worked out nothing: it was not reached, or it refused."""
    return code in ("resting", "unreachable") or code.startswith("http_")


class _Answer(BaseModel):
    # What a model says must not reach a log by an error.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Used(_Answer):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    # Of a transcript.
    input_tokens: int | None = None
    output_tokens: int | None = None


class _Message(_Answer):
    content: str | None = None


class _Choice(_Answer):
    message: _Message


class _Completion(_Answer):
    choices: list[_Choice]
    usage: _Used | None = None


class _Transcript(_Answer):
    text: str
    usage: _Used | None = None


@dataclass(frozen=True)
class Said:
    """The text of an answer, and the tokens that the server counted; None when it counted none."""

    text: str
    tokens_in: int | None
    tokens_out: int | None


def chat(messages: list[dict[str, str]], schema: dict[str, Any]) -> Said:
    """One answer in the form of `schema`. Raises ModelError; takes settings.LLM_SECONDS at most,
    or one silent pause longer."""
    with _guarded("chat"):
        ends = monotonic() + settings.LLM_SECONDS
        # Any: the SDK's TypedDicts say no more than these dicts do.
        request: Any = _client().chat.completions.with_streaming_response
        with request.create(
            model=settings.LLM_MODEL,
            messages=messages,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "frame", "strict": True, "schema": schema},
            },
            max_tokens=MAX_ANSWER_TOKENS,
            temperature=0,
            timeout=_timeout(settings.LLM_SECONDS),
        ) as answer:
            raw = _read(answer.iter_bytes(), ends)
    try:
        found = _Completion.model_validate_json(raw)
        text = found.choices[0].message.content
    except (ValidationError, IndexError) as error:
        raise ModelError("invalid") from error
    if text is None:
        raise ModelError("invalid")
    used = found.usage or _Used()
    return Said(text, used.prompt_tokens, used.completion_tokens)


def transcribe(sound: bytes, mime: str) -> Said:
    """The words of a Russian voice message, sent as it came. Raises ModelError."""
    name = "voice.ogg" if "ogg" in mime else f"voice.{mime.partition('/')[2] or 'bin'}"
    with _guarded("speech"):
        ends = monotonic() + settings.TRANSCRIPTION_SECONDS
        request: Any = _client().audio.transcriptions.with_streaming_response
        with request.create(
            model=settings.TRANSCRIPTION_MODEL,
            file=(name, sound, mime),
            language="ru",
            response_format="json",
            timeout=_timeout(settings.TRANSCRIPTION_SECONDS),
        ) as answer:
            raw = _read(answer.iter_bytes(), ends)
    try:
        found = _Transcript.model_validate_json(raw)
    except ValidationError as error:
        raise ModelError("invalid") from error
    used = found.usage or _Used()
    return Said(found.text, used.input_tokens, used.output_tokens)


def warm() -> None:
    """What the first call would wait for: the SDK's import and the client. For a worker's start."""
    _client()


# --- the way there ---------------------------------------------------------------------------------


@contextmanager
def _guarded(what: str) -> Iterator[None]:
    """One try, no more: somebody waits. Every failure leaves as a ModelError with its code."""
    import httpx2  # noqa: PLC0415 - the SDK's own
    import openai  # noqa: PLC0415 - over a second, and only workers that use a model pay it

    breaker = _breaker(what, settings.LLM_BASE_URL)
    try:
        # Not `breaker.call`: that holds the breaker's lock for the whole call, one call a process.
        with breaker.calling():
            yield
    except pybreaker.CircuitBreakerError as error:
        raise ModelError("resting") from error
    except (openai.APITimeoutError, httpx2.TimeoutException, TimeoutError) as error:
        raise ModelError("timeout") from error
    except (openai.APIConnectionError, httpx2.HTTPError) as error:
        raise ModelError("unreachable") from error
    except openai.APIStatusError as error:
        # Not its text: it may quote what we sent.
        log.warning("model.refused", what=what, status=error.status_code)
        raise ModelError(f"http_{error.status_code}") from error
    except openai.OpenAIError as error:
        raise ModelError("invalid") from error


def _our_fault(error: BaseException) -> bool:
    """The server works and refuses this very request (too long, a field it does not know): says nothing
    of the next one. Answers that are too long are ours to refuse, too."""
    return isinstance(error, ModelError) or getattr(error, "status_code", 0) in (400, 413, 422)


@cache
def _breaker(what: str, base_url: str) -> pybreaker.CircuitBreaker:
    """Of this process; threads share it."""
    return pybreaker.CircuitBreaker(
        fail_max=FAILURES,
        reset_timeout=REST_SECONDS,
        exclude=[_our_fault],
        throw_new_error_on_trip=False,
        name=f"{what} {base_url}",
    )


def _client() -> "OpenAI":
    return _client_of(settings.LLM_BASE_URL, settings.LLM_API_KEY)


@cache
def _client_of(base_url: str, key: str) -> "OpenAI":
    import httpx2  # noqa: PLC0415 - the SDK's own, imported with it
    import openai  # noqa: PLC0415

    return openai.OpenAI(
        base_url=base_url,
        api_key=key or "none",  # a server of one's own may want none; the SDK insists on some
        max_retries=0,
        # Proxies of the machine's environment must not see what clients wrote; no silent redirects.
        http_client=httpx2.Client(trust_env=False, follow_redirects=False),
    )


def _timeout(seconds: float) -> Any:
    """Two phases of connecting and the wait for an answer add up to `seconds`."""
    import httpx2  # noqa: PLC0415

    return httpx2.Timeout(seconds * 0.7, connect=seconds * 0.15)


def _read(pieces: Iterator[bytes], ends: float) -> bytes:
    """The whole answer: one that trickles in must not outlast its time, an endless one its size."""
    body = b""
    for piece in pieces:
        body += piece
        if monotonic() > ends:
            raise TimeoutError
        if len(body) > MAX_ANSWER_BYTES:
            raise ModelError("too_long")
    return body
