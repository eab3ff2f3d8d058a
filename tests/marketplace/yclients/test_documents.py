"""The documents say what the code does: the access table, the sandbox's switches, faults and routes."""

import re

from marketplace.yclients import access
from marketplace.yclients import deadline as limits
from marketplace.yclients.sandbox import auth, faults, shapes
from marketplace.yclients.sandbox.model import SETTABLE
from tests.tree import ROOT

YCLIENTS = (ROOT / "docs/yclients.md").read_text(encoding="utf-8")
SANDBOX = (ROOT / "docs/sandbox-yclients.md").read_text(encoding="utf-8")


def test_the_access_table_is_the_codes_own() -> None:
    found = re.search(r"<!-- access table -->\n(.*)\n<!-- end", YCLIENTS, re.DOTALL)

    assert found is not None
    assert found[1] == access.markdown()


def test_every_right_of_the_table_exists_and_has_words() -> None:
    named = {row.right for row in access.TABLE if row.right}

    assert named == set(access.RIGHTS)
    assert named <= set(auth.RIGHTS)
    assert len({row.key for row in access.TABLE}) == len(access.TABLE)


def test_the_sandboxs_switches_are_all_told() -> None:
    told = set(re.findall(r"`(\w+)`", SANDBOX))

    assert told >= SETTABLE
    assert told >= faults.HTTP_MODES | faults.WEBHOOK_MODES | shapes.SHAPES


def test_the_numbers_of_the_wait_are_those_of_the_code() -> None:
    assert f"{limits.CLIENT_SECONDS} s for everything" in YCLIENTS
    assert f"less than {limits.WRITE_NEEDS:.0f} s left" in YCLIENTS
    assert f"waits up to {limits.WRITE_SECONDS:.0f} s" in YCLIENTS
