"""`manage.py chat`: frame, action and reply in the terminal; a dry run leaves no trace anywhere."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.llm.model_server import ModelServer

ROWS = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def talk(salon: SandboxSalon, monkeypatch: pytest.MonkeyPatch, *lines: str, dry: bool) -> str:
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(lines) + "\n\n"))
    out = StringIO()
    options = ["--dry-run"] if dry else []
    call_command(
        "chat", "--company", str(salon.company.pk), "--phone", "+79001112233", *options, stdout=out
    )
    return out.getvalue().replace("\xa0", " ")


def everything() -> dict[str, str]:
    """A checksum of every table of ours, row versions included: an UPDATE that changes nothing shows, too."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(
                f"SELECT coalesce(md5(string_agg(t.ctid::text || t::text, chr(10) ORDER BY t.ctid)), '') FROM \"{table}\" t"  # noqa: S608, E501
            )
            found[table] = cursor.fetchone()[0]
    return found


def wish(salon: SandboxSalon) -> str:
    """By its date: just after midnight «завтра» would be asked about."""
    day = f"{salon.at(15):%d.%m}"
    return f"Хочу на мужскую стрижку {day} в 15:00 к любому мастеру, меня зовут Олег"


def test_a_dry_run_books_in_words_only(
    salon: SandboxSalon, monkeypatch: pytest.MonkeyPatch, model: ModelServer
) -> None:
    salon.company.schedule_read_at = None
    salon.company.save(update_fields=["schedule_read_at"])
    model.say(intent="small_talk", phrase="Чудесно!")
    before, journal = everything(), salon.records()

    shown = talk(
        salon,
        monkeypatch,
        "ой, сегодня такой чудесный день",
        wish(salon),
        "да",
        dry=True,
    )

    assert re.search(r"frame +intent=book, services=\[\"\d+\"\], day=", shown)
    assert "BookRequest → Booked" in shown
    assert "Записала" in shown
    assert "outcome=answered" in shown
    assert "verdict=small_talk" in shown
    assert everything() == before
    assert salon.records() == journal


def test_without_it_the_visit_is_real(salon: SandboxSalon, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk(
        salon,
        monkeypatch,
        wish(salon),
        "да",
        dry=False,
    )

    assert "action  " in shown
    assert "bookings are REAL" in shown
    assert len(salon.records(phone="79001112233")) == shown.count("BookRequest → Booked") == 1
