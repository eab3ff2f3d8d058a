"""manage.py prune and replay_webhooks: what goes, what stays, what is processed again."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import models
from django.test import Client

from marketplace.models import (
    CallbackAttempt,
    CallbackDelivery,
    ConnectToken,
    OnboardingSession,
    OwnerLink,
    OwnerSession,
    ScheduleDay,
    Staff,
    SyncRun,
    WebhookEvent,
)
from marketplace.services import retention, webhooks
from marketplace.services.registration import Registration

pytestmark = pytest.mark.django_db


def _ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def _event(item: Registration, key: str, status: str, *, days: int = 0) -> WebhookEvent:
    return WebhookEvent.objects.create(
        company=item.company,
        key=key,
        resource="record",
        body={},
        status=status,
        received_at=_ago(days),
        crashes=3,
        note="не вышло",
    )


def _left(model: type[models.Model]) -> int:
    return model._default_manager.count()


def test_processed_events_go_after_thirty_days(registered: Registration) -> None:
    for status in ("done", "ignored", "failed", "new"):
        for days in (29, 31):
            _event(registered, f"{status}{days}", status, days=days)

    retention.prune()

    kept = set(WebhookEvent.objects.values_list("key", flat=True))
    assert kept == {"done29", "ignored29", "failed29", "new29", "new31"}


def test_spent_tokens_sessions_and_attempts_go(registered: Registration) -> None:
    ConnectToken.objects.all().delete()
    delivery = CallbackDelivery.objects.create(company=registered.company, install_generation=1)
    for number, days in enumerate((6, 8)):
        ConnectToken.objects.create(
            company=registered.company, jti=str(days), sha256=str(days), expires_at=_ago(days)
        )
        OnboardingSession.objects.create(sha256=f"e{number}", salon_id=1, expires_at=_ago(days))
        owner = {"company": registered.company, "install_generation": 1}
        OwnerLink.objects.create(**owner, expires_at=_ago(days))
        OwnerSession.objects.create(**owner, sha256=f"o{number}", expires_at=_ago(days))
        OnboardingSession.objects.create(
            sha256=f"u{number}", salon_id=1, expires_at=_ago(0), used_at=_ago(days)
        )
    for days in (89, 91):
        CallbackAttempt.objects.create(delivery=delivery, created_at=_ago(days))

    deleted = retention.prune()

    assert deleted == {
        "webhook_events": 0,
        "connect_tokens": 1,
        "onboarding_sessions": 2,
        "owner_links": 1,
        "owner_sessions": 1,
        "callback_attempts": 1,
        "sync_runs": 0,
        "schedule_days": 0,
    }
    assert (_left(ConnectToken), _left(OnboardingSession), _left(CallbackAttempt)) == (1, 2, 1)


def test_latest_run_of_each_company_stays_however_old(
    registered: Registration, another: Registration
) -> None:
    def run(item: Registration, scope: str, days: int) -> int:
        made = SyncRun.objects.create(
            company=item.company, scope=scope, status="done", finished_at=_ago(days)
        )
        return made.pk

    gone = run(registered, "full", 200)
    kept = {
        run(registered, "full", 100),
        run(another, "full", 300),
        run(registered, "changes", 300),
    }

    retention.prune()

    assert set(SyncRun.objects.values_list("pk", flat=True)) == kept
    assert gone not in kept


def test_prune_takes_more_than_one_batch_and_says_how_much(registered: Registration) -> None:
    WebhookEvent.objects.bulk_create(
        WebhookEvent(
            company=registered.company,
            key=str(number),
            body={},
            status="done",
            received_at=_ago(40),
        )
        for number in range(retention.BATCH + 5)
    )
    told = io.StringIO()

    call_command("prune", stdout=told)

    assert _left(WebhookEvent) == 0
    assert f" {retention.BATCH + 5}\n" in told.getvalue()


# --- Again -------------------------------------------------------------------------------------------
def test_replay_makes_failed_and_ignored_events_due(
    registered: Registration, another: Registration
) -> None:
    failed = _event(registered, "f", "failed")
    ignored = _event(registered, "i", "ignored")
    done = _event(registered, "d", "done")
    theirs = _event(another, "t", "failed")

    call_command(
        "replay_webhooks", failed=True, company=registered.company.pk, stdout=io.StringIO()
    )
    assert webhooks.due_ids() == [failed.pk]
    failed.refresh_from_db()
    assert (failed.status, failed.crashes, failed.note) == ("new", 0, "")

    call_command("replay_webhooks", stdout=io.StringIO())
    assert set(webhooks.due_ids()) == {failed.pk, ignored.pk, theirs.pk}

    call_command("replay_webhooks", ids=[done.pk], stdout=io.StringIO())
    assert done.pk in webhooks.due_ids()


def test_staff_process_an_event_again(registered: Registration, admin_client: Client) -> None:
    event = _event(registered, "f", "failed")

    admin_client.post(
        "/admin/marketplace/webhookevent/",
        {"action": "process_again", "_selected_action": [event.pk]},
    )

    assert webhooks.due_ids() == [event.pk]


def test_working_days_long_past_go(registered: Registration) -> None:
    master = Staff.objects.create(company=registered.company, yclients_id=1, name="Сергей")
    for days in (-1, 0, 29, 32):
        ScheduleDay.objects.create(
            company=registered.company, staff=master, day=_ago(days).date(), slots=[]
        )

    retention.prune()

    kept = ScheduleDay.objects.values_list("day", flat=True)
    assert set(kept) == {_ago(days).date() for days in (-1, 0, 29)}
