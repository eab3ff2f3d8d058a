"""docs/configure.md from .env.example: `python -m tests.ops.configure_page` writes it; a test compares."""

import re
from collections.abc import Iterator

from tests.tree import ROOT

PAGE = ROOT / "docs" / "configure.md"
_EXAMPLE = ROOT / ".env.example"


def tables() -> Iterator[str]:
    """The page's lines after its own words: a chapter and a table for each part of the example."""
    said: list[str] = []
    for line in _EXAMPLE.read_text("utf-8").splitlines()[3:]:
        if part := re.match(r"# --- (.*?) -*$", line):
            yield from (
                "",
                f"## {part[1]}",
                "",
                "| variable | default | meaning |",
                "|---|---|---|",
            )
            said = []
        elif found := re.match(r"(#?)([A-Z][A-Z0-9_]*)=(.*)$", line):
            default = f"`{found[3]}`" if found[3] else "" if found[1] else "required"
            yield f"| `{found[2]}` | {default} | {' '.join(said)} |"
            said = []
        elif line.startswith("# "):
            said.append(line[2:])


def made() -> str:
    """The page as it should be: its first words stay, the tables are made anew."""
    head = PAGE.read_text("utf-8").split("\n## ", maxsplit=1)[0].rstrip("\n")
    return "\n".join([head, *tables()]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(made(), "utf-8")
