"""The hot paths by themselves, in this process: a message, a webhook, a look at the state, the sweeps.

And the beat of what is said unasked, when there is nothing to say.
"""

from collections.abc import Callable
from typing import Any

from django.test import Client as Browser

from marketplace.models import Company, WebhookEvent
from marketplace.services import access, webhooks
from tests.whatsapp.hands import make_due, write
from whatsapp.models import Conversation, Message
from whatsapp.models.message import MessageStatus
from whatsapp.services import handover, inbox, kept_requests, outbox, outreach, sessions, turns


def tidy(company: Company) -> None:
    """Its reply has left, its webhook was handled, and the dialogue is where it was."""
    Conversation.objects.filter(company=company).update(state={"introduced": True})
    waiting = Message.objects.filter(company=company, status=MessageStatus.QUEUED)
    waiting.update(status=MessageStatus.SENT, due_at=None)
    hooks = WebhookEvent.objects.filter(company=company, status=WebhookEvent.Status.NEW)
    hooks.update(status=WebhookEvent.Status.DONE)


def of(company: Company, key: str) -> dict[str, Callable[[int], object]]:
    """Name → the path; its argument differs in every call."""
    web = Browser(headers={"host": "127.0.0.1"})
    chat = Conversation.objects.filter(company=company).order_by("pk").first()
    assert chat is not None
    hook = f"/marketplace/webhook/{company.pk}?key={access.webhook_key(company)}"

    def message(_: int) -> None:
        write(company, "Сколько стоит мужская стрижка?")
        inbox.drain(company.pk)
        make_due()
        stored = turns.run(chat.pk, "bench")
        assert stored
        # No bridge answers: all is done but the call itself.
        outbox.deliver(chat.pk, stored.fresh)

    def webhook(number: int) -> None:
        body: dict[str, Any] = {"resource": "record", "resource_id": number, "status": "update"}
        answer = web.post(hook, body, content_type="application/json")
        assert answer.status_code == 200, answer.content

    def status(_: int) -> None:
        answer = web.get(f"/marketplace/status/{company.pk}", headers={"X-API-Key": key})
        assert answer.status_code == 200, answer.content

    def sweep(_: int) -> None:
        inbox.drain_all()
        for due in (turns.overdue, outbox.due, kept_requests.due, handover.untold):
            due()
        sessions.reconcile()
        webhooks.due_ids()

    def beat(_: int) -> None:
        outreach.beat()

    return {"message": message, "webhook": webhook, "/status": status, "sweep": sweep, "beat": beat}
