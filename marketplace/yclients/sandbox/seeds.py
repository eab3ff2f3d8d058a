"""Makes salons out of seed data: ids, links, visits in the days around business-now."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace.yclients.sandbox import availability, desk
from marketplace.yclients.sandbox.model import (
    Category,
    Client,
    Record,
    Row,
    Salon,
    Service,
    Staff,
)
from marketplace.yclients.sandbox.seed_data import (
    CLIENT_NAMES,
    LILIA,
    SMALL,
    SalonSeed,
    ServiceSeed,
    StaffSeed,
)
from marketplace.yclients.sandbox.times import local_now, partner_now, stamp, wall_text
from marketplace.yclients.sandbox.world import World

DEMO_SALON_ID = 4001
SEEDS: dict[str, SalonSeed] = {"demo": LILIA, "small": SMALL}
# Visits are seeded from so many days ago to so many days ahead.
_DAYS_BACK, _DAYS_AHEAD = 14, 6
# The demo's own sentence asks Сергей for 15:00; his afternoon stays free.
_DEMO_MASTER, _DEMO_FREE_FROM = "Сергей", 12


@dataclass(frozen=True)
class SalonSpec:
    id: int
    title: str
    timezone: str = "Europe/Moscow"
    seed: str = "demo"


def make_demo(world: World, seed: str) -> None:
    """The demo salon 4001, unless the state already has it."""
    if world.store.get(Salon, DEMO_SALON_ID) is None:
        make_salon(world, SalonSpec(DEMO_SALON_ID, "Студия «Лилия»", seed=seed))


def make_salon(world: World, spec: SalonSpec) -> Salon:
    """A salon with its own services and masters; the application is `pending` in it now."""
    seed = SEEDS.get(spec.seed) or large()
    now = partner_now(world.clock)
    log = {
        "changed_at": now,
        "status_from": "uninstalled",
        "status_to": "pending",
        "source": "marketplace",
    }
    salon = Salon(
        id=spec.id,
        title=spec.title,
        timezone=spec.timezone,
        address="ул. Тверская, 5",
        phone="+7 495 000-00-05",
        description="Салон красоты",
        hours_text="Ежедневно 10:00–21:00",
        created_at=stamp(world.clock),
        app_status="pending",
        app_created_at=now,
        app_logs=[log],
    )
    services, links = _catalogue(world, salon, seed)
    masters = _masters(world, salon, seed.staff, links)
    with world.store.lock:
        world.store.commit(salon, *services, *masters)
        if seed.with_visits:
            _visits(world, salon)
    return salon


def large() -> SalonSeed:
    """300 services, 40 masters; `fill_large` adds 10,000 clients and 30,000 records."""
    services = tuple(
        ServiceSeed(f"s{n}", f"Услуга № {n}", f"Раздел {n % 12}", 500 + n * 10, 30 + n % 4 * 15)
        for n in range(1, 301)
    )
    staff = tuple(
        StaffSeed(
            f"Мастер {n}",
            "Мастер",
            tuple(f"s{1 + (n * 7 + k) % 300}" for k in range(30)),
            rule={"cycle": [4, 2], "phase": n},
        )
        for n in range(1, 41)
    )
    return SalonSeed(services, staff, with_visits=False)


def fill_large(world: World, salon: Salon, *, clients: int, records: int) -> None:
    """Clients and records by the thousand, half of them past; overlaps do not matter here."""
    now, today = stamp(world.clock), local_now(world.clock, salon).date()
    first, first_record = world.store.next_id(Client), world.store.next_id(Record)
    first_visit = world.store.next_visit()
    masters = world.store.of_salon(Staff, salon.id)
    midnight = datetime.combine(today, datetime.min.time())
    people: list[Row] = [
        Client(
            id=first + n,
            salon_id=salon.id,
            name=CLIENT_NAMES[n % len(CLIENT_NAMES)],
            phone=f"7900{salon.id % 100:02d}{n:05d}",
            created_at=now,
            changed_at=now,
        )
        for n in range(clients)
    ]
    visits: list[Row] = []
    for n in range(records):
        master = masters[n % len(masters)]
        service_id = next(iter(master.links))
        start = midnight + timedelta(days=n % 120 - 90, minutes=600 + n % 20 * 30)
        visits.append(
            Record(
                id=first_record + n,
                salon_id=salon.id,
                staff_id=master.id,
                services=desk.priced(world, master, [int(service_id)]),
                client_id=first + n % max(clients, 1),
                start=wall_text(start),
                length=master.links[service_id][0] or 1800,
                visit_id=first_visit + n,
                hash=secrets.token_hex(16),
                created_at=now,
                changed_at=now,
                created_via="salon",
                attendance=1 if start < midnight else 0,
            )
        )
    world.store.commit(*people, *visits)


def _catalogue(world: World, salon: Salon, seed: SalonSeed) -> tuple[list[Row], dict[str, Service]]:
    titles = list(dict.fromkeys(one.category for one in seed.services))
    first_category = world.store.next_id(Category)
    categories = {
        title: Category(first_category + place, salon.id, title, weight=100 - place)
        for place, title in enumerate(titles)
    }
    first = world.store.next_id(Service)
    ids = {one.key: first + place for place, one in enumerate(seed.services)}
    services = {
        one.key: Service(
            id=ids[one.key],
            salon_id=salon.id,
            category_id=categories[one.category].id,
            title=one.title,
            price_min=one.price,
            price_max=one.price_max or one.price,
            duration=one.minutes * 60,
            is_online=one.is_online,
            prepaid=one.prepaid,
            comment=one.comment,
            weight=len(seed.services) - place,
            parts=[ids[part] for part in one.parts],
        )
        for place, one in enumerate(seed.services)
    }
    return [*categories.values(), *services.values()], services


def _masters(
    world: World, salon: Salon, seeds: tuple[StaffSeed, ...], services: dict[str, Service]
) -> list[Staff]:
    first = world.store.next_id(Staff)
    masters = []
    for place, one in enumerate(seeds):
        links: dict[str, list[int | None]] = {}
        for key in one.services:
            length = one.lengths[key] * 60 if key in one.lengths else services[key].duration
            links[str(services[key].id)] = [length, one.prices.get(key)]
        masters.append(
            Staff(
                id=first + place,
                salon_id=salon.id,
                name=one.name,
                specialization=one.specialization,
                hidden=one.hidden,
                fired=one.fired,
                bookable=one.bookable,
                weight=len(seeds) - place,
                links=links,
                rule=dict(one.rule),
                hours=[list(pair) for pair in one.hours],
            )
        )
    return masters


def _visits(world: World, salon: Salon) -> None:
    """A believable journal: past visits attended, a few no-shows, the coming days partly booked."""
    dice = random.Random(salon.id)
    now = local_now(world.clock, salon)
    today = now.date()
    for shift in range(-_DAYS_BACK, _DAYS_AHEAD + 1):
        day = today + timedelta(days=shift)
        for master in world.store.of_salon(Staff, salon.id):
            if not availability.offered(master) or dice.random() < 0.5:
                continue
            service_id = int(dice.choice(sorted(master.links)))
            length = master.links[str(service_id)][0] or 3600
            begin = datetime.combine(day, datetime.min.time()) + timedelta(
                minutes=dice.randrange(600, 1200, 30)
            )
            noon = begin.replace(hour=_DEMO_FREE_FROM, minute=0)
            if master.name == _DEMO_MASTER and begin + timedelta(seconds=length) > noon:
                begin = begin.replace(hour=10, minute=0)
            if not availability.can_take(world, master, begin, length):
                continue
            number = dice.randrange(len(CLIENT_NAMES))
            person = desk.Person(
                phone=f"790000{salon.id % 1000:03d}{number:02d}", name=CLIENT_NAMES[number]
            )
            came = (-1 if dice.random() < 0.1 else 1) if begin < now else 0
            extra: dict[str, Any] = {"attendance": came}
            services = desk.priced(world, master, [service_id])
            visit = desk.Visit(master.id, services, begin, length, extra)
            desk.write(world, salon, person, [visit], via="salon", own=False)
