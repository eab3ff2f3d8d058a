"""How staff pages read: titles in the right case, one clock, a name on each cell, no codes in headings."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin import site
from django.db.models import Model
from django.utils import timezone

from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.staff.people import person
from tests.staff.rows import grow
from whatsapp.models import Conversation

pytestmark = pytest.mark.django_db

OURS: list[type[Model]] = [
    model
    for model in site._registry
    if model._meta.app_label in ("core", "marketplace", "whatsapp")
]


def _alarm() -> Alarm:
    at = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
    return Alarm.objects.create(kind="queue_old", text="Стоит.", hour=at, created_at=at)


def test_titles_are_names_and_counts_are_numbers() -> None:
    alarm, client = _alarm(), person("root")

    listed = client.get("/admin/core/alarm/").content.decode()
    page = client.get(f"/admin/core/alarm/{alarm.pk}/change/").content.decode()

    assert "<h1>Тревоги</h1>" in listed
    assert "Всего: 1" in listed
    assert "<h1>Тревога</h1>" in page
    assert "<h2>очередь стоит</h2>" in page


def test_staff_read_moscow_time_and_are_told_so() -> None:
    _alarm()
    client = person("root")

    listed = client.get("/admin/core/alarm/").content.decode()

    assert "2 марта 2026 г. 0:30" in listed
    assert "Время московское" in listed
    assert timezone.get_current_timezone_name() == "UTC"


def test_every_cell_says_which_column_it_is(company: Company) -> None:
    Conversation.objects.create(
        company=company, chat="1@lid", needs_person_since=datetime(2026, 3, 1, tzinfo=UTC)
    )

    listed = person("root").get("/admin/whatsapp/handover/").content.decode()

    assert '<td data-label="чем грозит" class="field-harm">' in listed
    assert '<th data-label="клиент" class="field-who">' in listed
    assert '<td class="action-checkbox">' in listed


def test_a_filter_says_what_it_leaves() -> None:
    _alarm()

    listed = person("root").get("/admin/core/alarm/?closed_at__isempty=1").content.decode()

    assert ">открытые</a>" in listed
    assert ">закрытые</a>" in listed
    assert "Не пусто" not in listed


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_heading_tells_a_state_by_its_code(model: type[Model]) -> None:
    grow(model, 1)
    row: Any = model._default_manager.latest("pk")

    codes = {
        code
        for field in model._meta.concrete_fields
        for code, _ in field.flatchoices
        if code and code == getattr(row, field.attname)
    }

    assert not [code for code in codes if code in str(row)], str(row)


def test_columns_of_the_rows_within_a_page_are_russian(company: Company) -> None:
    delivery = company.callbacks.create(install_generation=company.install_generation)
    delivery.tries.create(status_code=503, answer="Сервис недоступен", took_ms=40)

    page = (
        person("root")
        .get(f"/admin/marketplace/callbackdelivery/{delivery.pk}/change/")
        .content.decode()
    )

    heads = [
        " ".join(head.split()) for head in re.findall(r'<th class="column-\w+">(.*?)<', page, re.S)
    ]
    assert heads == ["Когда", "Код ответа", "Ответ", "Сколько ждали, мс"]
    assert "Сервис недоступен" in page
    assert "ответ 503" in page
