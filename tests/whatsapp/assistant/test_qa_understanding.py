"""What testers' dialogues broke in understanding: days kept, hours and numbers, which visit, windows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Intent
from whatsapp.assistant.types import StaffView


def with_visit(*service: str, staff: str = "4", day: int = 13, hour: int = 16) -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(day, hour, staff, *service)
    return chat


def test_a_day_under_discussion_wins_over_the_visits_own() -> None:
    chat = with_visit("15")
    chat.journal.take("4", chat.moment(14, 10), 30)
    chat.say("перенесите на субботу утром")
    assert chat.visits == [("13.03 16:00", "4", ("15",))]

    chat.say("в 17")

    assert chat.visits[0][0] == "14.03 17:00"


def test_a_bare_hour_still_moves_within_the_visits_own_day() -> None:
    chat = with_visit("15")

    chat.say("перенесите на 17")  # or the 17th: so it is asked
    chat.say("да")

    assert chat.visits[0][0] == "13.03 17:00"


@pytest.mark.parametrize("said", ["в 3", "к 3", "на 3", "давайте в 3", "можно на 3", "в три"])
def test_a_number_with_a_preposition_is_an_hour(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.journal.take("4", chat.moment(14, 14), 120)
    chat.say("на педикюр в субботу")
    offered = [o.value for o in chat.last.state.options]
    assert len(offered) == 3
    assert not any("T15:00" in o for o in offered)

    chat.say(said)

    assert chat.visits == []


@pytest.mark.parametrize(
    "said", ["2", "второе", "№2", "вариант 2", "давайте второе", "второй", "номер 2"]
)
def test_the_number_of_an_option(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("на педикюр в субботу")
    second = chat.last.state.options[1].value

    chat.say(said)

    assert [chat.journal.records[-1].start.isoformat()] == [second]


@pytest.mark.parametrize(
    "said",
    [
        "отмените маникюр", "отмените запись на субботу", "отмените запись в 12",
        "отмените запись к Марии", "отмените массаж", "перенесите маникюр на понедельник в 12",
        "перенесите запись с субботы на понедельник в 12",
    ],
)  # fmt: skip
def test_what_fits_no_visit_touches_none(said: str) -> None:
    chat = with_visit("10", staff="1")

    chat.say(said)

    assert chat.visits == [("13.03 16:00", "1", ("10",))]
    assert chat.last.frames[-1].booking is None
    assert chat.last.frames[-1].booking_mismatch
    assert len(chat.last.frames[-1].booking_options) == 1


@pytest.mark.parametrize(
    "said",
    ["отмените стрижку", "отмените запись на пятницу", "отмените запись в 16", "отмените Сергея",
     "отмените запись", "отмените запись на этой неделе"],
)  # fmt: skip
def test_what_fits_the_only_visit_is_it(said: str) -> None:
    chat = with_visit("10", staff="1")

    chat.say(said)

    assert not chat.last.frames[-1].booking_mismatch
    assert chat.visits == []


def test_a_part_of_a_set_names_the_set() -> None:
    chat = with_visit("14", staff="1")

    chat.say("отмените бороду")

    assert chat.visits == []


def test_two_equal_visits_are_asked_about() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(20, 12, "1", "13")
    chat.say("на моделирование бороды завтра в 15 к Сергею")
    assert len(chat.visits) == 2

    chat.say("отмените бороду")

    assert len(chat.visits) == 2
    assert len(chat.last.frames[-1].booking_options) == 2


def test_the_visit_of_the_talk_is_taken_when_pointed_at() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(20, 12, "1", "13")
    chat.say("на моделирование бороды завтра в 15 к Сергею")

    chat.say("отмените её")

    assert chat.visits == [("20.03 12:00", "1", ("13",))]


def test_without_polish_is_without() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр")

    chat.say("без покрытия")

    assert chat.last.frames[-1].services == ("15",)


def test_without_polish_from_nothing() -> None:
    chat = Chat.at(salons.lily())

    chat.say("запишите без покрытия")

    assert chat.last.frames[-1].services == ("15",)


@pytest.mark.parametrize(
    "said", ["а вечером есть?", "утром", "после обеда", "вечером", "а попозже?", "до 12"]
)
def test_a_window_narrows_and_books_nothing(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("на педикюр в субботу")
    assert len(chat.last.state.options) == 3

    chat.say(said)

    assert chat.visits == []
    assert chat.last.frames[-1].start is None


def test_an_offered_hour_is_chosen() -> None:
    chat = Chat.at(salons.lily())
    chat.say("на педикюр в субботу")

    chat.say("давайте в 15")

    assert [v[0] for v in chat.visits] == ["14.03 15:00"]


@pytest.mark.parametrize(
    "said", ["к любой", "любая", "к любому", "всё равно к кому", "кто свободен"]
)
def test_any_master_is_nobody_by_name(said: str) -> None:
    lily = salons.lily()
    offers = {**lily.services[5].staff, "8": lily.services[5].staff["4"]}
    services = tuple(replace(s, staff=offers) if s.id == "15" else s for s in lily.services)
    chat = Chat.at(replace(lily, staff=(*lily.staff, StaffView("8", "Люба")), services=services))

    chat.say(f"маникюр без покрытия завтра в 15, {said}")

    assert chat.last.frames[-1].staff_named == ()
    assert chat.last.frames[-1].staff_unknown is None
    assert chat.last.frames[-1].staff_any


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("не 9 а 10 марта", (10, None)),
        ("не 18 а 19 марта", (19, None)),
        ("не на 18, а на 19 марта", (19, None)),
        ("не 18-го, а 19-го", (19, None)),
        ("не в четверг, а в пятницу", (6, None)),
        ("не в 12, а в 13", (None, 13)),
        ("не в 12 а в 13 часов", (None, 13)),
        ("не 12:00 а 13:00", (None, 13)),
    ],
)
def test_corrections_replace(said: str, when: tuple[int | None, int | None]) -> None:
    chat = Chat.at(salons.lily(), 2026, 3, 5, 12, 0)

    chat.say(f"маникюр без покрытия {said}")

    frame = chat.last.frames[-1]
    assert (
        frame.day.on.day if frame.day.on else None,
        frame.time.at.hour if frame.time.at else None,
    ) == when


def test_a_grown_up_and_a_child_are_not_two_children() -> None:
    chat = Chat.at(salons.lily())

    chat.say("я хочу стрижку и дочке 5 лет тоже")
    chat.say("женскую")
    chat.say("завтра в 15")
    chat.say("да")

    assert sorted(services for _, _, services in chat.visits) == [("11",), ("12",)]


def test_a_child_alone_stays_alone() -> None:
    chat = Chat.at(salons.lily())

    chat.say("хочу записать дочку 5 лет на стрижку")

    assert chat.last.frames[-1].services == ("12",)
    assert not chat.last.frames[-1].service_options


@pytest.mark.parametrize(
    "said", ["до свидания", "пока", "всего доброго", "ок, пока!", "до встречи"]
)
def test_a_farewell_is_understood(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("на педикюр завтра в 12")

    assert chat.say(said) == "❤️"
    assert len(chat.visits) == 1


def test_a_heart_after_thanks_books_nothing() -> None:
    chat = Chat.at(salons.lily())
    chat.say("сколько стоит педикюр?")
    chat.say("спасибо")

    chat.say("❤️")

    assert chat.last.frames[-1].intent is Intent.THANKS


def test_my_master_is_asked_of_the_visits() -> None:
    chat = with_visit("15")

    assert "Анна" in chat.say("кто мой мастер?")
    assert chat.last.frames[-1].intent is Intent.LIST


@pytest.mark.parametrize(
    ("said", "later"), [("а попозже?", True), ("позже", True), ("а раньше?", False)]
)
def test_later_and_earlier_lean_on_what_was_shown(said: str, later: bool) -> None:
    chat = Chat.at(salons.lily())
    chat.say("на педикюр в субботу в обед")
    shown = [o.value for o in chat.last.state.options]

    chat.say(said)
    now = [o.value for o in chat.last.state.options]

    assert now
    assert min(now) > max(shown) if later else max(now) < min(shown)


def test_english_names_the_audience() -> None:
    chat = Chat.at(salons.lily())

    chat.say("haircut for men tomorrow at 3")

    assert chat.last.frames[-1].services == ("10",)


def test_another_master_for_the_move_is_no_second_visit() -> None:
    chat = with_visit("10", staff="1")
    chat.say("перенесите на субботу")

    chat.say("лучше к Тимуру")

    assert chat.visits == [("14.03 16:00", "2", ("10",))]
