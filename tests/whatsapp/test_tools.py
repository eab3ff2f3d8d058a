"""The assistant's tools on the YCLIENTS stand-in: each write once, each outcome in the assistant's words."""

from datetime import time, timedelta

import pytest
from pytest_django.fixtures import Settings

from marketplace.models import Company, Service
from tests.marketplace.salons import SandboxSalon
from whatsapp.assistant import tools as asked
from whatsapp.assistant.types import Elsewhere, OpenHours, Tone
from whatsapp.models import SalonSettings
from whatsapp.services.dry_run import DryRunTools
from whatsapp.services.keeper import LostTurn
from whatsapp.services.salon_view import salon_view
from whatsapp.services.tools import JournalTools

PHONE = "+79001234567"


@pytest.fixture
def tools(salon: SandboxSalon) -> JournalTools:
    return JournalTools(salon.company, PHONE, "1:0")


@pytest.fixture
def free(tools: JournalTools, salon: SandboxSalon, cut: str, sergey: str) -> asked.SlotOption:
    """Tomorrow's first free start of Сергей."""
    day = salon.at(12).date()
    found = tools.free_slots((cut,), sergey, day, day)
    assert isinstance(found, asked.SlotsFound)
    return found.slots[0]


@pytest.fixture
def request_(free: asked.SlotOption, cut: str, sergey: str) -> asked.BookRequest:
    return asked.BookRequest((cut,), sergey, free.start, "Ольга", visits_in_turn=2)


def test_free_time_is_the_masters_own_length_in_the_salons_zone(
    free: asked.SlotOption, salon: SandboxSalon, cut: str, sergey: str
) -> None:
    assert (free.staff_id, free.service_ids) == (sergey, (cut,))
    assert free.start.utcoffset() == salon.at(12).utcoffset()
    assert free.duration_seconds == 45 * 60


def test_service_that_nobody_does_is_not_called_busy(
    tools: JournalTools, salon: SandboxSalon
) -> None:
    day = salon.at(12).date()

    found = tools.free_slots(("999999",), None, day, day)

    assert found == asked.SlotsUnavailable(asked.Unavailable.NO_STAFF)


def test_journal_that_does_not_answer_is_not_called_busy(
    tools: JournalTools, salon: SandboxSalon, cut: str
) -> None:
    salon.sandbox.fault(".*book_times.*", "status", status=503)
    day = salon.at(12).date()

    assert tools.free_slots((cut,), None, day, day) == asked.SlotsUnavailable()


def test_same_step_books_once_and_an_earlier_write_is_told_again(
    tools: JournalTools, salon: SandboxSalon, request_: asked.BookRequest
) -> None:
    first = tools.book(request_, step="book:1")
    again = tools.book(request_, step="book:1")

    assert isinstance(first, asked.Booked)
    assert first == again
    assert (first.start, first.price) == (request_.start, 1500)
    assert [row["id"] for row in salon.records(phone="79001234567")] == [int(first.record_id)]
    (earlier,) = JournalTools(salon.company, PHONE, "1:0").earlier_writes()
    assert earlier == asked.EarlierWrite(request_, first)
    assert JournalTools(salon.company, PHONE, "1:1").earlier_writes() == ()
    assert JournalTools(salon.company, PHONE, "11:0").earlier_writes() == ()


def test_time_that_somebody_else_has_is_taken(
    tools: JournalTools, salon: SandboxSalon, request_: asked.BookRequest
) -> None:
    tools.book(request_, step="book:1")

    other = JournalTools(salon.company, "+79007654321", "2:0")
    assert other.book(request_, step="book:1") == asked.SlotTaken()


def test_visit_is_seen_moved_and_cancelled(
    tools: JournalTools, salon: SandboxSalon, request_: asked.BookRequest, cut: str, sergey: str
) -> None:
    booked = tools.book(request_, step="book:1")
    assert isinstance(booked, asked.Booked)
    seen = tools.upcoming_bookings()
    assert isinstance(seen, asked.BookingsFound)
    (visit,) = seen.bookings
    assert (visit.id, visit.start, visit.services) == (booked.record_id, request_.start, (cut,))

    later = next(
        slot
        for slot in _slots(tools, salon, cut, sergey)
        if slot.start >= request_.start + timedelta(hours=2)
    )
    moved = tools.move(visit.id, later.start, sergey, step="move:1")
    assert moved == asked.Moved(visit.id, later.start, sergey, (cut,), request_.start, 1500)

    assert tools.cancel(visit.id, step="cancel:1") == asked.Cancelled(visit.id, later.start)
    assert tools.upcoming_bookings() == asked.BookingsFound(())
    assert not salon.records(phone="79001234567")
    kinds = [type(item.request).__name__ for item in tools.earlier_writes()]
    assert kinds == ["BookRequest", "MoveRequest", "CancelRequest"]
    told = tools.earlier_writes()[1].outcome
    assert isinstance(told, asked.Moved)
    assert told.old_start == request_.start


def _slots(
    tools: JournalTools, salon: SandboxSalon, cut: str, sergey: str
) -> tuple[asked.SlotOption, ...]:
    day = salon.at(12).date()
    found = tools.free_slots((cut,), sergey, day, day)
    assert isinstance(found, asked.SlotsFound)
    return found.slots


def test_turn_that_was_lost_writes_nothing(
    salon: SandboxSalon, request_: asked.BookRequest
) -> None:
    def lost() -> None:
        raise LostTurn

    tools = JournalTools(salon.company, PHONE, "1:0", fence=lost)
    with pytest.raises(LostTurn):
        tools.book(request_, step="book:1")

    assert not salon.records(phone="79001234567")


@pytest.mark.parametrize(
    ("_case", "reason"),
    [
        ("no phone", asked.RefusedReason.PHONE),
        ("code by SMS", asked.RefusedReason.CONFIRMATION),
        ("prepaid", asked.RefusedReason.PREPAID),
    ],
)
def test_what_only_a_person_can_book_is_refused_before_the_journal_is_asked(
    salon: SandboxSalon,
    request_: asked.BookRequest,
    settings: Settings,
    _case: str,
    reason: asked.RefusedReason,
) -> None:
    if _case == "code by SMS":
        # Written by hand where we have a user token.
        settings.YCLIENTS_USER_TOKEN = ""
        salon.company.raw_data = {"phone_confirmation": True}
    if _case == "prepaid":
        Service.objects.filter(company=salon.company).update(prepaid=True)
    phone = "" if _case == "no phone" else PHONE

    outcome = JournalTools(salon.company, phone, "1:0").book(request_, step="book:1")

    assert outcome == asked.Refused(reason)
    assert not salon.records(phone="79001234567")


def test_client_known_only_by_lid_has_no_visits_to_show(salon: SandboxSalon) -> None:
    tools = JournalTools(salon.company, "", "1:0")

    assert tools.upcoming_bookings() == asked.BookingsUnavailable()
    assert tools.client_name() is None


def test_dry_run_writes_nothing(salon: SandboxSalon, request_: asked.BookRequest) -> None:
    dry = DryRunTools(salon.company, PHONE, "dry:0")

    booked = dry.book(request_, step="book:1")

    assert isinstance(booked, asked.Booked)
    assert not salon.records(phone="79001234567")
    assert dry.earlier_writes() == ()
    assert dry.cancel("1", step="cancel:1") == asked.Refused(asked.RefusedReason.NOT_FOUND)


def test_salon_view_holds_the_catalogue_masters_prices_and_hours(
    salon: SandboxSalon, cut: str, sergey: str
) -> None:
    company = Company.objects.get(pk=salon.company.pk)
    view = salon_view(company)

    service = view.service(cut)
    assert service is not None
    assert (service.title, service.price_min) == ("Мужская стрижка", 1500)
    assert service.staff[sergey].duration_seconds == 45 * 60
    master = view.master(sergey)
    assert master is not None
    assert master.name == "Сергей"
    assert view.timezone == "Europe/Moscow"
    hours = view.hours_on(salon.at(12).date())
    assert hours is not None
    assert f"{hours.opens:%H:%M}" <= "10:00"
    assert view.knows_hours()


def test_salon_view_speaks_as_the_salon_wishes_and_knows_its_rules(salon: SandboxSalon) -> None:
    salon.company.raw_data = {
        "allow_change_record": False,
        "allow_delete_record_delay_step": 7200,
        "bookforms": [{"url": "https://n1.example.test/", "is_default": 1}],
    }
    plain = salon_view(salon.company)
    SalonSettings.objects.create(
        company=salon.company, tone="ty", booking_link="https://lilia.example.test/"
    )

    view = salon_view(salon.company)

    assert (plain.tone, view.tone) == (Tone.FORMAL, Tone.FAMILIAR)
    assert plain.booking_url == "https://n1.example.test/"
    assert view.booking_url == "https://lilia.example.test/"
    assert not view.moving.allowed
    assert view.cancelling.before == timedelta(hours=2)
    wedding = view.service(str(salon.service("Свадебный образ")))
    assert wedding is not None
    assert wedding.elsewhere is Elsewhere.PREPAID
    assert view.elsewhere is None


def test_nobody_touches_another_clients_visit(
    tools: JournalTools, salon: SandboxSalon, request_: asked.BookRequest, sergey: str
) -> None:
    booked = tools.book(request_, step="book:1")
    assert isinstance(booked, asked.Booked)
    other = JournalTools(salon.company, "+79007654321", "2:0")
    later = request_.start + timedelta(hours=3)

    gone = asked.Refused(asked.RefusedReason.NOT_FOUND)
    assert other.cancel(booked.record_id, step="cancel:1") == gone
    assert other.move(booked.record_id, later, sergey, step="move:1") == gone
    assert len(salon.records(phone="79001234567")) == 1


def test_working_days_of_a_master_are_told_in_hours(
    tools: JournalTools, salon: SandboxSalon, sergey: str
) -> None:
    day = salon.at(12).date()

    found = tools.working_days(sergey, day, day)

    assert found == asked.WorkingDays({day: (OpenHours(time(10), time(21)),)})
    assert tools.working_days("999", day, day) == asked.WorkingDaysUnknown()


def test_time_that_only_the_moved_visit_takes_is_free_for_it(
    tools: JournalTools, salon: SandboxSalon, cut: str, sergey: str
) -> None:
    """«На полчаса позже»: a visit of 45 minutes at 15:00, a stranger's from 16:00."""
    day = salon.at(12).date()
    request = asked.BookRequest((cut,), sergey, salon.at(15), "Ольга")
    booked = tools.book(request, step="book:1")
    assert isinstance(booked, asked.Booked)
    salon.sandbox.post(
        f"/salons/{salon.company.salon_id}/records",
        staff_id=int(sergey),
        service_ids=[int(cut)],
        start=f"{salon.at(16):%Y-%m-%d} 16:00",
        phone="79000000009",
    )

    def starts(**more: str) -> set[str]:
        found = tools.free_slots((cut,), sergey, day, day, **more)
        assert isinstance(found, asked.SlotsFound)
        return {f"{slot.start:%H:%M}" for slot in found.slots}

    assert {"14:30", "15:30"}.isdisjoint(starts())
    around = starts(instead_of=booked.record_id)
    assert "14:30" in around
    assert "15:30" not in around, "somebody else comes at 16:00"
    stranger = JournalTools(salon.company, "+79007654321", "2:0")
    others = stranger.free_slots((cut,), sergey, day, day, instead_of=booked.record_id)
    assert isinstance(others, asked.SlotsFound)
    assert salon.at(14, 30) not in {slot.start for slot in others.slots}
    moved = tools.move(booked.record_id, salon.at(14, 30), sergey, step="move:1")
    assert isinstance(moved, asked.Moved)
    assert moved.start == salon.at(14, 30)
