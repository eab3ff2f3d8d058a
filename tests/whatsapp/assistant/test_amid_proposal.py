"""Short words about a visit that is proposed, or to a list of its hours."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

AT_NOON = "Правильно поняла: завтра, в четверг 12 марта, 12:00"


def proposed(service: str = "маникюр с покрытием") -> Chat:
    """Tomorrow at noon waits for «да»."""
    chat = Chat.at(salons.lily())
    assert AT_NOON in chat.say(f"запишите на {service} на завтра в 12")
    return chat


def listed() -> Chat:
    """10:00, 14:30 and 19:00 were shown."""
    chat = Chat.at(salons.lily())
    assert "10:00, 14:30 и 19:00" in chat.say("запишите на маникюр с покрытием на завтра")
    return chat


@pytest.mark.parametrize(
    "text",
    [
        "другой мастер",
        "нет, к другому мастеру",
        "а другого мастера нет?",
        "давайте другого мастера",
    ],
)
def test_another_master_is_proposed_for_the_same_hour(text: str) -> None:
    chat = proposed()

    reply = chat.say(text)

    assert reply.startswith(AT_NOON)
    assert "Екатерина" in reply
    assert chat.visits == []


def test_that_nobody_else_does_it_is_said_rather_than_that_nothing_is_free() -> None:
    chat = Chat.at(salons.lily())

    assert chat.say("запишите на педикюр, только не к Анне").endswith(
        "Педикюр — Анна. Записать к Анне?"
    )
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    assert chat.say("к другому мастеру можно перезаписать?").endswith("Педикюр — Анна.")


@pytest.mark.parametrize("text", ["а раньше нет?", "раньше нет?", "а пораньше?"])
def test_earlier_hours_are_shown_and_not_the_same_once_more(text: str) -> None:
    assert "11:00 и 11:30" in proposed().say(text)


@pytest.mark.parametrize("text", ["давайте перенесём", "перенесите"])
def test_what_is_not_booked_yet_is_moved_by_asking_when(text: str) -> None:
    chat = proposed()

    assert chat.say(text) == "На какой день записать?"
    assert "свободно в субботу 14 марта" in chat.say("в субботу")


@pytest.mark.parametrize(("text", "guest"), [("для подруги", "(подруга)"), ("для мамы", "(мама)")])
def test_it_may_be_for_somebody_else(text: str, guest: str) -> None:
    chat = proposed()

    reply = chat.say(text)

    assert reply.startswith(AT_NOON)
    assert guest in reply
    assert chat.visits == []


def test_until_when_is_asked_of_the_visit_or_of_the_salon() -> None:
    assert "длится 2 часа" in proposed().say("до скольки это?")
    assert "Работаем каждый день" in proposed().say("до скольки вы работаете?")


def test_thanks_for_a_proposal_do_not_end_in_silence() -> None:
    chat = proposed()

    assert chat.say("спасибо").startswith(AT_NOON)
    assert chat.visits == []
    chat.say("да")
    assert chat.visits == [("12.03 12:00", "4", ("16",))]
    assert chat.say("спасибо") == "❤️"


@pytest.mark.parametrize("text", ["ок спасибо", "да, спасибо"])
def test_a_yes_with_thanks_books(text: str) -> None:
    chat = proposed()

    chat.say(text)

    assert chat.visits == [("12.03 12:00", "4", ("16",))]


@pytest.mark.parametrize("text", ["пораньше", "а пораньше?"])
def test_earlier_than_the_opening_is_the_earliest(text: str) -> None:
    assert "10:00, 10:30 и 11:00" in listed().say(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("рано", "10:30", "19:00"),
        ("не рано", "10:30", "19:00"),
        ("слишком рано", "10:30", "19:00"),
        ("поздно", "10:00", "18:30"),
        ("только не поздно", "10:00", "18:30"),
        ("10 рано", "10:30", "11:30"),
    ],
)
def test_too_early_and_too_late_leave_the_other_hours(text: str, first: str, last: str) -> None:
    reply = listed().say(text)

    assert f"завтра: {first}, " in reply
    assert f" и {last} у Анны" in reply


@pytest.mark.parametrize("text", ["в районе 3", "часа в 3", "примерно в 15"])
def test_about_an_hour_is_proposed_and_takes_no_other_hour_of_the_list(text: str) -> None:
    chat = listed()

    assert "15:00" in chat.say(text)
    assert chat.visits == []


def test_an_hour_of_the_list_is_taken() -> None:
    chat = listed()

    chat.say("давайте часов в 10")

    assert chat.visits == [("12.03 10:00", "4", ("16",))]
