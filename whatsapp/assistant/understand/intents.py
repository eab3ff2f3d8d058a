"""Which intent a turn carries: cues, entities and what was asked, weighed in a fixed order."""

from __future__ import annotations

from whatsapp.assistant.frame import Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand import (
    attending,
    cancel_or_move,
    inquiries,
    own_said,
    own_visit,
    rated,
)
from whatsapp.assistant.understand.heard import FACTS, Heard, Verdict
from whatsapp.assistant.understand.needs_person import person_wanted
from whatsapp.assistant.understand.rest import rest

_TRADES = "к? косметолог~|стоматолог~|врач~|доктор~|зубному|массажист~|барбер~|парикмахер~|стилист~|мастеру"
# «хочу сказать спасибо Марине», «хочу поблагодарить»: a wish to thank rather than to come.
_PRAISES = (
    "хочу|хотела|хотел|хочется|решила|решил ..2 сказать|поблагодарить|похвалить|отблагодарить"
)
_SLOTS = (Asked.SERVICE, Asked.DAY, Asked.TIME, Asked.STAFF, Asked.NAME, Asked.SLOT, Asked.OFFER)


_KEPT_AWAY = (
    "заболел~|приболел~|болею|болеем|разболел~", "не отпуска~|отпустил~|вырваться|вырвусь",
    "^ ..1 мимо|отпадает", "не в силе",
    "^ пропущу|пропустим|пропускаю", "придется|пришлось|увы|, пропущу|пропустим|пропустить",
    "вряд|навряд ли ..2 смогу|сможем|приду|придем|получится|успею|успеем|выйдет|буду",
    "внуков|детей|ребенка привезли|подкинули|оставили",
)  # fmt: skip
_AS_AGREED = (
    "по плану|графику|договоренности",
    "планы|ничего не изменил~|поменял~|меняется",
    "все|всё так|верно|правильно",
    "до завтра|встречи|скорого", "^ ..2 увидимся|свидимся", "^ ..2 актуально",
    "^ ..1 принято|есть|иду|идем|собираюсь|собираемся|готова|готов",
    "планирую|планируем|собираюсь|собираемся ..1 прийти|быть|приехать|$",
)  # fmt: skip


def classify(heard: Heard, state: DialogueState, context: Context) -> Verdict:
    """The first rule that applies; `also` are further intents of the same message."""
    for rule in (
        rated.answered,
        _control,
        _pitch,
        person_wanted,
        cancel_or_move.answered,
        own_visit.of_visit,
        _reminder,
        _agreed_asking,
        inquiries.questions,
        _dialogue,
        _wish,
    ):
        verdict = rule(heard, state, context)
        if verdict is not None:
            return verdict
    if "waiting" in heard.cues and not heard.wish:
        return Verdict(state.last_intent or Intent.GREETING, topic=Topic.WAITING)
    return rest(heard, state)


def _control(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    refusing = h.line.has("не ..1 хочу|хотим|надо|нужно|буду")
    if "start" in h.cues and not h.wish and not refusing:
        return Verdict(Intent.START)
    explicit = h.line.has(
        "рассыл~|напоминани~|уведомл~|спам~", "не пиши~|пишете|шлите|присылай~|беспокой~"
    )
    if "stop" in h.cues and (explicit or not h.wish) and "order" not in h.cues:
        return Verdict(Intent.STOP)
    return None


def _pitch(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """«чистка кондиционеров для салонов красоты, скидка 20 %» asks no price."""
    mine = h.cues & {"order", "mine", "job", "human", "certificate"} or h.staff
    return Verdict(Intent.OTHER, topic=Topic.SPAM) if "pitch" in h.cues and not mine else None


def _reminder(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """Answers to «Придёте?», «Отменить или перенести?», «Какую запись?», and unasked «я приду»."""
    a, c = h.answer, h.cues
    # «запишите ещё на маникюр» is no answer to «Придёте?», whatever else it says.
    another = h.service and bool(c & {"order", "book"})
    if state.asked is Asked.ATTEND and not another:
        if (
            h.question
            and not h.wish
            and not (("address" in c or h.place) and (a.yes or "coming" in c))
            and h.line.has("во сколько", "когда|куда|где|кому|какое ..2 ?")
        ):
            also = (Intent.ADDRESS,) if "address" in c else ()
            return Verdict(Intent.LIST, also=also)
        also = (Intent.CONFIRM_VISIT,) if ("coming" in c or a.yes) and not a.no else ()
        another = h.staff and not h.time and not h.new_day and (h.question or "want" in c)
        if another and not h.service and h.line.has("к|ко|у|вместо .", "можно|лучше"):
            return Verdict(Intent.RESCHEDULE, also=also)  # «приду, только можно к Марии?»
        if (h.time or h.new_day) and (
            h.question
            or h.line.has("но|только ..1 в|к|на|после")
            or "want" in c
            or a.no
            or not ("coming" in c or a.yes)
        ):
            return Verdict(Intent.RESCHEDULE)
        if attending.asks_which(h):
            return Verdict(Intent.LIST)
        if attending.in_force(h):
            return Verdict(Intent.CONFIRM_VISIT, attending=True, confirmed=True)
        if attending.undecided(h):
            return Verdict(Intent.OTHER, topic=Topic.PAUSE)
        sorry = h.line.has("^ ..1 увы|жаль", "^ ..1 к сожалению") and not a.yes
        unsure = h.line.has("не знаю", "отпишусь|отпишу|сообщу|уточню|напишу") and not a.yes
        if unsure and a.pause and not h.line.has("смогу|приду|получится|сможем|придем"):
            return Verdict(Intent.OTHER, topic=Topic.PAUSE)
        if a.no or sorry or own_said.stays_away(h) or h.line.has(*_KEPT_AWAY):
            return Verdict(Intent.CONFIRM_VISIT, attending=False, declined=True)
        if (
            a.yes
            or a.heart
            or "coming" in c
            or h.line.has(*_AS_AGREED, "придет|придут|приедет|приедут|подойдет|подойдут")
            or ("thanks" in c and not h.question)
        ):
            asked = {"address": Intent.ADDRESS, "price": Intent.PRICE, "hours": Intent.HOURS}
            ask = h.question or h.line.has("напомни~|скиньте|скинь|подскажите|пришлите|скажите")
            ways = h.line.has("где|как|куда|какой|какая|какую") and not h.line.has(
                "знаю|помню|найду"
            )
            ways = ways or h.line.has("напишите|напиши адрес~")
            further = tuple(
                i for cue, i in asked.items() if cue in c and (ask or (ways and cue == "address"))
            )
            return Verdict(Intent.CONFIRM_VISIT, also=further, attending=True, confirmed=True)
    told = h.question and bool(c & FACTS)  # «а сколько стоит педикюр?» chooses none of them
    if (
        state.asked is Asked.BOOKING
        and state.task in (Task.MOVE, Task.CANCEL)
        and not told
        and (h.wish or a.index or "all" in c)
    ):
        return Verdict(Intent.RESCHEDULE if state.task is Task.MOVE else Intent.CANCEL)
    if (
        state.asked is Asked.NOTHING
        and "coming" in c
        and not h.service
        and not h.line.has("не буду|будем|приду|придем|приеду|приедем .|,|!|$")
        and not (c & {"order", "availability"})
    ) and ("подтвержда" in h.line.words or own_visit.has_upcoming(state, context) or h.words <= 4):
        return Verdict(Intent.CONFIRM_VISIT, attending=True)
    return None


def _agreed_asking(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """«да, и адрес напомните»: a yes to what was proposed, and a question that changes nothing of it."""
    asked = {"address": Intent.ADDRESS, "hours": Intent.HOURS}
    further = tuple(intent for cue, intent in asked.items() if cue in h.cues)
    if state.asked is not Asked.CONFIRM or not h.answer.yes or h.wish or not (further or h.place):
        return None
    task = {Task.MOVE: Intent.RESCHEDULE, Task.CANCEL: Intent.CANCEL}.get(state.task, Intent.BOOK)
    return Verdict(task, also=further, confirmed=True)


def _dialogue(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """Answers to what we asked on the way to a booking, a move or a cancellation."""
    a = h.answer
    if a.heart and not h.words and state.last_intent is Intent.THANKS:
        return Verdict(Intent.THANKS)  # a heart after the thanks agrees to nothing
    follow = inquiries.follow_up(h, state)
    if follow is not None:
        return Verdict(follow)
    open_wish = state.task is Task.BOOK and not state.slots.empty
    if (
        open_wish
        and ("others" in h.cues or h.line.has("друг~ мастер~|барбер~|специалист~"))
        and not h.service
        and (
            not h.answer.no
            or h.line.has("друг~ ..3 что|кто ?", "друг~ ..1 мастер~|барбер~ ..2 ?")
            or h.line.has("в|на другой|другое|другую день|время|дату|число")
        )
    ):
        return Verdict(Intent.AVAILABILITY)
    if state.asked is Asked.CONFIRM or (state.asked is Asked.OFFER and state.task is not Task.NONE):
        task = {Task.MOVE: Intent.RESCHEDULE, Task.CANCEL: Intent.CANCEL}.get(
            state.task, Intent.BOOK
        )
        if a.pause and not h.wish:
            refused = a.no or h.line.has("не надо|нужно|хочу|стоит")  # «пока не надо, я перезвоню»
            return Verdict(Intent.OTHER, topic=Topic.PAUSE, declined=bool(refused))
        if a.yes or a.heart:
            return Verdict(task, confirmed=state.asked is Asked.CONFIRM)
        if a.no and not h.wish and not h.shift:
            return Verdict(Intent.OTHER, declined=True)
        if h.wish or h.shift:
            return Verdict(Intent.BOOK if task is Intent.CANCEL and h.service else task)
        if "thanks" in h.cues and not h.question:
            return Verdict(Intent.THANKS)
    if a.pause and not h.wish and "order" not in h.cues:
        return Verdict(Intent.OTHER, topic=Topic.PAUSE)
    if state.asked in _SLOTS:
        task = Intent.RESCHEDULE if state.task is Task.MOVE else Intent.BOOK
        if state.asked is Asked.OFFER and (a.yes or a.heart):
            return Verdict(task)
        answered = (
            h.wish
            or h.shift
            or a.index is not None
            or h.staff_any
            or a.whatever
            or h.people
            or h.unknown_service
            or (h.sized and not h.question)
        )
        if answered or (state.asked is Asked.NAME and h.name):
            return Verdict(task)
        if (state.asked is Asked.SLOT or len(state.options) == 1) and (a.yes or a.heart):
            return Verdict(task)
        if a.no and h.words <= 5:
            return Verdict(Intent.OTHER, declined=True)
    return None


def _wish(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """A wish with or without «запишите»."""
    c = h.cues
    if (
        c & {"payment", "spam", "small_talk", "certificate"}
        and "order" not in c
        and not (h.service and h.when)
    ):
        return None
    bare = not (h.service or h.staff or h.time or "order" in c)
    if h.place and h.question and bare and not h.line.has("хочу|хотела|хотел|хотелось"):
        return None  # «можно завтра прийти с ребёнком?»
    task = (
        Intent.RESCHEDULE
        if state.task is Task.MOVE and "order" not in c and not h.service
        else Intent.BOOK
    )
    if h.same_staff and ("want" in c or h.when or h.service):
        return Verdict(task)
    if "order" in c or "usual" in c:
        return Verdict(Intent.BOOK if "order" in c else task)
    praise = h.line.has(_PRAISES) and not h.when and not h.question and "order" not in c
    if praise and not h.line.has("запис~|попасть|прийти"):
        return None
    grateful = "thanks" in c and not h.when and not h.question and not c & {"book", "want"}
    if grateful and h.line.has("скажи~|передай~|передать ..3 спасиб~|благодар~"):
        return None
    if grateful and (not h.service or h.line.has("спасиб~|спс|благодар~ ..3 за")):
        return None  # «спасибо за стрижку» wants nothing
    leaves = h.line.has(
        "отзыв ..2 оставить|написать|оставлю", "оставить|написать|оставлю ..2 отзыв"
    )
    wants = c & ({"order"} if leaves else {"want", "book", "order"})
    if "review" in c and not h.when and not h.question and not wants:
        return None  # «очень довольна, Елена золотые руки»
    if "book" in c and (
        h.wish or h.unknown_service or h.line.has("запис~|бронь|броня|попасть", _TRADES)
    ):
        return Verdict(task)
    if not (h.wish or h.unknown_service):
        return None
    strong = h.service or h.staff or h.unknown_service
    brief = h.residue <= 1 or (h.words <= 7 and h.residue <= 3)
    if strong and ("want" in c or h.when or brief):
        return Verdict(task)
    if h.when and (state.task is not Task.NONE or not state.slots.empty) and h.residue <= 3:
        return Verdict(task)
    if h.when and h.people and ("want" in c or (h.day and not h.question)):
        return Verdict(task)
    if h.when and h.residue == 0:
        return Verdict(task)
    if h.when and "want" in c and h.residue <= 1:
        return Verdict(task)
    return None
