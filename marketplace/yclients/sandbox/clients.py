"""Client cards: search, list, one, create, change, delete (sheet, 2.12)."""

from dataclasses import replace
from typing import Any

from marketplace.yclients.sandbox import desk, events, views_journal
from marketplace.yclients.sandbox.model import Client
from marketplace.yclients.sandbox.times import stamp
from marketplace.yclients.sandbox.web import ApiError, Call, Reply, page_of

_MAX_PAGE = 200
_FILTERS = {
    "id",
    "quick_search",
    "sold_amount",
    "importance",
    "has_mobile_app",
    "category",
    "birthday",
    "gender",
    "record",
    "client",
    "sale",
    "passteam",
}
_SORTABLE = {"id", "name", "phone", "email"}


def search(call: Call) -> Reply:
    """POST clients/search. Unknown body keys are ignored: a wrong body finds everybody."""
    body = call.body
    rows = _living(call)
    for item in body.get("filters") or []:
        kind = item.get("type") if isinstance(item, dict) else None
        if kind not in _FILTERS:
            raise ApiError(
                400, "Ошибка валидации", fields={"filters": [f"Неизвестный фильтр {kind}"]}
            )
        rows = [row for row in rows if _passes(row, kind, item.get("state") or {})]
    order = body.get("order_by", "id")
    if order in _SORTABLE:
        down = str(body.get("order_by_direction", "ASC")).upper() == "DESC"
        rows = sorted(rows, key=lambda row: getattr(row, order), reverse=down)
    size = min(max(int(body.get("page_size") or 25), 1), _MAX_PAGE)
    shown = page_of(rows, int(body.get("page") or 1), size)
    fields = body.get("fields") or ["id"]
    return Reply([_only(call, row, fields) for row in shown], meta={"total_count": len(rows)})


def listing(call: Call) -> Reply:
    """GET /clients/{c} (deprecated, still used by libraries)."""
    rows = _living(call)
    page, count = call.integer("page", 1), min(max(call.integer("count", 20), 1), _MAX_PAGE)
    data = [_card(call, row) for row in page_of(rows, page, count)]
    return Reply(data, meta={"page": page, "total_count": len(rows)})


def one(call: Call) -> Reply:
    return Reply(_card(call, _find(call)))


def create(call: Call) -> Reply:
    phone = desk.digits(call.body.get("phone"))
    name = str(call.body.get("name") or "").strip()
    missing = {
        key: ["Обязательное поле"] for key, ok in (("name", name), ("phone", phone)) if not ok
    }
    if missing:
        raise ApiError(422, "Ошибка валидации", fields=missing)
    with call.world.store.lock:
        if call.world.store.client_by_phone(call.salon.id, phone) is not None:
            raise ApiError(422, "Клиент с указанным телефоном уже существует в базе")
        now = stamp(call.world.clock)
        row = Client(
            id=call.world.store.next_id(Client),
            salon_id=call.salon.id,
            name=name,
            phone=phone,
            surname=str(call.body.get("surname") or ""),
            email=str(call.body.get("email") or ""),
            comment=str(call.body.get("comment") or ""),
            created_at=now,
            changed_at=now,
        )
        call.world.store.commit(row)
    events.client_changed(call.world, row, "create", own=True)
    return Reply(_card(call, row), 201)


def change(call: Call) -> Reply:
    known = ("name", "surname", "patronymic", "email", "comment")
    values: dict[str, Any] = {key: str(call.body[key] or "") for key in known if key in call.body}
    if "phone" in call.body:
        values["phone"] = desk.digits(call.body["phone"])
    row = replace(_find(call), **values, changed_at=stamp(call.world.clock))
    call.world.store.commit(row)
    events.client_changed(call.world, row, "update", own=True)
    return Reply(_card(call, row))


def delete(call: Call) -> Reply:
    row = replace(_find(call), deleted=True, changed_at=stamp(call.world.clock))
    call.world.store.commit(row)
    events.client_changed(call.world, row, "delete", own=True)
    return Reply(status=204, empty=True)


def _living(call: Call) -> list[Client]:
    return [row for row in call.world.store.of_salon(Client, call.salon.id) if not row.deleted]


def _find(call: Call) -> Client:
    row = call.world.store.get(Client, call.number("client"))
    if row is None or row.salon_id != call.salon.id or row.deleted:
        raise ApiError(404, "Клиент не найден")
    return row


def _passes(row: Client, kind: str, state: dict[str, Any]) -> bool:
    value = str(state.get("value") or "")
    if kind == "quick_search":
        number = "".join(ch for ch in value if ch.isdigit())
        text = " ".join((row.name, row.surname, row.email)).lower()
        return (bool(number) and number in row.phone) or value.lower() in text
    if kind == "id":
        wanted = state.get("value")
        return row.id in wanted if isinstance(wanted, list) else str(row.id) == value
    # Known filters the sandbox has no data for let everybody through.
    return True


def _only(call: Call, row: Client, fields: list[str]) -> dict[str, Any]:
    """A search row holds the requested fields and nothing else."""
    data = _card(call, row)
    visits = [
        visit
        for visit in call.world.store.records_of_client(row.id)
        if not visit.deleted and visit.attendance == 1
    ]
    data["visits_count"] = len(visits)
    data["sold_amount"] = data["spent"]
    data["last_visit_date"] = max((visit.start for visit in visits), default="")
    data["first_visit_date"] = min((visit.start for visit in visits), default="")
    return {key: data[key] for key in fields if key in data}


def _card(call: Call, row: Client) -> dict[str, Any]:
    visits = call.world.store.records_of_client(row.id)
    return views_journal.client(call.salon, row, visits)
