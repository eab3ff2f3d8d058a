"""What staff use: the admin's chat view and its two buttons, and the sessions table."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import chat, write
from whatsapp.models import Conversation, Message, Session
from whatsapp.services import inbox


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    return client


def test_chat_is_shown_with_what_was_understood_and_escaped(
    staff: Client, company: Company
) -> None:
    write(company, "<script>alert(1)</script> запишите")
    inbox.drain(company.pk)
    Message.objects.update(frame={"intent": "book"})

    page = staff.get(f"/admin/whatsapp/conversation/{chat(company).pk}/change/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; запишите" in page
    assert "&quot;intent&quot;: &quot;book&quot;" in page
    assert "style=" not in page.split('class="chat"')[1].split("</table>")[0]


@pytest.mark.parametrize("page", ["conversation", "message", "session"])
def test_lists_open_and_nothing_can_be_added(staff: Client, company: Company, page: str) -> None:
    write(company)
    inbox.drain(company.pk)

    assert staff.get(f"/admin/whatsapp/{page}/").status_code == 200
    assert staff.get(f"/admin/whatsapp/{page}/add/").status_code == 403


SESSIONS = "/admin/whatsapp/session/"
SECRET = "socks5://salon:top-secret@proxy.example:1080"


def test_staff_give_a_session_a_proxy_that_nobody_sees_again(
    staff: Client, company: Company, bridge: BridgeServer
) -> None:
    bridge.answer("proxy", (200, {"status": "ok"}))
    before = Session.objects.filter(company=company).values().get()

    done = staff.post(f"{SESSIONS}{company.pk}/change/", {"proxy": SECRET}, follow=True)

    assert "переподключится" in done.content.decode()
    assert [asked.body for asked in bridge.of("proxy")] == [{"url": SECRET}]
    assert Session.objects.filter(company=company).values().get() == before
    page = staff.get(f"{SESSIONS}{company.pk}/change/").content.decode()
    assert "top-secret" not in page
    assert "общий" in page
    trail = LogEntry.objects.values_list("change_message", flat=True)
    assert not any("top-secret" in entry for entry in trail)


def test_staff_take_the_proxy_away_and_a_form_left_empty_does_nothing(
    staff: Client, company: Company, bridge: BridgeServer
) -> None:
    bridge.answer("proxy", (200, {"status": "ok"}))

    staff.post(f"{SESSIONS}{company.pk}/change/", {"proxy": ""})
    staff.post(f"{SESSIONS}{company.pk}/change/", {"without_proxy": "on"})

    assert [asked.body for asked in bridge.of("proxy")] == [{"url": None}]


@pytest.mark.parametrize(
    ("url", "answer", "told"),
    [
        ("ftp://proxy.example", None, "Нужен адрес вида http://"),
        (SECRET, (422, {"code": "bad_proxy", "error": "x"}), "не принял этот адрес"),
        (SECRET, (503, {"code": "store_unavailable", "error": "x"}), "прокси не изменён"),
    ],
)
def test_proxy_that_is_not_taken_is_told_of(
    staff: Client,
    company: Company,
    bridge: BridgeServer,
    url: str,
    answer: tuple[int, dict[str, str]] | None,
    told: str,
) -> None:
    if answer:
        bridge.answer("proxy", answer)

    page = staff.post(f"{SESSIONS}{company.pk}/change/", {"proxy": url}, follow=True)

    assert told in page.content.decode()
    assert len(bridge.of("proxy")) == (1 if answer else 0)


def test_staff_take_a_chat_over_and_give_it_back(staff: Client, company: Company) -> None:
    write(company)
    inbox.drain(company.pk)
    known = chat(company)
    Conversation.objects.update(needs_person_since=datetime.now(UTC), needs_person_reason="x")
    chosen = {"_selected_action": [known.pk]}

    staff.post("/admin/whatsapp/conversation/", {"action": "pause_assistant", **chosen})
    paused = chat(company)
    assert paused.bot_paused_until is not None
    assert paused.turn_due_at is None
    assert paused.needs_person_since is None

    staff.post("/admin/whatsapp/conversation/", {"action": "resume_assistant", **chosen})
    assert chat(company).bot_paused_until is None


def test_sessions_are_listed_with_masked_numbers(company: Company) -> None:
    Session.objects.update(phone="+79005550011", reason="x")
    out = StringIO()

    call_command("sessions", stdout=out)

    assert "connected (x)" in out.getvalue()
    assert "+7•••11" in out.getvalue()
    assert "+79005550011" not in out.getvalue()


def test_sessions_as_json_are_for_scripts(company: Company) -> None:
    out = StringIO()

    call_command("sessions", "--json", stdout=out)

    (row,) = json.loads(out.getvalue())
    assert (row["company_id"], row["state"], row["queued"]) == (company.pk, "connected", 0)


def test_terminal_talk_answers_from_the_salons_own_data(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("Сколько стоит мужская стрижка?\n\n"))
    out = StringIO()

    call_command("chat", "--company", str(company.pk), "--dry-run", stdout=out)

    assert "1 500 ₽" in out.getvalue().replace("\xa0", " ")
    assert "frame   intent=price" in out.getvalue()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--company", "999999"], "no company"),
        (["--company", "{pk}", "--phone", "x"], "--phone"),
    ],
)
def test_terminal_talk_says_what_is_wrong(
    company: Company, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("chat", *(item.format(pk=company.pk) for item in arguments))
