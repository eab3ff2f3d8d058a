"""Every named error and every booking code, reached through the stand-in in each shape an answer has."""

from collections.abc import Callable

import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import Appointment, YclientsClient
from tests.marketplace.yclients.conftest import Salon, client_of
from tests.sandboxes import yclients_sandbox

Act = Callable[[YclientsClient, Salon], object]


def _phone(client: YclientsClient, salon: Salon) -> object:
    return salon.book(client, salon.at(15), phone="123")


def _sms_code(client: YclientsClient, salon: Salon) -> object:
    salon.set(phone_confirmation=True)
    return salon.book(client, salon.at(15), code="0000")


def _busy(client: YclientsClient, salon: Salon) -> object:
    salon.post(
        "/records", staff_id=salon.sergey, service_ids=[salon.men], start=f"{salon.day()} 15:00"
    )
    return salon.book(client, salon.at(15))


def _blacklist(client: YclientsClient, salon: Salon) -> object:
    salon.set(blacklist=["79000001122"])
    return salon.book(client, salon.at(15))


def _name(client: YclientsClient, salon: Salon) -> object:
    return salon.book(client, salon.at(15), fullname="")


def _nobody(client: YclientsClient, salon: Salon) -> None:
    client.book_check(
        salon.id, appointments=[Appointment([salon.men], salon.at(3), staff_id=0, tag=4)]
    )


def _overlap(client: YclientsClient, salon: Salon) -> object:
    visits = [
        Appointment([salon.men], salon.at(15), salon.sergey, tag=1),
        Appointment([salon.men], salon.at(15, 30), salon.sergey, tag=2),
    ]
    return client.book_record(salon.id, phone="79000001122", fullname="Пётр", appointments=visits)


def _offline(client: YclientsClient, salon: Salon) -> None:
    salon.sandbox.control.patch(f"/salons/{salon.id}/services/{salon.men}", json={"active": False})
    client.book_check(salon.id, appointments=[Appointment([salon.men], salon.at(15), salon.sergey)])


CODES: dict[int, tuple[Act, type[errors.YclientsError]]] = {
    431: (_phone, errors.InvalidRequest),
    432: (_sms_code, errors.InvalidRequest),
    433: (_busy, errors.SlotBusy),
    434: (_blacklist, errors.Blacklisted),
    435: (_name, errors.InvalidRequest),
    436: (_nobody, errors.SlotBusy),
    437: (_overlap, errors.SlotBusy),
    438: (_offline, errors.InvalidRequest),
}


@pytest.mark.parametrize("shape", ["full", "errors", "message"])
@pytest.mark.parametrize("code", CODES)
def test_every_booking_code_in_every_shape(
    client: YclientsClient, salon: Salon, code: int, shape: str
) -> None:
    act, kind = CODES[code]
    salon.set(booking_errors=shape)

    with pytest.raises(errors.YclientsError) as caught:
        act(client, salon)

    assert type(caught.value) is kind
    assert caught.value.message
    assert caught.value.status == (403 if code == 434 else 422)
    if shape != "message" and not isinstance(caught.value, errors.Blacklisted):
        assert caught.value.booking_code == code  # type: ignore[attr-defined]
    if shape == "full" and code in (433, 436, 437):
        assert caught.value.appointment_ids  # type: ignore[attr-defined]


NAMED: dict[type[errors.YclientsError], dict[str, object]] = {
    errors.Unauthorized: {"mode": "status", "status": 401},
    errors.Forbidden: {"mode": "status", "status": 403, "message": "Недостаточно прав"},
    errors.NotFound: {"mode": "status", "status": 404},
    errors.SlotBusy: {"mode": "status", "status": 422, "message": "Время уже занято"},
    errors.Blacklisted: {"mode": "status", "status": 403, "message": "Клиент в черном списке"},
    errors.LicenceExpired: {"mode": "status", "status": 402},
    errors.InvalidRequest: {"mode": "status", "status": 400},
    errors.RateLimited: {"mode": "status", "status": 429},
    errors.Retryable: {"mode": "status", "status": 503},
    errors.Permanent: {"mode": "status", "status": 418},
}


@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.__name__)
def test_every_named_error_of_a_read(
    client: YclientsClient, salon: Salon, kind: type[errors.YclientsError]
) -> None:
    salon.sandbox.post("/faults", path_regex=f"/records/{salon.id}$", **NAMED[kind])

    with pytest.raises(errors.YclientsError) as caught:
        next(client.records(salon.id), None)

    assert type(caught.value) is kind


@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize(
    ("write", "kind"), [(False, errors.Retryable), (True, errors.OutcomeUnknown)]
)
def test_a_page_in_place_of_an_answer(
    client: YclientsClient,
    salon: Salon,
    status: int,
    write: bool,
    kind: type[errors.YclientsError],
) -> None:
    salon.sandbox.fault(f"/(book_record|company)/{salon.id}", "html", status=status)

    with pytest.raises(errors.YclientsError) as caught:
        salon.book(client, salon.at(15)) if write else client.company(salon.id)

    assert type(caught.value) is kind
    assert caught.value.http_status == status


def test_the_limiter_says_how_long_and_the_client_waits_for_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.mktemp("limits")
    with yclients_sandbox(directory, "--limits", "--seed", "small") as sandbox:
        with client_of(sandbox) as client:
            for _ in range(7):
                assert client.company(4001).id == 4001
        traffic = sandbox.get("/traffic")

    # Seven calls in less than a second: the sixth was refused, waited a second and passed.
    assert traffic["refused"] >= 1
    assert traffic["calls"] == 7 + traffic["refused"]
