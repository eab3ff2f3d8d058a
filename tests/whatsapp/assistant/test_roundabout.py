"""A procedure told in a roundabout way, one that is not done here, and what is done to what was taken off."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.whatsapp.assistant.test_called_by_words import said, salon
from whatsapp.assistant.frame import Intent
from whatsapp.assistant.types import Context, LastVisit
from whatsapp.assistant.understand.frame import understand


@pytest.mark.parametrize(
    ("name", "text", "services"),
    [
        ("epiona", "морщинки вокруг глаз убрать, завтра утром можно", {"bta_e"}),
        ("epiona", "морщины на лбу разгладить хочу в субботу", {"bta_f"}),
        ("epiona", "на межбровье в пятницу", {"bta_f"}),
        ("azovo", "покраску с вашей краской в пятницу в 10", {"okr"}),
        ("azovo", "окраска, краска ваша, завтра в 10", {"okr"}),
        ("azovo", "краска моя, покрасьте меня в пятницу в 11", {"okr_s"}),
        ("azovo", "покрасьте мою дочку завтра в 10", set()),
        ("bar", "снять покрытие и сделать классический, завтра в 10", {"off", "cm"}),
        ("bar", "снять и новое покрытие в субботу в 12", {"off", "gm"}),
        ("bar", "снятие гель-лака завтра в 12", {"off"}),
        ("bar", "классический педикюр и снятие завтра в 10", {"cp", "off"}),
        ("lavanda", "коррекция бровей с окрашиванием, завтра в 13", {"brow_corr", "brow_dye"}),
        ("lavanda", "маникюр с окрашиванием бровей завтра в 12", {"mani", "brow_dye"}),
        ("lavanda", "закрасить седину в один цвет завтра в 12", {"tone1"}),
        ("lavanda", "на шею и плечи массаж завтра в 12", {"massage_neck"}),
        ("lavanda", "маникюр и массаж шеи завтра в 12", {"mani", "massage_neck"}),
        ("lily", "я, муж и сын 4 года, всех бы постричь в воскресенье",
         {"haircut_women", "haircut_men", "haircut_kids"}),
        ("lily", "мужу и сыну стрижки в субботу в 12", {"haircut_men", "haircut_kids"}),
        ("lily", "я за мужа пишу, мужу и сыну стрижки в субботу", {"haircut_men", "haircut_kids"}),
    ],
)  # fmt: skip
def test_which_service(name: str, text: str, services: set[str]) -> None:
    assert set(said(text, name).services) == services


@pytest.mark.parametrize(
    ("name", "text", "services"),
    [
        ("lily", "маникюр и лазер завтра в 12", {"manicure"}),
        ("lily", "лазер ноги завтра в 12", set()),
        ("bar", "маникюр и лазер завтра", {"cm"}),
        ("lavanda", "лазер подмышки завтра в 12", set()),
    ],
)
def test_a_laser_where_there_is_none_is_unknown(name: str, text: str, services: set[str]) -> None:
    frame = said(text, name)

    assert frame.unknown_service
    assert set(frame.services) == services


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("epiona", "лазер подмышки завтра в 12"),
        ("lavanda", "депиляция подмышек завтра в 12"),
        ("bar", "маникюр завтра в 12, я после лазерной коррекции зрения"),
    ],
)
def test_a_laser_that_is_here_or_elsewhere_is_none(name: str, text: str) -> None:
    assert not said(text, name).unknown_service


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("хочу к тому же мастеру, что стриг в прошлый раз. во вторник в 18", ("haircut_men",)),
        ("хочу к тому же мастеру, что стриг в прошлый раз, на бороду во вторник в 18", ("beard",)),
        ("хочу к тому же мастеру. во вторник в 18", ()),
    ],
)
def test_what_the_master_did_last_time_is_wanted_again(
    text: str, services: tuple[str, ...]
) -> None:
    where = salon("lily")
    context = Context(last_visit=LastVisit(date(2026, 2, 11), ("haircut_men",), "Тимур"))
    now = datetime(2026, 3, 11, 12, 0, tzinfo=where.zone)

    frame = understand([text], salon=where, now=now, context=context)

    assert frame.intent is Intent.BOOK
    assert frame.staff == "Тимур"
    assert frame.services == services
