"""manage.py doctor: whether everything the product needs is there; --salon: what YCLIENTS allows there."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError

from aiadmin import doctor, doctor_salons
from aiadmin.core.commands import ExampleCommand
from marketplace import selectors
from marketplace.services import yclients_probe

Found = tuple[str, doctor.Line]


class Command(ExampleCommand):
    help = (
        "Looks at settings, servers, processes, queues and salons, or (with --salon or --company) at one "
        "salon and what YCLIENTS lets us do there. Reads only. Exit code 1: something the product needs "
        "is missing."
    )
    examples = (
        "manage.py doctor",
        "manage.py doctor --only workers beat",
        "manage.py doctor --company 15 --json",
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--salon", type=int, help="a salon's id in YCLIENTS, ours or not yet")
        which.add_argument("--company", type=int, help="our id of the company")
        which.add_argument(
            "--only", nargs="+", choices=list(doctor.CHECKS), help="these checks alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["salon"] is None and options["company"] is None:
            found = doctor.look(options["only"] or ())
        else:
            found = self._salon(options["salon"], options["company"])
        shown = []
        for name, line in found:
            shown.append((name, line))
            if not options["json"]:
                # As it is found: some checks take seconds.
                self.stdout.write(f"{line.mark} {line.name}: {line.text}")
        if options["json"]:
            self.stdout.write(json.dumps([_row(*each) for each in shown], ensure_ascii=False))
        failed = sum(line.mark is doctor.Mark.FAILED for _, line in shown)
        if failed:
            raise CommandError(f"Не работает: {failed}.")

    def _salon(self, salon_id: int | None, company_id: int | None) -> Iterator[Found]:
        if salon_id is None:
            company = selectors.by_id(company_id or 0)
            if company is None:
                raise CommandError("No such company. List them: manage.py companies.")
            salon_id = company.salon_id
        else:
            company = selectors.by_salon(salon_id)
        if company is not None:
            for line in doctor_salons.company_lines(company):
                yield "company", line
        report = yclients_probe.probe(salon_id, company)
        token = "есть" if report.has_user_token else "нет"
        mark = doctor.Mark.OK if report.has_user_token else doctor.Mark.NOTE
        yield "token", doctor.Line(mark, f"Токен пользователя салона {salon_id}", token)
        for line in doctor_salons.salon_lines(report):
            yield "right", line


def _row(name: str, line: doctor.Line) -> dict[str, str]:
    return {"check": name, "verdict": line.mark.name.lower(), "name": line.name, "text": line.text}
