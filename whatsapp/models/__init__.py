"""Rows of the WhatsApp side."""

from whatsapp.models.auto_text import AutoText
from whatsapp.models.bridge_event import BridgeEvent
from whatsapp.models.conversation import Conversation, HandOver
from whatsapp.models.digest import SalonDigest
from whatsapp.models.kept_request import KeptRequest
from whatsapp.models.llm import ModelDay
from whatsapp.models.look import SalonLook, SalonNews
from whatsapp.models.message import Message
from whatsapp.models.old_chat import OldChat
from whatsapp.models.outreach import Outreach, Review
from whatsapp.models.pace import NumberPace
from whatsapp.models.preferences import SalonPhone, SalonSettings
from whatsapp.models.selftest import SelfTest
from whatsapp.models.session import Session
from whatsapp.models.waiting import WaitingEntry, WaitingOffer

__all__ = [
    "AutoText",
    "BridgeEvent",
    "Conversation",
    "HandOver",
    "KeptRequest",
    "Message",
    "ModelDay",
    "NumberPace",
    "OldChat",
    "Outreach",
    "Review",
    "SalonDigest",
    "SalonLook",
    "SalonNews",
    "SalonPhone",
    "SalonSettings",
    "SelfTest",
    "Session",
    "WaitingEntry",
    "WaitingOffer",
]
