"""From a model's proposal to a frame, or a reason why not. The rules' own reading always wins over it.

Whatever comes from the model is marked as guessed, so the policy asks before it writes; a visit to be
cancelled is proposed, never taken as said; a yes to an open question is asked for once more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.llm import phrase
from whatsapp.assistant.llm.schema import Proposal
from whatsapp.assistant.state import Asked, DialogueState, PendingCancel, Slots, Task
from whatsapp.assistant.types import Context, SalonView
from whatsapp.assistant.understand import checks, merge
from whatsapp.assistant.understand.catalogue import catalogue
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.wishes import DayWish, TimeWish

OF_VISITS = (Intent.LIST, Intent.RESCHEDULE, Intent.CANCEL)
HORIZON = timedelta(days=180)
MOST_PEOPLE = 10
_WISHES = (Intent.BOOK, Intent.AVAILABILITY)
_TOPICS = {
    "complaint": Topic.COMPLAINT,
    "medical": Topic.MEDICAL,
    "money": Topic.MONEY,
    "call": Topic.CALL,
}
# A yes with a condition is none.
_DOUBT = re.compile(
    r"\?|\d|\b(не|нет|но|хотя|если|или|вдруг|может|наверн\w*|вроде|подожд\w*|подума\w*|позже|потом|сначала|стоп)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?|\b(кто|что|чего|где|куда|когда|как|какой|какая|какие|какое|сколько|почему|зачем|можно|ли|есть)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing of the proposal is used; `reason` is a stable word for staff and figures."""

    reason: str


@dataclass(frozen=True, slots=True)
class Judge:
    """What a proposal is measured by: the turn as the rules see it. `now` is aware, salon zone."""

    rules: Frame
    text: str
    facts: str
    salon: SalonView
    state: DialogueState
    context: Context
    now: datetime

    def frame(self, proposal: Proposal) -> Frame | Dropped:
        if proposal.answer is not None:
            return self._answer(proposal.answer)
        if proposal.intent == "small_talk":
            return self._small_talk(proposal.phrase)
        if proposal.intent == "other":
            return Dropped("nothing_new")
        if proposal.intent == "human":
            topic = _TOPICS.get(proposal.topic or "", Topic.ASKED)
            return replace(self.rules, intent=Intent.HUMAN, also=(), topic=topic, handoff=True)
        return self._wish(Intent(proposal.intent), proposal)

    # --- answers and small talk ---

    def _answer(self, word: str) -> Frame | Dropped:
        """A yes or no as if it had been written plainly, read by the rules themselves.

        A yes is only asked for once more: nothing is written on a model's word.
        """
        asked, pending = self.state.asked, self.state.pending
        proposed = asked is Asked.CONFIRM and pending is not None
        reminded = asked is Asked.ATTEND and self.state.booking is not None and word == "no"
        if not (proposed or reminded):
            return Dropped("nothing_asked")
        if self.rules.said or _DOUBT.search(self.text):
            return Dropped("doubtful_answer")
        frame = understand(
            ["да" if word == "yes" else "нет"],
            salon=self.salon,
            now=self.now,
            state=self.state,
            context=self.context,
        )
        if word == "no":
            refuses = frame.declined or frame.attending is False
            return frame if refuses else Dropped("nothing_asked")
        ids = pending.record_ids if isinstance(pending, PendingCancel) else frame.bookings
        guessed = frame.guessed | {"day", "time"}
        return replace(frame, confirmed=False, agreed=False, bookings=ids, guessed=guessed)

    def _small_talk(self, words: str | None) -> Frame | Dropped:
        """Only for words that ask nothing: an answer to a question would be a claim."""
        if self.rules.intent is not Intent.OTHER or self.rules.topic is Topic.QUESTION:
            return Dropped("not_small_talk")
        if self.rules.topic is not Topic.SMALL_TALK and _QUESTION.search(self.text):
            return Dropped("not_small_talk")
        sayable = phrase.sayable(words, self.facts)
        if sayable is None:
            return Dropped("unsafe_phrase")
        return replace(self.rules, topic=Topic.SMALL_TALK, phrase=sayable)

    # --- wishes and questions ---

    def _wish(self, intent: Intent, proposal: Proposal) -> Frame | Dropped:
        strange = self._strange(proposal)
        if strange is not None:
            return strange
        day = _day(proposal.date, self.now)
        if isinstance(day, Dropped):
            return day
        moment = _time(proposal.time, day, self.now)
        if isinstance(moment, Dropped):
            return moment
        rules, base = self.rules, self._base(intent)
        frame = replace(
            rules,
            intent=intent,
            also=(),
            topic=None,
            services=self._services(proposal, base),
            staff=(rules.staff if "staff" in rules.said else None) or proposal.staff or base.staff,
            day=rules.day if rules.day.given else day or base.day,
            time=rules.time if rules.time.given else moment or base.time,
            people=rules.people or proposal.people or base.people,
            clarify=(),
        )
        if frame.services:
            frame = replace(frame, unknown_service=None, unknown_more=(), service_options=())
        frame = self._marked(frame, proposal, base)
        return self._visit(frame, proposal) if intent in OF_VISITS else self._useful(frame)

    def _strange(self, proposal: Proposal) -> Dropped | None:
        """Ids that do not exist: what was invented in one place is believed in none."""
        if any(self.salon.service(item) is None for item in proposal.services):
            return Dropped("invented_service")
        if proposal.staff is not None and self.salon.master(proposal.staff) is None:
            return Dropped("invented_master")
        if proposal.people is not None and not 1 <= proposal.people <= MOST_PEOPLE:
            return Dropped("invented_people")
        return None

    def _base(self, intent: Intent) -> Slots:
        """What the dialogue has gathered for the visit it is about."""
        kept = intent in _WISHES and self.state.task in (Task.NONE, Task.BOOK)
        return self.state.slots if kept else Slots()

    def _services(self, proposal: Proposal, base: Slots) -> tuple[str, ...]:
        if "services" in self.rules.said and self.rules.services:
            return self.rules.services
        return tuple(dict.fromkeys(proposal.services)) or self.rules.services or base.services

    def _marked(self, frame: Frame, proposal: Proposal, base: Slots) -> Frame:
        """Said and guessed at once: said, for it stands for the client's words; guessed, for we ask."""
        given = {
            name
            for name, value in (
                ("services", proposal.services),
                ("staff", proposal.staff),
                ("day", proposal.date),
                ("time", proposal.time),
            )
            if value
        } - self.rules.said
        mismatch = False
        if frame.staff is not None and frame.services and frame.intent in _WISHES:
            able = merge.performers(catalogue(self.salon), frame.services)
            mismatch = able is not None and frame.staff not in able
        timely = frame.intent in (*_WISHES, Intent.RESCHEDULE)
        return replace(
            frame,
            said=self.rules.said | given,
            # The intent itself is a guess: something is, in every frame of a model's.
            guessed=self.rules.guessed | base.guessed | given | {"day"},
            staff_mismatch=mismatch,
            past=timely and checks.is_past(frame.day, frame.time, self.now),
            outside_hours=timely and checks.outside_hours(frame.day, frame.time, self.salon),
        )

    def _useful(self, frame: Frame) -> Frame | Dropped:
        changed = (
            frame.intent is not self.rules.intent
            or frame.services != self.rules.services
            or frame.staff != self.rules.staff
            or frame.day != self.rules.day
            or frame.time != self.rules.time
        )
        return frame if changed else Dropped("nothing_new")

    def _visit(self, frame: Frame, proposal: Proposal) -> Frame | Dropped:
        """Which of the client's own visits. The caller has looked them up."""
        visits = self.context.upcoming
        if visits is None:
            return Dropped("visits_unknown")
        if proposal.visit is not None and not 1 <= proposal.visit <= len(visits):
            return Dropped("invented_visit")
        ids = tuple(visit.id for visit in visits)
        one = ids[proposal.visit - 1] if proposal.visit else ids[0] if len(ids) == 1 else None
        if frame.intent is Intent.LIST:
            return frame
        if not ids:
            return replace(frame, no_booking=True)
        frame = replace(frame, booking_options=() if one else ids, needs_confirm=True)
        if frame.intent is Intent.CANCEL:
            return replace(frame, bookings=(one,) if one else ())
        # The visit keeps its services; a new master or hour is what is asked for.
        return replace(frame, booking=one, services=())


def _day(text: str | None, now: datetime) -> DayWish | Dropped | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Dropped("bad_date")
    if day < now.date():
        return Dropped("past_date")
    return DayWish(on=day) if day <= now.date() + HORIZON else Dropped("bad_date")


def _time(text: str | None, day: DayWish | None, now: datetime) -> TimeWish | Dropped | None:
    """Never exact: `guessed` makes the policy ask."""
    if text is None:
        return None
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if found is None:
        return Dropped("bad_time")
    moment = time(int(found[1]), int(found[2]))
    today = day is not None and day.on == now.date()
    if today and moment <= now.time().replace(tzinfo=None):
        return Dropped("past_date")
    return TimeWish(at=moment, guessed=True)
