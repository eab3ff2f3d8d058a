"""What staff read on the pages of the admin is Russian: columns, fields, explanations, filters, choices."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.db.models import Model

from tests.staff.people import person
from tests.staff.rows import grow
from whatsapp.models import Conversation

pytestmark = pytest.mark.django_db

OURS: list[type[Model]] = [
    model
    for model in site._registry
    if model._meta.app_label in ("core", "marketplace", "whatsapp", "admin")
]
_ALSO = {"ID", "Id"}


def _texts(pattern: str, page: str) -> set[str]:
    found = (re.sub(r"<[^>]+>", " ", text) for text in re.findall(pattern, page, re.DOTALL))
    return {" ".join(html.unescape(text).split()).rstrip(":") for text in found} - {""}


def _english(texts: set[str]) -> set[str]:
    return {text for text in texts if not re.search("[А-Яа-яёЁ]", text)} - _ALSO


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_page_of_the_admin_is_russian(model: type[Model]) -> None:
    grow(model, 1)
    # Chats of the queue wait for a person.
    Conversation.objects.update(needs_person_since=datetime(2026, 3, 1, tzinfo=UTC))
    row = model._default_manager.latest("pk")
    path, client = f"/admin/{model._meta.app_label}/{model._meta.model_name}", person("root")

    listed = client.get(f"{path}/").content.decode()
    shown = client.get(f"{path}/{row.pk}/change/", follow=True).content.decode()

    columns = _texts(r'<div class="text">(.*?)</div>', listed)
    labels = _texts(r"<label[^>]*>(.*?)</label>", shown)
    assert columns
    assert labels
    assert _english(columns) == set()
    assert _english(_texts(r"<summary>(.*?)</summary>", listed)) == set()
    assert _english(labels) == set()
    assert _english(_texts(r'<div class="help"[^>]*>(.*?)</div>', shown)) == set()


def test_choices_are_named_in_russian() -> None:
    named = {
        f"{model._meta.label}.{field.name}": str(label)
        for model in OURS
        for field in model._meta.concrete_fields
        for value, label in field.flatchoices
        if value not in ("", "yclients")
    }

    assert len(named) > 10
    assert _english(set(named.values())) - {"—", "YCLIENTS"} == set()


def test_the_finder_of_english_finds_it() -> None:
    assert _english({"created at", "создан", "ID"}) == {"created at"}
    assert Group not in OURS
