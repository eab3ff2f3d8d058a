"""The self-test: real calls to the YCLIENTS stand-in, the real assistant, words for the owner."""

from typing import Any

import pytest

from aiadmin.core.api import Throttled
from marketplace.models import (
    BookingAttempt,
    CallbackDelivery,
    Company,
    Service,
    ServiceStaff,
    Staff,
)
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from whatsapp.models import SelfTest
from whatsapp.services import self_test

pytestmark = pytest.mark.usefixtures("fresh_throttles")


def examined(company: Company) -> dict[str, Any]:
    self_test.request(company)
    self_test.run(company.pk)
    found = self_test.latest(company)
    assert found is not None
    return found


def wrong(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["text"], item["advice"]) for item in found["checks"] if item["state"] == "bad"]


def change(yclients: YclientsSandbox, company: Company, **values: object) -> None:
    assert yclients.control.patch(f"/salons/{company.salon_id}", json=values).is_success


def test_a_working_salon_is_told_what_works_and_shown_its_own_dialogue(salon: SandboxSalon) -> None:
    CallbackDelivery.objects.create(
        company=salon.company, install_generation=1, status="done", hooks="registered"
    )

    found = examined(salon.company)

    assert (found["status"], found["ok"], found["title"]) == ("done", True, "Всё работает")
    assert {item["state"] for item in found["checks"]} == {"ok"}
    services = Service.objects.filter(company=salon.company, deleted_at=None, is_online=True)
    assert found["checks"][0]["text"].startswith(f"{services.count()} услуг")
    assert "Ближайшее окно — " in found["checks"][2]["text"]
    first, *_, last = found["dialogue"]
    assert first["from"] == "client"
    assert any(item.title.lower() in first["text"] for item in services)
    assert (last["from"], "Записала" in last["text"]) == ("bot", True)
    # The sample is dry.
    assert salon.records(phone="70000000000") == []
    assert not BookingAttempt.objects.exists()


def test_an_empty_catalogue_says_where_to_mend_it(salon: SandboxSalon) -> None:
    Service.objects.filter(company=salon.company).update(is_online=False)

    found = examined(salon.company)

    assert found["ok"] is False
    assert found["dialogue"] == []
    [(text, advice), *_] = wrong(found)
    assert text == "В YCLIENTS нет услуг, на которые можно записаться онлайн"
    assert "Настройки → Услуги" in advice


def test_masters_without_services_are_named(salon: SandboxSalon) -> None:
    idle = Staff.objects.filter(company=salon.company, is_bookable=True, deleted_at=None)[:2]
    ServiceStaff.objects.filter(staff__in=list(idle)).delete()

    [(text, advice)] = wrong(examined(salon.company))

    assert text.startswith("У 2 мастеров нет услуг: ")
    assert all(master.name in text for master in idle)
    assert "Сотрудники → мастер → Услуги" in advice


def test_missing_rights_are_named_as_yclients_names_them(
    salon: SandboxSalon, yclients: YclientsSandbox
) -> None:
    change(yclients, salon.company, denied=["timetable_access"])

    found = examined(salon.company)

    [(text, advice)] = wrong(found)
    assert "Журнал записи → просмотр" in text
    assert "Настройки → Пользователи" in advice


def test_yclients_away_is_told_and_tried_again_by_a_button(
    salon: SandboxSalon, yclients: YclientsSandbox
) -> None:
    yclients.fault("/book_(times|dates)/", "status", status=500)

    [(text, advice)] = wrong(examined(salon.company))
    yclients.heal()

    assert text.startswith("YCLIENTS не показал свободное время")
    assert "ещё раз" in advice
    assert examined(salon.company)["ok"] is True


def test_a_test_runs_once_for_a_request(salon: SandboxSalon) -> None:
    examined(salon.company)
    first = SelfTest.objects.get().finished_at

    self_test.run(salon.company.pk)

    assert SelfTest.objects.get().finished_at == first


def test_requests_have_an_end(company: Company) -> None:
    for _ in range(self_test.PER_MINUTE):
        self_test.request(company)

    with pytest.raises(Throttled):
        self_test.request(company)
    assert self_test.latest(company) == {"status": "running"}


def test_nobody_asked_is_told_apart(company: Company) -> None:
    assert self_test.latest(company) is None
