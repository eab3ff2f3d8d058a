"""What stands beside a wish without being of it: an event's hour, a visit's old hour, a thing spoken of."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.whatsapp.assistant.test_called_by_words import said, salon
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.types import Context, UpcomingBooking
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import replay

LILY = salon("lily")
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=LILY.zone)  # a Wednesday
TOMORROW = UpcomingBooking(
    "b1", datetime(2026, 3, 12, 10, 0, tzinfo=LILY.zone), ("pedicure",), "Екатерина"
)
OFFERED = (
    ("client", "на брови в пятницу можно?"),
    ("bot", "В пятницу, 13 марта, у Ольги свободно: 10:30, 13:00, 18:30."),
)


def of_visit(text: str) -> Frame:
    return understand([text], salon=LILY, now=NOW, context=Context(upcoming=(TOMORROW,)))


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("завтра днём причёску и макияж, вечером гости", time(12), time(17)),
        ("завтра утром сделайте укладку, вечером театр", None, time(12)),
        ("срочно подстричься, вечером свидание", time(17), None),
        ("укладку завтра вечером", time(17), None),
    ],
)
def test_the_evening_of_an_event_is_not_the_visits(
    text: str, starts: time | None, ends: time | None
) -> None:
    wish = said(text).time

    assert (wish.start, wish.end) == (starts, ends)


@pytest.mark.parametrize(
    "text", ["завтра в 10 просплю, можно после обеда?", "в 10 неудобно, можно в 12?"]
)
def test_the_hour_that_is_overslept_is_the_visits(text: str) -> None:
    frame = of_visit(text)

    assert frame.intent is Intent.RESCHEDULE
    assert frame.booking == "b1"
    assert frame.time.at != time(10)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("снимите меня с педикюра, улетаю раньше", Intent.CANCEL),
        ("педикюр можно раньше?", Intent.RESCHEDULE),
        ("я уезжаю, педикюр можно раньше?", Intent.RESCHEDULE),
        ("проверьте, есть ли я в записи на завтра", Intent.LIST),
        ("есть ли я у вас в записи?", Intent.LIST),
        ("есть ли запись на субботу?", Intent.AVAILABILITY),
    ],
)
def test_of_a_visit(text: str, intent: Intent) -> None:
    assert of_visit(text).intent is intent


@pytest.mark.parametrize(
    ("name", "text", "services"),
    [
        ("mira", "чёлка в глаза лезет, подстригите сегодня в 15", {"bangs"}),
        ("lily", "борода отросла сильно, подстригите завтра в 12", {"beard"}),
        ("lily", "борода отросла сильно, подстригите меня завтра в 12", {"beard", "haircut_men"}),
        ("lily", "бороду и подстричь завтра в 12", {"beard", "haircut_men"}),
        ("lily", "сынишку обкорнать бы в понедельник в 12", {"haircut_kids"}),
        ("lily", "запишите на гелик завтра в 17", {"manicure_gel"}),
        ("mira", "лазер ноги в среду в 18:40", {"laser"}),
        ("mira", "ноги в порядок привести, педикюр в среду в 18:40", {"pedi"}),
        ("mira", "чем японский маникюр лучше аппаратного?", {"mani_jp", "mani_hw"}),
        ("mira", "аппаратный маникюр лучше в пятницу в 12", {"mani_hw"}),
        ("mira", "женск стрижка в пятницу в 12", {"cut_w"}),
        ("shelk", "лазер подмышки и глубокое бикини завтра в 13", {"lp", "lgb"}),
        ("shelk", "маникюр с покрытием и снятием завтра в 11", {"ms"}),
        ("energia", "губы 0,5 мл завтра в 12", {"gub"}),
        ("energia", "губы увеличить, 1 мл, завтра в 12", {"gub1"}),
        ("shelk", "ман. с покр. завтра в 11", {"mp"}),
    ],
)
def test_which_service(name: str, text: str, services: set[str]) -> None:
    assert set(said(text, name).services) == services


def test_a_shortened_adjective_is_no_master() -> None:
    assert said("женск стрижка в пятницу в 12", "mira").staff is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("меня обкорнали в прошлый раз, верните деньги", Intent.HUMAN),
        ("вы ещё не закрылись?", Intent.HOURS),
        ("по воскресеньям принимаете?", Intent.HOURS),
        ("карты принимаете?", Intent.OTHER),
        ("хочу отзыв оставить: Мария волшебница!", Intent.REVIEW),
        ("хочу отзыв написать и записаться на маникюр завтра в 12", Intent.BOOK),
        ("дайте номер девушки которая вчера у Марии была", Intent.OTHER),
        ("Мария завтра есть?", Intent.STAFF_INFO),
        ("Екатерина завтра есть?\nманикюр\nчасов в пять", Intent.BOOK),
    ],
)
def test_what_is_wanted(text: str, intent: Intent) -> None:
    assert said(text).intent is intent


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("маникюр завтра в 12, меня Алсу зовут", "Алсу"),
        ("маникюр завтра в 12, меня все зовут на свадьбу", None),
        ("маникюр завтра в 12, меня Очень зовут на море", None),
    ],
)
def test_a_rare_name_is_known_by_its_capital(text: str, name: str | None) -> None:
    assert said(text).client_name == name


@pytest.mark.parametrize(
    ("text", "at"), [("рано, но беру 10 30", time(10, 30)), ("давайте 18 30", time(18, 30))]
)
def test_an_hour_with_a_space_is_taken_of_those_offered(text: str, at: time) -> None:
    state = replay(OFFERED, salon=LILY, now=NOW)

    frame = understand([text], salon=LILY, now=NOW, state=state)

    assert frame.start is not None
    assert frame.start.astimezone(LILY.zone).time() == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("на 10 запишите\nманикюр\nв смысле на 10 июля\nв 11:30", time(11, 30)),
        ("маникюр на 10 июля на 10", time(10)),
    ],
)
def test_a_day_said_twice_is_no_hour(text: str, at: time) -> None:
    frame = said(text)

    assert frame.day.on == date(2026, 7, 10)
    assert frame.time.at == at


@pytest.mark.parametrize(
    "text", ["губы 0,5 мл завтра в 12", "губы 1.5 мл завтра в 12", "губы 1 мл завтра в 12"]
)
def test_a_measure_is_neither_day_nor_hour(text: str) -> None:
    frame = said(text, "energia")

    assert frame.day.on == date(2026, 3, 12)
    assert frame.time.at == time(12)


@pytest.mark.parametrize("text", ["маникюр 1.05 в 12", "маникюр 1.05 в 12, дизайн на 2 см"])
def test_a_date_with_a_full_stop_stays_one(text: str) -> None:
    assert said(text).day.on == date(2026, 5, 1)
