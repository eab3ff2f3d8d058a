"""The same in other people's words: the salon as a place, visits taken off, guests, parts of the body."""

from __future__ import annotations

import json
from datetime import date, datetime, time

import pytest

from tests.whatsapp.assistant import scoring
from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.rows import default_salon, salon_of
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import replay

LILY = salon_of(json.loads(default_salon()))
KLEN = salon_of(json.loads((scoring.CORPUS / "klen_salon.json").read_text(encoding="utf-8")))


def now(salon: SalonView) -> datetime:
    return datetime(2026, 3, 11, 12, 0, tzinfo=salon.zone)  # a Wednesday


def said(
    text: str,
    salon: SalonView = LILY,
    state: DialogueState | None = None,
    context: Context | None = None,
) -> Frame:
    return understand([text], salon=salon, now=now(salon), state=state, context=context)


def after(*history: tuple[str, str]) -> DialogueState:
    return replay(history, salon=LILY, now=now(LILY))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("вы в понедельник отдыхаете?", Intent.HOURS),
        ("воскресенье у вас рабочий день?", Intent.HOURS),
        ("салон по каким дням работает?", Intent.HOURS),
        ("Мария по каким дням?", Intent.STAFF_INFO),
        ("а Ольга в какие числа у вас?", Intent.STAFF_INFO),
        ("тут две двери, какая ваша?", Intent.ADDRESS),
        ("стою у шлагбаума, куда дальше?", Intent.ADDRESS),
        ("куда заходить?", Intent.ADDRESS),
        ("бот не понимает меня", Intent.HUMAN),
        ("пусть мне напишет девушка с ресепшена", Intent.HUMAN),
        ("можно позвать администратора?", Intent.HUMAN),
        ("можно убрать мою запись?", Intent.CANCEL),
        ("хочу снять запись", Intent.CANCEL),
        ("вы робот? мне человек нужен", Intent.HUMAN),
        ("мне нужен человек, вы робот?", Intent.HUMAN),
        ("мне человека, а не робота", Intent.HUMAN),
        ("вы бот? человека позовите", Intent.HUMAN),
        ("вы робот?", Intent.OTHER),
        ("вы человек? нужен маникюр завтра", Intent.BOOK),
        ("на 2 человека нужен маникюр завтра", Intent.BOOK),
        ("я на 5 месяце, мне можно делать ламинирование ресниц?", Intent.HUMAN),
        ("я на пятом месяце, можно массаж?", Intent.HUMAN),
        ("я на 5-м месяце, можно маникюр?", Intent.HUMAN),
        ("в этом месяце можно на маникюр?", Intent.BOOK),
        ("я бровист, опыт 3 года, возьмёте к себе на работу?", Intent.HUMAN),
        ("возьмёте меня к вам на работу?", Intent.HUMAN),
        ("возьмёте завтра в 9? на работу к 11", Intent.BOOK),
    ],
)
def test_what_is_meant(text: str, intent: Intent) -> None:
    assert said(text).intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "Обслуживание кондиционеров для вашего салона, скидка 15% до конца месяца",
        "Косметика для салонов красоты оптом, прайс по запросу",
        "Привлечём клиентов на маникюр в ваш салон, первый месяц бесплатно",
    ],
)
def test_what_is_sold_to_the_salon_asks_for_nothing(text: str) -> None:
    found = said(text)

    assert (found.intent, found.topic) == (Intent.OTHER, Topic.SPAM)


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("шугаринг, руки и подмышки, завтра в 17", ("sugaring",)),
        ("у меня трещины на ногтях, педикюр мне можно?", ("pedicure",)),
        ("телефон дала мама, хотела бы подстричься", ("haircut_women",)),
        ("на ногти и педикюр завтра", ("manicure", "pedicure")),
        ("манник хочу завтра", ("manicure",)),
        ("эпиляция ног в субботу в 12", ("sugaring",)),
        ("хочу лазерную эпиляцию ног, в субботу в 12 свободно?", ()),
        ("мне женскую и сыну детскую стрижку", ("haircut_women", "haircut_kids")),
        ("мне стрижку женскую и дочке детскую", ("haircut_women", "haircut_kids")),
    ],
)
def test_which_services_are_meant(text: str, services: tuple[str, ...]) -> None:
    assert said(text).services == services


@pytest.mark.parametrize(
    ("text", "services", "unknown"),
    [
        ("коррекция наращивания завтра в 12", ("ext_fix",), False),
        ("наращивание завтра в 12", ("extension",), False),
        ("можно на маникюр завтра?", (), True),
        ("ноготь врос, запишите завтра", ("ingrown",), False),
    ],
)
def test_titles_of_what_has_been_done_and_of_ills(
    text: str, services: tuple[str, ...], unknown: bool
) -> None:
    found = said(text, KLEN)

    assert (found.services, found.unknown_service is not None) == (services, unknown)


@pytest.mark.parametrize(
    ("text", "client", "guest"),
    [
        ("запишите маму на массаж завтра в 16. Зовут Тамара Ивановна", None, "Тамара Ивановна"),
        ("хочу сестре массаж подарить, завтра в 16, зовут Лена", None, "Лена"),
        ("запишите маму на массаж завтра в 16, меня зовут Лена", "Лена", None),
        ("подруга посоветовала, массаж завтра в 16, зовут Лена", "Лена", None),
    ],
)
def test_whose_name_it_is(text: str, client: str | None, guest: str | None) -> None:
    found = said(text)

    assert (found.client_name, found.guest_name) == (client, guest)


def test_the_number_of_a_day_is_corrected_and_the_hour_stays() -> None:
    state = after(
        ("client", "окрашивание на 24 марта на 10 утра"), ("bot", "Проверяю вторник, 24 марта…")
    )

    found = said("ой, не на 24, а на 31", state=state)

    assert (found.intent, found.day.on, found.time.at) == (
        Intent.BOOK,
        date(2026, 3, 31),
        time(10, 0),
    )


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("на укладку завтра в 8 утра, в 11 поезд", date(2026, 3, 12), time(8, 0)),
        ("ресницы в воскресенье на 15", date(2026, 3, 15), time(15, 0)),
        ("ресницы на воскресенье 15 в 12:00", date(2026, 3, 15), time(12, 0)),
        (
            "без десяти шесть выхожу с работы, в половине седьмого завтра на педикюр",
            date(2026, 3, 12),
            time(18, 30),
        ),
        ("в 18 ухожу с работы, педикюр завтра", date(2026, 3, 12), None),
    ],
)
def test_a_number_beside_a_day(text: str, day: date, hour: time | None) -> None:
    found = said(text)

    assert (found.day.on, found.time.at) == (day, hour)


def test_a_visit_called_by_its_weekday_goes_to_another_hour() -> None:
    tuesday = datetime(2026, 3, 17, 15, 0, tzinfo=LILY.zone)
    friday = datetime(2026, 3, 13, 12, 0, tzinfo=LILY.zone)
    visits = (
        UpcomingBooking("b1", friday, ("brows",), "Ольга"),
        UpcomingBooking("b2", tuesday, ("pedicure",), "Анна"),
    )

    found = said("вторничную запись на 18", context=Context(upcoming=visits))

    assert (found.intent, found.booking, found.day.on, found.time.at) == (
        Intent.RESCHEDULE,
        "b2",
        tuesday.date(),
        time(18, 0),
    )


def test_what_is_added_to_a_visit_named_first() -> None:
    friday = datetime(2026, 3, 13, 15, 0, tzinfo=LILY.zone)
    visit = UpcomingBooking("b1", friday, ("pedicure",), "Анна")

    found = said("к педикюру добавьте брови", context=Context(upcoming=(visit,)))

    assert (found.booking, found.add_to_booking, found.services) == ("b1", True, ("brows",))


@pytest.mark.parametrize(
    "text",
    [
        "хочу на педикюр завтра в 12, и сколько это стоит?",
        "на педикюр к Анне завтра в 12 и сколько это будет стоить?",
    ],
)
def test_a_wish_that_asks_its_price_is_a_wish(text: str) -> None:
    found = said(text)

    assert (found.intent, found.also) == (Intent.BOOK, (Intent.PRICE,))


@pytest.mark.parametrize(
    ("text", "intent", "day", "hour"),
    [
        ("обстоятельства изменились, отмените запись к Марии", Intent.CANCEL, None, None),
        ("изменились обстоятельства, запись отмените", Intent.CANCEL, None, None),
        ("обстоятельства изменились, давайте перенесём", Intent.RESCHEDULE, None, None),
        ("планы поменялись, измените время записи на 15", Intent.RESCHEDULE, 14, time(15, 0)),
        ("а можно на другой день? в субботу у меня аврал", Intent.RESCHEDULE, None, None),
        ("а можно на другой день? в субботу", Intent.RESCHEDULE, 14, None),
        ("перепишите меня на воскресенье, час тот же", Intent.RESCHEDULE, 15, time(12, 0)),
        ("я у вас записана на что нибудь на этой неделе?", Intent.LIST, None, None),
        ("я записана на что-то в субботу?", Intent.LIST, 14, None),
    ],
)
def test_what_is_said_of_a_visit(
    text: str, intent: Intent, day: int | None, hour: time | None
) -> None:
    saturday = datetime(2026, 3, 14, 12, 0, tzinfo=LILY.zone)
    visit = UpcomingBooking("b1", saturday, ("coloring",), "Мария")

    found = said(text, context=Context(upcoming=(visit,)))

    assert (found.intent, found.day.on and found.day.on.day, found.time.at) == (intent, day, hour)


@pytest.mark.parametrize(
    ("text", "confirmed"), [("угу", True), ("мгм", True), ("ага", True), ("не", False)]
)
def test_a_move_from_one_time_to_another_is_agreed_to(text: str, confirmed: bool) -> None:
    visit = UpcomingBooking(
        "b1", datetime(2026, 3, 12, 18, 0, tzinfo=LILY.zone), ("massage",), "Дарья"
    )
    context = Context(upcoming=(visit,))
    state = replay(
        (
            ("client", "перенесите массаж на пятницу на 7 вечера"),
            ("bot", "Перенести вашу запись 12 марта в 18:00 (массаж) на 13 марта, 19:00?"),
        ),
        salon=LILY,
        now=now(LILY),
        context=context,
    )

    assert said(text, state=state, context=context).confirmed is confirmed


def test_a_yes_that_nobody_waits_for_confirms_nothing() -> None:
    assert not said("мгм").confirmed
