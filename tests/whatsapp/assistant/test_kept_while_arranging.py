"""What was said before holds: both ends of an evening, the services proposed, the day of the other visit."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


def test_the_other_end_of_a_span_leaves_the_first() -> None:
    chat = Chat.at(salons.lily())
    for text in ("маникюр без покрытия завтра", "не раньше 16"):
        chat.say(text)

    assert "свободно завтра: 16:00, 17:00 и 18:00" in chat.say("и не позже 18")


@pytest.mark.parametrize("said", ["с подругой придём", "вместе с подругой", "нас двое"])
def test_who_comes_along_is_proposed_for_the_same(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр с покрытием в субботу в 15?")

    asked = chat.say(said)

    assert asked.count("маникюр с покрытием") == 2
    assert chat.visits == []


def test_each_of_two_services_is_for_one_of_two() -> None:
    chat = Chat.at(salons.lily())
    chat.say("женскую стрижку и мужскую стрижку завтра в 12")

    asked = chat.say("вместе с мужем придём")

    assert "12:00 — женская стрижка, Мария" in asked
    assert "12:00 — мужская стрижка, Сергей" in asked


def test_the_same_day_is_that_of_the_visit_just_booked() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра в 12 к Анне")

    asked = chat.say("мне бы в этот же день и стрижку женскую")

    assert asked.startswith("Женская стрижка: свободно завтра: 13:00")


@pytest.mark.parametrize("said", ["я позвоню и сама перенесу", "спасибо, я потом запишусь"])
def test_what_they_will_do_themselves_is_waited_for(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра в 12 к Анне")

    assert chat.say(said) == "Хорошо, жду."
    assert chat.last.state.idle


@pytest.mark.parametrize("said", ["перенесите сами на субботу", "давайте потом, в 15"])
def test_an_order_is_not(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра в 12 к Анне")

    assert chat.say(said) != "Хорошо, жду."
