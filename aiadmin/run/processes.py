"""The programs of `make demo`, `make run` and of the tests' stack: command lines, order, environment."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from aiadmin.run import nodejs, ports, probes
from aiadmin.run.directory import Directory
from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT
from aiadmin.run.plan import Plan, add_servers, saved_ports
from aiadmin.run.unit import Spec

LOOPBACK = "127.0.0.1"
_QUEUES = "inbound,outbound,sync"


def demo(
    directory: Directory, *, web_port: int, durable: bool = True, beat_apart: bool = False
) -> Plan:
    """Everything on this machine, the two sandboxes included. `beat_apart`: a program of its own, as in
    production, not inside the worker."""
    plan = Plan(ports={"web": web_port})
    add_servers(plan, directory, outside=os.environ, durable=durable)
    web = f"http://{LOOPBACK}:{web_port}"
    bridge = f"{LOOPBACK}:{plan.pick_port('bridge', *saved_ports(directory, 'bridge'))}"
    plan.env |= secrets_of(directory)
    plan.env |= {
        "DJANGO_ENV": "demo",
        "PORT": str(web_port),
        "PUBLIC_URL": web,
        **_bridge_env(web, bridge),
    }
    plan.addresses |= {"web": web, "bridge": f"http://{bridge}"}
    sandboxes(plan, directory)
    _application(plan, directory, beat_apart=beat_apart)
    one_shot(plan, "demo_salon", "demo_salon", needs=("migrate", "yclients_sandbox"))
    return plan


def secrets_of(directory: Directory) -> dict[str, str]:
    """The application's secrets, made once for the directory."""
    known = directory.secrets()
    names = ("SECRET_KEY", "JWT_SECRET", "ADMIN_API_KEY", "BRIDGE_TOKEN", "AUTH_STATE_KEY")
    return {name: known[name] for name in names}


def sandboxes(plan: Plan, directory: Directory) -> None:
    """Both stand-ins, and the environment that points at them."""
    yclients, whatsapp = (
        f"{LOOPBACK}:{plan.pick_port(name, *saved_ports(directory, name))}"
        for name in ("yclients_sandbox", "whatsapp_sandbox")
    )
    plan.env |= {
        "MARKETPLACE_OPEN_REGISTRATION": "1",
        "YCLIENTS_API_KEY": "sandbox-partner-token",
        "YCLIENTS_USER_TOKEN": "sandbox-user-token-0000000000000000",
        "YCLIENTS_APPLICATION_ID": "77",
        "YCLIENTS_API_URL": f"http://{yclients}",
        "YCLIENTS_SANDBOX_URL": f"http://{yclients}",
        "WHATSAPP_SOCKET_URL": f"ws://{whatsapp}/ws/chat",
        "WHATSAPP_SANDBOX_URL": f"http://{whatsapp}",
        "WHATSAPP_SESSIONS_PATH": str(directory.folder("media")),
        "CLOCK_OFFSET_FILE": str(directory.home / "clock"),
        "EMAIL_URL": f"filemail://{directory.folder('mail')}",
    }
    plan.addresses |= {
        "yclients_sandbox": f"http://{yclients}",
        "yclients_control": f"http://{yclients}/control",
        "whatsapp_sandbox": f"http://{whatsapp}",
        "whatsapp_control": f"http://{whatsapp}/control",
        "clock_offset_file": plan.env["CLOCK_OFFSET_FILE"],
    }
    _yclients_sandbox(plan, directory)
    _whatsapp_sandbox(plan, directory)


def real(directory: Directory, values: Mapping[str, str]) -> Plan:
    """`make run`: the addresses of `values` (from .env) and of the environment, no sandboxes."""
    plan = Plan(env={name: value for name, value in values.items() if name not in os.environ})
    known = {**values, **os.environ}
    _refuse_own_servers_in_production(known)
    port = _asked_port(known.get("PORT") or "3000")
    plan.ports["web"] = port
    add_servers(plan, directory, outside=known, durable=True)
    web = f"http://{LOOPBACK}:{port}"
    bridge = _bridge_env(web, known.get("BRIDGE_LISTEN") or f"{LOOPBACK}:3001")
    plan.env |= {"PORT": str(port)} | {k: v for k, v in bridge.items() if k not in known}
    plan.addresses |= {"web": web, "bridge": known.get("BRIDGE_URL") or bridge["BRIDGE_URL"]}
    _application(plan, directory)
    return plan


def _refuse_own_servers_in_production(known: Mapping[str, str]) -> None:
    # As the settings do: an environment that is not named is production.
    if (known.get("DJANGO_ENV") or known.get("NODE_ENV")) in ("demo", "test", "development"):
        return
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not known.get(name):
            raise RunError(f"Set {name}: production does not start servers of its own.")


def web_port(directory: Directory) -> int:
    """PORT where the user set it, else the port of the last start, else 3000, else any free one."""
    asked = os.environ.get("PORT", "")
    return _asked_port(asked) if asked else ports.choose([*saved_ports(directory, "web"), 3000])


def _asked_port(asked: str) -> int:
    if not asked.isdigit() or not 0 < int(asked) < 65536:
        raise RunError(f"PORT must be a number from 1 to 65535, not {asked!r}.")
    if not ports.is_free(int(asked)):
        raise RunError(f"Port {asked} is taken: stop what uses it, or set another PORT.")
    return int(asked)


def _bridge_env(web: str, bridge: str) -> dict[str, str]:
    return {
        "BRIDGE_ID": "bridge-1",
        "BRIDGE_LISTEN": bridge,
        "BRIDGE_URL": f"http://{bridge}",
        "BRIDGE_ADVERTISE_URL": f"http://{bridge}",
        "BRIDGE_RING_URL": f"{web}/internal/bridge/ring",
    }


def _yclients_sandbox(plan: Plan, directory: Directory) -> None:
    module = [sys.executable, "-m", "marketplace.yclients.sandbox"]
    flags = ["--port", str(plan.ports["yclients_sandbox"]), "--seed", "demo"]
    add(
        plan,
        "yclients_sandbox",
        [*module, *flags, "--state", str(directory.folder("yclients"))],
        announces=True,
    )


def _whatsapp_sandbox(plan: Plan, directory: Directory) -> None:
    flags = ["--port", str(plan.ports["whatsapp_sandbox"])]
    flags += ["--state", str(directory.folder("whatsapp"))]
    add(plan, "whatsapp_sandbox", [*node_program("sandbox/main.js"), *flags], announces=True)


def _application(plan: Plan, directory: Directory, *, beat_apart: bool = False) -> None:
    """Migrations, then web, worker with beat and bridge: the same in the demo and in `make run`."""
    one_shot(plan, "migrate", "migrate", "--noinput", needs=("postgres",))
    port = plan.ports["web"]
    # Static files are served from where they lie (WhiteNoise).
    quiet = ["-W", "ignore:No directory at"]
    add(
        plan,
        "web",
        [sys.executable, *quiet, "-m", "aiadmin.web", "-b", LOOPBACK, "-p", str(port)],
        needs=("migrate", "valkey"),
        answers=lambda: probes.speaks_http(port),
    )
    schedule = ["-s", str(directory.home / "celerybeat-schedule")]
    # Root is what a container or a fresh machine has; no pickle is accepted in any case.
    quiet = ["-W", "ignore:You're running the worker"]
    celery = [sys.executable, *quiet, "-m", "celery", "-q", "-A", "aiadmin"]
    threads = ["-c", "8"]
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "warning"]
    redis_url = plan.env["REDIS_URL"]

    def forget() -> None:
        # It holds only when each short interval last ran, and a kill can leave it unreadable.
        _remove_all(directory.home.glob("celerybeat-schedule*"))

    inside = [] if beat_apart else ["-B", *schedule]
    add(
        plan,
        "worker",
        [*celery, "worker", *threads, *inside, "-Q", _QUEUES, *lean],
        needs=("migrate", "valkey", "yclients_sandbox"),
        answers=lambda: probes.worker_listens(redis_url),
        prepare=None if beat_apart else forget,
    )
    if beat_apart:
        beat = [*celery, "beat", *schedule, "-l", "warning"]
        add(plan, "beat", beat, needs=("migrate", "valkey"), prepare=forget)
    add(
        plan,
        "bridge",
        node_program("src/main.js"),
        needs=("migrate", "whatsapp_sandbox"),
        announces=True,
    )


def one_shot(plan: Plan, name: str, *command: str, needs: tuple[str, ...]) -> None:
    argv = [sys.executable, "manage.py", *command]
    add(plan, name, argv, needs=needs, one_shot=True)


def add(
    plan: Plan,
    name: str,
    argv: list[str],
    *,
    needs: tuple[str, ...] = (),
    announces: bool = False,
    one_shot: bool = False,
    answers: Callable[[], bool] | None = None,
    prepare: Callable[[], None] | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """A program of ours; `env`: beside what all of the plan get. Needs that are not planned are left out."""
    spec = Spec(
        name=name,
        argv=tuple(argv),
        env=plan.environment() | dict(env or {}),
        cwd=ROOT,
        needs=tuple(need for need in needs if need in plan.names()),
        announces=announces,
        one_shot=one_shot,
        answers=answers,
        prepare=prepare,
    )
    plan.specs.append(spec)


def node_program(script: str) -> list[str]:
    node = nodejs.find(Path(sys.prefix))
    if node is None:
        raise RunError(
            f"Node.js {nodejs.MINIMUM} or newer is needed: run `make demo`, it brings one along."
        )
    program = ROOT / "whatsapp" / "bridge" / "dist" / script
    if not program.exists():
        raise RunError("The bridge is not built: run `make demo` or `make run`.")
    return [str(node.node), str(program)]


def _remove_all(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
