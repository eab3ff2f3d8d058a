"""One client's dialogue: she says what she wants until it is done, promised, or a person's to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.chaos.ledgers import MONTHS
from tests.chaos.script import Wish
from tests.stack import Client

MOSCOW = ZoneInfo("Europe/Moscow")
DONE = {
    "book": re.compile(r"\bзаписала", re.IGNORECASE),
    "move": re.compile(r"\bперенесла", re.IGNORECASE),
    "cancel": re.compile(r"\bотменила", re.IGNORECASE),
}
# «Сохранила ваш запрос и напишу, когда он ответит», «Проверяю, прошла ли запись»: she waits.
PROMISED = re.compile(
    r"\bнапишу, когда|^проверяю, прош|^проверяю, снята", re.IGNORECASE | re.MULTILINE
)
HANDED = re.compile(r"администратор", re.IGNORECASE)
# Most messages about one goal: repeating oneself longer is the loop guard's business.
TRIES = 4


@dataclass
class Dialogue:
    """`reached`: goals that the salon called done. `trouble`: why it ended early, if it did.
    `patience`: for how many seconds an answer is waited for now."""

    wish: Wish
    client: Client
    patience: Callable[[], float]
    wrote: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    trouble: str = ""

    def run(self) -> None:
        if self.wish.small_talk:
            self._ask("Сколько стоит мужская стрижка?")
        for goal in self.wish.goals:
            if not self._pursue(goal):
                return
            self.reached.append(goal)

    def _pursue(self, goal: str) -> bool:
        heard = self._ask(self._words(goal))
        for _ in range(TRIES):
            if DONE[goal].search(heard):
                return True
            if PROMISED.search(heard):
                heard = self._listen()
                if PROMISED.search(heard):
                    continue
                if DONE[goal].search(heard):
                    return True
            if HANDED.search(heard):
                self.trouble = "a person was called"
                return False
            heard = self._ask("да" if "?" in heard else self._words(goal))
        self.trouble = f"no {goal}: {heard}"
        return False

    def _words(self, goal: str) -> str:
        day = datetime.now(UTC).astimezone(MOSCOW).date() + timedelta(days=self.wish.day)
        said = f"{day.day} {MONTHS[day.month - 1]}"
        if goal == "book":
            return f"Запишите на мужскую стрижку {said} в {self.wish.hour}:00 к Сергею"
        if goal == "move":
            return f"Перенесите мою запись на {said} в {self.wish.hour + 1}:00"
        return "Отмените мою запись"

    def _ask(self, text: str) -> str:
        self.wrote.append(self.client.say(text))
        return self._listen()

    def _listen(self) -> str:
        return str(self.client.answer(timeout=self.patience())["text"] or "")
