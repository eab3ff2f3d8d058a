"""Which service is meant: by synonym, slang, typo, company, age; never a set without its own words."""

from __future__ import annotations

import json

import pytest

from tests.whatsapp.assistant import salons, scoring
from whatsapp.assistant.rows import default_salon, salon_of
from whatsapp.assistant.types import SalonView, ServiceView
from whatsapp.assistant.understand import services
from whatsapp.assistant.understand.catalogue import catalogue
from whatsapp.assistant.understand.normalise import clean, repair
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.services import ServiceReading
from whatsapp.assistant.understand.tokens import tokenise

LILY = salon_of(json.loads(default_salon()))
BORODACH = salon_of(
    json.loads((scoring.CORPUS / "borodach_salon.json").read_text(encoding="utf-8"))
)
GARMONIA = salon_of(
    json.loads((scoring.CORPUS / "garmonia_salon.json").read_text(encoding="utf-8"))
)


def found(text: str, salon: SalonView) -> ServiceReading:
    index = catalogue(salon)
    return services.read(Line(tokenise(repair(clean(text), index.vocabulary))), index, frozenset())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("на мужскую стрижку", "haircut_men"), ("женская стрижечка", "haircut_women"),
        ("дочку 6 лет на стрижку", "haircut_kids"), ("подстричь сына", "haircut_kids"),
        ("маник с покрытием", "manicure_gel"), ("ногти с шеллаком", "manicure_gel"),
        ("шилак", "manicure_gel"),
        ("маникюр без покрытия", "manicure"), ("маникюр", "manicure"), ("ноготочки", "manicure"),
        ("маникурр", "manicure"), ("педик", "pedicure"), ("бровки", "brows"),
        ("покрасить брови", "brows"),
        ("оформление бровей", "brows"), ("реснички", "lashes"), ("нарастить ресницы", "lashes"),
        ("борода", "beard"), ("подровнять бороду", "beard"), ("спина болит", "massage"),
        ("массажик", "massage"), ("эпиляцию", "sugaring"), ("депиляция бикини", "sugaring"),
        ("мелирование", "coloring"), ("закрасить корни", "coloring"), ("тонировка", "toning"),
        ("причёску", "styling"), ("💅", "manicure"), ("💇‍♂️", "haircut_men"), ("мужская", "haircut_men"),
    ],
)  # fmt: skip
def test_one_service(text: str, expected: str) -> None:
    reading = found(text, LILY)

    assert [m.chosen for m in reading.wanted] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("мне маникюр, а подруге педикюр", ["manicure", "pedicure"]),
        ("маникюр+педикюр", ["manicure", "pedicure"]),
        ("хочу подстричься и бороду подровнять", ["haircut_men", "beard"]),
        ("мне женская стрижка и мужу борода", ["haircut_women", "beard"]),
        ("стрижка мужская + ребёнку стрижка", ["haircut_men", "haircut_kids"]),
        ("покрасить брови и ресницы нарастить", ["brows", "lashes"]),
        ("не на маникюр, а на педикюр", ["pedicure"]),
        ("вместо маникюра педикюр", ["pedicure"]),
    ],
)
def test_several_services(text: str, expected: list[str]) -> None:
    assert [m.chosen for m in found(text, LILY).wanted] == expected


def test_a_kind_is_not_one_service() -> None:
    (mention,) = found("стрижка", LILY).wanted

    assert mention.chosen is None
    assert set(mention.family) == {"haircut_women", "haircut_men", "haircut_kids"}


@pytest.mark.parametrize("text", ["стрижка и борода", "стрижка с бородой", "борода, стрижка"])
def test_a_set_needs_explicit_words(text: str) -> None:
    assert "combo_men" not in [m.chosen for m in found(text, LILY).wanted]
    assert [m.chosen for m in found(f"комплекс {text}", LILY).wanted] == ["combo_men"]


def test_a_family_service_needs_both_people() -> None:
    assert [m.chosen for m in found("отец и сын", BORODACH).wanted] == ["family"]
    assert "family" not in [m.chosen for m in found("подстричь сына", BORODACH).wanted]


@pytest.mark.parametrize(
    "text", ["татуаж бровей", "наращивание ногтей", "ботокс волос", "пирсинг", "солярий", "макияж"]
)
def test_what_the_salon_does_not_do(text: str) -> None:
    reading = found(text, LILY)

    assert reading.wanted == ()
    assert reading.unknown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("стрижка", "cut"), ("под машинку", "machine"), ("побриться", "shave"),
        ("бритьё королевское", "shave"),
        ("сынишку подстричь", "kids"), ("закрасить седину", "camo"), ("воском нос", "wax"),
        ("укладка", "style"),
    ],
)  # fmt: skip
def test_another_salon(text: str, expected: str) -> None:
    assert [m.chosen for m in found(text, BORODACH).wanted] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("реснички 2д", "lash2d"), ("ламинирование ресничек", "lami"), ("антицеллюлитный", "manti"),
        ("татуаж губ", "pm"), ("пилинг prx", "prx"), ("чистка лица", "clean"),
        ("узи чистка лица", "clean"),
        ("эпиляция подмышек", "arm"), ("шеллак на ногах", "ped_gel"), ("нарастить ногти", "ext"),
        ("снять гель-лак", "off"), ("маникюр с гель-лаком", "man_gel"), ("смарт педикюр", "ped"),
    ],
)  # fmt: skip
def test_a_third_salon(text: str, expected: str) -> None:
    assert [m.chosen for m in found(text, GARMONIA).wanted] == [expected]


def test_titles_with_odd_characters() -> None:
    salon = SalonView(
        title="x",
        timezone="Europe/Moscow",
        services=(
            ServiceView("1", "Маникюр комб. + гель-лак (1 кат.) | акция 🔥\nновинка"),
            ServiceView("2", "SPA-уход для лица «Жемчужина»"),
            ServiceView("3", "Биоревитализация"),
        ),
    )

    assert [m.chosen for m in found("ногти с покрытием", salon).wanted] == ["1"]
    assert [m.chosen for m in found("жемчужина", salon).wanted] == ["2"]
    assert [m.chosen for m in found("биоревитализацию", salon).wanted] == ["3"]


def test_a_salon_without_services() -> None:
    reading = found("маникюр", SalonView(title="x", timezone="Europe/Moscow"))

    assert reading.wanted == ()
    assert reading.unknown == "маникюр"


def test_aliases_of_the_salon_are_known() -> None:
    view = salons.lily()
    service = ServiceView("90", "Процедура №5", aliases=("глассинг",))
    salon = SalonView(title="x", timezone="Europe/Moscow", services=(*view.services, service))

    assert [m.chosen for m in found("хочу глассинг", salon).wanted] == ["90"]
