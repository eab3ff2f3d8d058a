"""Three ledgers of one client, and where they disagree: her phone, our database, the salon's journal.

Pure: `books.py` reads the rows, this compares them. Times of visits are "YYYY-MM-DD HH:MM" on the
salon's wall.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_SUCCESS = re.compile(r"\b(записала|перенесла|отменила)\b([^\n]*)", re.IGNORECASE)
_MOMENT = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)})\D{{1,3}}(\d{{1,2}}:\d{{2}})")
_HOUR_BEFORE = re.compile(r"вместо (\d{1,2}:\d{2})")

LOST, TWICE, BOOKING, WORDS = "message", "twice", "booking", "words"
# What each kind of violation is called in the table.
KINDS = {
    LOST: "messages lost",
    TWICE: "answered twice",
    BOOKING: "bookings lost, doubled or unannounced",
    WORDS: "success words without a record",
}


@dataclass(frozen=True)
class Shown:
    """A message of the salon on the client's phone. `after`: how many she had written before it."""

    id: str
    text: str
    after: int
    kind: str = "text"


@dataclass(frozen=True)
class Row:
    """A message of `messages`."""

    id: str
    incoming: bool
    status: str
    turn: int | None
    purpose: str = "reply"
    error: str = ""


@dataclass(frozen=True)
class Visit:
    """A record of the journal that was written through us."""

    id: int
    start: str
    deleted: bool = False


@dataclass(frozen=True)
class Copy:
    """Our copy of a record."""

    id: int
    start: str
    deleted: bool = False


@dataclass(frozen=True)
class Books:
    """Everything that was written down about one client. `wrote`: ids of her messages."""

    name: str
    wrote: tuple[str, ...]
    shown: tuple[Shown, ...]
    rows: tuple[Row, ...]
    visits: tuple[Visit, ...]
    copies: tuple[Copy, ...]
    # A person of the salon was called to this chat.
    handed: bool = False


@dataclass(frozen=True)
class Violation:
    kind: str
    name: str
    what: str
    ids: tuple[object, ...] = field(default=())

    def __str__(self) -> str:
        ids = ", ".join(str(one) for one in self.ids)
        return f"{self.kind}: {self.name}: {self.what}{f' [{ids}]' if ids else ''}"


@dataclass(frozen=True)
class Told:
    """A word of success: `start` is when the visit is (of a cancelled one: was) to be."""

    verb: str
    start: str
    was: str
    id: str


def judge(books: Books, today: date) -> list[Violation]:
    """All that is wrong with one client's ledgers. `today`: the salon's day when it was told."""
    found = [*_lost(books), *_twice(books), *_bookings(books, told(books.shown, today))]
    return [Violation(kind, books.name, what, tuple(ids)) for kind, what, ids in found]


def told(shown: tuple[Shown, ...], today: date) -> list[Told]:
    """The words of success on the phone, oldest first."""
    found = []
    for item in shown:
        for verb, rest in _SUCCESS.findall(item.text):
            moments = [_moment(day, month, at, today) for day, month, at in _MOMENT.findall(rest)]
            last = moments[-1] if moments else ""
            hour = _HOUR_BEFORE.search(rest)
            if len(moments) > 1:
                was = moments[0]
            else:  # a move within one day names the day once
                was = f"{last[:10]} {hour.group(1):0>5}" if last and hour else ""
            found.append(Told(verb.lower(), last, was, item.id))
    return found


def _moment(day: str, month: str, at: str, today: date) -> str:
    number = MONTHS.index(month) + 1
    year = today.year + ((number, int(day)) < (today.month, today.day))
    return f"{year}-{number:02d}-{int(day):02d} {at:0>5}"


# --- messages --------------------------------------------------------------------------------------

Finding = tuple[str, str, list[object]]


def _lost(books: Books) -> Iterator[Finding]:
    stored = {row.id: row for row in books.rows}
    seen = {item.id for item in books.shown}
    missing: list[object] = [one for one in books.wrote if one not in stored]
    if missing:
        yield LOST, "written by the client, not in our database", missing
    # A turn answers with words or with a reaction; both are rows.
    spoken = {row.turn for row in books.rows if not row.incoming and row.id in seen}
    incoming = [row for row in books.rows if row.incoming]
    waiting: list[object] = [row.id for row in incoming if row.status != "answered"]
    if waiting:
        yield LOST, "stored and never looked at", waiting
    silent: list[object] = [
        row.id
        for row in incoming
        if row.status == "answered"
        and row.turn not in spoken
        # Put aside for the person who was called.
        and not (row.turn is None and books.handed)
    ]
    if silent:
        yield LOST, "no answer to it is on the phone", silent
    for row in books.rows:
        if row.incoming:
            continue
        if row.status not in ("sent", "delivered", "read"):
            yield LOST, f"an answer of ours ended {row.status} ({row.error})", [row.id]
        elif row.id not in seen:
            yield LOST, "an answer of ours is called sent and is not on the phone", [row.id]
    for item in books.shown:
        if item.kind == "unreadable":
            yield LOST, "the phone could not read an answer", [item.id]


def _twice(books: Books) -> Iterator[Finding]:
    stored = {row.id: row for row in books.rows if not row.incoming}
    strangers: list[object] = [item.id for item in books.shown if item.id not in stored]
    if strangers:
        yield TWICE, "on the phone and not in our database", strangers
    shown_as = Counter(item.id for item in books.shown)
    for one, times in shown_as.items():
        if times > 1:
            yield TWICE, f"shown {times} times", [one]
    answered = {row.turn for row in books.rows if row.incoming}
    for row in stored.values():
        if row.turn is not None and row.turn not in answered:
            yield TWICE, "an answer to nothing the client wrote", [row.id]
        if row.purpose != "reply":
            yield TWICE, f"told what nobody asked ({row.purpose})", [row.id]
    # By the phone alone: one text twice before the client wrote anything new.
    texts = Counter((item.after, item.text) for item in books.shown if item.kind == "text")
    for (after, text), times in texts.items():
        if times > 1:
            same = [i.id for i in books.shown if (i.after, i.text) == (after, text)]
            yield TWICE, f"the same words {times} times in a row", list(same)


# --- visits ----------------------------------------------------------------------------------------


def _bookings(books: Books, words: list[Told]) -> Iterator[Finding]:
    unread: list[object] = [one.id for one in words if not one.start]
    if unread:
        yield WORDS, "a word of success without a time", unread
    said: dict[str, Told] = {}
    cancelled: dict[str, Told] = {}
    for one in words:
        if one.verb == "отменила":
            said.pop(one.start, None)
            cancelled[one.start] = one
            continue
        if one.was:
            said.pop(one.was, None)
        said[one.start] = one
        cancelled.pop(one.start, None)
    live = [visit for visit in books.visits if not visit.deleted]
    starts = Counter(visit.start for visit in live)
    for start, one in said.items():
        if start not in starts:
            gone: list[object] = [v.id for v in books.visits if v.deleted and v.start == start]
            if gone:
                yield BOOKING, f"lost: told of {start}, deleted in the journal", [one.id, *gone]
            else:
                yield WORDS, f"{one.verb} {start}, and the journal has no such record", [one.id]
    for visit in live:
        if visit.start in cancelled:
            one = cancelled[visit.start]
            yield WORDS, f"cancelled {visit.start}, and it is in the journal", [one.id, visit.id]
        elif visit.start not in said:
            yield BOOKING, f"unannounced: {visit.start} is in the journal", [visit.id]
    for start, times in starts.items():
        if times > 1:
            yield BOOKING, f"doubled: {start}", [v.id for v in live if v.start == start]
    booked = [one for one in words if one.verb == "записала"]
    if len(books.visits) > len(booked):
        ids: list[object] = [visit.id for visit in books.visits]
        yield BOOKING, f"{len(ids)} records were made, {len(booked)} were told", ids
    yield from _copies(books)


def _copies(books: Books) -> Iterator[Finding]:
    """Our copy is what the next question about a visit is answered from."""
    theirs = {visit.id: visit.start for visit in books.visits if not visit.deleted}
    ours = {copy.id: copy.start for copy in books.copies if not copy.deleted}
    for one in theirs.keys() | ours.keys():
        if theirs.get(one) != ours.get(one):
            what = f"the journal says {theirs.get(one)}, our copy {ours.get(one)}"
            yield BOOKING, f"lost: {what}", [one]
