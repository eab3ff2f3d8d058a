"""docker/: compose against its schema, rules for images, units, alerts, the dashboard. No engine needed."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from aiadmin.core import counters
from aiadmin.metrics import PREFIX
from aiadmin.run import deployed
from tests.tree import ROOT

DOCKER = ROOT / "docker"
# github.com/compose-spec/compose-spec 170098b, schema/compose-spec.json, Apache-2.0.
SCHEMA = json.loads((Path(__file__).parent / "data" / "compose-spec.json").read_text("utf-8"))
COMPOSE = ("compose.yml", "compose.many.yml")
IMAGES = ("web.Dockerfile", "bridge.Dockerfile")
OURS = {"migrate", "web-1", "web-2", "worker", "beat", "bridge-1", "bridge-2"}

PROMTOOL = shutil.which("promtool")
REQUIRED = os.environ.get("REQUIRE_PROMTOOL", "") not in ("", "0")
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None and not REQUIRED, reason="promtool: apt install prometheus"
)


def compose(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCKER / name).read_text("utf-8"))
    return loaded


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose("compose.yml")["services"]
    return found


# --- Compose -------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", COMPOSE)
def test_compose_is_valid_by_its_own_schema(name: str) -> None:
    found = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(compose(name)))

    assert [f"{list(error.path)}: {error.message[:200]}" for error in found] == []


def test_the_schema_does_find_a_mistake() -> None:
    wrong = compose("compose.yml")
    wrong["services"]["worker"]["helthcheck"] = {}

    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(wrong)


def test_compose_starts_the_whole_product() -> None:
    assert set(services()) == OURS | {"postgres", "redis", "nginx"}


@pytest.mark.parametrize("name", [*sorted(OURS - {"migrate"}), "postgres", "redis", "nginx"])
def test_each_program_comes_back_and_its_log_is_bounded(name: str) -> None:
    service = services()[name]

    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_programs_may_do_little(name: str) -> None:
    service = services()[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in service, "nginx alone is seen from outside"


def test_the_keys_of_whatsapp_are_the_bridges_alone() -> None:
    holders = {
        name for name, each in services().items() if "AUTH_STATE_KEY" in each.get("environment", {})
    }

    assert holders == {"bridge-1", "bridge-2"}
    bridge = services()["bridge-1"]["environment"]
    assert {"SECRET_KEY", "DATABASE_URL", "ADMIN_API_KEY"} & bridge.keys() == set()


def test_every_bridge_has_a_name_of_its_own() -> None:
    many = {**services(), **compose("compose.many.yml")["services"]}
    names = [
        (each.get("environment") or {}).get("BRIDGE_ID")
        or services().get(name, {}).get("environment", {}).get("BRIDGE_ID")
        for name, each in many.items()
        if name.startswith("bridge-")
    ]

    assert sorted(names) == ["bridge-1", "bridge-2", "bridge-3", "bridge-4"]


def test_every_setting_reaches_the_application() -> None:
    """A variable that .env.example tells of and compose forgets would silently do nothing."""
    text = "".join(
        path.read_text("utf-8")
        for part in ("aiadmin", "marketplace", "whatsapp")
        for path in (ROOT / part).rglob("*.py")
        if not {"run", "demo", "sandbox", "node_modules"} & set(path.parts)
    )
    read = set(re.findall(r"\benv\.\w+\(\s*\"(\w+)\"", text))
    for_others = {"YCLIENTS_SANDBOX_URL", "WHATSAPP_SANDBOX_URL", "MARKETPLACE_OPEN_REGISTRATION"}
    # A container's own: its port, its disk, the demo's clock; what production refuses.
    for_others |= {"NODE_ENV", "PORT", "WHATSAPP_SESSIONS_PATH", "WHATSAPP_SOCKET_URL"}
    for_others |= {"YCLIENTS_BUDGET", "CLOCK_OFFSET_FILE"}

    assert read - services()["web-1"]["environment"].keys() == for_others


def test_redis_keeps_what_it_has_and_wants_a_password() -> None:
    command = services()["redis"]["command"][-1]

    assert "appendonly yes" in command
    assert "requirepass" in command
    assert "maxmemory-policy noeviction" in command


# --- Images --------------------------------------------------------------------------------------
@pytest.fixture(params=IMAGES)
def image(request: pytest.FixtureRequest) -> list[list[str]]:
    """The instructions of an image, continued lines joined."""
    text = (DOCKER / request.param).read_text("utf-8").replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines()]
    return [line for line in lines if line and not line[0].startswith("#")]


def test_an_image_is_built_in_two_steps_from_named_versions(image: list[list[str]]) -> None:
    bases = [line[1] for line in image if line[0] == "FROM"]

    assert len(bases) == 2
    assert all(re.fullmatch(r"(python|node):\d[\w.]*-[\w-]*slim[\w-]*", base) for base in bases)


def test_an_image_ends_as_nobody_in_particular(image: list[list[str]]) -> None:
    users = [line[1] for line in image if line[0] == "USER"]
    steps = [line[0] for line in image]

    assert users, "it would run as root"
    assert users[-1].isdigit(), "a name cannot be checked by runAsNonRoot"
    assert int(users[-1]) >= 10000
    assert set(steps[steps.index("USER") :]) <= {"USER", "EXPOSE", "HEALTHCHECK", "CMD"}


def test_an_image_brings_its_health_check_and_a_plain_command(image: list[list[str]]) -> None:
    steps = {line[0]: " ".join(line) for line in image}

    assert "CMD [" in steps["HEALTHCHECK"]
    # The exec form: signals reach the program, not a shell.
    assert steps["CMD"].startswith("CMD [")


def test_no_image_is_given_a_secret_or_everything(image: list[list[str]]) -> None:
    for line in image:
        text = " ".join(line)
        assert not (line[0] in {"ARG", "ENV"} and re.search("KEY|SECRET|TOKEN|PASSWORD", text))
        assert not (line[0] in {"COPY", "ADD"} and line[1] in {".", "./"}), text
        assert line[0] != "ADD"


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_starts_from_nothing_and_leaves_the_stand_ins_out(name: str) -> None:
    lines = (DOCKER / f"{name}.dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "**"
    assert "!.env" not in rules
    left_out = {
        "web.Dockerfile": "marketplace/yclients/sandbox",
        "bridge.Dockerfile": "whatsapp/bridge/sandbox",
    }
    assert left_out[name] in rules
    for path in (rule.removeprefix("!") for rule in rules[1:] if "*" not in rule):
        made = path.endswith(("node_modules", "dist", "dist.new"))
        assert made or (ROOT / path).exists(), f"{path} is gone: the rule protects nothing"


# --- Units ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("unit", sorted((DOCKER / "systemd").iterdir()), ids=lambda path: path.name)
def test_units_run_programs_that_exist_with_few_rights(unit: Path) -> None:
    text = unit.read_text("utf-8")
    if unit.suffix != ".service":
        assert "[Install]" in text
        return

    assert "NoNewPrivileges=yes" in text
    assert "ProtectSystem=strict" in text
    assert re.search(r"^User=aiadmin", text, re.MULTILINE)
    if "oneshot" not in text:
        assert "Restart=always" in text


@pytest.mark.parametrize(
    ("unit", "service", "own"),
    [
        ("aiadmin-web@", "web-1", {"0.0.0.0": "127.0.0.1", "3000": "%i"}),
        ("aiadmin-worker@", "worker", {"worker": "worker -n worker-%i@%H"}),
        ("aiadmin-beat", "beat", {}),
        ("aiadmin-bridge@", "bridge-1", {}),
        ("aiadmin-migrate", "migrate", {}),
    ],
)
def test_a_unit_runs_what_compose_runs(unit: str, service: str, own: dict[str, str]) -> None:
    text = (DOCKER / "systemd" / f"{unit}.service").read_text("utf-8")
    (started,) = re.findall(r"(?m)^ExecStart=(.*)$", text)
    program, _, words = started.partition(" ")

    expected = [own.get(word, word) for word in deployed.command(service)]
    assert [program.rpartition("/")[2], *words.split()] == " ".join(expected).split()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_itself_reads_the_units(tmp_path: Path) -> None:
    for unit in (DOCKER / "systemd").iterdir():
        # Programs and users of the real machine are not here.
        text = re.sub(r"(?m)^(ExecStart(?:Post)?)=.*$", r"\1=/bin/true", unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(re.sub(r"(?m)^User=.*$", "User=root", text), "utf-8")
    units = [str(path) for path in tmp_path.iterdir() if "@" not in path.name]

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )

    ours = [line for line in done.stderr.splitlines() if "aiadmin" in line]
    assert [line for line in ours if "EnvironmentFile" not in line] == []


# --- Prometheus and Grafana ----------------------------------------------------------------------
@needs_promtool
def test_alerts_speak_when_they_should() -> None:
    assert PROMTOOL, "REQUIRE_PROMTOOL is set: apt install prometheus"
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run(
            [PROMTOOL, *command],
            cwd=DOCKER / "prometheus",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_prometheus_reads_its_configuration(tmp_path: Path) -> None:
    assert PROMTOOL, "REQUIRE_PROMTOOL is set: apt install prometheus"
    for name in ("prometheus.yml", "alerts.yml"):
        shutil.copy(DOCKER / "prometheus" / name, tmp_path)
    for token in ("metrics_token", "bridge_token"):
        (tmp_path / token).write_text("x")

    done = subprocess.run(
        [PROMTOOL, "check", "config", str(tmp_path / "prometheus.yml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def _known_figures() -> set[str]:
    source = (ROOT / "aiadmin" / "metrics.py").read_text("utf-8")
    counted = {f"{name}_total" for name in counters.COUNTERS}
    timed = {f"{name}_{part}" for name in counters.TIMES for part in ("bucket", "count", "sum")}
    told = set(re.findall(r'"([a-z_]+)", "[A-Z]', source)) | set(
        re.findall(r'\(\n\s+"([a-z_]+)",\n', source)
    )
    return {
        PREFIX + name
        for name in counted | timed | told | {"up", "last_sweep_age_seconds", "messages_day"}
    }


@pytest.mark.parametrize("name", ["prometheus/alerts.yml", "grafana/aiadmin.json"])
def test_alerts_and_dashboard_know_only_figures_that_are_told(name: str) -> None:
    asked = set(re.findall(r"aiadmin_[a-z_]+", (DOCKER / name).read_text("utf-8")))

    assert len(asked) > 8
    assert sorted(asked - _known_figures()) == []


def test_the_dashboard_shows_the_seeds_five_figures() -> None:
    board = json.loads((DOCKER / "grafana" / "aiadmin.json").read_text("utf-8"))
    titles = " ".join(panel["title"] for panel in board["panels"])

    for shown in ("Connected salons", "sessions by state", "Messages", "API latency", "Rate limit"):
        assert shown in titles
