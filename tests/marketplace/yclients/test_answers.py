"""Every answer becomes data or one named error."""

from typing import Any

import httpx
import pytest

from marketplace.yclients import answers, errors

BUSY = "К сотруднику Иван(31) нельзя записаться. Выбранное время уже занято или является нерабочим."


def answer(status: int, body: Any, **options: Any) -> answers.Reply:
    if isinstance(body, (str, bytes)):
        response = httpx.Response(status, content=body)
    else:
        response = httpx.Response(status, json=body)
    return answers.read(response, **{"safe": False, **options})


def no(message: str = "", **meta: Any) -> dict[str, Any]:
    return {"success": False, "data": None, "meta": {"message": message, **meta}}


def second(code: int, message: str) -> dict[str, Any]:
    return {"errors": {"code": code, "message": message}, "meta": {"message": message}}


@pytest.mark.parametrize(
    ("status", "body", "data"),
    [
        (200, {"success": True, "data": {"id": 7}, "meta": []}, {"id": 7}),
        (201, {"success": True, "data": [1, 2], "meta": {}}, [1, 2]),
        (200, {"success": True, "data": None, "meta": []}, None),
        (201, {"success": True, "meta": {"message": "Created"}}, None),
        (204, "", None),
        (202, "  ", None),
        (200, {"user_token": "x"}, {"user_token": "x"}),
        (200, [1, 2], [1, 2]),
        # What PHP writes and a strict reader refuses: half of a smile, a mark at the beginning.
        (200, b'{"success": true, "data": ["\\ud83d", 1], "meta": []}', ["\ud83d", 1]),
        (200, b'\xef\xbb\xbf{"success": true, "data": [1], "meta": []}', [1]),
    ],
)
def test_success_in_every_envelope(status: int, body: Any, data: Any) -> None:
    assert answer(status, body).data == data


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, no("Необходима авторизация"), errors.Unauthorized),
        (401, second(401, "Необходима авторизация"), errors.Unauthorized),
        (402, no("Лицензия"), errors.LicenceExpired),
        (403, no("Недостаточно прав"), errors.Forbidden),
        (403, no("Необходимо продлить лицензию в филиале с id: 1"), errors.LicenceExpired),
        (403, no("Клиент в чёрном списке", code=434), errors.Blacklisted),
        (403, no("Клиент в чёрном списке"), errors.Blacklisted),
        (404, second(404, "Филиал не найден."), errors.NotFound),
        (404, no("Сотрудник не оказывает выбранную услугу"), errors.NotFound),
        (409, no("Конфликт", conflict=True), errors.InvalidRequest),
        (400, no("Недопустимый формат запроса"), errors.InvalidRequest),
        (422, no("Ошибка", errors={"phone": ["Обязательное поле"]}), errors.InvalidRequest),
        (422, no(BUSY), errors.SlotBusy),
        (422, no("Нет доступных для записи сотрудников"), errors.SlotBusy),
        (422, no("x", code=433), errors.SlotBusy),
        (422, no("x", errors=[{"code": 436, "message": "x"}]), errors.SlotBusy),
        (422, no("x", errors={"code": "437"}), errors.SlotBusy),
        (422, second(433, "x"), errors.SlotBusy),
        (422, {"code": 433, "errors": {"message": "x"}}, errors.SlotBusy),
        (422, no("x", code=438), errors.InvalidRequest),
        (200, no("Недопустимый формат запроса"), errors.InvalidRequest),
        (200, no(BUSY, code=433), errors.SlotBusy),
        (418, no("?"), errors.Permanent),
        (429, "", errors.RateLimited),
        (301, "<html>", errors.Permanent),
    ],
)
def test_refusals_have_names(status: int, body: Any, kind: type[errors.YclientsError]) -> None:
    with pytest.raises(errors.YclientsError) as caught:
        answer(status, body)

    assert type(caught.value) is kind


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", ["<html>", {"success": False}])
def test_a_failing_server_is_retried_for_reads_only(status: int, body: Any) -> None:
    with pytest.raises(errors.Retryable):
        answer(status, body, safe=True)
    with pytest.raises(errors.OutcomeUnknown):
        answer(status, body)


def test_a_page_instead_of_data_leaves_a_write_unknown() -> None:
    with pytest.raises(errors.Retryable):
        answer(200, "<!DOCTYPE html>", safe=True)
    with pytest.raises(errors.OutcomeUnknown) as caught:
        answer(200, "<!DOCTYPE html>")

    assert (caught.value.status, caught.value.http_status) == (503, 200)


def test_the_busy_appointment_is_named() -> None:
    body = no("x", errors=[{"code": 433, "message": "x", "id": 3}])

    with pytest.raises(errors.SlotBusy) as caught:
        answer(422, body)

    assert caught.value.appointment_ids == (3,)
    assert caught.value.booking_code == 433
    assert caught.value.status == 422


@pytest.mark.parametrize(
    "details",
    [
        {"phone": ["Не указан", "Слишком короток"]},
        [{"message": "Не указан"}, {"message": "Слишком короток"}],
        ["Не указан", "Слишком короток"],
    ],
)
def test_messages_of_every_form_are_read(details: Any) -> None:
    with pytest.raises(errors.InvalidRequest) as caught:
        answer(422, {"success": False, "meta": {"errors": details}})

    assert caught.value.message == "Не указан; Слишком короток"


def test_fields_are_kept() -> None:
    with pytest.raises(errors.InvalidRequest) as caught:
        answer(422, no("Ошибка", errors={"phone": ["Не указан"]}))

    assert caught.value.fields == {"phone": ["Не указан"]}


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("soon", 60.0), (None, 60.0)])
def test_retry_after_is_read(header: str | None, seconds: float) -> None:
    headers = {} if header is None else {"Retry-After": header}
    response = httpx.Response(429, headers=headers)

    with pytest.raises(errors.RateLimited) as caught:
        answers.read(response, safe=True)

    assert caught.value.retry_after == seconds


def test_a_redirect_is_success_where_it_says_so() -> None:
    assert answer(301, "<html>", redirect_is_success=True).status == 301


def test_forbidden_names_the_right() -> None:
    with pytest.raises(errors.Forbidden) as caught:
        answer(403, no("Недостаточно прав"), right="clients_access")

    assert caught.value.right == "clients_access"
    assert caught.value.message == "Недостаточно прав"


def test_every_error_has_a_sentence_and_a_code() -> None:
    for kind in errors.YclientsError.__subclasses__():
        error = kind()
        assert error.message
        assert error.code.startswith("yclients_")
        assert error.status >= 400
