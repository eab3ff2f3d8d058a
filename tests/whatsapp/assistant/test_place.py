"""What clients ask of the place and of whom they talk to: the salon's own words, or an honest «не знаю»."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant import place
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.place import Place
from whatsapp.assistant.types import SalonView

ABOUT = """Парковка во дворе, бесплатная
Оплата картой и наличными.
С собаками маленьких пород можно."""


def salon() -> SalonView:
    written = "<p>Уютная студия в центре.</p><p>Угощаем гостей кофе и чаем!</p>"
    return replace(salons.lily(), about=place.lines(ABOUT, written))


def test_what_the_salon_wrote_of_itself_is_read_by_sentences() -> None:
    assert salon().about == (
        "Парковка во дворе, бесплатная",
        "Оплата картой и наличными.",
        "С собаками маленьких пород можно.",
        "Уютная студия в центре.",
        "Угощаем гостей кофе и чаем!",
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("есть парковка?", "Парковка во дворе, бесплатная."),
        ("а где можно машину поставить?", "Парковка во дворе, бесплатная."),
        ("картой можно?", "Оплата картой и наличными."),
        ("как у вас можно оплатить?", "Оплата картой и наличными."),
        ("Добрый день! Можно с собачкой?", "С собаками маленьких пород можно."),
        ("кофе есть?", "Угощаем гостей кофе и чаем!"),
    ],
)
def test_the_salons_own_words_answer(said: str, told: str) -> None:
    chat = Chat.at(salon())

    reply = chat.say(said)

    assert told in reply
    assert reply.count("\n") == 1, "the introduction, and one line"
    assert chat.last.handoff is None


@pytest.mark.parametrize(
    ("said", "named", "topic"),
    [
        ("вайфай есть?", "Про вай-фай точно не знаю.", Topic.QUESTION),
        ("wi-fi есть? поработаю пока", "Про вай-фай точно не знаю.", Topic.QUESTION),
        ("можно с ребенком прийти?", "Про визит с ребёнком точно не знаю.", Topic.QUESTION),
        ("на коляске к вам заедем? лифт есть?", "Про лифт и пандус точно не знаю.", Topic.QUESTION),
        ("есть подарочные сертификаты?", "Про сертификаты точно не знаю.", Topic.CERTIFICATE),
    ],
)
def test_what_the_salon_did_not_write_goes_to_a_person(said: str, named: str, topic: Topic) -> None:
    chat = Chat.at(salon())

    reply = chat.say(said)

    assert f"{named} Передала ваш вопрос администратору, он ответит здесь." in reply
    assert chat.last.handoff is not None
    assert chat.last.handoff.topic is topic


def test_two_questions_get_what_is_known_and_what_is_not() -> None:
    chat = Chat.at(salon())

    reply = chat.say("парковка есть? и вай-фай?")

    assert "Парковка во дворе, бесплатная.\nПро вай-фай точно не знаю." in reply


def test_the_way_is_told_beside_the_parking() -> None:
    chat = Chat.at(salon())

    reply = chat.say("где вы находитесь и есть ли парковка?")

    assert "Тверская, 5" in reply
    assert "Парковка во дворе, бесплатная." in reply


def test_a_question_amid_a_booking_leaves_it_where_it_was() -> None:
    chat = Chat.at(salon())
    chat.say("педикюр завтра утром")

    assert "Про вай-фай точно не знаю." in chat.say("а вайфай у вас есть?")
    chat.say("12:00")

    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_a_wish_and_a_question_are_both_answered() -> None:
    chat = Chat.at(salon())

    reply = chat.say("запишите на педикюр завтра в 12, парковка есть?")

    assert "Парковка во дворе, бесплатная." in reply
    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_who_looks_for_a_parking_place_asks_nothing() -> None:
    chat = Chat.at(salon())
    chat.booked(11, 13, "4", "17")

    assert "Парковка" not in chat.say("уже рядом, ищу парковку, опоздаю минут на 5")


def test_every_subject_has_its_name_and_its_words() -> None:
    assert set(place.NAMED) == set(Place)
    assert not any(place.told(item, ("Рады каждому гостю.",)) for item in Place)
    assert place.told(Place.CHILDREN, ("Детская стрижка по субботам.",)) == ()


@pytest.mark.parametrize(
    "said",
    [
        "ты бот?",
        "это робот?",
        "с кем я говорю?",
        "а ты кто",
        "вы бот или живой человек?",
        "я с роботом общаюсь?",
        "это робот отвечает или человек?",
        "кто мне отвечает?",
    ],
)
def test_who_answers_is_told_honestly_and_nobody_is_called(said: str) -> None:
    chat = Chat.at(salon())

    reply = chat.say(said)

    assert "автоматический помощник студии «Лилия»" in reply
    assert reply.count("помощник") == 1, "not introduced twice"
    assert "напишите «администратор»" in reply
    assert chat.last.handoff is None


@pytest.mark.parametrize(
    "said",
    ["вы бот? позовите человека", "администратор", "есть живой человек?", "не хочу с ботом"],
)
def test_who_wants_a_person_gets_one(said: str) -> None:
    chat = Chat.at(salon())

    chat.say(said)

    assert chat.last.handoff is not None


def test_asking_who_answers_leaves_the_proposal_open() -> None:
    chat = Chat.at(salon())
    chat.say("маникюр без покрытия завтра в 12")

    chat.say("ты бот?")
    chat.say("да, к Анне")

    assert chat.visits == [("12.03 12:00", "4", ("15",))]


@pytest.mark.parametrize("said", ["а у кого?", "к кому можно?", "у кого можно?", "а кто делает?"])
def test_whoever_does_the_service_spoken_of_is_named(said: str) -> None:
    chat = Chat.at(salon())
    chat.say("сколько стоит маникюр без покрытия?")

    assert "Анна и Екатерина" in chat.say(said)


def test_the_master_spoken_of_does_not_hide_the_others() -> None:
    chat = Chat.at(salon())
    chat.say("маникюр без покрытия к Анне в субботу")

    assert "Анна и Екатерина" in chat.say("а к кому ещё можно?")
