"""One message of several wishes: what the salon does not do beside what it does, times to choose between."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("маникюр без покрытия и наращивание рогов завтра", "наращивание рогов"),
        ("педикюр завтра в 11 и татуировку бровей", "татуировка бровей"),
        ("запишите на педикюр и тату бровей завтра", "тату бровей"),
        ("стрижка и наращивание волос завтра", "наращивание волос"),
        ("сколько стоит педикюр и шугаринг ног?", "шугаринг ног"),
        ("педикюр и лазер в субботу", "лазер"),
        ("нужны педикюр, эпиляция подмышек и маникюр без покрытия завтра", "эпиляция подмышек"),
    ],
)
def test_what_the_salon_does_not_do_is_named_and_the_rest_is_arranged(said: str, told: str) -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say(said)

    assert f"Услуги «{told}» у нас нет." in reply
    assert reply.count("?") == 1
    assert "маникюр" in reply.lower() or "педикюр" in reply.lower() or "стрижка" in reply.lower()
    assert "нет" not in chat.say("завтра в 15"), "told once"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "педикюр, наращивание рогов и тату бровей завтра",
            "Услуг «наращивание рогов» и «тату бровей» у нас нет.",
        ),
        (
            "запишите на пирсинг и шугаринг ног завтра",
            "Услуг «пирсинг» и «шугаринг ног» у нас нет.",
        ),
        ("запишите на виниры и брекеты завтра", "Услуг «виниры» и «брекеты» у нас нет."),
        (
            "запишите на виниры, брекеты и педикюр завтра",
            "Услуг «виниры» и «брекеты» у нас нет.",
        ),
        ("запишите на педикюр и виниры завтра", "Услуги «виниры» у нас нет."),
    ],
)
def test_all_that_the_salon_does_not_do_is_named(said: str, told: str) -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say(said)

    assert told in reply
    assert reply.count("?") == 1
    assert reply.count("у нас нет") == 1
    assert chat.visits == []


def test_only_what_the_salon_does_is_booked() -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр и наращивание ресниц завтра в 11")

    chat.say("да")

    assert chat.visits == [("12.03 11:00", "4", ("17",))]


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        (
            "на мужскую стрижку к Сергею завтра после 6 или в субботу с утра",
            "завтра: 18:00 и 20:00 у Сергея; в субботу 14 марта: 10:00 и 12:00 у Сергея",
        ),
        (
            "на мужскую стрижку к Сергею в субботу с утра или завтра после 6",
            "в субботу 14 марта: 10:00 и 12:00 у Сергея; завтра: 18:00 и 20:00 у Сергея",
        ),
        (
            "педикюр завтра в 15 или в воскресенье в 12",
            "завтра: 15:00 у Анны; в воскресенье 15 марта: 12:00 у Анны",
        ),
        (
            "педикюр завтра утром, если нет, то в субботу вечером",
            "завтра: 10:00 и 12:00 у Анны; в субботу 14 марта: 17:00 и 19:30 у Анны",
        ),
        ("педикюр завтра утром или после 18", "завтра: 10:00, 12:00, 18:00 и 19:30 у Анны"),
        (
            "педикюр сегодня вечером или завтра утром или в субботу днём",
            "сегодня: 17:00 у Анны; завтра: 10:00 у Анны; в субботу 14 марта: 12:00 у Анны",
        ),
    ],
)
def test_offers_are_drawn_from_every_time_that_would_do_in_the_order_said(
    said: str, offered: str
) -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say(said)

    assert offered in reply


def test_a_number_means_the_place_in_the_printed_list() -> None:
    chat = Chat.at(salons.lily())
    chat.say("на маникюр без покрытия в субботу утром или завтра после 18")

    chat.say("третье")

    assert chat.visits == [("12.03 18:00", "4", ("15",))]


def test_the_other_time_is_offered_when_the_first_is_taken() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.take("4", chat.moment(12, 10), 240)

    reply = chat.say("педикюр завтра утром или в субботу вечером")

    assert "свободно в субботу 14 марта: 17:00" in reply
    assert "завтра" not in reply


def test_nothing_at_those_times_is_said_before_others_are_offered() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.take("4", chat.moment(12, 10), 240)
    chat.journal.take("4", chat.moment(14, 16), 300)

    reply = chat.say("педикюр завтра утром или в субботу вечером")

    assert "В это время ничего свободного нет. Есть завтра: 14:00" in reply


def test_times_to_choose_between_outlast_the_question_what_exactly() -> None:
    chat = Chat.at(salons.lily())
    assert "Что именно?" in chat.say("стрижку завтра после 6 или в субботу с утра")

    reply = chat.say("женская")

    assert "завтра: 18:00" in reply
    assert "в субботу 14 марта: 10:00" in reply
    assert "10:00" in chat.say("в субботу"), "with the time that was said of it"


def test_a_day_named_anew_ends_the_choice() -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра после 18 или в субботу утром")

    reply = chat.say("лучше в воскресенье")

    assert "в воскресенье 15 марта" in reply
    assert "субботу" not in reply


def test_a_visit_is_moved_to_one_of_several_times() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(13, 15, "1", "10")

    reply = chat.say("перенесите на субботу утром или на воскресенье после 16")
    assert "в субботу 14 марта: 10:00 и 12:00" in reply
    assert "в воскресенье 15 марта: 16:00" in reply

    assert "Перенесла" in chat.say("третье")
    assert chat.visits == [("15.03 16:00", "1", ("10",))]


def test_days_far_apart_are_each_looked_at() -> None:
    """A search over a span ends after a few free days: the second day would never be reached."""
    chat = Chat.at(salons.lily())

    chat.say("педикюр завтра или в следующую среду")

    days = {slot.start.date().day for slot in chat.journal.told}
    assert days == {12, 18}


@pytest.mark.parametrize(
    "said",
    ["маникюр без покрытия в 10, педикюр в 12 завтра", "маникюр без покрытия завтра в 10 и педикюр в 12",
     "запишите на завтра: маникюр без покрытия 10:00 Анна, педикюр 12:00"],
)  # fmt: skip
def test_two_hours_of_one_day_are_two_visits(said: str) -> None:
    chat = Chat.at(salons.lily())
    for text in (said, "да", "да"):
        chat.say(text)
    assert chat.visits == [("12.03 10:00", "4", ("15",)), ("12.03 12:00", "4", ("17",))]


@pytest.mark.parametrize(
    "said", ["маникюр без покрытия и педикюр завтра в 10", "завтра в 10 или в 12 на маникюр и педикюр"]
)  # fmt: skip
def test_two_things_at_one_hour_are_one_visit(said: str) -> None:
    chat = Chat.at(salons.lily())
    assert "аникюр без покрытия + педикюр" in chat.say(said)
