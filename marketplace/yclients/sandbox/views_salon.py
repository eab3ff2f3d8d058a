"""The salon as YCLIENTS's JSON: company, categories, services, masters (sheet, 2.3 to 2.5)."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.yclients.sandbox.model import Category, Salon, Service, Staff
from marketplace.yclients.sandbox.world import World


def company(world: World, salon: Salon) -> dict[str, Any]:
    masters = world.store.of_salon(Staff, salon.id)
    offset = world.clock.now().astimezone(ZoneInfo(salon.timezone)).utcoffset() or timedelta()
    return {
        "id": salon.id,
        "title": salon.title,
        "public_title": salon.title,
        "short_descr": salon.description,
        "description": salon.description,
        "logo": "",
        "active": 1,
        "country_id": 1,
        "country": "Россия",
        "city_id": 2,
        "city": salon.city,
        "timezone_name": salon.timezone,
        "timezone": str(int(offset.total_seconds() // 3600)),
        "address": salon.address,
        "zip": 101000,
        "coordinate_lat": 55.76,
        "coordinate_lon": 37.61,
        "phone": salon.phone,
        "phones": [salon.phone] if salon.phone else [],
        "site": "lilia.example.test",
        "schedule": salon.hours_text,
        "social": {"vk": "", "telegram": "", "whatsapp": ""},
        "business_type_id": 1,
        "phone_confirmation": salon.phone_confirmation,
        "active_staff_count": sum(1 for master in masters if not master.fired),
        "group_priority": 900,
        "push_notification_phone_confirm": 1,
        "booking_comment_required": salon.comment_required,
        "booking_email_required": salon.email_required,
        "reminds_sms_disabled": False,
        "allow_change_record": salon.allow_change,
        "allow_change_record_delay_step": salon.change_delay,
        "allow_delete_record": salon.allow_delete,
        "allow_delete_record_delay_step": salon.delete_delay,
        "currency_short_title": "₽",
        "main_group_id": 0,
        "bookforms": [
            {
                "id": 9,
                "title": "Форма",
                "is_default": 1,
                "url": f"https://n{salon.id}.yclients.example/",
            }
        ],
        "access": {},
    }


def category(row: Category, services: list[Service], masters: list[Staff]) -> dict[str, Any]:
    own = {str(service.id) for service in services if service.category_id == row.id}
    return {
        "id": row.id,
        "category_id": 0,
        "salon_service_id": row.id + 500000,
        "title": row.title,
        "booking_title": row.title,
        "api_id": "",
        "weight": row.weight,
        "sex": 0,
        "price_min": 0,
        "price_max": 0,
        "is_chain": False,
        "staff": [master.id for master in masters if own & set(master.links)],
    }


def _doers(service: Service, masters: list[Staff]) -> list[tuple[Staff, int, int | None]]:
    """Who does the service, how long, for how much; a composite needs all its parts."""
    found = []
    for master in masters:
        links = [master.links.get(str(part)) for part in service.parts or [service.id]]
        present = [link for link in links if link is not None]
        if not master.fired and len(present) == len(links):
            price = present[0][1] if not service.parts else None
            found.append((master, sum(link[0] or 0 for link in present), price))
    return found


def service(row: Service, masters: list[Staff]) -> dict[str, Any]:
    """A row of company/{c}/services: no top-level `seance_length`, composites not marked."""
    return {
        "id": row.id,
        "salon_service_id": row.id + 500000,
        "title": row.title,
        "booking_title": row.title,
        "print_title": row.title,
        "category_id": row.category_id,
        "price_min": row.price_min,
        "price_max": row.price_max,
        "discount": 0,
        "comment": row.comment,
        "weight": row.weight,
        "active": int(row.active),
        "is_online": row.is_online,
        "service_type": int(row.is_online),
        "duration": row.duration,
        "step": 0,
        "seance_search_start": 0,
        "seance_search_finish": 86400,
        "seance_search_step": 1800,
        "prepaid": row.prepaid,
        "is_multi": False,
        "capacity": row.capacity,
        "api_id": "",
        "is_chain": False,
        "tax_variant": None,
        "vat_id": None,
        "repeat_visit_days_step": None,
        "date_from": "",
        "date_to": "",
        "dates": [],
        "resources": [],
        "image_group": [],
        "staff": [
            {
                "id": master.id,
                "name": master.name,
                "seance_length": length,
                "price": price,
                "technological_card_id": 0,
                "image_url": "",
            }
            for master, length, price in _doers(row, masters)
        ],
    }


def book_service(
    row: Service, length: int, staff_id: int, titles: dict[int, str]
) -> dict[str, Any]:
    """A row of book_services; a composite shows its parts only when a master was asked for."""
    data: dict[str, Any] = {
        "id": row.id,
        "title": row.title,
        "category_id": row.category_id,
        "price_min": row.price_min,
        "price_max": row.price_max,
        "discount": 0,
        "comment": row.comment,
        "weight": row.weight,
        "active": int(row.active),
        "sex": 0,
        "image": "",
        "prepaid": row.prepaid,
        "seance_length": length,
    }
    if staff_id and row.parts:
        data["is_composite"] = True
        data["composite_details"] = {
            "type": "sequential",
            "links": [
                {"id": place, "service_id": part, "position": place, "title": titles.get(part, "")}
                for place, part in enumerate(row.parts, start=1)
            ],
        }
    return data


def staff(row: Staff) -> dict[str, Any]:
    return {
        "id": row.id,
        "api_id": None,
        "name": row.name,
        "specialization": row.specialization,
        "company_id": row.salon_id,
        "information": "",
        "position": {"id": 1, "title": row.specialization} if row.specialization else [],
        "avatar": "",
        "avatar_big": "",
        "rating": row.rating,
        "fired": int(row.fired),
        "is_fired": row.fired,
        "dismissal_date": None,
        "dismissal_reason": None,
        "hidden": int(row.hidden),
        "is_online": not row.hidden,
        "status": 0,
        "is_deleted": False,
        "is_bookable": row.bookable,
        "user_id": None,
        "user": None,
        "weight": row.weight,
        "prepaid": "forbidden",
        "seance_step": 1800,
        "schedule_till": "2100-01-01",
        "services_links": [
            {
                "service_id": int(service_id),
                "master_id": row.id,
                "length": link[0],
                "price": link[1],
                "is_online": True,
                "is_offline_records_allowed": True,
                "api_id": "",
                "technological_card_id": 0,
            }
            for service_id, link in row.links.items()
        ],
        "employee": {"id": row.id + 1000000, "name": row.name},
        "chain": None,
        "grid_settings": {"is_enabled": False, "weekdays_settings": [], "dates_settings": []},
    }


def short_staff(row: Staff | None) -> dict[str, Any] | list[Any]:
    """The master inside a record."""
    if row is None:
        return []
    full = staff(row)
    keys = ("id", "api_id", "name", "specialization", "position", "avatar", "avatar_big", "rating")
    return {**{key: full[key] for key in keys}, "votes_count": 0}
