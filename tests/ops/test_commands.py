"""Our manage.py commands: each shows an example, tables are read by people and JSON by scripts."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError, OutputWrapper

from aiadmin.core.commands import Progress, table
from tests.whatsapp.hands import make_company

OURS = {
    name: app
    for name, app in get_commands().items()
    if app in ("aiadmin", "marketplace", "whatsapp")
}
# JSON in and out by itself; a server that runs on.
NO_JSON = {"understand", "yclients_sandbox"}
DESIGNED = """
    doctor register_company connect_link sync_company companies sessions chat understand replay_webhooks
    yclients_sandbox prune send_due export_client erase_client backup restore smoke
""".split()


def told(*arguments: str) -> Any:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_every_command_of_the_design_is_there() -> None:
    assert sorted(set(DESIGNED) - OURS.keys()) == []


@pytest.mark.parametrize("name", sorted(OURS))
def test_help_ends_with_an_example(name: str) -> None:
    command = load_command_class(str(OURS[name]), name)

    shown = command.create_parser("manage.py", name).format_help()

    head, _, examples = shown.partition("Examples:\n")
    assert command.help
    assert head
    assert [line.strip().split()[:2] for line in examples.splitlines()] != []
    assert all(line.startswith(f"  manage.py {name}") for line in examples.splitlines())


@pytest.mark.django_db
def test_companies_and_sessions_are_told_to_people_and_to_scripts() -> None:
    company = make_company()

    for command in ("companies", "sessions"):
        shown = told(command)
        assert company.whatsapp_phone not in shown
        assert str(company.external_company_id) in shown
    listed = json.loads(told("companies", "--json"))
    assert listed["stats"]["connected"] == 1
    assert listed["companies"] == [
        {
            "salon_id": company.external_company_id,
            "title": company.title,
            "company_id": company.pk,
            "whatsapp_connected": True,
            "whatsapp_phone": company.whatsapp_phone,
            "integration_status": "active",
            "connected_at": None,
        }
    ]
    ((session),) = json.loads(told("sessions", "--json"))
    assert (session["company_id"], session["state"]) == (company.pk, "connected")


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_speaks_to_scripts_and_refuses_what_it_does_not_know(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = load_command_class(str(OURS[name]), name)

    with pytest.raises(SystemExit) as ended:
        command.run_from_argv(["manage.py", name, "--no-such-thing"])

    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
    shown = command.create_parser("manage.py", name).format_help()
    assert ("--json" in shown) == (name not in NO_JSON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("connect_link COMPANY", {"company_id", "connect_url"}),
        ("replay_webhooks --company COMPANY --failed", {"queued"}),
        ("send_due", {"settled"}),
        ("send_due --dry-run", {"at", "due"}),
        ("prune", {"messages", "conversations", "bridge_events"}),
        ("export_client COMPANY --phone 89001234567 --out FILE", {"path", "messages"}),
        ("erase_client COMPANY --phone 89001234567 --yes", {"messages", "files"}),
        ("sync_company COMPANY", {"run", "company_id", "status", "counts"}),
        ("yclients_token --salon SALON --clear", {"salon_id", "stored"}),
    ],
)
def test_scripts_get_one_value(arguments: str, names: set[str], tmp_path: Path) -> None:
    company = make_company()
    given = {
        "COMPANY": company.pk,
        "SALON": company.external_company_id,
        "FILE": tmp_path / "client.json",
    }
    words = [str(given.get(word, word)) for word in arguments.split()]

    found = json.loads(told(*words, "--json"))

    assert names <= found.keys()


@pytest.mark.django_db
def test_every_salon_that_works_is_read_anew() -> None:
    works, frozen = make_company(), make_company(integration_status="frozen")

    (run,) = json.loads(told("sync_company", "--all", "--scope", "catalog", "--json"))

    assert (run["company_id"], run["scope"], run["status"]) == (works.pk, "catalog", "queued")
    assert not frozen.sync_runs.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [
        "connect_link 404404",
        "replay_webhooks --company 404404",
        "sync_company --salon 404404",
        "export_client 404404 --phone 89001234567",
        "erase_client 404404 --phone 89001234567 --yes",
        "chat --company 404404",
        "yclients_token --salon 404404 --clear",
        "register_company 0",
        "send_due --salon 404404",
        "doctor --company 404404",
        "restore /nowhere/copy.dump",
        "understand --salon /nowhere/salon.json",
    ],
)
def test_what_cannot_be_done_ends_with_one(arguments: str) -> None:
    with pytest.raises(CommandError) as refused:
        told(*arguments.split())

    assert refused.value.returncode == 1


@pytest.mark.django_db
def test_a_registration_is_told_to_scripts() -> None:
    made = json.loads(told("register_company", "955000001", "--json"))

    assert made["api_key"].startswith("sk_")
    assert made["connect_url"].startswith("http")
    again = json.loads(told("register_company", "955000001", "--json"))
    assert (again["created"], again["api_key"], again["company_id"]) == (
        False,
        None,
        made["company_id"],
    )


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table(("id", "title"), [(1, "Лилия"), (1000, "")]) == [
        "id    title",
        "1     Лилия",
        "1000",
    ]


class _Out(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture(params=[True, False])
def out(request: pytest.FixtureRequest) -> _Out:
    return _Out(request.param)


def test_progress_moves_on_a_terminal_and_is_said_once_elsewhere(out: _Out) -> None:

    progress = Progress(OutputWrapper(out))
    for done in (1, 1, 2):
        progress.show(done, 2, "services")
    progress.end()

    shown = out.getvalue()
    assert shown.count("services (1 of 2)") == 1
    assert ("\r" in shown) is out.isatty()
    assert shown.endswith("\n")
