"""Questions of a message: prices, services, masters, free time, hours, address; one of them leads."""

from __future__ import annotations

from whatsapp.assistant.frame import Intent, Topic
from whatsapp.assistant.place import Place
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand.heard import Heard, Verdict


def questions(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    found = _asked_about(h, state)
    if h.avoided and state.task is Task.BOOK and not h.question:
        return None  # «только не к Кате, она больно делает»
    if not found or (found <= {Intent.SERVICES, Intent.AVAILABILITY} and _chat(h)):
        return None
    order = "order" in h.cues and not _about_booking(h, found)
    # «записать можно на 13:30? и сколько стоит?» to times that were offered
    order = order or (state.asked in (Asked.SLOT, Asked.TIME) and h.time and "order" in h.cues)
    # «на маникюр завтра в 12, и сколько это стоит?»
    priced = h.line.has(_AND_HOW_MUCH) and not h.line.has("? и|плюс сколько")
    if priced and h.service and h.day and h.time and "staff" not in h.cues:
        order, found = True, found - {Intent.STAFF_INFO}
    picked = state.asked is Asked.SLOT and h.answer.index is not None
    order = order or picked  # «давайте первое. сколько выйдет?»
    if (
        not order
        and h.service
        and h.when
        and found <= {Intent.SERVICES, Intent.HOURS, Intent.ADDRESS}
    ):
        order = "want" in h.cues or "book" in h.cues or Intent.ADDRESS in found
        if order and Intent.SERVICES in found:
            found = found - {Intent.SERVICES}
    if order and (h.wish or picked or not found - {Intent.SERVICES}):
        also = tuple(i for i in _ORDER if i in found and i is not Intent.SERVICES)
        return Verdict(Intent.BOOK, also=tuple(i for i in also if i is not Intent.AVAILABILITY))
    if not found:
        return None
    ranked = [intent for intent in _ORDER if intent in found]
    topic = (
        Topic.DURATION if "duration" in h.cues else Topic.DISCOUNT if "discount" in h.cues else None
    )
    if ranked[0] is Intent.SERVICES and h.line.has(
        "чем ..4 отлич~", "чем ..3 лучше|хуже", "разниц~|отличие"
    ):
        topic = Topic.COMPARE
    told = h.place and Place.WAY not in h.place
    if ranked == [Intent.ADDRESS] and told and not h.cues & {"address", "contacts"}:
        topic = Topic.PARKING
    return Verdict(ranked[0], also=tuple(ranked[1:]), topic=topic)


_AND_HOW_MUCH = "и|плюс сколько это|он|она ..2 стоит|стоить|выйдет"


def _chat(h: Heard) -> bool:
    """«расскажи анекдот»: small talk in the words of a question."""
    talk = h.cues & {"small_talk", "payment", "certificate", "spam", "amenity"}
    return bool(talk) and not h.service and not h.line.has("услуг~|процедур~")


_ORDER = (
    Intent.PRICE, Intent.AVAILABILITY, Intent.STAFF_INFO, Intent.HOURS, Intent.ADDRESS, Intent.SERVICES,
)  # fmt: skip


def _about_booking(h: Heard, found: frozenset[Intent]) -> bool:
    """«до скольки можно записаться», «когда можно записаться», «к кому лучше записаться» ask, not order."""
    infinitive = not h.line.has(
        "запиши~|впиши~|внеси~|забронир~|хочу|хотела|хотел|хотели|надо|нужно"
    )
    return infinitive and bool(
        found & {Intent.HOURS, Intent.AVAILABILITY, Intent.STAFF_INFO, Intent.PRICE}
    )


def _asked_about(h: Heard, state: DialogueState) -> frozenset[Intent]:
    """The informational intents heard."""
    c, found = h.cues, set()
    if "skill" in c and not h.when:
        return frozenset({Intent.STAFF_INFO, *((Intent.PRICE,) if "price" in c else ())})
    focus_staff = state.focus.staff or state.slots.staff
    pronoun = bool(focus_staff) and h.line.has("он|она|него|нее|нему|ней|они|них")
    asked = "price" in c and not h.line.has(
        "цен~|стоимость|сумма ..1 не важн~|имеет|волну~|главн~|принцип~"
    )
    dear = h.line.has("дорого|дороговато|дороговат") and h.words <= 4 and not h.question
    asked = asked and not dear  # «дорого(» of a price just told
    paid = "payment" in c and "discount" in c  # «бонусами расплатиться можно?»
    if asked or ("discount" in c and not paid) or _bare_how_much(h, state) or _sum_asked(h):
        found.add(Intent.PRICE)
    soonest = h.line.has("на ..1 ближ~") and not h.question and not h.line.has("есть|когда|как~")
    if "availability" in c and not (soonest and h.service) and not h.line.has("если ..2 занят~"):
        found.add(Intent.AVAILABILITY)
    mine = h.line.has(
        "я|мы ..4 свободна|свободен|свободны|свободная|свободный",
        "с|после . ..1 свободна|свободна|свободен|свободны|свободная",
    )
    if mine and not h.question:
        found.discard(Intent.AVAILABILITY)  # «а вот в пятницу я свободная»
    if state.asked is Asked.STAFF and h.staff_any and not h.question:
        found.discard(Intent.AVAILABILITY)  # «к тому, кто свободен»
    if {"aftercare", "activity"} <= c and h.service and not h.when:
        found.discard(Intent.AVAILABILITY)
        found.add(Intent.SERVICES)  # «после ламинирования когда мочить можно»
    if _has_thing(h):
        found.discard(Intent.AVAILABILITY)
        found.add(Intent.SERVICES)
    if (
        Intent.PRICE in found
        and h.when
        and h.line.has(
            "и|а|, ..5 можно|получится|запишете|примете", "^ ..3 можно ..1 на|к|записаться"
        )
    ):
        found.add(Intent.AVAILABILITY)
    named = h.staff or pronoun
    wanted = h.service and h.time and not h.question  # «макияж к Нике сегодня в 18»
    # «Вера завтра есть?», and then «воск», «часов в пять»
    wanted = wanted or (h.service and h.time and h.day and h.line.has("? |"))
    # «лучше к Тимуру» while a visit is being arranged changes its master
    better = (
        h.line.has("лучше ..1 к|ко|у", "к|ко|у . лучше")
        and state.task is not Task.NONE
        and not h.question
    )
    chosen = state.task is not Task.NONE and not h.question
    chosen = chosen and (h.avoided or h.line.has("давай|давайте ..1 к|ко|у"))
    wanted = wanted or better or bool(chosen)
    supposed = h.line.has("если ..3 занят~|свобод~|работа~|сможет|может|будет|выйдет")
    wanted = wanted or (state.asked is Asked.STAFF and h.staff and not h.question)
    wanted = wanted or bool(supposed)  # «к Диане, если занята, то к Полине»
    bare = h.staff and h.day and h.question and h.words <= 4 and not (h.time or h.service)
    bare = bare and state.task is Task.NONE and not c & {"want", "order", "availability", "book"}
    if "staff" in c or bare or (named and "staff_verb" in c and not wanted):
        found.add(Intent.STAFF_INFO)
    until = h.line.has("до|во|со|с скольки|сколько|скольких", "график|расписание")
    if "hours" in c and named and not wanted and (h.question or until):
        found.add(Intent.STAFF_INFO)
    ours = h.line.has("работаете|открыты|закрываетесь|открываетесь") and "order" in c and named
    if "hours" in c and ours and "staff" not in c:  # «запишите к Анне… и до скольки работаете?»
        found.discard(Intent.STAFF_INFO)
        found.add(Intent.HOURS)
    whom = h.line.has("принимаете ..2 детей|мужчин|ребенка|малыш~|подростк~|карт~|беременных")
    whom = whom or h.line.has(_MADE_WITH)
    if "hours" in c and not named and "staff" not in c and not whom:
        found.add(Intent.HOURS)
    if "address" in c or ("contacts" in c and "call" not in c):
        found.add(Intent.ADDRESS)
    than = h.service and h.line.has("чем ..3 лучше|хуже") and not h.line.has("тем")
    if than and not h.when:
        found.add(Intent.SERVICES)  # «чем балаяж лучше окрашивания?»
    strange = h.unknown_service and h.question and not h.when and not c & {"order", "book", "want"}
    if "services" in c or "duration" in c or (strange and h.line.has("есть|бывает|имеется ..1 ?")):
        found.add(Intent.SERVICES)  # «шугаринг есть?» where there is none
    if (
        Intent.SERVICES in found
        and found
        & {
            Intent.PRICE,
            Intent.STAFF_INFO,
            Intent.HOURS,
            Intent.ADDRESS,
        }
        and "duration" not in c
    ):
        found.discard(Intent.SERVICES)
    if Intent.AVAILABILITY in found:
        found.discard(Intent.SERVICES)
        if Intent.STAFF_INFO in found and h.line.has("свободн~|окно|окна|окошк~|место|время|есть"):
            found.discard(Intent.STAFF_INFO)
        talk = found & {Intent.ADDRESS, Intent.HOURS}
        if (
            talk
            and not h.line.has("свободн~|окно|окошк~|место|места|запис~|время")
            and not h.service
        ):
            found.discard(Intent.AVAILABILITY)
    dated = Intent.SERVICES in found and h.service and h.when and "duration" not in c
    if dated and not h.line.has("что такое|значит", "чем ..4 отлич~", "больно"):
        found.discard(Intent.SERVICES)
        found.add(Intent.AVAILABILITY)
    if h.place and found <= {Intent.SERVICES, Intent.AVAILABILITY} and not h.wish:
        # «парковка есть?», «где вход?» ask the way; «душ есть?» neither a service nor free time
        return frozenset({Intent.ADDRESS}) if _WAYS & set(h.place) else frozenset()
    return frozenset(found)


_WAYS = frozenset((Place.PARKING, Place.WAY, Place.ENTRANCE))


def _has_thing(h: Heard) -> bool:
    """«у вас бассейн есть?»: of the place rather than of its free time."""
    if h.wish or h.unknown_service or not h.line.has("у вас ..3 есть|бывает", "есть ..1 у вас"):
        return False
    if h.line.has("окн~|окош~|мест~|запис~|время|свобод~|слот~|варианты"):
        return False
    return h.residue > (1 if h.line.has("что-~|чего-~") else 0)  # «что-нибудь есть?» is free time


# «на каких материалах работаете?» asks no hours.
_MADE_WITH = "на|с как~|чем ..2 материал~|косметик~|бренд~|марк~|аппарат~|краск~|лак~ ..1 работаете"

_PRICES = 300  # roubles: a number from here on is no hour


def _sum_asked(h: Heard) -> bool:
    """«точно 2300?», «это 1500 выйдет?»: a sum to be said again."""
    sums = (t.code[2:] for t in h.line.tokens if t.code.startswith("#n"))
    named = any(text.isdigit() and int(text) >= _PRICES for text in sums)
    return named and h.question and not h.time and h.line.has("точно|правда|реально|всего|выйдет")


def _bare_how_much(h: Heard, state: DialogueState) -> bool:
    """«маникюр сколько?», «а сколько педикюр?»"""
    if h.line.has("сколько и|,? ..1 долго|сколько|как"):
        return h.service or h.unknown_service  # «шугаринг сколько и долго ли?»
    if not h.line.has("сколько") or "duration" in h.cues or "staff" in h.cues:
        return False
    spoken = bool(state.slots.services or state.focus.services) and not h.when
    if spoken and h.line.has("сколько ..2 вместе|итого|оба|обе", "вместе|итого сколько ?|$"):
        return True
    if (
        spoken
        and h.line.has("^ а|и|ну? сколько ?|$", "^ а|и|ну? у|к . сколько ?|$")
        and (h.staff or h.words <= 2)
    ):
        return True  # «а сколько?», «а у Тимура сколько?» of what is spoken of
    return (h.service or h.unknown_service) and not h.line.has(
        "во|до|со|с|через сколько",
        "сколько ..1 ждать|осталось|мест~|записей",
        "сколько ..1 времени|часов|раз|мастер~|лет|процедур~|сеанс~",
    )


_FOLLOWED = (Intent.PRICE, Intent.HOURS, Intent.STAFF_INFO, Intent.SERVICES)


def follow_up(h: Heard, state: DialogueState) -> Intent | None:
    """«а педикюр?» after a price, «а в воскресенье?» after the hours: the same question again."""
    first = h.line.tokens[0].word if h.line.tokens else ""
    if first not in ("а", "и", "ну") or not h.question or not (h.wish or h.sized) or h.words > 5:
        return None
    if h.cues & {"order", "book", "want"} or state.last_intent not in _FOLLOWED:
        return None
    if h.staff and state.last_intent is Intent.HOURS:
        return Intent.STAFF_INFO  # «а Мария?» after the salon's own days
    return state.last_intent
