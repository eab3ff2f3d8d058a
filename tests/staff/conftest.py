"""A working salon for the staff to look at."""

import pytest

from marketplace.models import Company
from tests.whatsapp.hands import make_company


@pytest.fixture
def company(db: None) -> Company:
    return make_company()
