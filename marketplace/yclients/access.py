"""What each call needs: the partner token alone, or a user token and which right. The one source of
`docs/yclients.md` (its table is made from here) and of the probe behind `manage.py doctor`.

Whether an installed application may stand in for a user is not settled (sheet, 1.2): the probe asks
each salon with the partner token first and says what it saw.
"""

from dataclasses import dataclass

# The rights' names in YCLIENTS's answers, in words for whoever grants them.
RIGHTS = {
    "settings_services_access": "Настройки → услуги",
    "settings_master_access": "Настройки → сотрудники",
    "timetable_access": "Журнал записи → просмотр",
    "timetable_phones_access": "Журнал записи → телефоны клиентов",
    "create_records_access": "Журнал записи → создание записей",
    "edit_records_access": "Журнал записи → изменение записей",
    "edit_records_attendance_access": "Журнал записи → отметка о визите",
    "delete_records_access": "Журнал записи → удаление записей",
    "clients_access": "Клиентская база → просмотр",
    "clients_phones_email_access": "Клиентская база → телефоны и почта",
    "webhook_read_access": "Настройки → WebHook",
}


@dataclass(frozen=True, slots=True)
class Access:
    """One thing that we do at YCLIENTS.

    `user`: a user token is needed (or an installation that stands for one); `right`: which right of
    that user, "" when none; `needed`: without it the product does not do its work.
    """

    key: str
    call: str
    why: str
    user: bool = False
    right: str = ""
    needed: bool = True


TABLE = (
    Access("company", "GET company/{c}", "название, адрес, часовой пояс"),
    Access("book_services", "GET book_services/{c}", "услуги онлайн-записи, составы комплексов"),
    Access("book_dates", "GET book_dates, book_times", "свободное время"),
    Access("book_record", "POST book_record/{c}", "запись клиента"),
    Access("application", "GET marketplace/salon/{c}/application/{a}", "состояние приложения"),
    Access(
        "services",
        "GET company/{c}/services, service_categories",
        "каталог: цены и длительность по мастерам",
        user=True,
        right="settings_services_access",
    ),
    Access(
        "staff",
        "GET company/{c}/staff",
        "мастера: кто скрыт, уволен, не принимает",
        user=True,
        right="settings_master_access",
    ),
    Access(
        "schedule",
        "GET company/{c}/staff/schedule",
        "график мастеров",
        user=True,
        right="timetable_access",
    ),
    Access(
        "records",
        "GET records/{c}, record/{c}/{id}",
        "визиты: напоминания, сверка, проверка непонятной записи",
        user=True,
        right="timetable_access",
    ),
    Access(
        "phones",
        "телефоны в GET records/{c}",
        "чей это визит",
        user=True,
        right="timetable_phones_access",
    ),
    Access(
        "create",
        "POST records/{c}",
        "запись в салон, который просит у клиента код из SMS",
        user=True,
        right="create_records_access",
        needed=False,
    ),
    Access(
        "move",
        "PUT record/{c}/{id}",
        "перенос записи",
        user=True,
        right="edit_records_access",
    ),
    Access(
        "cancel",
        "DELETE record/{c}/{id}",
        "отмена записи",
        user=True,
        right="delete_records_access",
    ),
    Access(
        "attendance",
        "PUT visits/{v}/{id}",
        "подтверждение визита клиентом",
        user=True,
        right="edit_records_attendance_access",
        needed=False,
    ),
    Access(
        "clients",
        "POST company/{c}/clients/search",
        "имена постоянных клиентов",
        user=True,
        right="clients_access",
        needed=False,
    ),
    Access(
        "client_phones",
        "телефоны в clients/search",
        "чья это карточка",
        user=True,
        right="clients_phones_email_access",
        needed=False,
    ),
    Access(
        "hooks",
        "GET, POST hooks_settings/{c}",
        "вебхуки: без них изменения видны после сверки, раз в час",
        user=True,
        right="webhook_read_access",
        needed=False,
    ),
    Access(
        "permissions",
        "GET user/permissions/{c}",
        "какие права есть у пользователя",
        user=True,
        needed=False,
    ),
)


def markdown() -> str:
    """The table as docs/yclients.md shows it."""
    head = "| вызов | зачем | партнёрского токена хватает | право пользователя | без него |"
    lines = [head, "|---|---|---|---|---|"]
    for row in TABLE:
        right = f"`{row.right}` ({RIGHTS[row.right]})" if row.right else "—"
        alone = "нет" if row.user else "да"
        loss = "продукт не работает" if row.needed else "работает без этого"
        lines.append(f"| `{row.call}` | {row.why} | {alone} | {right} | {loss} |")
    return "\n".join(lines)
