"""The waiting list in a dialogue: a visit on each of several days is waited for on each."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.whatsapp.assistant.test_waiting import SATURDAY, SUNDAY, chat, full, waited_for
from whatsapp.assistant.state import WaitWish


def test_a_visit_on_each_of_several_days_is_waited_for_on_each() -> None:
    talk = chat(full)

    asked = talk.say("окрашивание и в субботу, и в воскресенье в 12")
    talk.say("да")

    assert asked.endswith(
        "Сообщить, если в субботу 14 марта и в воскресенье 15 марта в 12:00 освободится?"
    )
    assert waited_for(talk) == WaitWish(
        ("18",), (SATURDAY, SUNDAY), (), (), time(12), time(12), each=True
    )


@pytest.mark.parametrize(("away", "other"), [(SATURDAY, "15.03"), (SUNDAY, "14.03")])
@pytest.mark.parametrize("more", ["", ", если освободится, запишите"])
def test_of_several_days_the_full_one_is_waited_for_and_the_other_booked(
    away: date, other: str, more: str
) -> None:
    talk = chat(lambda made: made.journal.absent.add(("3", away)))

    said = talk.say(f"окрашивание и в субботу, и в воскресенье в 12{more}")
    if not more:
        assert f"{away.day} марта свободного времени нет" in said
        talk.say("да")
    wish = waited_for(talk)
    talk.say("да")

    assert wish == WaitWish(("18",), (away,), (), (), time(12), time(12), each=True)
    assert talk.visits == [(f"{other} 12:00", "3", ("18",))]


def test_an_hour_chosen_for_the_first_day_loses_no_other() -> None:
    talk = chat(lambda _: None)

    talk.say("окрашивание 14 и 15 марта, обе записи")
    told = talk.say("10:00")
    talk.say("да")
    talk.say("12:00")

    assert "Теперь окрашивание в воскресенье 15 марта." in told
    assert [when for when, _, _ in talk.visits] == ["14.03 10:00", "15.03 12:00"]


@pytest.mark.parametrize(
    "text",
    [
        "могу и в субботу, и в воскресенье в 12, на окрашивание",
        "окрашивание в субботу или в воскресенье в 12",
        "окрашивание, мне удобно и в субботу, и в воскресенье, в 12",
    ],
)
def test_days_to_choose_from_are_no_visit_on_each(text: str) -> None:
    talk = chat(full)

    talk.say(text)
    talk.say("сообщите")

    wish = waited_for(talk)
    assert wish is not None
    assert (wish.days, wish.each) == ((SATURDAY, SUNDAY), False)
    assert talk.visits == []
