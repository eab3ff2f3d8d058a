"""A salon that removed the application: what goes, what stays, and when."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from aiadmin.core.models import Alarm
from marketplace.models import AccessRequest, ApiKey, Client, Company, Service
from marketplace.services import activation
from tests.marketplace.rows import all_rows
from tests.ops.traces import OTHER, PHONE, bridge_rows, client_of
from tests.whatsapp.hands import make_company
from whatsapp.models import SalonPhone, Session
from whatsapp.models.session import SessionState
from whatsapp.services import privacy, retention

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(db: None) -> Company:
    company = make_company(
        phone=PHONE, email="owner@salon.test", address="Тверская, 5", owner_user_id=5
    )
    client_of(company)
    SalonPhone.objects.create(company=company, phone=OTHER, role="staff", name="Анна")
    AccessRequest.objects.create(salon_id=company.salon_id, user_name="Иван", user_email="i@x.test")
    ApiKey.objects.create(company=company, kind="owner", prefix="sk_1", sha256=str(company.pk))
    Alarm.objects.create(
        kind="x",
        hour=datetime.now(UTC),
        company_id=company.pk,
        text="…",
        recipient="owner@salon.test",
    )
    activation.mark_uninstalled(company.pk)
    Session.objects.filter(pk=company.pk).update(state=SessionState.IDLE, jid="", phone="")
    return company


def test_of_a_salon_that_left_only_its_row_without_contacts_stays(gone: Company) -> None:
    staying = make_company()
    client_of(staying)
    before = privacy.find(staying, PHONE).counts

    retention.prune()

    tables = {name for name, rows in all_rows().items() if _of(rows, gone)}
    # The news is a number that the next beat takes away.
    assert tables == {"companies", "api_keys", "whatsapp_sessions", "salon_news"}
    assert bridge_rows(gone) == {"events": 0, "sent": 0, "media": 0}
    gone.refresh_from_db()
    assert (gone.phone, gone.email, gone.address, gone.whatsapp_phone, gone.raw_data) == (None,) * 5
    assert gone.integration_status == "uninstalled"
    assert AccessRequest.objects.count() == 0
    assert set(Alarm.objects.values_list("recipient", flat=True)) == {""}
    assert privacy.find(staying, PHONE).counts == before
    assert Service.objects.filter(company=staying).exists()
    assert not [name for name in retention.prune() if name.startswith("uninstalled")], (
        "nothing left"
    )


def _of(rows: dict[Any, dict[str, Any]], company: Company) -> bool:
    return any(
        row.get("company_id") == company.pk
        or (row.get("id") == company.pk and "title" in row and "integration_status" in row)
        for row in rows.values()
    )


@pytest.mark.parametrize("linked", ["jid", "keys"])
def test_nothing_goes_before_the_phone_is_unlinked(gone: Company, linked: str) -> None:
    if linked == "jid":
        Session.objects.filter(pk=gone.pk).update(jid="7900@s.whatsapp.net")
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bridge.auth (session_id, type, id, value) VALUES (%s, 'creds', 'x', '')",
                [gone.pk],
            )

    retention.prune()

    assert Client.objects.filter(company=gone).exists()


def test_a_salon_that_came_back_keeps_what_it_has(gone: Company) -> None:
    Company.objects.filter(pk=gone.pk).update(integration_status="pending")

    retention.prune()

    assert Client.objects.filter(company=gone).exists()
    gone.refresh_from_db()
    assert gone.email == "owner@salon.test"


def test_prune_tells_what_went(gone: Company) -> None:
    told = io.StringIO()

    call_command("prune", "--json", stdout=told)

    assert json.loads(told.getvalue())["uninstalled_clients"] == 1
