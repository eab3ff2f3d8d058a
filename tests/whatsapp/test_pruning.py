"""What is taken out of schema `bridge` with time, and what must stay."""

import pytest
from django.db import connection

from aiadmin.core import redis as store
from marketplace.models import Company
from tests.whatsapp.hands import event, message
from whatsapp import tasks
from whatsapp.services import pruning


def aged(company: Company, *, days: float, processed: bool = True) -> int:
    """A message row of that age with its plaintext."""
    row = event(company, "message", **message())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.events SET plaintext = 'x', sha256 = 'y',"
            " created_at = now() - make_interval(hours => %s),"
            " processed_at = CASE WHEN %s THEN now() END WHERE id = %s",
            [int(days * 24), processed, row],
        )
    return row


def rows() -> dict[int, bool]:
    """Event id → whether its plaintext is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, plaintext IS NOT NULL FROM bridge.events")
        return dict(cursor.fetchall())


def sent(days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.sent (session_id, message_id, content, created_at)"
            " VALUES (1, %s, 'x', now() - make_interval(days => %s))",
            [f"3EB0{days}", days],
        )


def test_plaintexts_go_after_days_rows_after_weeks_and_unhandled_events_never(
    company: Company,
) -> None:
    old, unhandled = aged(company, days=31), aged(company, days=31, processed=False)
    middle, young = aged(company, days=3.1), aged(company, days=2.9)

    pruned = pruning.run()

    assert rows() == {unhandled: True, middle: False, young: True}
    assert pruned == pruning.Pruned(plaintexts=2, events=1, sent=0)
    assert old not in rows()


def test_sent_messages_go_after_two_weeks(company: Company) -> None:
    sent(13)
    sent(15)

    assert pruning.run().sent == 1

    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id FROM bridge.sent")
        assert cursor.fetchall() == [("3EB013",)]


def test_run_takes_what_one_bite_leaves_and_stays_bounded(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.events (session_id, kind, payload, created_at, processed_at)"
            " SELECT %s, 'status', '{}', now() - interval '40 days', now()"
            " FROM generate_series(1, %s)",
            [company.pk, pruning.BATCH * pruning.BATCHES + 5],
        )

    assert pruning.run().events == pruning.BATCH * pruning.BATCHES
    assert pruning.run().events == 5


@pytest.mark.usefixtures("committed")
def test_sweep_prunes_once_an_hour(company: Company) -> None:
    store.client().delete(pruning.KEY)
    first = aged(company, days=31)
    tasks.sweep()
    assert first not in rows()

    second = aged(company, days=31)
    tasks.sweep()

    assert second in rows()
