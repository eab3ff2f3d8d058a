"""Masters called by surname or patronymic, in any case; names that are asked for and nobody bears."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from whatsapp.assistant.rows import salon_of
from whatsapp.assistant.understand import surnames
from whatsapp.assistant.understand.frame import understand

_NAMES = ("Павел Громов", "Мария Громова", "Ирина Викторовна", "Лия", "Данила", "Даниил")
SALON = salon_of(
    {
        "salon": {"title": "Клиника", "timezone": "Europe/Moscow"},
        "services": [{"id": "clean", "title": "Чистка лица"}],
        "staff": [{"name": name, "services": ["clean"]} for name in _NAMES],
    }
)
NOW = datetime(2026, 4, 14, 12, tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("said", "master"),
    [
        ("на чистку лица к Громову", "Павел Громов"),
        ("на чистку лица к громовой", "Мария Громова"),
        ("чистка лица у Викторовны", "Ирина Викторовна"),
        ("чистка лица к Лие", "Лия"),
        ("чистка лица к Лии", "Лия"),
        ("чистка лица к Даниле", "Данила"),
        ("чистка лица к Даниилу", "Даниил"),
    ],
)
def test_a_master_is_known_by_the_form_of_the_name(said: str, master: str) -> None:
    assert understand([said], salon=SALON, now=NOW).staff == master


def test_a_surname_that_two_bear_is_asked_about() -> None:
    frame = understand(["на чистку лица к Громовым"], salon=SALON, now=NOW)

    assert frame.staff is None
    assert frame.staff_options == ("Павел Громов", "Мария Громова")


def test_a_stranger_is_named_with_the_patronymic() -> None:
    frame = understand(["к Светлане Юрьевне на чистку лица"], salon=SALON, now=NOW)

    assert frame.staff_unknown == "Светлана Юрьевна"


@pytest.mark.parametrize(
    ("surname", "sex", "dative"),
    [
        ("громов", "masc", "громову"),
        ("громова", "femn", "громовой"),
        ("вознесенский", "masc", "вознесенскому"),
        ("белая", "femn", "белой"),
        ("шевченко", "femn", "шевченко"),
        ("ким", "masc", "киму"),
        ("ким", "femn", "ким"),
    ],
)
def test_surnames_decline(surname: str, sex: str, dative: str) -> None:
    assert surnames.forms(surname, sex)[2] == dative
