"""Questions in the middle of booking, moving and cancelling: answered, and what we asked stays asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

SALON = replace(salons.lily(), evening_at=time(19))
ASKED = "Правильно поняла: завтра, в четверг 12 марта, 12:00 — педикюр, Анна, от 2 000 ₽?"
PASSED_ON = "Передала ваш вопрос администратору, он ответит здесь."
BOOKED = [("12.03 12:00", "4", ("17",))]


def said(chat: Chat, text: str) -> str:
    return chat.say(text).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("а сколько это по времени?", "Педикюр — от 2 000 ₽, длится 1 час 30 минут."),
        ("а маникюр без покрытия сколько?", "Маникюр без покрытия — 1 200 ₽, длится 1 час."),
        ("есть скидки?", "Про скидки точно не знаю, спросила администратора: он ответит здесь."),
        ("а вы напомните?", "Напоминаем здесь, в чате: накануне в 19:00."),
        ("какой у вас номер телефона?", "Телефон: +7 900 000-00-00"),
        ("а если мастер заболеет?", PASSED_ON),
        ("а мастер хороший?", PASSED_ON),
        ("какой у неё опыт?", PASSED_ON),
        ("что входит?", PASSED_ON),
        ("а дизайн сколько?", PASSED_ON),
        ("стразы сколько стоят?", PASSED_ON),
        ("какой краской красите?", f"Про материалы точно не знаю. {PASSED_ON}"),
        ("нужно прийти пораньше?", f"Про приход заранее точно не знаю. {PASSED_ON}"),
        ("а если отменю, штраф будет?", f"Про штраф за отмену точно не знаю. {PASSED_ON}"),
        ("а дизайн ногтей сколько?", "Услуги «дизайн ногтей» у нас нет."),
        ("а наращивание ресниц есть?", "Услуги «наращивание ресниц» у нас нет."),
    ],
)
def test_a_proposal_stays_open_beside_the_answer(question: str, answer: str) -> None:
    chat = Chat.at(SALON)
    assert said(chat, "педикюр завтра в 12?").endswith(ASKED)

    assert said(chat, question) == f"{answer}\n{ASKED}"
    assert chat.visits == []
    chat.say("да")
    assert chat.visits == BOOKED


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("а сколько?", "Педикюр — от 2 000 ₽, длится 1 час 30 минут.\nКакое время удобно?"),
        ("а мастер хороший?", f"{PASSED_ON}\nКакое время удобно?"),
        ("а где вы?", "Адрес: ул. Тверская, 5.\nКакое время удобно?"),
        (
            "маникюр без покрытия сколько?",
            "Маникюр без покрытия — 1 200 ₽, длится 1 час.\nПедикюр: какое время удобно?",
        ),
    ],
)
def test_the_list_of_times_stays_open_beside_the_answer(question: str, answer: str) -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр завтра")

    assert said(chat, question) == answer
    chat.say("в 12")
    assert chat.visits == BOOKED


def test_the_day_is_asked_for_again_beside_the_answer() -> None:
    chat = Chat.at(SALON)
    chat.say("хочу на педикюр")

    assert said(chat, "а кто делает?") == "Педикюр — Анна.\nНа какой день?"
    chat.say("завтра в 12")
    assert chat.visits == BOOKED


@pytest.mark.parametrize("wish", ["а можно прийти пораньше?", "мне надо прийти пораньше"])
def test_a_wish_for_an_earlier_hour_is_no_question_about_coming(wish: str) -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр завтра в 12?")

    assert "11:00 и 11:30 у Анны" in chat.say(wish)


def test_the_price_of_another_master_changes_no_master() -> None:
    chat = Chat.at(SALON)
    chat.say("мужская стрижка завтра в 15")

    assert said(chat, "а у Тимура сколько?").startswith("Мужская стрижка у Тимура — 1 700 ₽")
    chat.say("да")
    assert chat.visits == [("12.03 15:00", "1", ("10",))]


def two_visits() -> Chat:
    chat = Chat.at(SALON)
    chat.booked(12, 12, "4", "17")
    chat.booked(14, 12, "3", "18")
    return chat


@pytest.mark.parametrize("question", ["а сколько стоит педикюр?", "а кто делает окрашивание?"])
@pytest.mark.parametrize("order", ["отмените запись", "перенесите запись"])
def test_a_question_chooses_no_visit(order: str, question: str) -> None:
    chat = two_visits()
    before = chat.visits
    chat.say(order)

    assert chat.say(question).endswith("О какой записи речь?")
    assert chat.visits == before


def test_the_visit_is_chosen_after_a_question() -> None:
    chat = two_visits()
    chat.say("отмените запись")
    chat.say("а сколько стоит педикюр?")

    chat.say("первую")

    assert chat.visits == [("14.03 12:00", "3", ("18",))]


def test_cancel_or_move_is_asked_again() -> None:
    chat = Chat.at(SALON)
    chat.booked(12, 12, "4", "17")
    asked = chat.say("завтра не смогу прийти")

    assert "Отменить запись на завтра, 12:00, или перенести" in asked
    assert "Отменить запись на завтра, 12:00, или перенести" in chat.say("а адрес какой?")
    assert "На какой день и время перенести?" in chat.say("перенести")


def test_a_no_before_a_question_closes_what_was_proposed() -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр завтра в 12?")

    reply = said(chat, "нет, а сколько стоит маникюр?")

    assert "Правильно поняла" not in reply
    assert "Маникюр без покрытия — 1 200 ₽" in reply
    chat.say("да")
    assert chat.visits == []


def test_a_yes_with_a_question_is_answered_once_and_asked_again() -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр завтра в 12?")

    assert said(chat, "да, а адрес какой?") == f"Адрес: ул. Тверская, 5.\n{ASKED}"
    chat.say("да")
    assert chat.visits == BOOKED


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "а сколько стоит?",
            "Ваша запись: завтра, в четверг 12 марта, 12:00 — педикюр, Анна: от 2 000 ₽",
        ),
        (
            "а кто меня завтра будет делать?",
            "Ваша запись: завтра, в четверг 12 марта, 12:00 — педикюр",
        ),
        ("во сколько освобожусь?", "длится 1 час 30 минут."),
    ],
)
def test_a_bare_question_of_who_has_a_visit_is_about_it(question: str, answer: str) -> None:
    chat = Chat.at(SALON)
    chat.booked(12, 12, "4", "17")

    assert answer in said(chat, question)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("сколько стоит окрашивание?", "Окрашивание — точную цену назовёт администратор"),
        ("кто мне может подсказать цену на педикюр?", "Педикюр — от 2 000 ₽"),
    ],
)
def test_a_question_about_another_service_is_not(question: str, answer: str) -> None:
    chat = Chat.at(SALON)
    chat.booked(12, 12, "4", "17")

    assert answer in said(chat, question)


def test_a_question_that_is_announced_is_waited_for() -> None:
    chat = Chat.at(SALON)

    assert "Что вас интересует?" in chat.say("можно задать вопрос?")
    assert "Педикюр — от 2 000 ₽" in said(chat, "сколько стоит педикюр?")


def test_a_question_announced_amid_a_proposal_leaves_it_open() -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр завтра в 12?")

    assert chat.say("можно вопрос?") == "Хорошо, жду."
    chat.say("да")
    assert chat.visits == BOOKED


def test_a_deed_that_is_not_done_here_is_refused_in_good_russian() -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр завтра в 12?")

    assert said(chat, "вы красите брови?") == f"Такой услуги у нас нет.\n{ASKED}"
