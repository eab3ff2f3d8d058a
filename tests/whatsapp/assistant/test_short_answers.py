"""Short answers of ordinary clients to our questions, and second thoughts a message later."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

WAS = [("12.03 15:00", "4", ("17",))]


def talk(*said: str, booked: bool = False, card: str | None = "Ирина") -> Chat:
    """A chat after these messages; `booked`: with Anna's pedicure of tomorrow, 15:00."""
    chat = Chat.at(salons.lily(), card=card)
    if booked:
        chat.booked(12, 15, "4", "17")
    for text in said:
        chat.say(text)
    return chat


@pytest.mark.parametrize("text", ["ближайшее", "пораньше", "на ближайшее время", "поскорее"])
@pytest.mark.parametrize("question", ["запишите на педикюр", "сколько стоит педикюр?"])
def test_the_soonest_is_looked_for(question: str, text: str) -> None:
    assert talk(question).say(text).startswith("Ближайшее — сегодня")


@pytest.mark.parametrize("text", ["на следующей", "давайте на следующей", "на следующей неделе"])
def test_the_week_need_not_be_named(text: str) -> None:
    assert "в понедельник 16 марта" in talk("запишите на педикюр").say(text)
    moving = talk("перенесите педикюр", booked=True)
    assert "в понедельник 16 марта" in moving.say(text)


def test_a_weekday_after_a_week_was_named_is_of_that_week() -> None:
    chat = talk("перенесите на следующую неделю", booked=True)

    assert "в среду 18 марта, 15:00" in chat.say("среда")
    assert chat.visits == WAS
    assert "в среду 18 марта" in talk("на педикюр на следующей неделе").say("среда")


def test_with_no_week_named_a_weekday_is_the_next_one() -> None:
    assert "послезавтра" in talk("запишите на педикюр").say("в пятницу")


@pytest.mark.parametrize("text", ["понятно", "ясно"])
def test_a_price_that_was_taken_note_of_asks_nothing_more(text: str) -> None:
    assert talk("сколько стоит педикюр?").say(text) == "👍"


@pytest.mark.parametrize("text", ["позже запишусь", "запишусь потом", "буду думать"])
def test_who_will_book_later_is_not_asked_for_a_day(text: str) -> None:
    assert talk("сколько стоит педикюр?").say(text) == "Хорошо, жду."


def test_one_more_service_after_a_price_is_wanted_besides() -> None:
    chat = talk("сколько стоит педикюр?", "и маникюр тоже")

    assert chat.say("на пятницу").startswith("Педикюр + маникюр без покрытия")
    assert "На что записать?" in talk("сколько стоит педикюр?").say("а маникюр?")


@pytest.mark.parametrize(
    ("text", "services"), [("без покрытия", ("17", "15")), ("с покрытием", ("17", "16"))]
)
def test_one_of_two_services_named_more_closely_keeps_the_other(
    text: str, services: tuple[str, ...]
) -> None:
    chat = talk("педикюр и маникюр завтра в 12", text, "да")

    assert chat.visits == [("12.03 12:00", "4", services)]


def test_only_one_of_them_gives_the_other_up() -> None:
    chat = talk("педикюр и маникюр завтра в 12", "только маникюр")

    chat.say("да")

    assert chat.visits == [("12.03 12:00", "4", ("15",))]


@pytest.mark.parametrize("text", ["отмените", "отмена"])
def test_a_booking_that_waits_for_the_name_can_be_given_up(text: str) -> None:
    chat = talk("запишите на педикюр завтра в 12", card=None)

    assert chat.say(text).startswith("Хорошо.")
    assert chat.visits == []


def test_a_booking_that_waits_for_the_name_can_have_another_hour() -> None:
    chat = talk("запишите на педикюр завтра в 12", card=None)

    chat.say("перенесите на 13")
    assert chat.visits == []
    assert chat.say("спасибо") != "❤️"


def test_thanks_do_not_stand_for_the_name() -> None:
    chat = talk("запишите на педикюр завтра в 12", card=None)

    assert chat.say("спасибо") == "Напишите, пожалуйста, имя — и запишу."


@pytest.mark.parametrize("text", ["завтра не смогу", "завтра не могу"])
def test_the_visit_that_cannot_stay_is_the_one_to_move(text: str) -> None:
    chat = talk("запишите меня на педикюр на пятницу", booked=True)

    assert chat.say(text).startswith("Перенести: вместо четверга 12 марта")
    assert chat.visits == WAS


@pytest.mark.parametrize("text", ["ой, забыла что записана", "а я забыла про неё"])
def test_a_visit_that_was_forgotten_is_neither_moved_nor_doubled(text: str) -> None:
    chat = talk("запишите меня на педикюр на пятницу", booked=True)

    assert chat.say(text).endswith("Перенести её или записать ещё раз?")


@pytest.mark.parametrize("text", ["и то и то", "плюсом", "ещё одну"])
def test_both_visits_are_wanted(text: str) -> None:
    chat = talk("запишите меня на педикюр на пятницу", booked=True)

    assert "свободно послезавтра" in chat.say(text)


@pytest.mark.parametrize(
    ("before", "text"),
    [("я завтра не успеваю к 3", "можно к 4?"), ("во сколько я записана?", "а можно в 16?")],
)
def test_an_hour_asked_for_right_after_the_visit_was_spoken_of_is_its_own(
    before: str, text: str
) -> None:
    chat = talk(before, booked=True)

    assert chat.say(text).startswith("Перенести: вместо 15:00 — завтра, в четверг 12 марта, 16:00")
    assert chat.visits == WAS


def test_another_service_asked_for_then_is_another_visit() -> None:
    chat = talk("во сколько я записана?", booked=True)

    assert chat.say("а маникюр в пятницу можно?").startswith("Маникюр")


def test_a_cancelling_that_was_a_slip_is_offered_back() -> None:
    assert (
        talk("отмените запись", booked=True)
        .say("ой, не надо")
        .startswith("Это время ещё свободно.")
    )
    assert talk("отмените запись", booked=True).say("не надо").startswith("Хорошо.")


def test_a_master_after_the_salons_hours_is_asked_about_herself() -> None:
    assert "у Марии" in talk("вы в воскресенье работаете?").say("а Мария?")


@pytest.mark.parametrize("text", ["а можно на другой день?", "можно на другой день"])
def test_another_day_asked_for_out_of_nowhere_is_the_visits(text: str) -> None:
    chat = talk(booked=True)

    assert chat.say(text).endswith("На какой день и время перенести?")
    assert chat.say("пятница").startswith("Перенести: вместо четверга 12 марта")


@pytest.mark.parametrize("text", ["любое время", "к любому мастеру", "без разницы"])
def test_any_time_or_master_will_do_so_the_proposal_stands(text: str) -> None:
    chat = talk("нужен маникюр срочно, сегодня")

    chat.say(text)
    assert chat.last.handoff is None
    chat.say("да")
    assert chat.visits == [("11.03 12:30", "4", ("15",))]


def test_an_hour_that_cannot_be_kept_after_all_is_asked_about() -> None:
    chat = talk("запишите завтра на 10 утра на педикюр")

    assert (
        chat.say("ой нет не смогу в 10")
        == "Отменить запись на завтра, 10:00, или перенести на другой день?"
    )
    assert chat.visits == [("12.03 10:00", "4", ("17",))]
    assert (
        chat.say("не могу найти вас")
        != "Отменить запись на завтра, 10:00, или перенести на другой день?"
    )
