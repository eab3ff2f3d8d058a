"""All routes of the stand-in, and the wrapper that turns a handler into an endpoint."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from marketplace.yclients.sandbox import (
    auth,
    booking,
    catalogue,
    clients,
    control,
    control_salon,
    marketplace,
    records,
    sales,
    settings,
)
from marketplace.yclients.sandbox.auth import PARTNER, USER, Need, right
from marketplace.yclients.sandbox.gate import Gate
from marketplace.yclients.sandbox.model import Salon
from marketplace.yclients.sandbox.shapes import reshape
from marketplace.yclients.sandbox.web import (
    ApiError,
    Call,
    Handler,
    Reply,
    read_body,
    render,
    render_error,
)
from marketplace.yclients.sandbox.world import World

log = logging.getLogger("yclients.sandbox")

_RecordsAccess = right("timetable_access")
_Clients = right("clients_access")
_Services = right("settings_services_access")
_Masters = right("settings_master_access")
_Hooks = right("webhook_read_access")
_Settings = right("settings_access")

# `{salon}` is the company id of REST. Trailing slashes are taken off by the gate.
_REST: list[tuple[str, str, Handler, Need]] = [
    ("POST", "/auth", auth.login, PARTNER),
    ("GET", "/companies", catalogue.companies, PARTNER),
    ("GET", "/company/{salon:int}", catalogue.company, PARTNER),
    ("GET", "/company/{salon:int}/service_categories", catalogue.categories, _Services),
    ("GET", "/company/{salon:int}/service_categories/{id:int}", catalogue.categories, _Services),
    ("GET", "/service_categories/{salon:int}", catalogue.categories, PARTNER),
    ("GET", "/company/{salon:int}/services", catalogue.services, _Services),
    ("GET", "/company/{salon:int}/services/{id:int}", catalogue.services, _Services),
    ("GET", "/services/{salon:int}", catalogue.deprecated_services, PARTNER),
    ("GET", "/services/{salon:int}/{id:int}", catalogue.deprecated_services, PARTNER),
    ("GET", "/company/{salon:int}/staff/schedule", catalogue.schedules, _RecordsAccess),
    ("PUT", "/company/{salon:int}/staff/schedule", catalogue.set_schedules, _Masters),
    ("GET", "/company/{salon:int}/staff", catalogue.staff, _Masters),
    ("GET", "/company/{salon:int}/staff/{id:int}", catalogue.staff, _Masters),
    ("GET", "/staff/{salon:int}", catalogue.deprecated_staff, PARTNER),
    ("GET", "/staff/{salon:int}/{id:int}", catalogue.deprecated_staff, PARTNER),
    (
        "GET",
        "/schedule/{salon:int}/{staff:int}/{start}/{end}",
        catalogue.old_schedule,
        _RecordsAccess,
    ),
    ("GET", "/book_services/{salon:int}", booking.services, PARTNER),
    ("GET", "/book_staff/{salon:int}", booking.staff, PARTNER),
    ("GET", "/book_dates/{salon:int}", booking.dates, PARTNER),
    ("GET", "/book_times/{salon:int}/{staff:int}/{day}", booking.times, PARTNER),
    ("GET", "/book_staff_seances/{salon:int}/{staff:int}", booking.staff_seances, PARTNER),
    ("POST", "/book_code/{salon:int}", booking.code, PARTNER),
    ("POST", "/book_check/{salon:int}", booking.check, PARTNER),
    ("POST", "/book_record/{salon:int}", booking.book, PARTNER),
    ("PUT", "/book_record/{salon:int}/{record:int}", records.reschedule, PARTNER),
    ("GET", "/book_record/{salon:int}/{record:int}/{hash}", records.by_hash, PARTNER),
    ("GET", "/user/records/{record:int}/{hash}", records.by_hash, PARTNER),
    ("DELETE", "/user/records/{record:int}/{hash}", records.delete_by_hash, PARTNER),
    ("GET", "/records/{salon:int}", records.listing, _RecordsAccess),
    ("POST", "/records/{salon:int}", records.create, right("create_records_access")),
    ("GET", "/record/{salon:int}/{record:int}", records.one, _RecordsAccess),
    ("PUT", "/record/{salon:int}/{record:int}", records.replace, right("edit_records_access")),
    ("DELETE", "/record/{salon:int}/{record:int}", records.delete, right("delete_records_access")),
    ("GET", "/visits/{visit:int}", records.visit, USER),
    ("PUT", "/visits/{visit:int}/{record:int}", records.change_visit, USER),
    ("POST", "/company/{salon:int}/clients/search", clients.search, _Clients),
    ("GET", "/clients/{salon:int}", clients.listing, _Clients),
    ("POST", "/clients/{salon:int}", clients.create, _Clients),
    ("GET", "/client/{salon:int}/{client:int}", clients.one, _Clients),
    ("PUT", "/client/{salon:int}/{client:int}", clients.change, _Clients),
    ("DELETE", "/client/{salon:int}/{client:int}", clients.delete, _Clients),
    ("GET", "/hooks_settings/{salon:int}", catalogue.hooks, _Hooks),
    ("POST", "/hooks_settings/{salon:int}", catalogue.set_hooks, _Hooks),
    ("GET", "/user/permissions/{salon:int}", auth.permissions, USER),
    ("GET", "/license/{salon:int}", settings.licence, _Settings),
    ("GET", "/company/{salon:int}/settings/online", settings.online, _Settings),
    ("GET", "/company/{salon:int}/settings/timeslots", settings.timeslots, _Settings),
]

_PARTNER: list[tuple[str, str, Handler]] = [
    ("POST", "/partner/callback", marketplace.callback),
    ("POST", "/partner/payment", sales.payment),
    ("POST", "/partner/payment/refund/{payment:int}", sales.refund),
    ("POST", "/partner/short_names", marketplace.short_names),
    ("GET", "/application/payment_link", sales.payment_link),
    ("POST", "/application/add_discount", sales.add_discount),
    ("POST", "/application/update_channel", marketplace.update_channel),
    ("GET", "/application/{application:int}/tariffs", sales.tariffs),
    ("GET", "/application/{application:int}/salons", marketplace.salons),
    ("GET", "/salon/{salon:int}/application/{application:int}", marketplace.status),
    ("POST", "/salon/{salon:int}/application/{application:int}/uninstall", marketplace.uninstall),
]

Endpoint = Callable[[Request], Awaitable[Response]]


def build_app(world: World) -> Gate:
    routes = [
        Route(f"/api/v1{path}", _endpoint(world, handler, need), methods=[method])
        for method, path, handler, need in _REST
    ]
    routes += [
        Route(f"/marketplace{path}", _endpoint(world, handler, None), methods=[method])
        for method, path, handler in _PARTNER
    ]
    redirecting = _endpoint(world, marketplace.callback_redirect, None)
    routes.append(Route("/marketplace/partner/callback/redirect", redirecting, methods=["POST"]))
    routes += control.routes(world) + control_salon.routes(world)

    async def absent(request: Request, error: Exception) -> Response:
        return render_error(ApiError(404, "Не найдено"), path="", booking_errors="full")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await world.hooks.close()

    starlette = Starlette(routes=routes, exception_handlers={404: absent}, lifespan=lifespan)
    return Gate(starlette, world)


def _endpoint(
    world: World, handler: Callable[[Call], Reply | Response], need: Need | None
) -> Endpoint:
    """`need` None: a marketplace path, where only the partner token counts."""

    async def endpoint(request: Request) -> Response:
        salon = None
        try:
            user = auth.identify(request.headers.get("authorization", ""))
            _check_accept(world, request)
            if need is not None:
                salon_id = request.path_params.get("salon")
                salon = world.store.get(Salon, salon_id) if salon_id else None
                search = request.url.path.endswith("/clients/search")
                auth.allow(need, salon, user, search=search)
            call = Call(world, request, await read_body(request), user, salon)
            reply = handler(call)
        except ApiError as error:
            mode = salon.booking_errors if salon else "full"
            return render_error(error, path=request.url.path, booking_errors=mode)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Whatever odd JSON made a handler stumble, YCLIENTS calls it one thing.
            log.warning("odd request %s: %r", request.url.path, error)
            odd = ApiError(400, "Недопустимый формат запроса")
            return render_error(odd, path=request.url.path, booking_errors="full")
        if isinstance(reply, Response):
            return reply
        return render(_reshaped(reply, salon))

    return endpoint


def _reshaped(reply: Reply, salon: Salon | None) -> Reply:
    if salon is None or not salon.shapes or reply.empty:
        return reply
    meta = {} if reply.meta == [] and "meta_list" in salon.shapes else reply.meta
    return Reply(reshape(reply.data, salon.shapes), reply.status, meta)


def _check_accept(world: World, request: Request) -> None:
    """The real API may answer in a legacy format without the v2 header."""
    accept = request.headers.get("accept", "")
    if "v2+json" in accept:
        return
    if world.strict:
        raise ApiError(400, "Недопустимый формат запроса")
    log.warning("no v2 Accept header: %s %s", request.method, request.url.path)
