"""An erased client is named nowhere either where the salon's people were told of them."""

from datetime import UTC, datetime

import pytest

from aiadmin.core.models import Alarm
from tests.ops.traces import OTHER, PHONE, SECRET, client_of
from tests.whatsapp.hands import make_company
from whatsapp.models import Message, SalonPhone
from whatsapp.services import handover, privacy, takeover

pytestmark = pytest.mark.django_db


def test_what_the_salons_people_were_told_of_an_erased_client_names_nobody() -> None:
    company = make_company()
    SalonPhone.objects.create(company=company, phone="+79990000001", role="administrator")
    for phone, lid in ((PHONE, "5000@lid"), (OTHER, "6000@lid")):
        chat = client_of(company, phone, lid)
        takeover.need_person(chat.pk, f"Жалоба: {SECRET}")
        handover.tell(chat.pk)
        text = f"{company}: клиенту нужен человек. {handover.who(chat)}. {SECRET}"
        Alarm.objects.create(kind=lid, company_id=company.pk, hour=datetime.now(UTC), text=text)

    privacy.erase(company, PHONE)

    told_now = [row.text for row in Message.objects.filter(purpose="staff").order_by("pk")]
    told_now += [row.text for row in Alarm.objects.filter(kind__endswith="lid").order_by("pk")]
    assert [SECRET in text for text in told_now] == [False, True, False, True]
    assert not any("123-45-67" in text or "4567" in text for text in told_now)
