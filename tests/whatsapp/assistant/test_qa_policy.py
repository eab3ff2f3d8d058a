"""Defects found in led dialogues: lists and numbers, refusals, prices, the client's own visits."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant import decisions as d
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy import Stage, choose, decide
from whatsapp.assistant.policy.settle import settle
from whatsapp.assistant.policy.shorts import sharpen
from whatsapp.assistant.replies.render import render
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.state import DialogueState, Visit
from whatsapp.assistant.wishes import DayWish, TimeWish

SALON = salons.lily()
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=SALON.zone)
DAY = datetime(2026, 3, 14, tzinfo=SALON.zone)
_NAMES = {"Сергея": "1", "Тимура": "2", "Александра": "5"}


def _printed(text: str) -> list[tuple[str, str]]:
    """(clock, staff) in the order of the words «16:00 и 18:00 у Сергея, 17:00 у Тимура»."""
    found: list[tuple[str, str]] = []
    waiting: list[str] = []
    for word in text.replace(",", " ").replace(".", " ").split():
        if len(word) == 5 and word[2] == ":" and word[:2].isdigit():
            waiting.append(word)
        elif word in _NAMES:
            found.extend((clock, _NAMES[word]) for clock in waiting)
            waiting = []
    return found


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sets(st.tuples(st.integers(20, 40), st.sampled_from("125")), min_size=2, max_size=12),
    st.sampled_from(["1", "2", None]),
    st.integers(20, 40),
    st.booleans(),
)
def test_the_nth_printed_time_is_the_nth_option(
    starts: set[tuple[int, str]], wanted: str | None, hour: int, missed: bool
) -> None:
    wish = d.Wish(
        (d.VisitWish(("10",), wanted),),
        day=DayWish(on=DAY.date()),
        time=TimeWish(at=time(hour // 2, 30 * (hour % 2))) if missed else TimeWish(start=time(10)),
    )
    combos = [
        (Visit(("10",), staff, DAY.replace(hour=half // 2, minute=30 * (half % 2)), 3600),)
        for half, staff in sorted(starts)
    ]
    stage = Stage(DAY.date(), DAY.date(), anyone=missed, other_days=False)
    found = choose(wish, d.Purpose.BOOK, combos, stage, SALON, NOW)
    if not isinstance(found, d.Offer):
        return

    text = (
        render(found, Speech(SALON, NOW)).text.split("свободно")[-1].split("Есть ")[-1]
        if missed
        else render(found, Speech(SALON, NOW)).text
    )
    options = settle(DialogueState(), found, NOW).options

    shown = [(datetime.fromisoformat(o.value).strftime("%H:%M"), o.staff) for o in options]
    assert _printed(text) == shown


def test_the_number_chooses_what_was_printed() -> None:
    chat = Chat.at(SALON)
    chat.journal.take("1", chat.moment(12, 17), 45)

    reply = chat.say("мужская стрижка завтра в 17:00 к Сергею")
    second = _printed(reply.split("Есть ")[1])[1]
    chat.say("2")

    assert [(v[0][-5:], v[1]) for v in chat.visits] == [second]
    assert second[1] == "1"


def test_of_two_equal_visits_the_one_to_cancel_is_asked() -> None:
    chat = Chat.at(SALON)
    chat.say("Запишите на бороду к Сергею 13 марта в 15:00")
    chat.say("Запишите ещё на бороду к Сергею 13 марта в 17:00")

    assert "Какую запись отменить?" in chat.say("отмените запись на бороду")
    assert len(chat.visits) == 2
    chat.say("обе")

    assert chat.visits == []


def test_a_visit_that_does_not_exist_is_not_cancelled_in_place_of_another() -> None:
    chat = Chat.at(SALON)
    chat.booked(14, 10, "1", "10")

    reply = chat.say("отмените маникюр")

    assert "не вижу. Есть: в субботу 14 марта, 10:00 — мужская стрижка" in reply
    assert "Отменить её?" in reply
    assert len(chat.visits) == 1
    chat.say("да")
    assert chat.visits == []


def _far() -> Chat:
    """Saturday is full, Sunday is the nearest."""
    chat = Chat.at(SALON)
    chat.journal.take("4", chat.moment(14, 10), 11 * 60)
    assert "Ближайшее" in chat.say("педикюр в субботу")
    return chat


def test_a_bare_hour_is_of_the_day_we_named() -> None:
    chat = _far()

    reply = chat.say("в 16:00")

    assert "15 марта, 16:00" in reply


def test_yes_to_times_of_another_day_asks_which() -> None:
    chat = _far()

    assert chat.say("да").startswith("Какое время выбрать: 10:00, ")


def test_yes_to_a_list_is_never_answered_by_the_same_words() -> None:
    chat = Chat.at(SALON)
    listed = chat.say("педикюр в субботу")

    said = [chat.say("да") for _ in range(3)]

    assert "Какое время выбрать: " in said[0]
    assert all(a != b for a, b in zip([listed, *said], said, strict=False))
    assert chat.visits == []


@pytest.mark.parametrize("no", ["нет", "не подходит"])
def test_no_drops_only_the_time(no: str) -> None:
    chat = Chat.at(SALON)
    chat.say("мужская стрижка завтра в 15")

    chat.say(no)
    reply = chat.say("в 14")

    assert "завтра, в четверг 12 марта, 14:00 — мужская стрижка" in reply
    chat.say("да")
    assert [v[0] for v in chat.visits] == ["12.03 14:00"]


def test_no_and_another_day_goes_on() -> None:
    chat = Chat.at(SALON)
    chat.say("мужская стрижка завтра в 15")
    chat.say("нет")

    assert "Мужская стрижка" in chat.say("а 13 марта?")


def test_yes_to_an_invitation_asks_what_for() -> None:
    chat = Chat.at(SALON)

    assert "Записать вас?" in chat.say("отмените запись")
    assert "На какую услугу" in chat.say("да")


def test_a_part_of_the_day_is_confirmed_before_booking() -> None:
    chat = Chat.at(SALON)
    chat.say("педикюр в субботу")

    reply = chat.say("вечером")

    assert chat.visits == []
    assert "Правильно поняла" in reply or "Какое время" in reply


def test_a_master_unknown_here_is_told_after_the_service() -> None:
    chat = Chat.at(SALON)
    assert "Что именно?" in chat.say("к Виктории на стрижку в воскресенье")

    reply = chat.say("мужскую")

    assert "у нас нет" in reply
    assert "К кому записать?" in reply
    assert "свободно" in chat.say("к Тимуру")


def test_the_clients_own_visit_is_not_a_strangers() -> None:
    chat = Chat.at(SALON)
    chat.booked(14, 12, "4", "17")

    reply = chat.say("запишите на педикюр в субботу в 12:00")

    assert "Вы уже записаны: в субботу 14 марта, 12:00 — педикюр, Анна." in reply
    assert len(chat.visits) == 1


def test_a_part_of_the_day_is_shown_over_its_length() -> None:
    chat = Chat.at(SALON)

    reply = chat.say("есть время на педикюр в субботу вечером?")

    assert reply.count(":00") + reply.count(":30") <= 4
    assert "19:30" in reply
    assert "Есть и другие часы" in reply


def test_my_master_is_the_visits_master() -> None:
    chat = Chat.at(SALON)
    chat.booked(14, 12, "4", "17")

    chat.say("сколько стоит мужская стрижка у Сергея?")

    assert "Ваша запись: в субботу 14 марта, 12:00 — педикюр, Анна." in chat.say("кто мой мастер?")


def test_a_party_is_offered_in_four_short_lines() -> None:
    chat = Chat.at(SALON)
    chat.say("здравствуйте")

    reply = chat.say("педикюр и женская стрижка в субботу")

    assert len(reply.split("\n")) == 4
    assert all(len(line) < 90 for line in reply.split("\n"))


def test_a_proposal_is_moved_rather_than_a_visit() -> None:
    chat = Chat.at(SALON)
    chat.say("мужская стрижка завтра в 16")

    reply = chat.say("Перенесите на 18:00")

    assert "не вижу" not in reply
    assert "12 марта, 18:00" in reply


def test_visits_on_two_days_are_taken_one_after_the_other() -> None:
    chat = Chat.at(SALON)

    reply = chat.say("запишите на педикюр 15 марта в 16:00 и на окрашивание 14 марта в 12:00")

    assert chat.visits == [("15.03 16:00", "4", ("17",))]
    assert "Теперь окрашивание в субботу 14 марта, 12:00. Записываем?" in reply
    chat.say("да")
    assert ("14.03 12:00", "3", ("18",)) in chat.visits


def test_of_several_visits_an_unnamed_one_is_asked() -> None:
    chat = Chat.at(SALON)
    chat.booked(20, 12, "1", "13")
    chat.say("на педикюр завтра в 12")

    assert "Какую запись отменить?" in chat.say("отмените запись")
    assert len(chat.visits) == 2


def test_yes_after_another_price_does_not_book_the_refused_one() -> None:
    chat = Chat.at(SALON)
    chat.say("мужская стрижка завтра в 15")
    chat.say("нет, спасибо")
    chat.say("сколько стоит педикюр?")

    assert "На какой день" in chat.say("да")
    assert chat.visits == []


def test_what_still_waits_for_yes_is_told_whole_after_another_price() -> None:
    chat = Chat.at(SALON)
    chat.say("мужская стрижка завтра в 15")
    chat.say("секунду")

    reply = chat.say("сколько стоит педикюр?")

    assert "Записать вас?" not in reply
    assert "Правильно поняла: завтра, в четверг 12 марта, 15:00 — мужская стрижка" in reply
    chat.say("да")
    assert chat.visits == [("12.03 15:00", "1", ("10",))]


def test_a_time_chosen_by_a_part_of_the_day_is_not_certain() -> None:
    start = DAY.replace(hour=19)
    frame = Frame(
        intent=Intent.BOOK, services=("17",), staff="4", day=DayWish(on=DAY.date()),
        time=TimeWish(at=time(19)), start=start, said=frozenset({"time"}),
    )  # fmt: skip

    for text, certain in (("вечером", False), ("третье", True), ("в 7 вечера", True)):
        found = decide(sharpen(frame, [text], DialogueState()), DialogueState(), SALON, NOW)
        assert isinstance(found, d.FindSlots)
        assert found.wish.certain is certain, text
