"""Columns that staff read get their Russian names."""

from django.db import migrations

from aiadmin.core.naming import NameFields


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0010_booking_before")]

    operations = [
        NameFields(
            {
                "company": {
                    "install_generation": "установка №",
                    "owner_user_id": "пользователь YCLIENTS, который установил",
                    "changes_read_to": "журнал прочитан до",
                    "schedule_read_at": "расписание прочитано",
                    "nightly_on": "ночной перенос",
                    "yclients_trouble_at": "отказывает с",
                    "frozen_by_staff": "заморожен сотрудником",
                },
                "callbackdelivery": {
                    "created_at": "создан",
                    "hooks_tries": "проверок вебхуков",
                },
                "webhookevent": {
                    "resource_id": "номер",
                    "body": "тело",
                    "crashes": "сбоев подряд",
                },
                "syncrun": {
                    "counts": "прочитано",
                    "attempts": "попыток",
                    "failures": "неудач",
                    "again": "повторить после этого",
                },
                "service": {
                    "yclients_id": "номер в YCLIENTS",
                    "category": "категория",
                    "duration_seconds": "длительность, с",
                    "is_online": "онлайн-запись",
                    "prepaid": "предоплата",
                    "group": "групповая",
                    "comment": "комментарий",
                    "parts": "состав",
                    "aliases": "как её называют",
                },
                "staff": {
                    "yclients_id": "номер в YCLIENTS",
                    "is_bookable": "можно записаться",
                },
                "client": {
                    "yclients_id": "номер в YCLIENTS",
                    "visits_count": "визитов",
                    "last_visit": "последний визит",
                    "deleted_at": "удалён",
                    "created_at": "у нас с",
                },
                "booking": {
                    "staff_yclients_id": "мастер, номер в YCLIENTS",
                    "services": "услуги",
                    "length_seconds": "длительность, с",
                    "attendance": "явка",
                    "updated_at": "изменён",
                },
                "bookingattempt": {
                    "request": "о чём просили",
                    "result": "что вышло",
                },
            }
        )
    ]
