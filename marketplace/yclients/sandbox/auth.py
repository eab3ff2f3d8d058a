"""Who calls: `Authorization: Bearer <partner>[, User <user>]`, rights, licences (1.2, 2.15)."""

import hmac
import re
from dataclasses import dataclass

from marketplace.yclients.sandbox.model import Salon
from marketplace.yclients.sandbox.web import ApiError, Call, Reply
from marketplace.yclients.sandbox.world import PARTNER_TOKEN, USER_ID, USER_TOKEN

# Invented logins for POST /auth: one plain, one with a second factor.
LOGINS = {"owner@example.test": "sandbox", "79000000001": "sandbox", "two@example.test": "sandbox"}
SECOND_FACTOR = {"two@example.test"}

RIGHTS = (
    "timetable_access",
    "timetable_phones_access",
    "create_records_access",
    "edit_records_access",
    "edit_records_attendance_access",
    "delete_records_access",
    "clients_access",
    "clients_phones_email_access",
    "settings_access",
    "settings_services_access",
    "settings_master_access",
    "webhook_read_access",
)
_TEXT_OF_RIGHT = {
    "clients_access": "Нет прав на управление компанией",
    "create_records_access": "Нет прав на управление филиалом",
    "edit_records_access": "Нет прав на управление филиалом",
}


@dataclass(frozen=True)
class Need:
    """What a route demands. `right` "" with `user`: any right will do."""

    user: bool = False
    right: str = ""


PARTNER = Need()
USER = Need(user=True)


def right(name: str) -> Need:
    return Need(user=True, right=name)


def identify(header: str) -> str | None:
    """Checks the partner token (ApiError 401); returns the user token if a valid one came too."""
    found = re.fullmatch(r"\s*Bearer\s+([^\s,]+)\s*(?:,\s*User\s+(\S+)\s*)?", header)
    if not found or not hmac.compare_digest(found[1].encode(), PARTNER_TOKEN.encode()):
        raise ApiError(401, "Необходима авторизация")
    user = found[2]
    if user is None:
        return None
    if not hmac.compare_digest(user.encode(), USER_TOKEN.encode()):
        raise ApiError(401, "Необходима авторизация")
    return user


def allow(need: Need, salon: Salon | None, user: str | None, *, search: bool = False) -> None:
    """Raises the ApiError that YCLIENTS would answer with. `search`: 402 instead of 403."""
    if salon is not None and salon.licence_expired:
        text = f"Необходимо продлить лицензию в филиале с id: {salon.id}"
        raise ApiError(402 if search else 403, text)
    if not need.user:
        return
    if user is not None and salon is not None and not salon.user_known:
        # A valid token of somebody who was never added to this branch.
        raise ApiError(403, "Нет прав на управление филиалом")
    if user is None:
        # The sheet's unresolved question: does an installed application work without a user?
        if salon is not None and salon.marketplace_access and salon.app_status == "active":
            return
        raise ApiError(401, "Необходима авторизация")
    if need.right and salon is not None and need.right in salon.denied:
        raise ApiError(403, _TEXT_OF_RIGHT.get(need.right, "Недостаточно прав"))


def login(call: Call) -> Reply:
    """POST /auth: JSON, form or query, as different libraries send it."""
    name = str(call.body.get("login") or call.text("login"))
    password = str(call.body.get("password") or call.text("password"))
    if not name or LOGINS.get(name) != password:
        raise ApiError(401, "Неверный логин или пароль")
    if name in SECOND_FACTOR:
        return Reply({"uuid": "00000000-0000-4000-8000-000000000001"}, status=200)
    data = {
        "id": USER_ID,
        "user_token": USER_TOKEN,
        "name": "Владелец",
        "phone": "79000000001",
        "login": name,
        "email": "owner@example.test",
        "avatar": "",
        "is_approved": True,
        "is_email_confirmed": True,
    }
    return Reply(data, status=201)


def permissions(call: Call) -> Reply:
    groups: dict[str, dict[str, bool]] = {"timetable": {}, "clients": {}, "settings": {}}
    for name in RIGHTS:
        prefix = name.split("_")[0]
        group = groups[prefix if prefix in groups else "timetable"]
        group[name] = name not in call.salon.denied
    return Reply(groups)
