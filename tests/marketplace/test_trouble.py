"""YCLIENTS refuses a salon: told once in words a salon understands, over when it answers again."""

from datetime import UTC, datetime, timedelta

import pytest

from aiadmin.core.models import Alarm
from marketplace.models import Company, SyncRun
from marketplace.services import sync, trouble
from marketplace.services.registration import Registration
from marketplace.yclients.errors import (
    Forbidden,
    LicenceExpired,
    Retryable,
    Unauthorized,
    YclientsError,
)
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db


def _company(item: Registration) -> Company:
    return Company.objects.get(pk=item.company.pk)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (LicenceExpired(), "licence", "закончилась лицензия"),
        (Unauthorized(), "unauthorized", "смены пароля"),
        (
            Forbidden(right="timetable_access"),
            "forbidden:timetable_access",
            "Журнал записи → просмотр",
        ),
        (Forbidden(right="brand_new_access"), "forbidden:brand_new_access", "«brand_new_access»"),
        (Forbidden(), "forbidden:", "доступ к данным филиала"),
        (Forbidden(right="x" * 60), ("forbidden:" + "x" * 60)[:40], "«xxx"),
    ],
)
def test_refusal_is_kept_and_told_in_words_once(
    registered: Registration, error: YclientsError, code: str, words: str
) -> None:
    Company.objects.update(email="owner@example.test")

    assert trouble.note(registered.company.pk, error)
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    Company.objects.update(yclients_trouble_at=hour_ago)
    Alarm.objects.update(hour=hour_ago)
    assert trouble.note(registered.company.pk, error)

    company = _company(registered)
    alarm = Alarm.objects.get(kind="yclients_trouble")
    assert company.yclients_trouble == code
    assert company.yclients_trouble_at is not None
    assert company.yclients_trouble_at > hour_ago
    assert words in alarm.text
    assert alarm.recipient == "owner@example.test"


@pytest.mark.parametrize("error", [Retryable(), YclientsError("что-то")])
def test_what_passes_by_itself_is_no_trouble(
    registered: Registration, error: YclientsError
) -> None:
    assert not trouble.note(registered.company.pk, error)

    assert _company(registered).yclients_trouble == ""
    assert not Alarm.objects.exists()


def test_answer_about_one_right_proves_nothing_about_another(registered: Registration) -> None:
    trouble.note(registered.company.pk, Forbidden(right="clients_access"))

    trouble.clear(registered.company.pk, right="timetable_access")
    assert _company(registered).yclients_trouble == "forbidden:clients_access"

    trouble.clear(registered.company.pk, right="clients_access")
    company = _company(registered)
    assert (company.yclients_trouble, company.yclients_trouble_at) == ("", None)


def test_any_answer_ends_a_trouble_with_licence_or_token(registered: Registration) -> None:
    for error in (LicenceExpired(), Unauthorized()):
        trouble.note(registered.company.pk, error)
        trouble.clear(registered.company.pk, right="timetable_access")
        assert _company(registered).yclients_trouble == ""


@pytest.mark.django_db(transaction=True)
def test_sync_finds_the_trouble_and_its_end(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients)
    path = f"/salons/{salon.company.salon_id}"

    yclients.control.patch(path, json={"denied": ["timetable_access"]}).raise_for_status()
    salon.synced()
    assert SyncRun.objects.get().status == SyncRun.Status.DONE
    assert salon.company.yclients_trouble == "forbidden:timetable_access"

    yclients.control.patch(path, json={"denied": []}).raise_for_status()
    sync.run(sync.request_sync(salon.company.pk).pk)
    salon.company.refresh_from_db()
    assert salon.company.yclients_trouble == ""
