"""The client's chat as bubbles: the salon's wall clock, ticks, reactions on their message."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from aiadmin.demo.chat import bubbles
from aiadmin.demo.schemas import Message

MOSCOW = ZoneInfo("Europe/Moscow")


def said(
    id: str, text: str = "Да", *, mine: bool = True, at: str = "12:00", **extra: object
) -> Message:
    moment = datetime.fromisoformat(f"2026-03-12T{at}:00").replace(tzinfo=UTC)
    direction = "out" if mine else "in"
    return Message.model_validate(
        {"id": id, "direction": direction, "kind": "text", "text": text, "t": moment.timestamp()}
        | extra
    )


def test_times_are_the_salons_wall_clock_across_midnight() -> None:
    first, second = bubbles([said("1", at="20:59"), said("2", at="21:00")], MOSCOW)

    assert (first["day"], first["at"]) == ("2026-03-12", "23:59")
    assert (second["day"], second["at"]) == ("2026-03-13", "00:00")


@pytest.mark.parametrize(
    ("status", "tick"), [(0, "queued"), (1, "queued"), (2, "sent"), (3, "delivered"), (4, "read")]
)
def test_own_messages_carry_ticks(status: int, tick: str) -> None:
    assert bubbles([said("1", status=status)], MOSCOW)[0]["tick"] == tick


def test_the_salons_messages_carry_none() -> None:
    assert bubbles([said("1", mine=False, status=4)], MOSCOW)[0]["tick"] == ""


def test_a_reaction_joins_its_message_and_is_no_bubble() -> None:
    reaction = said("2", "❤️", mine=False, kind="reaction", reaction_to="1")

    shown = bubbles([said("1", "Спасибо!"), reaction], MOSCOW)

    assert [bubble["text"] for bubble in shown] == ["Спасибо!"]
    assert shown[0]["reactions"] == ["❤️"]


def test_a_withdrawn_reaction_leaves_its_message() -> None:
    given = said("2", "👍", mine=False, kind="reaction", reaction_to="1")
    withdrawn = said("3", "", mine=False, kind="reaction", reaction_to="1")

    assert bubbles([said("1"), given, withdrawn], MOSCOW)[0]["reactions"] == []


def test_a_reaction_to_nothing_known_is_dropped() -> None:
    assert bubbles([said("2", "👍", kind="reaction", reaction_to="gone")], MOSCOW) == []


def test_an_image_without_text_is_a_bubble_of_its_kind() -> None:
    shown = bubbles([said("1", "", kind="image")], MOSCOW)

    assert (shown[0]["kind"], shown[0]["text"]) == ("image", "")
