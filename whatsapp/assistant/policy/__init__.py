"""The policy: pure functions of frame, state, salon and clock. Nothing here speaks or acts."""

from whatsapp.assistant.policy.decide import decide
from whatsapp.assistant.policy.inquiries import extras, reminded
from whatsapp.assistant.policy.settle import settle
from whatsapp.assistant.policy.slots import Stage, choose, stages

__all__ = ["Stage", "choose", "decide", "extras", "reminded", "settle", "stages"]
