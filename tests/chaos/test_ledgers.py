"""Each way the three ledgers can disagree is seen, and a clean set of books is not accused."""

from dataclasses import replace
from datetime import date

import pytest

from tests.chaos.ledgers import (
    BOOKING,
    LOST,
    TWICE,
    WORDS,
    Books,
    Copy,
    Row,
    Shown,
    Visit,
    judge,
    told,
)

TODAY = date(2026, 12, 30)
BOOKED = "Записала: в субботу 2 января, 14:00 — мужская стрижка, Сергей, 1 500 ₽."
MOVED = "Журнал снова отвечает. Перенесла: вместо 14:00 — в субботу 2 января, 15:00, Сергей."
MOVED_ON = "Перенесла: вместо субботы 2 января, 15:00 — в понедельник 4 января, 10:00, Сергей."
CANCELLED = "Отменила запись на субботу 2 января, 15:00. Захотите вернуться — просто напишите."
AT, LATER = "2027-01-02 14:00", "2027-01-02 15:00"

# One client who booked.
CLEAN = Books(
    name="Ольга",
    wrote=("in1",),
    shown=(Shown("out1", BOOKED, 1),),
    rows=(Row("in1", True, "answered", 0), Row("out1", False, "read", 0)),
    visits=(Visit(7, AT),),
    copies=(Copy(7, AT),),
)
BOTH = (CLEAN.rows[0], CLEAN.rows[1])
IN2 = Row("in2", True, "answered", 1)
OUT2 = Row("out2", False, "sent", 1)


def after(text: str, visit: Visit) -> Books:
    """CLEAN, and then a second message that was answered by `text`; the journal holds `visit`."""
    return replace(
        CLEAN,
        wrote=("in1", "in2"),
        shown=(*CLEAN.shown, Shown("out2", text, 2)),
        rows=(*BOTH, IN2, OUT2),
        visits=(visit,),
        copies=(Copy(visit.id, visit.start, visit.deleted),),
    )


def test_verbs_and_times_are_read_from_what_was_said() -> None:
    shown = tuple(
        Shown(str(n), text, n) for n, text in enumerate((BOOKED, MOVED, MOVED_ON, CANCELLED))
    )

    assert [(one.verb, one.was, one.start) for one in told(shown, TODAY)] == [
        ("записала", "", AT),
        ("перенесла", AT, LATER),
        ("перенесла", LATER, "2027-01-04 10:00"),
        ("отменила", "", LATER),
    ]


@pytest.mark.parametrize(
    "books",
    [
        CLEAN,
        after(MOVED, Visit(7, LATER)),
        after("Отменила запись на субботу 2 января, 14:00.", Visit(7, AT, deleted=True)),
        after("Могу записать на 14:00. Записать?", Visit(7, AT)),
        replace(CLEAN, wrote=("in1", "in2"), rows=(*BOTH, replace(IN2, turn=None)), handed=True),
    ],
    ids=["booked", "moved", "cancelled", "asked", "left to a person"],
)
def test_books_that_agree_are_not_accused(books: Books) -> None:
    assert judge(books, TODAY) == []


@pytest.mark.parametrize(
    ("kind", "what", "ids", "books"),
    [
        (LOST, "not in our database", ("in2",), replace(CLEAN, wrote=("in1", "in2"))),
        (
            LOST,
            "never looked at",
            ("in2",),
            replace(CLEAN, rows=(*BOTH, replace(IN2, status="received"))),
        ),
        (LOST, "no answer to it", ("in2",), replace(CLEAN, rows=(*BOTH, IN2))),
        (LOST, "no answer to it", ("in2",), replace(CLEAN, rows=(*BOTH, replace(IN2, turn=None)))),
        (LOST, "not on the phone", ("out2",), replace(CLEAN, rows=(*BOTH, replace(OUT2, turn=0)))),
        *(
            (
                LOST,
                f"ended {status}",
                ("out2",),
                replace(CLEAN, rows=(*BOTH, Row("out2", False, status, 0))),
            )
            for status in ("failed", "unknown", "queued", "sending")
        ),
        (
            LOST,
            "could not read",
            ("out2",),
            replace(
                CLEAN,
                shown=(*CLEAN.shown, Shown("out2", "", 1, "unreadable")),
                rows=(*BOTH, replace(OUT2, turn=0)),
            ),
        ),
        (
            TWICE,
            "not in our database",
            ("out9",),
            replace(CLEAN, shown=(*CLEAN.shown, Shown("out9", "Здравствуйте!", 1))),
        ),
        (TWICE, "shown 2 times", ("out1",), replace(CLEAN, shown=CLEAN.shown * 2)),
        (
            TWICE,
            "the same words 2 times",
            ("out1", "out2"),
            replace(
                CLEAN,
                shown=(*CLEAN.shown, Shown("out2", BOOKED, 1)),
                rows=(*BOTH, replace(OUT2, turn=0)),
            ),
        ),
        (
            TWICE,
            "nothing the client wrote",
            ("out2",),
            replace(CLEAN, shown=(*CLEAN.shown, Shown("out2", "Да", 1)), rows=(*BOTH, OUT2)),
        ),
        (
            TWICE,
            "nobody asked",
            ("out2",),
            replace(
                CLEAN,
                shown=(*CLEAN.shown, Shown("out2", "Напоминаю", 1)),
                rows=(*BOTH, replace(OUT2, turn=None, purpose="service")),
            ),
        ),
        (WORDS, "no such record", ("out1",), replace(CLEAN, visits=(), copies=())),
        (
            WORDS,
            "no such record",
            ("out1",),
            replace(CLEAN, visits=(Visit(7, LATER),), copies=(Copy(7, LATER),)),
        ),
        (WORDS, "no such record", ("out2",), after(MOVED, Visit(7, AT))),
        (WORDS, "it is in the journal", ("out2", 7), after(CANCELLED, Visit(7, LATER))),
        (
            WORDS,
            "without a time",
            ("out1",),
            replace(CLEAN, shown=(Shown("out1", "Записала вас.", 1),)),
        ),
        (
            BOOKING,
            "lost: told",
            ("out1", 7),
            replace(CLEAN, visits=(Visit(7, AT, True),), copies=(Copy(7, AT, True),)),
        ),
        (
            BOOKING,
            "unannounced",
            (7,),
            replace(CLEAN, shown=(Shown("out1", "Какое время удобно?", 1),)),
        ),
        (
            BOOKING,
            "doubled",
            (7, 8),
            replace(CLEAN, visits=(*CLEAN.visits, Visit(8, AT)), copies=(Copy(7, AT), Copy(8, AT))),
        ),
        (
            BOOKING,
            "2 records were made, 1 were told",
            (7, 8),
            replace(CLEAN, visits=(*CLEAN.visits, Visit(8, AT, True))),
        ),
        (BOOKING, "our copy None", (7,), replace(CLEAN, copies=())),
        (BOOKING, "our copy None", (7,), replace(CLEAN, copies=(Copy(7, AT, True),))),
        (BOOKING, f"our copy {LATER}", (7,), replace(CLEAN, copies=(Copy(7, LATER),))),
    ],
)
def test_each_disagreement_is_named_with_its_ids(
    kind: str, what: str, ids: tuple[object, ...], books: Books
) -> None:
    found = judge(books, TODAY)

    assert any(one.kind == kind and what in one.what and one.ids == ids for one in found), found
