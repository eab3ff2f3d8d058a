"""A salon's daily budget for a language model: reserved before a call, settled after it. Rows, real time.

With prices configured the budget is money in their currency, without them it is tokens.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest

from aiadmin.core.alarms import raise_alarm
from marketplace.models import Company
from whatsapp.models import ModelDay

MICRO = 1_000_000
# A second of speech in tokens, where the server tells no usage: what OpenAI's own models count.
TOKENS_A_SECOND = 10


@dataclass(frozen=True)
class Usage:
    """What a call used. `seconds` of sound; tokens of both directions."""

    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        return self._tokens_in + self.tokens_out

    @property
    def cost(self) -> int:
        """In millionths of the prices' currency; 0 without prices."""
        if self.seconds and settings.TRANSCRIPTION_PRICE:
            return round(self.seconds / 60 * settings.TRANSCRIPTION_PRICE * MICRO)
        # A price a million tokens is millionths a token.
        return round(
            self._tokens_in * settings.LLM_PRICE_IN + self.tokens_out * settings.LLM_PRICE_OUT
        )

    @property
    def _tokens_in(self) -> int:
        return self.tokens_in or round(self.seconds * TOKENS_A_SECOND)


@dataclass(frozen=True)
class Reservation:
    """Taken from a day's budget before a call."""

    company_id: int
    day: date
    expected: Usage


def priced() -> bool:
    return bool(settings.LLM_PRICE_IN or settings.LLM_PRICE_OUT or settings.TRANSCRIPTION_PRICE)


def reserve(company: Company, expected: Usage) -> Reservation | None:
    """None when the salon's day has no such sum left. One statement decides, whoever else reserves."""
    day = datetime.now(UTC).astimezone(company.zone).date()
    ModelDay.objects.bulk_create([ModelDay(company=company, day=day)], ignore_conflicts=True)
    rows = ModelDay.objects.filter(company=company, day=day)
    if priced():
        room = rows.filter(cost__lte=round(settings.LLM_DAILY_BUDGET * MICRO) - expected.cost)
    else:
        room = rows.filter(tokens__lte=round(settings.LLM_DAILY_BUDGET) - expected.tokens)
    taken = room.update(
        calls=F("calls") + 1,
        tokens=F("tokens") + expected.tokens,
        cost=F("cost") + expected.cost,
    )
    if taken:
        return Reservation(company.pk, day, expected)
    raise_alarm(
        "model_budget",
        f"{company}: дневной бюджет языковой модели (LLM_DAILY_BUDGET) исчерпан. До завтра помощник "
        "отвечает по своим правилам, голосовые просит написать текстом.",
        company_id=company.pk,
    )
    return None


def settle(reservation: Reservation, used: Usage, *, took_ms: int, failed: bool) -> None:
    """What was really used, in place of what was expected."""
    expected = reservation.expected
    ModelDay.objects.filter(company_id=reservation.company_id, day=reservation.day).update(
        tokens=Greatest(0, F("tokens") + used.tokens - expected.tokens),
        cost=Greatest(0, F("cost") + used.cost - expected.cost),
        took_ms=F("took_ms") + took_ms,
        failed=F("failed") + int(failed),
    )
