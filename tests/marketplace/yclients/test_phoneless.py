"""The company's card without phones, wherever an answer hides them."""

from typing import Any

import pytest

from marketplace.yclients.phoneless import without_phones
from marketplace.yclients.schemas import Company


def test_phones_are_left_out_at_any_depth() -> None:
    card = {
        "id": 4001,
        "title": "Лилия",
        "phone": "+7 495 000-00-05",
        "phones": ["+7 495 000-00-05"],
        "phone_confirmation": True,
        "push_notification_phone_confirm": 1,
        "social": {"vk": "vk.com/lilia", "whatsapp": "79000000001", "links": ["wa.me/79000000001"]},
        "branches": [{"contacts": [{"text": "+7 900 000-00-02", "digits": 79000000003}]}],
    }

    kept = Company.parse([card]).raw

    assert kept == {
        "id": 4001,
        "title": "Лилия",
        "phone_confirmation": True,
        "push_notification_phone_confirm": 1,
        "social": {"vk": "vk.com/lilia", "links": ["wa.me/•••"]},
        "branches": [{"contacts": [{"text": "•••", "digits": None}]}],
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Звоните 8 (900) 000-00-01 или +7(900)0000001.", "Звоните ••• или •••."),
        ("8-800-000-00-01, 8 800 000 00 01", "•••, •••"),
        ("https://wa.me/79000000001?text=1", "https://wa.me/•••?text=1"),
        ("+44 20 7946 0000", "•••"),
        ("tel\x00 89000000001", "tel •••"),
    ],
)
def test_numbers_in_texts_are_hidden(text: str, kept: str) -> None:
    assert without_phones(text) == kept


@pytest.mark.parametrize(
    "value",
    [
        "Пн-Вс 10:00-22:00",
        "10.00-22.00 11.00-20.00",
        "2026-03-01T10:00:00+0300",
        "2026-03-05 14:30:00",
        "55.7512440123",
        "1000.00",
        "8 марта 2026, 10:00",
        55.7512440123,
        4001,
        None,
        True,
    ],
)
def test_what_is_no_phone_stays(value: Any) -> None:
    assert without_phones(value) == value
