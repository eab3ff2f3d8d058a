"""Plays a script: the client writes through WhatsApp, and the salon's journal tells what came of it."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.flows.dialogues.scripts import Script, Step
from tests.stack import Client, Product, Salon
from tests.waiting import wait_for

PIPE = "Моделирование бороды | усы"
# A word of success about a visit.
SUCCESS = re.compile(r"\b(записала|перенесла|изменила|отменила)\b", re.IGNORECASE)
# What is never said to a client: marks of machines, and words no administrator uses.
LEAK = re.compile(
    r"\[|\]|\{|\}|\bNone\b|\bnull\b|undefined|object Object|Traceback|промпт|нейросет|API",
    re.IGNORECASE,
)


@dataclass
class Played:
    """What was said to the client in a dialogue, and where it failed, if it did."""

    script: Script
    said: list[str] = field(default_factory=list)
    failure: str = ""

    def __str__(self) -> str:
        return "\n".join([self.failure, "Сказано:", *self.said])


def play(script: Script, salon: Salon) -> Played:
    """Never raises: a failure is the dialogue's own."""
    played = Played(script)
    client = salon.client(script.name)
    try:
        for line in script.given:
            _write_down(salon, client, line)
        _wait_for_copies(salon, client, script)
        for step in script.steps:
            _carry_out(step, client, played)
        _judge(client, played)
    except AssertionError as error:
        played.failure = str(error) or repr(error)
    except Exception as error:  # shown as this dialogue's failure, not as everybody's
        played.failure = repr(error)
    return played


def visits(client: Client) -> list[str]:
    """The client's visits in the journal as scripts write them, soonest first."""
    found = client.salon.records(phone=client.phone)
    return sorted(_line(row) for row in found if not row["attendance"])


def _line(row: dict[str, Any]) -> str:
    titles = " + ".join(item["title"] for item in row["services"])
    return f"{row['date'][:16]} {row['staff']['name']}: {titles}"


def _carry_out(step: Step, client: Client, played: Played) -> None:
    if step.person:
        played.said.append(f"  (сотрудник) {step.person}")
        _by_hand(step.person, client)
        return
    last = ""
    for text in step.client or ("",):
        played.said.append(f"> {text or step.extra}")
        last = client.say(text, **(step.extra or {}), address=played.script.address)
    if step.silent:
        wait_until_passed_over(client, last)
        return
    answer = client.answer()
    if step.reaction:
        played.said.append(f"< {answer['kind']}")
        assert answer["kind"] == "reaction", f"a reaction was due, came: {answer['text']}"
        return
    text = str(answer["text"])
    played.said.append(f"< {text}")
    for pattern in step.has:
        assert re.search(pattern, text, re.IGNORECASE), f"no «{pattern}» in: {text}"
    for pattern in step.lacks:
        assert not re.search(pattern, text, re.IGNORECASE), f"«{pattern}» in: {text}"
    assert not LEAK.search(text), f"a leak: {text}"


def _judge(client: Client, played: Played) -> None:
    script = played.script
    wait_for(f"{script.end} in the journal", lambda: visits(client) == list(script.end))
    texts = [str(item["text"] or "") for item in client.inbox()]
    before = {line.partition(" ")[2] for line in script.given if line.startswith("mine")}
    unchanged = {line for line in before if not line.startswith("past")} == set(script.end)
    if unchanged or (not script.end and not before):
        told = [text for text in texts if SUCCESS.search(text)]
        assert not told, f"success was told, the journal is as it was: {told}"
    records = client.salon.records(phone=client.phone)
    if script.comment:
        assert re.search(script.comment, str(records[-1]["comment"])), records[-1]["comment"]
    if script.booked_as:
        assert records[-1]["client"]["name"] == script.booked_as
    waiting = client.salon.product.rows(
        "SELECT needs_person_reason FROM conversations WHERE company_id = %s AND phone = %s"
        " AND needs_person_since IS NOT NULL",
        client.salon.company_id,
        f"+{client.phone}",
    )
    assert bool(waiting) == script.waits, f"a person is called for: {waiting}"


# --- the salon's side ------------------------------------------------------------------------------


def prepare(product: Product) -> Salon:
    """A salon that is not paired yet; one of its services has a title that tempts parsers."""
    salon = product.new_salon("small")
    salon.made["today"] = f"{datetime.now(UTC).astimezone(ZoneInfo('Europe/Moscow')):%Y-%m-%d}"
    for service in salon.made["services"]:
        if service["title"] == "Моделирование бороды":
            path = f"/salons/{salon.salon_id}/services/{service['id']}"
            product.yclients.patch(path, json={"title": PIPE}).raise_for_status()
            service["title"] = PIPE
    return salon


def write_down(salon: Salon, phone: str, name: str, line: str) -> None:
    """The salon's own hand in the journal: «2026-12-02 15:00 Сергей: Мужская стрижка»."""
    when, _, what = line.partition(": ")
    day, hour, master = when.split(" ", 2)
    staff = next(row["id"] for row in salon.made["staff"] if row["name"] == master)
    titles = {row["title"]: row["id"] for row in salon.made["services"]}
    body = {
        "staff_id": staff,
        "service_ids": [titles[title] for title in what.split(" + ")],
        "start": f"{day} {hour}",
        "phone": phone,
        "name": name,
        "attendance": 1 if day < salon.made["today"] else 0,
    }
    path = f"/salons/{salon.salon_id}/records"
    salon.product.yclients.post(path, json=body).raise_for_status()


def _write_down(salon: Salon, client: Client, line: str) -> None:
    whose, _, visit = line.partition(" ")
    assert whose in ("mine", "other"), line
    phone = client.phone if whose == "mine" else salon.client("Другая").phone
    write_down(salon, phone, client.name if whose == "mine" else "Светлана Тайная", visit)


def _wait_for_copies(salon: Salon, client: Client, script: Script) -> None:
    """The webhooks of the client's own visits have come."""
    count = sum(line.startswith("mine ") for line in script.given)

    def known() -> bool:
        found = salon.product.rows(
            "SELECT count(*) AS n FROM bookings WHERE company_id = %s AND client_phone = %s",
            salon.company_id,
            f"+{client.phone}",
        )
        return bool(found[0]["n"] >= count)

    wait_for("the visits' copies", known)


def _by_hand(text: str, client: Client) -> None:
    """A person of the salon writes on its phone; returns when the assistant has taken note."""
    salon = client.salon
    body = {"to": client.phone, "text": text}
    path = f"/phones/{salon.phone}/send"
    salon.product.whatsapp.post(path, json=body).raise_for_status()
    assert client.answer()["text"] == text
    given_back = text.startswith("/")
    wait_for(
        "the takeover",
        lambda: salon.product.rows(
            "SELECT 1 FROM conversations c WHERE company_id = %s AND phone = %s"
            " AND (bot_paused_until IS NULL) = %s"
            " AND EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.text = %s)",
            salon.company_id,
            f"+{client.phone}",
            given_back,
            text,
        ),
    )


def wait_until_passed_over(client: Client, message_id: str) -> None:
    """Stored, put aside, and no turn is due: nobody will answer."""
    product = client.salon.product
    wait_for(
        "the message to be passed over",
        lambda: product.rows(
            "SELECT 1 FROM messages m JOIN conversations c ON c.id = m.conversation_id"
            " WHERE m.company_id = %s AND m.wa_id = %s AND m.status = 'answered'"
            " AND m.turn_number IS NULL AND c.turn_due_at IS NULL",
            client.salon.company_id,
            message_id,
        ),
    )
