"""The corpora: the owner's sample, more of its salon, and two salons with other names and services."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import scoring

SETS = (
    ("dev.jsonl", None),
    ("lily.jsonl", None),
    ("borodach.jsonl", "borodach_salon.json"),
    ("garmonia.jsonl", "garmonia_salon.json"),
)


@pytest.mark.parametrize(("corpus", "salon"), SETS)
def test_intents_and_rows_reach_the_bar(corpus: str, salon: str | None) -> None:
    found = scoring.predictions(corpus, salon)

    rows = scoring.load(corpus)
    misses = {
        row["id"]: (row["text"], bad)
        for row in rows
        if (bad := list(scoring.wrong(row["expect"], found[row["id"]])))
    }

    intents = 1 - sum("intent" in bad for _, bad in misses.values()) / len(rows)
    whole = 1 - len(misses) / len(rows)
    assert intents >= 0.97, misses
    assert whole >= 0.95, misses


def test_every_row_gets_a_prediction_of_its_own_id() -> None:
    rows = scoring.load("dev.jsonl")

    found = scoring.predictions("dev.jsonl", None)

    assert list(found) == [row["id"] for row in rows]


def test_nothing_is_done_at_once_when_something_must_be_asked() -> None:
    found = scoring.predictions("dev.jsonl", None)

    asked = [item for item in found.values() if item.get("needs_clarification")]

    assert asked
    assert not any("create_booking" in item["actions"] for item in asked)
    assert not any("cancel_booking" in item["actions"] for item in asked)
