"""`demo`, `up` and `stack`: a directory, a plan, and the runner over it."""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from aiadmin.run import envfile, ports, processes
from aiadmin.run.console import Console
from aiadmin.run.control import Control
from aiadmin.run.directory import Directory
from aiadmin.run.errors import RunError
from aiadmin.run.fleet import fleet as fleet_plan
from aiadmin.run.paths import ROOT, write_private
from aiadmin.run.plan import Plan, saved_ports
from aiadmin.run.runner import Runner

DEMO_HOME = ROOT / ".run"
# Beside the demo's data, never mixed with it: here are a real salon's.
REAL_HOME = DEMO_HOME / "up"


def demo() -> None:
    """Everything on this machine until Ctrl-C."""
    if os.environ.get("DJANGO_ENV") == "production":
        raise RunError("The demo is not for production: unset DJANGO_ENV, or use `make run`.")
    directory = Directory(DEMO_HOME)
    plan = processes.demo(directory, web_port=processes.web_port(directory))
    console = Console()
    _tell_given_servers(console)
    runner = _runner(directory, plan, console)
    _run(directory, runner, lambda: console.say(f"Demo desk: {plan.addresses['web']}/demo/"))


def up() -> None:
    """The same programs against the addresses in `.env`, until Ctrl-C."""
    file = ROOT / ".env"
    if not file.exists():
        raise RunError("There is no .env: copy .env.example to .env and fill it in.")
    values = envfile.read(file)
    directory = Directory(REAL_HOME)
    plan = processes.real(directory, values)
    console = Console()
    runner = _runner(directory, plan, console)
    _run(directory, runner, lambda: console.say(f"Running: {plan.addresses['web']}/marketplace/"))


def stack(home: Path, *, keep: bool, beat_apart: bool = False) -> None:
    """The demo's programs on a throw-away directory, driven through stdin and stdout by `Stack`.

    Prints `ready PATH` of state.json when all are up; ends when stdin closes. Data that had to go
    outside of `home` is removed at the end, unless it is kept for another start.
    """
    directory = Directory(home)
    web_port = ports.choose(saved_ports(directory, "web"))
    plan = processes.demo(directory, web_port=web_port, durable=False, beat_apart=beat_apart)
    outside = [directory.data] if directory.data != directory.home and not keep else []
    _driven(directory, plan, outside)


def fleet(home: Path, *, production: bool) -> None:
    """The production set of programs on a throw-away directory, driven as `stack` is."""
    directory = Directory(home)
    plan = fleet_plan(directory, production=production)
    outside = [directory.data] if directory.data != directory.home else []
    _driven(directory, plan, outside)


def _driven(directory: Directory, plan: Plan, outside: list[Path]) -> None:
    """Until stdin closes; prints `ready PATH` of state.json when all are up."""
    runner = _runner(directory, plan, Console(quiet=True), leftovers=outside)
    control = Control(runner, sys.stdin, sys.stdout)
    threading.Thread(target=control.listen, name="control", daemon=True).start()
    _run(
        directory,
        runner,
        lambda: control.say(f"ready {directory.home / 'state.json'}"),
        begin=control.begin,
    )


def _runner(
    directory: Directory, plan: Plan, console: Console, leftovers: list[Path] | None = None
) -> Runner:
    directory.save(plan.addresses | {"ports": plan.ports})
    # What manage.py and tests need to join in.
    write_private(directory.home / "env.json", json.dumps(plan.env, indent=2))
    return Runner(
        plan.specs,
        console=console,
        logs=directory.logs,
        changed=lambda pids: directory.save({"pids": {"runner": os.getpid()} | pids}),
        leftovers=leftovers or [],
    )


def _run(
    directory: Directory,
    runner: Runner,
    when_up: Callable[[], None],
    begin: Callable[[], None] = lambda: None,
) -> None:
    async def all_of_it() -> None:
        begin()
        await runner.run(when_up)

    try:
        asyncio.run(all_of_it())
    finally:
        directory.save({"pids": {}})


def _tell_given_servers(console: Console) -> None:
    for name, server in (("DATABASE_URL", "PostgreSQL"), ("REDIS_URL", "Redis")):
        if os.environ.get(name):
            console.say(f"Using the {server} of {name}.")
