"""Plain turns of clients and what they mean, said to «Лилия» at a Wednesday's noon."""

from __future__ import annotations

import json
from datetime import date, datetime, time

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.rows import default_salon, salon_of
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context, UpcomingBooking
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import replay

SALON = salons.lily()
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=SALON.zone)
FRIDAY = UpcomingBooking("b1", datetime(2026, 3, 13, 15, 0, tzinfo=SALON.zone), ("17",), "4")
TUESDAY = UpcomingBooking("b2", datetime(2026, 3, 17, 18, 0, tzinfo=SALON.zone), ("11",), "1")
SHIPPED = salon_of(json.loads(default_salon()))  # with lashes and sugaring
TWO = Context(upcoming=(FRIDAY, TUESDAY))


def there(text: str) -> Frame:
    """Said to the salon we ship."""
    return understand([text], salon=SHIPPED, now=NOW)


def turn(text: str, state: DialogueState | None = None, context: Context | None = None) -> Frame:
    return understand([text], salon=SALON, now=NOW, state=state, context=context)


@pytest.mark.parametrize(
    ("asked", "said", "intent", "confirmed"),
    [
        (Task.MOVE, "угу, переносите", Intent.RESCHEDULE, True),
        (Task.CANCEL, "да, отменяйте", Intent.CANCEL, True),
        (Task.CANCEL, "да, не приду", Intent.CANCEL, True),
        (Task.CANCEL, "нет, оставьте как есть", Intent.CONFIRM_VISIT, False),
        (Task.CANCEL, "ой нет, приду", Intent.CONFIRM_VISIT, False),
        (Task.CANCEL, "да, а можно перенести?", Intent.RESCHEDULE, False),
        (Task.CANCEL, "отменяйте, не приду", Intent.CANCEL, None),
    ],
)
def test_what_was_proposed_is_done_or_left_as_it_is(
    asked: Task, said: str, intent: Intent, confirmed: bool | None
) -> None:
    state = DialogueState(task=asked, asked=Asked.CONFIRM, booking="b1", last_activity=NOW)

    found = turn(said, state, TWO)

    assert found.intent is intent
    assert confirmed is None or found.confirmed is confirmed


@pytest.mark.parametrize(
    ("said", "booking", "day"),
    [
        ("пятницу поменяйте на субботу, время то же", "b1", date(2026, 3, 14)),
        ("вторник замените на среду, часы те же", "b2", date(2026, 3, 18)),
    ],
)
def test_one_day_traded_for_another_moves_the_visit_of_the_first(
    said: str, booking: str, day: date
) -> None:
    found = turn(said, context=TWO)

    assert (found.intent, found.booking, found.day.on) == (Intent.RESCHEDULE, booking, day)


def test_the_proposal_written_by_us_tells_which_visit_is_moved() -> None:
    history = [("bot", "Перенести запись 17 марта с 18:00 на 19:00?")]

    state = replay(history, salon=SALON, now=NOW, context=TWO)

    assert (state.task, state.booking) == (Task.MOVE, "b2")


def test_of_the_times_offered_a_day_and_its_part_choose_one() -> None:
    history = [
        ("client", "педикюр на выходных"),
        (
            "bot",
            "Свободно: суббота 14 марта, 11:00 и 18:00; воскресенье 15 марта, 15:30. Что удобнее?",
        ),
    ]
    state = replay(history, salon=SALON, now=NOW)

    later, evening = turn("сб, которое попозже", state), turn("сб вечер", state)

    assert later.time.at == evening.time.at == time(18, 0)
    assert later.day.on == date(2026, 3, 14)


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("снимите меня с рассылки", Intent.STOP),
        ("уберите рекламу пожалуйста", Intent.STOP),
        ("переключите на сотрудника", Intent.HUMAN),
        ("вечер добрый", Intent.GREETING),
        ("кто у вас бровями занимается?", Intent.STAFF_INFO),
        ("можно бонусами расплатиться?", Intent.OTHER),
        ("чем тонирование лучше окрашивания?", Intent.SERVICES),
        ("Анна в пятницу с утра будет?", Intent.STAFF_INFO),
    ],
)
def test_intents(said: str, intent: Intent) -> None:
    assert turn(said).intent is intent


def test_an_extension_of_hair_is_no_extension_of_lashes() -> None:
    assert there("наращивание волос делаете?").unknown_service is not None
    assert there("наращивание ресниц делаете?").unknown_service is None


def test_hair_taken_off_is_no_pedicure_and_hair_put_up_no_depilation() -> None:
    assert there("хочу удалить волосы на ногах").services == ("sugaring",)
    assert there("хочу убрать волосы наверх, укладка").services == ("styling",)


def test_the_name_at_the_end_is_the_clients_unless_a_master_bears_it() -> None:
    assert turn("запишите на педикюр в субботу в 12. Зинаида").client_name == "Зинаида"
    assert turn("запишите на педикюр в субботу в 12. Анна").client_name is None


def test_twenty_ninth_of_february_before_a_short_february_is_asked_about() -> None:
    moment = datetime(2027, 2, 2, 12, 0, tzinfo=SALON.zone)

    found = understand(["29 февраля на педикюр в 12"], salon=SALON, now=moment)

    assert found.day.invalid


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("работаете 8 марта?", "В понедельник 8 марта 2027 года работаем с 10:00 до 21:00."),
        ("работаете 08.03?", "В понедельник 8 марта 2027 года работаем с 10:00 до 21:00."),
        ("работаете 1 мая?", "В пятницу 1 мая работаем с 10:00 до 21:00."),
        ("работаете 11 марта?", "Сегодня работаем с 10:00 до 21:00."),
        ("работаете 8 марта 2026?", "В воскресенье 8 марта работаем с 10:00 до 21:00."),
    ],
)
def test_a_holiday_gone_by_is_the_next_one(words: str, answer: str) -> None:
    assert answer in Chat.at(salons.lily()).say(words)


def test_nobody_is_booked_on_a_holiday_of_the_next_year_for_having_asked() -> None:
    chat = Chat.at(salons.lily())
    chat.say("работаете 8 марта?")

    assert chat.say("запишите на педикюр") == "На какой день записать?"


def test_a_day_gone_by_is_still_none_to_be_booked() -> None:
    chat = Chat.at(salons.lily())

    assert "Этот день уже прошёл" in chat.say("запишите на педикюр 8 марта в 15")
    assert chat.visits == []
