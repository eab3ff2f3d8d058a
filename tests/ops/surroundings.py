"""The doctor's surroundings in tests: what answers beside us, and how it is asked."""

import io

from django.core.management import call_command
from django.db import connection

from aiadmin import doctor
from aiadmin.doctor import Line
from tests.whatsapp.loopback import QuietHandler


class Around(QuietHandler):
    """What stands around us: health checks, a proxy that upgrades or not, Supabase's REST API."""

    upgrades = True
    rest: bytes = b"[]"

    def do_GET(self) -> None:
        body = self.rest if self.path.startswith("/rest/v1/companies") else b"[]"
        if self.path == "/marketplace" and self.upgrades:
            self.send_response(101)
            body = b""
        else:
            self.send_response(404 if self.path == "/marketplace" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class NoUpgrade(Around):
    upgrades = False


class Exposed(Around):
    rest = b'[{"id": 1}]'


def node(name: str, key: str, *, age: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.nodes (id, url, key_id, seen_at)"
            " VALUES (%s, %s, %s, now() - make_interval(secs => %s))",
            [name, f"http://{name}", key, age],
        )


def forget_last_migration() -> str:
    """As if the newest migration of whatsapp had not been applied yet. Returns its name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'whatsapp' AND name ="
            " (SELECT max(name) FROM django_migrations WHERE app = 'whatsapp') RETURNING name"
        )
        return f"whatsapp.{cursor.fetchone()[0]}"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("doctor", *arguments, stdout=out)
    return out.getvalue()


def ask(name: str) -> Line:
    ((_, line),) = doctor.look([name])
    return line
