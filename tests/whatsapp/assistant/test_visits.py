"""Existing visits: asked about, moved, cancelled, confirmed, late for."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Topic


def one() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(13, 15, "4", "15")
    return chat


def two() -> Chat:
    chat = one()
    chat.booked(20, 11, "3", "11")
    return chat


def test_the_visits_are_listed() -> None:
    reply = two().say("когда я записана?")

    assert "Послезавтра, 15:00 — маникюр без покрытия, Анна" in reply
    assert "В пятницу 20 марта, 11:00 — женская стрижка, Мария" in reply


def test_a_client_without_visits_is_told_so() -> None:
    for text in ("когда я записана?", "отмените запись", "перенесите запись на завтра"):
        chat = Chat.at(salons.lily())

        assert "Будущих записей не вижу" in chat.say(text)
        assert chat.last.actions == ()


def test_a_move_with_day_and_hour_is_done() -> None:
    chat = one()

    reply = chat.say("перенесите на субботу на 12")

    assert chat.visits == [("14.03 12:00", "4", ("15",))]
    assert "Перенесла: вместо пятницы 13 марта, 15:00 — в субботу 14 марта, 12:00, Анна." in reply


def test_a_move_with_the_day_only_is_confirmed() -> None:
    chat = one()

    assert "Перенести: вместо пятницы 13 марта, 15:00" in chat.say("перенесите на субботу")
    assert chat.visits == [("13.03 15:00", "4", ("15",))]
    chat.say("да")
    assert chat.visits == [("14.03 15:00", "4", ("15",))]


def test_a_shift_counts_from_the_visit() -> None:
    chat = one()

    chat.say("перенесите, пожалуйста, на два часа раньше")

    assert chat.visits == [("13.03 13:00", "4", ("15",))]


def test_the_same_time_with_another_master() -> None:
    chat = one()

    chat.say("хочу с Анны перезаписаться на Катю, время то же")

    assert chat.visits == [("13.03 15:00", "7", ("15",))]


def test_a_busy_target_is_not_called_moved() -> None:
    chat = one()
    chat.journal.take("4", chat.moment(14, 10), 11 * 60)

    reply = chat.say("перенесите на субботу на 12")

    assert "Перенесла" not in reply
    assert "12:00 и 12:30 у Екатерины" in reply
    assert chat.visits == [("13.03 15:00", "4", ("15",))]
    chat.say("давайте к Екатерине")
    assert chat.visits == [("14.03 12:00", "7", ("15",))]


def test_one_of_two_is_asked_about_and_moved() -> None:
    chat = two()

    assert "Какую запись перенести?" in chat.say("перенесите запись")
    assert "На какой день и время" in chat.say("вторую")
    chat.say("на 25 марта в 12")

    assert chat.visits == [("13.03 15:00", "4", ("15",)), ("25.03 12:00", "3", ("11",))]


def test_the_visit_is_chosen_by_its_service_or_day() -> None:
    by_service, by_day = two(), two()

    by_service.say("Перенесите маникюр на 27е в 12")
    by_day.say("отмените запись на пятницу 20 марта")

    assert by_service.visits[1][0] == "27.03 12:00"
    assert by_day.visits == [("13.03 15:00", "4", ("15",))]


def test_an_order_to_cancel_is_carried_out() -> None:
    chat = one()

    reply = chat.say("отмените мою запись, пожалуйста")

    assert chat.visits == []
    assert "Отменила запись на послезавтра, 15:00." in reply


def test_not_coming_offers_to_move() -> None:
    cancelled, moved = one(), one()

    assert "или перенести" in cancelled.say("не смогу прийти в пятницу")
    cancelled.say("отменяйте")
    moved.say("не смогу прийти в пятницу")
    moved.say("на понедельник в 11")

    assert cancelled.visits == []
    assert moved.visits == [("16.03 11:00", "4", ("15",))]


def test_cancelling_all_is_confirmed_first() -> None:
    chat = two()

    assert "Отменить эти записи?" in chat.say("отмените всё что у меня есть")
    assert len(chat.visits) == 2
    chat.say("да")
    assert chat.visits == []
    chat.say("да")
    assert chat.last.writes == ()


def test_a_change_of_mind_keeps_the_visit() -> None:
    chat = one()
    chat.say("не смогу прийти в пятницу")

    reply = chat.say("отмена отмены, я всё-таки приду")

    assert len(chat.visits) == 1
    assert "ждём вас" in reply


def test_lateness_is_told_to_the_salon() -> None:
    chat = Chat.at(salons.lily(), 2026, 3, 13, 14, 50)
    chat.booked(13, 15, "4", "15")

    reply = chat.say("застряла в пробке, буду в 15:20")

    assert "на 20 минут" in reply
    assert chat.last.handoff is not None
    assert chat.last.handoff.topic is Topic.LATE
    assert len(chat.visits) == 1


def test_second_thoughts_after_a_booking_move_it() -> None:
    chat = Chat.at(salons.lily())
    chat.say("на педикюр завтра в 12")

    chat.say("ой, давайте лучше в 14")

    assert chat.visits == [("12.03 14:00", "4", ("17",))]


def test_visits_that_cannot_be_read_are_not_called_absent() -> None:
    chat = one()
    chat.journal.fail_bookings = True

    reply = chat.say("отмените запись")

    assert "не вижу" not in reply
    assert chat.last.handoff is not None
    assert len(chat.visits) == 1


@pytest.mark.parametrize(
    "said", ["я записывалась на другой номер", "запись была на старый телефон", "записана с телефона мужа"]
)  # fmt: skip
def test_visit_of_another_number_is_a_person_s(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("хочу отменить запись")
    chat.say(said)
    assert chat.last.handoff is not None


def test_details_of_a_visit_that_is_not_seen_book_nothing() -> None:
    chat = Chat.at(salons.lily())
    assert "не вижу" in chat.say("хочу отменить запись, заболел ребёнок")
    chat.say("завтра в 15 педикюр")
    assert chat.visits == []
    assert chat.last.handoff is not None

    chat = Chat.at(salons.lily())
    chat.say("хочу перенести запись")
    assert chat.say("завтра в 15 педикюр").startswith("Правильно поняла")

    chat = Chat.at(salons.lily())
    chat.say("хочу отменить запись")
    assert "Записала" in chat.say("тогда запишите завтра в 15 на педикюр")


@pytest.mark.parametrize(
    "said", ["и маникюр тоже", "можно ещё маникюр?", "а ещё бы маникюр", "и маникюр тоже хотелось бы"]
)  # fmt: skip
def test_one_thing_more_is_added_to_what_was_just_booked(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр к Анне завтра в 18:00")
    assert "18:00 — педикюр + маникюр без покрытия, Анна" in chat.say(said)
    assert chat.visits == [("12.03 18:00", "4", ("17",))]


def test_hours_from_a_number_choose_nothing() -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр и маникюр с покрытием")
    chat.say("на выходные")
    assert "свободно в воскресенье 15 марта: 14:00" in chat.say("в воскресенье с 14")
    assert chat.visits == []


def test_to_remove_a_visit_is_no_procedure() -> None:
    chat = one()
    assert "Отменить запись на послезавтра, 15:00, или перенести" in chat.say(
        "мне удалить запись надо"
    )


def test_another_time_of_the_visit_just_told() -> None:
    chat = one()
    chat.say("я записана?")
    assert chat.say("можно другое время?") == "На какой день и время перенести?"


@pytest.mark.parametrize(
    "said",
    ["я передумала по педикюру, можно вместо этого маникюр с покрытием?",
     "вместо этого можно маникюр с покрытием?"],
)  # fmt: skip
def test_instead_of_it(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    assert "Изменить запись: завтра, в четверг 12 марта, 15:00 — маникюр с покрытием" in chat.say(
        said
    )
    assert chat.visits == [("12.03 15:00", "4", ("17",))]
