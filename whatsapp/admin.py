"""Django's admin of the WhatsApp side: it shows; services change. A page a topic."""

from whatsapp.admin_chat import ConversationAdmin, MessageAdmin
from whatsapp.admin_handover import HandOverAdmin
from whatsapp.admin_model import ModelDayAdmin
from whatsapp.admin_outreach import (
    OutreachAdmin,
    ReviewAdmin,
    SalonDigestAdmin,
    WaitingEntryAdmin,
)
from whatsapp.admin_preferences import SalonPhoneAdmin, SalonSettingsAdmin
from whatsapp.admin_sessions import BridgeEventAdmin, NumberPaceAdmin, SessionAdmin

__all__ = [
    "BridgeEventAdmin",
    "ConversationAdmin",
    "HandOverAdmin",
    "MessageAdmin",
    "ModelDayAdmin",
    "NumberPaceAdmin",
    "OutreachAdmin",
    "ReviewAdmin",
    "SalonDigestAdmin",
    "SalonPhoneAdmin",
    "SalonSettingsAdmin",
    "SessionAdmin",
    "WaitingEntryAdmin",
]
