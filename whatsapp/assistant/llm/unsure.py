"""When the rules are unsure, told from their own frame. Only then is a model worth asking."""

from __future__ import annotations

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState

_OPEN = (None, Topic.FOREIGN, Topic.SMALL_TALK, Topic.QUESTION)
_WISHES = (Intent.BOOK, Intent.AVAILABILITY, Intent.PRICE, Intent.SERVICES)
_QUESTIONS = (*_WISHES, Intent.STAFF_INFO)
# So many words of weight unexplained, and half of all: the rest was read into it.
_UNREAD = 4
_WEIGHTY = 2


def unsure(frame: Frame, state: DialogueState) -> bool:
    """True when the rules heard nothing, named no service that exists, or explained too few words.

    Never for what a person must see, for a command to the machine, for a plain answer to our question,
    or where a name is awaited.
    """
    if frame.injection or frame.third_party or frame.rude or frame.urgent or frame.handoff:
        return False
    if frame.repeated or frame.confirmed or frame.start is not None or state.asked is Asked.NAME:
        return False
    if frame.intent is Intent.OTHER:
        # «хочу», «можно» are heard as a yes; with more words of weight they begin a wish.
        plain = frame.declined or (frame.agreed and frame.unread < _WEIGHTY)
        return frame.topic in _OPEN and not plain
    if frame.intent in _WISHES and frame.unknown_service and not frame.services:
        return True
    low = frame.unread >= _UNREAD and frame.unread * 2 >= frame.words
    return frame.intent in _QUESTIONS and low
