"""A salon's day costs no more than it may, whoever asks at once; a killed worker counts too much."""

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.whatsapp.hands import make_company
from whatsapp.models import ModelDay
from whatsapp.services import llm_budget
from whatsapp.services.llm_budget import Usage

pytestmark = pytest.mark.django_db


def test_what_was_expected_gives_way_to_what_was_used(company: Company) -> None:
    reserved = llm_budget.reserve(company, Usage(1000, 400))
    assert reserved is not None
    assert ModelDay.objects.get().tokens == 1400, "counted before the call"

    llm_budget.settle(reserved, Usage(900, 50), took_ms=700, failed=False)

    day = ModelDay.objects.get()
    assert (day.calls, day.failed, day.tokens, day.took_ms, day.cost) == (1, 0, 950, 700, 0)
    assert day.day == datetime.now(UTC).astimezone(company.zone).date()


def test_without_prices_the_budget_is_tokens(company: Company, settings: Settings) -> None:
    settings.LLM_DAILY_BUDGET = 1000

    assert llm_budget.reserve(company, Usage(600, 0)) is not None
    assert llm_budget.reserve(company, Usage(401, 0)) is None
    assert llm_budget.reserve(company, Usage(400, 0)) is not None
    assert Alarm.objects.get().kind == "model_budget"


def test_with_prices_the_budget_is_money(company: Company, settings: Settings) -> None:
    settings.LLM_PRICE_IN, settings.LLM_PRICE_OUT, settings.TRANSCRIPTION_PRICE = 100, 400, 0.6
    settings.LLM_DAILY_BUDGET = 1

    assert llm_budget.reserve(company, Usage(2000, 500)) is not None  # 0.2 + 0.2
    assert llm_budget.reserve(company, Usage(seconds=60)) is not None  # 0.6
    assert llm_budget.reserve(company, Usage(1, 0)) is None
    assert Decimal(ModelDay.objects.get().cost) / llm_budget.MICRO == 1


def test_every_salon_has_its_own(company: Company, settings: Settings) -> None:
    settings.LLM_DAILY_BUDGET = 100
    assert llm_budget.reserve(company, Usage(100, 0)) is not None

    assert llm_budget.reserve(make_company(), Usage(100, 0)) is not None
    assert llm_budget.reserve(company, Usage(1, 0)) is None


@pytest.mark.usefixtures("committed")
def test_twelve_that_race_for_a_budget_of_five(company: Company, settings: Settings) -> None:
    settings.LLM_DAILY_BUDGET = 500
    start = threading.Barrier(12)
    got: list[bool] = []

    def ask() -> None:
        start.wait()
        got.append(llm_budget.reserve(company, Usage(100, 0)) is not None)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got.count(True) == 5
    assert (ModelDay.objects.get().tokens, ModelDay.objects.get().calls) == (500, 5)
