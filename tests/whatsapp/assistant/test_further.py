"""Further orders of one message: done once, kept with the first, or plainly said not to be done."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from tests.whatsapp.assistant.journal import Killed
from tests.whatsapp.assistant.visits import (
    CUT,
    MANICURE,
    MOVED_CUT,
    MOVED_MANICURE,
    PEDICURE,
    Visits,
    four_visits,
    two_visits,
)
from whatsapp.assistant.state import DialogueState


@pytest.mark.parametrize("deaths", [(), (1,), (2,), (1, 2), (9,)])
@pytest.mark.parametrize(
    "text",
    [
        "отмените маникюр, и сколько стоит педикюр?",
        "сколько стоит педикюр? и отмените маникюр",
        "отмените маникюр, перенесите стрижку на субботу в 13, и сколько стоит педикюр?",
    ],
)
def test_a_question_beside_orders_is_answered_whoever_finishes_the_turn(
    text: str, deaths: tuple[int, ...]
) -> None:
    chat = two_visits()
    journal = chat.journal
    for journal.dies_after in deaths:
        with suppress(Killed):
            chat.say(text)
            chat.state = None
        journal.earlier = tuple(journal.ledger)
    journal.dies_after = 0

    reply = chat.say(text).replace("\xa0", " ")

    assert reply.count("Педикюр — от 2 000 ₽") == 1
    assert reply.count("Отменила") == 1
    assert MANICURE not in chat.visits


@pytest.mark.parametrize(
    ("talk", "visits", "said"),
    [
        # another subject, and then something is written
        (
            ["перенесите маникюр на субботу и отмените стрижку", "запишите на педикюр в воскресенье в 12"],
            [MANICURE, CUT, PEDICURE],
            "«отмените стрижку»",
        ),
        # the visit of the order that waited is spoken of itself
        (
            ["перенесите маникюр на субботу и отмените стрижку", "стрижку перенесите на субботу в 13"],
            [MANICURE, MOVED_CUT],
            "«отмените стрижку»",
        ),
        (
            ["перенесите маникюр на субботу и отмените стрижку", "да, а стрижку оставьте"],
            [CUT, ("14.03 15:00", "4", ("16",))],
            "«отмените стрижку»",
        ),
        (
            ["перенесите маникюр на субботу и отмените стрижку", "в 15, больше ничего не надо"],
            [CUT, ("14.03 15:00", "4", ("16",))],
            "«отмените стрижку»",
        ),
        # done by an order of its own
        (
            ["перенесите маникюр на субботу и отмените стрижку", "отмените стрижку"],
            [MANICURE],
            "",
        ),
    ],
)  # fmt: skip
def test_an_order_that_waited_is_no_surprise_later(
    talk: list[str], visits: Visits, said: str
) -> None:
    chat = two_visits()

    replies = [chat.say(text) for text in talk]

    assert chat.visits == visits
    assert DialogueState.from_json(chat.state).rest == ()
    told = [reply for reply in replies if "Пока не сделала" in reply]
    assert len(told) == bool(said)
    assert all(said in reply for reply in told)


@pytest.mark.parametrize(
    ("talk", "visits"),
    [
        (["перенесите маникюр на субботу", "да, и отмените стрижку"], [MOVED_MANICURE]),
        (["перенесите маникюр", "на субботу в 15, и отмените стрижку"], [MOVED_MANICURE]),
        (["перенесите маникюр на субботу", "нет, отмените стрижку"], [MANICURE]),
        (
            ["запишите на педикюр в воскресенье", "в 12, и отмените стрижку"],
            [MANICURE, PEDICURE],
        ),
        (
            [
                "перенесите маникюр на субботу и отмените стрижку",
                "да, и запишите на педикюр в воскресенье в 12",
            ],
            [MOVED_MANICURE, PEDICURE],
        ),
        (["отмените запись", "стрижку перенесите на субботу в 13"], [MANICURE, MOVED_CUT]),
        (
            ["перенесите маникюр на субботу", "запишите на педикюр в воскресенье в 12"],
            [MANICURE, CUT, PEDICURE],
        ),
        (
            ["отмените маникюр, стрижку не трогайте, и запишите на педикюр в воскресенье в 12"],
            [CUT, PEDICURE],
        ),
        (["отмените маникюр, отмените стрижку и запишите на педикюр в воскресенье в 12", "да"], [PEDICURE]),
        (["отмените маникюр и стрижку. Спасибо!", "да"], []),
        (
            ["отмените маникюр и запишите на стрижку", "мужскую к Сергею в субботу в 13"],
            [CUT, ("14.03 13:00", "1", ("10",))],
        ),
        (["перенесите маникюр и стрижку на субботу в 13"], [MANICURE, CUT]),
        (
            ["перенесите маникюр и стрижку на субботу в 13", "да"],
            [MOVED_CUT, ("14.03 13:00", "4", ("16",))],
        ),
        ([("отмените маникюр", "перенесите стрижку на субботу в 13")], [MOVED_CUT]),
        (["отмените маникюр запишите на педикюр в воскресенье в 12"], [CUT, PEDICURE]),
    ],
)  # fmt: skip
def test_an_order_amid_a_question_is_about_its_own_visit(
    talk: list[str | tuple[str, ...]], visits: Visits
) -> None:
    chat = two_visits()

    for said in talk:
        chat.say(*((said,) if isinstance(said, str) else said))

    assert chat.visits == visits


def test_an_order_that_waited_too_long_is_named_rather_than_done() -> None:
    chat = two_visits()
    chat.say("перенесите маникюр на субботу и отмените стрижку")
    chat.now += timedelta(hours=4)

    reply = chat.say("да")

    assert "Перенесла" in reply
    assert "Пока не сделала: «отмените стрижку»." in reply
    assert chat.visits == [CUT, ("14.03 15:00", "4", ("16",))]


@pytest.mark.parametrize(
    ("text", "visits"),
    [
        (
            "отмените маникюр, перенесите стрижку на субботу в 13, педикюр на субботу в 17, "
            "бороду на вторник в 12 и запишите на окрашивание в среду в 12",
            [
                MOVED_CUT,
                ("14.03 17:00", "4", ("17",)),
                ("17.03 12:00", "1", ("13",)),
                ("18.03 12:00", "3", ("18",)),
            ],
        ),
        (
            "перенесите маникюр на субботу в 17; стрижку на субботу в 13; педикюр на вторник в 10; "
            "бороду отмените; запишите на окрашивание в среду в 12, и ещё на мужскую стрижку к Тимуру "
            "в четверг в 12",
            [
                ("12.03 12:00", "2", ("10",)),
                MOVED_CUT,
                ("14.03 17:00", "4", ("16",)),
                ("17.03 10:00", "4", ("17",)),
                ("18.03 12:00", "3", ("18",)),
            ],
        ),
    ],
)
def test_more_than_four_orders_are_all_done(text: str, visits: Visits) -> None:
    chat = four_visits()
    chat.say(text)
    for _ in range(3):
        if "?" in chat.last.replies[-1].text:
            chat.say("да")

    assert chat.visits == visits
