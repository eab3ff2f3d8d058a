"""Requests for access: asked once, decided by the owner or by staff, told by letter."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin.core.errors import AppError, ForbiddenError
from aiadmin.core.models import Alarm
from aiadmin.core.queue import Job
from marketplace.models import AccessRequest, Company
from marketplace.services import approval_letters, approvals, onboarding, registration
from marketplace.services.access import SignedUser
from marketplace.services.registration import Registration
from tests.marketplace.signed import OTHER, OWNER, STRANGER, installed_salon
from tests.sandboxes import YclientsSandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

Capture = Callable[[], AbstractContextManager[list[tuple[Job, int]]]]


@pytest.fixture
def owned(registered: Registration) -> Company:
    company = registered.company
    company.owner_user_id, company.email, company.title = (
        OWNER.user_id,
        "owner@example.test",
        "Лилия",
    )
    company.save()
    return company


@pytest.fixture
def salons() -> list[int]:
    """Thirty salons of somebody else."""
    ids = list(range(800_000_001, 800_000_031))
    Company.objects.bulk_create(
        Company(external_company_id=salon_id, yclients_id=salon_id, owner_user_id=OWNER.user_id)
        for salon_id in ids
    )
    return ids


def _asked(company: Company, user: SignedUser = STRANGER) -> AccessRequest:
    onboarding.visit(salon_ids=[company.salon_id], proof=user)
    return AccessRequest.objects.latest("pk")


def _link(text: str) -> str:
    found = re.search(r"/marketplace/access/\S+", text)
    assert found, text
    return found[0]


def test_the_owner_is_asked_by_letter_once(owned: Company, capture_jobs: Capture) -> None:
    with capture_jobs() as jobs:
        request = _asked(owned)
        _asked(owned)

    assert [job for job in jobs if job[0] is Job.ACCESS_MAIL] == [(Job.ACCESS_MAIL, request.pk)]
    approval_letters.send(request.pk)
    approval_letters.send(request.pk)
    [letter] = mail.outbox
    assert letter.to == ["owner@example.test"]
    assert "Чужой (c@example.test)" in letter.body
    assert "token=" not in letter.body
    assert approval_letters.due_ids() == []


def test_approval_lets_exactly_this_person_in(client: Client, owned: Company) -> None:
    request = _asked(owned)
    approval_letters.send(request.pk)
    link = _link(str(mail.outbox[0].body))

    page = client.get(link)
    assert page.status_code == 200
    assert "Разрешить доступ к салону «Лилия»?" in page.content.decode()
    assert AccessRequest.objects.get(pk=request.pk).status == "waiting", "looking decides nothing"
    answer = client.post(link, {"decision": "approve"})

    assert "Доступ разрешён" in answer.content.decode()
    assert registration.register(salon_id=owned.salon_id, proof=STRANGER).company == owned
    [door] = onboarding.visit(salon_ids=[owned.salon_id], proof=STRANGER).doors
    assert onboarding.start(door.session)
    owned.refresh_from_db()
    assert owned.owner_user_id == OWNER.user_id
    with pytest.raises(ForbiddenError):
        registration.register(salon_id=owned.salon_id, proof=OTHER)
    approval_letters.send(request.pk)
    assert mail.outbox[-1].to == ["c@example.test"]
    assert "разрешён" in mail.outbox[-1].subject


def test_refusal_stays_a_refusal_for_a_week(client: Client, owned: Company) -> None:
    request = _asked(owned)
    link = approvals.about(request).decision_path

    assert "отказано" in client.post(link, {"decision": "refuse"}).content.decode()

    assert client.post(link, {"decision": "approve"}).status_code == 200
    assert AccessRequest.objects.get(pk=request.pk).status == "refused"
    _asked(owned)
    assert AccessRequest.objects.count() == 1
    AccessRequest.objects.update(decided_at=datetime.now(UTC) - timedelta(days=8))
    _asked(owned)
    assert AccessRequest.objects.count() == 2


def test_a_wrong_old_or_foreign_link_decides_nothing(client: Client, owned: Company) -> None:
    request, another = _asked(owned), _asked(owned, OTHER)
    link = approvals.about(request).decision_path
    key = link.split("key=")[1]

    for path in (link[:-1], f"/marketplace/access/{another.pk}?key={key}", link.split("?")[0]):
        assert client.post(path, {"decision": "approve"}).status_code == 404
    Company.objects.update(owner_user_id=777)
    assert client.post(link, {"decision": "approve"}).status_code == 404, "the owner has changed"
    Company.objects.update(owner_user_id=OWNER.user_id)
    AccessRequest.objects.update(created_at=datetime.now(UTC) - timedelta(days=8))
    assert client.post(link, {"decision": "approve"}).status_code == 404
    assert set(AccessRequest.objects.values_list("status", flat=True)) == {"waiting"}


def test_the_owner_sees_the_request_in_the_page_of_a_visit(owned: Company) -> None:
    request = _asked(owned)

    [item] = onboarding.visit(salon_ids=[owned.salon_id], proof=OWNER).questions

    assert item.request == request
    assert approvals.question(request.pk, item.decision_path.split("key=")[1]).request == request
    approvals.decide(request.pk, approve=True, by="владелец")
    # Whom the owner let in decides about nobody.
    _asked(owned, OTHER)
    assert onboarding.visit(salon_ids=[owned.salon_id], proof=STRANGER).questions == []


def test_staff_approve_a_new_salon_whose_name_did_not_fit(
    yclients: YclientsSandbox, admin_client: Client
) -> None:
    salon_id = installed_salon(yclients, "Другое название")
    onboarding.visit(salon_ids=[salon_id], proof=STRANGER)
    request = AccessRequest.objects.get()
    assert request.mail_due_at is None, "there is no owner to ask"

    url = "/admin/marketplace/accessrequest/"
    admin_client.post(url, {"action": "approve", "_selected_action": [request.pk]})

    done = registration.register(salon_id=salon_id, proof=STRANGER)
    assert done.created
    assert done.company.owner_user_id == STRANGER.user_id
    admin_client.post(url, {"action": "refuse", "_selected_action": [request.pk]})
    assert AccessRequest.objects.get().status == "refused"


def test_a_visit_that_nobody_signed_cannot_be_approved(db: None, salon_id: int) -> None:
    onboarding.visit(salon_ids=[salon_id], proof=None)
    request = AccessRequest.objects.get()

    with pytest.raises(AppError) as refusal:
        approvals.decide(request.pk, approve=True, by="staff")

    assert refusal.value.code == "nobody"
    assert approvals.granted([salon_id], 0) == set()


def test_a_chosen_name_is_one_short_line(owned: Company) -> None:
    user = SignedUser(
        user_id=9, name="Банк\n\nПерейдите " + "х" * 200, email="a@b.test\nBcc: x@y.z"
    )
    request = _asked(owned, user)

    approval_letters.send(request.pk)

    [letter] = mail.outbox
    assert "Банк Перейдите" in letter.body
    assert "х" * 60 not in letter.body
    assert request.user_email == ""


def test_letter_is_tried_again_and_ends(owned: Company, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    request = _asked(owned)

    approval_letters.send(request.pk)

    request.refresh_from_db()
    assert request.mail_tries == 1
    assert request.mail_due_at is not None
    assert request.mail_due_at > datetime.now(UTC)
    AccessRequest.objects.update(
        mail_due_at=datetime.now(UTC), mail_tries=approval_letters.MOST_TRIES - 1
    )
    approval_letters.send(request.pk)
    request.refresh_from_db()
    assert request.mail_due_at is None


def test_many_salons_are_one_alarm_an_hour(salons: list[int]) -> None:
    done = onboarding.visit(salon_ids=salons, proof=STRANGER)

    assert done.doors == []
    assert done.awaiting == salons[:20]
    alarm = Alarm.objects.get()
    assert str(salons[0]) in alarm.text
    assert str(salons[20]) not in alarm.text
    onboarding.visit(salon_ids=salons[20:], proof=STRANGER)
    for salon_id in salons:
        with pytest.raises(ForbiddenError):
            registration.register(salon_id=salon_id, proof=STRANGER)
    assert Alarm.objects.count() == 1
    onboarding.visit(salon_ids=salons[:1], proof=OTHER)
    assert Alarm.objects.count() == 2


def test_one_person_s_waiting_requests_have_an_end(db: None) -> None:
    for first in range(700_000_000, 700_000_100, 10):
        approvals.ask(range(first, first + 10), STRANGER)

    assert AccessRequest.objects.count() == approvals.MOST_WAITING
