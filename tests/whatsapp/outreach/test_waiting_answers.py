"""What clients answer to freed time, through whole turns: booked, refused, too late, gone, not needed."""

from datetime import UTC, datetime

import pytest

from marketplace.models import BookingAttempt
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.outreach.hands import go_to, visit
from tests.whatsapp.outreach.waiting import (
    TELL_ME,
    Waiter,
    beat,
    free,
    look,
    offered,
    taken,
    wish,
)
from whatsapp.models import Conversation, Message, WaitingEntry, WaitingOffer

pytestmark = pytest.mark.usefixtures("clock_file", "bridge")


def test_yes_after_the_deadline_books_what_is_still_free(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    free(day, booking)
    go_to(day.at(14))
    beat(day)
    assert offered() == [(olga.phone, "expired")]

    assert "Записала" in olga.say("да")

    assert olga.visits() == ["15:00"]
    assert (olga.statuses(), offered()) == (["booked"], [(olga.phone, "booked")])


def test_yes_after_the_deadline_does_not_take_it_from_the_next(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    first, second = (Waiter(day, number).listed() for number in (1, 2))
    free(day, booking)
    go_to(day.at(11, 40))
    beat(day)
    assert offered() == [(first.phone, "expired"), (second.phone, "open")]

    late = first.say("да")

    assert "Записала" not in late
    assert "На 15:00 завтра у Сергея свободного времени нет" in late
    assert "остаётесь в листе ожидания" in late
    assert "Записала" in second.say("да")
    assert (first.visits(), second.visits()) == ([], ["15:00"])
    assert first.statuses() == ["waiting"]


def test_answer_that_waits_for_its_turn_is_not_overtaken(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    first, second = (Waiter(day, number).listed() for number in (1, 2))
    free(day, booking)
    first.say("да", run=False)

    go_to(day.at(11, 31))
    beat(day)

    assert second.offers() == []
    assert "Записала" in first.turn()
    assert second.statuses() == ["waiting"]


def test_time_that_is_gone_is_told_honestly_and_the_place_stays(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    free(day, booking)
    again = taken(day, 15)

    reply = olga.say("да")

    assert "Это время только что заняли" in reply
    assert reply.endswith("Вы остаётесь в листе ожидания: напишу, если снова освободится.")
    assert (olga.visits(), olga.statuses()) == ([], ["waiting"])
    assert offered() == [(olga.phone, "gone")]
    # What went and came back is news.
    go_to(day.at(11, 20))
    free(day, again)
    assert len(olga.offers()) == 2
    assert "Записала" in olga.say("да")


@pytest.mark.parametrize(
    ("text", "asked"), [("уже не надо", True), ("уберите меня из листа ожидания", False)]
)
def test_who_needs_it_no_more_leaves(day: SandboxSalon, text: str, asked: bool) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    if asked:
        free(day, booking)

    assert olga.say(text).endswith("Хорошо, убрала вас из листа ожидания.")

    assert olga.statuses() == ["left"]
    if not asked:
        free(day, booking)
    assert len(olga.offers()) == int(asked)
    assert WaitingOffer.objects.filter(status="open").count() == 0


def test_stop_ends_the_place_and_gives_the_time_to_the_next(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    first, second = (Waiter(day, number).listed() for number in (1, 2))
    free(day, booking)
    first.say("СТОП")
    look(day)

    assert first.statuses() == ["stopped"]
    assert len(second.offers()) == 1


def test_two_places_of_one_client_are_one_question(day: SandboxSalon) -> None:
    bookings = [taken(day, hour) for hour in (15, 17)]
    olga = Waiter(day, 1).waits_for(wish(15)).waits_for(wish(17))
    olga.say(wish(15))
    olga.say(TELL_ME)
    assert olga.statuses() == ["waiting", "waiting"]
    for booking in bookings:
        free(day, booking)
    assert len(olga.offers()) == 1

    olga.say("да")
    look(day)

    assert olga.visits() == ["15:00"]
    assert olga.statuses() == ["booked", "booked"]
    assert len(olga.offers()) == 1


def test_booking_the_same_elsewhere_ends_the_place(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    talked, called = (Waiter(day, number).listed() for number in (1, 2))
    assert "Записала" in talked.say("Запишите на мужскую стрижку завтра в 12:00 к Сергею")
    assert talked.statuses() == ["booked"]
    # The other rang the salon up.
    visit(day, day.at(19, days=2), phone=called.phone)

    free(day, booking)

    assert (called.offers(), called.statuses()) == ([], ["booked"])


def test_question_in_between_leaves_the_offer_open(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    free(day, booking)

    assert "Тверская" in olga.say("а какой у вас адрес?")
    assert olga.statuses() == ["offered"]
    assert "Записала" in olga.say("да")


def test_quoting_says_which_question_is_meant(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    free(day, booking)
    (message,) = olga.unasked()
    assert olga.say("Есть время к Марии на женскую стрижку завтра в 18:00?").endswith("?")

    reply = olga.say("да", quoted={"message_id": message.wa_id, "text": "Освободилось"})

    assert "мужская стрижка, Сергей" in reply
    assert olga.visits() == ["15:00"]


def test_turn_killed_after_the_booking_answers_once(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    free(day, booking)
    before = Conversation.objects.values().get(pk=olga.chat.pk)
    olga.say("да")
    # Killed before its commit: the journal has the visit, our rows know nothing of the answer.
    Message.objects.filter(conversation=olga.chat, turn_number=before["turn_number"]).filter(
        direction="out"
    ).delete()
    Message.objects.filter(conversation=olga.chat, text="да").update(
        status="received", turn_number=None
    )
    Conversation.objects.filter(pk=olga.chat.pk).update(
        state=before["state"], turn_number=before["turn_number"], turn_due_at=datetime.now(UTC)
    )
    WaitingEntry.objects.update(status="offered", ended_at=None)
    WaitingOffer.objects.update(status="open")

    assert "Записала" in olga.turn()

    assert olga.visits() == ["15:00"]
    assert (olga.statuses(), offered()) == (["booked"], [(olga.phone, "booked")])
    assert BookingAttempt.objects.filter(company=day.company, kind="book").count() == 1
