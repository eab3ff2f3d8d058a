"""The catalogue as it is offered: categories, prepaid services, masters that clients must not see."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from marketplace.models import Service, ServiceCategory, SyncRun
from marketplace.services import free_slots, sync
from marketplace.services import salon as salon_facts
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon(yclients: YclientsSandbox) -> Iterator[SandboxSalon]:
    yield SandboxSalon(yclients).synced()
    yclients.heal()


def offered_staff(salon: SandboxSalon) -> set[int]:
    return {master.id for master in salon_facts.facts(salon.company).staff}


def test_services_stand_in_their_categories(salon: SandboxSalon) -> None:
    rows = ServiceCategory.objects.filter(company=salon.company, deleted_at=None)
    assert rows.count() > 1
    assert all(row.title and row.weight for row in rows)
    haircut = Service.objects.get(company=salon.company, title="Мужская стрижка")
    assert haircut.category in rows
    facts = {item.title: item for item in salon_facts.facts(salon.company).services}
    assert haircut.category is not None
    assert facts["Мужская стрижка"].category == haircut.category.title


def test_category_that_is_no_more_is_deleted_softly(salon: SandboxSalon) -> None:
    old = ServiceCategory.objects.create(company=salon.company, yclients_id=1, title="Было")

    salon.synced()

    old.refresh_from_db()
    assert old.deleted_at is not None


def test_prepaid_service_is_flagged(salon: SandboxSalon) -> None:
    prepaid = Service.objects.filter(company=salon.company, prepaid=True)
    assert [row.title for row in prepaid] == ["Свадебный образ"]
    (facts,) = [item for item in salon_facts.facts(salon.company).services if item.prepaid]
    assert facts.title == "Свадебный образ"


def test_hidden_and_fired_masters_are_known_and_never_offered(salon: SandboxSalon) -> None:
    hidden, fired = salon.master("Лист ожидания"), salon.master("Ирина")

    assert not {hidden, fired} & offered_staff(salon)
    for master in (hidden, fired):
        with pytest.raises(LookupError):
            free_slots.free_slots(
                salon.company,
                service_ids=(salon.service("Женская стрижка"),),
                staff_id=master,
                day_from=salon.at(0).date(),
                day_to=salon.at(0).date(),
            )


@pytest.mark.parametrize("change", [{"fired": True}, {"hidden": True}, {"bookable": False}])
def test_master_taken_off_is_not_offered_after_the_next_reading(
    change: dict[str, bool], salon: SandboxSalon
) -> None:
    sergey = salon.master("Сергей")
    assert sergey in offered_staff(salon)
    path = f"/salons/{salon.company.salon_id}/staff/{sergey}"
    salon.sandbox.control.patch(path, json=change).raise_for_status()

    run = sync.request_sync(salon.company.pk, scope=SyncRun.Scope.CATALOG)
    sync.run(run.pk)

    assert sergey not in offered_staff(salon)


@pytest.mark.parametrize("change", [{"is_online": False}, {"active": False}])
def test_service_closed_for_online_booking_is_not_offered(
    change: dict[str, bool], salon: SandboxSalon
) -> None:
    service = salon.service("Мужская стрижка")
    path = f"/salons/{salon.company.salon_id}/services/{service}"
    salon.sandbox.control.patch(path, json=change).raise_for_status()

    run = sync.request_sync(salon.company.pk, scope=SyncRun.Scope.CATALOG)
    sync.run(run.pk)

    assert service not in {item.id for item in salon_facts.facts(salon.company).services}


@pytest.mark.django_db(transaction=True)
def test_passes_over_one_salon_at_once_all_end_well(salon: SandboxSalon) -> None:
    runs = [
        sync.request_sync(salon.company.pk, scope=scope).pk
        for _ in range(3)
        for scope in SyncRun.Scope.values
    ]

    def work(run_id: int) -> None:
        try:
            sync.run(run_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, dict.fromkeys(runs)))

    rows = SyncRun.objects.filter(pk__in=runs)
    assert {(row.scope, row.status, row.failures) for row in rows} == {
        (scope, "done", 1) for scope in SyncRun.Scope.values
    }
