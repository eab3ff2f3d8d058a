"""Days as people name them: «в субботу 14», «25-го», «на той неделе», «с 3 по 7 марта», «через пару дней».

Every mention is resolved against `today` (a salon-zone date). A day without a year is never one that
has passed unless it went by within the last weeks: then it is marked `past` and the client is asked.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from whatsapp.assistant.understand import noise
from whatsapp.assistant.understand.patterns import Hit, Line, pat, possible

RECENT_DAYS = 45  # a day and month that passed this lately were meant as said, and are asked about


@dataclass(frozen=True, slots=True)
class DayMention:
    """One mention: a day or a range; tokens start..end. `weekday`/`dom` remember how it was said."""

    start: int
    end: int
    on: date | None = None
    begins: date | None = None
    ends: date | None = None
    dates: tuple[date, ...] = ()
    weekday: int | None = None
    dom: int | None = None
    month: int | None = None
    fixed: bool = False  # «следующую», «через неделю»: not to be moved by another mention
    recurring: bool = False
    past: bool = False
    invalid: bool = False
    any_of: tuple[date, ...] = ()
    left: date | None = None  # «с 20 на 21 марта»: the day that is left
    told: bool = False  # «были у вас в феврале»: of a visit that has been
    ahead: int = 0  # «за день до этого»: so many days before the day spoken of
    event: bool = False  # «26-го выпускной»: the day of what the client gets ready for
    role: str = ""  # "from" («с пятницы»), "until", "after", "same" («в тот же день»)
    rejected: bool = False

    @property
    def is_range(self) -> bool:
        return self.on is None and (self.begins is not None or self.ends is not None)


def safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def next_weekday(today: date, weekday: int) -> date:
    """The nearest such day, today included."""
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def week_of(day: date) -> date:
    """Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def shift_months(day: date, count: int) -> date:
    index = day.month - 1 + count
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def with_month(
    today: date, day: int, month: int, year: int | None = None
) -> tuple[date | None, bool]:
    """(date, past) of a day and month; (None, False) when there is no such day."""
    if year is not None:
        found = safe_date(year, month, day)
        return found, found is not None and found < today
    this = safe_date(today.year, month, day)
    if this is None:
        # 29 February: the next year that has it, but only if it is near
        later = safe_date(today.year + 1, month, day)
        # «29 февраля», said before a February of 28 days, names no day
        near = later is not None and (month, day) == (2, 29) and today.month > month
        return (later, False) if near else (None, False)
    if this >= today:
        return this, False
    if (today - this).days <= RECENT_DAYS:
        return this, True
    return safe_date(today.year + 1, month, day), False


def by_number(today: date, day: int, *, weekday: int | None = None) -> date | None:
    """The next «14-е», of the given weekday if one is near."""
    if not 1 <= day <= 31:
        return None
    first: date | None = None
    cursor = today.replace(day=1)
    for _ in range(4):
        found = safe_date(cursor.year, cursor.month, day)
        if found is not None and found >= today:
            first = first or found
            if weekday is None or found.weekday() == weekday:
                near = weekday is None or (found - today).days <= RECENT_DAYS
                return found if near else first  # «в субботу 13-го» is not of another season
        cursor = shift_months(cursor, 1)
    return first


def month_range(today: date, month: int) -> tuple[date, date]:
    year = today.year + (month < today.month)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


_REJECTING = pat(
    "..2 не могу|смогу|можем|сможем|получается|получится|подходит|подойдет|удобно|вариант|устраивает"
    "|выходит|выйдет|удастся|складывается|сложится|вырисовывается|срастается|клеится|вывожу|осилю|попаду|попадаю"
    "|актуальн~|нужно|надо|приду|придем|приеду|приедем"
)
_DROPPED = pat(
    "отпадает|отпала|отпало|отменяется|мимо|отпадают|отпали|неактуально|пас|сорвалась|накрылась"
)
_UPSET = pat("..1 планы|планов ..2 сбились|поменялись|изменились|рухнули|нет|другие")
_WITHOUT_ME = pat("без меня|нас")
_BUSY = pat(
    "я? мы? уже? занят|занята|заняты|работаю|работаем|уезжаю|уезжаем|улетаю|улетаем|дежурю|никак"
)
_AWAY = re.compile(
    r"(?:я |мы )?(?:в|на|у|к|за|с) (?!вам |вас )[^ ,.]+ (?:иду|еду|идем|едем|лечу|летим|сижу|веду|везу) "
)
_ON_LEAVE = pat(
    "я|мы|сын|дочка|муж уже|буду|будем|весь|день? на|в|у|за даче|дачу|море|работе|смене|смену|сменах|отпуске"
    "|командировке|отъезде|больнице|поликлинике|поликлинику|врача|врачу|гостях|городом|суде|учебе|дежурстве|дежурю"
)
_ELSEWHERE = pat(
    "у меня|нас|нее|него|ребенка|дочки|сына ..1 совещани~|работ~|танц~|трениров~|урок~|пары|экзамен~|дела"
    "|смена|учеба|школа|садик|встреч~|командировк~|врач~|планы|занят~|поезд~|самолет|аврал~|завал~|дедлайн~"
)
_ADJECTIVE = re.compile(
    "(?:после)?завтрашн|сегодняшн|понедельничн|вторничн|четвергов|пятничн|субботн|воскресн"
)
_OF_WEEKDAY = re.compile("понедельничн|вторничн|четвергов|пятничн|субботн|воскресн")
_SINCE = frozenset(("с", "со", "от"))


Rule = Callable[[Hit, date, Line], DayMention | None]


def scan(
    line: Line, today: date, taken: set[int], rules: tuple[tuple[str, Rule], ...]
) -> Iterator[DayMention]:
    """Mentions found by `rules`, first rule first; used tokens are added to `taken`."""
    for text, rule in rules:
        if not possible(text, line.codes):
            continue
        for hit in line.in_codes(pat(text)):
            span = set(range(hit.start, hit.end))
            if span & taken:
                continue
            mention = rule(hit, today, line)
            if mention is not None:
                taken |= set(range(mention.start, mention.end))
                yield with_role(mention, line)


def with_role(mention: DayMention, line: Line) -> DayMention:
    """Reads what stands around: «с», «до», «после», «не», «не могу»."""
    tokens, first = line.tokens, mention.start
    before = tokens[first - 1].word if first else ""
    earlier = tokens[first - 2].word if first > 1 else ""
    role = mention.role
    inner = tokens[first].word
    follow = tokens[mention.end].word if mention.end < len(tokens) else ""
    if _ADJECTIVE.match(inner) and re.match(
        r" (?:(?!день |днем |вечер|утр|обед)[а-я]+ )?(?:с покрытием )?(?:перенес\w+ )?на ",
        " " + " ".join(t.word for t in tokens[mention.end : mention.end + 3]) + " ",
    ):
        role = role or "from"  # «завтрашнее на воскресенье»
    elif _OF_WEEKDAY.match(inner) and re.match("запис|визит", follow):
        role = role or "from"  # «субботняя запись: хочу в воскресенье»
    if mention.left is not None:
        role = ""
    elif before in _SINCE or inner in _SINCE:
        role = role or "from"
    elif before in ("до", "по") and inner != "до":
        role = role or "until"
    elif before in ("после", "раньше") and earlier != "не" and before == "после":
        role = role or "after"
    elif before == "раньше" and earlier == "не":
        role = role or "from"
    elif before in ("позже", "позднее") and earlier == "не":
        role = role or "until"
    negated = before == "не" or (before in ("в", "во", "на", "к", "кроме") and earlier == "не")
    negated = negated or before in ("кроме", "неудобно", "неудобен", "вместо")
    tail = " " + " ".join(t.word for t in tokens[mention.end : mention.end + 6]) + " "
    head = " " + " ".join(t.word for t in tokens[max(0, first - 5) : first]) + " "
    refused = (
        _REJECTING.match(tail, 1)
        or _DROPPED.match(tail, 1)
        or _WITHOUT_ME.match(tail, 1)
        or _UPSET.match(tail, 1)
    )
    refused = refused or _BUSY.match(tail, 1)
    refused = (
        refused or _ELSEWHERE.match(tail, 1) or _AWAY.match(tail, 1) or _ON_LEAVE.match(tail, 1)
    )
    supposed = refused is not None and " если " in refused.group()
    if " если не " in head or supposed:  # «в среду или, если не получится, в четверг»
        refused, head = None, ""
    near = " ".join(t.word for t in tokens[max(0, first - 3) : mention.end + 3]) + " "
    yesterday = inner in ("вчера", "позавчера") and before not in ("на", "с", "со")
    told = _TOLD.search(head) is not None or (yesterday and _PAST_VERB.search(near) is not None)
    months = [t.code for t in tokens[mention.start : mention.end] if t.code.startswith("#")]
    told = told or (months[:1] == months and "#m" in "".join(months) and bool(_LIKE.search(head)))
    rejected = negated or refused is not None or _ends_with_refusal(head, line, first)
    event = noise.day_of_event(line, first, mention.end)
    return replace(mention, role=role, rejected=rejected, told=told, event=event)


_PAST_VERB = re.compile(r"[а-я]{2,}(?:л|ла|ли|лся|лась|лись) ")  # «вы вчера писали»
_TOLD = re.compile(
    r"(?<! чтобы)(?<! бы) (?:(?:был[аи]?|ходил[аи]?|приходил[аи]?|делал[аи]?|стриг(?:ла|ли)?с[ья]"
    r"|стригл[аи]|красил[аи](?:сь)?) (?:(?!запис)[^ ,.]+ ){0,3})$"
)
_LIKE = re.compile(
    r" (?:то ?же (?:самое )?(?:, )?(?:что|как)|же [^ ,]+ (?:, )?(?:что|как)"
    r"|(?:все|хочу|хотела|сделать|сделайте|давайте|повтор[а-я]+(?: пожалуйста)?) как)"
    r" (?:и |было |делали |тогда )*(?:в |во )?$"
)  # «то же, что в сентябре»
_REFUSAL_BEFORE = re.compile(
    r" не (?:могу|смогу|можем|сможем|получается|получится|подходит|удобно|успеваю|успею|выходит|выйдет"
    r"|удастся|попаду|попадаю|складывается|сложится|вырисовывается|вывожу|срастается) (?:у меня |у нас )?"
    r"(?:(?!дава[йи]|лучше|тогда|можно|может|запиш|но |а )[^ ,.]+ ){0,2}$"
)
_DAY_CODE = re.compile(r"#[wdmoy]\d|завтра|сегодня|послезавтра|число|выходные")


def _ends_with_refusal(head: str, line: Line, first: int) -> bool:
    """«не могу в среду»; but «в субботу я не могу на воскресенье» refuses Saturday only."""
    if not _REFUSAL_BEFORE.search(head):
        return False
    no = next(i for i in range(first - 1, -1, -1) if line.tokens[i].word == "не")
    before = line.tokens[max(0, no - 2) : no]
    return not any(_DAY_CODE.match(token.code) for token in before)
