"""What is printed when a storm is over: a table, and every violation by name."""

from collections import Counter
from datetime import date

from tests.chaos.ledgers import KINDS, Books, Violation, told
from tests.chaos.storm import Storm

# A storm in which fewer of the clients' wishes came true has proved too little to be called passed.
ENOUGH = 0.5


def tell(
    storm: Storm, read: list[Books], violations: list[Violation], today: date, seed: int
) -> int:
    """Prints; returns the exit code."""
    wished = sum(len(one.wish.goals) for one in storm.dialogues)
    reached = sum(len(one.reached) for one in storm.dialogues)
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
    harm = ", ".join(f"{name} {count}" for name, count in sorted(storm.struck.items()))
    handed = sum(one.handed for one in read)
    return [
        f"harm done: {harm}",
        f"wishes that came true: {reached}; chats left to a person: {handed}",
        *(f"{a:<30}{b!s:>10}{c!s:>10}{d!s:>10}" for a, b, c, d in (header, *rows)),
        *(f"{title:<50}{wrong[kind]:>10}" for kind, title in KINDS.items()),
    ]


def _copied(read: list[Books]) -> list[int]:
    return [copy.id for one in read for copy in one.copies]
