"""Short words amid a booking and after it: what a client means by them, and what must not be done on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

Given = Callable[[Chat], None]
PLAIN = "маникюр без покрытия завтра в 12 к Анне"
CUT = "мужская стрижка завтра"


def nobody(chat: Chat) -> None:
    """No visit yet."""


def manicure(chat: Chat) -> None:
    chat.booked(12, 15, "4", "15")


def busy_friday(chat: Chat) -> None:
    manicure(chat)
    chat.journal.take("4", chat.moment(13, 12))


def two_visits(chat: Chat) -> None:
    chat.booked(12, 15, "4", "16")
    chat.booked(13, 12, "3", "11")


def sergey_is_busy(chat: Chat) -> None:
    chat.journal.take("1", chat.moment(12, 10), 660)


@pytest.mark.parametrize(
    ("given", "talk", "answer"),
    [
        # amid
        (nobody, ["женская стрижка завтра в 13", "нет, давай другое время"], "свободно завтра"),
        (nobody, [PLAIN.removesuffix(" к Анне"), "нет", "давай другой день"], "На какой день"),
        (nobody, [CUT, "любой мастер"], "Какое время удобно?"),
        (nobody, ["женская стрижка", "любой"], "Ближайшее — сегодня"),
        (nobody, ["женскую стрижку, любой день, вечером"], "17:00 у Марии"),
        (nobody, ["женская стрижка завтра, самое позднее"], "19:00, 19:30 и 20:00 у Марии"),
        (nobody, ["женская стрижка завтра в 12", "а пораньше?"], "11:00 и 11:30 у Марии"),
        (nobody, [CUT, "16:15"], "Есть 15:30, 16:00 и 16:30 у Сергея"),
        (
            nobody,
            ["женская стрижка завтра в 12", "здравствуйте"],
            "Здравствуйте!\nПравильно поняла",
        ),
        (nobody, ["маникюр без покрытия завтра в 12", "а где вы?"], "Правильно поняла"),
        (nobody, ["на выходных есть что на маникюр без покрытия?", "воскресенье"], "Какое время"),
        (sergey_is_busy, [f"{CUT} в 15 к Сергею", "а в пятницу?"], "Правильно поняла: послезавтра"),
        # prices
        (nobody, ["маникюр с покрытием сколько?", "дорого"], "Маникюр без покрытия — 1 200 ₽"),
        (nobody, ["педикюр сколько?", "а подешевле есть?"], "Из похожего дешевле нет. Педикюр"),
        (nobody, ["скидки есть?"], "Про скидки точно не знаю"),
        # after
        (nobody, [PLAIN, "а к кому?"], "Ваша запись: завтра"),
        (nobody, [PLAIN, "точно?"], "Ваша запись: завтра"),
        (nobody, [PLAIN, "без покрытия"], "Вы уже записаны: завтра"),
        (nobody, [PLAIN, "*в 16"], "Перенести: вместо 12:00 — завтра, в четверг 12 марта, 16:00"),
        (nobody, [PLAIN, "ой, ошиблась, с покрытием"], "Изменить запись: завтра"),
        (nobody, [PLAIN, "а сколько идёт по времени?", "хорошо"], "👍"),
        (manicure, ["можно завтра пораньше прийти?"], "14:00 и 14:30 у Анны"),
        (manicure, ["можно завтра к другому мастеру?"], "маникюр без покрытия, Екатерина"),
        (busy_friday, ["перенесите на пятницу на 12", "а в 14?"], "Перенести: вместо четверга"),
        (manicure, ["я задержусь", "минут на 20"], "задержитесь на 20 минут"),
        (manicure, ["отмените запись", "давайте в субботу в 12"], "в субботу 14 марта, 12:00"),
        (
            manicure,
            ["не смогу завтра, отмените", "а нет, оставьте"],
            "завтра, в четверг 12 марта, 15:00",
        ),
        (two_visits, ["отмените запись", "стрижку оставьте"], "Отменить запись: завтра, 15:00"),
        (nobody, ["нет"], "Хорошо. Если понадобится запись — напишите."),
    ],
)
def test_short_words_lead_on(given: Given, talk: list[str], answer: str) -> None:
    chat = Chat.at(salons.lily())
    given(chat)

    replies = [chat.say(text).replace("\xa0", " ") for text in talk]

    assert answer in replies[-1]


@pytest.mark.parametrize(
    ("given", "talk"),
    [
        (nobody, [CUT, "любой мастер"]),
        (nobody, ["на выходных есть что на маникюр без покрытия?", "воскресенье"]),
        (sergey_is_busy, [f"{CUT} в 15 к Сергею", "а в пятницу?"]),
        (manicure, ["можно завтра пораньше прийти?"]),
        (busy_friday, ["перенесите на пятницу на 12", "а в 14?"]),
        (two_visits, ["отмените запись", "стрижку оставьте"]),
    ],
)
def test_nothing_is_written_on_a_question_or_on_half_a_wish(given: Given, talk: list[str]) -> None:
    chat = Chat.at(salons.lily())
    given(chat)
    before = chat.visits

    for text in talk:
        chat.say(text)

    assert chat.visits == before


def test_a_further_coat_takes_the_place_of_the_plain_manicure() -> None:
    chat = Chat.at(salons.lily())
    manicure(chat)
    chat.say("а можно к маникюру покрытие добавить?")
    chat.say("да")

    assert chat.visits == [("12.03 15:00", "4", ("16",))]


def test_two_visits_on_days_of_their_own_in_one_sentence() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра в 12 и стрижку женскую в субботу в 13")
    for _ in range(3):
        chat.say("да")

    assert chat.visits == [("12.03 12:00", "4", ("15",)), ("14.03 13:00", "3", ("11",))]


def test_yes_to_what_was_proposed_a_day_ago_is_asked_again() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия в пятницу в 12")
    chat.now += timedelta(hours=26)

    again = chat.say("да")

    assert "Правильно поняла: завтра, в пятницу 13 марта, 12:00" in again
    assert chat.visits == []
    chat.say("да")
    assert chat.visits == [("13.03 12:00", "4", ("15",))]


@pytest.mark.parametrize(
    "said", ["ближайшее", "ближайшее время", "самое ближайшее", "давайте ближайшее", "на ближайшее окошко"]
)  # fmt: skip
def test_the_soonest_of_what_was_shown(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка завтра вечером")
    assert "Записала: завтра, в четверг 12 марта, 17:00" in chat.say(said)


@pytest.mark.parametrize("said", ["ближайшую субботу", "ближайшее свободное к Тимуру есть?"])
def test_soonest_of_something_else_chooses_nothing(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка завтра вечером")
    chat.say(said)
    assert chat.visits == []


@pytest.mark.parametrize("said", ["не, поздно. а завтра с утра?", "рано, давайте завтра утром"])
def test_an_hour_refused_and_another_day_named(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("есть свободное время сегодня на маникюр?")
    assert "свободно завтра: 10:00" in chat.say(said)


def test_any_master_suits_what_is_proposed() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мне нужно сегодня, срочно, маникюр без покрытия")
    assert "12:30 — маникюр без покрытия, Анна" in chat.say("любой мастер")
    assert chat.visits == []
    assert "Записала" in chat.say("успею")


def test_a_kind_named_again_is_the_one_spoken_of() -> None:
    chat = Chat.at(salons.lily())
    chat.say("можно на завтра женская стрижка и укладка")
    assert "Женская стрижка: свободно завтра" in chat.say("хорошо, только стрижка")


def test_another_hour_meant_for_what_was_just_booked() -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр послезавтра в 10")
    assert "Перенести: вместо 10:00 — послезавтра" in chat.say("в смысле в 11")


def test_only_one_of_two_that_were_asked_for() -> None:
    chat = Chat.at(salons.lily())
    chat.say("есть окно завтра с 12 до 14 на стрижку и бороду?")
    assert "Мужская стрижка: свободно завтра: 12:00" in chat.say("а только на стрижку?")


def test_any_day_is_the_nearest() -> None:
    chat = Chat.at(salons.lily())
    said = "запишите на педикюр, время любое, день любой, лишь бы к Анне"
    assert "Ближайшее — сегодня, в среду 11 марта, 12:30: педикюр, Анна" in chat.say(said)
