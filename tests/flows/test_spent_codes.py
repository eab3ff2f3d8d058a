"""Nobody scans: the codes run out again and again while the owner's page is open."""

import pytest

from tests.stack import Product, scan_picture
from tests.waiting import wait_for
from whatsapp.services.sessions import MAX_PAIRINGS

pytestmark = pytest.mark.flow


def test_spent_codes_begin_anew_five_times_and_then_wait_for_the_owner(product: Product) -> None:
    salon = product.new_salon()
    # WhatsApp gives no code at all: each round is spent before its first twenty seconds.
    product.whatsapp.post("/refs", json={"count": 0}).raise_for_status()
    try:
        with salon.page() as page:
            frame = page.next()
            while frame["type"] != "error":
                frame = page.next()
            assert frame["code"] == "qr_expired"
            ended = wait_for("the last round", lambda: _rounds(product, salon.company_id))

            product.whatsapp.post("/refs", json={}).raise_for_status()
            page.send(type="request_qr")
            salon.scan(scan_picture(page.wait("qr")["qr"]))
            assert page.wait("connected")["phone"] == f"+{salon.phone}"
    finally:
        product.whatsapp.post("/refs", json={}).raise_for_status()

    assert ended == ["expired"] * MAX_PAIRINGS


def _rounds(product: Product, company_id: int) -> list[str]:
    """Why each round of codes ended."""
    rows = product.rows(
        "SELECT payload ->> 'reason' AS reason FROM bridge.events"
        " WHERE session_id = %s AND kind = 'qr_ended' AND processed_at IS NOT NULL ORDER BY id",
        company_id,
    )
    return [row["reason"] for row in rows]
