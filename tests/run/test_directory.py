"""The runner's directory: one runner at a time, its own version, secrets that stay."""

import base64
import json
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from aiadmin.run import envfile, processes
from aiadmin.run.directory import FORMAT, Directory
from aiadmin.run.errors import RunError
from tests.run.conftest import Program


def test_a_second_runner_is_refused_with_what_to_do(
    open_home: Path, launch: Callable[..., Program]
) -> None:
    running = Directory(open_home)
    running.save({"web": "http://127.0.0.1:3000"})

    second = launch("aiadmin.run", "stack", "--dir", str(open_home))

    assert second.ends() == 1
    assert second.said() == (
        f"It already runs here (process {os.getpid()}, http://127.0.0.1:3000): "
        "stop it first with Ctrl-C or SIGTERM.\n"
    )


@pytest.mark.parametrize("content", ['{"version": 99}', "[]", "{}"])
def test_a_directory_of_another_version_is_refused_with_what_to_do(
    open_home: Path, content: str
) -> None:
    (open_home / "state.json").write_text(content)

    with pytest.raises(RunError, match=r"another version of AI Admin: run `make clean`"):
        Directory(open_home)


def test_an_unreadable_state_is_refused_with_what_to_do(open_home: Path) -> None:
    (open_home / "state.json").write_text('{"version": 1, "web"')

    with pytest.raises(RunError, match=r"cannot be read: run `make clean`"):
        Directory(open_home)


def test_secrets_and_addresses_stay_and_only_the_owner_reads_them(open_home: Path) -> None:
    first = Directory(open_home)
    secrets = first.secrets()
    first.save({"web": "http://127.0.0.1:3000", "ports": {"web": 3000}})
    first.close()

    second = Directory(open_home)

    assert second.secrets() == secrets
    assert len(base64.b64decode(secrets["AUTH_STATE_KEY"])) == 32
    assert second.state["web"] == "http://127.0.0.1:3000"
    assert json.loads((open_home / "state.json").read_text())["version"] == FORMAT
    for name in ("secrets.json", "state.json"):
        assert stat.S_IMODE((open_home / name).stat().st_mode) == 0o600


def test_the_web_port_is_the_last_one_while_it_is_free(
    open_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        last = listener.getsockname()[1]
        directory = Directory(open_home)
        directory.save({"ports": {"web": last}})

        assert processes.web_port(directory) != last

    assert processes.web_port(directory) == last


@pytest.mark.parametrize("asked", ["web", "0", "70000", "-1"])
def test_a_port_that_is_no_port_is_refused(
    open_home: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("PORT", asked)

    with pytest.raises(RunError, match="PORT must be a number"):
        processes.web_port(Directory(open_home))


def test_a_taken_port_that_the_user_asked_for_is_refused(
    open_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = str(stranger.getsockname()[1])
        monkeypatch.setenv("PORT", taken)

        with pytest.raises(RunError, match=f"Port {taken} is taken: stop what uses it, or set"):
            processes.web_port(Directory(open_home))


@pytest.mark.parametrize("named", [{"DJANGO_ENV": "production"}, {"NODE_ENV": "production"}, {}])
def test_production_starts_no_servers_of_its_own(
    open_home: Path, monkeypatch: pytest.MonkeyPatch, named: dict[str, str]
) -> None:
    for name in ("DJANGO_ENV", "NODE_ENV", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(RunError, match="Set REDIS_URL: production does not start servers"):
        processes.real(Directory(open_home), {**named, "DATABASE_URL": "postgresql://h/d"})

    assert not list(open_home.glob("pg*"))


def test_an_env_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# addresses\n\nexport A=1\nB = two words # why\nC='# kept' # not\nD=\nE=\"x=y\"\nF=a#b\n"
    )

    assert envfile.read(file) == {
        "A": "1", "B": "two words", "C": "# kept", "D": "", "E": "x=y", "F": "a#b",
    }  # fmt: skip


@pytest.mark.parametrize("line", ["no equals", "1A=2", "A='open"])
def test_an_env_file_with_a_fault_names_the_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"OK=1\n{line}\n")

    with pytest.raises(RunError, match=r"\.env, line 2: "):
        envfile.read(file)
