"""What the self-test looks at in a salon's data and rights, each finding in the owner's words."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from aiadmin.core import clock
from marketplace.models import CallbackDelivery, Company
from marketplace.services import booking_by_hand, salon, yclients_probe
from marketplace.services.free_slots import FreeSlot, free_slots
from marketplace.services.salon import SalonFacts, ServiceFacts
from marketplace.services.yclients_probe import Finding, Verdict
from marketplace.yclients.access import RIGHTS
from marketplace.yclients.budget import Lane
from marketplace.yclients.errors import YclientsError
from whatsapp.assistant.replies import words

# A free slot is looked for this far ahead, in so many services at most.
DAYS, SERVICES = 14, 3


class State(StrEnum):
    OK = "ok"
    BAD = "bad"
    WAIT = "wait"


@dataclass(frozen=True)
class Check:
    """`advice`: which setting of YCLIENTS to change, "" when there is none to change."""

    state: State
    text: str
    advice: str = ""


@dataclass(frozen=True)
class Slot:
    """A real free start of a real service."""

    service: ServiceFacts
    free: FreeSlot


@dataclass(frozen=True)
class Looked:
    checks: tuple[Check, ...]
    slot: Slot | None


def of_salon(company: Company) -> Looked:
    """Catalogue, masters, a free start: our copy and some calls. Raises nothing YCLIENTS answers."""
    facts = salon.facts(company)
    slot_check, slot = _slot(company, facts)
    return Looked((_catalogue(facts), _masters(facts), slot_check), slot)


def of_access(company: Company) -> tuple[Check, ...]:
    """Rights and webhooks: some twenty calls. Raises nothing YCLIENTS answers."""
    return (*_rights(company), _webhooks(company))


def _catalogue(facts: SalonFacts) -> Check:
    services, masters = len(facts.services), len(facts.staff)
    if not services:
        return Check(
            State.BAD,
            "В YCLIENTS нет услуг, на которые можно записаться онлайн",
            "YCLIENTS → Настройки → Услуги: добавьте услуги и включите «Онлайн-запись».",
        )
    if not masters:
        return Check(
            State.BAD,
            "В YCLIENTS нет мастеров, к которым можно записаться онлайн",
            "YCLIENTS → Настройки → Сотрудники: включите мастеру «Доступен для онлайн-записи».",
        )
    what = words.plural(services, "услуга", "услуги", "услуг")
    who = words.plural(masters, "мастер", "мастера", "мастеров")
    return Check(State.OK, f"{services} {what}, {masters} {who}")


def _masters(facts: SalonFacts) -> Check:
    able = {offer.staff_id for item in facts.services for offer in item.offers}
    idle = [item.name for item in facts.staff if item.id not in able]
    if not able:
        return Check(State.BAD, "Ни у одного мастера нет услуг", _LINK)
    if idle:
        whose = words.plural(len(idle), "мастера", "мастеров", "мастеров")
        names = ", ".join(idle[:5]) + ("…" if len(idle) > 5 else "")
        return Check(State.BAD, f"У {len(idle)} {whose} нет услуг: {names}", _LINK)
    return Check(State.OK, "У каждого мастера есть услуги")


_LINK = "YCLIENTS → Настройки → Сотрудники → мастер → Услуги: отметьте, что он делает."


def _slot(company: Company, facts: SalonFacts) -> tuple[Check, Slot | None]:
    """The nearest free start by real calls; those with most masters first: they are found soonest."""
    able = [item for item in facts.services if item.offers and not item.prepaid]
    able.sort(key=lambda item: -len(item.offers))
    if not able:
        return Check(State.WAIT, "Свободное время искать не у кого: сначала услуги и мастера"), None
    today = clock.now().astimezone(company.zone).date()
    try:
        for service in able[:SERVICES]:
            found = free_slots(
                company,
                service_ids=(service.id,),
                staff_id=None,
                day_from=today,
                day_to=today + timedelta(days=DAYS),
            )
            if found:
                first = found[0]
                who = next((one.name for one in facts.staff if one.id == first.staff_id), "")
                when = words.day_short(first.start.date(), today)
                text = f"Ближайшее окно — {when} в {first.start:%H:%M}: {service.title}, {who}"
                return Check(State.OK, text), Slot(service, first)
    except YclientsError as error:
        return Check(
            State.BAD, f"YCLIENTS не показал свободное время: {error.message}", _AGAIN
        ), None
    return (
        Check(
            State.BAD,
            f"На ближайшие {DAYS} дней нет свободного времени",
            "YCLIENTS → График: поставьте мастерам рабочие дни. Если всё и правда занято, "
            "помощник так и скажет клиентам.",
        ),
        None,
    )


_AGAIN = "Подождите минуту и проверьте ещё раз."


def _rights(company: Company) -> list[Check]:
    report = yclients_probe.probe(company.salon_id, company, lane=Lane.REMINDERS)
    lacking = [item for item in report.findings if item.verdict is Verdict.REFUSED]
    silent = [item for item in report.findings if item.verdict is Verdict.SILENT]
    told: list[Check] = []
    for needed in (True, False):
        wanted = [item for item in lacking if item.access.needed is needed]
        names = dict.fromkeys(RIGHTS.get(item.access.right, item.access.why) for item in wanted)
        if names:
            text = "YCLIENTS не разрешает: " if needed else "Без этого можно, но лучше разрешить: "
            state = State.BAD if needed else State.WAIT
            told.append(Check(state, text + "; ".join(names), _grant(report, wanted)))
    if silent and not told:
        told.append(Check(State.WAIT, "YCLIENTS ответил не на все вопросы о правах", _AGAIN))
    if booking_by_hand.wanted(company) and not booking_by_hand.possible(company):
        told.append(
            Check(
                State.BAD,
                "Салон просит у клиентов код из SMS, а помощник его не увидит",
                "YCLIENTS → Онлайн-запись → Настройки: выключите подтверждение номера по SMS.",
            )
        )
    return told or [Check(State.OK, "Права в YCLIENTS есть")]


def _grant(report: yclients_probe.Report, lacking: list[Finding]) -> str:
    if not report.has_user_token and any(item.access.user for item in lacking):
        return "Подключите приложение в маркетплейсе YCLIENTS ещё раз или напишите нам: поможем с доступом."
    return "YCLIENTS → Настройки → Пользователи: дайте эти права тому, от чьего имени работает приложение."


def _webhooks(company: Company) -> Check:
    rows = CallbackDelivery.objects.filter(
        company=company, install_generation=company.install_generation
    )
    delivery = rows.first()
    match delivery.hooks if delivery else CallbackDelivery.Hooks.UNCHECKED:
        case CallbackDelivery.Hooks.REGISTERED | CallbackDelivery.Hooks.SET_BY_US:
            return Check(State.OK, "YCLIENTS сообщает об изменениях в журнале сразу")
        case CallbackDelivery.Hooks.MISSING:
            return Check(
                State.WAIT,
                "YCLIENTS не сообщает об изменениях: сверяем журнал раз в час",
                delivery.hooks_note if delivery else "",
            )
        case _:
            return Check(State.WAIT, "YCLIENTS ещё не подтвердил подключение: ждём, это пара минут")
