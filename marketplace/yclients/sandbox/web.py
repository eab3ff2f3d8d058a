"""The shape of a call: what handlers get, what they return, YCLIENTS's envelopes and errors."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from marketplace.yclients.sandbox.model import Salon
from marketplace.yclients.sandbox.world import World


class ApiError(Exception):
    """An error answer. `code`: booking code 431–438, `tag`: the appointment it is about."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: int | None = None,
        tag: int | None = None,
        fields: Any = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.tag = tag
        self.fields = fields


@dataclass(frozen=True)
class Reply:
    """`data` in the envelope; `bare` answers have no envelope, `empty` ones no body."""

    data: Any = None
    status: int = 200
    meta: Any = field(default_factory=list)
    empty: bool = False


@dataclass
class Call:
    """One request, parsed. `user` is None when no valid user token came with it."""

    world: World
    request: Request
    body: dict[str, Any]
    user: str | None = None
    _salon: Salon | None = None

    @property
    def salon(self) -> Salon:
        if self._salon is None:
            raise ApiError(404, "Филиал не найден.")
        return self._salon

    def number(self, name: str) -> int:
        """An integer of the path."""
        return int(self.request.path_params.get(name, 0))

    def text(self, name: str, default: str = "") -> str:
        return self.request.query_params.get(name, default)

    def integer(self, name: str, default: int = 0) -> int:
        """An integer of the query; ApiError 400 when it is none."""
        raw = self.text(name).strip()
        if not raw:
            return default
        if not re.fullmatch(r"-?\d+", raw):
            raise ApiError(400, "Недопустимый формат запроса", fields={name: ["Не число"]})
        return int(raw)

    def integers(self, name: str) -> list[int]:
        """PHP arrays of the query: `name[]=1&name[]=2`, `name[0]=1`. A bare `name=1` is ignored."""
        pattern = re.compile(rf"{re.escape(name)}\[\d*\]")
        found = [v for k, v in self.request.query_params.multi_items() if pattern.fullmatch(k)]
        return [int(value) for value in found if value.isdigit()]

    def texts(self, name: str) -> list[str]:
        pattern = re.compile(rf"{re.escape(name)}\[\d*\]")
        return [v for k, v in self.request.query_params.multi_items() if pattern.fullmatch(k)]

    def day(self, name: str) -> date | None:
        raw = self.text(name)
        return to_day(raw) if raw else None

    def moment(self, name: str) -> datetime | None:
        raw = self.text(name)
        if not raw:
            return None
        try:
            return datetime.fromisoformat(raw)
        except ValueError as error:
            raise ApiError(400, "Недопустимый формат запроса") from error


Handler = Callable[[Call], Reply]


def to_day(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise ApiError(400, "Недопустимый формат запроса") from error


def page_of(rows: list[Any], page: int, count: int) -> list[Any]:
    start = (max(page, 1) - 1) * count
    return rows[start : start + count]


def render(reply: Reply) -> Response:
    if reply.empty:
        return Response(status_code=reply.status)
    return json_answer({"success": True, "data": reply.data, "meta": reply.meta}, reply.status)


def render_error(error: ApiError, *, path: str, booking_errors: str) -> Response:
    """Both envelopes of the sheet (1.4). Companies' 401 and 404 use the second.

    `booking_errors` chooses how a booking code travels: "full" (first envelope with the code),
    "message" (words only), "errors" (second envelope).
    """
    second = error.status in (401, 404) and path.startswith("/api/v1/compan")
    if error.code is not None and booking_errors == "errors":
        second = True
    if second:
        code = error.code or error.status
        body: dict[str, Any] = {
            "errors": {"code": code, "message": error.message},
            "meta": {"message": error.message},
        }
        return json_answer(body, error.status)
    meta: dict[str, Any] = {"message": error.message}
    if error.fields is not None:
        meta["errors"] = error.fields
    elif error.code is not None and booking_errors == "full":
        row = {"code": error.code, "message": error.message}
        meta["code"] = error.code
        meta["errors"] = [row if error.tag is None else {**row, "id": error.tag}]
    return json_answer({"success": False, "data": None, "meta": meta}, error.status)


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status, media_type="application/json; charset=utf-8", headers=headers)


async def read_body(request: Request) -> dict[str, Any]:
    """The JSON object of the body, or a form's fields; {} when there is none."""
    raw = await request.body()
    if not raw.strip():
        return {}
    if "form" in request.headers.get("content-type", ""):
        return {key: str(value) for key, value in (await request.form()).items()}
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ApiError(400, "Недопустимый формат запроса") from error
    if not isinstance(body, dict):
        raise ApiError(400, "Недопустимый формат запроса")
    return body
