"""Online booking: book_services, book_staff, book_dates, book_times, book_check, book_record.

Sheet, 2.4 to 2.8. The partner token is enough. `service_ids[]` counts, `service_id` does not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.yclients.sandbox import availability, desk, schedule, views_salon
from marketplace.yclients.sandbox.model import Category, Salon, Service, Staff
from marketplace.yclients.sandbox.times import local_now, sent_start, with_colon
from marketplace.yclients.sandbox.web import ApiError, Call, Reply, to_day
from marketplace.yclients.sandbox.world import World

_NO_STAFF = "Нет доступных для записи сотрудников"
_MAX_DAYS = 366


def services(call: Call) -> Reply:
    store, staff_id = call.world.store, call.integer("staff_id")
    chosen = set(call.integers("service_ids"))
    everything = store.of_salon(Service, call.salon.id)
    titles = {row.id: row.title for row in everything}
    rows = []
    for row in everything:
        doers = availability.masters(call.world, call.salon, [row.id], staff_id)
        if not (row.active and row.is_online and doers) or (chosen and row.id not in chosen):
            continue
        length = availability.length_of(call.world, doers[0], [row.id]) or row.duration
        rows.append(views_salon.book_service(row, length, staff_id, titles))
    used = {row["category_id"] for row in rows}
    categories = [
        {"id": row.id, "title": row.title, "sex": 0, "api_id": 0, "weight": row.weight}
        for row in store.of_salon(Category, call.salon.id)
        if row.id in used
    ]
    data = {"events": [], "category": categories, "categories": categories, "services": rows}
    return Reply(data)


def staff(call: Call) -> Reply:
    wanted = call.integers("service_ids")
    rows = []
    for row in call.world.store.of_salon(Staff, call.salon.id):
        if row.hidden or row.fired:
            continue
        able = availability.length_of(call.world, row, wanted) is not None
        data: dict[str, Any] = {
            "id": row.id,
            "name": row.name,
            "bookable": row.bookable and able,
            "specialization": row.specialization,
            "position": {"id": 1, "title": row.specialization},
            "show_rating": 1,
            "rating": row.rating,
            "votes_count": 0,
            "comments_count": 0,
            "avatar": "",
            "weight": row.weight,
            "information": "",
            "seances": [],
        }
        if data["bookable"]:
            nearest = _nearest_day(call, wanted, row.id)
            if nearest is not None:
                data["seance_date"] = nearest.isoformat()
        rows.append(data)
    return Reply(rows)


def dates(call: Call) -> Reply:
    wanted, staff_id = call.integers("service_ids"), call.integer("staff_id")
    masters = availability.masters(call.world, call.salon, wanted, staff_id)
    today = local_now(call.world.clock, call.salon).date()
    working, free = [], []
    for day in _range(call, today):
        if day < today or not any(schedule.hours(master, day) for master in masters):
            continue
        working.append(day)
        if availability.free(call.world, call.salon, wanted, staff_id, day):
            free.append(day)
    return Reply(
        {
            "booking_days": _by_month(free),
            "booking_dates": [day.isoformat() for day in free],
            "working_days": _by_month(working),
            "working_dates": [day.isoformat() for day in working],
        }
    )


def times(call: Call) -> Reply:
    day = to_day(str(call.request.path_params["day"]))
    return Reply(_slots(call, call.number("staff"), day))


def staff_seances(call: Call) -> Reply:
    staff_id = call.number("staff")
    day = _nearest_day(call, call.integers("service_ids"), staff_id)
    if day is None:
        return Reply({"seance_date": None, "seances": []})
    return Reply({"seance_date": day.isoformat(), "seances": _slots(call, staff_id, day)})


def code(call: Call) -> Reply:
    """Sends an SMS with a code: here always the last four digits of the phone."""
    phone = desk.digits(call.body.get("phone"))
    if not 9 <= len(phone) <= 15:
        raise ApiError(422, "Неверный формат телефона", code=431)
    call.world.codes[call.salon.id, phone] = phone[-4:]
    return Reply(None, 201, {"message": "Created"})


def check(call: Call) -> Reply:
    with call.world.store.lock:
        _resolve(call.world, call.salon, call.body)
    return Reply(None, 201, {"message": "Created"})


def book(call: Call) -> Reply:
    salon, body = call.salon, call.body
    person = _person(call)
    extra = {"comment": str(body.get("comment") or ""), "api_id": str(body.get("api_id") or "")}
    with call.world.store.lock:
        chosen = _resolve(call.world, salon, body)
        visits = [
            desk.Visit(
                one.staff.id,
                desk.priced(call.world, one.staff, one.service_ids),
                one.start,
                one.length,
                extra,
            )
            for one in chosen
        ]
        rows = desk.write(call.world, salon, person, visits, via="online", own=True)
    data = [
        {"id": one.tag, "record_id": row.id, "record_hash": row.hash}
        for one, row in zip(chosen, rows, strict=True)
    ]
    return Reply(data, 201)


@dataclass(frozen=True)
class _Chosen:
    tag: int
    staff: Staff
    service_ids: list[int]
    start: datetime
    length: int

    def clashes(self, other: "_Chosen") -> bool:
        if self.staff.id != other.staff.id:
            return False
        mine, theirs = timedelta(seconds=self.length), timedelta(seconds=other.length)
        return self.start < other.start + theirs and other.start < self.start + mine


def _resolve(world: World, salon: Salon, body: dict[str, Any]) -> list[_Chosen]:
    """All appointments with their masters and lengths, each of them possible now; else ApiError."""
    wanted = body.get("appointments")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError(400, "Недопустимый формат запроса", fields={"appointments": ["Пусто"]})
    chosen: list[_Chosen] = []
    for item in wanted:
        one = _choose(world, salon, item if isinstance(item, dict) else {}, chosen)
        if any(one.clashes(other) for other in chosen):
            raise ApiError(422, "Записи пересекаются между собой", code=437, tag=one.tag)
        chosen.append(one)
    return chosen


def _choose(world: World, salon: Salon, item: dict[str, Any], taken: Sequence[_Chosen]) -> _Chosen:
    tag, staff_id = _integer(item.get("id")), _integer(item.get("staff_id"))
    service_ids = [_integer(value) for value in item.get("services") or []]
    start = sent_start(item.get("datetime"), salon)
    if start is None or not service_ids:
        raise ApiError(400, "Недопустимый формат запроса", fields={"datetime": ["Формат"]})
    for service_id in service_ids:
        service = world.store.get(Service, service_id)
        if service is None or service.salon_id != salon.id:
            raise ApiError(404, "Услуга не найдена.")
        if not service.active or not service.is_online:
            raise ApiError(422, "Услуга недоступна для записи", code=438, tag=tag)
        if service.parts:
            # A package is booked by its parts only, though slots are offered for it.
            raise ApiError(404, "Сотрудник не оказывает выбранную услугу")
    if staff_id:
        desk.staff_of(world, salon, staff_id)
    candidates = availability.masters(world, salon, service_ids, staff_id)
    if not candidates and staff_id:
        raise ApiError(404, "Сотрудник не оказывает выбранную услугу")
    soonest = local_now(world.clock, salon) + timedelta(minutes=salon.delay_minutes)
    for master in candidates:
        length = availability.length_of(world, master, service_ids) or 0
        one = _Chosen(tag, master, service_ids, start, length)
        # In any-master mode an earlier appointment of this request takes its master, too.
        if staff_id == 0 and any(one.clashes(other) for other in taken):
            continue
        if start >= soonest and availability.can_take(world, master, start, length):
            return one
    if staff_id:
        raise ApiError(422, desk.busy_text(candidates[0], start), code=433, tag=tag)
    raise ApiError(422, _NO_STAFF, code=436, tag=tag)


def _person(call: Call) -> desk.Person:
    salon, body = call.salon, call.body
    phone, name = desk.digits(body.get("phone")), str(body.get("fullname") or "").strip()
    email = str(body.get("email") or "").strip()
    if not 9 <= len(phone) <= 15:
        raise ApiError(422, "Неверный формат телефона", code=431)
    if not name:
        raise ApiError(422, "Не указано имя клиента", code=435)
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise ApiError(400, "Неверный e-mail", fields={"email": ["Неверный формат"]})
    if salon.email_required and not email:
        raise ApiError(422, "Не указан e-mail", fields={"email": ["Обязательное поле"]})
    if salon.comment_required and not body.get("comment"):
        raise ApiError(422, "Не указан комментарий", fields={"comment": ["Обязательное поле"]})
    if salon.phone_confirmation:
        expected = call.world.codes.get((salon.id, phone))
        if expected is None or str(body.get("code")) != expected:
            raise ApiError(422, "Неверный код из SMS", code=432)
    if phone[-10:] in {blocked[-10:] for blocked in salon.blacklist}:
        raise ApiError(403, "Клиент в чёрном списке", code=434)
    return desk.Person(phone=phone, name=name, email=email)


def _slots(call: Call, staff_id: int, day: date) -> list[dict[str, Any]]:
    found = availability.free(call.world, call.salon, call.integers("service_ids"), staff_id, day)
    rows = []
    for one in found:
        start = datetime.combine(day, datetime.min.time()) + timedelta(seconds=one.start)
        rows.append(
            {
                "time": f"{start.hour}:{start.minute:02d}",
                "seance_length": one.length,
                "sum_length": one.length,
                "datetime": with_colon(start, call.salon),
            }
        )
    return rows


def _nearest_day(call: Call, wanted: list[int], staff_id: int) -> date | None:
    today = local_now(call.world.clock, call.salon).date()
    for shift in range(31):
        day = today + timedelta(days=shift)
        if availability.free(call.world, call.salon, wanted, staff_id, day):
            return day
    return None


def _range(call: Call, today: date) -> list[date]:
    first, last = call.day("date_from"), call.day("date_to")
    inside = call.day("date")
    if first is None or last is None:
        if inside is not None:
            first = inside.replace(day=1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        else:
            first, last = today, today + timedelta(days=30)
    span = min((last - first).days, _MAX_DAYS)
    return [first + timedelta(days=shift) for shift in range(span + 1)]


def _by_month(days: list[date]) -> dict[str, list[str]] | list[Any]:
    found: dict[str, list[str]] = {}
    for day in days:
        found.setdefault(str(day.month), []).append(str(day.day))
    return found or []


def _integer(value: object) -> int:
    text = str(value)
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else 0
