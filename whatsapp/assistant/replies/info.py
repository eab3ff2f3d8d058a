"""Prices, durations, services, masters, hours, address: straight from the catalogue."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant import place as places
from whatsapp.assistant.policy.wishes import performers_of
from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.told import (
    AnswerAddress,
    AnswerHours,
    AnswerPlace,
    AnswerPrice,
    AnswerServices,
    AnswerStaff,
    AnswerVisit,
    NotOffered,
)
from whatsapp.assistant.types import OpenHours

LINES = 3  # a reply has at most four short lines, one of them the question
MANY = 12  # names in one list


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
        return (
            f"{_priced(decision.services[0], decision.staff, speech, length=True)}. {ask}".strip()
        )
    lines = [
        _priced(item, decision.staff, speech, length=decision.duration)
        for item in decision.services
    ]
    return _lines(lines, "На что записать?" if decision.closing else "")


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


def _priced(service_id: str, staff: str | None, speech: Speech, *, length: bool) -> str:
    name = words.capital(naming.service(speech.salon, service_id))
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
        return f"Такой услуги у нас нет. Есть: {_titles(speech, 5)}. На что записать?"
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


def hours(decision: AnswerHours, speech: Speech) -> str:
    salon = speech.salon
    if decision.day is not None and salon.knows_hours():
        found = salon.hours_on(decision.day)
        when = words.capital(words.day_short(decision.day, speech.today))
        return f"{when} работаем {_span(found)}." if found else f"{when} мы не работаем."
    if salon.schedule_text:
        return f"{naming.tidy(salon.schedule_text).rstrip('.')}."
    if salon.week:
        return _week(speech)
    return "Часы работы подскажет администратор, он ответит здесь."


def _span(hours: OpenHours) -> str:
    return f"с {hours.opens:%H:%M} до {hours.closes:%H:%M}"


_SHORT = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


def _week(speech: Speech) -> str:
    """«Работаем каждый день с 10:00 до 21:00» or «пн–пт …, сб–вс …»."""
    week = speech.salon.week
    if len(set(week)) == 1 and week[0] is not None:
        return f"Работаем каждый день {_span(week[0])}."
    parts, begin = [], 0
    for i in range(1, 8):
        if i == 7 or week[i] != week[begin]:
            days = _SHORT[begin] if i - begin == 1 else f"{_SHORT[begin]}–{_SHORT[i - 1]}"
            found = week[begin]
            parts.append(f"{days} {_span(found)}" if found else f"{days} не работаем")
            begin = i
    return words.capital(", ".join(parts)) + "."


def address(decision: AnswerAddress, speech: Speech) -> str:
    salon = speech.salon
    lines = []
    if salon.address:
        lines.append(f"Адрес: {naming.tidy(salon.address).rstrip('.')}.")
    if decision.brief and lines:
        return lines[0]
    if salon.map_url:
        lines.append(f"На карте: {salon.map_url}")
    if salon.phone:
        lines.append(f"Телефон: {salon.phone}")
    return "\n".join(lines) or "Адрес подскажет администратор, он ответит здесь."


def place(decision: AnswerPlace, speech: Speech) -> str:
    """The salon's own sentences, and honestly what they leave out: «Про парковку точно не знаю…»."""
    about = speech.salon.about
    said = [line for item in decision.asked for line in places.told(item, about)]
    lines = [_sentence(line) for line in dict.fromkeys(said)][:LINES]
    left = [places.NAMED[item] for item in untold(decision, speech)]
    if left:
        yours = speech.you("ваш вопрос", "твой вопрос")
        lines.append(
            f"Про {words.listed(left)} точно не знаю."
            f" Передала {yours} администратору, он ответит здесь."
        )
    return "\n".join(lines)


def untold(decision: AnswerPlace, speech: Speech) -> list[places.Place]:
    """What of it the salon has written nothing about."""
    return [item for item in decision.asked if not places.told(item, speech.salon.about)]


def _sentence(line: str) -> str:
    tidy = naming.tidy(line)
    return tidy if tidy.endswith((".", "!", "?", "…")) else f"{tidy}."
