"""What a seed stands for: who wants what, and in which order things break. The same seed, the same script.

A storm is a row of rounds. Each lets some dialogues begin, does its harm, and pauses; no clock decides
what happens, so a slow machine meets the same storm, only longer.
"""

import random
from dataclasses import dataclass

# Everything that is killed -9 and started again; a word in capitals is no program.
PROGRAMS = ("web", "worker", "beat", "bridge", "valkey", "postgres")
FLUSH = "FLUSHALL"
SECONDS_A_ROUND = 5
# A salon's Сергей is free every afternoon; two hours a visit leave room for the one it moves to.
HOURS = (12, 14, 16, 18)
# Farther ahead than any reminder: what the salon says unasked would be a fault.
FIRST_DAY = 3

_CALLS = ("book_record", "book_times", "/record/", "/records/", "")
_HARM: tuple[dict[str, object], ...] = (
    {"mode": "status", "status": 500},
    {"mode": "status", "status": 503},
    {"mode": "html", "status": 200},
    {"mode": "delay", "seconds": 3},
    {"mode": "drop_before"},
)
# The write is done, its answer never comes: where bookings are doubled.
_AFTER_COMMIT: tuple[dict[str, object], ...] = (
    {"mode": "drop_after", "path_regex": "book_record"},
    {"mode": "drop_after", "path_regex": "/record/", "method": "PUT"},
    {"mode": "drop_after", "path_regex": "/record/", "method": "DELETE"},
    {"mode": "status", "status": 502, "when": "after", "path_regex": "book_record"},
)


@dataclass(frozen=True)
class Size:
    salons: int
    clients: int
    seconds: int

    @property
    def rounds(self) -> int:
        return max(len(PROGRAMS) + 1, self.seconds // SECONDS_A_ROUND)

    @property
    def limit(self) -> float:
        """Seconds after which a storm is ended: only what hangs takes so long."""
        return 1800.0 + 4 * self.seconds


LONG = Size(salons=20, clients=200, seconds=600)
SHORT = Size(salons=3, clients=12, seconds=60)


@dataclass(frozen=True)
class Wish:
    """One client's dialogue: she books, and then perhaps moves and cancels. `day`: days from now."""

    client: int
    salon: int
    day: int
    hour: int
    goals: tuple[str, ...]
    small_talk: bool


@dataclass(frozen=True)
class Round:
    """`begin`: dialogues that may start; `kill`: programs and FLUSH; `journal`: a fault of YCLIENTS;
    `drop`: salons whose sockets WhatsApp cuts; `pause`: seconds afterwards."""

    begin: tuple[Wish, ...]
    kill: str
    journal: dict[str, object] | None
    drop: tuple[int, ...]
    pause: float


def write(seed: int, size: Size) -> list[Round]:
    dice = random.Random(seed)
    wishes = _wishes(dice, size)
    kills = _kills(dice, size.rounds)
    # The last rounds begin nothing: the storm ends with dialogues under way.
    starts = max(1, size.rounds - 2)
    return [
        Round(
            begin=tuple(
                wish for n, wish in enumerate(wishes) if n * starts // len(wishes) == number
            ),
            kill=kills[number],
            journal=_journal(dice, number),
            drop=tuple(salon for salon in range(size.salons) if dice.random() < 0.15),
            pause=dice.uniform(1, SECONDS_A_ROUND),
        )
        for number in range(size.rounds)
    ]


def _wishes(dice: random.Random, size: Size) -> list[Wish]:
    goals = (("book",), ("book", "move"), ("book", "cancel"), ("book", "move", "cancel"))
    wishes = []
    for number in range(size.clients):
        of_salon = number // size.salons
        wishes.append(
            Wish(
                client=number,
                salon=number % size.salons,
                day=FIRST_DAY + of_salon // len(HOURS),
                hour=HOURS[of_salon % len(HOURS)],
                goals=goals[number % len(goals)],
                small_talk=dice.random() < 0.3,
            )
        )
    dice.shuffle(wishes)
    return wishes


def _kills(dice: random.Random, rounds: int) -> list[str]:
    """Every program in every lap, in an order of its own."""
    victims: list[str] = []
    while len(victims) < rounds:
        lap = [*PROGRAMS, FLUSH]
        dice.shuffle(lap)
        victims += lap
    return victims[:rounds]


def _journal(dice: random.Random, number: int) -> dict[str, object] | None:
    if number % 3 == 0:
        return {**dice.choice(_AFTER_COMMIT), "times": dice.randint(1, 2)}
    if dice.random() < 0.5:
        return {
            **dice.choice(_HARM),
            "path_regex": dice.choice(_CALLS),
            "times": dice.randint(1, 3),
        }
    return None
