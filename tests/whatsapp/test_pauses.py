"""How long a chat must be quiet before its turn begins. Real time, no clock is waited for."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from whatsapp.models import Conversation, Message
from whatsapp.services import pauses

NOW = datetime(2026, 3, 11, 9, tzinfo=UTC)


def wait(conversation: Conversation, *texts: str, ages: tuple[float, ...] = (0,), asked: str = "",
         kind: str = "text") -> float:  # fmt: skip
    """Seconds until the turn, the messages being so old."""
    for number, (text, age) in enumerate(zip(texts, ages, strict=True)):
        row = Message.objects.create(
            company=conversation.company, conversation=conversation, direction="in",
            author="client", status="received", wa_id=f"P{number}", text=text, kind=kind, at=NOW,
        )  # fmt: skip
        Message.objects.filter(pk=row.pk).update(created_at=NOW - timedelta(seconds=age))
    due = pauses.due_at(conversation, NOW, after=0, asked=asked)
    return round((due - NOW).total_seconds(), 1)


@pytest.fixture(autouse=True)
def usual_delay(settings: Settings, fast: None) -> None:
    settings.TURN_DELAY_SECONDS = 1.2


def test_plain_message_is_answered_a_moment_after_the_last(conversation: Conversation) -> None:
    assert wait(conversation, "Здравствуйте", "Сколько стоит стрижка?", ages=(2, 0)) == 1.2


def test_burst_is_answered_six_seconds_after_its_first_message(conversation: Conversation) -> None:
    assert wait(conversation, "раз", "два", "три", ages=(5.5, 3, 0)) == 0.5


@pytest.mark.parametrize("text", ["Хочу записаться на", "Добрый день,", "на завтра -", "Стрижка и"])
def test_open_sentence_is_waited_for(conversation: Conversation, text: str) -> None:
    assert wait(conversation, text, ages=(1,)) == 5.0


@pytest.mark.parametrize("text", ["да", "Завтра в 15:00", "к Анне", "2", "первый вариант"])
def test_short_answer_to_our_question_is_not_waited_for(
    conversation: Conversation, text: str
) -> None:
    assert wait(conversation, text, asked="time") == 0


def test_long_answer_may_go_on(conversation: Conversation) -> None:
    text = "можно завтра ближе к вечеру, если у Анны есть время"
    assert wait(conversation, text, asked="time") == 1.2


def test_short_word_when_nothing_was_asked_may_go_on(conversation: Conversation) -> None:
    assert wait(conversation, "Добрый день") == 1.2


def test_photo_is_no_short_answer(conversation: Conversation) -> None:
    assert wait(conversation, "вот", asked="service", kind="image") == 1.2


@pytest.mark.parametrize(("left", "expected"), [(3, 3.0), (30, 5.0), (-1, 1.2)])
def test_client_who_types_is_waited_for_six_seconds_at_most(
    conversation: Conversation, left: int, expected: float
) -> None:
    conversation.typing_until = NOW + timedelta(seconds=left)

    assert wait(conversation, "Сколько стоит стрижка?", ages=(1,)) == expected
