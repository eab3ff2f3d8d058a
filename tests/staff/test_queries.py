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
def test_a_list_asks_as_many_queries_for_many_rows(model: type[Model]) -> None:
    client = person("root")
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    grow(model, FEW)
    few = _asked(client, path)

    grow(model, MORE)

    assert _asked(client, path) == few


@pytest.mark.parametrize(
    "model", [model for model in LISTS if model is not Company], ids=lambda model: model._meta.label
)
def test_no_page_names_salons_that_have_nothing_on_it(model: type[Model]) -> None:
    """A list to choose a salon from would name ten thousand of them."""
    client = person("root")
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    grow(model, FEW)
    row = model._default_manager.latest("pk")
    Company.objects.bulk_create(
        Company(external_company_id=number, title="Чужой салон") for number in range(1, 200)
    )

    for page in (path, f"{path}{row.pk}/change/"):
        answer = client.get(page, follow=True)
        assert answer.status_code == 200
        assert answer.content.decode().count("Чужой салон") == 0, page


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
