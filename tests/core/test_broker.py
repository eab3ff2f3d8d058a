"""Redis away: publishing gives up at once, and a worker comes back when Redis does."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.conf import settings

from aiadmin.core.queue import Job
from aiadmin.run import binaries, ports
from aiadmin.run.paths import ROOT, unprivileged
from aiadmin.run.services import running
from aiadmin.run.spawn import Reaper
from aiadmin.run.valkey import Valkey, client
from tests.waiting import PATIENCE

PUBLISH = """
import time, django
django.setup()
from aiadmin.core.queue import Job, enqueue
begun = time.monotonic()
for _ in range(3):
    enqueue(Job.ALARM_SEND, 1)
print(time.monotonic() - begun)
"""


def _environment(redis_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "aiadmin.settings",
        "REDIS_URL": redis_url,
        "REDIS_PASSWORD": "",
    }


def test_publishing_without_redis_gives_up_at_once() -> None:
    url = f"redis://127.0.0.1:{ports.choose()}/0"

    done = subprocess.run(
        [sys.executable, "-c", PUBLISH],
        env=_environment(url),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )

    # Without our options each of the three tries for six seconds.
    assert float(done.stdout) < 6
    assert done.stderr.count("queue.publish_failed") == 3


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    account = unprivileged()
    with tempfile.TemporaryDirectory(prefix="aiadmin-test-", dir="/tmp") as home:
        Path(home).chmod(0o755)
        yield Valkey(
            base=Path(home),
            port=ports.choose(),
            password=secrets.token_hex(8),
            program=binaries.valkey_server(account),
            account=account,
            kept=False,
        )


@contextmanager
def _started(server: Valkey) -> Iterator[None]:
    with Reaper() as reaper, running(server, server.base, reaper):
        yield


@contextmanager
def _worker(url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    celery = [sys.executable, "-m", "celery", "-q", "-A", "aiadmin", "worker"]
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*celery, "-c", "1", "-Q", Job.ALARM_SEND.queue, *lean],
            env=_environment(url),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _wait(true: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def _publish(url: str) -> None:
    """A job that the worker finds to be about no alarm."""
    with Celery(broker=url, set_as_current=False) as app:
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        app.send_task(Job.ALARM_SEND.task, args=[0], queue=Job.ALARM_SEND.queue)


def _worked_off(url: str) -> bool:
    """Nothing waits, nothing is taken and not acknowledged."""
    with client(url) as asked:
        return not asked.exists(f"celery:{Job.ALARM_SEND.queue}", "celery:unacked")


def _listens(url: str) -> bool:
    try:
        with client(url) as asked:
            return any("brpop" in row["cmd"] for row in asked.client_list())
    except redis.RedisError:
        return False


def test_a_worker_goes_on_when_redis_comes_back(valkey: Valkey, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with _worker(valkey.url, log) as process:
        for _ in ("first", "after a kill -9"):
            with _started(valkey):
                _wait(lambda: _listens(valkey.url), log)
                _publish(valkey.url)
                _wait(lambda: _worked_off(valkey.url), log)

        assert process.poll() is None
