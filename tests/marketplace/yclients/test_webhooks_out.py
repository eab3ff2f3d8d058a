"""Webhooks of the stand-in: the sheet's body, one attempt, and what can be made to go wrong."""

from typing import Any

import pytest

from marketplace.yclients import schemas
from marketplace.yclients.client import YclientsClient
from tests.marketplace.yclients.conftest import Listener, Salon
from tests.sandboxes import YclientsSandbox
from tests.waiting import wait_for


def events(bodies: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(body["resource"], body["status"]) for body in bodies]


def subscribe(yclients: YclientsClient, salon: Salon, url: str, **flags: bool) -> None:
    settings = yclients.hooks_settings(salon.id)
    merged = {**settings.flags, **flags}
    wanted = settings.model_copy(update={"urls": [url], "active": True, "flags": merged})
    yclients.set_hooks_settings(salon.id, wanted)


def test_a_visit_is_told_from_beginning_to_end(
    client: YclientsClient, salon: Salon, listener: Listener
) -> None:
    subscribe(client, salon, listener.url)

    made = salon.post(
        "/records",
        staff_id=salon.sergey,
        service_ids=[salon.men],
        start=f"{salon.day()} 15:00",
        phone="+79000001122",
        name="Пётр",
    )
    path = f"/salons/{salon.id}/records/{made['id']}"
    moved = salon.sandbox.control.patch(path, json={"start": f"{salon.day()} 16:00"})
    gone = salon.sandbox.control.delete(path)
    bodies = listener.wait(4)

    assert moved.is_success
    assert gone.is_success
    assert events(bodies) == [
        ("client", "create"),
        ("record", "create"),
        ("record", "update"),
        ("record", "delete"),
    ]
    last = bodies[-1]
    assert last.keys() == {"company_id", "resource", "resource_id", "status", "data"}
    assert (last["company_id"], last["resource_id"]) == (salon.id, made["id"])
    # The whole record travels with every event, a deletion included.
    record = schemas.Record.model_validate(last["data"])
    assert record.deleted
    assert record.starts_at(salon.zone) == salon.at(16)


def test_our_own_bookings_echo_unless_muted(
    client: YclientsClient, salon: Salon, listener: Listener
) -> None:
    subscribe(client, salon, listener.url, client=False)
    salon.book(client, salon.at(12))
    listener.wait(1)

    subscribe(client, salon, listener.url, client=False, self_sending=False)
    salon.book(client, salon.at(15))
    salon.post("/records", staff_id=salon.sergey, start=f"{salon.day()} 18:00")
    bodies = listener.wait(2)

    assert [body["data"]["date"][11:16] for body in bodies] == ["12:00", "18:00"]


def test_listeners_hear_everything_beside_the_salons_settings(
    client: YclientsClient, salon: Salon, listener: Listener
) -> None:
    salon.post("/webhooks", urls=[listener.url])
    subscribe(client, salon, listener.url, record=False)

    salon.book(client, salon.at(12))

    assert events(listener.wait(2)) == [("client", "create"), ("record", "create")]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("webhook_lost", ["12:00", "18:00"]),
        ("webhook_duplicate", ["12:00", "15:00", "15:00", "18:00"]),
        ("webhook_reorder", ["12:00", "18:00", "15:00"]),
    ],
)
def test_lost_doubled_and_overtaken(
    sandbox: YclientsSandbox, salon: Salon, listener: Listener, mode: str, expected: list[str]
) -> None:
    salon.post("/webhooks", urls=[listener.url])

    def typed(hour: int) -> None:
        salon.post("/records", staff_id=salon.sergey, start=f"{salon.day()} {hour}:00")

    typed(12)
    sandbox.fault("", mode, salon_id=salon.id, times=1)
    typed(15)
    typed(18)
    bodies = listener.wait(len(expected))

    assert [body["data"]["date"][11:16] for body in bodies] == expected


def test_a_dead_receiver_gets_one_attempt(sandbox: YclientsSandbox, salon: Salon) -> None:
    salon.post("/webhooks", urls=["http://127.0.0.1:9/hook"])
    salon.post("/records", staff_id=salon.sergey, start=f"{salon.day()} 12:00")

    rows = wait_for(
        "the attempt",
        lambda: sandbox.get("/deliveries", salon_id=str(salon.id))["deliveries"],
    )

    assert [(row["resource"], row["answer"]) for row in rows] == [("record", "ConnectError")]


def test_the_salons_own_changes_are_told(
    sandbox: YclientsSandbox, salon: Salon, listener: Listener
) -> None:
    salon.post("/webhooks", urls=[listener.url])

    sandbox.control.patch(f"/salons/{salon.id}/staff/{salon.sergey}", json={"fired": True})
    sandbox.control.patch(f"/salons/{salon.id}/services/{salon.men}", json={"price_min": 1700})
    salon.set(title="Лилия у парка")
    bodies = listener.wait(3)

    assert events(bodies) == [("staff", "update"), ("service", "update"), ("company", "update")]
    assert bodies[0]["data"]["fired"] == 1
    assert bodies[1]["data"]["price_min"] == 1700
    assert bodies[2]["data"]["title"] == "Лилия у парка"
