"""What a turn came to, for whoever carries it out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from whatsapp.assistant.decisions import Decision
from whatsapp.assistant.frame import Frame
from whatsapp.assistant.handoff import HandOff
from whatsapp.assistant.kept import Kept
from whatsapp.assistant.replies.speech import Reply
from whatsapp.assistant.replies.spoken import joined
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.tools import WriteRequest, WriteResult


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What a turn came to. `writes` are the calls made with their outcomes; `actions` their names.

    `kept`: what YCLIENTS's silence left undone; the caller keeps it and goes on with `resume_turn`.
    """

    replies: tuple[Reply, ...]
    state: DialogueState
    handoff: HandOff | None = None
    opt_out: bool = False
    opt_in: bool = False
    frames: tuple[Frame, ...] = ()
    decisions: tuple[Decision, ...] = ()
    actions: tuple[str, ...] = ()
    writes: tuple[tuple[WriteRequest, WriteResult], ...] = ()
    kept: Kept | None = None

    def then(self, more: TurnResult) -> TurnResult:
        """This and what the next order of the same message came to."""
        return replace(
            more,
            replies=joined((*self.replies, *more.replies)),
            handoff=self.handoff or more.handoff,
            frames=(*self.frames, *more.frames),
            decisions=(*self.decisions, *more.decisions),
            actions=(*self.actions, *more.actions),
            writes=(*self.writes, *more.writes),
        )
