"""Intents about a visit that exists: late, cancel, move, which one, add to it, another service for it."""

from __future__ import annotations

from whatsapp.assistant.frame import Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand import own_said
from whatsapp.assistant.understand.heard import Heard, Verdict
from whatsapp.assistant.understand.late import ONLY_THEN

_CHANGED = (
    "обстоятел~|планы|ситуац~|график|смены ..2 изменил~|поменял~|сменил~ ..3 отмени|отмените|отменить",
    "запис~|визит ..2 отмени|отмените|отменить ..4 обстоятел~|планы ..1 изменил~|поменял~",
    "изменил~|поменял~|сменил~ ..1 обстоятел~|планы|ситуац~|график ..3 отмени|отмените|отменить",
)


def has_upcoming(state: DialogueState, context: Context) -> bool:
    return bool(context.upcoming) or state.booking is not None


def of_visit(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """The visit that exists: late, cancel, move, which one, add to it."""
    c, upcoming = h.cues, has_upcoming(state, context)
    if "cancel" in c and h.line.has(*_CHANGED) and not (h.fresh_day or h.time):
        c -= {"move"}  # «обстоятельства изменились, запись отмените»: no visit is changed
    change = {Task.MOVE: Intent.RESCHEDULE, Task.CANCEL: Intent.CANCEL}.get(state.task)
    agreed = h.answer.yes and not (h.wish or h.shift or h.question)
    contrary = "cancel" if change is Intent.RESCHEDULE else "move"
    if change and state.asked is Asked.CONFIRM and agreed and contrary not in c:
        return Verdict(change, confirmed=True)  # «угу, переносите»
    wants = h.question or "want" in c or h.line.has("давайте|лучше|перенесите|можно|запишите")
    again = h.line.has("отмен~ отмен~", "не отменя~", "передумал~ отмен~") or (
        "coming" in c and h.line.has("все-таки|всетаки|таки")
    )
    plainly = h.line.has("опозд~|опазд~|задерж~|пробк~|застрял~|запазд~|припозд~|потеряю|потеряем")
    again = again and not plainly
    if again and not h.line.has("не отменяйте ..1 а перенес~"):
        return Verdict(Intent.CONFIRM_VISIT, attending=True, confirmed=False)
    stays = h.line.has("остав~ ,|.|!|$|как|все", "не надо|нужно отмен~")
    stays = stays or ("coming" in c and "cancel" not in c)
    if state.task is Task.CANCEL and state.asked is Asked.CONFIRM and stays and not h.wish:
        return Verdict(Intent.CONFIRM_VISIT, attending=True, confirmed=False)
    afresh = h.fresh_day and h.line.has("лучше|давайте|давай|можно|можете|а") and not h.service
    if state.task is Task.CANCEL and state.asked is Asked.CONFIRM and afresh:
        return Verdict(Intent.RESCHEDULE)
    as_was = stays or h.line.has(
        "пусть|пускай ..2 оста~|будет как", "как есть|было", "не ..1 перенос~"
    )
    if state.task is Task.MOVE and state.asked is Asked.CONFIRM and as_was and not h.wish:
        return Verdict(Intent.OTHER, declined=True)
    undone = h.line.has(
        "случайно|нечаянно|ошибке ..2 отмен~", "отмен~ ..2 случайно|нечаянно|ошибке",
        "верни~|восстанов~ ..2 запис~|обратно|как было",
    )  # fmt: skip
    if undone and not h.line.has("деньг~|напомина~|рассыл~|сообщен~|уведомл~"):
        return Verdict(Intent.HUMAN, topic=Topic.ASKED, handoff=True)
    imminent = h.late_min is not None and "late" in c  # «ничего, если опоздаю на 10 минут?»
    if (
        h.hypothetical
        and not imminent
        and upcoming
        and not h.line.has("запишите|перенесите|отмените")
    ):
        return Verdict(Intent.OTHER, topic=Topic.QUESTION)
    talked = state.asked in (Asked.CONFIRM, Asked.SLOT, Asked.OFFER) and state.task is Task.BOOK
    if "move" in c and talked and not upcoming and h.wish:
        return None  # «на вторник перекиньте» of what is only proposed
    another = h.line.has("друг~ мастер~|специалист~|врач~|барбер~") and (
        "order" not in c or h.line.has("запись та|эта|прежн~")
    )
    if another and upcoming and state.task is not Task.BOOK and not h.service:
        return Verdict(Intent.RESCHEDULE)
    elsewhere = "elsewhere" in c and upcoming and state.task is not Task.BOOK and "order" not in c
    better = h.own_moved and h.line.has("давайте|давай|лучше")
    nearer = h.day and h.time and not h.new_day and not h.service and h.question
    nearer = nearer and h.line.has("раньше|пораньше|позже|попозже")
    if nearer and upcoming and state.task is Task.NONE and "order" not in c:
        return Verdict(Intent.RESCHEDULE)  # «можно пораньше в пятницу, в 16?» of Friday's visit
    sooner = h.line.has(
        "пораньше|раньше|попозже|позже ..2 прийти|подойти|подъехать|приехать",
        "прийти|подойти|подъехать|приехать ..2 пораньше|раньше|попозже|позже",
    )
    if sooner and upcoming and wants and state.task is Task.NONE and not h.service and not h.staff:
        return Verdict(Intent.RESCHEDULE)  # «можно пораньше прийти?»
    same_day = h.line.has("в тот же? день", "того|тот же дня|день")
    better = better or (h.own_service and h.time and same_day)
    if better and upcoming and state.task is not Task.BOOK and not c & {"order", "cancel", "add"}:
        return Verdict(Intent.RESCHEDULE)
    sooner = h.own_service and h.line.has("раньше|пораньше|позже|попозже") and wants
    sooner = sooner and not (
        "cancel" in c and h.line.has(_LEAVES)
    )  # «снимите меня с педикюра, улетаю раньше»
    elsewhere = elsewhere or (bool(sooner) and state.task is not Task.BOOK and "order" not in c)
    if "move" in c or elsewhere or (h.shift and upcoming and "late" not in c):
        return Verdict(Intent.RESCHEDULE)
    leaves = "cancel" in c and h.line.has("остав~")  # «ресницы отменяем, педикюр оставляем»
    if own_said.gives_up(h, state, context) or own_said.circumstances(h, state, context):
        return Verdict(Intent.CANCEL, confirmed=False)
    if upcoming and h.swapped and state.task is not Task.BOOK and not leaves:
        return Verdict(Intent.RESCHEDULE)
    idle = upcoming and state.task is Task.NONE and not c & {"order", "add"}
    if idle and _moves(h, c, context):
        return Verdict(Intent.RESCHEDULE)
    named = h.line.has(f"{_OF_DAY} запись|визит")
    if h.which and not c & {"move", "order", "want", "cancel"}:
        return Verdict(Intent.LIST)
    if own_said.doubts(h, context):
        return Verdict(Intent.LIST)
    if own_said.moves(h, state, context):
        return Verdict(Intent.RESCHEDULE)
    punctual = h.after_start and "coming" in c and bool(h.line.has("не ..1 успею|успеваю|успеем"))
    if (
        h.from_own
        and not punctual
        and "cancel" not in c
        and ("order" not in c or "mine" in c or named)
    ):
        return Verdict(Intent.RESCHEDULE)
    if h.left_own and h.staff and not h.keeps and "cancel" not in c and "order" not in c:
        comes = state.asked is Asked.ATTEND and "coming" in c and not h.answer.no
        return Verdict(Intent.RESCHEDULE, also=(Intent.CONFIRM_VISIT,) if comes else ())
    if _second_thoughts(h, state):
        return Verdict(Intent.RESCHEDULE)
    agreeing = state.asked is Asked.CONFIRM and state.task is Task.BOOK and h.answer.yes
    proposed = state.asked in (Asked.CONFIRM, Asked.SLOT, Asked.OFFER) and state.task is Task.BOOK
    agreeing = agreeing or (proposed and h.when and not plainly)  # «в 18 не успею, давайте в 19»
    only_then = h.line.has(*ONLY_THEN)
    if idle and only_then and h.time and not (h.after_start or h.service):
        return Verdict(Intent.RESCHEDULE)
    arriving = ("coming" in c or only_then) and h.after_start and not h.question and "want" not in c
    late = (
        ("late" in c or (arriving and upcoming))
        and not agreeing
        and not (state.asked is Asked.ATTEND and own_said.stays_away(h) and not plainly)
        and not ("order" in c and h.service)
        and not (h.service and h.day and h.time and not upcoming)
    )
    if late and h.refused_own and h.new_day and not plainly:
        return Verdict(Intent.RESCHEDULE)  # «не успею завтра, давайте на субботу»
    if late and (plainly or "cancel" not in c):
        later = h.time and h.question and not plainly and h.line.has("можно|давайте|лучше")
        if (h.shift and wants) or later:
            return Verdict(Intent.RESCHEDULE, also=(Intent.LATE,))
        coming = (
            bool(h.line.has("приду|буду|придем|будем|приеду|подъеду"))
            or state.asked is Asked.ATTEND
        )
        also = (Intent.CONFIRM_VISIT,) if coming else ()
        serious = h.question or (h.late_min or 0) >= 20
        return Verdict(
            Intent.LATE,
            also=also,
            topic=Topic.LATE,
            attending=True if coming else None,
            handoff=serious,
        )
    if "cancel" in c or (h.refused_own and state.task is not Task.BOOK):
        if h.avoided and state.task is Task.BOOK:
            return None  # «к Анне больше не пойду, давайте к Кате»
        if _own_proposal(h, state, context):
            return Verdict(Intent.OTHER, declined=True)
        if h.refused_own and "availability" in c and not h.line.has("отмен~"):
            return Verdict(Intent.RESCHEDULE)
        if (h.new_day or (h.when and h.refused_own)) and wants and not h.line.has("отмен~"):
            return Verdict(Intent.RESCHEDULE)
        instead = wants or h.line.has("а ..1 в|на|во|к", "вместо")
        if h.refused_own and h.fresh_day and instead and not h.line.has(_ORDERS_OFF):
            return Verdict(Intent.RESCHEDULE)  # «пятница отменяется, можно суббота?»
        if "order" in c and h.when and h.new_day:
            return Verdict(Intent.RESCHEDULE)
        return Verdict(Intent.CANCEL, confirmed=False)
    missed = h.own_service and h.line.has("не смогу|сможем|попаду|успеваю|получится")
    if missed and upcoming and not (h.time or h.fresh_day) and state.task is not Task.BOOK:
        return Verdict(Intent.CANCEL, confirmed=False)  # «на педикюр не смогу»
    if h.given_up and state.task is not Task.BOOK and not h.time and not h.fresh_day:
        return Verdict(Intent.CANCEL, confirmed=False)
    changes = h.question and h.time and h.line.has("можно|получится|реально|нельзя|возможно")
    onto = h.fresh_day and h.line.has(
        "мою|моя|мой|нашу ..1 запис~|визит ..1 на|в", "запис~ мою|моя ..1 на|в"
    )
    if "mine" in c and upcoming and onto and "order" not in c:
        return Verdict(Intent.RESCHEDULE)  # «мою запись на субботу, пожалуйста»
    if "mine" in c and upcoming and changes and not h.line.has("узнать|напомн~|когда|сколько"):
        return Verdict(Intent.RESCHEDULE)  # «я записана на 17, можно в 18?»
    if {"mine", "add"} <= c and upcoming and h.service and not h.new_day:
        return Verdict(Intent.BOOK, add=True)  # «у меня запись на 19, хочу добавить педикюр»
    summed = "price" in c and h.service and not h.when and h.line.has("по деньгам|цене", "за .")
    if "mine" in c and "order" not in c and not (summed and not h.line.has("запис~|когда")):
        also = (Intent.PRICE,) if "price" in c else (Intent.ADDRESS,) if "address" in c else ()
        return Verdict(Intent.LIST, also=also)
    if own_said.asks_which(h, context):
        return Verdict(Intent.LIST)
    more = (
        h.line.has("можно|хочу|сделайте|давайте ..2 еще|заодно", "еще ..2 можно ?", "еще и .")
        and upcoming
    )
    if more and h.service and not h.own_service and not h.when and not c & {"order", "price"}:
        return Verdict(Intent.BOOK, add=True)  # «а можно ещё брови сделать?»
    if "add" in c and (upcoming or state.last_record) and h.service and not h.when:
        return Verdict(Intent.BOOK, add=True)
    if own_said.adds(h, state, context):
        return Verdict(Intent.BOOK, add=True)
    return None


_OF_DAY = "понедельничн~|вторничн~|четвергов~|пятничн~|субботн~|воскресн~|завтрашн~|сегодняшн~"
_LEAVES = "улета~|улечу|уезжа~|уеду|ухожу|уйду|выезжа~|выхожу|освобождаюсь ..1 раньше|пораньше|позже|попозже"
_ORDERS_OFF = "отмените|отменить|отмена|отменяйте|отменяем|отменяю|отменим"


def _moves(h: Heard, c: frozenset[str], context: Context) -> bool:
    """Another day or hour said of the client's visit without a word for moving it."""
    if h.service or h.staff or c & {"cancel", "availability", "late"} or h.at_own:
        return False
    if h.same and (h.when or h.shift) and h.line.has("время|времени|час|часы|день|дня|часов"):
        return True  # «давайте через неделю в то же время», «тот же день, в 18»
    if not h.fresh_day and not h.time:
        return False
    if h.line.has(
        "смогу|могу|сможем|можем|получится ..1 только|лишь", "только|лишь ..4 смогу|могу|сможем|получится",
        "вместо", "мою|моей|нашу|запись запись|запись|мою|мой ..1 на|в|к|ко",
        f"{_OF_DAY} запись|визит|бронь на|в|к",
        "планы|обстоятельства поменял~|изменил~", "поменял~|изменил~ ..1 планы|обстоятельства",
    ):  # fmt: skip
        return True
    if h.line.has("или|либо", "помню|помните"):
        return False
    only = len(context.upcoming or ()) == 1
    return only and h.day and not h.new_day and h.time and h.question  # «в пятницу можно в 17?»


def _second_thoughts(h: Heard, state: DialogueState) -> bool:
    """«ой, давайте лучше в 14» right after a booking moves that booking."""
    idle = (
        state.task is Task.NONE and state.asked is Asked.NOTHING and state.last_record is not None
    )
    if (
        not idle
        or not (h.when or h.staff)
        or h.service
        or h.cues & {"order", "availability", "cancel"}
    ):
        return False
    return h.line.has("лучше|давайте|давай|все-таки|нет|ой|перепутал~|ошибл~|можно", "все же")


def _own_proposal(h: Heard, state: DialogueState, context: Context) -> bool:
    """«отмена» said to what we proposed rather than to a visit."""
    open_ = (Asked.CONFIRM, Asked.SLOT, Asked.OFFER, Asked.NAME)
    if state.asked not in open_ or state.task is not Task.BOOK:
        return False
    plainly = (
        h.answer.no and not h.day and bool(h.line.has("отмена|отбой"))
    )  # «нет, поздно. отмена»
    return plainly or (not h.when and not h.line.has("запис~", "прийти|приду"))
