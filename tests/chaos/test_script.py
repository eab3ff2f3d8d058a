"""The same seed is the same storm, and every storm does every harm."""

import pytest

from tests.chaos import script
from tests.chaos.script import LONG, SHORT, Size


@pytest.mark.parametrize("size", [LONG, SHORT], ids=["long", "short"])
def test_a_seed_is_a_script(size: Size) -> None:
    assert script.write(7, size) == script.write(7, size)
    assert script.write(7, size) != script.write(8, size)


@pytest.mark.parametrize("size", [LONG, SHORT], ids=["long", "short"])
@pytest.mark.parametrize("seed", range(5))
def test_every_program_dies_and_every_client_comes_once(size: Size, seed: int) -> None:
    rounds = script.write(seed, size)

    assert {each.kill for each in rounds} == {*script.PROGRAMS, script.FLUSH}
    begun = [wish for each in rounds for wish in each.begin]
    assert sorted(wish.client for wish in begun) == list(range(size.clients))
    assert {goal for wish in begun for goal in wish.goals} == {"book", "move", "cancel"}
    # Nobody wants what another one has: a booking that is missing is a fault, not a race.
    wanted = {(wish.salon, wish.day, wish.hour) for wish in begun}
    assert len(wanted) == size.clients
    modes = {(each.journal or {}).get("mode") for each in rounds}
    assert "drop_after" in modes or "status" in modes
