"""Our manage.py commands: each shows an example, tables are read by people and JSON by scripts."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import OutputWrapper

from aiadmin.core.commands import Progress, table
from tests.whatsapp.hands import make_company

OURS = {
    name: app
    for name, app in get_commands().items()
    if app in ("aiadmin", "marketplace", "whatsapp")
}
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
