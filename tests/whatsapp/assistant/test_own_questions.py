"""What the client's own visit costs, how long it lasts, whether we remind of it: nothing is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

SALON = replace(salons.lily(), evening_at=time(19), near_minutes=90)
ASKED = "Напоминаем здесь, в чате: накануне в 19:00 и за 1 час 30 минут до визита."


def plain(reply: str) -> str:
    """Sums are written with spaces that do not break."""
    return reply.replace("\xa0", " ")


@pytest.mark.parametrize(
    "said",
    [
        "сколько я буду должна?",
        "сколько мне нужно будет заплатить?",
        "во сколько обойдётся мой визит?",
        "сколько с меня?",
        "сколько взять денег с собой?",
        "сколько длится моя процедура?",
        "долго я у вас буду?",
    ],
)
def test_of_the_visit_that_exists(said: str) -> None:
    chat = Chat.at(SALON)
    chat.booked(13, 12, "4", "15", "17")

    assert plain(chat.say(said)).endswith(
        "Ваша запись: послезавтра, в пятницу 13 марта, 12:00 — маникюр без покрытия + педикюр, "
        "Анна: от 3 200 ₽, длится 2 часа 30 минут."
    )
    assert chat.say("да") == "👍"
    assert len(chat.visits) == 1


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("сколько мне будет стоить педикюр?", "Педикюр — от 2 000 ₽"),
        ("во сколько я завтра?", "15:00 — маникюр без покрытия, Анна."),
        ("да, приду, сколько с меня?", "ждём вас завтра в 15:00"),
    ],
)
def test_other_questions_stay_what_they_are(said: str, answer: str) -> None:
    chat = Chat.at(SALON)
    chat.booked(12, 15, "4", "15")

    assert answer in plain(chat.say(said))


def test_without_a_visit_nothing_is_confirmed() -> None:
    assert "Какая услуга интересует?" in Chat.at(SALON).say("сколько я буду должна?")


def test_a_price_that_is_not_known_is_left_to_a_person() -> None:
    chat = Chat.at(SALON)
    chat.booked(14, 12, "3", "18")

    assert "точную цену назовёт администратор" in chat.say("сколько с меня будет?")
    assert chat.last.handoff is not None


@pytest.mark.parametrize(
    "said",
    [
        "точно же не забудете? напомните накануне?",
        "вы напоминаете о визите?",
        "напоминание придёт?",
        "спасибо! напомните за день, пожалуйста",
        "напомните мне о записи за час",
    ],
)
def test_a_reminder_is_asked_for(said: str) -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр завтра в 12")

    assert chat.say(said) == ASKED
    assert chat.last.handoff is None


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("напомните, во сколько я записана", "Ваша запись: завтра"),
        ("напомните адрес", "Адрес: ул. Тверская, 5"),
        ("перенесите на субботу и напомните накануне", f"{ASKED}\nПеренести: вместо четверга"),
    ],
)
def test_beside_or_instead_of_a_reminder(said: str, answer: str) -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр завтра в 12")

    assert answer in chat.say(said)


def test_a_person_answers_where_nothing_reminds() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 12, "4", "17")

    assert "Сама о визитах не напоминаю" in chat.say("напомните накануне?")
    assert chat.last.handoff is not None


@pytest.mark.parametrize(
    "words", ["хотела уточнить по записи на завтра", "хочу уточнить насчёт моей записи"]
)
def test_to_make_sure_of_a_visit_is_to_be_told_of_it(words: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    assert "Ваша запись: завтра, в четверг 12 марта, 15:00 — педикюр, Анна" in chat.say(words)


@pytest.mark.parametrize(
    "words", ["подскажите, во сколько закончится моя процедура", "когда я завтра закончу у вас?"]
)
def test_when_the_visit_ends(words: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    assert "1 час" in chat.say(words)


BOTH = "Ваши записи:\nЗавтра, 15:00 — педикюр, Анна\nПослезавтра, 16:00 — мужская стрижка, Сергей"


@pytest.mark.parametrize(
    "words",
    ["обе записи в силе?", "обе в силе?", "записи в силе?", "всё в силе?", "мои записи ещё в силе?",
     "запись на стрижку в силе?", "обе записи подтверждены?"],
)  # fmt: skip
def test_whether_several_visits_stand_confirms_none(words: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    chat.booked(13, 16, "1", "10")

    assert chat.say(words).endswith(BOTH)
    assert chat.last.actions == ()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("запись на завтра в силе?", "ждём вас завтра в 15:00"),
        ("приду завтра", "ждём вас завтра в 15:00."),
        ("акция на педикюр ещё в силе?", "спросила администратора"),
    ],
)
def test_one_visit_or_another_thing_is_no_question_about_all(words: str, answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    chat.booked(13, 16, "1", "10")

    assert answer in chat.say(words)


def test_whether_the_only_visit_stands_is_told_by_what_it_is_for() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")

    assert "Ваша запись: завтра" in chat.say("запись на педикюр в силе?")
    assert chat.visits == [("12.03 15:00", "4", ("17",))]


@pytest.mark.parametrize("words", ["обе записи в силе", "подтверждаю обе записи", "приду на обе"])
def test_who_comes_to_both_is_awaited_at_both(words: str) -> None:
    chat = Chat.at(salons.lily())
    ids = [chat.booked(12, 15, "4", "17"), chat.booked(13, 16, "1", "10")]

    assert chat.say(words).endswith("ждём вас завтра в 15:00 и послезавтра в 16:00.")
    assert [call for call in chat.journal.calls if "confirm" in call] == [
        f"confirm {i}" for i in ids
    ]


def test_both_of_three_are_not_all() -> None:
    chat = Chat.at(salons.lily())
    for day in (12, 13, 14):
        chat.booked(day, 15, "4", "17")

    chat.say("обе в силе")

    assert len([call for call in chat.journal.calls if "confirm" in call]) < 3
