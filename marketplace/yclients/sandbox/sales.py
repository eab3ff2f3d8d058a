"""Money: payments told by the application, tariffs, the payment link, discounts (sheet, 4.4).

A free application has neither tariffs nor a link; `PATCH /control/application` makes it a paid one.
"""

import hashlib
import hmac
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from marketplace.yclients.sandbox.marketplace import own_application, salon_of, salon_of_body
from marketplace.yclients.sandbox.times import partner_now
from marketplace.yclients.sandbox.web import ApiError, Call, Reply
from marketplace.yclients.sandbox.world import PARTNER_TOKEN

_PAYMENT_PAGE = "https://yclients.example.test/appstore/payment/"
_TARIFFS: list[dict[str, Any]] = [
    {
        "id": 31,
        "title": "Администратор",
        "options": [
            {
                "id": 311,
                "title": "1 месяц",
                "overall_price": 2990,
                "duration_in_months": 1,
                "staff_amount": 0,
                "free_period_in_months": 0,
                "currency_iso": "RUB",
            },
            {
                "id": 312,
                "title": "12 месяцев",
                "overall_price": "29900.00",
                "duration_in_months": 12,
                "staff_amount": 0,
                "free_period_in_months": 1,
                "currency_iso": "RUB",
            },
        ],
    }
]


def payment(call: Call) -> Reply:
    needed = ("payment_sum", "currency_iso", "payment_date", "period_from", "period_to")
    missing = {name: ["Обязательное поле"] for name in needed if not call.body.get(name)}
    if missing:
        raise ApiError(422, "Ошибка валидации", fields=missing)
    salon = salon_of_body(call)
    taken = [item["id"] for row in call.world.store.salons() for item in row.payments]
    row = {
        "id": max(taken, default=100) + 1,
        **{name: call.body[name] for name in needed},
        "is_refunded": False,
    }
    call.world.store.commit(replace(salon, payments=[*salon.payments, row]))
    return Reply({"id": row["id"]})


def refund(call: Call) -> Reply:
    wanted = call.number("payment")
    for salon in call.world.store.salons():
        if any(item["id"] == wanted for item in salon.payments):
            payments = [
                {**item, "is_refunded": True, "refunded_at": partner_now(call.world.clock)}
                if item["id"] == wanted
                else item
                for item in salon.payments
            ]
            call.world.store.commit(replace(salon, payments=payments))
            return Reply(None)
    raise ApiError(404, "Платёж не найден")


def payment_link(call: Call) -> Reply:
    own_application(call.integer("application_id"))
    salon = salon_of(call.world, call.integer("salon_id"))
    if call.world.application.free:
        raise ApiError(404, "Произошла ошибка")
    discount = call.integer("discount") or int(salon.discount)
    query = urlencode({"salon_id": salon.id, "discount": discount})
    sign = hmac.new(PARTNER_TOKEN.encode(), query.encode(), hashlib.sha256).hexdigest()
    return Reply({"url": f"{_PAYMENT_PAGE}?{query}&sign={sign}"})


def tariffs(call: Call) -> Reply:
    own_application(call.number("application"))
    return Reply([] if call.world.application.free else _TARIFFS)


def add_discount(call: Call) -> Reply:
    ids, discount = call.body.get("salon_ids"), call.body.get("discount")
    own_application(int(call.body.get("application_id") or 0))
    if not isinstance(ids, list) or not ids or not isinstance(discount, int | float):
        raise ApiError(422, "Ошибка валидации", fields={"salon_ids": ["Обязательное поле"]})
    salons = [salon_of(call.world, int(item)) for item in ids]
    call.world.store.commit(*(replace(salon, discount=float(discount)) for salon in salons))
    return Reply(None)
