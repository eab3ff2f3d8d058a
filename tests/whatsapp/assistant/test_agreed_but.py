"""A yes that takes back part of what was proposed, a day or a master refused: nothing is done on it."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

PLAIN = "маникюр без покрытия завтра в 12"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("не завтра", "На какой день записать?"),
        ("да, но не завтра", "На какой день записать?"),
        ("завтра не могу", "На какой день записать?"),
        ("завтра никак, давайте в субботу", "в субботу 14 марта, 12:00 — маникюр без покрытия"),
        ("да, только не к Анне", "12:00 — маникюр без покрытия, Екатерина, 1 200 ₽?"),
        ("да, но не на моё имя", "Если всё верно, ответьте «да»."),
    ],
)
def test_nothing_is_booked_on_half_a_yes(said: str, answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(PLAIN)

    assert answer in chat.say(said).replace("\xa0", " ")
    assert chat.visits == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("не в субботу", "На какой день и время перенести?"),
        ("в субботу не могу", "На какой день и время перенести?"),
        ("не к Анне", "в субботу 14 марта, 15:00, Екатерина?"),
        ("не к Марии", "в субботу 14 марта, 15:00, Анна?"),
        ("не на то время", "оставляю всё как есть"),
        ("да, только не к Анне", "в субботу 14 марта, 15:00, Екатерина?"),
    ],
)
def test_nothing_is_moved_on_half_a_yes(said: str, answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.say("перенесите на субботу")

    assert answer in chat.say(said)
    assert chat.visits == [("12.03 15:00", "4", ("16",))]


@pytest.mark.parametrize(
    ("talk", "day"),
    [
        ([PLAIN, "не завтра, а в субботу", "да"], "14.03 12:00"),
        ([PLAIN, "нет, запишите в субботу в 12"], "14.03 12:00"),
        ([PLAIN, "да, но в 13"], "12.03 13:00"),
        ([PLAIN, "не завтра", "в субботу в 12"], "14.03 12:00"),
    ],
)
def test_what_is_said_instead_is_booked(talk: list[str], day: str) -> None:
    """A day alone is proposed first, with the hour of the proposal."""
    chat = Chat.at(salons.lily())

    for text in talk:
        chat.say(text)

    assert [start for start, _, _ in chat.visits] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "можно отменить маникюр и перенести стрижку на субботу в 13?",
        "можно отменить маникюр и стрижку?",
        "отмените маникюр и перенесите стрижку на субботу в 13?",
    ],
)
def test_a_question_about_several_visits_changes_none(text: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.booked(13, 12, "3", "11")

    assert chat.say(text).endswith("?") or "Отменить эти записи?" in chat.last.replies[-1].text
    assert [start for start, _, _ in chat.visits] == ["12.03 15:00", "13.03 12:00"]


@pytest.mark.parametrize(
    ("order", "said", "answer"),
    [
        ("отмените запись", "не завтра", "Отменить запись: послезавтра, 12:00"),
        ("отмените запись", "только не стрижку", "Отменить запись: завтра, 15:00"),
        ("перенесите запись", "не маникюр", "На какой день и время перенести: женская стрижка?"),
    ],
)
def test_a_visit_that_is_denied_is_not_the_one(order: str, said: str, answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.booked(13, 12, "3", "11")
    chat.say(order)

    assert answer in chat.say(said)
    assert [start for start, _, _ in chat.visits] == ["12.03 15:00", "13.03 12:00"]


@pytest.mark.parametrize(
    "said",
    ["нет, лучше в пн", "в понедельник", "не завтра, а в понедельник", "да, давайте в понедельник",
     "нет, запишите в понедельник"],
)  # fmt: skip
def test_another_day_is_a_proposal_of_its_own(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("а есть завтра в 15 на мужскую стрижку к Сергею?")

    asked = chat.say(said)

    assert "в понедельник 16 марта, 15:00 — мужская стрижка, Сергей, 1\xa0500\xa0₽?" in asked
    assert chat.visits == []
    chat.say("да")
    assert chat.visits == [("16.03 15:00", "1", ("10",))]


def test_another_day_on_which_the_hour_is_taken_is_listed() -> None:
    chat = Chat.at(salons.lily())
    chat.say("а есть завтра в 15 на мужскую стрижку к Сергею?")
    chat.journal.take("1", chat.moment(16, 15))

    assert "14:00 и 16:00 у Сергея" in chat.say("нет, лучше в пн")
    assert chat.visits == []


@pytest.mark.parametrize("said", ["лучше в 16", "да, но в 16", "нет, лучше завтра в 16"])
def test_an_hour_named_for_the_day_proposed_is_chosen(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("а есть завтра в 15 на мужскую стрижку к Сергею?")

    chat.say(said)

    assert chat.visits == [("12.03 16:00", "1", ("10",))]


def test_another_day_for_a_visit_is_proposed_before_it_is_moved() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.say("перенесите на пятницу")

    assert "в понедельник 16 марта, 15:00, Анна?" in chat.say("нет, лучше в пн")
    assert chat.visits == [("12.03 15:00", "4", ("16",))]
    chat.say("да")
    assert chat.visits == [("16.03 15:00", "4", ("16",))]


def test_two_hours_choose_neither() -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра")

    chat.say("в 10 или 12")

    assert chat.visits == []
