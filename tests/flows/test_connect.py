"""Flow 1: from registration over the scanned QR to an active, synced salon with a callback delivered."""

from typing import Any

import httpx
import pytest

from tests.stack import Product, Salon, new_phone, scan_picture
from tests.waiting import wait_for

pytestmark = pytest.mark.flow


@pytest.fixture
def salon(product: Product) -> Salon:
    return product.new_salon()


def test_owner_scans_the_code_and_the_salon_works(salon: Salon) -> None:
    page_html = salon.product.web.get(salon.connect_url)
    assert page_html.status_code == 200
    assert "Content-Security-Policy" in page_html.headers

    with salon.page() as page:
        first = page.next()
        assert first["type"] == "status"
        assert first["whatsapp_connected"] is False
        code = page.wait("qr")
        assert 0 < code["expires_in"] <= 20
        salon.scan(scan_picture(code["qr"]))
        connected = page.wait("connected")
        assert connected["phone"] == f"+{salon.phone}"
        wait_for("the end of the sync", lambda: page.wait("sync")["status"] == "done")

    status = salon.status()
    assert status["whatsapp_connected"] is True
    assert status["whatsapp_phone"] == f"+{salon.phone}"
    assert status["integration_status"] == "active"
    assert status["connected_at"]


def test_yclients_hears_of_the_connection_and_gets_its_own_key(salon: Salon) -> None:
    salon.connect()

    def called() -> list[dict[str, Any]]:
        answer = salon.product.yclients.get(f"/salons/{salon.salon_id}/callbacks").json()
        return list(answer if isinstance(answer, list) else answer["callbacks"])

    callback = wait_for("the callback", called)[0]
    assert str(callback["api_key"]).startswith("sk_")
    assert callback["api_key"] != salon.api_key
    urls = callback["webhook_urls"]
    assert isinstance(urls, list)
    assert any(f"/marketplace/webhook/{salon.company_id}?key=" in url for url in urls)


def test_catalogue_arrives_with_masters_and_schedule(salon: Salon) -> None:
    salon.ready()

    counts = salon.product.rows(
        "SELECT (SELECT count(*) FROM services WHERE company_id = %s) services,"
        " (SELECT count(*) FROM staff WHERE company_id = %s) staff,"
        " (SELECT count(*) FROM schedule_days WHERE company_id = %s) days",
        *[salon.company_id] * 3,
    )[0]
    assert counts["services"] >= len(salon.made["services"])
    assert counts["staff"] >= len(salon.made["staff"])
    assert counts["days"] > 0


def test_the_code_over_http_is_the_one_on_the_page(salon: Salon) -> None:
    with salon.page() as page:
        page.wait("qr")
        answer = salon.product.web.get(f"/marketplace/qr/{salon.token}").json()

    assert answer["success"] is True
    assert 0 < answer["expires_in"] <= 20
    salon.scan(scan_picture(answer["qr"]))
    wait_for("the connection", lambda: salon.status()["whatsapp_connected"])
    again = salon.product.web.get(f"/marketplace/qr/{salon.token}")
    assert (again.status_code, again.json()["code"]) == (409, "already_connected")


def test_a_second_tab_sees_the_same_and_hears_of_the_connection(salon: Salon) -> None:
    with salon.page() as first, salon.page() as second:
        code = first.wait("qr")
        assert second.wait("qr")["qr"]
        salon.scan(scan_picture(code["qr"]))
        assert first.wait("connected")["phone"] == second.wait("connected")["phone"]


def test_a_number_of_another_salon_is_refused_and_changes_nothing(product: Product) -> None:
    first = product.new_salon().ready()
    second = product.new_salon()
    second.phone = first.phone

    with second.page() as page:
        second.scan(scan_picture(page.wait("qr")["qr"]))
        frame = page.next()
        while frame["type"] != "error":
            frame = page.next()

    assert frame["code"] == "number_taken"
    assert second.status()["whatsapp_connected"] is False
    assert first.status()["whatsapp_connected"] is True


def test_phone_logs_out_and_the_owner_connects_again(salon: Salon) -> None:
    salon.connect()

    with salon.page() as page:
        # The page listens from its first frame on; what was before is in that frame.
        page.next()
        salon.product.whatsapp.post(f"/phones/{salon.phone}/logout", json={}).raise_for_status()
        page.wait("disconnected")
    wait_for("the salon to be off", lambda: salon.status()["whatsapp_connected"] is False)
    assert salon.status()["integration_status"] == "active"

    assert salon.connect()["phone"] == f"+{salon.phone}"


def test_pairing_code_connects_without_a_camera(salon: Salon) -> None:
    salon.phone = new_phone()
    with salon.page() as page:
        page.wait("qr")
        page.send(type="request_pairing_code", phone=f"+{salon.phone}")
        code = page.wait("pairing_code")
        body = {"phone": salon.phone, "code": code["code"].replace("-", "")}
        salon.product.whatsapp.post("/pair-code", json=body).raise_for_status()
        assert page.wait("connected")["phone"] == f"+{salon.phone}"


def test_registering_the_same_salon_again_returns_it_without_a_key(salon: Salon) -> None:
    again = salon.product.web.post("/marketplace/register", json={"salon_id": salon.salon_id})

    assert again.status_code == 200
    assert again.json()["company_id"] == salon.company_id
    assert again.json()["api_key"] is None
    assert salon.api_key.startswith(again.json()["api_key_prefix"])


@pytest.mark.parametrize(
    ("headers", "expected"), [({}, 401), ({"X-API-Key": "sk_wrong"}, 401)], ids=["none", "wrong"]
)
def test_status_is_closed_to_strangers(
    salon: Salon, headers: dict[str, str], expected: int
) -> None:
    answer: httpx.Response = salon.product.web.get(
        f"/marketplace/status/{salon.company_id}", headers=headers
    )

    assert answer.status_code == expected
    assert answer.json()["success"] is False


def test_uninstall_leaves_no_credentials_and_a_new_install_begins_with_a_code(
    salon: Salon,
) -> None:
    salon.connect()
    body = {
        "salon_id": salon.salon_id,
        "application_id": salon.product.stack.env["YCLIENTS_APPLICATION_ID"],
        "event": "uninstall",
        "partner_token": salon.product.stack.env["YCLIENTS_API_KEY"],
    }

    salon.product.web.post("/marketplace/webhook", json=body).raise_for_status()

    def erased() -> bool:
        query = "SELECT count(*) FROM bridge.auth WHERE session_id = %s"
        return bool(salon.product.rows(query, salon.company_id)[0]["count"] == 0)

    wait_for("the credentials to be erased", erased)
    again = salon.product.web.post("/marketplace/register", json={"salon_id": salon.salon_id})
    assert again.status_code == 201
    salon.connect_url, salon.api_key = again.json()["connect_url"], again.json()["api_key"]
    assert salon.connect()["phone"] == f"+{salon.phone}"
    assert salon.status()["integration_status"] == "active"
