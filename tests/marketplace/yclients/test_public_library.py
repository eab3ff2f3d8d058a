"""The public Python client (yclients-api) against our stand-in: somebody else's idea of YCLIENTS keeps
ours honest. Its https hosts are fixed, so its requests are led here at the transport."""

import httpx
import pytest
from yclients import YClientsAPI

from tests.marketplace.yclients.conftest import PARTNER_TOKEN, USER_TOKEN, Salon, client_of
from tests.sandboxes import YclientsSandbox

FORM = 9


@pytest.fixture
def led_here(sandbox: YclientsSandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Requests for *.yclients.com go to the stand-in; the list holds the hosts they were meant for."""
    hosts: list[str] = []
    handle = httpx.HTTPTransport.handle_request
    local = httpx.URL(sandbox.url)

    def lead(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.url.host.endswith(".yclients.com"):
            hosts.append(request.url.host)
            request.url = request.url.copy_with(
                scheme=local.scheme, host=local.host, port=local.port
            )
            request.headers["Host"] = local.netloc.decode()
        return handle(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lead)
    return hosts


@pytest.fixture
def library(salon: Salon, led_here: list[str]) -> YClientsAPI:
    return YClientsAPI(token=PARTNER_TOKEN, company_id=salon.id, form_id=FORM)


@pytest.fixture
def logged_in(library: YClientsAPI) -> YClientsAPI:
    library.update_user_token(library.get_user_token("owner@example.test", "sandbox"))
    return library


def test_it_logs_in_and_sees_its_rights(
    library: YClientsAPI, led_here: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    token = library.get_user_token("owner@example.test", "sandbox")
    library.update_user_token(token)

    rights = library.show_user_permissions()

    assert token == USER_TOKEN
    assert rights["timetable"]["timetable_access"] is True
    assert led_here == ["api.yclients.com", "api.yclients.com"]
    assert "User permissions:" in capsys.readouterr().out


def test_it_lists_services_masters_days_and_times(
    library: YClientsAPI, salon: Salon, led_here: list[str]
) -> None:
    services = library.get_services(staff_id=salon.sergey)["data"]
    masters = library.get_staff(service_id=salon.men)["data"]
    days = library.get_available_days(staff_id=salon.sergey, service_id=salon.men)["data"]
    day = days["booking_dates"][1]
    times = library.get_available_times(salon.sergey, salon.men, day)["data"]

    assert salon.men in {one["id"] for one in services["services"]}
    assert salon.sergey in {one["id"] for one in masters if one["bookable"]}
    assert days["booking_days"]
    assert library.datetime_parser(times[0]["datetime"]).date().isoformat() == day
    assert library.get_staff_info(salon.sergey)["data"]["name"] == "Сергей"
    assert library.get_service_info(salon.men)["data"]["title"] == "Мужская стрижка"
    assert set(led_here) == {f"n{FORM}.yclients.com"}


def test_it_books_and_is_told_when_the_time_is_taken(library: YClientsAPI, salon: Salon) -> None:
    day = salon.day().isoformat()
    start = library.get_available_times(salon.sergey, salon.men, day)["data"][4]["datetime"]

    def book(phone: str) -> tuple[bool, str]:
        told: tuple[bool, str] = library.book(
            booking_id=1,
            fullname="Пётр",
            phone=phone,
            email="petr@example.test",
            staff_id=salon.sergey,
            date_time=start,
            service_id=salon.men,
            comment="у окна",
        )
        return told

    # The library looks for the second envelope ({"errors": …}) to notice a refusal.
    salon.set(booking_errors="errors")
    assert book("79000001122") == (True, "")
    done, why = book("79000001133")
    assert not done
    assert "уже занято" in why
    (record,) = salon.records()
    assert (record["datetime"], record["comment"]) == (start, "у окна")


def test_it_pages_through_clients_and_their_visits(
    logged_in: YClientsAPI, sandbox: YclientsSandbox, salon: Salon
) -> None:
    with client_of(sandbox) as ours:
        for number in range(5):
            salon.book(ours, salon.at(10 + number), phone=f"7900000{number:04d}")

    cards = logged_in.get_clients_data(clients_per_page=2)
    visits = logged_in.get_visits_data_for_clients_list([one["id"] for one in cards], 1)

    assert [one["phone"] for one in cards] == [f"7900000{number:04d}" for number in range(5)]
    assert [len(of_client) for of_client in visits.values()] == [1] * 5
    first = visits[cards[0]["id"]][0]
    assert first["staff"]["name"] == "Сергей"
    assert logged_in.get_attended_visits_for_client(cards[0]["id"]) == []
