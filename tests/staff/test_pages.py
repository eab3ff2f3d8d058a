"""What staff look at: the day, the way of salons, hand-overs by harm, a chat one can answer in."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection

from marketplace.models import ApiKey, Company, OnboardingStep
from marketplace.services import activation, funnel, keys
from tests.staff.people import person
from whatsapp.assistant.frame import Topic
from whatsapp.models import BridgeEvent, Conversation, HandOver, Message
from whatsapp.services import bridge_rows, handover, inbox, watch

pytestmark = pytest.mark.django_db

Step = OnboardingStep.Step


def _chat(company: Company, number: int, **columns: object) -> Conversation:
    return Conversation.objects.create(
        company=company, chat=f"7900300{number:04d}@s.whatsapp.net", **columns
    )


def test_the_day_counts_what_happened(company: Company) -> None:
    chat = _chat(company, 1, needs_person_since=datetime.now(UTC))
    now = datetime.now(UTC)
    for place, direction in enumerate(("in", "out")):
        made = Message.objects.create(
            company=company,
            conversation=chat,
            direction=direction,
            author="client" if direction == "in" else "bot",
            status="answered" if direction == "in" else "sent",
            wa_id=f"M{place}",
            at=now,
            turn_number=7,
        )
        Message.objects.filter(pk=made.pk).update(created_at=now + timedelta(seconds=4 * place))

    page = person("root").get("/admin/").content.decode()

    assert "4,0 с" in page
    assert "ответов 1" in page
    assert "ждут человека</a></dt><dd>1</dd>" in page


def test_the_way_shows_how_far_and_why_no_further(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(yclients_trouble="licence")
    funnel.reached(company, Step.TOKEN)
    funnel.reached(company, Step.PAGE)
    page = person("root").get("/admin/way/").content.decode()

    assert "не отсканировал" not in page
    assert "код не показан" in page
    assert "YCLIENTS отказывает: закончилась лицензия" in page
    assert page.count('class="way-done"') == 3
    assert page.count('class="way-next"') == 1


def test_a_step_is_noted_once_and_anew_after_a_new_installation(company: Company) -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    funnel.reached(company, Step.CODE, at=first)
    funnel.reached(company, Step.CODE)

    assert list(company.steps.values_list("at", flat=True)) == [first]
    company.install_generation += 1
    funnel.reached(company, Step.CODE)
    assert company.steps.count() == 2


def test_a_salon_that_answered_its_client_leaves_the_way(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(connected_at=datetime(2026, 1, 1, tzinfo=UTC))
    watch.first_answers()
    assert not company.steps.filter(step=Step.ANSWERED).exists()
    Message.objects.create(
        company=company,
        conversation=_chat(company, 1),
        direction="out",
        author="bot",
        status="sent",
        wa_id="M",
        at=datetime.now(UTC),
    )

    watch.first_answers()

    assert company.steps.filter(step=Step.ANSWERED).exists()
    assert (
        "Все подключённые салоны уже отвечают" in person("root").get("/admin/way/").content.decode()
    )


def test_hand_overs_stand_by_harm_then_by_waiting(company: Company) -> None:
    now = datetime.now(UTC)
    for number, (topic, minutes) in enumerate(
        [(Topic.QUESTION, 50), (Topic.COMPLAINT, 5), (Topic.MEDICAL, 1), (Topic.COMPLAINT, 9)]
    ):
        _chat(
            company,
            number,
            name=f"Клиент{number}",
            needs_person_since=now - timedelta(minutes=minutes),
            needs_person_reason=handover.reason(topic, "x"),
        )
    _chat(company, 9, name="Клиент9")

    page = person("root").get("/admin/whatsapp/handover/").content.decode()

    order = sorted(range(4), key=lambda number: page.index(f"Клиент{number}"))
    assert order == [2, 3, 1, 0]
    assert "Клиент9" not in page
    assert HandOver.objects.count() == 5


def test_staff_write_as_the_salon_and_give_the_chat_back(company: Company) -> None:
    chat = _chat(company, 1, needs_person_since=datetime.now(UTC), needs_person_reason="x: y")
    client = person("root")
    path = f"/admin/whatsapp/conversation/{chat.pk}"

    client.post(f"{path}/write/", {"text": "  Добрый день! <b>Ждём</b> вас  "})

    sent = Message.objects.get(conversation=chat)
    assert (sent.author, sent.status, sent.text) == (
        "person",
        "queued",
        "Добрый день! <b>Ждём</b> вас",
    )
    chat.refresh_from_db()
    assert chat.bot_paused_until is not None
    assert chat.needs_person_since is None
    page = client.get(f"{path}/change/").content.decode()
    assert "&lt;b&gt;Ждём&lt;/b&gt;" in page
    assert "Вернуть помощнику" in page

    client.post(f"{path}/give-back/")
    chat.refresh_from_db()
    assert chat.bot_paused_until is None
    said = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert said == ["Написал от имени салона", "Вернул чат помощнику"]


@pytest.mark.parametrize(("text", "told"), [("   ", "Напишите"), ("я" * 4001, "Слишком длинно")])
def test_what_cannot_be_sent_changes_nothing(company: Company, text: str, told: str) -> None:
    chat = _chat(company, 1)

    answer = person("root").post(
        f"/admin/whatsapp/conversation/{chat.pk}/write/", {"text": text}, follow=True
    )

    assert told in answer.content.decode()
    assert not Message.objects.exists()
    chat.refresh_from_db()
    assert chat.bot_paused_until is None


def test_an_event_put_aside_is_handled_once_more(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.events (session_id, kind, payload, processed_at, attempts, error)"
            " VALUES (%s, 'message', '{}', now(), 3, 'KeyError') RETURNING id",
            [company.pk],
        )
        pk = cursor.fetchone()[0]

    page = person("root").post(
        "/admin/whatsapp/bridgeevent/",
        {"action": "replay", "_selected_action": [pk]},
        follow=True,
    )

    assert "Снова в очереди: 1" in page.content.decode()
    row = BridgeEvent.objects.get(pk=pk)
    assert (row.processed_at, row.attempts, row.error) == (None, 0, None)
    assert bridge_rows.has_waiting(company.pk)
    assert inbox.replay([pk]) == 0


def test_a_salon_frozen_by_staff_is_not_thawed_by_yclients(company: Company) -> None:
    activation.mark_frozen(company.pk, reason="staff", by_staff=True)
    Company.objects.filter(pk=company.pk).update(status_polled_at=None)

    assert company.pk not in activation.frozen_due()
    assert activation.mark_unfrozen(company.pk)
    activation.mark_frozen(company.pk)
    Company.objects.filter(pk=company.pk).update(status_polled_at=None)
    assert company.pk in activation.frozen_due()


def test_a_new_key_is_shown_once_and_the_old_one_is_dead(company: Company) -> None:
    old = keys.issue(company, ApiKey.Kind.OWNER).plain
    body = {"action": "rotate_key", "_selected_action": [company.pk]}

    page = person("root").post("/admin/marketplace/company/", body)

    assert "no-store" in page["Cache-Control"]
    shown = page.content.decode().split("<pre>")[1].split("</pre>")[0]
    assert keys.company_for_key(shown) == company
    assert keys.company_for_key(old) is None
    assert shown not in "".join(LogEntry.objects.values_list("change_message", flat=True))
