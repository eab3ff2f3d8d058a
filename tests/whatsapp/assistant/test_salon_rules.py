"""The salon's rules: what clients may change and until when, and what only its own page can book."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.types import ChangeRule, Elsewhere, SalonView

LINK = "https://n1.yclients.example/"
NO = ChangeRule(allowed=False)
THREE_HOURS = ChangeRule(before=timedelta(hours=3))


def chat(salon: SalonView, *, hour: int = 12) -> Chat:
    """A Friday with a manicure at three in the afternoon."""
    made = Chat.at(salon, 2026, 3, 13, hour, 30)
    made.booked(13, 15, "4", "15")
    return made


@pytest.mark.parametrize(
    ("salon", "text", "expected"),
    [
        (
            replace(salons.lily(), cancelling=THREE_HOURS),
            "отмените запись",
            "Отменить запись здесь можно не позже чем за 3 часа до визита.",
        ),
        (
            replace(salons.lily(), moving=THREE_HOURS),
            "перенесите запись на завтра на 12",
            "Перенести запись здесь можно не позже чем за 3 часа до визита.",
        ),
        (
            replace(salons.lily(), cancelling=NO),
            "отмените мою запись",
            "Отменяет записи только администратор.",
        ),
        (
            replace(salons.lily(), moving=NO),
            "перенесите на субботу",
            "Переносит записи только администратор.",
        ),
    ],
)
def test_a_change_the_salon_does_not_allow_goes_to_a_person(
    salon: SalonView, text: str, expected: str
) -> None:
    talk = chat(salon)

    reply = talk.say(text)

    assert expected in reply
    assert "Передала администратору" in reply
    assert talk.last.handoff is not None
    assert talk.last.handoff.topic is Topic.REFUSED
    assert talk.last.writes == ()
    assert talk.visits == [("13.03 15:00", "4", ("15",))]
    talk.say("да")
    assert talk.last.writes == ()


def test_a_change_in_time_is_made() -> None:
    talk = chat(replace(salons.lily(), cancelling=THREE_HOURS, moving=THREE_HOURS), hour=11)

    talk.say("отмените запись")

    assert talk.visits == []


@pytest.mark.parametrize(
    ("moving", "cancelling", "expected"),
    [
        (ChangeRule(), ChangeRule(), "Отменить запись на сегодня, 15:00, или перенести"),
        (NO, ChangeRule(), "Отменить запись на сегодня, 15:00?"),
        (ChangeRule(), NO, "Перенести запись на сегодня, 15:00, на другой день?"),
        (NO, NO, "Отменяет записи только администратор."),
    ],
)
def test_one_who_cannot_come_is_offered_only_what_the_salon_allows(
    moving: ChangeRule, cancelling: ChangeRule, expected: str
) -> None:
    talk = chat(replace(salons.lily(), moving=moving, cancelling=cancelling))

    assert expected in talk.say("не смогу сегодня прийти")
    assert talk.visits == [("13.03 15:00", "4", ("15",))]


def test_yes_to_moving_cancels_nothing() -> None:
    talk = chat(replace(salons.lily(), cancelling=NO))
    talk.say("не смогу сегодня прийти")

    talk.say("да")

    assert talk.visits == [("13.03 15:00", "4", ("15",))]


def with_service(salon: SalonView, service: str, **changes: object) -> SalonView:
    services = tuple(
        replace(item, **changes) if item.id == service else item  # type: ignore[arg-type]
        for item in salon.services
    )
    return replace(salon, services=services)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Elsewhere.PREPAID, "Педикюр: запись по предоплате."),
        (Elsewhere.GROUP, "Педикюр: это групповое занятие"),
    ],
)
def test_what_the_chat_cannot_book_is_told_before_a_time_is_chosen(
    reason: Elsewhere, expected: str
) -> None:
    salon = with_service(replace(salons.lily(), booking_url=LINK), "17", elsewhere=reason)
    talk = Chat.at(salon)

    reply = talk.say("запишите на педикюр завтра в 12")

    assert expected in reply
    assert reply.endswith(LINK)
    assert talk.last.handoff is None
    assert "free_slots" not in talk.journal.calls
    assert talk.visits == []
    assert "2\u00a0000" in talk.say("сколько стоит педикюр?")


def test_without_a_link_a_person_books_it() -> None:
    talk = Chat.at(with_service(salons.lily(), "17", elsewhere=Elsewhere.PREPAID))

    assert "Передала администратору" in talk.say("запишите на педикюр завтра в 12")
    assert talk.last.handoff is not None


def test_a_salon_that_wants_a_code_by_sms_is_booked_on_its_page() -> None:
    salon = replace(salons.lily(), elsewhere=Elsewhere.CONFIRMATION, booking_url=LINK)
    talk = Chat.at(salon)

    assert LINK in talk.say("хочу записаться")
    assert talk.visits == []
