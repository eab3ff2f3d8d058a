"""`make score`: how well messages are understood. Predictions of a corpus, and its scorer over them."""

import os
import subprocess
import sys
from pathlib import Path

from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT
from aiadmin.run.settings import OFFLINE


def score(corpus: Path, scorer: Path, salon: Path | None) -> int:
    """Writes `.run/predictions.jsonl` and runs `scorer CORPUS PREDICTIONS`; returns its exit code."""
    for name, path in (("CORPUS", corpus), ("SCORER", scorer), ("SALON", salon or corpus)):
        if not path.is_file():
            raise RunError(f"{name}={path} is no file: make score CORPUS=file SCORER=file.")
    predictions = ROOT / ".run" / "predictions.jsonl"
    command = [sys.executable, "manage.py", "understand"]
    if salon is not None:
        command += ["--salon", str(salon.resolve())]
    with corpus.open("rb") as messages, predictions.open("wb") as written:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **OFFLINE},
            stdin=messages,
            stdout=written,
            check=False,
        )
    if done.returncode != 0:
        raise RunError("manage.py understand failed: see above.")
    verdict = subprocess.run([sys.executable, scorer, corpus, predictions], check=False)
    return verdict.returncode
