"""Finds a Chromium for the browser tests: CHROMIUM, else the usual names and places."""

import os
import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HOW_TO_GET = "install Chromium (Debian: apt install chromium) or set CHROMIUM to its path"


def find() -> str | None:
    """The browser's program; None where there is none."""
    asked = os.environ.get("CHROMIUM")
    if asked:
        return shutil.which(asked)
    found = (shutil.which(name) for name in _NAMES)
    return next(filter(None, found), None) or next(filter(lambda p: Path(p).exists(), _MAC), None)


def required() -> bool:
    """REQUIRE_BROWSER=1 (CI): absence is a failure, not a skip."""
    return os.environ.get("REQUIRE_BROWSER", "") not in ("", "0")
