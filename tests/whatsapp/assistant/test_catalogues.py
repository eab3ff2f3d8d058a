"""Everyday words against price lists of several kinds: bare kinds, slang, brackets, what answers a choice."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache

import pytest

from tests.whatsapp.assistant import scoring
from whatsapp.assistant.frame import Frame
from whatsapp.assistant.rows import default_salon, salon_of
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import replay
from whatsapp.assistant.understand.titles import by_letters


@cache
def salon(name: str) -> SalonView:
    return salon_of(json.loads(scoring.salon_json(name) or default_salon()))


def said(name: str, text: str, *history: tuple[str, str]) -> Frame:
    where = salon(name)
    now = datetime(2026, 3, 11, 12, 0, tzinfo=where.zone)  # a Wednesday
    state = replay(history, salon=where, now=now)
    return understand([text], salon=where, now=now, state=state)


@pytest.mark.parametrize(
    ("name", "text", "services"),
    [
        ("veresk", "хочу постричься в четверг", ("b_cut",)),
        ("veresk", "скинфейд завтра в 15", ("b_cut",)),
        ("veresk", "кроп завтра в 15", ("b_cut",)),
        ("veresk", "стрижка ножницами завтра в 11", ("b_cut",)),
        ("veresk", "под машинку завтра", ("b_buzz",)),
        ("veresk", "под насадку 3 мм завтра в 15", ("b_buzz",)),
        ("chop", "под ноль завтра в 15", ("mach",)),
        ("fade", "бузз кат завтра", ("buzz",)),
        ("chop", "лысину подбрить завтра в 12 к Магомеду", ("razor",)),
        ("veresk", "мужа и двоих мальчишек подстричь в субботу", ("b_cut", "kid_cut")),
        ("klen", "запишите на стрижку завтра в 12, я мужчина", ("m_cut",)),
        ("klen", "мужу и мне подстричься завтра в 12", ("w_cut", "m_cut")),
        ("lily", "я девушка, хочу подстричься завтра", ("haircut_women",)),
        ("veresk", "маникюр завтра к Надежде в 12", ("mani",)),
        ("veresk", "маник с гельлаком завтра", ("mani_gel",)),
        ("veresk", "маникюр с г/л завтра", ("mani_gel",)),
        ("veresk", "маник б/п завтра", ("mani",)),
        ("veresk", "снять гель-лак завтра в 12", ("gel_off",)),
        ("lily", "маник гелак завтра", ("manicure_gel",)),
        ("lily", "на ресы завтра в 12", ("lashes",)),
        ("veresk", "ресы двойку завтра", ("lash_2d",)),
        ("veresk", "брови подщипать завтра", ("brow_corr",)),
        ("veresk", "на элпиджи завтра", ("lpg",)),
        ("veresk", "эл пи джи завтра в 12", ("lpg",)),
        ("rosa", "лами завтра в 12", ("lash_lift",)),
        ("rosa", "лимфу завтра к Галине", ("massage_lymph",)),
        ("buket", "ламинацию бровей завтра", ("brow_lam",)),
    ],
)
def test_what_is_sold_under_that_word(name: str, text: str, services: tuple[str, ...]) -> None:
    assert said(name, text).services == services


@pytest.mark.parametrize(
    ("name", "wish", "question", "answer", "services"),
    [
        ("veresk", "на шугаринг", "Какую зону: подмышки, ноги, бикини?", "подмышки", ("sug_arm",)),
        ("veresk", "на шугаринг", "Какую зону: подмышки, ноги, бикини?", "все",
         ("sug_arm", "sug_legs", "sug_bik")),
        ("veresk", "на маникюр", "Маникюр без покрытия или с гель-лаком?", "с гелем", ("mani_gel",)),
        ("veresk", "на маникюр", "Маникюр без покрытия или с гель-лаком?", "просто", ("mani",)),
        ("veresk", "на маникюр", "Маникюр без покрытия или с гель-лаком?", "без", ("mani",)),
        ("veresk", "к Артему", "Вам стрижку или стрижку с бородой?", "с бородой", ("b_combo",)),
        ("veresk", "к Артему", "Вам стрижку или стрижку с бородой?", "без бороды", ("b_cut",)),
        ("veresk", "на массаж", "Какой массаж: спина и ШВЗ или общий?", "общий", ("massage_full",)),
        ("lily", "к Сергею", "Вам мужскую стрижку или стрижку с бородой (комплекс)?", "с бородой",
         ("combo_men",)),
        ("lily", "на стрижку", "Какую стрижку: мужскую, женскую или детскую?", "мне женскую и сыну",
         ("haircut_women", "haircut_kids")),
        ("rosa", "на брови", "Коррекция, окрашивание или комплекс?", "и то и другое", ("brow_combo",)),
        ("rosa", "на массаж", "Какой массаж: классический или расслабляющий?", "обычный",
         ("massage_classic",)),
    ],
)  # fmt: skip
def test_what_an_answer_chooses(
    name: str, wish: str, question: str, answer: str, services: tuple[str, ...]
) -> None:
    found = said(name, answer, ("client", f"{wish} завтра в 12"), ("bot", question))

    assert found.services == services


@pytest.mark.parametrize(
    ("name", "text", "staff", "refused", "unknown"),
    [
        ("veresk", "не хочу к Марату, запишите к Артему на стрижку завтра", "Артём", ("Марат",), None),
        ("veresk", "к Жене на маникюр завтра в 12", "Евгения", (), None),
        ("veresk", "к Жене постричься завтра в 12", "Евгений", (), None),
        ("veresk", "посоветовали Рустама, к нему на стрижку завтра", None, (), "Рустам"),
        ("lily", "мне Инну посоветовали, на маникюр к ней завтра", None, (), "Инна"),
        ("lily", "не к Тимуру, он меня плохо подстриг, лучше к Сергею завтра в 12 на стрижку",
         "Сергей", ("Тимур",), None),
    ],
)  # fmt: skip
def test_which_master_is_meant(
    name: str, text: str, staff: str | None, refused: tuple[str, ...], unknown: str | None
) -> None:
    found = said(name, text)

    assert (found.intent.value, found.staff, found.exclude_staff, found.staff_unknown) == (
        "book", staff, refused, unknown,
    )  # fmt: skip


def test_the_times_offered_are_of_the_master_who_takes_the_place_of_the_refused() -> None:
    found = said(
        "lily", "к Тимуру больше не пойду, давайте к Сергею",
        ("client", "мужская стрижка завтра"),
        ("bot", "Завтра свободно: 12:00 — Сергей, 14:00 — Тимур. Какой вариант?"),
    )  # fmt: skip

    assert (found.staff, found.time.at and found.time.at.hour) == ("Сергей", 12)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("у Натальи медицинское образование есть?", "staff_info"),
        ("у мастера маникюра сертификаты есть?", "staff_info"),
        ("Наталья врач или просто массажист?", "staff_info"),
        ("массаж спины сколько длится? боюсь на автобус опоздать", "services"),
        ("педикюр часа два занимает? чтоб не опоздать на работу", "services"),
        ("Анна это кто, маникюрша?", "staff_info"),
        ("а мужской мастер по массажу есть?", "staff_info"),
        ("на каких материалах работаете, лаки какие?", "services"),
        ("а с собачкой маленькой к вам можно? она на ручках", "other"),
        ("с котом в переноске пустите?", "other"),
        ("можно с малышом на руках прийти?", "other"),
        ("не надо мне больше никаких акций и напоминалок", "stop"),
        ("никаких больше смсок не надо", "stop"),
        ("можете не напоминать мне о записи", "stop"),
        ("возьмете на работу парикмахером?", "human"),
    ],
)
def test_what_is_asked(text: str, intent: str) -> None:
    assert said("lily", text).intent.value == intent


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ну пишите Гульнара", "Гульнара"),
        ("давайте на Ирину", "Ирина"),
        ("на Петрову Ольгу", "Петрова Ольга"),
        ("запишите как Виктор Палыч", "Виктор Палыч"),
        ("Айгуль, телефон этот", "Айгуль"),
    ],
)
def test_a_name_that_was_asked_for(text: str, name: str) -> None:
    found = said(
        "lily", text, ("client", "массаж в понедельник в 18"), ("bot", "Как вас записать, подскажите имя?")
    )  # fmt: skip

    assert (found.client_name, found.confirmed) == (name, False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "это Нина Васильевна мне внук показал что сюда писать, педикюр в пятницу",
            "Нина Васильевна",
        ),
        ("это Галина Петровна беспокоит хочу на педикюр завтра", "Галина Петровна"),
        ("добрый день, Ольга Сергеевна на связи, запишите на маникюр завтра", "Ольга Сергеевна"),
        ("меня Зиной звать, на педикюр завтра", "Зина"),
        ("мужская стрижка завтра в 12, Олег", "Олег"),
        ("мужская стрижка завтра в 12, Сергей", None),
    ],
)
def test_how_clients_introduce_themselves(text: str, name: str | None) -> None:
    assert said("lily", text).client_name == name


@pytest.mark.parametrize(
    ("name", "text", "services"),
    [
        ("epiona", "прх т33 завтра в 17", ("peel_prx",)),
        ("epiona", "на губки завтра в 18", ("lip1",)),
        ("epiona", "верхнюю губу лазером завтра", ("las_lip",)),
        ("azovo", "маму пенсионерку на стрижку в субботу", ("pens",)),
        ("azovo", "сыну 10 лет стрижку завтра в 12", ("m",)),
        ("azovo", "дочке 6 лет челку подровнять завтра", ("chel",)),
        ("azovo", "нас двое, мне мужскую и жене модельную, завтра в 11", ("m", "wl")),
        ("bar", "рефил завтра в 12", ("ref",)),
        ("buket", "ресницы два дэ завтра", ("lash_2d",)),
        ("lily", "хочу сделать каре завтра в 14", ("haircut_women",)),
        ("lily", "бокс завтра в 14", ("haircut_men",)),
        ("rosa", "мужская плюс борода к Руслану завтра в 11", ("cut_men", "beard_trim")),
        ("bar", "парафин для рук завтра", ("par",)),
        ("bar", "нарастить ногти завтра в 15", ("ext",)),
        ("bar", "hello, i need pedicure tomorrow", ("cp",)),
    ],
)
def test_brands_brackets_and_foreign_titles(
    name: str, text: str, services: tuple[str, ...]
) -> None:
    assert said(name, text).services == services


@pytest.mark.parametrize("text", ["к Кате на френч завтра", "на френч завтра к Кейт"])
def test_a_master_written_in_latin_letters(text: str) -> None:
    assert said("bar", text).staff == "Kate"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("после филлера на губе шарик, что делать", "human"),
        ("сделали вчера ботокс, бровь упала", "human"),
        ("мне 16 лет, можно губы сделать?", "human"),
        ("удалить родинку, к Рамилю завтра в 10", "book"),
        ("папилломы убираете?", "services"),
    ],
)
def test_medicine_asked_about_and_medicine_booked(text: str, intent: str) -> None:
    assert said("epiona", text).intent.value == intent


def test_an_abbreviation_read_out_by_its_letters() -> None:
    assert {"элпиджи", "эльпэгэ"} <= by_letters("lpg")
    assert by_letters("velvet") == set()
