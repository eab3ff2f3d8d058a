"""`manage.py` finds its environment where a person would expect it."""

import json
from pathlib import Path

import pytest

from aiadmin.run.errors import RunError
from aiadmin.run.manage import environment
from aiadmin.run.settings import OFFLINE


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / ".run").mkdir()
    (tmp_path / ".run" / "env.json").write_text(json.dumps({"SECRET_KEY": "of the demo"}))
    return tmp_path


def test_demo_of_this_clone_is_used_when_nothing_is_set(clone: Path) -> None:
    assert environment(["companies"], {}, clone) == {"SECRET_KEY": "of the demo"}


def test_env_file_comes_before_the_demo(clone: Path) -> None:
    (clone / ".env").write_text("SECRET_KEY=of the file\n")
    (clone / ".run" / "up").mkdir()
    (clone / ".run" / "up" / "env.json").write_text(json.dumps({"DATABASE_URL": "of make run"}))

    found = environment(["companies"], {}, clone)

    assert found == {"SECRET_KEY": "of the file", "DATABASE_URL": "of make run"}


def test_what_a_person_has_set_is_left_alone(clone: Path) -> None:
    assert environment(["understand"], {"SECRET_KEY": "mine"}, clone) == {}


def test_understand_needs_nothing(tmp_path: Path) -> None:
    assert environment(["understand"], {}, tmp_path) == OFFLINE
    assert environment(["companies"], {}, tmp_path) == {}


def test_unreadable_line_of_the_file_is_named(clone: Path) -> None:
    (clone / ".env").write_text("SECRET_KEY\n")

    with pytest.raises(RunError, match="line 1"):
        environment([], {}, clone)
