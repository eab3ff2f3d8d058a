"""Statements are prepared on a connection of one's own, and never behind a pooler."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from aiadmin.core import pooler
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db

_TIMES = pooler.PREPARED_AFTER + 2


def test_a_statement_that_comes_back_is_prepared() -> None:
    assert not pooler.stands_before(connection)
    assert _prepared(connection) == 1


def test_behind_a_pooler_nothing_is_prepared() -> None:
    with _pooled() as port:
        behind = connection.copy()
        # No questions about encryption, which are answered by letters without length.
        plain = {"sslmode": "disable", "gssencmode": "disable"}
        behind.settings_dict |= {"HOST": "127.0.0.1", "PORT": str(port)}
        behind.settings_dict["OPTIONS"] = {**behind.settings_dict["OPTIONS"], **plain}
        try:
            assert pooler.stands_before(behind)
            assert _prepared(behind) == 0
        finally:
            behind.close()


def _prepared(database: BaseDatabaseWrapper) -> int:
    """How many statements the server keeps of one that was asked again and again."""
    with database.cursor() as cursor:
        for number in range(_TIMES):
            cursor.execute("SELECT %s::int AS asked_often", [number])
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%asked_often%'"
            " AND statement NOT LIKE '%pg_prepared%'"
        )
        return int(cursor.fetchone()[0])


@contextmanager
def _pooled() -> Iterator[int]:
    """A port that leads to PostgreSQL and greets, as poolers do, with a process number of its own."""
    where = connection.connection.info
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=_serve, args=(door, where.host, where.port), daemon=True)
        thread.start()
        yield door.getsockname()[1]
    thread.join(PATIENCE)
    assert not thread.is_alive()


def _serve(door: socket.socket, host: str, port: int) -> None:
    guest, _ = door.accept()
    with guest, socket.create_connection((host, port)) as server:
        asking = threading.Thread(target=_pass_on, args=(guest, server), daemon=True)
        asking.start()
        with suppress(OSError):
            _answer(server, guest)
        asking.join(PATIENCE)


def _pass_on(guest: socket.socket, server: socket.socket) -> None:
    with suppress(OSError):
        while data := guest.recv(65536):
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)


def _answer(server: socket.socket, guest: socket.socket) -> None:
    """Message by message: a letter, four bytes of length, the rest."""
    with server.makefile("rb") as stream:
        while kind := stream.read(1):
            length = stream.read(4)
            body = stream.read(int.from_bytes(length) - 4)
            if kind == b"K":
                body = (int.from_bytes(body[:4]) ^ 0x5A5A5A).to_bytes(4) + body[4:]
            guest.sendall(kind + length + body)
