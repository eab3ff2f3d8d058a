"""Pictures for the README: `python -m tests.e2e.screenshots [directory]` (default docs/images).

Starts the whole stack on a throw-away directory, plays the demo once and writes demo-desk.png.
"""

import sys
import tempfile
from pathlib import Path

from aiadmin.run import browser as browsers
from aiadmin.run.paths import ROOT
from aiadmin.run.stack import Stack
from tests.e2e import browser


def take(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as directory,
        Stack.start(Path(directory) / "stack") as stack,
        browser.opened(stack.state["web"]) as desk,
    ):
        desk.link()
        # Loaded anew, the owner's page knows the salon's name.
        desk.page.reload()
        desk.write("Сколько стоит маникюр?")
        desk.reply(1)
        desk.write(browser.BOOKING)
        desk.page.locator(".visit.by-program").wait_for()
        desk.reply(2)
        # Off the buttons, and after the new record's glow.
        desk.page.mouse.move(1, 1)
        desk.page.locator(".visit.fresh").wait_for(state="detached")
        desk.picture(target / "demo-desk.png")


if __name__ == "__main__":
    if browsers.find() is None:
        sys.exit(f"No browser: {browsers.HOW_TO_GET}.")
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
