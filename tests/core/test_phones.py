"""One form for every way a phone is written."""

import pytest

from aiadmin.core import phones


@pytest.mark.parametrize(
    "raw",
    [
        "+7 900 123-45-67",
        "8 (900) 123-45-67",
        "79001234567",
        79001234567,
        "89001234567",
        "900 123 45 67",
    ],
)
def test_every_russian_spelling_is_one_number(raw: str | int) -> None:
    assert phones.normalize(raw) == "+79001234567"


@pytest.mark.parametrize(
    ("raw", "expected"), [("+375 29 123-45-67", "+375291234567"), ("375291234567", "+375291234567")]
)
def test_other_countries_keep_their_code(raw: str, expected: str) -> None:
    assert phones.normalize(raw) == expected


@pytest.mark.parametrize("raw", ["", "12", "привет", "+7", "+7900123456789012"])
def test_what_is_no_phone_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        phones.normalize(raw)


def test_mask_shows_too_little_to_call() -> None:
    assert phones.mask("+79001234567") == "+7•••67"
    assert phones.mask("12") == "•••"
