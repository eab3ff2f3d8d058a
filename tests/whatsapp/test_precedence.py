"""Of two salons' jobs in one worker, that of the salon that asked less goes on first."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection, transaction

from tests.waiting import PATIENCE, wait_for
from whatsapp.services.precedence import Precedence

pytestmark = pytest.mark.usefixtures("committed")

STORMY, QUIET = 1, 2
# Longer than anybody here waits: who stands aside by mistake is not through in time.
LONG = 3 * PATIENCE


def _ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_in_a_transaction() -> None:
    with transaction.atomic():
        _ask()


def _stormy(most: float) -> Precedence:
    """One salon had jobs before."""
    precedence = Precedence(most, LONG)
    for _ in range(3):
        with precedence.of(STORMY):
            pass
    return precedence


@contextmanager
def _job(
    precedence: Precedence, salon: int, work: Callable[[], None] = _ask
) -> Iterator[threading.Event]:
    """In a thread of its own; set when it is through."""
    through = threading.Event()

    def run() -> None:
        connection.ensure_connection()
        with precedence.of(salon):
            work()
        through.set()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield through
    thread.join(PATIENCE)
    assert through.is_set()


def test_the_salon_that_asked_more_goes_on_when_the_other_is_through() -> None:
    precedence = _stormy(LONG)

    with ExitStack() as storm, precedence.of(QUIET):
        through = storm.enter_context(_job(precedence, STORMY))
        wait_for("a job that stands aside", lambda: precedence.aside)
        early = through.is_set()

    assert not early
    assert precedence.aside == 0


def test_the_salon_that_asked_less_waits_for_nobody() -> None:
    precedence = _stormy(LONG)

    with precedence.of(STORMY), _job(precedence, QUIET) as through:
        assert through.wait(PATIENCE)


def test_salons_that_asked_as_much_do_not_wait_for_each_other() -> None:
    precedence = Precedence(LONG, LONG)

    with precedence.of(QUIET), _job(precedence, STORMY) as through:
        assert through.wait(PATIENCE)


def test_jobs_of_one_salon_do_not_wait_for_each_other() -> None:
    precedence = _stormy(LONG)

    with precedence.of(STORMY), _job(precedence, STORMY) as through:
        assert through.wait(PATIENCE)


def test_nobody_waits_with_a_transaction_open() -> None:
    precedence = _stormy(LONG)

    with precedence.of(QUIET), _job(precedence, STORMY, _ask_in_a_transaction) as through:
        assert through.wait(PATIENCE)


def test_a_job_that_is_held_up_itself_is_not_waited_for_long() -> None:
    precedence = _stormy(0.01)

    with precedence.of(QUIET), _job(precedence, STORMY) as through:
        assert through.wait(PATIENCE)


def test_a_failed_job_is_waited_for_by_nobody() -> None:
    precedence = _stormy(LONG)

    with pytest.raises(ZeroDivisionError), precedence.of(QUIET):
        raise ZeroDivisionError
    with _job(precedence, STORMY) as through:
        assert through.wait(PATIENCE)


def test_a_job_that_has_been_under_way_for_long_is_waited_for_by_nobody() -> None:
    precedence = _stormy(0.05)

    with precedence.of(QUIET):
        wait_for("nobody to give way", lambda: not precedence.gives_way(STORMY))
