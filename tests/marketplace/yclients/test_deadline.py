"""One waiting client: the budget, the calls and their retries share one deadline. Tests are about what
is answered; of time only that nobody waited for what a slow YCLIENTS takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis

from aiadmin.core import redis as store
from marketplace.yclients import deadline as limits
from marketplace.yclients import errors
from marketplace.yclients.budget import Budget
from marketplace.yclients.client import Deadline, YclientsClient
from tests.marketplace.yclients.conftest import Salon, client_of
from tests.marketplace.yclients.test_outcomes import calls
from tests.sandboxes import YclientsSandbox

# Seconds YCLIENTS takes here: a wait that was not cut short is longer than any busy machine is late.
SLOW = 30


@contextmanager
def waiting(sandbox: YclientsSandbox, seconds: float, **options: Any) -> Iterator[YclientsClient]:
    """Calls for a client who waits; the whole of the block ends long before YCLIENTS would."""
    started = time.monotonic()
    with client_of(sandbox, deadline=Deadline(seconds), **options) as client:
        yield client
    assert time.monotonic() - started < SLOW


def test_the_numbers_add_up_to_less_than_ten_seconds() -> None:
    quiet, typing = 1.2, 0.6  # the defaults of TURN_DELAY_SECONDS and TYPING_MS

    assert quiet + limits.CLIENT_SECONDS + typing < 10
    assert limits.WRITE_SECONDS + limits.LOOKUP_SECONDS < limits.CLIENT_SECONDS
    assert limits.WRITE_NEEDS > limits.LOOKUP_SECONDS
    assert limits.READ_SECONDS * 2 < limits.CLIENT_SECONDS


def test_slow_reads_are_given_up_together(sandbox: YclientsSandbox, salon: Salon) -> None:
    sandbox.fault(f"/company/{salon.id}", "delay", seconds=SLOW)

    with waiting(sandbox, 1.5) as client:
        refusals = []
        for _ in range(5):
            with pytest.raises(errors.Retryable) as caught:
                client.company(salon.id)
            refusals.append(type(caught.value))

    assert refusals[0] is errors.Retryable  # asked and not answered
    assert refusals[-1] is errors.OutOfTime  # not even asked


def test_an_answer_that_trickles_in_does_not_outlast_the_deadline(
    sandbox: YclientsSandbox, salon: Salon
) -> None:
    sandbox.fault(f"/company/{salon.id}$", "trickle", seconds=0.4)

    with waiting(sandbox, 1.5) as client, pytest.raises(errors.Retryable):
        client.company(salon.id)
    # Who has the time gets the whole of it.
    sandbox.heal()
    sandbox.fault(f"/company/{salon.id}$", "trickle", seconds=0.02)
    with waiting(sandbox, 5) as client:
        assert client.company(salon.id).id == salon.id


def test_a_read_that_was_lost_once_is_tried_again(sandbox: YclientsSandbox, salon: Salon) -> None:
    sandbox.fault(f"/company/{salon.id}$", "delay", seconds=SLOW, times=1)

    with waiting(sandbox, limits.CLIENT_SECONDS) as client:
        assert client.company(salon.id).id == salon.id


def test_a_write_is_not_begun_when_its_answer_could_not_be_awaited(
    sandbox: YclientsSandbox, salon: Salon
) -> None:
    before = calls(sandbox, "/api/v1/book_record")

    with waiting(sandbox, limits.WRITE_NEEDS - 0.5) as client:
        assert client.company(salon.id)  # a read still is
        with pytest.raises(errors.OutOfTime):
            salon.book(client, salon.at(15))

    assert calls(sandbox, "/api/v1/book_record") == before
    assert salon.records() == []


def test_a_write_under_way_leaves_time_to_look(sandbox: YclientsSandbox, salon: Salon) -> None:
    sandbox.post(
        "/faults", path_regex=f"/book_record/{salon.id}", mode="delay", when="after", seconds=SLOW
    )

    with waiting(sandbox, limits.CLIENT_SECONDS) as client:
        with pytest.raises(errors.OutcomeUnknown):
            salon.book(client, salon.at(15), api_id="turn-7")
        (found,) = client.records(salon.id, start_date=salon.day(), end_date=salon.day())

    assert found.api_id == "turn-7"


def test_a_full_budget_is_told_not_waited_for(sandbox: YclientsSandbox, salon: Salon) -> None:
    budget = Budget(store.client(), egress="deadline-test")
    budget.penalize(SLOW)
    try:
        with client_of(sandbox, budget=budget, deadline=Deadline(1.0)) as client:
            started = time.monotonic()
            with pytest.raises(errors.RateLimited):
                client.company(salon.id)
            assert time.monotonic() - started < SLOW
    finally:
        store.client().delete("yclients:pause:{deadline-test}")


def test_a_dead_redis_and_a_busy_process_keep_the_deadline(
    sandbox: YclientsSandbox, salon: Salon
) -> None:
    # Without Redis a process makes one call a second: the third, if not the second, has no place in 1.9 s.
    nobody = Budget(redis.Redis.from_url("redis://127.0.0.1:9/0"), egress="deadline-dead")

    with waiting(sandbox, 1.9, budget=nobody) as client:
        client.company(salon.id)
        with pytest.raises((errors.RateLimited, errors.OutOfTime)):
            list(map(client.company, [salon.id] * 2))
