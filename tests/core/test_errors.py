"""Faults outside the API: a page for a browser, the one JSON shape for a program."""

import pytest
from django.test import Client

from aiadmin.core.jsontext import storable


@pytest.fixture
def strict() -> Client:
    """As the outside: Django's test client skips the CSRF check by default."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
def test_a_program_gets_json_for_an_unknown_path(method: str, accept: str, strict: Client) -> None:
    answer = strict.generic(method, "/nothing/here", headers={"Accept": accept})

    assert answer.status_code == 404
    assert answer.json() == {"success": False, "error": "Не найдено", "code": "not_found"}


def test_a_browser_gets_a_page_for_an_unknown_path(strict: Client) -> None:
    answer = strict.get("/nothing/here", headers={"Accept": "text/html,*/*;q=0.8"})

    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.content.decode()


@pytest.mark.parametrize("path", ["/marketplace/nothing", "/marketplace/webhook/"])
def test_an_unknown_path_of_the_api_asks_for_no_csrf_token(path: str, strict: Client) -> None:
    answer = strict.post(path, b"{}", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/marketplace/", "/marketplace/connect"])
def test_a_page_that_is_posted_to_answers_in_the_one_shape(path: str, strict: Client) -> None:
    answer = strict.post(path, b"{}", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/marketplace/test", "/healthz", "/"])
def test_a_foreign_host_is_refused_once_and_in_the_one_shape(
    path: str, strict: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = strict.get(path, headers={"Host": "foreign.example"})

    assert answer.status_code == 400
    assert answer.json() == {
        "success": False,
        "error": "Такой запрос принять нельзя",
        "code": "bad_request",
    }
    assert "foreign" not in answer.headers["Content-Security-Policy"]
    assert len([line for line in caplog.records if line.levelname == "ERROR"]) == 1


def test_a_browser_at_a_foreign_host_sees_a_page(strict: Client) -> None:
    answer = strict.get("/", headers={"Host": "foreign.example", "Accept": "text/html"})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh_throttles")
@pytest.mark.parametrize("value", [r"\ud800", r"a\udfff", r"\u0000"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/marketplace/callback", '{"api_key": "sk_%s", "company_id": 1}'),
        ("/marketplace/register", '{"salon_id": 1, "email": "%s"}'),
        ("/marketplace/register", '{"salon_id": 1, "%s": 1}'),
        ("/marketplace/webhook", '[{"x": {"%s": 1}}]'),
        ("/marketplace/webhook", '{"event": "freeze", "partner_token": "%s"}'),
    ],
)
def test_text_that_cannot_be_stored_is_refused(
    path: str, body: str, value: str, strict: Client
) -> None:
    answer = strict.post(path, body % value, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_pairs_and_everyday_text_are_storable() -> None:
    assert storable({"имя": ["Ёлка 🎄", 1, None, {"a": "\n"}]})
    assert not storable([{"a": ["\udc00"]}])
