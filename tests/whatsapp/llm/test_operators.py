"""What an operator sees of the model: the doctor's line, and its cost on /metrics."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin import doctor
from aiadmin.doctor import Mark
from marketplace.models import Company
from tests.ops.test_metrics import scrape
from tests.whatsapp.llm.model_server import ModelServer
from whatsapp.services import llm_budget
from whatsapp.services.llm_budget import Usage


def line() -> doctor.Line:
    [(_, found)] = doctor.look(["model"])
    return found


def test_the_doctor_asks_the_model_a_question_of_nobody(model: ModelServer) -> None:
    model.say(intent="other")

    found = line()

    assert found.mark is Mark.OK
    assert "small" in found.text
    assert "голосовые расшифровывает ears" in found.text
    assert model.heard[0].asked == {"facts": {}, "talk": {"client_says": "Здравствуйте"}}


@pytest.mark.parametrize(
    ("status", "said", "advice"),
    [
        (401, "", "LLM_API_KEY"),
        (404, "", "LLM_MODEL"),
        (400, "", "json_schema"),
        (429, "", "лимит"),
        (500, "", "http_500"),
        (200, "Здравствуйте!", "json_schema"),
    ],
)
def test_the_doctor_says_what_to_change(
    model: ModelServer, status: int, said: str, advice: str
) -> None:
    model.status, model.said = status, said

    found = line()

    assert found.mark is Mark.NOTE, "the product works without it"
    assert advice in found.text


def test_an_address_alone_is_not_enough(model: ModelServer, settings: Settings) -> None:
    settings.LLM_MODEL = settings.TRANSCRIPTION_MODEL = ""

    assert line().mark is Mark.NOTE

    settings.LLM_BASE_URL = ""
    assert line().mark is Mark.OK
    assert model.heard == []


@pytest.mark.django_db
def test_the_cost_stands_on_metrics(company: Company, client: Client, settings: Settings) -> None:
    settings.LLM_PRICE_IN, settings.LLM_PRICE_OUT, settings.LLM_DAILY_BUDGET = 100, 400, 5
    for failed in (False, True):
        reserved = llm_budget.reserve(company, Usage(1000, 400))
        assert reserved is not None
        llm_budget.settle(reserved, Usage(900, 50), took_ms=700, failed=failed)

    shown = scrape(client)

    assert shown[("model_calls_total", ())] == 2
    assert shown[("model_failures_total", ())] == 1
    assert shown[("model_tokens_total", ())] == 1900
    assert shown[("model_cost_total", ())] == pytest.approx(0.22)
    assert shown[("model_seconds_total", ())] == pytest.approx(1.4)


@pytest.mark.django_db
def test_staff_see_what_a_day_cost(company: Company, admin_client: Client) -> None:
    reserved = llm_budget.reserve(company, Usage(1000, 400))
    assert reserved is not None
    llm_budget.settle(reserved, Usage(900, 50), took_ms=700, failed=False)

    page = admin_client.get("/admin/whatsapp/modelday/").content.decode()

    assert "цены не заданы" in page
    assert "0.7 с" in page
    assert "950" in page
