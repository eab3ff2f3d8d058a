"""What a turn leaves unsaid, taken from the dialogue and the last visit: the service, the master."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.frame import Intent
from whatsapp.assistant.state import DialogueState, Slots
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand import merge
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.heard import Heard
from whatsapp.assistant.understand.reading import Reading

# «а у кого?», «кто вообще сегодня работает?» asks for all who do it, the master spoken of among them.
_WHOM = ("^ ..2 к|ко|у кому|кого ..2 ?|$", "^ ..2 кто ..3 работает|принимает|выходит")

ASKING = (Intent.PRICE, Intent.SERVICES, Intent.STAFF_INFO, Intent.AVAILABILITY)


def talked_of(base: Slots, state: DialogueState) -> Slots:
    """«сколько стоит педикюр?», then «запишите на субботу»: the service that was asked about."""
    focus = state.focus
    if state.last_intent not in ASKING or not focus.services:
        return base
    return replace(
        base,
        services=focus.services,
        service_words=focus.service_words,
        staff=focus.staff,
        guessed=base.guessed | {"services"},
    )


def effective(person: merge.Staff, base: Slots, index: Catalogue, read: Reading) -> merge.Staff:
    """The master said now, else the one of the dialogue."""
    if person.id or person.any or person.unknown or person.options:
        return person
    if base.staff in person.exclude or read.line.has(*_WHOM):
        return person
    if base.staff is None and base.staff_options:
        return replace(person, options=base.staff_options)
    return replace(person, id=base.staff)


def usual(person: merge.Staff, heard: Heard, context: Context) -> merge.Staff:
    """«как обычно» is the master of the last visit too, unless another was named."""
    last = context.last_visit.staff if context.last_visit is not None else None
    free = not (person.id or person.any or person.unknown or person.options)
    if "usual" not in heard.cues or last is None or not free or last in person.exclude:
        return person
    return replace(person, id=last)


def able(
    person: merge.Staff, found: merge.Services, index: Catalogue, base: Slots, read: Reading
) -> merge.Staff:
    """Namesakes narrowed by who does the service; a master merely inherited gives way."""
    able = merge.performers(index, found.chosen)
    if able is None and found.options:
        each = [merge.performers(index, (item,)) or frozenset() for item in found.options]
        able = frozenset().union(*each) or None
    if able is None:
        return person
    if person.id not in able and len(others := [i for i in person.akin if i in able]) == 1:
        return replace(person, id=others[0], named=(others[0],))  # «к Саше на массаж»
    if len(person.options) > 1 and (person.named or not person.any):
        left = tuple(i for i in person.options if i in able)
        if len(left) == 1:
            return replace(person, id=left[0], options=(), any=False)
        return replace(person, options=left or person.options, any=person.any and bool(left))
    if person.id is not None and person.id not in able and not person.said and not base.staff_said:
        return replace(person, id=None)
    return person
