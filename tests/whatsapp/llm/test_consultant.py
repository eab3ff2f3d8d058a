"""The port's one implementation: a breaker that lets calls run side by side, costs, and a turn's story."""

import subprocess
import sys
import threading
from collections.abc import Callable
from time import monotonic

from pytest_django.fixtures import Settings

from marketplace.models import Company
from marketplace.yclients.deadline import Deadline
from tests.waiting import PATIENCE
from tests.whatsapp.assistant.talk import Chat
from tests.whatsapp.hands import arrive, replies
from tests.whatsapp.llm.model_server import ModelServer
from whatsapp.assistant.llm.port import Question
from whatsapp.models import Message, ModelDay
from whatsapp.services import turns
from whatsapp.services.llm import Consultant

QUESTION = Question("system", "{}", "{}")
UNCLEAR = "сделайте мне красиво завтра в 15:00"


def consultant() -> Consultant:
    return Consultant(Company(), Deadline(), counted=False)


def outcome(asked: Consultant) -> str:
    assert asked.call is not None
    return str(asked.call["outcome"])


def test_a_server_that_fails_five_times_is_left_alone(model: ModelServer) -> None:
    model.status = 500
    outcomes = []

    for _ in range(7):
        asked = consultant()
        assert asked.propose(QUESTION) is None
        outcomes.append(outcome(asked))

    assert outcomes == ["http_500"] * 5 + ["resting"] * 2
    assert len(model.heard) == 5


def test_what_only_this_question_was_refused_for_does_not_stop_the_others(
    model: ModelServer,
) -> None:
    model.status = 400

    for _ in range(7):
        assert consultant().propose(QUESTION) is None

    assert len(model.heard) == 7


def test_calls_of_one_process_run_side_by_side(model: ModelServer) -> None:
    together = threading.Barrier(4, timeout=PATIENCE)

    def meet() -> None:
        together.wait()

    model.on = meet
    proposals = []

    def ask() -> None:
        proposals.append(consultant().propose(QUESTION))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(proposals) == 4
    assert None not in proposals


def test_only_a_process_that_asks_a_model_loads_its_library() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'aiadmin.settings'; django.setup();"
        "import whatsapp.tasks, aiadmin.urls; print('openai' in sys.modules);"
        "from whatsapp.services import model_api; model_api.warm(); print('openai' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.split() == ["False", "True"]


def test_what_the_model_takes_is_not_taken_from_yclients(
    model: ModelServer, settings: Settings
) -> None:
    settings.LLM_SECONDS = 1
    model.hangs = True
    begun = monotonic()
    deadline = Deadline(10 * PATIENCE)

    assert Consultant(Company(), deadline, counted=False).propose(QUESTION) is None

    # The model took its second, and whatever a busy machine added to it.
    taken, elapsed = 10 * PATIENCE - deadline.left, monotonic() - begun
    assert taken < elapsed - 0.5


def test_a_server_without_usage_is_counted_by_length(model: ModelServer) -> None:
    model.usage = None
    asked = consultant()

    assert asked.propose(Question("s" * 1000, "{}", "{}")) is not None

    assert asked.call is not None
    assert asked.call["tokens"] == 1004 // 2 + 400


def test_a_turn_keeps_what_its_model_cost(
    db: None, company: Company, model: ModelServer, settings: Settings
) -> None:
    settings.LLM_PRICE_IN, settings.LLM_PRICE_OUT = 100, 400
    settings.LLM_DAILY_BUDGET = 5
    conversation = arrive(company, UNCLEAR)
    service = company.services.get().yclients_id
    model.say(intent="book", services=[str(service)])

    turns.run(conversation.pk, "me")

    story = Message.objects.get(direction="in").frame
    assert story is not None
    took = story["model"].pop("took_ms")
    assert took >= 0
    assert story["model"] == {
        "model": "small",
        "outcome": "answered",
        "tokens": 950,
        "cost": 0.11,
        "verdict": "used:book",
    }
    day = ModelDay.objects.get(company=company)
    assert (day.calls, day.failed, day.tokens, day.cost) == (1, 0, 950, 110_000)


def test_past_the_budget_the_rules_go_on_alone(
    db: None, company: Company, model: ModelServer, settings: Settings
) -> None:
    settings.LLM_DAILY_BUDGET = 10
    conversation = arrive(company, UNCLEAR)

    turns.run(conversation.pk, "me")

    assert model.heard == []
    assert len(replies(company)) == 1
    story = Message.objects.get(direction="in").frame
    assert story is not None
    assert story["model"] == {"model": "small", "outcome": "budget", "verdict": ""}


def test_without_a_model_nobody_is_asked(
    db: None, company: Company, model: ModelServer, settings: Settings
) -> None:
    settings.LLM_MODEL = ""
    conversation = arrive(company, UNCLEAR)

    turns.run(conversation.pk, "me")

    assert model.heard == []
    story = Message.objects.get(direction="in").frame
    assert story is not None
    assert "model" not in story


def test_a_stand_in_that_is_never_reached_costs_nothing(
    model: ModelServer, advised: Callable[[], Chat]
) -> None:
    model.close()
    asked = consultant()

    assert asked.propose(QUESTION) is None

    assert asked.call is not None
    assert (asked.call["outcome"], asked.call["tokens"]) == ("unreachable", 0)
