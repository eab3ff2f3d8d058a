"""A model beside the rules: the stand-in's address in the settings, and a client's chat that uses it."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from marketplace.models import Company
from marketplace.yclients.deadline import Deadline
from tests.waiting import PATIENCE
from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from tests.whatsapp.llm.model_server import ModelServer
from whatsapp.assistant.llm.adviser import Adviser
from whatsapp.services.llm import Consultant


@pytest.fixture
def model(settings: Settings) -> Iterator[ModelServer]:
    """Every test has a server of its own, so its circuit breaker, too, is fresh."""
    server = ModelServer()
    settings.LLM_BASE_URL = server.url
    settings.LLM_API_KEY = "sk-test"
    settings.LLM_MODEL = "small"
    settings.TRANSCRIPTION_MODEL = "ears"
    # However busy the machine, a stand-in that answers is waited for.
    settings.LLM_SECONDS = settings.TRANSCRIPTION_SECONDS = PATIENCE
    yield server
    server.close()


def _consultant() -> Consultant:
    return Consultant(Company(), Deadline(), counted=False)


@pytest.fixture
def advised(model: ModelServer) -> Callable[[], Chat]:
    """A client's chat with the salon «Лилия», its rules helped by the model."""

    def make() -> Chat:
        chat = Chat.at(salons.lily())
        chat.advise = lambda: Adviser(_consultant())
        return chat

    return make
