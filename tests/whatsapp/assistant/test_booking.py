"""The way to a booking: everything said, something missing, something guessed, somebody quicker."""

from __future__ import annotations

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.tools import (
    Booked,
    BookRequest,
    EarlierWrite,
    OutcomeUnknown,
    Refused,
    RefusedReason,
    SlotsUnavailable,
    SlotTaken,
    Unavailable,
)


def test_everything_said_is_booked_at_once_and_repeated_exactly() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("Запишите на мужскую стрижку завтра в 15:00 к Сергею")

    assert chat.visits == [("12.03 15:00", "1", ("10",))]
    assert (
        "Записала: завтра, в четверг 12 марта, 15:00 — мужская стрижка, Сергей, 1\u00a0500\u00a0₽."
        in reply
    )
    assert "ул. Тверская, 5" in reply
    assert "автоматический помощник студии «Лилия»" in reply
    assert chat.last.actions == ("create_booking",)


def test_everything_missing_is_asked_one_by_one() -> None:
    chat = Chat.at(salons.lily(), card=None)

    assert "На какую услугу" in chat.say("Здравствуйте, хочу записаться")
    assert "На какой день" in chat.say("педикюр")
    assert "Какое время" in chat.say("в субботу")
    assert "На чьё имя" in chat.say("второе")
    assert "Записала: в субботу 14 марта, 15:00 — педикюр, Анна" in chat.say("Алия")
    assert chat.journal.records[0].client == "Алия"


def test_any_order_in_a_burst_gets_one_answer() -> None:
    chat = Chat.at(salons.lily())

    chat.say("завтра", "в 6", "к кате", "маникюр без покрытия")

    assert chat.visits == [("12.03 18:00", "7", ("15",))]
    assert len(chat.last.replies) == 1


def test_a_guessed_master_is_confirmed_once() -> None:
    chat = Chat.at(salons.lily())

    assert "Правильно поняла" in chat.say("мужская стрижка завтра в 15")
    assert chat.visits == []
    assert "Записала" in chat.say("да")
    assert chat.visits == [("12.03 15:00", "1", ("10",))]


def test_a_change_after_the_proposal_needs_no_second_confirmation() -> None:
    chat = Chat.at(salons.lily())

    chat.say("мужская стрижка завтра в 15")
    chat.say("лучше в 16:30")

    assert chat.visits == [("12.03 16:30", "1", ("10",))]


def test_yes_said_again_and_again_books_once() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка завтра в 15")

    chat.say("Да", "Да", "Да")
    again = chat.say("да")

    assert len(chat.visits) == 1
    assert again == "👍"
    assert "book" not in " ".join(chat.journal.calls)


def test_no_ends_the_proposal() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка завтра в 15")

    reply = chat.say("нет, спасибо")
    chat.say("да")

    assert chat.visits == []
    assert "Хорошо" in reply


def test_a_pause_keeps_the_proposal() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка завтра в 15")

    assert chat.say("секунду, у мужа спрошу") == "Хорошо, жду."
    chat.say("да")

    assert len(chat.visits) == 1


def test_a_stale_proposal_is_not_executed_next_week() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка в пятницу 20 марта в 15")
    chat.now = chat.moment(14, 12)

    chat.say("да")

    assert chat.visits == []


def test_a_busy_slot_brings_the_nearest_others() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.take("1", chat.moment(12, 14), 120)

    reply = chat.say("Запишите на мужскую стрижку завтра в 15:00 к Сергею")

    assert "На 15:00 завтра у Сергея свободного времени нет" in reply
    assert "15:00 у Тимура" in reply
    assert chat.visits == []
    chat.say("давайте к Тимуру")
    assert chat.visits == [("12.03 15:00", "2", ("10",))]


def test_a_full_day_brings_the_nearest_day() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.absent = {("4", chat.moment(14, 10).date())}

    reply = chat.say("на педикюр в субботу в 12")

    assert "В субботу 14 марта свободного времени нет" in reply
    assert "в воскресенье 15 марта" in reply


def test_all_masters_who_do_it_are_looked_at() -> None:
    chat = Chat.at(salons.lily())
    for staff in ("1", "2"):
        chat.journal.take(staff, chat.moment(12, 10), 11 * 60)

    reply = chat.say("мужская стрижка завтра в 15")

    assert "Александр" in reply


def test_a_slot_lost_on_the_way_is_never_called_booked() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.next_book = [SlotTaken()]

    reply = chat.say("Запишите на мужскую стрижку завтра в 15:00 к Сергею")

    assert "Записала" not in reply
    assert "только что заняли" in reply
    assert "15:00 у Тимура" in reply
    assert chat.visits == []


def test_refusals_and_unknown_outcomes_go_to_a_person() -> None:
    for outcome, word, topic in (
        (OutcomeUnknown(), "Проверяю, прошла ли запись", Topic.UNKNOWN_OUTCOME),
        (Refused(RefusedReason.BLACKLIST), "Передала администратору", Topic.REFUSED),
        (Refused(RefusedReason.PHONE), "номер телефона", Topic.REFUSED),
    ):
        chat = Chat.at(salons.lily())
        chat.journal.next_book = [outcome]

        reply = chat.say("Запишите на мужскую стрижку завтра в 15:00 к Сергею")

        assert word in reply
        assert "Записала" not in reply
        assert chat.last.handoff is not None
        assert chat.last.handoff.topic is topic


def test_busy_is_never_said_when_nothing_could_be_checked() -> None:
    for reason in Unavailable:
        chat = Chat.at(salons.lily())
        chat.journal.fail_slots = SlotsUnavailable(reason)

        reply = chat.say("на педикюр завтра в 12")

        assert "нет" not in reply.split()
        assert "занят" not in reply
        # What heals by itself is kept and asked again; the rest is a person's.
        assert (chat.last.handoff is None) == (reason is Unavailable.DOWN)
        assert (chat.last.kept is None) == (reason is not Unavailable.DOWN)


def test_an_interrupted_turn_tells_its_outcome_instead_of_booking_again() -> None:
    chat = Chat.at(salons.lily())
    start = chat.moment(12, 15)
    request = BookRequest(("10",), "1", start, "Ирина")
    chat.journal.earlier = (EarlierWrite(request, Booked("r1", start, "1", ("10",), 1500)),)

    reply = chat.say("Запишите на мужскую стрижку завтра в 15:00 к Сергею")

    assert "Записала: завтра, в четверг 12 марта, 15:00" in reply
    assert "book" not in " ".join(chat.journal.calls)
    assert chat.last.actions == ("create_booking",)


def test_an_interrupted_pair_tells_only_what_is_written() -> None:
    chat = Chat.at(salons.lily())
    start = chat.moment(14, 12)
    request = BookRequest(("17",), "4", start, "Ирина", visits_in_turn=2)
    chat.journal.earlier = (EarlierWrite(request, Booked("r1", start, "4", ("17",), 2000)),)

    reply = chat.say("да")

    assert "Остальное ещё не в журнале" in reply


def test_services_of_different_masters_follow_each_other() -> None:
    chat = Chat.at(salons.lily())

    chat.say("педикюр и женская стрижка в субботу в 12")
    chat.say("да")

    assert chat.visits == [("14.03 12:00", "4", ("17",)), ("14.03 13:30", "3", ("11",))]


def test_two_days_are_two_visits() -> None:
    chat = Chat.at(salons.lily())

    chat.say("В субботу 14 и в субботу 28 марта, оба раза на 12, педикюр")
    chat.say("да")

    assert [when for when, _, _ in chat.visits] == ["14.03 12:00", "28.03 12:00"]


def test_the_name_is_taken_from_the_profile_when_it_is_one() -> None:
    chat = Chat.at(salons.lily(), card=None)
    chat.push_name = "Ольга Петрова"

    chat.say("на педикюр завтра в 12")

    assert chat.journal.records[0].client == "Ольга Петрова"


def test_a_profile_that_is_no_name_is_not_used() -> None:
    for push_name in ("🌸", "Маникюр Мытищи", "...", "ООО Ромашка", None):
        chat = Chat.at(salons.lily(), card=None)
        chat.push_name = push_name

        assert "На чьё имя" in chat.say("на педикюр завтра в 12")
