"""When nothing is asked and nothing arranged: one word for it, and no task left over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.state import Asked, DialogueState, PendingCancel, Slots, Task

IDLE = DialogueState()


@pytest.mark.parametrize(
    "state",
    [IDLE, replace(IDLE, last_record="7"), replace(IDLE, focus=Slots(services=("10",)))],
)
def test_a_dialogue_at_rest_is_idle(state: DialogueState) -> None:
    assert state.idle


@pytest.mark.parametrize(
    "state",
    [
        *(replace(IDLE, asked=asked) for asked in Asked if asked is not Asked.NOTHING),
        *(replace(IDLE, task=task) for task in Task if task is not Task.NONE),
        replace(IDLE, pending=PendingCancel(("7",))),
    ],
)
def test_a_question_a_task_or_a_proposal_is_not(state: DialogueState) -> None:
    assert not state.idle


@pytest.mark.parametrize(
    "talk",
    [
        ["перенесите маникюр", "нет"],
        ["перенесите маникюр на субботу", "да"],
        ["перенесите маникюр на завтра на 15"],  # where it stands already
        ["завтра не смогу", "приду, всё в силе"],
        ["отмените запись", "верните как было", "нет"],
        ["добавьте к маникюру стрижку женскую и окрашивание, бороду и детскую стрижку"],
    ],
)
def test_a_visit_that_exists_leaves_no_task_behind(talk: list[str]) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "15")

    for text in talk:
        chat.say(text)

    if chat.last.state.asked is Asked.NOTHING:
        assert chat.last.state.idle


def test_what_is_said_after_a_hand_over_amid_a_move_is_heard_as_at_rest() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра в 15 к Анне")
    state = DialogueState.from_json(chat.state)
    chat.state = replace(state, task=Task.MOVE).to_json()  # as a hand-over amid a move leaves it

    chat.say("спасибо")

    assert chat.last.state.idle
