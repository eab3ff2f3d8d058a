"""Salons for the tests: names, services and hours unlike the corpus'."""

from __future__ import annotations

from datetime import time

from whatsapp.assistant.types import OpenHours, SalonView, ServiceView, StaffOffer, StaffView


def offers(*names: str, **terms: StaffOffer) -> dict[str, StaffOffer]:
    return {name: terms.get(name, StaffOffer()) for name in names}


def lily() -> SalonView:
    """The demo salon's kind: two prices for one cut, ranges, a set."""
    day = OpenHours(time(10), time(21))
    return SalonView(
        title="Студия «Лилия»",
        timezone="Europe/Moscow",
        address="ул. Тверская, 5",
        phone="+7 900 000-00-00",
        week=(day,) * 7,
        staff=tuple(
            StaffView(i, n)
            for i, n in (
                ("1", "Сергей"),
                ("2", "Тимур"),
                ("3", "Мария"),
                ("4", "Анна"),
                ("5", "Александр"),
                ("6", "Александра"),
                ("7", "Екатерина"),
            )
        ),
        services=(
            ServiceView(
                "10",
                "Мужская стрижка",
                "Стрижки",
                1500,
                1500,
                3600,
                {"1": StaffOffer(1500, 2700), "2": StaffOffer(1700), "5": StaffOffer()},
            ),
            ServiceView("11", "Женская стрижка", "Стрижки", 2000, 3000, 3600, offers("3", "6")),
            ServiceView("12", "Детская стрижка", "Стрижки", 1000, 1000, 1800, offers("2", "6")),
            ServiceView(
                "13", "Моделирование бороды", "Борода", 900, 900, 1800, offers("1", "2", "5")
            ),
            ServiceView(
                "14",
                "Стрижка + борода",
                "Комплексы",
                2200,
                2200,
                5400,
                offers("1", "2"),
                composite_of=("10", "13"),
                composite=True,
            ),
            ServiceView("15", "Маникюр без покрытия", "Ногти", 1200, 1200, 3600, offers("4", "7")),
            ServiceView(
                "16",
                "Маникюр с покрытием | гель-лак 💅\nтоп",
                "Ногти",
                2200,
                2200,
                7200,
                offers("4", "7"),
            ),
            ServiceView("17", "Педикюр", "Ногти", 2000, 2500, 5400, offers("4")),
            ServiceView("18", "Окрашивание", "Цвет", None, None, 10800, offers("3")),
        ),
    )


def barber() -> SalonView:
    """Hours from nine, no women's services, masters with diminutives and namesakes."""
    day = OpenHours(time(9), time(22))
    return SalonView(
        title="Барбершоп «Бородач»",
        timezone="Asia/Yekaterinburg",
        address="пр. Ленина, 40",
        week=(day,) * 7,
        staff=tuple(StaffView(n, n) for n in ("Артём", "Дмитрий", "Руслан", "Евгений", "Евгения")),
        services=(
            ServiceView(
                "cut",
                "Стрижка",
                "Стрижки",
                1800,
                1800,
                3600,
                offers("Артём", "Дмитрий", "Руслан", "Евгений", "Евгения"),
            ),
            ServiceView(
                "machine", "Стрижка машинкой", "Стрижки", 1000, 1000, 1800, offers("Артём")
            ),
            ServiceView(
                "beard", "Борода", "Борода", 1200, 1200, 1800, offers("Артём", "Дмитрий", "Руслан")
            ),
            ServiceView(
                "shave", "Королевское бритьё", "Борода", 2000, 2000, 3600, offers("Руслан")
            ),
            ServiceView(
                "kids",
                "Детская стрижка (до 12 лет)",
                "Стрижки",
                1200,
                1200,
                2700,
                offers("Дмитрий", "Евгений"),
            ),
            ServiceView(
                "family",
                "Отец + сын",
                "Комплексы",
                2700,
                2700,
                6300,
                offers("Дмитрий"),
                True,
                ("cut", "kids"),
            ),
        ),
    )


def beauty() -> SalonView:
    """Closed on Mondays, full names, a day that ends early on Sunday."""
    day, short = OpenHours(time(9), time(20)), OpenHours(time(11), time(17))
    return SalonView(
        title="Центр красоты «Гармония»",
        timezone="Asia/Vladivostok",
        address="Океанский проспект, 12",
        week=(None, day, day, day, day, day, short),
        staff=tuple(
            StaffView(i, n)
            for i, n in (
                ("101", "Юлия Смирнова"),
                ("102", "Юлия Козлова"),
                ("103", "Гузель"),
                ("104", "Николай"),
            )
        ),
        services=(
            ServiceView("1", "Чистка лица ультразвуковая", "Лицо", 3500, 3500, 4500, offers("102")),
            ServiceView("2", "Массаж лица", "Лицо", 2500, 2500, 2700, offers("102", "104")),
            ServiceView("3", "Общий массаж тела", "Тело", 4000, 6000, 5400, offers("104")),
            ServiceView("4", "Ламинирование ресниц", "Взгляд", 2800, 2800, 4500, offers("103")),
            ServiceView("5", "Маникюр + гель-лак", "Ногти", 2300, 2300, 6300, offers("101")),
            ServiceView("6", "Лазерная эпиляция: бикини", "Тело", 3000, 3000, 2700, offers("103")),
        ),
    )
