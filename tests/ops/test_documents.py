"""docs/: no variable, command, endpoint or line of the seed is left out; the doctor is quoted truly."""

import re
import socket

import pytest
from django.core.management import get_commands
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin import doctor
from aiadmin.core import redis as store
from aiadmin.health import SWEEP
from tests.marketplace.routes import METHODS, routes
from tests.ops import api_page, configure_page
from tests.ops.surroundings import NoUpgrade, ask
from tests.sandboxes import YclientsSandbox
from tests.tree import ROOT
from tests.whatsapp.loopback import LoopbackServer

DOCS = ROOT / "docs"
SEED = (ROOT / "tests" / "ops" / "data" / "seed.txt").read_text("utf-8").splitlines()


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


# --- Variables -----------------------------------------------------------------------------------
def test_every_variable_is_explained_as_in_the_example() -> None:
    assert page("configure.md") == configure_page.made(), "python -m tests.ops.configure_page"


def test_every_variable_of_the_seed_is_explained() -> None:
    seeds = {line.split("=")[0] for line in SEED if re.match(r"[A-Z_]+=", line)}

    assert len(seeds) == 12
    assert sorted(name for name in seeds if f"`{name}`" not in page("configure.md")) == []


# --- Commands and endpoints ----------------------------------------------------------------------
def test_every_command_is_in_the_operators_page() -> None:
    ours = [
        name
        for name, app in get_commands().items()
        if str(app).startswith(("aiadmin", "mark", "what"))
    ]

    assert len(ours) > 15
    assert sorted(name for name in ours if f"`{name}`" not in page("operate.md")) == []


def test_every_check_of_the_doctor_is_in_the_operators_page() -> None:
    told = page("operate.md") + page("model.md")

    assert sorted(name for name in doctor.CHECKS if f"`{name}`" not in told) == []


def _described() -> dict[str, set[str]]:
    """Route → methods: those of the OpenAPI document, and those of the table beside it."""
    told = {
        path: {method.upper() for method in operations}
        for path, operations in api_page.document()["paths"].items()
    }
    for names, methods in re.findall(
        r"^\| (`/.*?`) \| ((?:[A-Z]+(?:, )?)+) \|", page("api.md"), re.MULTILINE
    ):
        told |= {path: set(methods.split(", ")) for path in re.findall(r"`(.*?)`", names)}
    return told


@pytest.mark.django_db
def test_every_endpoint_is_described_with_its_methods(client: Client) -> None:
    """Against the resolver, and by asking: what is not described is answered 405."""
    ours = [each for each in routes() if not each.template.startswith("/admin/")]
    ours = [each for each in ours if each.template != "/"]
    told, forms = _described(), ("/marketplace/connect", "/marketplace/access/{request_id}")

    assert {each.template for each in ours} == told.keys()
    for each in ours:
        answers = {method: client.generic(method, each.url()).status_code for method in METHODS}
        served = {method for method, status in answers.items() if status != 405}
        if each.template in forms:
            # A form without its button is answered 405 as well.
            served.add("POST")
        assert served == told[each.template], each.template


def test_the_chapter_of_calls_is_made_from_the_schema() -> None:
    assert page("api.md") == api_page.made(), "python -m tests.ops.api_page"


# --- The seed ------------------------------------------------------------------------------------
def _says_something(line: str) -> bool:
    """Not a heading of a chapter, the table of contents, a rule or a drawing's frame."""
    return bool(line.strip()) and not line.startswith(("# ", "## ", "---", "*Последнее"))


def test_every_line_of_the_seed_is_in_the_map() -> None:
    covered: set[int] = set(range(3, 15))  # the table of contents
    for cell in re.findall(r"^\| ([\d, -]+) \|", page("seed-map.md"), re.MULTILINE):
        for part in cell.split(","):
            first, _, last = part.strip().partition("-")
            covered |= set(range(int(first), int(last or first) + 1))

    missing = [
        f"{number}: {line}"
        for number, line in enumerate(SEED, start=1)
        if _says_something(line) and number not in covered
    ]

    assert missing == []
    assert max(covered) <= len(SEED)


def test_the_six_steps_keep_their_numbers() -> None:
    steps = [line for line in SEED if re.match(r"# \d\. ", line)]
    ours = re.findall(r"^# (\d)\. (.*)$", page("install.md"), re.MULTILINE)

    assert [number for number, _ in ours] == [line[2] for line in steps] == list("123456")


def test_every_command_of_pm2_has_its_counterpart() -> None:
    used = {found for line in SEED for found in re.findall(r"pm2 [\w .-]+", line)}

    assert len(used) == 5
    assert (
        sorted(command for command in used if f"`{command.strip()}`" not in page("install.md"))
        == []
    )


# --- The doctor's words --------------------------------------------------------------------------
def _quoted(line: doctor.Line) -> bool:
    return f"{line.mark} {line.name}: {line.text}" in page("troubleshoot.md")


@pytest.mark.django_db
def test_quoted_lines_of_the_doctor_are_its_own(
    yclients: YclientsSandbox, settings: Settings
) -> None:
    store.client().delete(store.seen_key(SWEEP))
    settings.PUBLIC_URL = LoopbackServer(NoUpgrade).url
    settings.YCLIENTS_API_KEY = "wrong"

    seeded = [ask(name) for name in ("leases", "workers", "beat", "address", "yclients")]

    assert [line.text for line in seeded if not _quoted(line)] == []


@pytest.mark.django_db
def test_what_is_quoted_of_a_lost_redis_is_true(settings: Settings) -> None:
    working = settings.REDIS_URL
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
    store.client.cache_clear()
    try:
        line = ask("redis")
    finally:
        settings.REDIS_URL = working
        store.client.cache_clear()

    assert _quoted(line), line
