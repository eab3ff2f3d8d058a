"""Who looks after an installation and writes its letters: one worker at a time, another soon after a kill."""

from datetime import UTC, datetime

import pytest

from aiadmin.core import leases
from marketplace.models import AccessRequest, CallbackDelivery, Company, OwnerLink
from marketplace.services import approval_letters, hooks, owner_letters
from tests.marketplace.deliveries import acknowledged
from tests.marketplace.killing import worker_in_call
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_the_look_of_a_killed_worker_is_free_within_a_lease(yclients: YclientsSandbox) -> None:
    delivery = acknowledged(yclients)
    work = "from marketplace.services import hooks; hooks.look(hooks.due_ids()[0])"
    with worker_in_call(yclients, f"/hooks_settings/{delivery.company.salon_id}", work):
        assert hooks.due_ids() == []

    delivery.refresh_from_db()
    assert delivery.hooks_due_at is not None
    assert delivery.hooks_due_at <= leases.until()
    assert delivery.hooks == CallbackDelivery.Hooks.UNCHECKED
    CallbackDelivery.objects.update(hooks_due_at=datetime.now(UTC))
    hooks.look(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.hooks == CallbackDelivery.Hooks.SET_BY_US


def test_a_look_that_was_asked_for_again_is_not_the_first_one_s_any_more(
    yclients: YclientsSandbox,
) -> None:
    delivery = acknowledged(yclients)
    CallbackDelivery.objects.update(hooks_claim=7, hooks_due_at=leases.until())
    assert hooks.keeper.renew(delivery.pk, 7)
    assert hooks.due_ids() == []

    assert hooks.check_now(delivery.pk)

    assert not hooks.keeper.renew(delivery.pk, 7)
    assert hooks.due_ids() == [delivery.pk]


def test_a_letter_with_a_link_is_one_worker_s() -> None:
    link = OwnerLink.objects.create(
        company=Company.objects.create(),
        install_generation=1,
        email="owner@example.test",
        expires_at=leases.until(),
        mail_due_at=datetime.now(UTC),
        mail_tries=1,
    )
    assert owner_letters.keeper.renew(link.pk, 1)
    assert owner_letters.due_ids() == []

    for columns in ({"mail_tries": 2}, {"mail_tries": 1, "mail_due_at": None}):
        OwnerLink.objects.update(**columns)
        assert not owner_letters.keeper.renew(link.pk, 1)


def test_a_letter_about_a_request_is_one_worker_s() -> None:
    request = AccessRequest.objects.create(salon_id=1, mail_due_at=datetime.now(UTC), mail_claim=7)
    assert approval_letters.keeper.renew(request.pk, 7)
    assert approval_letters.due_ids() == []

    for columns in ({"mail_claim": 0}, {"mail_claim": 7, "mail_due_at": None}):
        AccessRequest.objects.update(**columns)
        assert not approval_letters.keeper.renew(request.pk, 7)
