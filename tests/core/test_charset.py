"""A charset that no text is written in: the request is read as UTF-8, not answered with 500."""

import io
from typing import Any

import pytest

from aiadmin.asgi import http


def _ask(path: str, query: str, content_type: str, body: bytes = b"") -> tuple[str, bytes]:
    """Through the very application that the web server calls."""
    told: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    answer = http(environ, lambda status, _headers: told.append(status))
    return told[0], b"".join(answer)


@pytest.mark.parametrize(
    "charset",
    ["hex", "rot13", "zlib", "punycode", "undefined", "nowhere", "\x00", "utf-16", '"hex"'],
)
@pytest.mark.parametrize("spelt", ["; charset={}", ";CHARSET={}", "; charset*=utf-8''{}"])
def test_an_odd_charset_breaks_nothing(charset: str, spelt: str) -> None:
    status, body = _ask("/healthz", "a=b%FF", "application/json" + spelt.format(charset))

    assert (status, body) == ("200 OK", b'{"status": "ok"}')


@pytest.mark.usefixtures("fresh_throttles")
def test_a_body_is_utf8_whatever_its_header_says() -> None:
    body = '{"salon_id": "Лилия"}'.encode()

    status, answer = _ask("/marketplace/register", "x=1", "application/json; charset=hex", body)

    assert status == "400 Bad Request"
    assert "Некорректный формат salon_id" in answer.decode()
