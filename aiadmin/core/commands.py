"""What our manage.py commands share: an example under --help, tables that a person reads, a progress bar."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandParser,
    DjangoHelpFormatter,
    OutputWrapper,
)

_TITLE = "Examples:"
_BAR = 24


class _Formatter(DjangoHelpFormatter):
    """Keeps the lines of the examples; all other text is wrapped as usual."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(_TITLE) else super()._fill_text(text, width, indent)


class ExampleCommand(BaseCommand):
    """`examples` stand at the end of --help, ready to be copied."""

    examples: Sequence[str] = ()
    # False: its output is for programs anyhow, or it has none.
    has_json = True

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        shown = "\n".join(f"  {example}" for example in self.examples)
        parser = super().create_parser(
            prog_name,
            subcommand,
            epilog=f"{_TITLE}\n{shown}",
            formatter_class=_Formatter,
            **kwargs,
        )
        if self.has_json:
            parser.add_argument("--json", action="store_true", help="one JSON value, for scripts")
        return parser

    def tell(self, options: Mapping[str, Any], found: object, lines: Iterable[str]) -> None:
        """`found` as JSON for scripts, `lines` for people."""
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, default=str))
            return
        for line in lines:
            self.stdout.write(line)

    def progress(self, options: Mapping[str, Any]) -> "Progress":
        return Progress(None if options["json"] else self.stdout)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines of columns that are as wide as their widest cell."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


class Progress:
    """Long work on a terminal as a bar that moves, elsewhere as lines, each said once. `out` None: silent."""

    def __init__(self, out: OutputWrapper | None) -> None:
        self._out = out
        self._said = ""

    def show(self, done: int, total: int, what: str) -> None:
        told = f"{what} ({done} of {total})"
        if self._out is None or told == self._said:
            return
        self._said = told
        if self._out.isatty():
            filled = _BAR * done // total if total else 0
            bar = "█" * filled + "·" * (_BAR - filled)
            self._out.write(f"\r\x1b[K{bar} {told}", ending="")
        else:
            self._out.write(told)

    def end(self) -> None:
        """Leaves the bar's line, when there is one."""
        if self._out is not None and self._said and self._out.isatty():
            self._out.write("")
