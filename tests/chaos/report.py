"""What is printed when a storm is over: a table, and every violation by name."""

from collections import Counter
from datetime import date

from tests.bench import report as page
from tests.chaos.ledgers import KINDS, Books, Violation, told
from tests.chaos.storm import Storm

# A storm in which fewer of the clients' wishes came true has proved too little to be called passed.
ENOUGH = 0.5


def tell(
    storm: Storm, read: list[Books], violations: list[Violation], today: date, seed: int
) -> int:
    """Prints; returns the exit code."""
    reached, wished = _wishes(storm)
    lines = _table(storm, read, violations, today, f"{reached} of {wished}")
    faults = [*map(str, violations), *storm.errors]
    if reached < wished * ENOUGH:
        faults.append(f"only {reached} of {wished} wishes came true: nothing is proved")
        faults += [f"  {d.client.name}: {d.trouble}" for d in storm.dialogues if d.trouble]
    for line in lines:
        print(f"chaos: {line}")
    for fault in faults:
        print(f"chaos: FAULT {fault}")
    print(f"chaos: --seed {seed} {'failed' if faults else 'passed'}", flush=True)
    return 1 if faults else 0


def publish(storm: Storm, read: list[Books], violations: list[Violation], seed: int) -> None:
    """Writes the section of docs/benchmarks.md."""
    wrong = Counter(one.kind for one in violations)
    reached, wished = _wishes(storm)
    incoming = sum(row.incoming for one in read for row in one.rows)
    visits = sum(len(one.visits) for one in read)
    rows = [
        page.Row(title, str(wrong[kind]), bar="0", held=bool(read) and not wrong[kind])
        for kind, title in KINDS.items()
    ]
    rows += [
        page.Row(
            "hung, or was left undone", str(len(storm.errors)), bar="0", held=not storm.errors
        ),
        page.Row("wishes that came true", f"{reached} of {wished}", bar="half"),
        page.Row("chats left to a person", str(sum(one.handed for one in read))),
    ]
    method = (
        f'`make chaos ARGS="--seed {seed}"`: {len(storm.salons)} salons, {len(storm.dialogues)} '
        f"clients, {incoming} messages and {visits} visits in {storm.took / 60:.0f} minutes, while "
        f"programs were killed (-9) and started again: {_harm(storm)}."
    )
    page.publish("survival", "Survival", method, rows)


def _wishes(storm: Storm) -> tuple[int, int]:
    """Goals that came true, and all of them."""
    wished = sum(len(one.wish.goals) for one in storm.dialogues)
    return sum(len(one.reached) for one in storm.dialogues), wished


def _harm(storm: Storm) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(storm.struck.items()))


def _table(
    storm: Storm, read: list[Books], violations: list[Violation], today: date, reached: str
) -> list[str]:
    wrong = Counter(one.kind for one in violations)
    incoming = sum(row.incoming for one in read for row in one.rows)
    replies = sum(not row.incoming for one in read for row in one.rows)
    words = [word.verb for one in read for word in told(one.shown, today)]
    visits = [visit for one in read for visit in one.visits]
    live = sum(not visit.deleted for visit in visits)
    copies = sum(not copy.deleted for one in read for copy in one.copies)
    header = ("", "phones", "database", "journal")
    rows = [
        ("messages of clients", sum(len(one.wrote) for one in read), incoming, "-"),
        ("messages of ours", sum(len(one.shown) for one in read), replies, "-"),
        ("visits told, copied, written", words.count("записала"), len(_copied(read)), len(visits)),
        ("visits that stand", "-", copies, live),
    ]
    handed = sum(one.handed for one in read)
    return [
        f"harm done in {storm.took:.0f} s: {_harm(storm)}",
        f"wishes that came true: {reached}; chats left to a person: {handed}",
        *(f"{a:<30}{b!s:>10}{c!s:>10}{d!s:>10}" for a, b, c, d in (header, *rows)),
        *(f"{title:<50}{wrong[kind]:>10}" for kind, title in KINDS.items()),
    ]


def _copied(read: list[Books]) -> list[int]:
    return [copy.id for one in read for copy in one.copies]
