"""Visits booked for others: «и меня после неё», «подруга передумала, отмените её»."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

MOTHER = ("12.03 12:00", "4", ("17",))
MINE = ("14.03 12:00", "4", ("16",))
HERS = ("14.03 12:00", "7", ("16",))


def mother() -> Chat:
    chat = Chat.at(salons.lily())
    chat.say("запишите маму на педикюр завтра в 12")
    assert chat.visits == [MOTHER]
    return chat


def two() -> Chat:
    """The client and a friend, side by side."""
    chat = Chat.at(salons.lily())
    chat.say("запишите меня и подругу на маникюр с покрытием в субботу в 12")
    chat.say("да")
    # A guest's record is under the same phone, so the journal shows both.
    records = [r for r in chat.journal.records if r.start == chat.moment(14, 12)]
    chat.journal.mine[:] = [r.id for r in records]
    assert chat.visits == [MINE, HERS]
    return chat


@pytest.mark.parametrize(
    ("words", "mine"),
    [
        ("и меня после неё", ("12.03 13:30", "4", ("17",))),
        ("и меня следом на маникюр без покрытия", ("12.03 13:30", "4", ("15",))),
        ("а можно мне в то же время маникюр без покрытия?", ("12.03 12:00", "7", ("15",))),
    ],
)
def test_the_clients_own_visit_follows(words: str, mine: tuple[object, ...]) -> None:
    chat = mother()

    asked = chat.say(words)

    assert (asked.startswith("Правильно поняла: завтра"), chat.visits) == (True, [MOTHER])
    chat.say("да")
    assert sorted(chat.visits) == sorted([MOTHER, mine])


def test_a_chair_that_is_taken_is_not_called_the_clients_own_visit() -> None:
    answer = mother().say("и я тоже хочу")

    assert answer.startswith("На 12:00 завтра свободного времени нет")


def test_amid_the_proposal_it_is_arranged_next() -> None:
    chat = Chat.at(salons.lily())
    for text in ("маникюр без покрытия маме завтра в 12 к Анне?", "и меня после неё", "да"):
        chat.say(text)
    assert "(мама)" in chat.turns[-1].replies[0].text

    assert "13:00 — маникюр без покрытия, Анна" in chat.say("да")
    chat.say("да")

    assert chat.visits == [("12.03 12:00", "4", ("15",)), ("12.03 13:00", "4", ("15",))]


@pytest.mark.parametrize("words", ["подруга передумала, отмените её", "мою подругу отмените"])
def test_hers_is_taken_off_and_not_the_clients(words: str) -> None:
    chat = two()

    chat.say(words)

    assert chat.visits == [MINE]


def test_hers_is_asked_about_when_she_only_cannot_come() -> None:
    chat = two()

    assert "Отменить запись" in chat.say("подруга не сможет")
    assert chat.visits == [MINE, HERS]
    chat.say("да, отмените")
    assert chat.visits == [MINE]


def test_hers_is_moved() -> None:
    chat = two()
    chat.say("перенесите подругу на 15")
    chat.say("да")

    assert chat.visits == [MINE, ("14.03 15:00", "7", ("16",))]


def test_whose_is_asked_where_both_are_named() -> None:
    chat = two()

    assert "Какую запись отменить?" in chat.say("отмените мою запись, подруга придёт одна")
    assert chat.visits == [MINE, HERS]


@pytest.mark.parametrize(
    "words", ["спасибо, мама будет рада", "спасибо, я потом напишу", "маме понравится!"]
)
def test_other_words_of_a_guest_do_nothing(words: str) -> None:
    chat = mother()

    assert "?" not in chat.say(words)
    assert chat.visits == [MOTHER]


@pytest.mark.parametrize(
    ("words", "guest"),
    [("стрижка сыну завтра в 17 к Тимуру", "(сын)"), ("педикюр маме завтра в 12", "(мама)")],
)
def test_whom_a_service_is_for_stands_in_the_dative(words: str, guest: str) -> None:
    assert guest in Chat.at(salons.lily()).say(words)


@pytest.mark.parametrize("words", ["педикюр Анне завтра в 12", "женская стрижка Марии завтра в 12"])
def test_a_master_in_the_dative_is_no_guest(words: str) -> None:
    assert "(" not in Chat.at(salons.lily()).say(words)


@pytest.mark.parametrize("words", ["Меня зовут Ольга", "меня Ольга зовут, если что", "я Ольга"])
def test_the_clients_own_name_is_noted_on_the_visit(words: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра в 12")

    assert chat.say(words) == "Отметила в записи: завтра, 12:00 — педикюр, Анна (Ольга)."
    record = next(r for r in chat.journal.records if r.id in chat.journal.mine)
    assert "имя: Ольга" in record.comment
    assert chat.last.state.client_name == "Ольга"


def test_it_is_not_noted_on_the_guests_visit() -> None:
    chat = mother()

    assert chat.say("меня зовут Ольга") == "👍"
    assert chat.last.state.client_name == "Ольга"


def test_a_name_before_anything_is_wanted_is_greeted() -> None:
    chat = Chat.at(salons.lily())
    chat.say("здравствуйте")

    assert chat.say("меня зовут Ольга") == "Здравствуйте! Чем помочь?"


def test_the_childs_name_and_age_are_noted() -> None:
    chat = Chat.at(salons.lily())
    chat.say("стрижка детская в субботу в 11 к Тимуру")

    assert chat.say("ребёнку 5 лет, зовут Миша").startswith("Отметила в записи: в субботу")
