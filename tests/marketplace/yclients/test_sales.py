"""Money and channels: payments, tariffs, links and discounts of a free application and of a paid one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import YclientsClient
from tests.marketplace.yclients.conftest import Salon
from tests.sandboxes import YclientsSandbox

APP = 77


@pytest.fixture
def paid_application(sandbox: YclientsSandbox) -> Iterator[None]:
    sandbox.control.patch("/application", json={"free": False})
    yield
    sandbox.control.patch("/application", json={"free": True})


def test_a_payment_is_told_and_refunded(client: YclientsClient, salon: Salon) -> None:
    now = datetime.now(UTC)
    paid = client.notify_payment(
        salon_id=salon.id,
        application_id=APP,
        amount=Decimal(990),
        paid_at=now,
        period_from=now,
        period_to=now + timedelta(days=30),
    )
    client.refund_payment(paid, application_id=APP)

    status = client.application_status(salon_id=salon.id, application_id=APP)
    assert [(one.id, one.is_refunded) for one in status.payments] == [(paid, True)]


def test_a_free_application_has_no_tariffs_and_that_is_no_error(
    client: YclientsClient, salon: Salon
) -> None:
    assert client.tariffs(application_id=APP) == []
    assert client.payment_link(salon_id=salon.id, application_id=APP) is None


@pytest.mark.usefixtures("paid_application")
def test_a_paid_application_has_tariffs_and_links_with_a_discount(
    client: YclientsClient, salon: Salon
) -> None:
    (tariff,) = client.tariffs(application_id=APP)
    prices = [(one.duration_in_months, one.overall_price) for one in tariff.options]
    assert prices == [(1, Decimal(2990)), (12, Decimal(29900))]

    def discount(**options: int) -> str:
        link = client.payment_link(salon_id=salon.id, application_id=APP, **options)
        assert link is not None
        return parse_qs(urlsplit(link).query)["discount"][0]

    assert discount() == "0"
    assert discount(discount=15) == "15"
    client.add_discount(salon_ids=[salon.id], application_id=APP, discount=Decimal(20))
    assert discount() == "20"


def test_a_discount_for_nobody_or_a_foreign_application_is_refused(
    client: YclientsClient, salon: Salon
) -> None:
    with pytest.raises(errors.InvalidRequest):
        client.add_discount(salon_ids=[], application_id=APP, discount=Decimal(20))
    with pytest.raises(errors.NotFound):
        client.add_discount(salon_ids=[salon.id], application_id=78, discount=Decimal(20))


def test_installed_salons_are_listed_and_gone_ones_not(
    client: YclientsClient, salon: Salon
) -> None:
    def installed() -> set[int]:
        return {one.id for one in client.installed_salons(application_id=APP)}

    assert salon.id in installed()
    client.uninstall(salon_id=salon.id, application_id=APP)
    assert salon.id not in installed()
    with pytest.raises(errors.NotFound):
        list(client.installed_salons(application_id=78))


def test_channels_and_sender_names(client: YclientsClient, salon: Salon) -> None:
    client.update_channel(salon_id=salon.id, application_id=APP, channel="whatsapp", available=True)
    client.set_short_names(salon_id=salon.id, application_id=APP, short_names=["LILIA"])

    with pytest.raises(errors.InvalidRequest):
        client.update_channel(
            salon_id=salon.id, application_id=APP, channel="pigeon", available=True
        )
    with pytest.raises(errors.InvalidRequest):
        client.set_short_names(salon_id=salon.id, application_id=APP, short_names=[])


def test_a_frozen_application_is_thawed_by_a_payment(client: YclientsClient, salon: Salon) -> None:
    def status() -> str:
        return client.application_status(salon_id=salon.id, application_id=APP).status

    salon.post("/status", status="active")
    salon.post("/status", status="frozen", notify=False)
    assert status() == "frozen"
    salon.post("/status", status="active")
    assert status() == "active"
