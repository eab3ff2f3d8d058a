"""`manage.py chat --company N`: talk to a salon's assistant in the terminal, as its clients do."""

import json
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core import clock, phones
from aiadmin.core.commands import ExampleCommand
from marketplace.models import Company
from whatsapp.assistant.engine import TurnResult, run_turn
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Incoming
from whatsapp.services import dialogue
from whatsapp.services.salon_view import salon_view
from whatsapp.services.tools import DryRunTools, JournalTools

# Nobody's: Russia gives out no numbers of this range.
_NOBODY = "+70000000000"


class Command(ExampleCommand):
    help = "Talk to a salon's assistant; what it books stands in the journal (unless --dry-run)"
    examples = ("manage.py chat --company 15 --dry-run --frames",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--company", type=int, required=True, help="Company id (see `companies`)"
        )
        parser.add_argument("--phone", default=_NOBODY, help="The client's number")
        parser.add_argument("--dry-run", action="store_true", help="Write nothing to the journal")
        parser.add_argument("--frames", action="store_true", help="Show what was understood")

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
        self.stdout.write(f"{company}: {mode}. An empty line ends the talk.")
        self._talk(company, phone, dry=options["dry_run"], frames=options["frames"])

    def _talk(self, company: Company, phone: str, *, dry: bool, frames: bool) -> None:
        make = DryRunTools if dry else JournalTools
        state = DialogueState()
        talk = f"chat-{secrets.token_hex(6)}"
        turn = 0
        while text := self._read():
            now = clock.now()
            result = run_turn(
                [Incoming(text=text, at=now)],
                salon=salon_view(company),
                state=state,
                tools=make(company, phone, f"{talk}:{turn}"),
                now=now,
                last_visit=dialogue.last_visit(company, phone, now),
            )
            state, turn = result.state, turn + 1
            self._show(result, frames=frames)

    def _read(self) -> str:
        try:
            return input("> ").strip()
        except EOFError:
            return ""

    def _show(self, result: TurnResult, *, frames: bool) -> None:
        for reply in result.replies:
            self.stdout.write(reply.text or f"[{reply.reaction}]")
        if result.handoff is not None:
            self.stdout.write(self.style.WARNING(f"[a person is needed: {result.handoff.topic}]"))
        if frames:
            self.stdout.write(json.dumps(dialogue.story(result), ensure_ascii=False, indent=1))
