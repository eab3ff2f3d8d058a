"""The journal's API: records, one record, visits, and what a client may do with the record's hash.

Sheet, 2.8 to 2.11. PUT /record is a full replacement; DELETE answers 204 without a body.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any

from marketplace.yclients.sandbox import desk, views_journal
from marketplace.yclients.sandbox.model import Record, Salon, Service, Staff
from marketplace.yclients.sandbox.times import local_now, parse_wall, sent_start, wall_text
from marketplace.yclients.sandbox.web import ApiError, Call, Reply, page_of

_MAX_COUNT = 300
_ATTENDANCE = {-1, 0, 1, 2}


def listing(call: Call) -> Reply:
    store = call.world.store
    client_id, staff_id = call.integer("client_id"), call.integer("staff_id")
    # `client_phone` and `phone` are no filters: the real server ignores them, too.
    rows = (
        store.records_of_client(client_id) if client_id else store.of_salon(Record, call.salon.id)
    )
    first, last = call.day("start_date"), call.day("end_date")
    since, until = call.moment("changed_after"), call.moment("changed_before")
    made_from, made_to = call.day("c_start_date"), call.day("c_end_date")
    with_deleted = call.text("with_deleted") == "1"

    def wanted(row: Record) -> bool:
        return (
            row.salon_id == call.salon.id
            and (with_deleted or not row.deleted)
            and (not staff_id or row.staff_id == staff_id)
            and (first is None or row.day >= first.isoformat())
            and (last is None or row.day <= last.isoformat())
            and (made_from is None or row.created_at[:10] >= made_from.isoformat())
            and (made_to is None or row.created_at[:10] <= made_to.isoformat())
            and (since is None or _compare(row.changed_at, since) >= 0)
            and (until is None or _compare(row.changed_at, until) <= 0)
        )

    found = [row for row in rows if wanted(row)]
    page, count = max(call.integer("page", 1), 1), call.integer("count", 50)
    shown = page_of(found, page, min(max(count, 1), _MAX_COUNT))
    data = [views_journal.record(store, call.salon, row) for row in shown]
    return Reply(data, meta={"page": page, "total_count": len(found)})


def one(call: Call) -> Reply:
    row = desk.live_record(call.world, call.salon, call.number("record"), deleted=True)
    return Reply(views_journal.record(call.world.store, call.salon, row))


def create(call: Call) -> Reply:
    salon, body = call.salon, call.body
    with call.world.store.lock:
        visit, person = _visit(call)
        if not body.get("save_if_busy"):
            staff = desk.staff_of(call.world, salon, visit.staff_id)
            desk.ensure_free(call.world, staff, visit.start, visit.length)
        (row,) = desk.write(call.world, salon, person, [visit], via="api", own=True)
    data: Any = views_journal.record(call.world.store, salon, row)
    # The vendor's schema says list, live answers were objects.
    return Reply([data] if "records_list" in salon.shapes else data, 201)


def replace(call: Call) -> Reply:
    salon, body = call.salon, call.body
    with call.world.store.lock:
        row = desk.live_record(call.world, salon, call.number("record"))
        visit, person = _visit(call)
        _ensure_attendance(call, row, visit.extra["attendance"])
        if not body.get("save_if_busy"):
            staff = desk.staff_of(call.world, salon, visit.staff_id)
            desk.ensure_free(call.world, staff, visit.start, visit.length, except_record=row.id)
        card, is_new = desk.card_of(call.world, salon, person, row.client_id)
        if card is not None and is_new:
            call.world.store.commit(card)
        changed = desk.change(
            call.world,
            row,
            own=True,
            staff_id=visit.staff_id,
            services=visit.services,
            start=wall_text(visit.start),
            length=visit.length,
            client_id=card.id if card else 0,
            **visit.extra,
        )
    return Reply(views_journal.record(call.world.store, salon, changed), 201)


def delete(call: Call) -> Reply:
    with call.world.store.lock:
        row = desk.live_record(call.world, call.salon, call.number("record"))
        desk.delete(call.world, row, own=True)
    return Reply(status=204, empty=True)


def reschedule(call: Call) -> Reply:
    """PUT /book_record: only the time moves, by the salon's rules for clients."""
    salon = call.salon
    with call.world.store.lock:
        row = desk.live_record(call.world, salon, call.number("record"))
        if row.created_via != "online":
            raise ApiError(403, f"Вы не можете управлять записью с id {row.id}")
        _ensure_allowed(call, row, salon.allow_change, salon.change_delay)
        start = _start(call)
        staff = desk.staff_of(call.world, salon, row.staff_id)
        desk.ensure_free(call.world, staff, start, row.length, except_record=row.id)
        comment = str(call.body.get("comment", row.comment))
        changed = desk.change(call.world, row, own=True, start=wall_text(start), comment=comment)
    return Reply(views_journal.record(call.world.store, salon, changed))


def by_hash(call: Call) -> Reply:
    row, salon = _hashed(call)
    return Reply(views_journal.record(call.world.store, salon, row))


def delete_by_hash(call: Call) -> Reply:
    if call.user is not None:
        raise ApiError(400, "Недопустимый формат запроса")
    with call.world.store.lock:
        row, salon = _hashed(call)
        if row.deleted:
            raise ApiError(404, "Не найдено")
        _ensure_allowed(call, row, salon.allow_delete, salon.delete_delay)
        desk.delete(call.world, row, own=True)
    return Reply(None)


def visit(call: Call) -> Reply:
    rows = _visit_rows(call)
    found = [(views_journal.record(call.world.store, salon, row)) for row, salon in rows]
    return Reply(
        {
            "attendance": rows[0][0].attendance,
            "datetime": found[0]["datetime"],
            "comment": rows[0][0].comment,
            "records": found,
        }
    )


def change_visit(call: Call) -> Reply:
    """PUT /visits/{visit}/{record}: attendance and comment."""
    with call.world.store.lock:
        attendance = call.body.get("attendance")
        if attendance not in _ATTENDANCE:
            raise ApiError(422, "Ошибка валидации", fields={"attendance": ["Обязательное поле"]})
        for row, _ in _visit_rows(call):
            if row.id == call.number("record"):
                _ensure_attendance(call, row, attendance)
                comment = str(call.body.get("comment", row.comment))
                desk.change(call.world, row, own=True, attendance=attendance, comment=comment)
                return visit(call)
    raise ApiError(404, "Визит не найден")


def _visit(call: Call) -> tuple[desk.Visit, desk.Person]:
    """The body of POST /records and PUT /record, checked; what is left out falls to its default."""
    body = call.body
    needed = ("staff_id", "services", "datetime", "seance_length", "client")
    missing = {name: ["Обязательное поле"] for name in needed if name not in body}
    length = body.get("seance_length")
    if missing or not isinstance(length, int) or length <= 0:
        raise ApiError(422, "Ошибка валидации", fields=missing or {"seance_length": ["Число"]})
    staff = desk.staff_of(call.world, call.salon, int(body["staff_id"]))
    pause = body.get("technical_break_duration") or 0
    if pause % 300 or not 0 <= pause <= 3600:
        raise ApiError(422, "Ошибка валидации", fields={"technical_break_duration": ["0–3600"]})
    extra = {
        "comment": str(body.get("comment") or ""),
        "api_id": str(body.get("api_id") or ""),
        "attendance": int(body.get("attendance") or 0),
        "activity_id": int(body.get("activity_id") or 0),
        "custom_color": str(body.get("custom_color") or ""),
        "record_labels": list(body.get("record_labels") or []),
        "custom_fields": dict(body.get("custom_fields") or {}),
        "technical_break": pause,
        "sms_remain_hours": int(body.get("sms_remain_hours") or 0),
        "email_remain_hours": int(body.get("email_remain_hours") or 0),
    }
    services = [_service(call, staff, item) for item in body["services"]]
    return desk.Visit(staff.id, services, _start(call), length, extra), _person(body)


def _service(call: Call, staff: Staff, item: dict[str, Any]) -> dict[str, Any]:
    service = call.world.store.get(Service, int(item.get("id") or 0))
    if service is None or service.salon_id != staff.salon_id:
        raise ApiError(404, "Услуга не найдена.")
    # Sent without a price it loses its price: PUT replaces.
    cost = item.get("cost", item.get("first_cost", 0))
    return desk.service_row(
        service.id,
        service.title,
        cost,
        first_cost=item.get("first_cost", cost),
        discount=item.get("discount", 0),
        amount=int(item.get("amount", 1)),
    )


def _person(body: dict[str, Any]) -> desk.Person:
    client = body.get("client") or {}
    return desk.Person(
        phone=desk.digits(client.get("phone")),
        name=str(client.get("name") or ""),
        surname=str(client.get("surname") or ""),
        patronymic=str(client.get("patronymic") or ""),
        email=str(client.get("email") or ""),
    )


def _start(call: Call) -> datetime:
    start = sent_start(call.body.get("datetime"), call.salon)
    if start is None:
        raise ApiError(400, "Недопустимый формат запроса", fields={"datetime": ["Формат"]})
    return start


def _ensure_allowed(call: Call, row: Record, allowed: bool, delay: int) -> None:
    start = parse_wall(row.start)
    salon = call.world.store.get(Salon, row.salon_id)
    now = local_now(call.world.clock, salon) if salon else start
    if not allowed or start - now < timedelta(seconds=delay):
        raise ApiError(403, "Изменение записи запрещено настройками филиала")


def _ensure_attendance(call: Call, row: Record, wanted: int) -> None:
    """The right to mark attendance is one of its own."""
    salon = call.world.store.get(Salon, row.salon_id)
    denied = salon is not None and "edit_records_attendance_access" in salon.denied
    if denied and wanted != row.attendance:
        raise ApiError(403, "Недостаточно прав")


def _hashed(call: Call) -> tuple[Record, Salon]:
    row = call.world.store.get(Record, call.number("record"))
    given = str(call.request.path_params["hash"])
    if row is None or not hmac.compare_digest(row.hash.encode(), given.encode()):
        raise ApiError(404, "Не найдено")
    salon = call.world.store.get(Salon, row.salon_id)
    if salon is None:
        raise ApiError(404, "Не найдено")
    return row, salon


def _visit_rows(call: Call) -> list[tuple[Record, Salon]]:
    wanted, store = call.number("visit"), call.world.store
    found = [
        (row, salon)
        for salon in store.salons()
        for row in store.of_salon(Record, salon.id)
        if row.visit_id == wanted
    ]
    if not found:
        raise ApiError(404, "Визит не найден")
    return found


def _compare(stored: str, moment: datetime) -> float:
    """Stored moments are aware; a filter without an offset is read as UTC."""
    saved = datetime.fromisoformat(stored)
    other = moment if moment.tzinfo else moment.replace(tzinfo=saved.tzinfo)
    return (saved - other).total_seconds()
