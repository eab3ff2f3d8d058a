"""Services, masters and wishes by the words people have for them, over several catalogues."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache

import pytest

from tests.whatsapp.assistant import scoring
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.rows import default_salon, salon_of
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand.frame import understand


@cache
def salon(name: str) -> SalonView:
    return salon_of(json.loads(scoring.salon_json(name) or default_salon()))


def said(text: str, name: str = "lily") -> Frame:
    where = salon(name)
    now = datetime(2026, 3, 11, 12, 0, tzinfo=where.zone)  # a Wednesday
    return understand(text.split("\n"), salon=where, now=now)


@pytest.mark.parametrize(
    ("name", "text", "services"),
    [
        ("klen", "корешки в пятницу в 12", {"roots"}),
        ("klen", "седину закрасить в пт в 15", {"roots"}),
        ("iskra", "седину закрасить в пт в 15", {"hair_color"}),
        ("veresk", "убрать седину в субботу в 12", {"grey"}),
        ("myata2", "на мужскую стрижку завтра к 18 запишите", {"m_cut"}),
        ("myata2", "стрижка мужская машинкой в пт в 15", {"m_clipper"}),
        ("myata2", "запишите маму на брови в пт в 12", {"brow"}),
        ("myata2", "ламинирование бровей в пт в 15", {"brow_lam"}),
        ("myata2", "закрасить седину и подровнять кончики, в пт в 17", {"roots", "ends"}),
        ("myata2", "ботокс хочу в пятницу в 12", set()),
        ("myata2", "ботокс для волос в пт в 12", {"botox_hair"}),
        ("myata2", "ботокс межбровья в пт в 12", {"botox"}),
        ("myata2", "хочу ботокс к Марине в пт в 12", {"botox_hair"}),
        ("lily", "корешки подкрасить в пт в 15", {"coloring"}),
        ("lily", "хочу из блонда выйти в темный, в пятницу в 15", {"coloring"}),
        ("lily", "хочу стать блондинкой, запишите на субботу", {"coloring"}),
        ("lily", "хочу сменить цвет волос на рыжий, в чт в 12", {"coloring"}),
        ("lily", "маникюр, хочу из красного перейти в черный, в чт в 12", {"manicure"}),
        ("lily", "кто красит?", {"coloring"}),
        ("lily", "а кто красит брови?", {"brows"}),
        ("klen", "кто у вас красит корни?", {"roots"}),
    ],
)
def test_which_service(name: str, text: str, services: set[str]) -> None:
    assert set(said(text, name).services) == services


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("тонирование и окрашивание это одно и то же?", Intent.SERVICES),
        ("тонирование и окрашивание это разное?", Intent.SERVICES),
        ("шугаринг это то же самое что и воск?", Intent.SERVICES),
        ("что выгоднее, комплекс взять или отдельно стрижка и борода?", Intent.PRICE),
        ("в понедельник вас можно застать?", Intent.HOURS),
        ("завтра после восьми кого-нибудь застану?", Intent.HOURS),
        ("Марию можно застать в понедельник?", Intent.STAFF_INFO),
        ("девочки, это робот отвечает? мне бы с живым человеком", Intent.HUMAN),
        ("кто это пишет? мне бы администратора", Intent.HUMAN),
        ("это живой человек отвечает?", Intent.OTHER),
        ("мне бы на двух человек маникюр в пт в 12", Intent.BOOK),
        ("мне бы с администратором", Intent.HUMAN),
        ("мне бы с кем-нибудь живым поговорить", Intent.HUMAN),
        ("хочу поблагодарить Ольгу за брови, очень довольна", Intent.REVIEW),
        ("хочу похвалить Сергея, стрижка огонь", Intent.REVIEW),
        ("хочу сказать спасибо и записаться к Марии на тонирование в пт в 12", Intent.BOOK),
    ],
)
def test_what_is_meant(text: str, intent: Intent) -> None:
    assert said(text).intent is intent


@pytest.mark.parametrize(
    ("text", "master"),
    [
        ("маникюр в пт в 12\nк Ане\nой нет к Кате", "Екатерина"),
        ("к Ане на педикюр в пт в 10\nа нет, к Кате, Аня же в отпуске", "Екатерина"),
        ("к Тимуру в пт на стрижку мужскую в 12\nточнее к Сергею", "Сергей"),
        ("к Сергею или к Тимуру в пт в 12 мужскую стрижку", None),
    ],
)
def test_the_master_named_after_a_slip_is_meant(text: str, master: str | None) -> None:
    assert said(text).staff == master


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("К Сергею на стрижку в воскресенье в 12 можно? Павел", "Павел"),
        ("на массаж в субботу в 12 получится?) Игорь", "Игорь"),
        ("к кому можно на стрижку мужскую завтра? Тимур?", None),
    ],
)
def test_a_name_at_the_end_is_the_client_s(text: str, name: str | None) -> None:
    assert said(text).client_name == name


def test_whose_haircut_it_is() -> None:
    frame = said("сыну 5 лет подстричься, и мужу тоже. в субботу в 11")

    assert frame.people == 2
    assert set(frame.services) == {"haircut_kids", "haircut_men"}
