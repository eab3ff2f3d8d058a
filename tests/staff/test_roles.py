"""Who may see and do what: every page and action tried by every role."""

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client

from aiadmin.staff import roles
from marketplace.models import Company
from marketplace.services.access import webhook_url
from tests.staff.people import ROLES, person
from whatsapp.models import Conversation, Message, Session

pytestmark = pytest.mark.django_db


def test_groups_follow_the_table() -> None:
    Group.objects.get(name=roles.SUPPORT).permissions.clear()
    extra = Permission.objects.get(codename="delete_user")
    Group.objects.get(name=roles.OPERATORS).permissions.add(extra)

    roles.ensure()

    for role in (roles.SUPPORT, roles.OPERATORS):
        rows = Group.objects.get(name=role).permissions.select_related("content_type")
        held = {f"{row.content_type.app_label}.{row.codename}" for row in rows}
        assert held == roles.permissions(role)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_lists_and_no_others(company: Company, role: str) -> None:
    client = person(role)
    allowed = {"": set(), "root": None}.get(role, roles.permissions(role))

    for model in site._registry:
        meta = model._meta
        answer = client.get(f"/admin/{meta.app_label}/{meta.model_name}/")
        right = f"{meta.app_label}.view_{meta.model_name}"
        expected = 200 if allowed is None or right in allowed else 403
        assert answer.status_code == expected, right


@pytest.mark.parametrize(
    ("role", "acts"), [("", False), (roles.SUPPORT, False), (roles.OPERATORS, True), ("root", True)]
)
def test_only_operators_act_on_a_company(company: Company, role: str, acts: bool) -> None:
    client = person(role)
    body = {"action": "freeze", "_selected_action": [company.pk]}

    client.post("/admin/marketplace/company/", body)

    company.refresh_from_db()
    assert company.integration_status == ("frozen" if acts else "active")
    assert LogEntry.objects.filter(object_id=str(company.pk)).exists() is acts


@pytest.mark.parametrize(
    ("role", "acts"), [("", False), (roles.SUPPORT, True), (roles.OPERATORS, True), ("root", True)]
)
def test_support_takes_chats_over(company: Company, role: str, acts: bool) -> None:
    chat = Conversation.objects.create(company=company, chat="1@s.whatsapp.net")
    client = person(role)
    path = f"/admin/whatsapp/conversation/{chat.pk}"

    taken = client.post(f"{path}/take-over/")
    written = client.post(f"{path}/write/", {"text": "Здравствуйте"})

    chat.refresh_from_db()
    assert (taken.status_code, written.status_code) == ((302, 302) if acts else (403, 403))
    assert (chat.bot_paused_until is not None) is acts
    assert Message.objects.filter(conversation=chat, author="person").exists() is acts


@pytest.mark.parametrize("role", ["", roles.SUPPORT])
def test_support_gives_no_orders_to_a_session(company: Company, role: str) -> None:
    client = person(role)
    before = Session.objects.filter(company=company).values().get()

    for action in ("restart", "log_out"):
        client.post(
            "/admin/whatsapp/session/", {"action": action, "_selected_action": [company.pk]}
        )
    changed = client.post(f"/admin/whatsapp/session/{company.pk}/change/", {"without_proxy": "on"})

    assert changed.status_code == 403
    assert Session.objects.filter(company=company).values().get() == before


def test_the_secret_of_a_callback_is_not_for_support(company: Company) -> None:
    delivery = company.callbacks.create(install_generation=company.install_generation)
    path = f"/admin/marketplace/callbackdelivery/{delivery.pk}/change/"
    secret = webhook_url(company).rpartition("=")[2]

    assert secret not in person(roles.SUPPORT).get(path).content.decode()
    assert secret in person(roles.OPERATORS).get(path).content.decode()


def test_ten_wrong_passwords_close_the_door_for_that_address_alone(company: Company) -> None:
    person("root", password="long-enough-password")
    wrong = {"username": "person-0", "password": "guess"}
    right = {"username": "person-0", "password": "long-enough-password"}
    here, elsewhere = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="203.0.113.8")

    answers: list[int] = []
    # The window is a slot of the clock: should it turn in between, the count begins anew.
    while 429 not in answers and len(answers) < 21:
        answers.append(here.post("/admin/login/", wrong).status_code)

    assert answers[:9] == [200] * 9
    assert 429 in answers
    assert here.post("/admin/login/", right).status_code == 429
    assert elsewhere.post("/admin/login/", right).status_code == 302
