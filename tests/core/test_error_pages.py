"""What a person reaches by mistake looks like the product; a program gets the one shape."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from aiadmin.core import api

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def bad(html: bool) -> HttpResponse:
    request = RequestFactory().get("/x", headers=BROWSER if html else {})
    return api.bad_request(request, ValueError())


def broken(html: bool) -> HttpResponse:
    return api.server_error(RequestFactory().get("/x", headers=BROWSER if html else {}))


def forbidden(html: bool) -> HttpResponse:
    # A form is a POST: a person sees the answer all the same.
    request = RequestFactory().post("/desk/1/do", headers=BROWSER if html else {})
    return api.forbidden(request, reason="CSRF cookie not set.")


def missing(html: bool) -> HttpResponse:
    return api.not_found(RequestFactory().get("/x", headers=BROWSER if html else {}))


@pytest.mark.parametrize(
    ("answer", "status", "title", "code"),
    [
        (bad, 400, "Запрос не понят", "bad_request"),
        (forbidden, 403, "Сюда нельзя", "forbidden"),
        (missing, 404, "Такой страницы нет", "not_found"),
        (broken, 500, "Что-то сломалось у нас", "internal"),
    ],
)
def test_a_person_gets_a_page_and_a_program_the_one_shape(
    answer: object, status: int, title: str, code: str
) -> None:
    assert callable(answer)
    page, data = answer(True), answer(False)

    text = page.content.decode()
    assert (page.status_code, page.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert f"<h1>{title}</h1>" in text
    assert "AI Admin</title>" in text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script", text)
    assert data.status_code == status
    assert data.headers["Content-Type"] == "application/json"
    assert f'"code": "{code}"' in data.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh_throttles")
def test_a_spent_limit_and_a_form_without_its_cookie_are_pages(client: Client) -> None:
    last = client.get("/desk/", headers=BROWSER)
    # The window is a minute of the clock: should it turn in between, the count begins anew.
    for _ in range(120):
        if last.status_code == 429:
            break
        last = client.get("/desk/", headers=BROWSER)
    assert last.status_code == 429
    assert "Слишком много попыток" in last.content.decode()
    assert int(last.headers["Retry-After"]) > 0

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/admin/login/", {"username": "x"}, headers=BROWSER)

    assert answer.status_code == 403
    assert "Сюда нельзя" in answer.content.decode()
