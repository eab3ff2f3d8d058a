"""What was just taken off, moved or booked was not meant: back to it, then on with the right one. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from whatsapp.assistant.decisions import Decision, Written
from whatsapp.assistant.frame import Change, Frame, Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.tools import Booked, Cancelled, Moved
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish

_BACK = re.compile(
    r"\b(верни(те)?|вернуть|восстанов\w+|обратно|как было|зачем\s+(вы\s+)?(отменил|перен[её]с)\w*"
    r"|(оставь(те)?|оставляйте|оставим|не (надо |нужно )?(было )?(отменя|переноси)\w+)(?!\s+только))\b",
    re.IGNORECASE,
)
_THAT = r"(?:то|ту|тот|та|той|того|тому|те|так|туда)"
_DONE = r"(?:запис|отмен|снял|удал|перен[её]с|поня)\w*"
# «ой, не то», «не ту отменили», «не на тот день», «вы не так меня записали»
_WRONG = re.compile(
    rf"^\W*((ой|нет|блин|упс|стоп|извин\w+|прост\w+|вы|это)\W+)*не\s+((на|к|в)\s+)?{_THAT}\b(?!\s+чтобы)"
    rf"|\bне\s+((на|к|в)\s+)?{_THAT}\s+((меня|мне|вы)\s+)?{_DONE}"
    rf"|\b{_DONE}\s+(меня\s+)?не\s+((на|к|в)\s+)?{_THAT}\b"
    r"|\b(перепутал|ошибл|ошибочно|по ошибке|случайно|нечаянно)\w*|\bне просил\w*",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(
    r"\bне\s+(?:просил\w*\s+)?(?P<old>[^.,;!?]{3,40}?)\s*,?\s+(?:а|мне)\s+(?P<new>[^.,;!?]{3,60})",
    re.IGNORECASE,
)
_TAKE_OFF = re.compile(r"\b(отмен(и|ите|ить|яйте)|снимите|убер(и|ите))\b.*", re.IGNORECASE)
_CHANGED_MIND = re.compile(r"\b(передумал\w*|вс[её][ -]таки|смогу|получится|ой,? не надо)\b", re.I)
_NOT_TAKEN = re.compile(rf"\bне\s+{_THAT}\s+(запись\s+)?(отмен|снял|удал|убра)\w*", re.IGNORECASE)
_TOO = re.compile(r"\b(тоже|также)\b|^\W*и\s", re.IGNORECASE)
_PARTS = {
    "service": re.compile(r"\b(услуг|процедур)\w*", re.IGNORECASE),
    "staff": re.compile(r"\bмастер\w*|\bне к (той|тому)\b", re.IGNORECASE),
    "day": re.compile(r"\b(день|дня|дн[яе]м?|дат[уае]|числ[оа])\b", re.IGNORECASE),
    "time": re.compile(r"\b(врем\w+|час\w*)\b", re.IGNORECASE),
}
_HEARD = (
    Intent.BOOK, Intent.AVAILABILITY, Intent.CANCEL, Intent.RESCHEDULE, Intent.CONFIRM_VISIT,
    Intent.LIST, Intent.OTHER,
)  # fmt: skip
_OF_PEOPLE = re.compile(
    r"\b(день(ги|ег)|оплат|предоплат|сумм|админ|директор|руковод|человек|жалоб)\w*", re.IGNORECASE
)
_MOST = 4  # visits that may be asked back

Reader = Callable[[Sequence[str]], Frame]


def concerns(texts: Sequence[str], state: DialogueState) -> bool:
    """True when the client's visits have to be looked up to read these words."""
    text = " ".join(texts)
    said = _signal(text) or _CHANGED_MIND.search(text) or (state.before and _TOO.search(text))
    return bool((state.before or state.last_record) and state.at_rest and said)


def settled(state: DialogueState, decision: Decision, context: Context) -> DialogueState:
    """The state with the visits as they stood before what was just done, so that it can be taken back."""
    state = replace(state, undoing=state.undoing and state.asked is not Asked.NOTHING)
    if not isinstance(decision, Written):
        return state
    done = [result for _, result in decision.results]
    touched = {r.record_id for r in done if isinstance(r, Cancelled | Moved)}
    made = {(r.start, frozenset(r.service_ids)) for r in done if isinstance(r, Booked)}
    stays = [
        v for v in state.before
        if v.id not in touched and (v.start, frozenset(v.services)) not in made
    ]  # fmt: skip
    new = [v for v in context.upcoming or () if v.id in touched]
    return replace(state, before=(*stays, *new)[-_MOST:])


def heard(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    salon: SalonView,
    context: Context,
    read: Reader,
) -> Frame | None:
    """`frame` as the way back from what was done last; None when nothing of the kind is said."""
    text = " ".join(texts)
    if (upcoming := context.upcoming) is None or not state.at_rest or not _is_heard(frame, text):
        return None
    now = {visit.id: visit for visit in upcoming}
    gone = [visit for visit in state.before if visit.id not in now]
    moved = [v for v in state.before if v.id in now and _differ(v, now[v.id])]
    said = _Said(frame, text, salon, read)
    own = now.get(state.last_record or "")
    found = _taken_off(said, gone, upcoming) if gone else None
    if found is None and moved:
        found = _moved(said, moved[-1], now[moved[-1].id], upcoming)
    if found is None and own is not None and not gone:
        found = _corrected(said, own)
    return replace(found, undoes=True) if found is not None else None


@dataclass(frozen=True, slots=True)
class _Said:
    frame: Frame
    text: str
    salon: SalonView
    read: Reader

    @property
    def halves(self) -> tuple[Frame, str] | None:
        """Of «не стрижку, а маникюр»: what is not meant, and the words of what is."""
        found = _NOT_BUT.search(self.text)
        return (self.read([found["old"]]), found["new"]) if found is not None else None


def _taken_off(
    said: _Said, gone: list[UpcomingBooking], upcoming: Sequence[UpcomingBooking]
) -> Frame | None:
    text, zone = said.text, said.salon.zone
    changed_mind = said.frame.attending is True or _CHANGED_MIND.search(text)
    if _TOO.search(text) and said.frame.said == {"services"} and not _signal(text):
        own = [v for v in upcoming if _names(said.frame, v)]
        off = replace(_of(said.frame, own[0]), intent=Intent.CANCEL, clarify=()) if own else None
        return off and replace(off, booking=None, bookings=tuple(v.id for v in own))
    if (halves := said.halves) is not None:
        not_meant, meant = halves
        named = [v for v in gone if _names(not_meant, v) or _on_its_day(not_meant, v, zone)]
        return _again(said, named[-1], (f"отмените {meant}",)) if named else None
    if not (_signal(text) or changed_mind) or said.frame.said & {"day", "time"}:
        return None
    order = _TAKE_OFF.search(text)
    if order is not None and not said.read([order.group()]).said & {"services", "day", "staff"}:
        order = None  # «маникюр надо было отменить»: what it is about stands before it
    before = said.read([text[: order.start()]]) if order is not None else said.frame
    named = [v for v in gone if _names(before, v)]
    others = bool(_services(said.frame)) and not any(_names(said.frame, v) for v in gone)
    if named or not _services(before) or (others and not changed_mind):
        back = named or gone
        then = tuple(f"верните {_title(v, said.salon)}" for v in back[:-1])
        if order is not None:
            then = (*then, order.group())
        elif others:
            then = (*then, f"отмените {said.frame.service_words}")
        elif _NOT_TAKEN.search(text):
            then = (*then, "отменить другую запись?")  # which one, is asked
        return _again(said, back[-1], then)
    return None


def _again(said: _Said, visit: UpcomingBooking, then: tuple[str, ...]) -> Frame:
    """The visit that was taken off, to be booked anew if its time is still free."""
    start = visit.start.astimezone(said.salon.zone)
    return replace(
        said.frame, intent=Intent.BOOK, also=(), topic=None, services=visit.services,
        service_options=(), service_family=(), unknown_service=None, unknown_more=(),
        staff=visit.staff, staff_any=False, staff_options=(), exclude_staff=(), staff_unknown=None,
        staff_mismatch=False, day=DayWish(on=start.date()), time=_at(visit, said.salon), windows=(),
        people=None, parallel=False, guest_name=None, asap=False, same_as_last=False, past=False,
        booking=None, bookings=(), booking_options=(), booking_mismatch=False, no_booking=False,
        add_to_booking=False, change=Change.NONE, given_up=(), attending=None, outside_hours=False,
        confirmed=False, declined=False, clarify=(), said=frozenset(), handoff=False, then=then,
        guessed=frozenset({"services", "day"}),
    )  # fmt: skip


def _moved(
    said: _Said, was: UpcomingBooking, own: UpcomingBooking, upcoming: Sequence[UpcomingBooking]
) -> Frame | None:
    """Back to where it was; of «не стрижку, а маникюр» the other visit goes where this one went."""
    if (halves := said.halves) is not None:
        not_meant, meant = halves
        other = said.read([meant])
        named = any(_names(other, v) for v in upcoming if v.id != own.id)
        if not _names(not_meant, own) or not named:
            return None
        return _return(said, was, own, (_there(meant, own, said.salon),))
    part = next((name for name, words in _PARTS.items() if words.search(said.text)), None)
    if not _signal(said.text) or (part and _WRONG.search(said.text)):
        return None
    if said.frame.said & {"day", "time", "staff"} and not _stood_at(said, was):
        moved = replace(_of(said.frame, own), declined=False, clarify=())  # asked about again
        return replace(moved, guessed=frozenset({"day"})) if _BACK.search(said.text) else None
    if _services(said.frame) and not _names(said.frame, own):
        words = said.frame.service_words
        booked = any(_names(said.frame, v) for v in upcoming)
        return _return(said, was, own, (_there(words, own, said.salon),)) if booked else None
    return _return(said, was, own, ())


def _stood_at(said: _Said, was: UpcomingBooking) -> bool:
    """«верни обратно на завтра»: all that is named of where it goes is where it was."""
    heard, day = said.frame, was.start.astimezone(said.salon.zone).date()
    told = {"day": heard.day.on, "time": heard.time.at, "staff": heard.staff}
    stood = {"day": day, "time": _at(was, said.salon).at, "staff": was.staff}
    return all(told[part] == stood[part] for part in told if part in heard.said)


def _there(words: str, own: UpcomingBooking, salon: SalonView) -> str:
    """The order to move another visit to where this one went; asked about before it is done."""
    return f"перенесите {words} на {own.start.astimezone(salon.zone):%d.%m в %H:%M}?"


def _return(
    said: _Said, was: UpcomingBooking, own: UpcomingBooking, then: tuple[str, ...]
) -> Frame:
    other = set(was.services) != set(own.services)
    return replace(
        _of(said.frame, own), day=DayWish(on=was.start.astimezone(said.salon.zone).date()),
        time=_at(was, said.salon), staff=was.staff, declined=False, confirmed=False, clarify=(),
        change=Change.SWAP if other else Change.NONE, services=was.services if other else (),
        service_options=(), said=frozenset(), guessed=frozenset({"day"}), then=then,
    )  # fmt: skip


def _corrected(said: _Said, own: UpcomingBooking) -> Frame | None:
    """«не ту услугу», «не на тот день» of the visit that was just booked or moved."""
    frame, text = said.frame, said.text
    if (halves := said.halves) is not None:
        meant = said.read([halves[1]])
        wanted = _services(meant)
        if not _names(halves[0], own) or not wanted or set(own.services) & set(wanted):
            return None
        return replace(
            _of(frame, own), change=Change.SWAP, services=meant.services, staff=meant.staff,
            service_options=meant.service_options, service_words=meant.service_words,
            day=meant.day, time=meant.time, clarify=(), guessed=frozenset({"day"}),
            said=meant.said,
        )  # fmt: skip
    named = frame.said if re.search(r"\d", text) else frame.said - {"time"}  # «не на то время»
    if not _WRONG.search(text) or named or _services(frame):
        return None
    moved = replace(_of(frame, own), day=DayWish(), time=TimeWish(), declined=False, clarify=())
    part = next((name for name, words in _PARTS.items() if words.search(text)), None)
    match part:
        case "service":
            return replace(moved, change=Change.SWAP, services=(), service_options=())
        case "staff":
            return replace(moved, staff_any=True)
        case "day":
            return moved
        case "time":
            same_day = DayWish(on=own.start.astimezone(said.salon.zone).date())
            return replace(moved, day=same_day, time=TimeWish(anytime=True))
        case _:
            return replace(moved, intent=Intent.CANCEL)  # or to be moved: that is asked


def _of(frame: Frame, own: UpcomingBooking) -> Frame:
    return replace(
        frame, intent=Intent.RESCHEDULE, booking=own.id, bookings=(), booking_options=(), also=(),
        topic=None, booking_mismatch=False, no_booking=False, concerns_visit=True, attending=None,
        past=False, outside_hours=False, change_service=False, given_up=(), handoff=False,
    )  # fmt: skip


def _is_heard(frame: Frame, text: str) -> bool:
    """«верните как было» sounds like a complaint; one about money is one."""
    if frame.intent is Intent.STOP:  # «стоп, не ту» stops no letters
        return _WRONG.search(text) is not None
    if frame.intent is Intent.HUMAN:
        plain = frame.topic in (Topic.COMPLAINT, Topic.QUESTION, Topic.ASKED)
        return plain and not frame.rude and not _OF_PEOPLE.search(text)
    return frame.intent in _HEARD


def _signal(text: str) -> bool:
    return bool(_BACK.search(text) or _WRONG.search(text) or _NOT_BUT.search(text))


def _services(frame: Frame) -> tuple[str, ...]:
    return (*frame.services, *frame.service_options, *frame.service_family)


def _names(frame: Frame, visit: UpcomingBooking) -> bool:
    return bool(set(_services(frame)) & set(visit.services))


def _on_its_day(frame: Frame, visit: UpcomingBooking, zone: object) -> bool:
    day = visit.start.astimezone(zone).date()  # type: ignore[arg-type]
    return "day" in frame.said and frame.day.on == day


def _differ(one: UpcomingBooking, two: UpcomingBooking) -> bool:
    return (one.start, one.staff, set(one.services)) != (two.start, two.staff, set(two.services))


def _at(visit: UpcomingBooking, salon: SalonView) -> TimeWish:
    return TimeWish(at=visit.start.astimezone(salon.zone).time().replace(tzinfo=None))


def _title(visit: UpcomingBooking, salon: SalonView) -> str:
    found = salon.service(visit.services[0]) if visit.services else None
    return found.title if found is not None else "запись"
