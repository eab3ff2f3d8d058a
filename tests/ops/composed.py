"""Compose files as Compose lays them over each other: extends, overrides, values from the environment.

Of its rules those that docker/ uses: mappings are merged, everything else is replaced; `${NAME:-default}` and
`${NAME:?why}`. Docker Compose itself (2.26, Debian's) gives the same services and values.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

import yaml

from tests.tree import ROOT

DOCKER = ROOT / "docker"
_VALUE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")


class Unset(Exception):
    """A value that must be set and is not."""


def composed(*names: str, values: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Services that start, by name. Raises Unset."""
    merged: dict[str, dict[str, Any]] = {}
    for name in names:
        for service, told in yaml.safe_load((DOCKER / name).read_text("utf-8"))["services"].items():
            told = dict(told)
            base = merged.get(service, {})
            if extends := told.pop("extends", None):
                base = _service(extends["file"], extends["service"])
            merged[service] = _over(base, told)
    started = {
        name: each for name, each in merged.items() if "never" not in each.get("profiles", ())
    }
    return {name: _filled(each, values) for name, each in started.items()}


def _service(file: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DOCKER / file).read_text("utf-8"))["services"][name]
    return found


def _over(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        both = {name: _over(below[name], above[name]) for name in below.keys() & above.keys()}
        return copy.deepcopy(below) | above | both
    return above


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            # An environment's empty value is handed on, when there is one.
            name: values.get(name) if each is None else _filled(each, values)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    return _VALUE.sub(lambda found: _one(found, values), value) if isinstance(value, str) else value


def _one(found: re.Match[str], values: Mapping[str, str]) -> str:
    name, kind, rest = found.groups()
    value = values.get(name, "")
    if not value and kind == "?":
        raise Unset(name)
    return value or (rest if kind == "-" else "")
