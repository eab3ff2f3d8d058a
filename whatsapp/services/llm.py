"""The assistant's port to a language model, on an OpenAI-compatible server: budget, call, cost, story."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from django.conf import settings

from marketplace.models import Company
from marketplace.yclients.deadline import Deadline
from whatsapp.assistant.llm import facts, schema
from whatsapp.assistant.llm.adviser import Adviser
from whatsapp.assistant.llm.port import Question
from whatsapp.assistant.llm.schema import Proposal
from whatsapp.services import llm_budget, model_api
from whatsapp.services.llm_budget import Usage

log = structlog.get_logger(__name__)

# Russian takes two to four characters a token, JSON fewer: an estimate from above.
_CHARACTERS_A_TOKEN = 2


def configured() -> bool:
    """Off unless both are set."""
    return bool(settings.LLM_BASE_URL and settings.LLM_MODEL)


@dataclass
class Consultant:
    """One turn's. Implements `port.Model`. With `counted` False nothing is written: a rehearsal.

    `deadline`: what the model takes is not taken from the time for YCLIENTS.
    """

    company: Company
    deadline: Deadline
    counted: bool = True
    call: dict[str, Any] | None = None  # for staff: model, outcome, milliseconds, tokens, cost

    def propose(self, question: Question) -> Proposal | None:
        expected = Usage(_tokens(question), model_api.MAX_ANSWER_TOKENS)
        reservation = llm_budget.reserve(self.company, expected) if self.counted else None
        if self.counted and reservation is None:
            self.call = {"model": settings.LLM_MODEL, "outcome": "budget"}
            return None
        began = monotonic()
        with self.deadline.paused():
            outcome, proposal, used = _ask(question, expected)
        took_ms = round((monotonic() - began) * 1000)
        if reservation is not None:
            llm_budget.settle(reservation, used, took_ms=took_ms, failed=outcome != "answered")
        self.call = {
            "model": settings.LLM_MODEL,
            "outcome": outcome,
            "took_ms": took_ms,
            "tokens": used.tokens,
            "cost": used.cost / llm_budget.MICRO,
        }
        log.info("model.asked", company_id=self.company.pk, outcome=outcome, took_ms=took_ms)
        return proposal


def probe() -> tuple[str, int]:
    """For the doctor: (outcome, milliseconds) of one harmless question, in the form of all others."""
    greeting = Question(facts.system_prompt(), "{}", '{"client_says":"Здравствуйте"}')
    began = monotonic()
    outcome, _, _ = _ask(greeting, Usage())
    return outcome, round((monotonic() - began) * 1000)


@dataclass(frozen=True)
class Advice:
    """What a turn has of a model; nothing of it where none is configured."""

    consultant: Consultant | None = None
    adviser: Adviser | None = None

    @classmethod
    def of(cls, company: Company, deadline: Deadline, *, counted: bool = True) -> Advice:
        if not configured():
            return cls()
        consultant = Consultant(company, deadline, counted)
        return cls(consultant, Adviser(consultant))

    def story(self) -> dict[str, Any]:
        """For staff, beside the frame: {"model": …} when it was asked."""
        if self.consultant is None or self.adviser is None or self.consultant.call is None:
            return {}
        return {"model": {**self.consultant.call, "verdict": self.adviser.verdict}}


def _ask(question: Question, expected: Usage) -> tuple[str, Proposal | None, Usage]:
    messages = [
        {"role": "system", "content": question.system},
        {"role": "user", "content": f'{{"facts":{question.facts},"talk":{question.talk}}}'},
    ]
    try:
        said = model_api.chat(messages, schema.json_schema())
    except model_api.ModelError as error:
        return error.code, None, _lost(error.code, expected)
    used = Usage(
        expected.tokens_in if said.tokens_in is None else said.tokens_in,
        expected.tokens_out if said.tokens_out is None else said.tokens_out,
    )
    proposal = schema.parse(said.text)
    return ("answered" if proposal else "invalid"), proposal, used


def _lost(code: str, expected: Usage) -> Usage:
    """What a call without an answer may have cost: nothing where the server refused or was not reached."""
    return Usage() if model_api.is_free(code) else expected


def _tokens(question: Question) -> int:
    size = len(question.system) + len(question.facts) + len(question.talk)
    return size // _CHARACTERS_A_TOKEN
