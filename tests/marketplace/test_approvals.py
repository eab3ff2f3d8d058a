"""Approvals: a person who proved nothing reaches the staff's mailbox once an hour."""

import pytest

from aiadmin.core.errors import ForbiddenError
from aiadmin.core.models import Alarm
from marketplace.models import Company
from marketplace.services import registration
from marketplace.services.access import SignedUser

pytestmark = pytest.mark.django_db

STRANGER = SignedUser(user_id=502, name="Чужой", salon_name="Лилия")
OTHER = SignedUser(user_id=503, name="Другой", salon_name="Лилия")


@pytest.fixture
def salons() -> list[int]:
    """Thirty salons of somebody else."""
    ids = list(range(800_000_001, 800_000_031))
    Company.objects.bulk_create(
        Company(external_company_id=salon_id, yclients_id=salon_id, owner_user_id=501)
        for salon_id in ids
    )
    return ids


def test_many_salons_are_one_alarm_an_hour_and_at_most_twenty(salons: list[int]) -> None:
    done = registration.onboard(salon_ids=salons, proof=STRANGER)

    assert done.registered == []
    assert done.awaiting == salons[:20]
    alarm = Alarm.objects.get()
    assert str(salons[0]) in alarm.text
    assert str(salons[19]) in alarm.text
    assert str(salons[20]) not in alarm.text

    for salon_id in salons:
        with pytest.raises(ForbiddenError):
            registration.register(salon_id=salon_id, proof=STRANGER)
    assert Alarm.objects.count() == 1


def test_another_person_is_another_alarm(salons: list[int]) -> None:
    registration.onboard(salon_ids=salons[:1], proof=STRANGER)
    registration.onboard(salon_ids=salons[:1], proof=OTHER)

    assert Alarm.objects.count() == 2
