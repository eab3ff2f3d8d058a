"""docs/seed-map.md: every test it names is there. That its links lead somewhere, test_tree.py looks."""

import re

from tests.tree import ROOT

_ROW = re.compile(r"^\|.*\]\(\.\./(tests/[\w/]+\.py)\)(.*)\|$", re.MULTILINE)


def test_every_named_test_exists() -> None:
    rows = _ROW.findall((ROOT / "docs" / "seed-map.md").read_text(encoding="utf-8"))
    missing = [
        f"{path}: {name}"
        for path, names in rows
        for name in re.findall(r"`(test_\w+)`", names)
        if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]

    assert len(rows) > 20
    assert missing == []
