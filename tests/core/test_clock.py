"""The business clock: one file moves every process, and nothing moves without it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aiadmin.core import clock


def test_without_a_file_business_time_is_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOCK_OFFSET_FILE", raising=False)

    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    with pytest.raises(RuntimeError, match="cannot be moved"):
        clock.set_offset(60)


@pytest.mark.parametrize("seconds", [86_400.0, -3_600.5, 0.0])
def test_offset_in_the_file_is_added(clock_file: Path, seconds: float) -> None:
    clock.set_offset(seconds)

    assert clock.offset() == pytest.approx(seconds)
    before = datetime.now(UTC)
    assert before <= clock.now() - timedelta(seconds=seconds) <= datetime.now(UTC)
    assert float(clock_file.read_text()) == pytest.approx(seconds)


@pytest.mark.parametrize("content", ["", "not a number"])
def test_a_damaged_file_means_no_offset(clock_file: Path, content: str) -> None:
    clock_file.write_text(content)
    clock._cache = (-1.0, (0, 0), 0.0)

    assert clock.offset() == 0.0
