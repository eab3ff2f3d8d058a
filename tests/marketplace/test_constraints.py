"""States are guarded by the database itself, not by our good manners."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models

from marketplace.models import Company

_STATES = [
    (model, field)
    for model in apps.get_app_config("marketplace").get_models()
    for field in model._meta.fields
    if field.choices
]


def _guards(model: type[models.Model]) -> list[object]:
    return [
        constraint.condition
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    ]


@pytest.mark.parametrize(
    ("model", "field"), _STATES, ids=[f"{model.__name__}.{field.name}" for model, field in _STATES]
)
def test_a_state_nobody_knows_cannot_be_stored(model: type[models.Model], field: Any) -> None:
    values = tuple(value for value, _ in field.flatchoices)

    assert models.Q(**{f"{field.name}__in": values}) in _guards(model)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"external_company_id": 5, "yclients_id": 6},
        {"external_company_id": 0, "yclients_id": 0},
        {"external_company_id": -5},
        {"external_company_id": 5, "integration_status": "activating"},
    ],
)
def test_untrue_companies_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        Company.objects.create(**wrong)
