"""What the program writes as codes staff read in words: kinds, reasons, steps, what a turn did."""

import re
import typing
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from aiadmin.core import alarm_kinds
from aiadmin.core.models import Alarm
from marketplace import staff_words as marketplace_words
from marketplace.models import Company, SyncRun, WebhookEvent
from marketplace.services.sync_steps import STEPS
from tests.staff.people import person
from tests.staff.rows import grow
from tests.tree import ROOT, files
from whatsapp import schemas, staff_words
from whatsapp.assistant import decisions
from whatsapp.assistant.frame import Intent
from whatsapp.models import BridgeEvent, Message, Outreach, Session
from whatsapp.services import outreach_send

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)

CODES: Mapping[type[Model], Mapping[str, Iterable[str]]] = {
    BridgeEvent: {"kind": schemas.EVENTS},
    Message: {
        "kind": ("text", "image", "reaction"),
        "error": ("463", "not_connected", "taken_over", "http 503", "pace"),
    },
    Outreach: {"reason": outreach_send.IN_WORDS},
    Session: {"reason": ("logged_out", "refused:number_taken:kept", "code_499", "lease lost")},
    SyncRun: {"step": [step.name for steps in STEPS.values() for step in steps]},
    WebhookEvent: {"resource": ("record", "client"), "event": ("create", "update", "delete")},
    Company: {
        "yclients_trouble": ("licence", "unauthorized", "forbidden:clients_access"),
        "status_reason": ("staff", "no_connection", "uninstalled_in_yclients"),
    },
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", CODES, ids=lambda model: model._meta.label)
def test_a_code_is_shown_in_words_in_the_list_and_on_the_page(model: type[Model]) -> None:
    grow(model, 1)
    row: Any = model._default_manager.latest("pk")
    path, client = f"/admin/{model._meta.app_label}/{model._meta.model_name}/", person("root")

    for column, codes in CODES[model].items():
        for place, code in enumerate(codes):
            with connection.cursor() as cursor:
                cursor.execute(
                    f'UPDATE "{model._meta.db_table}" SET {column} = %s'  # noqa: S608  (names of ours)
                    f" WHERE {row._meta.pk.column} = %s",
                    [code, row.pk],
                )
            for page in (path, *([f"{path}{row.pk}/change/"] if place == 0 else [])):
                shown = client.get(page).content.decode()
                assert not re.search(rf">\s*{re.escape(code)}\s*<", shown), (page, code)


@pytest.mark.django_db
def test_alarms_are_told_in_words_with_their_salon() -> None:
    grow(Company, 1)
    salon = Company.objects.get()
    grow(Alarm, 1)
    Alarm.objects.update(kind="approval:77", company_id=salon.pk, closed_at=None)
    client = person("root")

    listed = client.get("/admin/core/alarm/?kind=approval").content.decode()
    page = client.get(f"/admin/core/alarm/{Alarm.objects.get().pk}/change/").content.decode()

    assert "просят доступ к салону" in listed
    assert f"/admin/marketplace/company/{salon.pk}/change/" in listed
    assert "просят доступ к салону" in page
    assert "approval:77" not in listed + page
    empty = client.get("/admin/core/alarm/?kind=queue_old").content.decode()
    assert f"/admin/marketplace/company/{salon.pk}/change/" not in empty


def test_every_kind_of_alarm_that_is_raised_has_a_name_and_no_other() -> None:
    sources = "\n".join(
        (ROOT / path).read_text("utf-8") for path in files(".py") if path.parts[0] != "tests"
    )
    raised = set(re.findall(r'raise_alarm\(\s*f?"(\w+)', sources))
    # A kind that is asked about too has a name of its own.
    named = dict(re.findall(r'^([A-Z]+) = "(\w+)"$', sources, re.MULTILINE))
    raised |= {named[name] for name in re.findall(r"raise_alarm\(\s*([A-Z]+),", sources)}
    # Told to the administrators first, and a phone that may not stay, by the refusal's code.
    raised |= set(re.findall(r'_tell\(company, rows, "\w+", "(\w+)"', sources))
    raised |= {"number_taken", "single_tenant"}

    assert len(raised) > 25
    assert raised == set(alarm_kinds.KINDS)


def test_whatever_a_turn_decides_and_does_has_words() -> None:
    decided = {each.__name__ for each in _members(decisions.Decision)}
    done = set(re.findall(r'"(\w+)"', (ROOT / "whatsapp/assistant/actions.py").read_text("utf-8")))

    turns: tuple[dict[str, Any], ...] = (
        *({"frames": [{"intent": intent.value}]} for intent in Intent),
        *({"decisions": [name]} for name in decided),
        *({"actions": [name]} for name in done),
    )
    for told in turns:
        assert _CYRILLIC.search(staff_words.story(told)), told


def test_a_turn_is_told_in_one_line() -> None:
    told = {"frames": [{"intent": "book"}], "decisions": ["Written"], "actions": ["create_booking"]}

    assert staff_words.story(told) == "записаться → записал в журнал → запись создана"
    assert staff_words.story({"frames": ["odd"]}) == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("forbidden:clients_access", "нет права «Клиентская база → просмотр»"),
        ("licence", "закончилась лицензия"),
        ("something_new", "something_new"),
    ],
)
def test_a_refusal_of_yclients_in_words(code: str, words: str) -> None:
    assert marketplace_words.refusal(code) == words


def _members(union: Any) -> set[type]:
    if isinstance(union, UnionType) or typing.get_origin(union) is typing.Union:
        return set().union(*(_members(each) for each in typing.get_args(union)))
    return {union}


@pytest.mark.django_db
def test_a_filter_by_a_code_leaves_all_of_that_meaning() -> None:
    for resource in ("staff", "master", "client"):
        grow(WebhookEvent, 1)
        newest = WebhookEvent.objects.latest("pk")
        WebhookEvent.objects.filter(pk=newest.pk).update(resource=resource)
    client = person("root")

    listed = client.get("/admin/marketplace/webhookevent/?resource=master").content.decode()

    assert "Всего: 2" in listed
    assert listed.count(">мастер</a>") == 1


@pytest.mark.django_db
def test_rows_of_a_salon_are_found_by_its_name_and_by_its_number() -> None:
    grow(WebhookEvent, 2)
    salon = Company.objects.latest("pk")
    Company.objects.filter(pk=salon.pk).update(title="Студия «Лилия»")
    client = person("root")

    for asked in ("лилия", str(salon.external_company_id)):
        listed = client.get("/admin/marketplace/webhookevent/", {"q": asked}).content.decode()
        assert "Всего: 1" in listed, asked
