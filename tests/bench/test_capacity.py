"""The page of capacity is what its program would write, and the program counts what it says."""

from pathlib import Path

import pytest

from tests.bench import capacity
from tests.bench.capacity_sums import CALLS, Day, Measured, Prices, addresses, carried, measured

COUNTED = Measured(cpu_ms=40, session_mb=2, hooks_per_second=120)


def test_the_page_holds_what_the_program_writes() -> None:
    page = capacity.PAGE.read_text("utf-8")

    # The figures it was written with: a new benchmark is not a page that is wrong.
    used = measured(capacity.PAGE)
    assert capacity.filled(page, capacity.tables(Day(), used, Prices())) == page


def test_a_table_without_a_place_is_not_dropped() -> None:
    with pytest.raises(ValueError, match="Rows"):
        capacity.filled("# Capacity\n", {"Rows": "| a |"})


def test_figures_are_read_from_the_rows_of_the_benchmarks(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(
        "| what | ours |\n"
        "| CPU of an answered message (web 3, worker 30) | 38.5 ms | 12 ms |\n"
        "| RSS a session, 50 to 200 | 1.912 | 1.7 |\n"
        "| webhook stored, 32 at once: a second | 1,140 | 1500 |\n",
        "utf-8",
    )

    assert measured(page) == Measured(cpu_ms=38.5, session_mb=1.912, hooks_per_second=1140)
    assert measured(tmp_path / "nothing.md") == Measured()


def test_what_was_not_measured_is_not_made_up() -> None:
    tables = capacity.tables(Day(), Measured(), Prices())

    assert "| cores of our programs | ? | ? | ? |" in tables["Machines and money"]
    assert "?" not in capacity.tables(Day(), COUNTED, Prices())["Machines and money"]


def test_an_address_carries_as_many_as_ask_for_one() -> None:
    for what, most in carried(Day(), CALLS).items():
        assert addresses(most, Day(), CALLS)[what] == 1
        assert addresses(most + 1, Day(), CALLS)[what] == 2
