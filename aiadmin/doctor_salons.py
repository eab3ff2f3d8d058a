"""The doctor's look at salons: what YCLIENTS refused, what was not delivered, what is old; one in full."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import Q

from aiadmin.core.errors import ConflictError
from aiadmin.doctor_line import Line, Mark, failed, lasting, note, ok, some
from marketplace import staff_words
from marketplace.models import CallbackDelivery, Company, IntegrationStatus, SyncRun
from marketplace.services import activation, callback
from marketplace.services.sync_due import STALE_AFTER
from marketplace.services.yclients_probe import Finding, Report, Verdict
from whatsapp.models import Session
from whatsapp.models.session import SessionState

_WORDS = {
    Verdict.PARTNER: "хватает партнёрского токена",
    Verdict.USER: "работает с токеном пользователя",
    Verdict.REFUSED: "отказ",
    Verdict.SILENT: "нет ответа",
    Verdict.UNTRIED: "не проверяется: для этого пришлось бы писать в журнал",
}
_LIVING = (IntegrationStatus.ACTIVE, IntegrationStatus.FROZEN)


def check_rights() -> Line:
    """What YCLIENTS has refused, as it was last told; live: `doctor --company`."""
    name = "Права в салонах"
    refused = list(
        Company.objects.filter(integration_status__in=_LIVING)
        .exclude(yclients_trouble="")
        .order_by("pk")
        .values_list("pk", "yclients_trouble")
    )
    if refused:
        told = some([f"{pk} ({staff_words.refusal(trouble)})" for pk, trouble in refused])
        return note(
            name, f"YCLIENTS отказывает: {told}. Что дать: manage.py doctor --company НОМЕР."
        )
    return ok(name, "YCLIENTS никому не отказывает")


def check_callbacks() -> Line:
    name = "Подтверждения в YCLIENTS"
    late = CallbackDelivery.objects.filter(
        Q(status=CallbackDelivery.Status.FAILED)
        | Q(
            status=CallbackDelivery.Status.QUEUED,
            created_at__lt=datetime.now(UTC) - callback.ALARM_AFTER,
        ),
        company__integration_status__in=_LIVING,
    )
    salons = list(late.order_by("pk").values_list("company_id", flat=True))
    if salons:
        return failed(
            name,
            f"не доставлены: салоны {some(salons)}. Проверьте YCLIENTS_API_KEY; ответ YCLIENTS "
            "покажет manage.py doctor --company НОМЕР.",
        )
    return ok(name, "доставлены все")


def check_webhooks() -> Line:
    name = "Вебхуки"
    missing = list(
        CallbackDelivery.objects.filter(
            hooks=CallbackDelivery.Hooks.MISSING, company__integration_status__in=_LIVING
        )
        .order_by("company_id")
        .values_list("company_id", flat=True)
    )
    if missing:
        return note(
            name,
            f"не включены в салонах {some(missing)}: журнал сверяется раз в час. Владелец включает их "
            "в YCLIENTS → Настройки → WebHook.",
        )
    return ok(name, "включены во всех салонах")


def check_sync() -> Line:
    name = "Синхронизация"
    stale = list(
        Company.objects.filter(
            Q(polled_at__lt=datetime.now(UTC) - STALE_AFTER),
            integration_status=IntegrationStatus.ACTIVE,
            sync_enabled=True,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if stale:
        return failed(
            name,
            f"журнал не читался больше двух часов: салоны {some(stale)}. Проверьте worker и beat, "
            "затем manage.py sync_company НОМЕР --wait.",
        )
    return ok(name, "журналы всех салонов свежие")


def company_lines(company: Company) -> Iterator[Line]:
    """One of our salons, from what is stored: status, session, callback, webhooks, sync."""
    status = IntegrationStatus(company.integration_status or IntegrationStatus.PENDING)
    because = f" ({staff_words.reason(company.status_reason)})" if company.status_reason else ""
    mark = Mark.OK if status in _LIVING else Mark.NOTE
    yield Line(mark, "Состояние", f"{status.label}{because}")
    yield _switches(company)
    yield _session(company)
    delivery = CallbackDelivery.objects.filter(company=company).order_by("-pk").first()
    yield _callback(delivery)
    yield _webhooks(delivery)
    yield _synced(company)


def _switches(company: Company) -> Line:
    off = [
        name
        for name in ("whatsapp_enabled", "ai_enabled", "sync_enabled")
        if not getattr(company, name)
    ]
    if off:
        return note("Выключатели", f"выключено в админке: {some(off)}")
    return ok("Выключатели", "всё включено")


def _session(company: Company) -> Line:
    name = "WhatsApp"
    session = Session.objects.filter(pk=company.pk).first()
    state = SessionState(session.state) if session else SessionState.IDLE
    why = f" ({staff_words.reason(session.reason)})" if session and session.reason else ""
    if state == SessionState.CONNECTED and company.whatsapp_connected:
        return ok(name, "на связи")
    try:
        activation.ensure_may_connect(company)
    except ConflictError as error:
        return failed(name, f"QR-код не показывается: {error.message}.")
    if state in (SessionState.QR, SessionState.PAIRING_CODE):
        return note(name, f"{state.label}: ждём, пока его отсканируют")
    if state == SessionState.RECONNECTING and session and session.down_since:
        since = lasting((datetime.now(UTC) - session.down_since).total_seconds())
        return failed(name, f"нет связи {since}{why}. Проверьте телефон салона и журнал моста.")
    if company.connected_at is None:
        return note(
            name, f"{state.label}{why}. Ссылка на страницу: manage.py connect_link {company.pk}."
        )
    return failed(
        name, f"{state.label}{why}. Владелец подключает снова: manage.py connect_link {company.pk}."
    )


def _callback(delivery: CallbackDelivery | None) -> Line:
    name = "Подтверждение в YCLIENTS"
    if delivery is None:
        return note(name, "уйдёт, когда WhatsApp подключится")
    if delivery.status == CallbackDelivery.Status.DONE:
        return ok(name, "доставлено")
    last = delivery.tries.order_by("-pk").first()
    told = f" Последний ответ: {last.status_code or 'нет'} {last.answer}".rstrip() if last else ""
    return failed(
        name,
        f"{delivery.get_status_display()}, попыток {delivery.attempts}.{told} "
        "Проверьте YCLIENTS_API_KEY и повторите из админки.",
    )


def _webhooks(delivery: CallbackDelivery | None) -> Line:
    name = "Вебхуки салона"
    if delivery is None or delivery.status != CallbackDelivery.Status.DONE:
        return note(name, "проверяются после подтверждения")
    hooks = CallbackDelivery.Hooks(delivery.hooks)
    why = f": {delivery.hooks_note}" if delivery.hooks_note else ""
    well = (CallbackDelivery.Hooks.REGISTERED, CallbackDelivery.Hooks.SET_BY_US)
    return Line(Mark.OK if hooks in well else Mark.NOTE, name, f"{hooks.label}{why}")


def _synced(company: Company) -> Line:
    name = "Синхронизация салона"
    run = SyncRun.objects.filter(company=company).order_by("-pk").first()
    if run is not None and run.status == SyncRun.Status.FAILED:
        return failed(
            name,
            f"{run.get_scope_display()}: не удалась на шаге «{run.step}» ({run.error}). "
            f"Повторить: manage.py sync_company {company.pk} --wait.",
        )
    if company.catalog_synced_at is None:
        return note(name, "ещё не было: начнётся после подключения WhatsApp")
    if company.polled_at is None or datetime.now(UTC) - company.polled_at > STALE_AFTER:
        return failed(
            name, f"журнал давно не читался. Запустите manage.py sync_company {company.pk} --wait."
        )
    since = lasting((datetime.now(UTC) - company.polled_at).total_seconds())
    return ok(name, f"журнал прочитан {since} назад")


def salon_lines(report: Report) -> Iterator[Line]:
    """A probe's report, a line a call."""
    for finding in report.findings:
        words = _WORDS[finding.verdict]
        text = f"{words}. {finding.advice}" if finding.advice else words
        yield Line(_mark(finding), f"{finding.access.call} — {finding.access.why}", text)


def _mark(finding: Finding) -> Mark:
    if finding.lacking:
        return Mark.FAILED
    works = finding.verdict in (Verdict.PARTNER, Verdict.USER, Verdict.UNTRIED)
    return Mark.OK if works else Mark.NOTE
