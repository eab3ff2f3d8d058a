"""Secrets: compared whatever was sent, derived ones valid over a change of SECRET_KEY."""

import pytest
from pytest_django.fixtures import Settings

from aiadmin.core import crypto


@pytest.mark.parametrize("given", ["\ud800", "ключ", "\x00", "", None])
def test_whatever_a_stranger_sends_is_compared_and_refused(given: str | None) -> None:
    assert crypto.same_secret(given, "expected") is False
    assert crypto.matches_derived("purpose", given) is False


def test_a_hash_of_anything_is_64_digits() -> None:
    assert len(crypto.sha256_hex("\udfff")) == 64
    assert crypto.sha256_hex("abc").startswith("ba7816bf")


def test_a_derived_secret_survives_a_new_secret_key(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first" * 10, []
    given = crypto.derived_secret("webhook:1")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second" * 10, ["other", "first" * 10]

    assert crypto.derived_secret("webhook:1") != given
    assert crypto.matches_derived("webhook:1", given)
    assert crypto.matches_derived("webhook:1", crypto.derived_secret("webhook:1"))
    assert not crypto.matches_derived("webhook:2", given)

    settings.SECRET_KEY_FALLBACKS = ["other"]
    assert not crypto.matches_derived("webhook:1", given)
