"""A plan: what to run, at which addresses, with which environment; PostgreSQL and Redis come first."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiadmin.run import binaries, ports
from aiadmin.run.directory import Directory
from aiadmin.run.postgres import BRIDGE, Postgres
from aiadmin.run.services import Server
from aiadmin.run.unit import Spec
from aiadmin.run.valkey import Valkey

# Said at every start and stop of the servers, and of no use to who watches the console.
_CHATTER = (
    *(" LOG: ", "the database system is ", "Consistent recovery state"),
    *("overcommit", "bye bye", "SIGTERM"),
)


@dataclass
class Plan:
    """What to run: programs, the addresses for state.json, and our part of their environment."""

    specs: list[Spec] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def pick_port(self, name: str, *preferred: int) -> int:
        """The first preferred port (of the last start) that is free, else another."""
        port = ports.choose(preferred, taken=self.ports.values())
        self.ports[name] = port
        return port

    def names(self) -> set[str]:
        return {spec.name for spec in self.specs}

    def environment(self) -> dict[str, str]:
        """What a program gets: ours over the caller's."""
        inherited = dict(os.environ)
        # A proxy of the user's is for the world outside, not for our own addresses.
        for name in ("NO_PROXY", "no_proxy"):
            inherited[name] = ",".join(
                filter(None, [inherited.get(name), "127.0.0.1", "localhost"])
            )
        return inherited | {"PYTHONUNBUFFERED": "1"} | self.env


def saved_ports(directory: Directory, name: str) -> list[int]:
    """The port of the last start, if there was one."""
    port = directory.state.get("ports", {}).get(name)
    return [port] if isinstance(port, int) else []


def add_servers(
    plan: Plan, directory: Directory, *, outside: Mapping[str, str], durable: bool
) -> None:
    """The PostgreSQL and Redis that `outside` names, else ours."""
    database, redis_url = outside.get("DATABASE_URL", ""), outside.get("REDIS_URL", "")
    bridge = outside.get("BRIDGE_DATABASE_URL") or database
    if not database:
        postgres = Postgres(
            base=directory.data,
            port=plan.pick_port("postgres", *saved_ports(directory, "postgres")),
            passwords=directory.passwords(),
            bin=binaries.postgres_bin(directory.account),
            major=binaries.POSTGRES_MAJOR,
            account=directory.account,
            durable=durable,
        )
        postgres.prepare()  # now: what is wrong with the data is told before anything starts
        database, bridge = postgres.url(), postgres.url(BRIDGE)
        plan.specs.append(_server(directory, postgres))
    if not redis_url:
        valkey = Valkey(
            base=directory.data,
            port=plan.pick_port("valkey", *saved_ports(directory, "valkey")),
            password=directory.secrets()["redis"],
            program=binaries.valkey_server(directory.account),
            account=directory.account,
        )
        redis_url = valkey.url
        plan.specs.append(_server(directory, valkey))
    plan.addresses |= {"database": database, "redis": redis_url}
    plan.env |= {
        "DATABASE_URL": database,
        "BRIDGE_DATABASE_URL": bridge,
        "REDIS_URL": redis_url,
    }


def _server(directory: Directory, server: Server) -> Spec:
    return Spec(
        name=server.name,
        argv=tuple(server.argv),
        env=server.env,
        cwd=directory.data,
        answers=server.answers,
        prepare=server.prepare,
        stop_signal=server.stop,
        on_death=server.on_death,
        account=server.account,
        unshown=_CHATTER,
    )
