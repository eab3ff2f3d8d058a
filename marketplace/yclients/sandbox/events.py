"""Tells the webhooks what changed. `own`: the change came through the API, not from the salon."""

from marketplace.yclients.sandbox import views_journal, views_salon
from marketplace.yclients.sandbox.model import Client, Record, Salon, Service, Staff
from marketplace.yclients.sandbox.shapes import reshape
from marketplace.yclients.sandbox.world import World


def record_changed(world: World, row: Record, status: str, *, own: bool) -> None:
    salon = _salon(world, row.salon_id)
    data = reshape(views_journal.record(world.store, salon, row), _safe(salon))
    world.hooks.announce(salon, "record", status, data, own=own)


def client_changed(world: World, row: Client, status: str, *, own: bool) -> None:
    salon = _salon(world, row.salon_id)
    visits = world.store.records_of_client(row.id)
    data = reshape(views_journal.client(salon, row, visits), _safe(salon))
    world.hooks.announce(salon, "client", status, data, own=own)


def staff_changed(world: World, row: Staff, status: str) -> None:
    salon = _salon(world, row.salon_id)
    world.hooks.announce(salon, "staff", status, views_salon.staff(row), own=False)


def service_changed(world: World, row: Service, status: str) -> None:
    salon = _salon(world, row.salon_id)
    masters = world.store.of_salon(Staff, salon.id)
    world.hooks.announce(salon, "service", status, views_salon.service(row, masters), own=False)


def company_changed(world: World, salon_id: int) -> None:
    salon = _salon(world, salon_id)
    world.hooks.announce(salon, "company", "update", views_salon.company(world, salon), own=False)


def _safe(salon: Salon) -> list[str]:
    """An event's `data` is always one object, however answers are wrapped."""
    return [shape for shape in salon.shapes if shape != "wrapped"]


def _salon(world: World, salon_id: int) -> Salon:
    # Read anew: listeners may have been added since the caller looked.
    salon = world.store.get(Salon, salon_id)
    if salon is None:
        raise LookupError(f"no salon {salon_id}")
    return salon
