"""What PostgreSQL does for a statement: buffers it touched, and tables it read from end to end."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

_READ_ALL = {"Seq Scan", "Parallel Seq Scan"}


class Count:
    """`with connection.execute_wrapper(count):` counts statements."""

    count = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


class Watch:
    """`with connection.execute_wrapper(watch):` counts statements and explains each of ours.

    `whole` has "table: statement" of each that reads a growing table without a condition on an index;
    a partial index is a condition by itself. `buffers` are 8 kB pages of what was read.
    """

    def __init__(self, growing: frozenset[str], *, forbid_scans: bool) -> None:
        """`forbid_scans`: a small table is planned like a large one."""
        self.count, self.buffers = 0, 0
        self.whole: list[str] = []
        self._growing, self._forbid = growing, forbid_scans
        self._explaining = False
        self._partial: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        if self._explaining or not sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            return execute(sql, params, *rest)
        self.count += 1
        self._explaining = True
        try:
            self._explain(sql, params)
        finally:
            self._explaining = False
        return execute(sql, params, *rest)

    def _explain(self, sql: str, params: Any) -> None:
        reads = sql.lstrip().upper().startswith("SELECT") and "FOR UPDATE" not in sql
        options = "ANALYZE, BUFFERS, TIMING OFF" if reads else "BUFFERS OFF"
        with connection.cursor() as cursor:
            if not self._partial:
                cursor.execute(
                    "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"
                )
                self._partial = {name.rpartition(".")[2] for (name,) in cursor.fetchall()}
            if self._forbid:
                cursor.execute("SET enable_seqscan = off")
            cursor.execute(f"EXPLAIN ({options}, FORMAT JSON) {sql}", params)
            found = cursor.fetchone()[0]
            if self._forbid:
                cursor.execute("RESET enable_seqscan")
        top = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
        self.buffers += top.get("Shared Hit Blocks", 0) + top.get("Shared Read Blocks", 0)
        for node in _nodes(top):
            table = node.get("Relation Name")
            if table in self._growing and self._reads_all(node):
                self.whole.append(f"{table}: {sql}")

    def _reads_all(self, node: dict[str, Any]) -> bool:
        kind = node["Node Type"]
        if kind in _READ_ALL:
            return True
        by_index = kind in {"Index Scan", "Index Only Scan"}
        return by_index and "Index Cond" not in node and node["Index Name"] not in self._partial


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
