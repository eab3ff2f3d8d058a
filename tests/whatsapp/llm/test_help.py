"""What a model is good for: it hears what the rules could not, and its guess is asked about."""

from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from tests.whatsapp.llm.model_server import ModelServer
from whatsapp.assistant.llm import facts
from whatsapp.assistant.types import LastVisit

TOMORROW = "2026-03-12"


def test_a_guess_of_the_model_is_confirmed_and_then_booked_once(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()
    model.say(intent="book", services=["10"], staff="1", date=TOMORROW, time="15:00")

    asked = chat.say("сделайте мне красиво завтра в 15:00")

    assert "Правильно поняла: завтра, в четверг 12 марта, 15:00 — мужская стрижка, Сергей" in asked
    assert chat.visits == []

    said = chat.say("да")

    assert said.startswith("Записала")
    assert chat.visits == [("12.03 15:00", "1", ("10",))]
    assert len(model.heard) == 1, "a plain yes needs no model"


def test_what_the_rules_read_stays_whatever_the_model_says(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()
    model.say(intent="book", services=["10"], staff="2", date="2026-03-20", time="11:00")

    chat.say("Запишите на шугаринг завтра в 15 к Сергею")

    frame = chat.last.frames[0]
    assert frame.services == ("10",)
    assert (frame.staff, frame.day.on, frame.time.at) == (
        "1",
        chat.moment(12, 15).date(),
        chat.moment(12, 15).time(),
    )


def test_a_dialogue_goes_on_with_what_the_model_heard(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()
    chat.say("Запишите на мужскую стрижку к Сергею")
    model.say(intent="book", date=TOMORROW)

    reply = chat.say("в день космонавтов и прочих неудачников")

    assert len(model.heard) == 1
    frame = chat.last.frames[0]
    assert (frame.services, frame.staff) == (("10",), "1")
    assert "завтра" in reply


@pytest.mark.parametrize("text", ["хозяин барин", "с превеликим удовольствием"])
def test_an_odd_yes_is_asked_for_once_more_and_never_acted_on(
    model: ModelServer, advised: Callable[[], Chat], text: str
) -> None:
    chat = advised()
    chat.say("Запишите на мужскую стрижку завтра часам к трём к Сергею")
    model.say(intent="book", answer="yes")

    again = chat.say(text)

    assert again.startswith("Правильно поняла: завтра, в четверг 12 марта, 15:00")
    assert chat.visits == []

    chat.say("да")

    assert chat.visits == [("12.03 15:00", "1", ("10",))]
    assert len(model.heard) == 1


def test_an_odd_yes_to_a_cancellation_is_asked_for_once_more(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()
    chat.booked(13, 12, "4", "11")
    model.say(intent="cancel")
    asked = chat.say("что-то звёзды против моего визита")
    model.say(intent="cancel", answer="yes")

    assert asked.endswith(chat.say("хозяин барин"))

    assert [turn.writes for turn in chat.turns] == [(), ()]


def test_small_talk_gets_a_kind_word_and_the_way_back(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()
    model.say(intent="small_talk", phrase="Пусть день радует и дальше")

    reply = chat.say("ой, сегодня такой чудесный день")

    assert reply.endswith("Пусть день радует и дальше. Записать вас?")


def test_a_question_about_the_salon_is_never_answered_by_small_talk(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()
    model.say(intent="small_talk", phrase="Конечно, есть.")

    assert "администратор" in chat.say("кальян есть?")


def test_a_complaint_that_only_the_model_heard_goes_to_a_person(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()
    model.say(intent="human", topic="complaint")

    chat.say("вышла от вас как чучело огородное")

    assert chat.last.handoff is not None
    assert chat.last.handoff.topic == "complaint"


def test_the_rules_need_no_model_where_they_are_sure(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()

    for text in (
        "Здравствуйте",
        "Сколько стоит мужская стрижка?",
        "Запишите на мужскую стрижку завтра в 15:00 к Сергею",
        "спасибо!",
        "позовите человека",
        "стоп",
    ):
        chat.say(text)

    assert model.heard == []


def test_a_name_is_not_asked_of_the_model(model: ModelServer, advised: Callable[[], Chat]) -> None:
    chat = advised()
    chat.journal.card = None
    assert "имя" in chat.say("Запишите на мужскую стрижку завтра в 15:00 к Сергею")

    chat.say("Крутиков-Залесский я")

    assert model.heard == []


def test_nothing_personal_leaves(
    model: ModelServer, advised: Callable[[], Chat], settings: Settings
) -> None:
    chat = advised()
    chat.push_name = "Ирина Кузнецова"
    chat.last_visit = LastVisit(chat.moment(1, 12).date(), ("10",), "1")
    chat.booked(20, 12, "4", "11")
    chat.journal.take("1", chat.moment(12, 15))

    chat.say(
        "Это Ирина Кузнецова, +7 (900) 123-45-67, почта ira.k@mail.ru, карта 4276 1234 5678 9012, "
        "сделайте красиво Светлане и мне к Сергею, инстаграм @irakuz"
    )

    [heard] = model.heard
    sent = heard.body.decode() + str(heard.asked)
    for secret in ("Ирин", "Кузнецов", "Светлан", "(900)", "123-45", "mail.ru", "4276", "irakuz"):
        assert secret not in sent, secret
    assert "Серге" in heard.asked["talk"]["client_says"]
    assert heard.asked["facts"]["services"][0] == {
        "id": "10",
        "title": "Мужская стрижка",
        "price": 1500,
        "minutes": 60,
    }
    assert heard.key == settings.LLM_API_KEY
    assert heard.chat["model"] == settings.LLM_MODEL
    assert heard.chat["response_format"]["json_schema"]["strict"] is True


def test_the_clients_own_visits_go_without_their_numbers(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    chat = advised()
    record = chat.booked(20, 12, "4", "11")
    chat.say("Когда я записана?")

    chat.say("не смогу, перенесу как-нибудь на лунный календарь ретроградного меркурия")

    for heard in model.heard:
        assert record not in str(heard.asked["talk"]["visits"])


def test_the_salon_is_told_whole() -> None:
    salon = salons.lily()

    told = facts.about(salon)

    assert [item["id"] for item in told["services"]] == [item.id for item in salon.services]
    assert [item["name"] for item in told["masters"]] == [item.name for item in salon.staff]
    assert told["hours"]["пн"] == "10:00–21:00"
