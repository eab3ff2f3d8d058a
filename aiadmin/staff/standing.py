"""Why a salon has come no further, from both sides: what YCLIENTS says and what WhatsApp says."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace import selectors_funnel, staff_words
from marketplace.models import Company
from marketplace.selectors_funnel import Step, Way
from whatsapp.models import Session

_WAITS = {
    Step.TOKEN: "не нажал «Подключить»",
    Step.PAGE: "не открыл ссылку",
    Step.CODE: "код не показан: мост не ответил или WhatsApp отказал",
    Step.SCANNED: "не отсканировал код",
    Step.CONNECTED: "телефон найден, но не подключился",
    Step.CALLBACK: "YCLIENTS не принял подключение",
    Step.SYNCED: "данные ещё переносятся",
    Step.ANSWERED: "клиенты ещё не писали",
}


@dataclass(frozen=True)
class Standing:
    company: Company
    way: Way
    why: str


def rows(companies: Sequence[Company]) -> list[Standing]:
    """In the given order, in a fixed number of queries."""
    ways = selectors_funnel.ways(companies)
    troubles = selectors_funnel.troubles(companies)
    ids = [company.pk for company in companies]
    sessions = {row.pk: row for row in Session.objects.filter(pk__in=ids)}
    return [
        Standing(
            company,
            ways[company.pk],
            _why(ways[company.pk], troubles.get(company.pk, ""), sessions.get(company.pk)),
        )
        for company in companies
    ]


def _why(way: Way, trouble: str, session: Session | None) -> str:
    parts = [_WAITS.get(way.next, "")] if way.next else []
    if trouble:
        parts.append(trouble)
    if session is not None and session.reason and not session.phone:
        parts.append(f"WhatsApp: {staff_words.reason(session.reason)}")
    return "; ".join(part for part in parts if part)
