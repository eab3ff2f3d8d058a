"""YCLIENTS's signature over the decoded JSON, by the vector of the fact sheet."""

import base64

import pytest

from aiadmin.core import signatures

KEY = "sandbox-partner-token"
USER_DATA = (
    "eyJpZCI6MSwibmFtZSI6ItCo0YPRgNCwINCk0LjQu9C40L_Qv9C-0LIiLCJwaG9uZSI6Ijc5MTYwMDAwMDAwIiwiZW1haWwi"
    "OiJ0QGV4YW1wbGUudGVzdCIsImlzX2FwcHJvdmVkIjp0cnVlLCJhdmF0YXIiOiIiLCJzYWxvbl9uYW1lIjoiRGVtbyJ9"
)
SIGN = "ec6800cca459e70a2b0114319e6005d7c1cb41f2f094d18d13f2df75e7ee0921"
STANDARD = USER_DATA.translate(str.maketrans("-_", "+/"))


@pytest.mark.parametrize(
    "raw",
    [USER_DATA, STANDARD, STANDARD.replace("+", " "), USER_DATA.rstrip("="), USER_DATA + "=="],
    ids=["url-safe", "standard", "plus as a space", "no padding", "padding"],
)
def test_both_alphabets_are_read(raw: str) -> None:
    user = signatures.verified_user_data(raw, SIGN, KEY)

    assert (user["id"], user["name"], user["salon_name"]) == (1, "Шура Филиппов", "Demo")


@pytest.mark.parametrize(
    ("raw", "sign", "key"),
    [
        (USER_DATA, SIGN[:-1] + "0", KEY),
        (USER_DATA, "", KEY),
        (USER_DATA, "подпись", KEY),
        (USER_DATA, SIGN, "other"),
        (USER_DATA, SIGN, ""),
        ("%%%", SIGN, KEY),
        (base64.b64encode(b"[1]").decode(), signatures.sign(b"[1]", KEY), KEY),
    ],
    ids=["wrong", "empty", "not ascii", "other key", "no key", "not base64", "not an object"],
)
def test_anything_else_is_refused(raw: str, sign: str, key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        signatures.verified_user_data(raw, sign, key)
