"""The commands that production runs, read where they stand: docker/compose.yml, else the image's CMD."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT
from aiadmin.run.processes import node_program

_DOCKER = ROOT / "docker"


def command(service: str) -> list[str]:
    """As the container is told; `$$` of compose is no variable in any of them."""
    told = yaml.safe_load((_DOCKER / "compose.yml").read_text("utf-8"))["services"][service]
    if "command" in told:
        return [str(word) for word in told["command"]]
    image = str(told["image"]).removeprefix("aiadmin-").partition(":")[0]
    text = (_DOCKER / f"{image}.Dockerfile").read_text("utf-8")
    words: list[str] = json.loads(re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)[-1])
    return words


def here(service: str, replaced: Mapping[str, str]) -> list[str]:
    """The same command with this machine's programs; RunError where a word to replace is not in it."""
    program, *words = command(service)
    missing = replaced.keys() - set(words)
    if missing:
        raise RunError(f"The command of {service} has no {', '.join(sorted(missing))}.")
    words = [replaced.get(word, word) for word in words]
    if program == "node":
        return [*node_program(words[0].removeprefix("dist/")), *words[1:]]
    if program == "python":
        return [sys.executable, *words]
    return [str(Path(sys.executable).parent / program), *words]
