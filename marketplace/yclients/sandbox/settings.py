"""Licence and settings of a salon as its owner sees them in YCLIENTS (sheet, 2.7 and 2.14)."""

from datetime import timedelta

from marketplace.yclients.sandbox.times import local_now
from marketplace.yclients.sandbox.web import Call, Reply


def licence(call: Call) -> Reply:
    """Paid for another month; with `licence_expired` the call itself is refused, like all others."""
    salon = call.salon
    today = local_now(call.world.clock, salon).date()
    return Reply(
        {
            "id": salon.id + 700000,
            "salon_id": salon.id,
            "staff_limit": 50,
            "deactivation_date": f"{today + timedelta(days=30):%d.%m.%Y}",
            "start_date": f"{today - timedelta(days=335):%d.%m.%Y}",
            "name": "Лицензия",
            "active": 1,
            "options": [],
        }
    )


def online(call: Call) -> Reply:
    salon = call.salon
    return Reply(
        {
            "confirm_number": salon.phone_confirmation,
            "any_master": True,
            "seance_delay_step": salon.delay_minutes,
            "activity_online_record_clients_count_max": 1,
        }
    )


def timeslots(call: Call) -> Reply:
    salon = call.salon
    return Reply(
        {
            "grid_display_step": salon.step_minutes * 60,
            "grid_nearest_timeslot_delay": salon.delay_minutes * 60,
        }
    )
