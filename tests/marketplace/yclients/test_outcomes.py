"""Broken connections: reads are tried again, writes never, and an unknown outcome says so."""

import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import YclientsClient
from tests.marketplace.yclients.conftest import Salon, client_of
from tests.sandboxes import YclientsSandbox
from tests.waiting import wait_for


def calls(sandbox: YclientsSandbox, path: str) -> int:
    return int(sandbox.get("/traffic")["by_path"].get(path, 0))


def test_cut_after_the_booking_is_unknown_and_the_record_stands(
    client: YclientsClient, salon: Salon
) -> None:
    salon.sandbox.fault(f"/book_record/{salon.id}", "drop_after")

    with pytest.raises(errors.OutcomeUnknown):
        salon.book(client, salon.at(15), api_id="turn-7")

    assert [row["api_id"] for row in salon.records()] == ["turn-7"]


def test_cut_before_the_booking_is_unknown_and_nothing_stands(
    client: YclientsClient, salon: Salon
) -> None:
    salon.sandbox.fault(f"/book_record/{salon.id}", "drop_before")

    with pytest.raises(errors.OutcomeUnknown):
        salon.book(client, salon.at(15))

    assert salon.records() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"mode": "status", "status": 502, "when": "after"},
        {"mode": "html", "when": "after"},
    ],
)
def test_a_lost_answer_is_unknown_and_sent_once(
    client: YclientsClient, salon: Salon, fault: dict[str, object]
) -> None:
    salon.sandbox.post("/faults", path_regex=f"/book_record/{salon.id}", **fault)
    before = calls(salon.sandbox, "/api/v1/book_record")

    with pytest.raises(errors.OutcomeUnknown):
        salon.book(client, salon.at(15))

    assert calls(salon.sandbox, "/api/v1/book_record") == before + 1
    assert len(salon.records()) == 1


def test_a_write_that_times_out_is_unknown(sandbox: YclientsSandbox, salon: Salon) -> None:
    sandbox.fault(f"/book_record/{salon.id}", "delay", seconds=0.6)

    with client_of(sandbox, timeout=0.2) as hasty, pytest.raises(errors.OutcomeUnknown):
        salon.book(hasty, salon.at(15))

    # The late server carries it out all the same: the case that makes blind repeats double.
    wait_for("the record", salon.records)
    assert len(salon.records()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"mode": "status", "status": 503},
        {"mode": "html"},
        {"mode": "drop_before"},
        {"mode": "drop_after"},
    ],
)
def test_a_read_is_tried_again(
    client: YclientsClient, salon: Salon, fault: dict[str, object]
) -> None:
    salon.sandbox.post("/faults", path_regex=f"/services$|/{salon.id}$", times=1, **fault)

    assert client.company(salon.id).id == salon.id


def test_reads_give_up_after_a_few_tries(client: YclientsClient, salon: Salon) -> None:
    salon.sandbox.fault(f"/company/{salon.id}$", "status", status=500)
    path = "/api/v1/company"
    before = calls(salon.sandbox, path)

    with pytest.raises(errors.Retryable):
        client.company(salon.id)

    assert calls(salon.sandbox, path) - before == 3


def test_a_refused_connection_is_retryable_even_for_writes(salon: Salon) -> None:
    nowhere = YclientsClient(base_url="http://127.0.0.1:9", partner_token="x", timeout=1)

    with nowhere, pytest.raises(errors.Retryable):
        salon.book(nowhere, salon.at(15))


def test_too_many_requests_are_waited_for_when_it_is_short(
    client: YclientsClient, salon: Salon
) -> None:
    salon.sandbox.fault(f"/company/{salon.id}$", "status", status=429, times=1)

    # Without Retry-After the pause is a minute: that is for the caller to plan.
    with pytest.raises(errors.RateLimited) as caught:
        client.company(salon.id)

    assert caught.value.retry_after == 60
