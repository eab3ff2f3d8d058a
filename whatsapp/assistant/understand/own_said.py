"""What is said of the client's own visits without a word for it: to move, which, to add, to doubt."""

from __future__ import annotations

from whatsapp.assistant.state import DialogueState, Task
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand.heard import Heard

_ME = "я|мы|меня|нас|мне|нам"
_CAN = "можно|нельзя|никак|получится|выйдет|реально|возможно|успеете|лучше|сможете|давайте|давай"
_SHIFTS = "раньше|пораньше|позже|попозже|позднее"
_OTHER_CUES = frozenset(
    {"order", "add", "cancel", "availability", "late", "price", "hours", "address", "duration"}
)


def moves(h: Heard, state: DialogueState, context: Context) -> bool:
    """«можно нас на полпятого?», «а ресницы можно пораньше?», «приду лучше в понедельник»."""
    if not context.upcoming or state.task is not Task.NONE or h.at_own:
        return False
    if h.own_other and h.line.has(_CAN, "сможете") and not h.line.has("или|либо"):
        return not h.cues & _OTHER_CUES - {"late"} and not h.service
    if h.cues & _OTHER_CUES:
        return False
    asks = h.question or "want" in h.cues or h.line.has(_CAN)
    if h.own_kind and h.own_wish and h.joined and asks:
        return True
    if h.own_kind and asks and h.line.has(_SHIFTS):
        return not h.line.has("когда", "во сколько")
    if h.service and not h.own_wish:
        return False
    if (
        h.own_day
        and h.time
        and (h.own_staff or not h.staff)
        and (asks or h.line.has("только|удобнее|удобней|удобно|попросите|попроси"))
    ):
        return True  # «к Артёму на ту же среду, только утром», «31-го на 11 никак?»
    if h.staff or (len(context.upcoming) > 1 and not state.booking):
        return False
    ill = h.line.has("заболел~|приболел~|болеем|болеет|болею|температур~|простыл~")
    if (ill or h.refused_own) and h.fresh_day and h.line.has(_CAN):
        return True
    coming = h.line.has("приду|придем|приеду|приедем|подойду|подойдем|буду|будем")
    if coming and h.fresh_day and (h.question or h.line.has("лучше|тогда")):
        return True
    mine = h.line.has(f"{_ME} ..2 {_CAN}", f"{_CAN} ..3 {_ME}", f"^ ..2 {_ME} ..3 ?")
    if mine and asks and h.time and not h.new_day:
        return True
    if mine and h.same and h.fresh_day:
        return True
    if h.fresh_day and h.question and h.line.has("^ ..1 а ..1 если ..1 в|во|на"):
        return True
    bare = h.line.has(
        "никак|нельзя", "не|ничего поздно|рано ..2 ?", "^ ..1 а ..1 в|на|к|во|часов|часика . ..3 ?"
    )
    return bool(bare and h.question and h.time and not h.new_day and h.words <= 8)


def gives_up(h: Heard, state: DialogueState, context: Context) -> bool:
    """«ни на ногти, ни на ресницы не попадаю», «на маникюр приду, а ресницы снимите»."""
    if not context.upcoming or state.task is Task.BOOK or h.fresh_day:
        return False
    if not (h.own_kind or h.own_staff):
        return False
    neither = h.line.has("ни на|к? . ..2 ни на|к? .")
    off = h.line.has(
        "сним~|убер~|убира~|отмен~|удал~", "не получится|выйдет|смогу|сможем|приду|пойду"
    )
    later = h.line.has(
        "повременю|повременим|воздержусь|обойдусь|откажусь",
        "не нужен|нужна|нужно|нужны|актуально|актуален|понадобится",
        "пока|уже|больше|сейчас не нужен|нужна|нужно|нужны|буду|хочу",
    )
    plain = later and h.own_wish and not h.question and not h.swapped
    return bool(neither or (h.keeps and off) or plain) and not h.cues & {"order", "move"}


def stays_away(h: Heard) -> bool:
    """«неа, не успеваю» to «Придёте?»; «немного не успеваю», «не успею, буду в 12:20» come late."""
    if h.late_min is not None or h.when or "coming" in h.cues:
        return False
    slightly = h.line.has(
        "немного|немножко|чуть|чуть-чуть|чуток|чутка|слегка|вовремя|ровно|точно к|ко"
    )
    return h.line.has("не ..1 успеваю|успею|успеем|успеваем") and not slightly


# A refusal told through circumstances: «не до бровей мне», «с окрашиванием пока не выйдет».
_CIRCUMSTANCES = (
    "не до .", "какие|какой|какая|какое уж|тут|там|теперь|сейчас . ..2 $|.|,|!",
    "с|со . ..5 не|ничего ..1 выйдет|получится|получается|выходит|складывается|сложится|срастается",
    "с|со . ..4 никак|пролет~|облом~|обожду|обождем|подожд~|подождать|повремен~|погодить|мимо",
    "не сложится|складывается|срастается ..4 с|со .",
    "придется|пришлось|приходится пропустить|подождать|обойтись|отказаться|отменить",
    "не потяну|потянем|осилю", "подождет|подождут", "откладываю|откладываем|откладывается",
    "в|во эт~|следующ~ раз мимо|пропущу|пропускаю", "руки не дойдут|доходят",
)  # fmt: skip
_DAYS = "сегодня|завтра|понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье"
_ABSENT = (
    f"{_DAYS} не буду|будем .|,|!|$",
    f"{_DAYS} никак|отпадает .|,|!|$",
    f"{_DAYS} без меня|нас",
)
_INSTEAD = (
    "давайте|давай|лучше|можно|запишите|перезапиш~|тогда",
    "подскажите|скажите|сколько",
    "не до конца",
)
_OTHER_MATTERS = frozenset({"order", "move", "complaint", "weak_complaint", "late"})


def circumstances(h: Heard, state: DialogueState, context: Context) -> bool:
    """«муж в больницу попал… не до бровей мне»: the visit named is given up without a word for it."""
    if not context.upcoming or state.task is not Task.NONE or h.fresh_day or h.question:
        return False
    if h.line.has(*_ABSENT) and not h.line.has(*_INSTEAD):
        return True
    timed = h.time and not h.at_own and not h.line.has("сейчас|щас")
    if not (h.own_kind and h.own_wish) or timed or h.cues & _OTHER_MATTERS:
        return False
    return h.line.has(*_CIRCUMSTANCES) and not h.line.has(*_INSTEAD)


_WHICH_TIME = (
    f"{_ME} ..3 на|в|во? какое|какой|какую|каком|которое|который ..1 время|час|часов|день|дату|число|часу",
    f"{_ME} ..3 на какие числа|даты|дни",
    f"какое|какой|какую|каком|которое|который время|час|день|дату|число ..2 {_ME}",
    f"^ ..2 во|на|к|ко сколько|скольки|скольким ..1 {_ME}",
    f"{_ME} ..4 во|на|к|ко сколько|скольки|скольким ..2 ?|$",
    "когда|куда ..1 я|мы ..1 у|к|на",
    "я|мы ..1 когда ..4 ?|$",
    "у меня|нас ..1 что|когда ..4 ?|$",
    "к|ко|у кому|кого ..1 я|мы",
    "^ ..1 время|час|день|дата какое|какой|какая",
    "я|мы ..2 к|ко|у кому|кого ..3 ?|$",
    "напомни~|скиньте|скинь|пришлите ..3 время|дату|час",
    "я|мы ..3 записан|записана|записаны у? вас? на|к что|что-нибудь|что-то|чему|чему-нибудь",
)
_OF_FREE = (
    "могу|можем|можно|смогу|свободн~|окно|окна|окошк~|лучше|попасть|успею|успеем",
    "записаться|записать|запишите|запишете|примете|прийти|подойти|приехать ..1 можно",
    "без разниц~|разницы|неважно|важно|любое|лишь",
    "все равно",
    "обойдет~|выйдет|стоит|стоить|денег|опозда~|задерж~",
)


def asks_which(h: Heard, context: Context) -> bool:
    """«а во сколько мы завтра?», «я на какое время?», «у меня что в субботу?»"""
    if (
        h.cues & {"move", "cancel", "order", "price", "late", "certificate"}
        or context.upcoming == ()
    ):
        return False
    if h.line.has(*_OF_FREE) or (h.service and not h.own_kind):
        return False
    own = (
        h.own_kind and h.own_wish and h.line.has("во сколько", "когда|которому", "в|к какой|какому")
    )
    if own and h.question and h.words <= 6:
        return True  # «во сколько стрижка?»
    either = h.line.has("^ ..2 я|мы ..4 или|либо ..4 ?") and h.words <= 8
    return h.line.has(*_WHICH_TIME) or bool(either and h.when and context.upcoming)


_DOUBTS = (
    "точно|разве|правда|неужели|почему|вроде|кажется",
    "думал~|казалось|договаривал~|помнил~|путаю|перепутал~|уверен~",
    "^ ..2 в|на|к|во . ? не в|на|к|во",
)


def doubts(h: Heard, context: Context) -> bool:
    """«а это точно на 11? я думала на 12»: neither a move nor a yes; told what stands in the journal."""
    asked = h.question and h.when and bool(context.upcoming) and not h.service
    if not asked or h.line.has(_CAN, "перенес~|перепис~|сдвин~", "запишите"):
        return False
    if h.own_said and h.line.has("все|всё ок|окей|хорошо|верно|нормально|правильно|так|норм ?"):
        return True  # «завтра на 3 всё ок?»
    return h.line.has(*_DOUBTS) and (h.own_said or h.line.has("разве|неужели|почему"))


_BESIDES = (
    "тоже|также|заодно|сразу|еще",
    "раз ..1 приду|буду|иду|еду|приеду|придем|будем",
    "за один раз|визит|заход", "одним разом|заходом", "до|за компании|компанию|кучи",
)  # fmt: skip


def adds(h: Heard, state: DialogueState, context: Context) -> bool:
    """«и ресницы тоже, раз уж приеду»: one more service for the visit that exists."""
    if not context.upcoming or state.task is not Task.NONE or not h.service or h.own_wish:
        return False
    if h.line.has("впиши~|допиши~|захвачу") and h.line.has("тоже|также|заодно|сразу"):
        return not h.new_day and not h.time
    if h.cues & {"order", "cancel", "move", "price", "duration", "services", "complaint"}:
        return False
    if (h.when and (h.new_day or h.time)) or h.people:
        return False
    joined = h.line.has("^ ..2 и|плюс .") and h.words <= 8 and not h.line.has("и|или ..3 и|или")
    return bool(joined or h.line.has(*_BESIDES)) and not h.line.has("мужу|сыну|дочке|подруге|маме")
