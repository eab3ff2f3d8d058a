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


PLACE = """Вход со двора, второй этаж, домофон 25.
От метро Чеховская 5 минут пешком.
Принимаем карты, наличные и переводы.
Рассрочку не оформляем.
Предоплата не нужна.
Подарочные сертификаты на любую сумму.
Вай-фай бесплатный.
Душ есть, полотенца и тапочки выдаём.
Туалет для гостей.
Инструменты стерилизуем в сухожаре.
На покрытие гарантия 7 дней.
Работы мастеров в инстаграме @lily."""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("какой у вас этаж?", "второй этаж"),
        ("а где вход?", "Вход со двора"),
        ("какой код домофона?", "домофон 25"),
        ("как к вам зайти с улицы?", "Вход со двора"),
        ("как дойти от метро?", "От метро Чеховская 5 минут"),
        ("далеко от метро?", "От метро Чеховская 5 минут"),
        ("можно перевести на карту?", "Принимаем карты, наличные и переводы"),
        ("переводом можно?", "Принимаем карты, наличные и переводы"),
        ("рассрочка есть?", "Рассрочку не оформляем"),
        ("можно долями оплатить?", "Рассрочку не оформляем"),
        ("нужна предоплата?", "Предоплата не нужна"),
        ("можно купить подарочный сертификат?", "Подарочные сертификаты на любую сумму"),
        ("есть подарочные карты?", "Подарочные сертификаты на любую сумму"),
        ("а пароль от вайфая какой?", "Вай-фай бесплатный"),
        ("у вас душ есть?", "Душ есть"),
        ("можно у вас ополоснуться после?", "Душ есть"),
        ("где у вас туалет?", "Туалет для гостей"),
        ("полотенце с собой брать?", "полотенца и тапочки выдаём"),
        ("что нужно взять с собой?", "полотенца и тапочки выдаём"),
        ("тапочки нужны?", "полотенца и тапочки выдаём"),
        ("вы стерилизуете инструменты?", "Инструменты стерилизуем в сухожаре"),
        ("инструмент чем обрабатываете?", "Инструменты стерилизуем в сухожаре"),
        ("гарантия есть?", "На покрытие гарантия 7 дней"),
        ("инстаграм у вас есть?", "инстаграме @lily"),
        ("можно посмотреть ваши работы?", "инстаграме @lily"),
        ("скиньте примеры работ", "инстаграме @lily"),
    ],
)
def test_what_else_clients_ask_of_the_place(said: str, told: str) -> None:
    chat = Chat.at(replace(salons.lily(), about=place.lines(PLACE)))

    reply = chat.say(said)

    assert told in reply
    assert "точно не знаю" not in reply
    assert chat.last.handoff is None


@pytest.mark.parametrize(
    ("item", "line", "told"),
    [
        # What states a fact is said as it was written.
        (Place.PARKING, "Рядом бесплатная парковка.", "Рядом бесплатная парковка."),
        (Place.PARKING, "Парковки у салона нет", "Парковки у салона нет"),
        (Place.DRINKS, "Угощаем гостей кофе и чаем!", "Угощаем гостей кофе и чаем!"),
        (Place.CHILDREN, "Есть детский уголок с игрушками", "Есть детский уголок с игрушками"),
        (
            Place.VOUCHERS,
            "Сертификаты от 1000 ₽ на ресепшене",
            "Сертификаты от 1000 ₽ на ресепшене",
        ),
        (Place.BRINGING, "Полотенце брать не нужно.", "Полотенце брать не нужно."),
        (
            Place.PAYING,
            "Оплата картой, за наличные скидка 5%",
            "Оплата картой, за наличные скидка 5%",
        ),
        # Of an advertisement only the part that states one.
        (
            Place.PARKING,
            "Мы ждём вас в самом сердце города, рядом бесплатная парковка!",
            "Рядом бесплатная парковка",
        ),
        # Praise, questions and other things of the same name state nothing.
        (Place.PARKING, "Забудьте о поисках парковки и пробках — мы рядом с домом!", ""),
        (Place.PARKING, "Ищете салон с удобной парковкой?", ""),
        (Place.PARKING, "Больше не нужно тратить время на парковку!", ""),
        (Place.DRINKS, "Насладитесь чашечкой ароматного кофе в атмосфере уюта!", ""),
        (Place.DRINKS, "Скраб с кофе и мёдом есть в меню.", ""),
        (Place.VOUCHERS, "Сертификат — лучший подарок любимым!", ""),
        (Place.VOUCHERS, "Все наши мастера имеют дипломы и сертификаты.", ""),
        (Place.SHOWER, "Работаем с душой, есть душ Шарко.", ""),
        (Place.CHILDREN, "Детская стрижка по субботам.", ""),
    ],
)
def test_a_fact_is_quoted_and_an_advertisement_is_not(item: Place, line: str, told: str) -> None:
    assert place.told(item, (line,)) == ((told,) if told else ())


def test_the_address_answers_the_way_when_the_salon_wrote_nothing_of_it() -> None:
    chat = Chat.at(salon())

    reply = chat.say("как дойти от метро?")

    assert "Тверская, 5" in reply
    assert chat.last.handoff is None


@pytest.mark.parametrize(
    "said", ["после эпиляции когда можно в душ?", "запишите с дочкой на педикюр завтра в 12"]
)
def test_words_of_the_place_in_another_matter_ask_nothing_of_it(said: str) -> None:
    chat = Chat.at(salon())

    assert "точно не знаю" not in chat.say(said)


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
