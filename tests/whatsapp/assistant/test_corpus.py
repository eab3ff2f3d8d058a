"""The corpora: the owner's sample, more of its salon, and salons with other names and services."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import scoring
from tests.whatsapp.assistant.scoring import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_intents_and_rows_reach_the_bar(name: str) -> None:
    score = scoring.score(name)

    assert score.intents >= 0.97, score.misses
    assert score.whole >= 0.95, score.misses


def test_the_table_of_the_documents_is_what_is_measured() -> None:
    table = scoring.table()

    written = scoring.TABLE.read_text(encoding="utf-8")

    assert table in written, "make score writes it anew"


@pytest.mark.parametrize("name", NAMES)
def test_every_row_gets_a_prediction_of_its_own_id(name: str) -> None:
    rows = scoring.load(f"{name}.jsonl")

    assert list(scoring.predictions(name)) == [row["id"] for row in rows]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_done_at_once_when_something_must_be_asked(name: str) -> None:
    found = scoring.predictions(name)

    asked = [item for item in found.values() if item.get("needs_clarification")]

    assert asked or name in scoring.ORDERS
    assert not any("create_booking" in item["actions"] for item in asked)
    assert not any("cancel_booking" in item["actions"] for item in asked)
