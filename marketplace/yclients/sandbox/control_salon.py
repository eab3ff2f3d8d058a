"""The control API of one salon: its journal as a person sees it, and the salon's own hand in it."""

from dataclasses import replace
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from marketplace.yclients.sandbox import (
    availability,
    desk,
    events,
    marketplace,
    schedule,
    views_journal,
)
from marketplace.yclients.sandbox.control import Action, Body, describe, door
from marketplace.yclients.sandbox.model import SETTABLE, Client, Record, Salon, Service, Staff
from marketplace.yclients.sandbox.shapes import SHAPES
from marketplace.yclients.sandbox.times import local_now, sent_start, wall_text
from marketplace.yclients.sandbox.web import ApiError, to_day
from marketplace.yclients.sandbox.world import World

_PREFIX = "/control/salons/{salon:int}"
_BOOKING_ERRORS = {"full", "message", "errors"}


def routes(world: World) -> list[Route]:
    table: list[tuple[str, str, Action]] = [
        ("GET", "", show),
        ("PATCH", "", patch),
        ("GET", "/journal", journal),
        ("GET", "/records", records),
        ("POST", "/records", add_record),
        ("PATCH", "/records/{record:int}", move_record),
        ("DELETE", "/records/{record:int}", delete_record),
        ("PATCH", "/staff/{staff:int}", patch_staff),
        ("PATCH", "/services/{service:int}", patch_service),
        ("POST", "/webhooks", listen),
        ("GET", "/callbacks", callbacks),
        ("POST", "/status", set_status),
        ("POST", "/redirect", redirect),
    ]
    return [
        Route(_PREFIX + path, door(world, action), methods=[method])
        for method, path, action in table
    ]


def show(world: World, request: Request, body: Body) -> Any:
    return describe(world, _salon(world, request))


def patch(world: World, request: Request, body: Body) -> Any:
    """Changes the salon's settings and the stand-in's switches (`model.SETTABLE`)."""
    salon = _salon(world, request)
    unknown = set(body) - SETTABLE
    if unknown:
        raise ApiError(400, f"unknown settings: {', '.join(sorted(unknown))}")
    if body.get("booking_errors", "full") not in _BOOKING_ERRORS:
        raise ApiError(400, f"booking_errors must be one of {sorted(_BOOKING_ERRORS)}")
    odd = set(body.get("shapes") or []) - SHAPES - {"records_list"}
    if odd:
        raise ApiError(400, f"unknown shapes: {', '.join(sorted(odd))}")
    world.store.commit(replace(salon, **body))
    events.company_changed(world, salon.id)
    return {"ok": True}


def journal(world: World, request: Request, body: Body) -> Any:
    """`?date=YYYY-MM-DD` (default: the salon's today), by master; hidden and fired ones not."""
    salon = _salon(world, request)
    asked = request.query_params.get("date")
    day = to_day(asked) if asked else local_now(world.clock, salon).date()
    masters = [
        row
        for row in world.store.of_salon(Staff, salon.id)
        if not row.hidden and (not row.fired or _has_records(world, row, day))
    ]
    return {"date": day.isoformat(), "staff": [_column(world, row, day) for row in masters]}


def records(world: World, request: Request, body: Body) -> Any:
    """The ledger: record objects; `?phone=` one client's, `?with_deleted=1` deleted ones too."""
    salon = _salon(world, request)
    phone = desk.digits(request.query_params.get("phone"))
    with_deleted = request.query_params.get("with_deleted") == "1"
    found = []
    for row in world.store.of_salon(Record, salon.id):
        client = world.store.get(Client, row.client_id)
        if phone and (client is None or client.phone[-10:] != phone[-10:]):
            continue
        if with_deleted or not row.deleted:
            data = views_journal.record(world.store, salon, row)
            found.append({**data, "created_via": row.created_via})
    return found


def add_record(world: World, request: Request, body: Body) -> Any:
    """Typed by the salon: `staff_id, service_ids, start ("YYYY-MM-DD HH:MM"), phone?, name?`,
    `length?` (seconds), `force?` (over another visit), `attendance?`, `comment?`. No phone: blocked
    time."""
    salon = _salon(world, request)
    start = sent_start(body["start"], salon)
    if start is None:
        raise ApiError(400, "start must be the salon's wall clock, YYYY-MM-DD HH:MM")
    service_ids = [int(item) for item in body.get("service_ids") or []]
    phone = desk.digits(body.get("phone"))
    person = desk.Person(phone, str(body.get("name") or "Гость")) if phone else desk.Person("", "")
    with world.store.lock:
        master = desk.staff_of(world, salon, int(body["staff_id"]))
        length = int(
            body.get("length") or availability.length_of(world, master, service_ids) or 3600
        )
        if not body.get("force"):
            desk.ensure_free(world, master, start, length)
        extra = {
            "comment": str(body.get("comment") or ""),
            "attendance": int(body.get("attendance") or 0),
        }
        services = desk.priced(world, master, service_ids)
        visit = desk.Visit(master.id, services, start, length, extra)
        (row,) = desk.write(world, salon, person, [visit], via="salon", own=False)
    return views_journal.record(world.store, salon, row)


def move_record(world: World, request: Request, body: Body) -> Any:
    """Changed by the salon: any of `start, staff_id, length, attendance, comment, force`."""
    salon = _salon(world, request)
    with world.store.lock:
        row = desk.live_record(world, salon, int(request.path_params["record"]))
        values: dict[str, Any] = {
            key: body[key] for key in ("staff_id", "length", "attendance", "comment") if key in body
        }
        start = sent_start(body.get("start", row.start), salon)
        if start is None:
            raise ApiError(400, "start must be the salon's wall clock, YYYY-MM-DD HH:MM")
        values["start"] = wall_text(start)
        moved = replace(row, **values)
        if {"start", "staff_id", "length"} & set(body) and not body.get("force"):
            master = desk.staff_of(world, salon, moved.staff_id)
            desk.ensure_free(world, master, start, moved.length, except_record=row.id)
        changed = desk.change(world, row, own=False, **values)
    return views_journal.record(world.store, salon, changed)


def delete_record(world: World, request: Request, body: Body) -> Any:
    with world.store.lock:
        salon = _salon(world, request)
        row = desk.live_record(world, salon, int(request.path_params["record"]))
        desk.delete(world, row, own=False)
    return {"ok": True}


def patch_staff(world: World, request: Request, body: Body) -> Any:
    """`name, specialization, hidden, fired, bookable`; `day_off: "YYYY-MM-DD"` (fell ill);
    `hours: {"YYYY-MM-DD": [["10:00", "18:00"]]}`."""
    salon = _salon(world, request)
    row = world.store.get(Staff, int(request.path_params["staff"]))
    if row is None or row.salon_id != salon.id:
        raise ApiError(404, "Сотрудник не найден.")
    known = ("name", "specialization", "hidden", "fired", "bookable")
    values: dict[str, Any] = {key: body[key] for key in known if key in body}
    overrides = dict(row.overrides)
    if body.get("day_off"):
        overrides[to_day(str(body["day_off"])).isoformat()] = []
    for day, pairs in (body.get("hours") or {}).items():
        minutes = [[schedule.minutes_of(start), schedule.minutes_of(end)] for start, end in pairs]
        overrides[to_day(day).isoformat()] = minutes
    changed = replace(row, **values, overrides=overrides)
    world.store.commit(changed)
    events.staff_changed(world, changed, "update")
    return {"ok": True}


def patch_service(world: World, request: Request, body: Body) -> Any:
    """`title, price_min, price_max, duration, active, is_online, prepaid, comment, capacity`."""
    salon = _salon(world, request)
    row = world.store.get(Service, int(request.path_params["service"]))
    if row is None or row.salon_id != salon.id:
        raise ApiError(404, "Услуга не найдена.")
    known = [
        "title",
        "price_min",
        "price_max",
        "duration",
        "active",
        "is_online",
        "prepaid",
        "comment",
        "capacity",
    ]
    changed = replace(row, **{key: body[key] for key in known if key in body})
    world.store.commit(changed)
    events.service_changed(world, changed, "update")
    return {"ok": True}


def listen(world: World, request: Request, body: Body) -> Any:
    """Extra listeners beside YCLIENTS's own settings: `urls` replaces the list."""
    salon = replace(_salon(world, request), listeners=[str(url) for url in body["urls"]])
    world.store.commit(salon)
    return {"urls": salon.listeners}


def callbacks(world: World, request: Request, body: Body) -> Any:
    return _salon(world, request).callbacks


def set_status(world: World, request: Request, body: Body) -> Any:
    """Moves the application; `frozen` and `uninstalled` are told to the lifecycle address."""
    salon, wanted = _salon(world, request), body["status"]
    if wanted not in marketplace.STATUSES:
        raise ApiError(400, f"status must be one of {', '.join(marketplace.STATUSES)}")
    changed = marketplace.set_status(world, salon, wanted, source="marketplace")
    event = {"frozen": "freeze", "uninstalled": "uninstall"}.get(wanted)
    if event and body.get("notify", True):
        marketplace.send_lifecycle(world, changed, event)
    return {"status": changed.app_status}


def redirect(world: World, request: Request, body: Body) -> Any:
    """The owner clicks "connect": the application becomes pending unless it works, and here is the
    signed query (`marketplace.redirect` has the variants)."""
    salon = _salon(world, request)
    if salon.app_status in ("uninstalled", "pending"):
        salon = marketplace.set_status(world, salon, "pending", source="marketplace")
    options = ("user", "alphabet", "padding", "sign", "user_data", "salon_ids", "ids_style")
    spec = {key: body[key] for key in options if key in body}
    # The user's fields may also be given bare: {"name": …, "phone": …}.
    bare = {key: body[key] for key in body if key not in options}
    return marketplace.redirect(salon, {"user": bare, **spec})


def _salon(world: World, request: Request) -> Salon:
    salon = world.store.get(Salon, int(request.path_params["salon"]))
    if salon is None:
        raise ApiError(404, "no such salon")
    return salon


def _has_records(world: World, row: Staff, day: date) -> bool:
    found = world.store.records_of_day(row.id, day.isoformat())
    return any(not record.deleted for record in found)


def _column(world: World, row: Staff, day: date) -> Body:
    clock = schedule.clock_text
    return {
        "id": row.id,
        "name": row.name,
        "specialization": row.specialization,
        "slots": [
            {"from": clock(start), "to": clock(end)} for start, end in schedule.hours(row, day)
        ],
        "records": [
            _entry(world, record) for record in world.store.records_of_day(row.id, day.isoformat())
        ],
    }


def _entry(world: World, record: Record) -> Body:
    begin = availability.seconds_of(record.start) // 60
    client = world.store.get(Client, record.client_id)
    return {
        "id": record.id,
        "from": schedule.clock_text(begin),
        "to": schedule.clock_text(begin + record.length // 60),
        "services": [item["title"] for item in record.services],
        "client": {"name": client.name, "phone": client.phone} if client else None,
        "attendance": record.attendance,
        "deleted": record.deleted,
        "comment": record.comment,
        "api_id": record.api_id,
        "created_via": record.created_via,
    }
