"""/metrics for Prometheus: the business from PostgreSQL as it stands now, what processes counted from Redis.

So it is true however many processes there are, and whichever of them is asked. Opened by METRICS_TOKEN
(a bearer token) or by the admin key; nginx does not let it out.
"""

from collections.abc import Callable, Iterator, Mapping

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from aiadmin.core import api, counters, crypto, storage
from aiadmin.core import redis as store
from aiadmin.health import seconds_since_sweep
from whatsapp import figures

log = structlog.get_logger(__name__)

PREFIX = "aiadmin_"
_MODEL = {
    "model_calls": "Questions to the language model, voice messages among them.",
    "model_failures": "Questions without an answer that could be used.",
    "model_tokens": "Tokens of questions and answers.",
    "model_cost": "What they cost, in the currency of LLM_PRICE_IN; 0 without prices.",
    "model_seconds": "How long the model was waited for, in all.",
}


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """401 without a credential. A part whose server is away is left out; `aiadmin_up` says so."""
    if not _may_read(request):
        refusal = api.error_body("Нужен METRICS_TOKEN или ключ администратора", "auth_required")
        return JsonResponse(refusal, status=401)
    registry = CollectorRegistry()
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else None
    return crypto.same_secret(bearer, settings.METRICS_TOKEN) or crypto.same_secret(
        request.headers.get("X-API-Key"), settings.ADMIN_API_KEY
    )


class _Figures(Collector):
    def collect(self) -> Iterator[Metric]:
        told = "1: the server answered; writes: PostgreSQL takes them."
        up = GaugeMetricFamily(f"{PREFIX}up", told, labels=["part"])
        for part, read in (("postgresql", _business), ("redis", _counted)):
            try:
                found = list(read())
            except (DatabaseError, *store.ERRORS) as error:
                log.warning("metrics.part_missing", part=part, error=type(error).__name__)
                up.add_metric([part], 0)
            else:
                up.add_metric([part], 1)
                yield from found
        up.add_metric(["writes"], storage.takes_writes())
        yield up


def _business() -> Iterator[Metric]:
    freshness = figures.sync_freshness()
    plain: tuple[tuple[str, str, float], ...] = (
        (
            "companies_connected",
            "Salons whose WhatsApp is connected.",
            figures.companies_connected(),
        ),
        ("sync_age_seconds", "The journal that was read the longest ago.", freshness.oldest),
        ("sync_stale_companies", "Salons not read for two hours.", freshness.stale),
        ("bookings_day", "Visits the assistant booked in 24 hours.", figures.bookings_of_the_day()),
        (
            "chats_waiting_for_person",
            "Chats in which the assistant has called a person.",
            figures.chats_waiting_for_a_person(),
        ),
        ("bridges_live", "Bridges seen within a minute.", len(figures.bridges())),
    )
    for name, help_line, value in plain:
        yield GaugeMetricFamily(f"{PREFIX}{name}", help_line, value=value)
    yield from _by_label("companies", "Salons by status.", "status", figures.companies_by_status)
    yield from _by_label("sessions", "WhatsApp sessions.", "state", figures.sessions_by_state)
    yield from _by_label(
        "queue_age_seconds", "How long the first of a queue is due.", "queue", figures.queue_ages
    )
    yield from _by_label("alarms_open", "Alarms nobody has closed.", "kind", figures.open_alarms)
    yield from _by_label(
        "bridge_leases",
        "Sessions that a bridge drives.",
        "bridge",
        lambda: {node.id: node.sessions for node in figures.bridges()},
    )
    for name, total in figures.model_totals().items():
        yield CounterMetricFamily(f"{PREFIX}{name}", _MODEL[name], value=total)
    day = GaugeMetricFamily(
        f"{PREFIX}messages_day",
        "Messages processed in 24 hours.",
        labels=["direction", "author", "status"],
    )
    for direction, author, status, count in figures.messages_of_the_day():
        day.add_metric([direction, author, status], count)
    yield day


def _by_label(
    name: str, help_line: str, label: str, read: Callable[[], Mapping[str, float]]
) -> Iterator[Metric]:
    family = GaugeMetricFamily(f"{PREFIX}{name}", help_line, labels=[label])
    for value, count in read().items():
        family.add_metric([value], count)
    yield family


def _counted() -> Iterator[Metric]:
    for name, figure in counters.COUNTERS.items():
        counter = CounterMetricFamily(f"{PREFIX}{name}", figure.help, labels=figure.labels)
        for values, total in counters.totals(name):
            counter.add_metric(values, total)
        yield counter
    for name, figure in counters.TIMES.items():
        times = HistogramMetricFamily(f"{PREFIX}{name}", figure.help, labels=figure.labels)
        for values, held in counters.series(name):
            bounds = [
                (str(bound), count)
                for bound, count in zip(counters.BUCKETS, held.buckets, strict=True)
            ]
            times.add_metric(values, [*bounds, ("+Inf", held.count)], held.sum)
        yield times
    since = seconds_since_sweep()
    if since is not None:
        yield GaugeMetricFamily(
            f"{PREFIX}last_sweep_age_seconds", "Since beat and a worker last ran the sweep.", since
        )
