"""A talk that leads nowhere ends with a person, and the assistant falls silent."""

from datetime import timedelta

import pytest
from django.db.models import F

from marketplace.models import Company
from tests.whatsapp.hands import PRICE, arrive, chat, replies
from whatsapp.models import Message
from whatsapp.services import loops, phrases, turns

# Another machine: every text is new, none says anything.
NOTHING = [f"Ваше обращение № {n}0{n} принято, ожидайте" for n in range(1, 12)]


def say(company: Company, *texts: str) -> str:
    for text in texts:
        turns.run(arrive(company, text).pk, "w")
    return replies(company)[-1].text


def is_handed_over(company: Company) -> bool:
    known = chat(company)
    return known.bot_paused_until is not None and phrases.CIRCLES in known.needs_person_reason


def clear(company: Company) -> None:
    """What the assistant did on its own account is not the guard's matter here."""
    row = chat(company)
    row.needs_person_since, row.needs_person_reason = None, ""
    row.save()


def test_the_third_equal_text_calls_a_person(company: Company) -> None:
    say(company, "Алло", "алло ")
    assert not is_handed_over(company)
    clear(company)

    assert say(company, "АЛЛО") == phrases.HANDED_OVER
    assert is_handed_over(company)

    count = len(replies(company))
    arrive(company, "Алло")
    turns.run(chat(company).pk, "w")
    assert len(replies(company)) == count


def test_three_equal_texts_in_one_breath_are_one_question(company: Company) -> None:
    for _ in range(3):
        conversation = arrive(company, PRICE)
    turns.run(conversation.pk, "w")

    assert "1 500 ₽" in replies(company)[-1].text.replace("\xa0", " ")
    assert not is_handed_over(company)


def test_eight_replies_that_bring_nothing_new_end_with_a_person(company: Company) -> None:
    sent = 0
    for text in NOTHING:
        say(company, text)
        sent = len(replies(company))
        if is_handed_over(company):
            break
        clear(company)

    assert is_handed_over(company)
    assert sent == loops.REPLIES + 1, "eight, and the word that a person comes"
    assert replies(company)[-1].text == phrases.HANDED_OVER


def test_slow_talk_is_no_loop(company: Company) -> None:
    for text in NOTHING:
        say(company, text)
        clear(company)
        Message.objects.update(at=F("at") - timedelta(minutes=3))

    assert not is_handed_over(company)


@pytest.mark.parametrize("text", ["да", "ок"])
def test_equal_words_that_each_move_the_talk_on_are_no_loop(company: Company, text: str) -> None:
    for _ in range(4):
        conversation = arrive(company, text)
        turns.run(conversation.pk, "w")
        clear(company)
        # Each of them filled a slot or did something.
        last = Message.objects.filter(direction="in").latest("pk")
        Message.objects.filter(pk=last.pk).update(frame={"progress": True})

    assert not is_handed_over(company)
