"""The dialogue's state as the conversation's row keeps it."""

from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from whatsapp.assistant.state import Asked, DialogueState, Task

_json: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


def load(stored: dict[str, Any]) -> DialogueState:
    """A fresh state when the stored one is empty, broken, or of another version."""
    return DialogueState.from_json(_json.dump_json(stored) if stored else None)


def dump(state: DialogueState) -> dict[str, Any]:
    return _json.validate_json(state.to_json())


def calmed(stored: dict[str, Any]) -> dict[str, Any]:
    """The dialogue without its open question: a later «да» answers a person, not the assistant."""
    state = replace(load(stored), task=Task.NONE, asked=Asked.NOTHING, options=(), pending=None)
    return dump(state)
