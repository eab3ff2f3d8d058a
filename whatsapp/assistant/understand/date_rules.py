"""How days are said, each way with its meaning: the rules `dates.scan` runs."""

from __future__ import annotations

from datetime import date, timedelta

from whatsapp.assistant.understand import date_spans
from whatsapp.assistant.understand.date_spans import at, number_of
from whatsapp.assistant.understand.dates import (
    DayMention,
    Rule,
    by_number,
    month_range,
    next_weekday,
    safe_date,
    shift_months,
    week_of,
    with_month,
)
from whatsapp.assistant.understand.patterns import Hit, Line

_HOURS = 24  # a number beyond is no hour of the day


def _pair(hit: Hit, line: Line) -> bool:
    return any(t.code == "пара" for t in line.tokens[hit.start : hit.end])


def _full(hit: Hit, today: date, line: Line) -> DayMention | None:
    text = hit.groups["y"]
    found = safe_date(int(text[:4]), int(text[4:6]), int(text[6:]))
    return at(hit, on=found, invalid=found is None, past=bool(found and found < today), fixed=True)


def _dotted(hit: Hit, today: date, line: Line) -> DayMention | None:
    day, month = int(hit.groups["d"][:2]), int(hit.groups["d"][2:])
    found, past = with_month(today, day, month)
    return at(hit, on=found, invalid=found is None, past=past, dom=day, month=month)


def _day_month(hit: Hit, today: date, line: Line) -> DayMention | None:
    day, month, year = number_of(hit, "n", "o"), number_of(hit, "m"), number_of(hit, "year")
    if day is None or month is None or day > 99 or (year is not None and year < 2000):
        return None
    found, past = with_month(today, day, month, year)
    return at(hit, on=found, invalid=found is None, past=past, dom=day, month=month)


def _month_range(hit: Hit, today: date, line: Line) -> DayMention | None:
    first, last = number_of(hit, "n", "o"), number_of(hit, "n2", "o2")
    month = number_of(hit, "m")
    if first is None or last is None or _of_hours(hit, line):
        return None
    if month is None:
        begins = by_number(today, first)
        ends = by_number(begins, last) if begins else None
    else:
        begins, ends = with_month(today, first, month)[0], with_month(today, last, month)[0]
    if begins is None or ends is None:
        return at(hit, invalid=True)
    return at(hit, begins=max(begins, today), ends=ends)


def _of_hours(hit: Hit, line: Line) -> bool:
    """«с 2 по 4 часов»"""
    follow = line.tokens[hit.end : hit.end + 1]
    return any(t.code in ("часов", "час", "утра", "вечера", "дня") for t in follow)


def _moved(hit: Hit, today: date, line: Line) -> DayMention | None:
    first, last, month = number_of(hit, "n", "o"), number_of(hit, "n2", "o2"), number_of(hit, "m")
    numbered = month is not None or any(
        t.code == "число" or t.kind == "nth" for t in line.tokens[hit.start : hit.end]
    )
    if first is None or last is None or not (numbered or min(first, last) > _HOURS):
        return None
    left = with_month(today, first, month)[0] if month else by_number(today, first)
    month = number_of(hit, "m2") or month
    on = with_month(today, last, month)[0] if month else by_number(today, last)
    return at(hit, on=on, left=left, invalid=on is None, dom=last)


def _of_month(offset: int) -> Rule:
    """«пятого следующего месяца», «15 этого месяца»"""

    def rule(hit: Hit, today: date, line: Line) -> DayMention | None:
        day, first = number_of(hit, "n", "o"), shift_months(today.replace(day=1), offset)
        found = safe_date(first.year, first.month, day or 0)
        past = found is not None and found < today
        return at(hit, on=found, invalid=found is None, past=past, dom=day, month=first.month)

    return rule


def _last_of_month(hit: Hit, today: date, line: Line) -> DayMention | None:
    on = month_range(today, number_of(hit, "m") or today.month)[1]
    return at(hit, on=on, dom=on.day, month=on.month)


def _month_list(hit: Hit, today: date, line: Line) -> DayMention | None:
    month = number_of(hit, "m")
    days = [int(v) for k, v in sorted(hit.groups.items()) if k[0] in "no" and k != "m"]
    found = [with_month(today, day, month)[0] if month else by_number(today, day) for day in days]
    if any(item is None for item in found):
        return at(hit, invalid=True)
    return at(hit, dates=tuple(sorted(item for item in found if item is not None)))


def _number(hit: Hit, today: date, line: Line) -> DayMention | None:
    day = number_of(hit, "n", "o")
    if any(t.word.endswith("ых") for t in line.tokens[hit.start : hit.end]):
        return date_spans.tens(hit, today, line)  # «в двадцатых числах»
    if day is None or not 1 <= day <= 31:
        return at(hit, invalid=True) if day is not None and day > 31 else None
    return at(hit, on=by_number(today, day), dom=day)


def _weekday(hit: Hit, today: date, line: Line) -> DayMention | None:
    weekday = int(hit.groups["w"])
    said = {t.code for t in line.tokens[hit.start : hit.end]}
    nearest = next_weekday(today, weekday)
    recurring = any(t.word.endswith(("ам", "ям")) for t in line.tokens[hit.start : hit.end])
    if "прошл" in said:
        return at(hit, on=nearest - timedelta(days=7), weekday=weekday, past=True, fixed=True)
    if "след" in said or "той" in said or "другую" in said:
        found = week_of(today) + timedelta(days=7 + weekday)
        return at(hit, on=found, weekday=weekday, fixed=True)
    return at(hit, on=nearest, weekday=weekday, recurring=recurring)


def _weekday_number(hit: Hit, today: date, line: Line) -> DayMention | None:
    """«пятница 24, 16:00»: a number with a weekday of its own before a clock is a day of the month."""
    day, weekday = hit.number("n") or 0, int(hit.groups["w"])
    on = by_number(today, day, weekday=weekday) if 1 <= day <= 31 else None
    if on is None or on.weekday() != weekday:
        return None
    end = next(i for i in range(hit.start, hit.end) if line.tokens[i].code.startswith("#n")) + 1
    return DayMention(hit.start, end, on=on, dom=day, weekday=weekday)


def _weekday_weeks(hit: Hit, today: date, line: Line) -> DayMention | None:
    weeks = hit.number("n") or (2 if _pair(hit, line) else 1)
    weekday = int(hit.groups["w"])
    found = week_of(today + timedelta(days=7 * weeks)) + timedelta(days=weekday)
    return at(hit, on=found, weekday=weekday, fixed=True)


def _weekday_span(hit: Hit, today: date, line: Line) -> DayMention | None:
    begins = next_weekday(today, int(hit.groups["w"]))
    return at(hit, begins=begins, ends=next_weekday(begins, int(hit.groups["w2"])))


def _relative(days: int) -> Rule:
    return lambda hit, today, line: at(
        hit, on=today + timedelta(days=days), past=days < 0, fixed=True
    )


def _after(unit: str) -> Rule:
    def rule(hit: Hit, today: date, line: Line) -> DayMention | None:
        count = hit.number("n") or (2 if _pair(hit, line) or unit == "day_skip" else 1)
        if count > 400:
            return None
        if unit == "month":
            return at(hit, on=shift_months(today, count))
        size = 7 if unit == "week" else 1
        return at(hit, on=today + timedelta(days=size * count))

    return rule


def _same_day(hit: Hit, today: date, line: Line) -> DayMention | None:
    return at(hit, role="same")


def _ahead(hit: Hit, today: date, line: Line) -> DayMention | None:
    return at(hit, ahead=hit.number("n") or (2 if _pair(hit, line) else 1))


EXPLICIT: tuple[tuple[str, Rule], ...] = (
    ("с|со N:n|O:o на N:n2|O:o2 M:m|число?", _moved),
    ("с|со N:n|O:o M:m на N:n2|O:o2 M:m2?", _moved),
    ("с|со|от N:n|O:o по|до N:n2|O:o2 M:m|число", _month_range),
    ("N:n|O:o - N:n2|O:o2 M:m|число", _month_range),
    ("с|со O:o по|до O:o2", _month_range),
    ("с|со N:n по N:n2", _month_range),
    ("N:n|O:o ,|и|или N:n2|O:o2 ,|и|или N:n3|O:o3 M:m|число", _month_list),
    ("N:n|O:o и|или|, N:n2|O:o2 M:m|число", _month_list),
    ("W:w ,? N:n ,? в|к|на? T:t", _weekday_number),
    ("Y:y", _full),
    ("N:n|O:o число? след мес", _of_month(1)),
    ("N:n|O:o число? эт|текущего мес", _of_month(0)),
    ("последн~ день|число M:m|мес", _last_of_month),
    ("N:n|O:o M:m N:year год~?", _day_month),
    ("N:n|O:o M:m", _day_month),
    ("D:d", _dotted),
    ("в|на O:o число", _number),
    ("N:n|O:o число", _number),
    ("число на|к N:n|O:o", _number),
    ("число N:n|O:o", _number),
)

GENERAL: tuple[tuple[str, Rule], ...] = (
    ("за N:n|пара? день|дня|дней до эт|того|нее|него|визита|записи|праздн~", _ahead),
    ("днем|день раньше|ранее", _ahead),
    ("накануне", _ahead),
    ("на|в? след день", lambda hit, today, line: at(hit, ahead=-1)),
    ("в тот|эт же? день", _same_day),
    ("того|тот|эт же дня|день", _same_day),
    ("тем же днем", _same_day),
    ("день тот|прежний|такой же?", _same_day),
    ("день не менять|меняем|меняйте|меняя|трогаем", _same_day),
    ("день остав~|сохран~", _same_day),
    ("после завтра", _relative(2)),
    ("позавтра", _relative(3)),
    ("послезавтра", _relative(2)),
    ("завтра", _relative(1)),
    ("сегодня", _relative(0)),
    ("вчера", _relative(-1)),
    ("через нед|недельку в|во|на? W:w", _weekday_weeks),
    ("через N:n|пара нед в|во|на? W:w", _weekday_weeks),
    ("в|во|на? W:w через N:n|пара? нед", _weekday_weeks),
    ("с|со|от W:w по|до W:w2", _weekday_span),
    ("W:w - W:w2", _weekday_span),
    ("W:w ,? не на? эт нед ,? а на? след нед?", _weekday),
    ("не в|во|на? эт W:w ,? а в|во|на? след", _weekday),
    ("в|во|на? эт|след|ближ|прошл|той|другую W:w", _weekday),
    ("W:w на? след нед", _weekday),
    ("W:w", _weekday),
    ("через N:n|пара|#n1? нед", _after("week")),
    ("через полтора нед", _relative(10)),
    ("через N:n|пара? мес", _after("month")),
    ("через нед N:n", _after("week")),
    ("через дней|дня N:n", _after("day")),
    ("нед через N:n", _after("week")),
    ("мес через N:n", _after("month")),
    ("дней|дня|день через N:n", _after("day")),
    ("N:n|пара? нед спустя", _after("week")),
    ("N:n|пара? мес спустя", _after("month")),
    ("через день", _after("day_skip")),
    ("через|спустя N:n|пара дней|дня|день", _after("day")),
    ("через пол мес", _relative(15)),
    ("начало след нед", date_spans.week(1, "начало")),
    ("середина след нед", date_spans.week(1, "середина")),
    ("конец след нед", date_spans.week(1, "конец")),
    ("начало эт? нед", date_spans.week(0, "начало")),
    ("середина эт? нед", date_spans.week(0, "середина")),
    ("до конец эт? нед", date_spans.week(0)),
    ("конец эт? нед", date_spans.week(0, "конец")),
    ("след|той|другой нед", date_spans.week(1)),
    ("нед след", date_spans.week(1)),
    ("эт|ближ|текущей нед", date_spans.week(0)),
    ("на нед", date_spans.week(0)),
    ("начало след мес", date_spans.month("начало", 1)),
    ("середина след мес", date_spans.month("середина", 1)),
    ("конец след мес", date_spans.month("конец", 1)),
    ("начало M:m", date_spans.month("начало")),
    ("середина M:m", date_spans.month("середина")),
    ("конец M:m", date_spans.month("конец")),
    ("начало мес", date_spans.month("начало")),
    ("середина мес", date_spans.month("середина")),
    ("до? конец эт? мес", date_spans.month("конец")),
    ("след мес", date_spans.month("", 1)),
    ("перв~ число M:m", date_spans.month("начало")),
    ("в течение|течении нед", date_spans.soon(6)),
    ("O:o число M:m?", date_spans.tens),
    ("в|на|весь M:m", date_spans.month()),
    ("след|другие|те|тех выходные", date_spans.weekend(1)),
    ("выходные в|на? след|той нед", date_spans.weekend(1)),
    ("эт|ближ? выходные", date_spans.weekend(0)),
    ("выходные", date_spans.weekend(0)),
    ("в|по|на любой? будни день|дней?", date_spans.workdays),
    ("рабочие|рабочий дней|дня|день", date_spans.workdays),
    ("на днях", date_spans.soon(3)),
    ("ближ дней|день", date_spans.soon(3)),
    ("перед|под|к нов~ год~", date_spans.fixed_range(12, 25, 31)),
    ("майские|майских", date_spans.fixed_range(5, 1, 11)),
)
