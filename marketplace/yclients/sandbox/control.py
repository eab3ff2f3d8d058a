"""The control API of the sandbox as a whole: state, salons, faults, limits, lifecycle address.

Loopback only (`gate`), no tokens. Errors are `{"error": text}`. What the salon's own hand does is in
`control_salon`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from marketplace.yclients.sandbox import seeds
from marketplace.yclients.sandbox.model import Record, Salon, Service, Staff
from marketplace.yclients.sandbox.web import ApiError, json_answer, read_body
from marketplace.yclients.sandbox.world import APPLICATION_ID, World

Body = dict[str, Any]
Action = Callable[[World, Request, Body], Any]
_MAX_CLIENTS, _MAX_RECORDS = 20_000, 60_000


def door(world: World, action: Action) -> Callable[[Request], Awaitable[Response]]:
    """Wraps an action into an endpoint: JSON in, JSON out, one error shape."""

    async def endpoint(request: Request) -> Response:
        try:
            body = await read_body(request)
            return json_answer(action(world, request, body))
        except ApiError as error:
            return json_answer({"error": error.message}, error.status)
        except (KeyError, TypeError, ValueError) as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)

    return endpoint


def routes(world: World) -> list[Route]:
    table: list[tuple[str, str, Action]] = [
        ("GET", "/control/state", state),
        ("POST", "/control/salons", create_salon),
        ("GET", "/control/faults", list_faults),
        ("POST", "/control/faults", add_fault),
        ("DELETE", "/control/faults", clear_faults),
        ("DELETE", "/control/faults/{fault:int}", clear_faults),
        ("POST", "/control/limits", set_limits),
        ("GET", "/control/traffic", traffic),
        ("DELETE", "/control/traffic", reset_traffic),
        ("GET", "/control/deliveries", deliveries),
        ("GET", "/control/lifecycle", lifecycle),
        ("POST", "/control/lifecycle", lifecycle),
        ("GET", "/control/application", application),
        ("PATCH", "/control/application", application),
    ]
    return [Route(path, door(world, action), methods=[method]) for method, path, action in table]


def state(world: World, request: Request, body: Body) -> Any:
    return {
        "salons": [
            {
                "id": salon.id,
                "title": salon.title,
                "timezone": salon.timezone,
                "status": salon.app_status,
            }
            for salon in world.store.salons()
        ],
        "records": world.store.count(Record),
        "clock_offset": world.clock.offset(),
        "now": world.clock.now().isoformat(timespec="seconds"),
        "application_id": APPLICATION_ID,
        "traffic": world.limiter.summary(),
    }


def create_salon(world: World, request: Request, body: Body) -> Any:
    """`id`, `title`, `timezone`, `seed` (demo, small, large), for large `clients` and `records`."""
    salon_id = int(body.get("id") or world.store.next_id(Salon))
    if world.store.get(Salon, salon_id) is not None:
        raise ApiError(409, f"salon {salon_id} exists")
    zone = str(body.get("timezone") or "Europe/Moscow")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ApiError(400, f"unknown timezone {zone}") from error
    seed = str(body.get("seed") or "demo")
    if seed not in (*seeds.SEEDS, "large"):
        raise ApiError(400, "seed must be demo, small or large")
    title = str(body.get("title") or f"Студия «Лилия» № {salon_id}")
    salon = seeds.make_salon(world, seeds.SalonSpec(salon_id, title, zone, seed))
    if seed == "large":
        clients = min(int(body.get("clients", 10_000)), _MAX_CLIENTS)
        records = min(int(body.get("records", 30_000)), _MAX_RECORDS)
        seeds.fill_large(world, salon, clients=clients, records=records)
    return describe(world, salon)


def describe(world: World, salon: Salon) -> Body:
    services = world.store.of_salon(Service, salon.id)
    masters = world.store.of_salon(Staff, salon.id)
    return {
        "salon_id": salon.id,
        "title": salon.title,
        "timezone": salon.timezone,
        "status": salon.app_status,
        "services": [
            {
                "id": row.id,
                "title": row.title,
                "price_min": row.price_min,
                "duration": row.duration,
                "parts": row.parts,
            }
            for row in services
        ],
        "staff": [
            {
                "id": row.id,
                "name": row.name,
                "hidden": row.hidden,
                "fired": row.fired,
                "services": {key: link[0] for key, link in row.links.items()},
            }
            for row in masters
        ],
    }


def list_faults(world: World, request: Request, body: Body) -> Any:
    return {"faults": world.faults.list()}


def add_fault(world: World, request: Request, body: Body) -> Any:
    return world.faults.add(body).summary()


def clear_faults(world: World, request: Request, body: Body) -> Any:
    world.faults.clear(request.path_params.get("fault"))
    return {"faults": world.faults.list()}


def set_limits(world: World, request: Request, body: Body) -> Any:
    world.limiter.enabled = bool(body["enabled"])
    return world.limiter.summary()


def traffic(world: World, request: Request, body: Body) -> Any:
    return world.limiter.summary()


def reset_traffic(world: World, request: Request, body: Body) -> Any:
    world.limiter.reset()
    return world.limiter.summary()


def deliveries(world: World, request: Request, body: Body) -> Any:
    """What became of the last webhooks; `?salon_id=` for one salon."""
    wanted = int(request.query_params.get("salon_id", 0))
    rows = [row for row in world.hooks.ledger if wanted in (0, row["salon_id"])]
    return {"deliveries": rows}


def lifecycle(world: World, request: Request, body: Body) -> Any:
    """Where `uninstall` and `freeze` are POSTed: the callback URL of the application's card."""
    if request.method == "POST":
        world.store.commit(replace(world.application, lifecycle_url=str(body["url"] or "")))
    return {"url": world.application.lifecycle_url}


def application(world: World, request: Request, body: Body) -> Any:
    """`free` (default true): no tariffs, `payment_link` answers 404."""
    if request.method == "PATCH":
        world.store.commit(replace(world.application, free=bool(body["free"])))
    return {"id": world.application.id, "free": world.application.free}
