"""Prices, durations, services, masters: straight from the catalogue."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.policy import unknown
from whatsapp.assistant.policy.wishes import performers_of
from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.told import (
    AnswerPrice,
    AnswerServices,
    AnswerStaff,
    AnswerVisit,
    NotOffered,
)

LINES = 3  # a reply has at most four short lines, one of them the question
MANY = 12  # names in one list
HANDED_QUESTION = "Передала ваш вопрос администратору, он ответит здесь."


_NO_DISCOUNTS = "Про скидки точно не знаю, спросила администратора: он ответит здесь."


def price(decision: AnswerPrice, speech: Speech) -> str:
    """«Педикюр — 2 200 ₽, длится 1 час. Записать вас?»"""
    ask = speech.you("Записать вас?", "Записать тебя?") if decision.closing else ""
    if decision.discount:
        told = replace(decision, discount=False)
        return "\n".join([_NO_DISCOUNTS, *([price(told, speech)] if decision.services else [])])
    if not decision.services:
        return _price_list(speech)
    if decision.least:
        return f"Из похожего дешевле нет. {price(replace(decision, least=False), speech)}"
    able = performers_of(speech.salon, decision.services)
    several = tuple(i for i in decision.named if i in able)
    if len(decision.services) == 1 and len(several) > 1:
        return _each_masters(decision, several, speech)
    if len(decision.services) == 1:
        item = decision.services[0]
        hers = decision.staff if decision.named == (decision.staff,) and len(able) > 1 else None
        whose = f" у {naming.master_in(speech.salon, hers, 'gent')}" if hers else ""
        return f"{_priced(item, decision.staff, speech, length=True, whose=whose)}. {ask}".strip()
    lines = [
        _priced(item, decision.staff, speech, length=decision.duration)
        for item in decision.services
    ]
    together = _together(decision, speech)
    if together and len(lines) < LINES:
        lines.append(together)
    return _lines(lines, "На что записать?" if decision.closing else "")


def _together(decision: AnswerPrice, speech: Speech) -> str:
    """«Вместе, «стрижка + борода» — 2 200 ₽» where they are sold as one, else their sum when it is asked."""
    ids = set(decision.services)
    sold = next(
        (s for s in speech.salon.services if s.composite and set(s.composite_of) == ids), None
    )
    if sold is not None and decision.closing and (cost := speech.cost((sold.id,), decision.staff)):
        return f"Вместе, «{naming.lower(sold.title)}» — {cost}"
    if not decision.total:
        return ""
    cost = speech.cost(decision.services, decision.staff)
    return f"Вместе — {cost}" if cost else ""


def _each_masters(decision: AnswerPrice, masters: tuple[str, ...], speech: Speech) -> str:
    """«Мужская стрижка: у Тимура — 1 700 ₽, у Сергея — 1 500 ₽. К кому записать?»"""
    what = words.capital(naming.service(speech.salon, decision.services[0]))
    told = []
    for staff_id in masters[:MANY]:
        cost = speech.cost(decision.services, staff_id) or "цену назовёт администратор"
        told.append(f"у {naming.master_in(speech.salon, staff_id, 'gent')} — {cost}")
    ask = "К кому записать?" if decision.closing else ""
    return f"{what}: {', '.join(told)}. {ask}".strip()


def _lines(lines: list[str], ask: str) -> str:
    """One below the other while the reply stays short."""
    if len(lines) <= LINES:
        return "\n".join([*lines, ask]).strip()
    return ("; ".join(lines[:MANY]) + f".\n{ask}").strip()


def _priced(
    service_id: str, staff: str | None, speech: Speech, *, length: bool, whose: str = ""
) -> str:
    name = words.capital(naming.service(speech.salon, service_id)) + whose
    cost = speech.cost((service_id,), staff)
    time = speech.length((service_id,), staff) if length else ""
    told = cost or "точную цену назовёт администратор"
    return f"{name} — {told}, длится {time}" if time else f"{name} — {told}"


def has_price(decision: AnswerPrice, speech: Speech) -> bool:
    """False when a person must name the price."""
    return all(speech.cost((item,), decision.staff) for item in decision.services)


def has_cost(decision: AnswerVisit, speech: Speech) -> bool:
    """The same of a visit that exists."""
    found = speech.bookings.get(decision.record_id)
    return found is not None and bool(speech.cost(found.services, found.staff))


def _price_list(speech: Speech) -> str:
    """The whole price list, briefly: the cheapest of every category, or every service."""
    by_category: dict[str, list[int]] = {}
    for service in speech.salon.services:
        low = service.price_min if service.price_min is not None else service.price_max
        if low is not None and service.category:
            by_category.setdefault(naming.tidy(service.category), []).append(low)
    if 1 < len(by_category) <= MANY:
        items = [f"{name} — от {words.money(min(found))}" for name, found in by_category.items()]
        return "; ".join(items) + ".\nКакая услуга интересует?"
    items = []
    for service in speech.salon.services[:MANY]:
        cost = speech.cost((service.id,))
        items.append(
            f"{naming.lower(service.title)} — {cost}" if cost else naming.lower(service.title)
        )
    listed = words.capital("; ".join(items))
    return f"{listed}.\nКакая услуга интересует?" if items else "Какая услуга интересует?"


def services(decision: AnswerServices, speech: Speech) -> str:
    ask = speech.you("Записать вас?", "Записать тебя?")
    if not described(decision, speech):
        ask = "Подробнее ответит администратор здесь."
    elif not decision.closing:
        ask = ""
    if decision.unknown:
        if not decision.closing:
            named = unknown.named_thing(decision.unknown)
            return not_offered(NotOffered((named,))) if named else "Такой услуги у нас нет."
        return f"Такой услуги у нас нет. Есть: {_titles(speech, 5)}. На что записать?"
    if not decision.closing and not described(decision, speech):
        return HANDED_QUESTION if speech.formal else HANDED_QUESTION.replace("ваш", "твой")
    if not decision.services:
        return f"У нас есть: {_titles(speech, MANY)}.\nЧто интересует?"
    lines = []
    for item in decision.services[:LINES]:
        found = speech.salon.service(item)
        about = (
            naming.tidy(found.description)[:160] if found is not None and found.description else ""
        )
        line = _priced(item, None, speech, length=True)
        lines.append(f"{line}. {about}".rstrip(" .") if about and not decision.duration else line)
    if len(lines) == 1:
        return f"{lines[0]}. {ask}".strip()
    return "\n".join([*lines, ask if not described(decision, speech) else "На что записать?"])


def not_offered(decision: NotOffered) -> str:
    """«Услуги «наращивание волос» у нас нет.»: beside what can be arranged."""
    named = words.listed([f"«{word}»" for word in decision.words])
    return f"{'Услуги' if len(decision.words) == 1 else 'Услуг'} {named} у нас нет."


def described(decision: AnswerServices, speech: Speech) -> bool:
    """True when the catalogue itself answers (a duration, a list, a description)."""
    if not decision.services or decision.unknown:
        return True
    if decision.whether and all(speech.cost((item,)) for item in decision.services):
        return True
    if decision.duration:
        return all(speech.length((item,)) for item in decision.services)
    return all(
        (s := speech.salon.service(i)) is not None and bool(s.description)
        for i in decision.services
    )


def _titles(speech: Speech, limit: int) -> str:
    names = [
        naming.lower(service.title) for service in speech.salon.services if not service.composite
    ]
    more = " и другое" if len(names) > limit else ""
    return words.listed(names[:limit]) if not more else ", ".join(names[:limit]) + more


def staff(decision: AnswerStaff, speech: Speech) -> str:
    """Who does the services asked about; one by one, when nobody does them all."""
    salon = speech.salon
    able = performers_of(salon, decision.services)
    if decision.unknown:
        return (
            f"Мастера по имени {decision.unknown} у нас нет. Принимают: {_masters(able, speech)}."
        )
    if not decision.services:
        return f"У нас принимают: {_masters(able, speech)}. К кому записать?"
    what = words.capital(speech.what(decision.services))
    if not has_masters(decision, speech):
        return f"{what}: мастера подскажет администратор, он ответит здесь."
    if not able:
        lines = [
            f"{words.capital(naming.service(salon, item))} — "
            f"{_masters(performers_of(salon, (item,)), speech)}"
            for item in decision.services
        ]
        return _lines(lines, "На что записать?" if decision.closing else "")
    shown = [i for i in decision.named if i in able] if decision.compare else list(able)
    shown = shown or list(able)
    if decision.brief:
        return f"{'Мастер' if len(shown) == 1 else 'Мастера'} — {_masters(tuple(shown), speech)}."
    if not decision.closing:
        return f"{what} — {_masters(tuple(shown), speech)}."
    if len(shown) == 1:
        to = naming.master_in(salon, shown[0], "datv")
        return f"{what} — {naming.master(salon, shown[0])}. Записать к {to}?"
    return f"{what} — {_masters(tuple(shown), speech)}. К кому записать?"


def has_masters(decision: AnswerStaff, speech: Speech) -> bool:
    """False when a person must name the master."""
    return all(performers_of(speech.salon, (item,)) for item in decision.services)


def _masters(ids: tuple[str, ...], speech: Speech) -> str:
    names = [naming.master(speech.salon, item) for item in ids[:MANY]]
    return words.listed(names) if names else "наши мастера"
