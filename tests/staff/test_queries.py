"""However many salons there are, a page of the staff asks as many queries."""

import pytest
from django.contrib.admin import site
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.models import Company, OnboardingStep
from tests.staff.people import person
from tests.staff.rows import grow

pytestmark = pytest.mark.django_db

FEW, MORE = 1, 3
LISTS: list[type[Model]] = list(site._registry)
EVERY: list[type[Model]] = [*LISTS, OnboardingStep]


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_a_list_asks_as_many_queries_for_many_rows_and_names_no_other_salon(
    model: type[Model],
) -> None:
    """A filter or a field to choose a salon from would name ten thousand of them on each page."""
    client = person("root")
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    grow(model, FEW)
    few = _asked(client, path)

    grow(model, MORE)
    row = model._default_manager.latest("pk")
    if model is not Company:
        Company.objects.bulk_create(
            Company(external_company_id=number, title="Чужой салон") for number in range(1, 200)
        )

    assert _asked(client, path) == few
    for page in (path, f"{path}{row.pk}/change/"):
        answer = client.get(page, follow=True)
        assert answer.status_code == 200
        assert "Чужой салон" not in answer.content.decode(), page


def test_the_day_and_the_way_ask_as_many_queries_for_many_salons() -> None:
    client, pages = person("root"), ("/admin/", "/admin/way/", "/admin/numbers/")
    for model in EVERY:
        grow(model, FEW)
    few = [_asked(client, path) for path in pages]

    for model in EVERY:
        grow(model, MORE)

    assert [_asked(client, path) for path in pages] == few


def _asked(client: Client, path: str) -> list[str]:
    """Statements, without their values: how many, and of which kind."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    return [query["sql"].split("WHERE")[0] for query in asked.captured_queries]
