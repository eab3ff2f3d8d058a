"""Second thoughts after a move, with the day or the hour named: it is moved back under the ordinary rules."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


@pytest.mark.parametrize(
    ("said", "visit"),
    [
        ("передумала, верни обратно на завтра", "12.03 15:00"),
        ("верните на четверг", "12.03 15:00"),
        ("верните обратно на завтра в 15", "12.03 15:00"),
        ("верните как было, к Анне", "12.03 15:00"),
        ("верни обратно на пятницу", "13.03 15:00"),
        ("верни обратно на завтра на 17", "12.03 17:00"),
    ],
)
def test_the_visit_goes_where_it_is_said_to_go(said: str, visit: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "15")
    chat.say("перенеси на субботу")
    chat.say("да")

    assert "Перенести: вместо субботы 14 марта, 15:00" in chat.say(said)
    assert "Перенесла" in chat.say("да")
    assert chat.visits == [(visit, "4", ("15",))]
