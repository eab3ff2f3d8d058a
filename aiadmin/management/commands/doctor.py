"""manage.py doctor: whether everything the product needs is there; --salon: what YCLIENTS allows there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aiadmin import doctor
from marketplace import selectors
from marketplace.services import yclients_probe


class Command(BaseCommand):
    help = (
        "Looks at settings, PostgreSQL, Redis, the bridge and YCLIENTS, or (with --salon or "
        "--company) at what YCLIENTS lets us do in one salon. Reads only. Exit code 1: something "
        "the product needs is missing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--salon", type=int, help="a salon's id in YCLIENTS, ours or not yet")
        which.add_argument("--company", type=int, help="our id of the company")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["salon"] is None and options["company"] is None:
            lines = [check() for check in doctor.CHECKS]
        else:
            lines = self._salon(options["salon"], options["company"])
        for line in lines:
            self.stdout.write(f"{line.mark} {line.name}: {line.text}")
        failed = sum(line.mark is doctor.Mark.FAILED for line in lines)
        if failed:
            raise CommandError(f"Не работает: {failed}.")

    def _salon(self, salon_id: int | None, company_id: int | None) -> list[doctor.Line]:
        if salon_id is None:
            company = selectors.by_id(company_id or 0)
            if company is None:
                raise CommandError("No such company. List them: manage.py companies.")
            salon_id = company.salon_id
        else:
            company = selectors.by_salon(salon_id)
        report = yclients_probe.probe(salon_id, company)
        token = "есть" if report.has_user_token else "нет"
        self.stdout.write(f"Салон {salon_id}, токен пользователя: {token}")
        return list(doctor.salon_lines(report))
