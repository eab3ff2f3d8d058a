"""What a production image lacks: the stand-in, the demo's routes. It works without them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.test_settings import GOOD
from tests.tree import ROOT

# Asks the product as a proxy would: the demo's door, a page and a health check.
_ASK = """
import django, importlib, json, os, pkgutil
django.setup()
import aiadmin.asgi, aiadmin.celery
for package in ("marketplace", "whatsapp"):
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, package + "."):
        importlib.import_module(found.name)
from django.test import Client
client = Client(headers={"host": "salon.example.test", "x-forwarded-proto": "https"})
paths = ["/demo/", "/demo/hook/yclients", "/healthz", "/marketplace/test"]
print(json.dumps({path: client.get(path, secure=True).status_code for path in paths}))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product as an image holds it: no stand-ins, no demo, no runner."""
    place = tmp_path_factory.mktemp("image")
    for name in ("aiadmin", "marketplace", "whatsapp", "templates", "static"):
        ignored = shutil.ignore_patterns(
            "sandbox",
            "demo",
            "demo_salon.py",
            "yclients_sandbox.py",
            "node_modules",
            "dist",
            "__pycache__",
        )
        shutil.copytree(ROOT / name, place / name, ignore=ignored)
    return place


def test_the_tree_has_no_stand_in(tree: Path) -> None:
    assert not (tree / "marketplace/yclients/sandbox").exists()
    assert (tree / "marketplace/yclients/client.py").exists()


def test_production_serves_without_the_stand_in_and_has_no_demo(tree: Path) -> None:
    database = os.environ["DATABASE_URL"]
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        cwd=tree,
        env={
            "PATH": os.environ["PATH"],
            **GOOD,
            "DATABASE_URL": database,
            "REDIS_URL": os.environ["REDIS_URL"],
            "DJANGO_SETTINGS_MODULE": "aiadmin.settings",
            "PYTHONPATH": str(tree),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    answers = json.loads(done.stdout.splitlines()[-1])
    assert answers == {
        "/demo/": 404,
        "/demo/hook/yclients": 404,
        "/healthz": 200,
        "/marketplace/test": 200,
    }
