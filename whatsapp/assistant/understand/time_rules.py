"""How times of day are said, each way with its meaning: the rules `times.scan` runs."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.understand import noise
from whatsapp.assistant.understand.clocks import DAY, EVENING, MORNING, Clock, read_clock
from whatsapp.assistant.understand.edges import OPENING, SAME_TIME
from whatsapp.assistant.understand.finish import FINISHED, FREED
from whatsapp.assistant.understand.patterns import Hit, Line
from whatsapp.assistant.understand.times import Rule, TimeMention
from whatsapp.assistant.wishes import DAY_MINUTES


def _range(hit: Hit, line: Line) -> TimeMention | None:
    begins, ends = read_clock(hit.groups, "a"), read_clock(hit.groups, "b")
    if begins is None or ends is None:
        return None
    return TimeMention(hit.start, hit.end, begins=begins, ends=ends)


def _either(hit: Hit, line: Line) -> TimeMention | None:
    if noise.event_follows(line, hit.end):
        return None  # «в 8 утра, в 11 поезд»
    found = [c for c in (read_clock(hit.groups, k) for k in "abc") if c is not None]
    return TimeMention(hit.start, hit.end, options=tuple(found)) if len(found) > 1 else None


def _move(source: str, target: str) -> Rule:
    """The letters of the clocks: the one it stands at, and the one it is to be at."""

    def rule(hit: Hit, line: Line) -> TimeMention | None:
        old, new = read_clock(hit.groups, source), read_clock(hit.groups, target)
        return TimeMention(hit.start, hit.end, at=new, source=old) if old and new else None

    return rule


_moved, _swap = _move("a", "b"), _move("b", "a")


def _dated(hit: Hit, line: Line) -> bool:
    """«не на 18, а на 19 марта»: days, not hours."""
    return any(t.code.startswith("#m") for t in line.tokens[hit.end : hit.end + 1])


def _from(hit: Hit, line: Line) -> TimeMention | None:
    clock = read_clock(hit.groups, "a")
    return TimeMention(hit.start, hit.end, begins=clock) if clock else None


def _until(hit: Hit, line: Line) -> TimeMention | None:
    clock = read_clock(hit.groups, "a")
    return TimeMention(hit.start, hit.end, ends=clock) if clock else None


def _exact(*, approx: bool = False, bare: bool = False) -> Rule:
    def rule(hit: Hit, line: Line) -> TimeMention | None:
        clock = read_clock(hit.groups, "a")
        if clock is None:
            return None
        plain = bare and "a_h" in hit.groups and not clock.part and not clock.minute
        plain = plain and not {t.code for t in line.tokens[hit.start : hit.end]} & {"часов", "час"}
        return TimeMention(hit.start, hit.end, at=clock, approx=approx, bare=plain)

    return rule


def _parted(hit: Hit, line: Line) -> TimeMention | None:
    """«утром в восемь» is eight in the morning, also where the salon opens later."""
    clock, label = read_clock(hit.groups, "a"), line.tokens[hit.start].code
    if clock is None:
        return None
    part = clock.part or {"утром": MORNING, "вечером": EVENING}.get(label, DAY)
    return TimeMention(hit.start, hit.end, at=replace(clock, part=part))


def _label(name: str) -> Rule:
    return lambda hit, line: TimeMention(hit.start, hit.end, label=name)


def _duration(hit: Hit, line: Line) -> int | None:
    """Minutes of «два часа», «полтора часа», «час», «40 минут», «пару часов»."""
    codes = [t.code for t in line.tokens[hit.start : hit.end]]
    count = hit.number("n")
    if {"нед", "дней", "день", "дня", "днем", "сутки", "суток"} & set(codes):
        days = (count or (2 if "пара" in codes else 1)) * (7 if "нед" in codes else 1)
        return days * DAY_MINUTES if days <= 60 else None
    if "полчаса" in codes:
        return 30
    if "мин" in codes:
        return count or (2 if "пара" in codes else None)
    if "полтора" in codes or "#h2" in codes:
        return 90
    if count is not None:
        return count * 60 + 30 * ("половина" in codes) if count <= 12 else None
    return 120 if "пара" in codes else 60


def _delta(hit: Hit, line: Line) -> TimeMention | None:
    size = _duration(hit, line)
    return TimeMention(hit.start, hit.end, delta=size, approx=True) if size else None


def _shift(sign: int) -> Rule:
    def rule(hit: Hit, line: Line) -> TimeMention | None:
        size = _duration(hit, line)
        return TimeMention(hit.start, hit.end, shift=sign * size) if size else None

    return rule


_PUSHES = "сдвин~|сдвига~|подвин~|подвига~|передвин~|двин~|отодвин~"
_MOVES = f"перенес~|перенос~|отлож~|{_PUSHES}"


def _pushed(hit: Hit, line: Line) -> TimeMention | None:
    """«перенесите на часик», «подвиньте на полчаса»; «перенесите на час» is one o'clock."""
    spoken = {"пара", "полтора"} & {t.code for t in line.tokens[hit.start : hit.end]}
    clock = line.tokens[hit.end - 1].word in ("час", "часа", "часов", "неделе") and not spoken
    return None if clock or not line.has(_MOVES) else _shift(1)(hit, line)


def _pushed_hours(hit: Hit, line: Line) -> TimeMention | None:
    """«сдвиньте на два часа» is later by two; «перенесите на два часа» is two o'clock."""
    few = (hit.number("n") or 0) <= 3 and line.tokens[hit.end - 1].word in ("часа", "часика")
    return _shift(1)(hit, line) if few and line.has(_PUSHES) else None


def _edge(minute: int) -> Rule:
    """«в начале седьмого» is a little past six, «в конце седьмого» a little before seven."""

    def rule(hit: Hit, line: Line) -> TimeMention | None:
        named, follow = hit.number("o") or 0, line.tokens[hit.end : hit.end + 1]
        day = any(t.code.startswith("#m") or t.code in ("число", "мес") for t in follow)
        if line.tokens[hit.end - 1].kind != "word" or not 1 <= named <= 12 or day:
            return None
        return TimeMention(hit.start, hit.end, at=Clock((named - 1) or 12, minute), approx=True)

    return rule


def _within(hit: Hit, line: Line) -> TimeMention | None:
    """«в пятом часу» is between four and five."""
    at = Clock((named - 1) or 12, 30) if 1 <= (named := hit.number("o") or 0) <= 24 else None
    return TimeMention(hit.start, hit.end, at=at, approx=True) if at else None


def _opening(hit: Hit, line: Line) -> TimeMention | None:
    """«как откроетесь»; «как открываетесь?» asks for it."""
    asks = [t.word for t in line.tokens[hit.end : hit.end + 3]]
    told = "?" in asks or line.has("напиш~|сообщ~|скаж~", "во сколько", "ремонт~")
    return None if told else TimeMention(hit.start, hit.end, label="открытие")


def _same(hit: Hit, line: Line) -> TimeMention | None:
    return TimeMention(hit.start, hit.end, same=True)


def _asap(hit: Hit, line: Line) -> TimeMention | None:
    return TimeMention(hit.start, hit.end, asap=True)


_SPAN = "N:n часов|час|мин"
_SPANS = ("час", "полчаса", "полтора часов", "пара часов", _SPAN, "#h2 часов")
_DAYS = ("нед", "N:n|пара нед", "день", "N:n|пара дней|дня|день", "N:n|пара? сутки|суток")
_BY = ("час", "полчаса", "N:n мин", "полтора часов", "пара часов", *_DAYS[:4])
_LATER, _SOONER = "позже|попозже|вперед", "раньше|пораньше|назад"
_ON = "в|во|на|к|ко"
_ABOUT = "около|район|районе"

# First: what has an unmistakable shape.
SHAPED: tuple[tuple[str, Rule], ...] = (
    *((f"на {s} позже|попозже|вперед", _shift(1)) for s in _SPANS),
    *((f"на {s} раньше|пораньше|назад", _shift(-1)) for s in _SPANS),
    *((f"позже|попозже на {s}", _shift(1)) for s in _SPANS),
    *((f"раньше|пораньше на {s}", _shift(-1)) for s in _SPANS),
    *((f"часов|мин|дней на N:n {s}", _shift(sign)) for s, sign in ((_LATER, 1), (_SOONER, -1))),
    *((f"{_SPAN}|дней|дня|нед {s}", _shift(sign)) for s, sign in ((_LATER, 1), (_SOONER, -1))),
    ("часом|днем|нед позже|попозже", _shift(1)),
    ("часом раньше|пораньше", _shift(-1)),
    ("на N:n часов", _pushed_hours),
    *((f"на {s} позже|попозже|вперед", _shift(1)) for s in _DAYS),
    *((f"на {s} раньше|пораньше|назад", _shift(-1)) for s in _DAYS),
    *((f"позже|попозже|вперед на {s}", _shift(1)) for s in _DAYS),
    *((f"раньше|пораньше на {s}", _shift(-1)) for s in _DAYS),
    ("получасом позже|попозже", _shift(1)),
    ("получасом раньше", _shift(-1)),
    *((f"на {s}", _pushed) for s in _BY),
    *((f"через {s}", _delta) for s in _SPANS),
    *((f"спустя {s}", _delta) for s in _SPANS),
    ("через N:n с половина часов|час", _delta),
    ("через N:n - N:upto часов|час|мин", _delta),
    ("через часов|мин N:n", _delta),
    ("мин|час|часов через N:n", _delta),
    ("в? начало O:o", _edge(0)),
    ("в? конец O:o", _edge(45)),
    ("в|во O:o часу", _within),
    (
        "не в|на|к C:a а|,? а? в|на|к C:b",
        lambda hit, line: None if _dated(hit, line) else _moved(hit, line),
    ),
    ("в|на|к? C:a , а не в|на|к C:b", _swap),
    ("в|на|к? C:a а не в|на|к C:b", _swap),
    ("в|на|к C:a ..1 , а? не в|на|к C:b", _swap),
    ("в|на|к? C:a вместо C:b", _swap),
    ("вместо C:b ,? можно|давайте|лучше|бы? в|на|к C:a", _swap),
    ("вместо C:b ,? можно|давайте|лучше в|на|к? C:a", _swap),
)

RANGES: tuple[tuple[str, Rule], ...] = (
    *((text, _until) for text in FINISHED),
    ("с|со|от|начиная с? C:a и? до|по C:b", _range),
    ("между C:a и C:b", _range),
    ("с|со C:a на C:b", _moved),
    ("в|на|к|часов? часов? C:a - C:b", _range),
    ("C:a - C:b", _range),
    ("в|на|к C:a , в|на|к? C:b или|либо в|на|к? C:c", _either),
    ("в|на|к|часов? C:a или|либо|, в|на|к|часов? C:b", _either),
    ("C:a или|либо в|на|к? C:b", _either),
    ("не раньше|ранее ,? чем? в|с? C:a", _from),
    ("не позже|позднее|попозже ,? чем? в|до? C:a", _until),
    ("самое|самый|край|крайний|крайнее|максимум попозже? в|к|до? C:a", _until),
    ("самое|самый пораньше|раннее в|с|к? C:a", _from),
    ("в|с|от|к? C:a и|или|либо позже|попозже|далее|дальше", _from),
    ("в|до|к? C:a и|или|либо раньше|пораньше", _until),
    ("с|со работа|учеба только? в|к|после|около? C:a", _from),
    ("можно|давайте ..1 пораньше|попозже ,? в|на|к C:a", _exact()),
    ("раньше|пораньше чем? в|к? C:a", _until),
    ("позже|попозже чем? в? C:a", _from),
    ("до|по C:a на? работа|работаю|занят|занята|учусь|учеба|смене|смена", _from),
    ("работаю|занят|занята|учусь|работа|учеба|смена ..2 до C:a", _from),
    *((text, _from) for text in FREED),
    ("после C:a", _from),
    ("с|со|начиная|от с? C:a", _from),
    ("до|по C:a", _until),
)

EXACT: tuple[tuple[str, Rule], ...] = (
    (f"{_ABOUT} в|во|к|на|часов? C:a", _exact(approx=True)),
    ("часов так? к|в|на|до C:a", _exact(approx=True)),
    ("ближ к C:a", _exact(approx=True)),
    ("C:a плюс минус", _exact(approx=True)),
    ("C:a примерно", _exact(approx=True)),
    ("C:a около", _exact(approx=True)),
    ("утром|вечером|днем|обед ,? в|на|к? C:a", _parted),
    (f"{_ON} C:a", _exact(bare=True)),
    ("время|времени C:a", _exact()),
)

LOOSE: tuple[tuple[str, Rule], ...] = (
    *((text, _same) for text in SAME_TIME),
    *((text, _opening) for text in OPENING),
    ("на? ближ|#o1 свобод~? время|окно|окошко|место|запись|слот", _asap),
    ("ближ свобод~", _asap),
    ("когда ..2 ближ", _asap),
    *((f"на ближ {end}", _asap) for end in ("$", ",|.|!|?", "к|ко|у")),
    ("#o1 свобод~", _asap),
    ("в|на? ближ час|полчаса|часов", _asap),
    ("самое|самый|самая ранн~|ближ ", _asap),
    ("как можно раньше|скорее|быстрее|скорей|быстрей", _asap),
    ("чем раньше ,? тем лучше", _asap),
    ("поскорее|побыстрее|поскорей|срочно|асап|скорее", _asap),
    ("прямо|прям? сейчас|щас", _asap),
    ("в|до? перв~ половина дня?", _label("первая половина")),
    ("в|во? #o1 половина дня?", _label("первая половина")),
    ("в|во? #o2 половина дня?", _label("вторая половина")),
    ("после обед|полдень", _label("после обеда")),
    ("послеобеда", _label("после обеда")),
    ("до обед|полдень на? работа|работаю|занят|занята|учусь", _label("после обеда")),
    ("до вечера на? работа|работаю|занят|занята|учусь", _label("вечером")),
    ("до|перед обед|полдень", _label("до обеда")),
    ("в|около|к? район|районе|около? обед", _label("в обед")),
    ("в|во|на|к обед перерыв?", _label("в обед")),
    ("после работа", _label("после работы")),
    ("после учеба", _label("после школы")),
    ("до|перед работа", _label("до работы")),
    ("ближ к вечером", _label("к вечеру")),
    ("ближ к обед", _label("в обед")),
    ("к вечером", _label("к вечеру")),
    ("с|на|в|под? утра|утром", _label("утром")),
    ("днем", _label("днем")),
    ("среди дня", _label("днем")),
    ("ближ? к|под|на|в конец рабоч~? дня", _label("вечером")),
    ("в|во? середина дня", _label("днем")),
    ("на|в|под? вечером|вечера", _label("вечером")),
    ("на|в? ночью", _label("ночью")),
)


def _shaped(hit: Hit, line: Line) -> TimeMention | None:
    """A clock with no preposition: more than a lone number."""
    lone = hit.end - hit.start == 1 and not line.tokens[hit.start].code.startswith(
        ("#t", "#h", "полд", "полн")
    )
    return None if lone else _exact()(hit, line)


PLAIN: tuple[tuple[str, Rule], ...] = (("C:a", _shaped),)
