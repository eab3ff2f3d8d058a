"""`manage.py chat --company N`: talk to a salon's assistant in the terminal, as its clients do."""

import json
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core import clock, phones
from aiadmin.core.commands import ExampleCommand
from marketplace.models import Company
from whatsapp.assistant.engine import run_turn
from whatsapp.assistant.habits import habits_of
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Incoming
from whatsapp.services import dialogue, llm, memory
from whatsapp.services.dry_run import DryRunTools
from whatsapp.services.salon_view import salon_view
from whatsapp.services.tools import JournalTools

# Nobody's: Russia gives out no numbers of this range.
_NOBODY = "+70000000000"
# What a frame is about is told first.
_FIRST = ("intent", "topic", "services", "staff", "day", "time")
_SILENT = ("words", "unread", "service_words", "said")


class Command(ExampleCommand):
    help = (
        "Talk to a salon's assistant: frame, action and reply. What it books stands in the journal."
    )
    examples = (
        "manage.py chat --company 15 --dry-run",
        "manage.py chat --company 15 --phone +79001234567",
        "manage.py chat --company 15 --dry-run --json < messages.txt",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--company", type=int, required=True, help="Company id (see `companies`)"
        )
        parser.add_argument("--phone", default=_NOBODY, help="The client's number")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Write nothing, neither to YCLIENTS nor to the database; YCLIENTS is only read",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        company = Company.objects.filter(pk=options["company"]).first()
        if company is None:
            raise CommandError(f"There is no company {options['company']}.")
        if company.catalog_synced_at is None:
            raise CommandError("Its catalogue is not read yet: run `manage.py sync_company` first.")
        try:
            phone = phones.normalize(options["phone"])
        except ValueError as error:
            raise CommandError("--phone must be a number like +79001234567.") from error
        mode = "nothing is written" if options["dry_run"] else "bookings are REAL"
        if not options["json"]:
            self.stdout.write(f"{company}: {mode}. An empty line ends the talk.")
        self._talk(company, phone, dry=options["dry_run"], as_json=options["json"])

    def _talk(self, company: Company, phone: str, *, dry: bool, as_json: bool) -> None:
        state = DialogueState()
        talk = f"chat-{secrets.token_hex(6)}"
        turn = 0
        while text := self._read(prompt="" if as_json else "> "):
            now, key = clock.now(), f"{talk}:{turn}"
            came = memory.came(company, phone, now)
            tools = (
                DryRunTools(company, phone, key, reread=False)
                if dry
                else JournalTools(company, phone, key)
            )
            # Of a rehearsal not even the model's cost is kept.
            advice = llm.Advice.of(company, tools.deadline, counted=not dry)
            result = run_turn(
                [Incoming(text=text, at=now)],
                salon=salon_view(company),
                state=state,
                tools=tools,
                now=now,
                last_visit=next(iter(came), None),
                adviser=advice.adviser,
                habits=habits_of(came),
            )
            state, turn = result.state, turn + 1
            model = advice.story().get("model")
            if as_json:
                self._show_json(result, model)
            else:
                self._show(result, model)

    def _read(self, *, prompt: str) -> str:
        try:
            return input(prompt).strip()
        except EOFError:
            return ""

    def _show_json(self, result: TurnResult, model: dict[str, Any] | None) -> None:
        """One value a turn, on a line."""
        replies = [{"text": reply.text, "reaction": reply.reaction} for reply in result.replies]
        topic = result.handoff.topic if result.handoff is not None else None
        told = {**dialogue.story(result), "model": model, "handoff": topic, "replies": replies}
        self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))

    def _show(self, result: TurnResult, model: dict[str, Any] | None) -> None:
        story = dialogue.story(result)
        for frame in story["frames"]:
            names = [*_FIRST, *(name for name in frame if name not in (*_FIRST, *_SILENT))]
            self._line(
                "frame", [f"{name}={_value(frame[name])}" for name in names if name in frame]
            )
        if model is not None:
            self._line("model", [f"{name}={_value(value)}" for name, value in model.items()])
        done = [f"{item['asked']} → {item['outcome']}" for item in story["writes"]]
        self._line("action", [*story["decisions"], *done, *story["actions"]])
        if result.handoff is not None:
            self.stdout.write(self.style.WARNING(f"  person  {result.handoff.topic}"))
        if result.kept is not None:
            self.stdout.write(self.style.WARNING("  kept    for later; here nobody tries it again"))
        for reply in result.replies:
            self.stdout.write(reply.text or f"[{reply.reaction}]")

    def _line(self, name: str, parts: list[str]) -> None:
        if parts:
            self.stdout.write(self.style.NOTICE(f"  {name:7} {', '.join(parts)}"))


def _value(value: Any) -> str:
    """Text and numbers as they are, the rest as JSON without what is empty."""
    if isinstance(value, dict):
        value = {key: item for key, item in value.items() if item not in (None, [], False, "")}
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
