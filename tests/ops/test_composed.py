"""One machine and many: what each program is told once Compose has laid the files together."""

import re
from typing import Any

import pytest
import yaml

from tests.ops.composed import DOCKER, Unset, composed
from tests.tree import ROOT

SET = {
    "POSTGRES_PASSWORD": "p",
    "POSTGRES_APP_PASSWORD": "app",
    "POSTGRES_BRIDGE_PASSWORD": "bridge",
    "REDIS_PASSWORD": "r",
    "DATABASE_URL": "postgresql://aiadmin:x@db.example.test:6543/aiadmin",
    "BRIDGE_DATABASE_URL": "postgresql://aiadmin_bridge:x@db.example.test:6543/aiadmin",
    "REDIS_URL": "redis://cache.example.test:6379/0",
    "AIADMIN_VERSION": "1.3",
}
ONE = ("compose.yml",)
MANY = ("compose.yml", "compose.many.yml")
# Their `depends_on` is a list of names: no conditions.
_LISTS = {"nginx"}


def _environment(service: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = service.get("environment") or {}
    return found


def test_many_machines_reach_the_outside_servers_and_no_others() -> None:
    services = composed(*MANY, values=SET)

    assert not {"postgres", "redis"} & services.keys()
    for name, each in services.items():
        told = _environment(each)
        for variable in {"DATABASE_URL", "BRIDGE_DATABASE_URL", "REDIS_URL"} & told.keys():
            assert told[variable] == SET[variable], name
        assert not re.search(r"[@/](postgres|redis):\d", str(told)), name
        # A server that is not started here is waited for by nobody.
        for other, how in (each.get("depends_on") or {}).items() if name not in _LISTS else ():
            assert other in services or how["required"] is False, name


def test_one_machine_asks_its_own_servers_whatever_the_example_says() -> None:
    services = composed(*ONE, values=SET)

    for name in ("migrate", "web-1", "web-2", "worker", "beat"):
        told = _environment(services[name])
        assert told["REDIS_URL"] == "redis://redis:6379/0", name
        assert told["DATABASE_URL"] == "postgresql://aiadmin:app@postgres:5432/aiadmin", name


def test_many_machines_have_more_of_all_but_beat() -> None:
    services = composed(*MANY, values=SET)
    bridges = {name: _environment(each) for name, each in services.items() if "bridge" in name}

    assert services["worker"]["deploy"]["replicas"] == 3
    assert sorted(bridges) == ["bridge-1", "bridge-2", "bridge-3", "bridge-4"]
    for name, told in bridges.items():
        assert (told["BRIDGE_ID"], told["BRIDGE_ADVERTISE_URL"]) == (name, f"http://{name}:3001")
    assert "deploy" not in services["beat"]
    assert {each["image"] for name, each in services.items() if "bridge" in name} == {
        "aiadmin-bridge:1.3"
    }


@pytest.mark.parametrize("files", [ONE, MANY])
def test_every_address_inside_names_a_program_that_runs(files: tuple[str, ...]) -> None:
    services = composed(*files, values=SET)

    named = {
        host
        for each in services.values()
        for value in _environment(each).values()
        for host in re.findall(r"(?://|@)([a-z0-9-]+):\d", str(value))
    }

    assert {"bridge-1", "web-1"} <= named
    assert named <= services.keys()


@pytest.mark.parametrize(
    ("files", "name"),
    [
        *((ONE, name) for name in SET if "PASSWORD" in name),
        (MANY, "DATABASE_URL"),
        (MANY, "REDIS_URL"),
    ],
)
def test_a_value_that_is_missing_stops_the_start(files: tuple[str, ...], name: str) -> None:
    with pytest.raises(Unset, match=name):
        composed(*files, values={**SET, name: ""})


def test_every_value_that_is_handed_on_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", example, re.MULTILINE))
    handed = {
        variable
        for part in yaml.safe_load((DOCKER / "compose.yml").read_text("utf-8"))["services"].values()
        for variable, value in _environment(part).items()
        if value is None
    }

    assert len(handed) > 30
    assert handed <= known
