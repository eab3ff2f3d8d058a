"""Company, categories, services, masters, schedules, webhook settings: what a sync reads."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from marketplace.yclients.sandbox import availability, schedule, views_salon
from marketplace.yclients.sandbox.desk import staff_of
from marketplace.yclients.sandbox.model import HOOK_FLAGS, Category, Service, Staff
from marketplace.yclients.sandbox.shapes import reshape
from marketplace.yclients.sandbox.web import ApiError, Call, Reply, to_day

_MAX_DAYS = 366


def companies(call: Call) -> Reply:
    """GET /companies; `my=1` needs a user token and lists the branches that user manages."""
    if call.text("my") == "1" and call.user is None:
        raise ApiError(401, "Необходима авторизация")
    mine = call.text("my") == "1"
    rows = [row for row in call.world.store.salons() if row.user_known or not mine]
    return Reply([views_salon.company(call.world, row) for row in rows])


def company(call: Call) -> Reply:
    return Reply(views_salon.company(call.world, call.salon))


def categories(call: Call) -> Reply:
    store, salon = call.world.store, call.salon
    services, masters = store.of_salon(Service, salon.id), store.of_salon(Staff, salon.id)
    found = store.of_salon(Category, salon.id)
    rows = [views_salon.category(row, services, masters) for row in found]
    return _list_or_one(call, rows, "Категория не найдена.")


def services(call: Call) -> Reply:
    store, salon = call.world.store, call.salon
    masters = store.of_salon(Staff, salon.id)
    staff_id, category_id = call.integer("staff_id"), call.integer("category_id")
    rows = [views_salon.service(row, masters) for row in store.of_salon(Service, salon.id)]
    if staff_id:
        rows = [row for row in rows if any(one["id"] == staff_id for one in row["staff"])]
    if category_id:
        rows = [row for row in rows if row["category_id"] == category_id]
    return _list_or_one(call, rows, "Услуга не найдена.")


def staff(call: Call) -> Reply:
    rows = [views_salon.staff(row) for row in call.world.store.of_salon(Staff, call.salon.id)]
    return _list_or_one(call, rows, "Сотрудник не найден.")


def deprecated_services(call: Call) -> Reply:
    """GET /services/{c}/{id}: the older path, numbers as strings."""
    reply = services(call)
    return Reply(reshape(reply.data, ["strings"]), meta=reply.meta)


def deprecated_staff(call: Call) -> Reply:
    reply = staff(call)
    return Reply(reshape(reply.data, ["strings"]), meta=reply.meta)


def schedules(call: Call) -> Reply:
    """Working days only: a day off has no row."""
    first, last = call.day("start_date"), call.day("end_date")
    if first is None or last is None or last < first:
        raise ApiError(400, "Недопустимый формат запроса", fields={"start_date": ["Период"]})
    wanted = set(call.integers("staff_ids"))
    with_busy = "busy_intervals" in call.texts("include")
    rows = [
        _schedule_row(call, master, day, with_busy=with_busy)
        for master in call.world.store.of_salon(Staff, call.salon.id)
        if not master.fired and (not wanted or master.id in wanted)
        for day in _days(first, last)
        if schedule.hours(master, day)
    ]
    return Reply(rows, meta={"count": len(rows)})


def set_schedules(call: Call) -> Reply:
    """PUT staff/schedule: replaces single days, or makes them days off."""
    changed: dict[int, Staff] = {}
    touched: list[tuple[int, date]] = []
    for key in ("schedules_to_set", "schedules_to_delete"):
        for item in call.body.get(key) or []:
            master = changed.get(item["staff_id"]) or staff_of(
                call.world, call.salon, item["staff_id"]
            )
            slots = item.get("slots") or [] if key == "schedules_to_set" else []
            pairs = [
                [schedule.minutes_of(one["from"]), schedule.minutes_of(one["to"])] for one in slots
            ]
            days = [to_day(str(day)) for day in item["dates"]]
            overrides = {**master.overrides, **{day.isoformat(): pairs for day in days}}
            changed[master.id] = replace(master, overrides=overrides)
            touched += [(master.id, day) for day in days]
    if changed:
        call.world.store.commit(*changed.values())
    rows = [
        _schedule_row(call, changed[staff_id], day, with_busy=False) for staff_id, day in touched
    ]
    return Reply(rows, meta={"count": len(rows)})


def old_schedule(call: Call) -> Reply:
    """GET /schedule/{c}/{staff}/{start}/{end} (deprecated)."""
    master = staff_of(call.world, call.salon, call.number("staff"))
    path = call.request.path_params
    days = _days(to_day(str(path["start"])), to_day(str(path["end"])))
    rows = []
    for day in days:
        slots = _spans(schedule.hours(master, day))
        rows.append({"date": day.isoformat(), "is_working": int(bool(slots)), "slots": slots})
    return Reply(rows)


def hooks(call: Call) -> Reply:
    salon = call.salon
    return Reply({"urls": salon.hook_urls, "active": salon.hook_active, **salon.hook_flags})


def set_hooks(call: Call) -> Reply:
    body = call.body
    urls = body.get("urls", [body["url"]] if body.get("url") else [])
    if not isinstance(urls, list):
        raise ApiError(422, "Неверный список адресов", fields={"urls": ["Не список"]})
    flags = {name: int(bool(int(body.get(name, 0)))) for name in HOOK_FLAGS}
    changed = replace(
        call.salon,
        hook_urls=[str(url) for url in urls],
        hook_active=int(bool(int(body.get("active", 0)))),
        hook_flags=flags,
    )
    call.world.store.commit(changed)
    return Reply({"urls": changed.hook_urls, "active": changed.hook_active, **flags}, 201)


def _list_or_one(call: Call, rows: list[dict[str, Any]], absent: str) -> Reply:
    wanted = call.number("id")
    if not wanted:
        return Reply(rows, meta={"total_count": len(rows)})
    for row in rows:
        if row["id"] == wanted:
            return Reply(row)
    raise ApiError(404, absent)


def _schedule_row(call: Call, master: Staff, day: date, *, with_busy: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "staff_id": master.id,
        "date": day.isoformat(),
        "slots": _spans(schedule.hours(master, day)),
        "off_day_type": None,
    }
    if with_busy:
        row["busy_intervals"] = [
            {
                "entity_type": "record",
                "entity_id": record.id,
                "from": schedule.clock_text(availability.seconds_of(record.start) // 60),
                "to": schedule.clock_text(
                    min(1440, (availability.seconds_of(record.start) + record.length) // 60)
                ),
            }
            for record in call.world.store.records_of_day(master.id, day.isoformat())
            if not record.deleted
        ]
    return row


def _spans(pairs: list[list[int]]) -> list[dict[str, str]]:
    clock = schedule.clock_text
    return [{"from": clock(start), "to": clock(end)} for start, end in pairs]


def _days(first: date, last: date) -> list[date]:
    span = min((last - first).days, _MAX_DAYS)
    return [first + timedelta(days=shift) for shift in range(span + 1)]
