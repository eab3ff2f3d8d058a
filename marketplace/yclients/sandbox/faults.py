"""Faults on demand: what the control API asked to go wrong, for which calls and how often.

HTTP modes: `status` (an error answer), `html` (a page, with `status` 200 or another), `delay`
(seconds before the call is carried out), `trickle` (the answer comes in ten pieces, seconds
apart), `drop_before` (cut, nothing done), `drop_after` (done, then
cut). `when: "after"` lets `status`, `html` and `delay` happen after the call was carried out. Webhook
modes: `webhook_lost`, `webhook_duplicate`, `webhook_reorder`. Kept in memory: a restart heals all.
"""

import re
from dataclasses import dataclass
from typing import Any

HTTP_MODES = {"status", "html", "delay", "trickle", "drop_before", "drop_after"}
WEBHOOK_MODES = {"webhook_lost", "webhook_duplicate", "webhook_reorder"}


@dataclass
class Fault:
    """`times`: how often it still strikes; None: until it is removed. `salon_id` 0: any salon."""

    id: int
    mode: str
    path: re.Pattern[str]
    method: str
    salon_id: int
    status: int
    seconds: float
    times: int | None
    after: bool
    message: str
    hits: int = 0

    def strike(self) -> "Fault":
        self.hits += 1
        if self.times is not None:
            self.times -= 1
        return self

    @property
    def spent(self) -> bool:
        return self.times is not None and self.times <= 0

    def summary(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "mode": self.mode,
            "path_regex": self.path.pattern,
            "times": self.times,
            "hits": self.hits,
        }


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._last_id = 0

    def add(self, spec: dict[str, Any]) -> Fault:
        """Raises ValueError with a sentence when the specification makes no sense."""
        mode = spec.get("mode")
        if mode not in HTTP_MODES | WEBHOOK_MODES:
            raise ValueError(f"mode must be one of {sorted(HTTP_MODES | WEBHOOK_MODES)}")
        try:
            path = re.compile(str(spec.get("path_regex", "")))
            times = None if spec.get("times") is None else int(spec["times"])
            status = int(spec.get("status", 200 if mode == "html" else 500))
            seconds = float(spec.get("seconds", 1))
            salon_id = int(spec.get("salon_id", 0))
        except (re.error, TypeError, ValueError) as error:
            raise ValueError(f"bad fault: {error}") from error
        self._last_id += 1
        fault = Fault(
            id=self._last_id,
            mode=str(mode),
            path=path,
            method=str(spec.get("method") or "").upper(),
            salon_id=salon_id,
            status=status,
            seconds=seconds,
            times=times,
            after=spec.get("when") == "after" or mode == "drop_after",
            message=str(spec.get("message") or "Внутренняя ошибка"),
        )
        self._faults.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        self._faults = [one for one in self._faults if fault_id and one.id != fault_id]

    def list(self) -> list[dict[str, Any]]:
        return [fault.summary() for fault in self._faults]

    def for_call(self, method: str, path: str, body: bytes) -> Fault | None:
        """The first fault that fits this HTTP call; using it up counts."""
        for fault in self._faults:
            if fault.mode not in HTTP_MODES or fault.spent:
                continue
            if fault.method not in ("", method) or not fault.path.search(path):
                continue
            if fault.salon_id and not _about(fault.salon_id, path, body):
                continue
            return fault.strike()
        return None

    def for_webhook(self, salon_id: int, mode: str) -> bool:
        for fault in self._faults:
            if fault.mode == mode and not fault.spent and fault.salon_id in (0, salon_id):
                fault.strike()
                return True
        return False


def _about(salon_id: int, path: str, body: bytes) -> bool:
    """Whether the call concerns the salon: its id in the path, or `salon_id` in the JSON body."""
    if re.search(rf"/{salon_id}(/|$)", path):
        return True
    return re.search(rb'"salon_id"\s*:\s*"?%d\b' % salon_id, body) is not None
