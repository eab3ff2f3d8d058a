"""A salon's own user token: kept only when YCLIENTS accepts it there, encrypted, never shown."""

import io
import sys
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from aiadmin.core import crypto
from aiadmin.core.errors import AppError
from marketplace.services import trouble, user_tokens
from marketplace.services.yclients_access import client_for
from marketplace.yclients import errors
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "sandbox-user-token-0000000000000000"


@pytest.fixture
def salon(yclients: YclientsSandbox, settings: Settings) -> SandboxSalon:
    settings.YCLIENTS_USER_TOKEN = ""
    return SandboxSalon(yclients, seed="small")


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def give(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    return give


def change(salon: SandboxSalon, **values: object) -> None:
    path = f"/salons/{salon.company.salon_id}"
    assert salon.sandbox.control.patch(path, json=values).is_success


def run(salon: SandboxSalon, *arguments: str) -> str:
    out = io.StringIO()
    call_command(
        "yclients_token", "--salon", str(salon.company.salon_id), *arguments, stdout=out, stderr=out
    )
    return out.getvalue()


def test_an_accepted_token_is_kept_encrypted_and_used(salon: SandboxSalon) -> None:
    trouble.note(salon.company.pk, errors.Unauthorized())

    assert user_tokens.set_user_token(salon.company, f" {TOKEN}\n").missing == ()

    salon.company.refresh_from_db()
    assert salon.company.yclients_trouble == ""
    assert TOKEN not in salon.company.user_token_encrypted
    assert crypto.decrypt(salon.company.user_token_encrypted) == TOKEN
    with client_for(salon.company) as client:
        assert client.staff(salon.company.salon_id)

    user_tokens.clear_user_token(salon.company)
    with client_for(salon.company) as client, pytest.raises(errors.Unauthorized):
        client.staff(salon.company.salon_id)


def test_rights_that_are_missing_are_named(salon: SandboxSalon) -> None:
    change(salon, denied=["delete_records_access", "clients_access"])

    stored = user_tokens.set_user_token(salon.company, TOKEN)

    assert {row.right for row in stored.missing} == {"delete_records_access", "clients_access"}


@pytest.mark.parametrize(
    ("token", "switch", "kind"),
    [
        ("x" * 32, {}, errors.Unauthorized),
        (TOKEN, {"user_known": False}, errors.Forbidden),
        (TOKEN, {"denied": ["timetable_access"]}, errors.Forbidden),
        ("short", {}, AppError),
        (f"{TOKEN}\r\nX-Evil: 1", {}, AppError),
        ("", {}, AppError),
    ],
)
def test_a_token_that_is_not_accepted_changes_nothing(
    salon: SandboxSalon, token: str, switch: dict[str, object], kind: type[AppError]
) -> None:
    kept = user_tokens.set_user_token(salon.company, TOKEN)
    before = salon.company.user_token_encrypted
    change(salon, **switch)

    with pytest.raises(kind):
        user_tokens.set_user_token(salon.company, token)

    assert kept.missing == ()
    salon.company.refresh_from_db()
    assert salon.company.user_token_encrypted == before


def test_a_login_gives_a_token_unless_a_code_is_demanded(salon: SandboxSalon) -> None:
    assert user_tokens.log_in("owner@example.test", "sandbox") == TOKEN
    with pytest.raises(errors.Unauthorized) as caught:
        user_tokens.log_in("two@example.test", "sandbox")
    assert "код" in caught.value.message


def test_the_command_reads_a_pipe_and_never_shows_the_token(
    salon: SandboxSalon, stdin: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    change(salon, denied=["clients_access"])
    stdin(f"{TOKEN}\n")

    told = run(salon)

    everything = told + "".join(capfd.readouterr())
    assert TOKEN not in everything
    assert "stored encrypted" in told
    assert "clients_access" in told
    salon.company.refresh_from_db()
    assert crypto.decrypt(salon.company.user_token_encrypted) == TOKEN

    assert "forgotten" in run(salon, "--clear")
    salon.company.refresh_from_db()
    assert salon.company.user_token_encrypted == ""


def test_the_command_refuses_what_yclients_refuses(
    salon: SandboxSalon, stdin: Callable[[str], None]
) -> None:
    stdin("x" * 32)
    with pytest.raises(CommandError, match="Not stored"):
        run(salon)

    with pytest.raises(CommandError, match="No such salon"):
        call_command("yclients_token", "--salon", "99")
    salon.company.refresh_from_db()
    assert salon.company.user_token_encrypted == ""
