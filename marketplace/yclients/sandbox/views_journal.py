"""Records and client cards as YCLIENTS's JSON (sheet, 2.9 and 2.12)."""

from typing import Any

from marketplace.yclients.sandbox.model import Client, Record, Salon, Staff
from marketplace.yclients.sandbox.store import Store
from marketplace.yclients.sandbox.times import parse_wall, with_colon, without_colon
from marketplace.yclients.sandbox.views_salon import short_staff
from marketplace.yclients.sandbox.world import USER_ID


def client(salon: Salon, row: Client, visits: list[Record]) -> dict[str, Any]:
    """A client card: GET client, clients, webhooks."""
    came = [visit for visit in visits if not visit.deleted and visit.attendance == 1]
    spent = sum(int(item["cost"]) for visit in came for item in visit.services)
    return {
        "id": row.id,
        "name": row.name,
        "surname": row.surname,
        "patronymic": row.patronymic,
        "display_name": " ".join(part for part in (row.surname, row.name) if part),
        "phone": _phone(salon, row.phone, "clients_phones_email_access"),
        "email": row.email,
        "card": "",
        "birth_date": 0,
        "comment": row.comment,
        "sex": "",
        "sex_id": 0,
        "discount": 0,
        "importance": "",
        "importance_id": 0,
        "spent": spent,
        "paid": spent,
        "balance": 0,
        "visits": len(came),
        "sms_check": 0,
        "sms_not": 0,
        "categories": [],
        "last_change_date": without_colon(row.changed_at, salon),
        "custom_fields": [],
    }


def record(store: Store, salon: Salon, row: Record) -> dict[str, Any]:
    """The record object of GET, POST, PUT and of webhooks."""
    start = parse_wall(row.start)
    online = row.created_via == "online"
    return {
        "id": row.id,
        "company_id": row.salon_id,
        "staff_id": row.staff_id,
        "services": row.services,
        "goods_transactions": [],
        "staff": short_staff(store.get(Staff, row.staff_id)),
        "client": _record_client(store, salon, row),
        "comer": None,
        "clients_count": 1 if row.client_id else 0,
        "date": row.start,
        "datetime": with_colon(start, salon),
        "create_date": without_colon(row.created_at, salon),
        "last_change_date": without_colon(row.changed_at, salon),
        "comment": row.comment,
        "online": online,
        "visit_attendance": row.attendance,
        "attendance": row.attendance,
        "confirmed": int(row.attendance != 0 or online),
        "seance_length": row.length,
        "length": row.length,
        "technical_break_duration": row.technical_break,
        "sms_before": 0,
        "sms_now": 0,
        "sms_now_text": "",
        "email_now": 0,
        "sms_remain_hours": row.sms_remain_hours,
        "email_remain_hours": row.email_remain_hours,
        "notified": 0,
        "master_request": 1,
        "api_id": row.api_id,
        "from_url": "",
        "review_requested": 0,
        "visit_id": row.visit_id,
        "created_user_id": 0 if online else USER_ID,
        "deleted": row.deleted,
        "paid_full": int(row.attendance == 1),
        "payment_status": 0,
        "prepaid": False,
        "prepaid_confirmed": False,
        "is_update_blocked": False,
        "custom_color": row.custom_color,
        "custom_font_color": "",
        "record_labels": [
            item if isinstance(item, dict) else {"id": str(item)} for item in row.record_labels
        ],
        "activity_id": row.activity_id,
        "custom_fields": row.custom_fields or [],
        "documents": [],
        "bookform_id": 0,
        "record_from": "",
        "is_mobile": 0,
        "is_sale_bill_printed": False,
        "resource_instance_ids": [],
        "short_link": "",
        "consumables": [],
        "finance_transactions": [],
    }


def _record_client(store: Store, salon: Salon, row: Record) -> dict[str, Any] | None:
    found = store.get(Client, row.client_id)
    if found is None:
        return None
    visits = [visit for visit in store.records_of_client(found.id) if not visit.deleted]
    phone = _phone(salon, f"+{found.phone}", "timetable_phones_access")
    return {
        "id": found.id,
        "name": found.name,
        "surname": found.surname,
        "patronymic": found.patronymic,
        "display_name": " ".join(part for part in (found.surname, found.name) if part),
        "comment": found.comment,
        "phone": phone,
        "card": "",
        "email": found.email,
        "success_visits_count": sum(1 for visit in visits if visit.attendance == 1),
        "fail_visits_count": sum(1 for visit in visits if visit.attendance == -1),
        "discount": 0,
        "is_new": len(visits) <= 1,
        "custom_fields": [],
        "client_tags": [],
        "sex": 0,
        "birthday": "",
    }


def _phone(salon: Salon, phone: str, needed: str) -> str:
    return "" if needed in salon.denied else phone
