"""Messages that belong to a person of the salon: complaints, health, calls, jobs, other people's visits."""

from __future__ import annotations

from whatsapp.assistant.frame import Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand import names, own_said, own_visit
from whatsapp.assistant.understand.heard import Heard, Verdict
from whatsapp.assistant.understand.patterns import Line, pat


def person_wanted(h: Heard, state: DialogueState, context: Context) -> Verdict | None:
    """Everything that belongs to a person of the salon."""
    c = h.cues
    booked = ("order" in c and h.when) or avoids(h, state)
    told = c & {"address", "hours"} and not c & {"cancel", "move"}
    if h.injection and not told and not (h.service and (h.when or c & {"order", "want", "price"})):
        return Verdict(Intent.OTHER)
    if "job" in c and not booked and state.asked is not Asked.ATTEND:
        return Verdict(Intent.HUMAN, topic=Topic.JOB, handoff=True)
    if "third" in c or _names_another(h.line):
        return Verdict(Intent.OTHER, topic=Topic.THIRD_PARTY)
    if ("complaint" in c and not (booked or _shade_wanted(h) or _grown(h))) or _went_wrong(h):
        return Verdict(Intent.HUMAN, topic=Topic.COMPLAINT, handoff=True)
    if h.invasive and {"aftercare", "activity"} <= c and not h.when:
        return Verdict(Intent.HUMAN, topic=Topic.MEDICAL, handoff=True)
    if h.after_service and not h.when and h.line.has(*_WORRIED):
        return Verdict(Intent.HUMAN, topic=Topic.MEDICAL, handoff=True)
    allowed = h.line.has("можно ли ..3 мне|ей|ему|нам", "мне|ей|ему ..4 можно") and h.question
    if h.invasive and allowed and not h.when and h.line.has("лет|год|года|возраст~"):
        return Verdict(Intent.HUMAN, topic=Topic.MEDICAL, handoff=True)
    aching = h.service and h.line.has(
        "болит|болят|ноет|затек~|устал~", "спина|шея|поясница|плечи|ноги отвал~"
    )
    gone = h.day and h.line.has("отпал~|слетел~")  # «суббота отпала»
    gone = gone or (h.service and h.day and h.time and "afterwards" not in c)
    if (
        "weak_complaint" in c
        and not (aching or gone or _grown(h))
        and "order" not in c
        and not (h.when and "want" in c)
    ):
        return Verdict(Intent.HUMAN, topic=Topic.COMPLAINT, handoff=True)
    called = h.line.has(
        "позов~|дайте|соедини~|переключи~|переведи~|свяжи~|пригласи~|нужен|хочу|надоел~",
        "мне|нам человека|оператора|админа",
        "мне бы ..3 жив~|человек~|администратор~|оператор~|менеджер~|сотрудник~|админ~",
        "с|со ..1 человеком|администратором|оператором|менеджером|сотрудником|админом ..1 можно",
    )
    if "who" in c and not called and not c & {"call", "rude", "price"} and not h.wish:
        return Verdict(Intent.OTHER, topic=Topic.WHO)
    if "human" in c and "call" not in c and not called and _passed_on(h, state, context):
        return None
    if "human" in c or "call" in c:
        # «позовите администратора, у меня аллергия»: health outweighs the wish to talk
        asked = Topic.ASKED if "human" in c else Topic.CALL
        topic = Topic.MEDICAL if c & {"medical", "symptom"} and not h.treated else asked
        return Verdict(Intent.HUMAN, topic=topic, handoff=True)
    reminder = h.line.has(
        "бума~|листо~|визитк~|карточк~|записк~|напоминалк~|смс|сообщени~|переписк~"
    )
    if "lost" in c and not (reminder and own_said.asks_which(h, context)):
        return Verdict(Intent.HUMAN, topic=Topic.LOST, handoff=True)
    if h.line.has(*_OTHER_NUMBER) and not booked:
        return Verdict(Intent.HUMAN, topic=Topic.QUESTION, handoff=True)
    offered = h.line.has("для беремен~") and not h.line.has("я ..2 беремен~")
    if (
        "medical" in c
        and not offered
        and not (
            h.treated
            and (
                not h.question
                or c & {"staff", "order", "availability", "price", "want"}
                or h.line.has("убираете|удаляете|лечите|делаете|выводите")
            )
        )
        and not (state.asked is Asked.ATTEND and h.answer.no)
        and not ({"cancel", "move", "late"} & c or own_said.circumstances(h, state, context))
        and (h.question or not booked)
    ):
        return Verdict(Intent.HUMAN, topic=Topic.MEDICAL, handoff=True)
    if (
        "rude" in c
        and not h.wish
        and not (c & {"cancel", "move", "price", "mine", "hours", "address"})
    ):
        return Verdict(Intent.HUMAN, topic=Topic.RUDE, handoff=True)
    return None


def _passed_on(h: Heard, state: DialogueState, context: Context) -> bool:
    """«передайте Ольге, что смогу только после трёх»: what is passed on is about the client's visit."""
    if not context.upcoming or not h.line.has("передай~|передать ..4 что|чтобы|,"):
        return False
    own = own_visit.of_visit(h, state, context)
    return own is not None and own.intent in (Intent.RESCHEDULE, Intent.CANCEL, Intent.LATE)


_SERIOUS = (
    "деньги|денег|предоплат~|жалоб~|жаловат~|претензи~|верните|возврат|суд|ожог~|порезал~|нарыв~",
    "передела~|исправ~",
)


def avoids(h: Heard, state: DialogueState) -> bool:
    """«к кому угодно кроме Тимура, он криво подстриг»: fault found with one in a wish for another.

    So is «в другом салоне испортили, можно к вам завтра?».
    """
    if h.line.has(*_SERIOUS):
        return False
    wanted = "order" in h.cues or (state.task is Task.BOOK and state.asked is not Asked.NOTHING)
    elsewhere = h.line.has("друг~ салон~|мастер~|барбершоп~|студи~", "не у вас", "дома сам~|сама")
    if elsewhere and h.when and h.question:
        return True
    return h.avoided and (wanted or (h.when and (h.service or h.question)))


# «после филлера на губе шарик, что делать?», «после пилинга шелушится, это нормально?»
_WORRIED = ("что|чего ..2 делать", "это|так ..1 нормально", "так и? должно|надо", "должно ..1 быть")


# «я записывалась на другой номер»: only a person may look at visits of another number.
_MADE = "записывал~|записан~|записал~|запись"
_OTHER = "другой|другого|другим|другом|старый|старого номер~|телефон~"
_OTHER_NUMBER = (
    f"{_MADE} ..3 на|с|со|под {_OTHER}", f"на|с|со {_OTHER} ..3 {_MADE}",
    f"{_MADE} ..3 на|с|со номер|номера|телефон|телефона мужа|мамы|дочери|подруги|сестры",
)  # fmt: skip


def _grown(h: Heard) -> bool:
    """«корни отросли, ужас, к Вике бы на неделе»: what is to be done, no fault of anybody's."""
    return (h.staff or h.when) and h.line.has("отрос~|зарос~|оброс~")


def _shade_wanted(h: Heard) -> bool:
    """«хочу сменить цвет волос на рыжий»: no fault is found with it."""
    return h.service and h.line.has("смени~|поменя~|измени~ ..1 цвет ..2 на|в")


def _went_wrong(h: Heard) -> bool:
    """«второй день щека опухшая», «вчера сделала, уже сломался»: harm, and what it came after."""
    c = h.cues
    after = "afterwards" in c or (h.after_service and not h.question)
    if not after or "order" in c or not c & {"symptom", "broken"}:
        return False
    return not (h.when and c & {"want", "book"}) and not c & {"aftercare"}


def _names_another(line: Line) -> bool:
    """«на какое время записана Света Иванова»: somebody else's visit."""
    for hit in line.in_words(pat("записан|записана|записаны|записалась|записался")):
        if hit.end < len(line.tokens):
            token = line.tokens[hit.end]
            if token.raw[:1].isupper() and any(
                case == "nomn" for _, case in names.known_name(token.word)
            ):
                return True
    return False
