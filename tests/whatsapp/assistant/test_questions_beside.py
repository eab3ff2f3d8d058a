"""Questions beside an order, and several in one message: each answered once, none of them orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Topic

SALON = replace(salons.lily(), evening_at=time(19))
PASSED_ON = "Передала ваш вопрос администратору, он ответит здесь."
BOOKED = [("12.03 12:00", "4", ("17",))]


def said(chat: Chat, text: str) -> str:
    return chat.say(text).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("text", "answer", "visits"),
    [
        (
            "запишите на педикюр завтра в 12, а маникюр с покрытием сколько стоит?",
            "2 200 ₽",
            BOOKED,
        ),
        (
            "запишите на педикюр завтра в 12. И сколько длится маникюр с покрытием?",
            "2 часа",
            BOOKED,
        ),
        ("сколько стоит маникюр с покрытием? и запишите на педикюр завтра в 12", "2 200 ₽", BOOKED),
        ("запишите на педикюр завтра в 12, сколько по времени займёт?", "1 час 30 минут", BOOKED),
        ("запишите на педикюр завтра в 12. А если мастер заболеет?", PASSED_ON, BOOKED),
        ("запишите на педикюр завтра в 12, а больно не будет?", PASSED_ON, BOOKED),
        ("запишите на педикюр завтра в 12, а дизайн сколько?", PASSED_ON, BOOKED),
        ("запишите на педикюр завтра в 12, а каким лаком красите?", "Про материалы", BOOKED),
    ],
)
def test_a_question_beside_an_order_is_answered_once_and_orders_nothing(
    text: str, answer: str, visits: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    chat = Chat.at(SALON)

    reply = said(chat, text)

    assert reply.count(answer) == 1
    assert "Записала: завтра, в четверг 12 марта, 12:00 — педикюр, Анна" in reply
    assert chat.visits == visits
    assert (chat.last.handoff is not None) is ("Передала" in reply)


@pytest.mark.parametrize(
    "text",
    [
        "запишите на педикюр завтра в 12, получится?",
        "запишите на педикюр завтра в 12, хорошо?",
        "запишите на педикюр завтра в 12, что скажете?",
    ],
)
def test_a_polite_end_is_no_question_for_a_person(text: str) -> None:
    chat = Chat.at(SALON)
    chat.say(text)

    assert chat.visits == BOOKED
    assert chat.last.handoff is None


def test_two_services_and_what_they_cost_are_an_order_of_both() -> None:
    chat = Chat.at(SALON)
    chat.say("запишите на педикюр завтра в 12, маникюр с покрытием тоже, сколько это будет?")

    assert chat.visits == [("12.03 12:00", "4", ("17", "16"))]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("отмените педикюр, а маникюр с покрытием сколько стоит?", "2 200 ₽, длится 2 часа."),
        ("отмените педикюр. А почему цены выросли?", PASSED_ON),
    ],
)
def test_a_question_beside_a_cancellation(text: str, answer: str) -> None:
    chat = Chat.at(SALON)
    chat.booked(12, 12, "4", "17")

    reply = said(chat, text)

    assert answer in reply
    assert "Отменила запись на завтра, 12:00." in reply
    assert chat.visits == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "перенесите на субботу в 12, а вы в воскресенье работаете?",
            "В воскресенье 15 марта работаем",
        ),
        ("перенесите на субботу в 12, а сколько стоит окрашивание?", "цену назовёт администратор"),
    ],
)
def test_a_question_beside_a_move_moves_nothing_of_it(text: str, answer: str) -> None:
    chat = Chat.at(SALON)
    chat.booked(12, 12, "4", "17")

    assert answer in chat.say(text)
    assert chat.visits == [("14.03 12:00", "4", ("17",))]


def test_materials_are_told_in_the_salons_own_words() -> None:
    chat = Chat.at(replace(SALON, about=("Работаем на красках Wella и Estel.",)))

    reply = chat.say("запишите на окрашивание в пятницу в 12, а какой краской красите?")

    assert "Работаем на красках Wella и Estel." in reply
    assert chat.visits == [("13.03 12:00", "3", ("18",))]
    assert chat.last.handoff is None


def test_materials_nobody_wrote_of_go_to_a_person_and_the_order_goes_on() -> None:
    chat = Chat.at(SALON)

    reply = chat.say("запишите на окрашивание в пятницу, а вы какой краской красите?")

    assert f"Про материалы точно не знаю. {PASSED_ON}" in reply
    assert "Окрашивание: свободно послезавтра" in reply
    assert chat.last.handoff is not None
    assert chat.last.handoff.topic is Topic.QUESTION


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (
            "можно на педикюр завтра в 12? сколько стоит? картой можно?",
            [
                "Педикюр — от 2 000 ₽, длится 1 час 30 минут.",
                "Про способы оплаты точно не знаю.",
                "12:00 — свободно: педикюр, Анна, от 2 000 ₽. Записать вас?",
            ],
        ),
        (
            "запишите меня на завтра к Анне на педикюр в 12. какой у вас адрес? и до скольки работаете?",
            ["Завтра работаем с 10:00 до 21:00.", "Адрес: ул. Тверская, 5.", "Записала: завтра"],
        ),
        (
            "запишите на педикюр завтра в 12 и на маникюр без покрытия, сколько всего?",
            ["Вместе — от 3 200 ₽", "Записала: завтра"],
        ),
        ("у вас есть wifi и кофе?", ["Про вай-фай, кофе и чай точно не знаю."]),
        ("можно прийти завтра с ребёнком?", ["Про визит с ребёнком точно не знаю."]),
        (
            "какие цены на стрижку и есть ли время в субботу?",
            ["мужская стрижка — 1 500 ₽", "женская стрижка — от 2 000 ₽"],
        ),
    ],
)
def test_each_question_of_one_message_is_answered_once(text: str, answers: list[str]) -> None:
    reply = said(Chat.at(SALON), text)

    assert [reply.lower().count(answer.lower()) for answer in answers] == [1] * len(answers)


@pytest.mark.parametrize("text", ["сколько держится покрытие?", "сколько носится гель-лак?"])
def test_how_long_it_lasts_is_not_how_long_it_takes(text: str) -> None:
    chat = Chat.at(SALON)

    assert PASSED_ON in chat.say(text)
    assert "длится" not in said(chat, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("вы детей стрижёте? сыну 5 лет", "Детская стрижка — 1 000 ₽, длится 30 минут."),
        ("педикюр делаете?", "Педикюр — от 2 000 ₽, длится 1 час 30 минут."),
    ],
)
def test_whether_a_thing_is_done_needs_no_person(text: str, told: str) -> None:
    chat = Chat.at(SALON)

    assert f"{told} Записать вас?" in said(chat, text)
    assert chat.last.handoff is None


def test_how_a_thing_is_done_needs_one() -> None:
    chat = Chat.at(SALON)
    chat.say("как делаете педикюр?")

    assert chat.last.handoff is not None


@pytest.mark.parametrize("question", ["сколько вместе?", "а вместе дешевле?"])
def test_what_was_told_apart_is_told_together(question: str) -> None:
    chat = Chat.at(SALON)
    chat.say("сколько стоит мужская стрижка и борода?")

    assert "Вместе, «стрижка + борода» — 2 200 ₽" in said(chat, question)
