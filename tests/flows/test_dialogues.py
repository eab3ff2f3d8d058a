"""Whole dialogues through the real bridge, judged by the journal's end state: `dialogues/talks.yaml`.

They go on side by side in a few salons: a number writes its answers at a person's pace, so one salon alone
would take minutes.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.flows import test_dialogues_faults as faults
from tests.flows.dialogues.play import Played, play, prepare
from tests.flows.dialogues.scripts import load, script
from tests.stack import Product, Salon

pytestmark = pytest.mark.flow

TALKS = load("talks")
SALONS, AT_ONCE = 3, 18


@pytest.fixture(scope="module")
def salons(product: Product) -> list[Salon]:
    with ThreadPoolExecutor(SALONS) as pool:
        return list(pool.map(lambda _: prepare(product).ready(), range(SALONS)))


@pytest.fixture(scope="module")
def outcomes(salons: list[Salon]) -> dict[str, Played]:
    """Every dialogue, played."""
    today = datetime.now(UTC).astimezone(ZoneInfo("Europe/Moscow")).date()
    jobs = [
        (script(row, number // SALONS, today), salons[number % SALONS])
        for number, row in enumerate(TALKS)
    ]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        played = list(pool.map(lambda job: play(*job), jobs))
    print(f"{len(played)} dialogues in {time.monotonic() - began:.0f} s")
    return {item.script.id: item for item in played}


@pytest.mark.parametrize("name", [row["id"] for row in TALKS])
def test_dialogue(outcomes: dict[str, Played], name: str) -> None:
    assert not outcomes[name].failure, str(outcomes[name])


def test_there_are_enough_dialogues_and_the_lessons_are_among_them() -> None:
    told = {lesson for row in TALKS for lesson in str(row.get("lesson", "")).split()}

    assert len(TALKS) >= 40
    assert {str(number) for number in range(1, 27)} <= told | faults.LESSONS
    assert len({row["id"] for row in TALKS}) == len(TALKS)
