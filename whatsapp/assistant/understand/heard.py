"""What a message names before any decision, and the verdict on what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from whatsapp.assistant.frame import Intent, Topic
from whatsapp.assistant.place import Place
from whatsapp.assistant.understand.answers import Answer
from whatsapp.assistant.understand.patterns import Line

# Cues of questions that are answered by facts.
FACTS = frozenset(("price", "duration", "staff", "hours", "address", "skill", "contacts"))


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything the message names, before any decision."""

    line: Line
    cues: frozenset[str]
    answer: Answer
    service: bool = False
    after_service: bool = False  # «после диспорта глаз не открывается»
    treated: bool = False  # the ill that is named is what the salon treats: «удаление папиллом»
    invasive: bool = False  # a procedure of medicine rather than of care was named
    unknown_service: bool = False
    sized: bool = False  # «на полтора часа», «подешевле» of services that were offered
    own_service: bool = False  # the service of a visit that exists is named
    own_kind: bool = False  # a service of its kind is: «ресницы» of whichever volume
    own_wish: bool = False  # and no other service
    own_said: bool = False  # the day or the hour of a visit is
    keeps: bool = False  # «а маникюр оставьте»: a visit that stays is named
    joined: bool = False  # «маникюр можно в субботу же»: to the day of another visit
    own_day: bool = False  # the one day named is that of exactly one visit
    own_staff: bool = False  # the master named is that of a visit
    own_other: bool = False  # the hour of the visit and another one: «в 11 просплю, давайте на 13»
    own_moved: bool = False  # and a day that is not that visit's
    given_up: bool = False  # «маникюр уже не нужен» of a visit that exists
    swapped: bool = False  # «вместо спины всё тело»: another service for a visit that exists
    staff: bool = False
    avoided: bool = False  # «только не к Тимуру», and another one or anyone instead
    staff_any: bool = False
    same_staff: bool = False
    day: bool = False
    time: bool = False
    refused_own: bool = False  # «не смогу в пятницу» of a day the client has a visit on
    fresh_day: bool = False  # and on which there is no visit
    same: bool = False  # «в то же время», «тот же день»: as something that is known
    new_day: bool = False  # a day other than that of the visit being spoken of
    shift: bool = False
    name: bool = False
    people: bool = False
    late_min: int | None = None
    from_own: bool = False  # «с субботы на понедельник» of a day the client has a visit on
    left_own: bool = False  # «вместо Романа»: the master of the visit spoken of is given up
    after_start: bool = False  # an hour of the visit's day, soon after its beginning
    which: bool = False  # «а в 12 или в 13?»: the visit's own hour is one of them
    at_own: bool = False  # the hour named is the visit's
    hypothetical: bool = False  # «а если не приду?», «можно отменить, если что?»
    injection: bool = False
    residue: int = 0  # words of weight that nothing has explained
    words: int = 0

    @property
    def place(self) -> tuple[Place, ...]:
        """What is asked of the place; «ищу парковку, опоздаю» asks nothing."""
        asks = self.question or self.line.has(
            "есть|можно|ли|где|принимаете|бывает|подскажите|какая|какие|как|чем",
            "скиньте|пришлите|покажите",
        )
        late = self.cues & {"late", "complaint", "third"}
        found = tuple(p for p in Place if p in self.cues) if asks and not late else ()
        beside: set[Place] = set()
        if self.line.has("подарочн~ карт~", "карт~ ..1 лояльн~|клиент~|гост~"):
            beside.add(Place.PAYING)  # paid for before, not with
        if "aftercare" in self.cues and not self.line.has("у вас"):
            beside |= {Place.SHOWER, Place.DRINKS}  # «когда можно в душ?», «кофе после можно?»
        if self.line.has("мне|нам|можно ..6 пораньше|раньше"):
            beside.add(Place.EARLY)  # «мне надо прийти пораньше» is a wish
        if self.cues & {"weak_complaint", "broken"}:
            beside.add(Place.GUARANTEE)
        return tuple(p for p in found if p not in beside)

    @property
    def who(self) -> bool:
        """«кто …?»: which of the masters is asked."""
        return self.line.has("кто|кого", "как~ ..3 мастер~|специалист~|барбер~|стилист~")

    @property
    def when(self) -> bool:
        return self.day or self.time

    @property
    def wish(self) -> bool:
        return self.when or self.service or self.staff

    @property
    def question(self) -> bool:
        return "?" in self.line.words


@dataclass(frozen=True, slots=True)
class Verdict:
    intent: Intent
    also: tuple[Intent, ...] = ()
    topic: Topic | None = None
    confirmed: bool = False
    declined: bool = False
    attending: bool | None = None
    handoff: bool = False
    add: bool = False
