"""Reads the three ledgers of a salon's clients: WhatsApp sandbox, our database, YCLIENTS sandbox."""

from collections import defaultdict
from typing import Any

from tests.chaos.ledgers import Books, Copy, Row, Shown, Visit
from tests.chaos.talk import MOSCOW, Dialogue
from tests.stack import Product, Salon

_ROWS = """SELECT c.phone, m.wa_id, m.direction, m.status, m.turn_number, m.purpose, m.error
 FROM messages m JOIN conversations c ON c.id = m.conversation_id
 WHERE m.company_id = %s ORDER BY m.id"""
_COPIES = "SELECT client_phone, record_id, start, is_deleted FROM bookings WHERE company_id = %s"
_HANDED = """SELECT phone FROM conversations
 WHERE company_id = %s AND needs_person_since IS NOT NULL"""


def read(salon: Salon, dialogues: list[Dialogue]) -> list[Books]:
    """One set of books a client of the salon, in the order of the dialogues."""
    product = salon.product
    rows, copies = defaultdict(list), defaultdict(list)
    for found in product.rows(_ROWS, salon.company_id):
        rows[_digits(found["phone"])].append(
            Row(
                id=found["wa_id"],
                incoming=found["direction"] == "in",
                status=found["status"],
                turn=found["turn_number"],
                purpose=found["purpose"],
                error=found["error"],
            )
        )
    for found in product.rows(_COPIES, salon.company_id):
        start = found["start"].astimezone(MOSCOW)
        copies[_digits(found["client_phone"])].append(
            Copy(found["record_id"], f"{start:%Y-%m-%d %H:%M}", found["is_deleted"])
        )
    handed = {_digits(found["phone"]) for found in product.rows(_HANDED, salon.company_id)}
    screens = _screens(product, salon)
    visits = _visits(salon)
    return [
        Books(
            name=f"{one.client.name} (company {salon.company_id}, +{one.client.phone})",
            wrote=tuple(one.wrote),
            shown=tuple(screens.get(one.client.phone, ())),
            rows=tuple(rows[one.client.phone]),
            visits=tuple(visits[one.client.phone]),
            copies=tuple(copies[one.client.phone]),
            handed=one.client.phone in handed,
        )
        for one in dialogues
    ]


def _screens(product: Product, salon: Salon) -> dict[str, list[Shown]]:
    found = product.whatsapp.get("/ledger", params={"salon": salon.phone}).raise_for_status()
    return {phone: _screen(items) for phone, items in found.json()["customers"].items()}


def _screen(items: list[dict[str, Any]]) -> list[Shown]:
    shown, written = [], 0
    for item in items:
        if item["direction"] == "out":
            written += 1
        else:
            shown.append(Shown(item["id"], str(item["text"] or ""), written, item["kind"]))
    return shown


def _visits(salon: Salon) -> dict[str, list[Visit]]:
    found = defaultdict(list)
    for record in salon.records(with_deleted="1"):
        if record["created_via"] != "salon" and record["client"]:
            phone = _digits(record["client"]["phone"])
            visit = Visit(record["id"], record["date"][:16], bool(record["deleted"]))
            found[phone].append(visit)
    return found


def _digits(phone: str) -> str:
    return phone.removeprefix("+")
