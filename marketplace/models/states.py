"""What every table with a state says to the database: no value that the code does not know."""

from django.db import models


def known(field: str, *values: str, name: str) -> models.CheckConstraint:
    """A CheckConstraint `name`: `field` holds one of `values`.

    A Meta class cannot see its sibling TextChoices, so they are written out; a test compares them.
    """
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": values}), name=name)
