"""Who plays in the demo: the salon, its phone, the invented clients and what they may say."""

from dataclasses import dataclass

# The demo salon of the YCLIENTS stand-in, and the handset that scans the code.
SALON_ID = 4001
SALON_PHONE = "79000000001"
SALON_NAME = "Студия «Лилия»"


@dataclass(frozen=True)
class Customer:
    """`phone` in digits, as WhatsApp writes it."""

    phone: str
    name: str


# Invented numbers that no card of the seeded salon has: their names come from WhatsApp.
CUSTOMERS = (
    Customer("79005550101", "Ольга"),
    Customer("79005550102", "Ирина"),
    Customer("79005550103", "Дмитрий"),
    Customer("79005550104", "Вера"),
)
_BY_PHONE = {customer.phone: customer for customer in CUSTOMERS}

SUGGESTIONS = (
    "Запишите на мужскую стрижку завтра в 15:00 к Сергею",
    "Сколько стоит маникюр?",
    "Да",
    "Отмените запись",
    "Спасибо!",
)


def customer(phone: str) -> Customer | None:
    return _BY_PHONE.get(phone)
