"""«Дорого», «а подешевле есть?»: what costs less of the same kind. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy.wishes import kinds_of
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import SalonView, ServiceView
from whatsapp.assistant.understand.catalogue import catalogue

_CHEAPER = re.compile(r"\b(по)?дешевле\b|\b(слишком )?дорог(о|овато)\b|\bбюджетн", re.IGNORECASE)
_WHO = re.compile(r"\b(у|к) ко(го|му)\b|\bкто\b", re.IGNORECASE)
_DISCOUNT = re.compile(r"скид|акци|промо|купон|бонус|льгот", re.IGNORECASE)


def heard(frame: Frame, text: str, state: DialogueState, salon: SalonView) -> Frame:
    """«дорого», «а подешевле есть?»: what costs less of the same kind."""
    if frame.topic is Topic.DISCOUNT and _DISCOUNT.search(text):
        return replace(frame, also=tuple(i for i in frame.also if i is not Intent.AVAILABILITY))
    asked = frame.intent is Intent.PRICE or (frame.intent is Intent.OTHER and not frame.said)
    spoken = frame.services or state.slots.services or state.focus.services
    if not asked or not _CHEAPER.search(text) or _WHO.search(text) or len(spoken) != 1:
        return frame
    now = salon.service(spoken[0])
    kind = _for_the_same(spoken[0], salon)
    less = [s for i in kind if (s := salon.service(i)) and now and _low(s) < _low(now)]
    services = tuple(s.id for s in sorted(less, key=_low)[-3:]) or spoken
    topic = None if less else Topic.CHEAPER
    return replace(frame, intent=Intent.PRICE, topic=topic, services=services, staff=None)


def _for_the_same(service: str, salon: SalonView) -> tuple[str, ...]:
    """Services of its kind, for the same people: a child's haircut is no cheaper one of a man's."""
    whom = {p.id: p.audience for p in catalogue(salon).profiles}
    kind = next((k for k in kinds_of(salon, None) if service in k), ())
    return tuple(item for item in kind if whom[item] == whom[service])


def _low(service: ServiceView) -> int:
    return service.price_min or service.price_max or 0
