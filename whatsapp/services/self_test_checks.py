"""What the self-test looks at in a salon's data and rights, each finding in the owner's words."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext, gettext_lazy, ngettext

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
            gettext("YCLIENTS has no services that can be booked online"),
            gettext("YCLIENTS → Settings → Services: add services and switch “Online booking” on."),
        )
    if not masters:
        return Check(
            State.BAD,
            gettext("YCLIENTS has no masters who can be booked online"),
            gettext(
                "YCLIENTS → Settings → Staff: switch “Available for online booking” on for a master."
            ),
        )
    what = ngettext("%d service", "%d services", services) % services
    who = ngettext("%d master", "%d masters", masters) % masters
    return Check(State.OK, f"{what}, {who}")


def _masters(facts: SalonFacts) -> Check:
    able = {offer.staff_id for item in facts.services for offer in item.offers}
    idle = [item.name for item in facts.staff if item.id not in able]
    if not able:
        return Check(State.BAD, gettext("No master has services"), str(_LINK))
    if idle:
        text = ngettext(
            "%(count)d master has no services: %(names)s",
            "%(count)d masters have no services: %(names)s",
            len(idle),
        )
        names = ", ".join(idle[:5]) + ("…" if len(idle) > 5 else "")
        return Check(State.BAD, text % {"count": len(idle), "names": names}, str(_LINK))
    return Check(State.OK, gettext("Every master has services"))


_LINK = gettext_lazy("YCLIENTS → Settings → Staff → master → Services: mark what they do.")


def _slot(company: Company, facts: SalonFacts) -> tuple[Check, Slot | None]:
    """The nearest free start by real calls; those with most masters first: they are found soonest."""
    able = [item for item in facts.services if item.offers and not item.prepaid]
    able.sort(key=lambda item: -len(item.offers))
    if not able:
        return Check(
            State.WAIT,
            gettext("There is nobody to look for free time with: services and masters first"),
        ), None
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
                text = gettext(
                    "Nearest free time: %(day)s at %(time)s: %(service)s, %(master)s"
                ) % {
                    "day": when,
                    "time": f"{first.start:%H:%M}",
                    "service": service.title,
                    "master": who,
                }
                return Check(State.OK, text), Slot(service, first)
    except YclientsError as error:
        text = gettext("YCLIENTS did not show free time: %s") % error.message
        return Check(State.BAD, text, str(_AGAIN)), None
    return (
        Check(
            State.BAD,
            ngettext("No free time within %d day", "No free time within %d days", DAYS) % DAYS,
            gettext(
                "YCLIENTS → Schedule: give the masters working days. If all is taken indeed, the "
                "assistant will tell clients so."
            ),
        ),
        None,
    )


_AGAIN = gettext_lazy("Wait a minute and check again.")


def _rights(company: Company) -> list[Check]:
    report = yclients_probe.probe(company.salon_id, company, lane=Lane.REMINDERS)
    lacking = [item for item in report.findings if item.verdict is Verdict.REFUSED]
    silent = [item for item in report.findings if item.verdict is Verdict.SILENT]
    told: list[Check] = []
    for needed in (True, False):
        wanted = [item for item in lacking if item.access.needed is needed]
        names = dict.fromkeys(RIGHTS.get(item.access.right, item.access.why) for item in wanted)
        if names:
            text, state = gettext("Works without, but better allow: %s"), State.WAIT
            if needed:
                text, state = gettext("YCLIENTS does not allow: %s"), State.BAD
            told.append(Check(state, text % "; ".join(names), _grant(report, wanted)))
    if silent and not told:
        told.append(
            Check(
                State.WAIT,
                gettext("YCLIENTS did not answer all questions about rights"),
                str(_AGAIN),
            )
        )
    if booking_by_hand.wanted(company) and not booking_by_hand.possible(company):
        told.append(
            Check(
                State.BAD,
                gettext(
                    "The salon asks clients for a code from an SMS, which the assistant cannot see"
                ),
                gettext(
                    "YCLIENTS → Online booking → Settings: switch the confirmation of the number by SMS off."
                ),
            )
        )
    return told or [Check(State.OK, gettext("The rights in YCLIENTS are given"))]


def _grant(report: yclients_probe.Report, lacking: list[Finding]) -> str:
    if not report.has_user_token and any(item.access.user for item in lacking):
        return gettext(
            "Connect the app in the YCLIENTS marketplace again or write to us: we help with the access."
        )
    return gettext("YCLIENTS → Settings → Users: give these rights to whom the app works for.")


def _webhooks(company: Company) -> Check:
    rows = CallbackDelivery.objects.filter(
        company=company, install_generation=company.install_generation
    )
    delivery = rows.first()
    match delivery.hooks if delivery else CallbackDelivery.Hooks.UNCHECKED:
        case CallbackDelivery.Hooks.REGISTERED | CallbackDelivery.Hooks.SET_BY_US:
            return Check(State.OK, gettext("YCLIENTS tells of changes in the journal at once"))
        case CallbackDelivery.Hooks.MISSING:
            return Check(
                State.WAIT,
                gettext("YCLIENTS does not tell of changes: we read the journal once an hour"),
                delivery.hooks_note if delivery else "",
            )
        case _:
            return Check(
                State.WAIT,
                gettext(
                    "YCLIENTS has not confirmed the connection yet: we wait, it takes a few minutes"
                ),
            )
