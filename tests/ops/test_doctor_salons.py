"""The doctor on salons: those in trouble by number, and one of them call by call."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError

from aiadmin.doctor import Mark
from marketplace.models import CallbackDelivery, Company
from tests.marketplace.salons import SandboxSalon
from tests.ops.surroundings import ask, run
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.hands import make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db: None) -> Company:
    return make_company(polled_at=datetime.now(UTC))


def _delivery(company: Company, **columns: object) -> None:
    CallbackDelivery.objects.create(company=company, install_generation=1, **columns)


@pytest.mark.parametrize(
    ("check", "columns", "delivery", "mark"),
    [
        ("sessions", {"whatsapp_connected": False}, None, Mark.NOTE),
        ("rights", {"yclients_trouble": "licence"}, None, Mark.NOTE),
        ("callbacks", {}, {"status": "failed"}, Mark.FAILED),
        ("webhooks", {}, {"status": "done", "hooks": "missing"}, Mark.NOTE),
        ("sync", {"polled_at": datetime(2026, 1, 1, tzinfo=UTC)}, None, Mark.FAILED),
    ],
)
def test_a_salon_in_trouble_is_named(
    company: Company,
    check: str,
    columns: dict[str, object],
    delivery: dict[str, object] | None,
    mark: Mark,
) -> None:
    assert ask(check).mark is Mark.OK
    Company.objects.filter(pk=company.pk).update(**columns)
    if delivery is not None:
        _delivery(company, **delivery)

    line = ask(check)

    assert line.mark is mark
    assert str(company.pk) in line.text


def test_a_salon_is_told_call_by_call(healthy: YclientsSandbox) -> None:
    salon = SandboxSalon(healthy, seed="small")
    salon_id = salon.company.salon_id

    told = run("--salon", str(salon_id))

    assert told == run("--company", str(salon.company.pk))
    assert "❌" not in told
    assert "хватает партнёрского токена" in told
    assert "работает с токеном пользователя" in told
    assert "manage.py connect_link" in told


def test_a_missing_right_fails_only_when_it_is_needed(healthy: YclientsSandbox) -> None:
    salon_id = int(healthy.new_salon(seed="small")["salon_id"])

    def deny(right: str) -> None:
        healthy.control.patch(f"/salons/{salon_id}", json={"denied": [right]})

    deny("clients_access")
    assert "⚠️" in run("--salon", str(salon_id))
    deny("delete_records_access")
    with pytest.raises(CommandError, match="Не работает: 1"):
        run("--salon", str(salon_id))
