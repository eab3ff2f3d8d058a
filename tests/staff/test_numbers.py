"""Numbers at risk as staff see them: who, since when, why, what to do; on three pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aiadmin.core import clock
from aiadmin.staff import roles
from marketplace.models import Company
from tests.staff.people import person
from tests.whatsapp.hands import arrive, event, gone, make_company, queue
from whatsapp import number_risks
from whatsapp.models import Message, NumberPace
from whatsapp.models.message import Purpose
from whatsapp.selectors import MANY_RECONNECTS, MANY_UNREADABLE, Worry

pytestmark = pytest.mark.django_db


def _restricted(company: Company, *, since: datetime, until: datetime) -> None:
    NumberPace.objects.create(company=company, refused_at=since, stopped_until=until)


def _sent(company: Company, **columns: Any) -> None:
    (row,) = queue(arrive(company), "x")
    Message.objects.filter(pk=row.pk).update(**{"status": "sent", "due_at": None, **columns})


def test_each_worry_has_its_beginning_and_what_to_do(company: Company) -> None:
    now = datetime.now(UTC)
    since = now - timedelta(hours=3)
    _restricted(company, since=since, until=now + timedelta(hours=1))
    _sent(company, status="failed", error="463", created_at=since)
    cold = {"purpose": Purpose.FIRST_CONTACT, "expires_at": clock.now(), "opened_at": clock.now()}
    _sent(company, created_at=since, **cold)
    _sent(company, created_at=now, **cold)
    kind, body = gone(will_reconnect=True)
    for _ in range(MANY_RECONNECTS):
        event(company, kind, **body)
    for _ in range(MANY_UNREADABLE):
        event(company, "undecryptable", chat="x", message_id="1", reason="x")

    risks = number_risks.of(company.pk)

    assert [risk.worry for risk in risks] == list(Worry)
    assert all(risk.since and risk.why and risk.to_do for risk in risks)
    begun = {risk.worry: risk.since for risk in risks}
    assert begun[Worry.RESTRICTED] == begun[Worry.REFUSALS] == begun[Worry.STRANGERS] == since


def test_the_worst_and_the_longest_stand_first_and_the_well_nowhere(company: Company) -> None:
    now = datetime.now(UTC)
    late, early, over = make_company(), make_company(), make_company()
    _restricted(late, since=now - timedelta(hours=1), until=now + timedelta(hours=1))
    _restricted(early, since=now - timedelta(hours=5), until=now + timedelta(hours=1))
    _restricted(over, since=now - timedelta(days=2), until=now - timedelta(hours=1))
    _sent(company, status="failed", error="429")
    # One first message to a stranger is no danger, nor is what was refused the day before.
    _sent(over, purpose=Purpose.FIRST_CONTACT, expires_at=clock.now(), opened_at=clock.now())
    _sent(over, status="failed", error="463", created_at=now - timedelta(days=2))

    found = number_risks.at_risk()

    assert [each.company for each in found] == [early, late, company]


def test_staff_see_them_on_the_first_page_in_the_list_and_with_the_salon(company: Company) -> None:
    now = datetime.now(UTC)
    support = person(roles.SUPPORT)
    address = f"/admin/marketplace/company/{company.pk}/change/"
    assert "Все номера в порядке." in support.get("/admin/numbers/").content.decode()
    assert "Номер WhatsApp в порядке." in support.get(address).content.decode()

    _restricted(company, since=now - timedelta(hours=1), until=now + timedelta(hours=1))

    for page in ("/admin/", "/admin/numbers/", address):
        shown = support.get(page).content.decode()
        assert "WhatsApp ограничил номер" in shown, page
        assert number_risks.TO_DO[Worry.RESTRICTED] in shown, page
    assert (
        number_risks.TO_DO[Worry.RESTRICTED]
        not in person("").get("/admin/numbers/").content.decode()
    )
