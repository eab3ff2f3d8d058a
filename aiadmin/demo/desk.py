"""What the desk does: the demo company, the salon's handset, the clients' chats, the clock.

The journal and the chats come from the stand-ins, never from our tables.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings

from aiadmin.core import clock, crypto
from aiadmin.core.errors import ConflictError, NotFoundError
from aiadmin.core.phones import pretty
from aiadmin.demo import cast, chat, journal, sandboxes
from aiadmin.demo.sandboxes import SandboxError
from marketplace import qr, selectors
from marketplace.models import Company
from marketplace.services import consent, registration, tokens
from marketplace.services.access import AdminProof

log = structlog.get_logger(__name__)

HOUR = 3600.0
DAY = 24 * HOUR


def company() -> Company:
    """The demo salon's company; registered when it is not there yet (as `manage.py demo_salon`)."""
    demo = selectors.by_salon(cast.SALON_ID)
    if demo is None:
        demo = registration.register(salon_id=cast.SALON_ID, proof=AdminProof()).company
    if consent.wanted(demo):
        # Nobody's number is at risk here, and the landing shows the words.
        consent.give(demo, version=consent.VERSION, by=consent.Signer(jti="demo"))
    return demo


def connect_path() -> str:
    """The owner's page with a fresh token."""
    demo = company()
    return registration.connect_path(demo, tokens.issue(demo))


def hook_secret(source: str) -> str:
    """Part of the address a stand-in calls: nobody else knows it."""
    return crypto.derived_secret(f"demo-hook:{source}")


def listen() -> None:
    """Tells both stand-ins where the desk hears news; every page says it again: they may forget."""
    for source, register in (
        ("whatsapp", sandboxes.listen_to_whatsapp),
        ("yclients", _listen_to_journal),
    ):
        try:
            register(f"{settings.PUBLIC_URL}/demo/hook/{source}/{hook_secret(source)}")
        except SandboxError as error:
            # The page's next call shows what is away.
            log.warning("demo.not_listening", source=source, error=error.message)


def _listen_to_journal(url: str) -> None:
    sandboxes.listen_to_yclients(cast.SALON_ID, url)


def state() -> dict[str, Any]:
    """{salon, device {linked, online, qr}, yclients_down, clock {now, offset, zone}} for the page."""
    salon = sandboxes.salon(cast.SALON_ID)
    devices = sandboxes.phones().devices(cast.SALON_PHONE)
    return {
        "salon": {
            "title": salon.title,
            "phone": pretty(f"+{cast.SALON_PHONE}"),
        },
        "device": {
            "linked": bool(devices),
            "online": any(device.connected for device in devices),
            "qr": qr.current(company().pk) is not None,
        },
        "yclients_down": sandboxes.yclients_is_broken(),
        "clock": clock_state(salon.timezone),
    }


def clock_state(zone: str) -> dict[str, Any]:
    """`now` carries the salon's own offset from UTC; `offset` is how far business time is moved (s)."""
    return {
        "now": clock.now().astimezone(ZoneInfo(zone)).isoformat(timespec="seconds"),
        "offset": round(clock.offset()),
        "zone": zone,
    }


def move_clock(*, seconds: float | None) -> None:
    """Adds to business time; None brings real time back."""
    clock.set_offset(0 if seconds is None else clock.offset() + seconds)


def scan() -> None:
    """The salon's handset reads the code that the owner's page shows now.

    Raises ConflictError when none is shown, SandboxError when the phone refuses.
    """
    shown = qr.current(company().pk)
    if shown is None:
        raise ConflictError("Код ещё не показан: подождите пару секунд", code="no_qr")
    try:
        sandboxes.scan(qr=shown.text, phone=cast.SALON_PHONE, name=cast.SALON_NAME)
    except SandboxError as error:
        raise _pairing_refusal(error) from error


def enter_code(code: str) -> None:
    """The same by the letters a phone's connect page shows. Raises as `scan`."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    try:
        sandboxes.enter_code(code=letters, phone=cast.SALON_PHONE)
    except SandboxError as error:
        raise _pairing_refusal(error) from error


def _pairing_refusal(error: SandboxError) -> Exception:
    texts = {
        400: "Код не подошёл: сверьте буквы с экрана владельца",
        404: "Этот код уже устарел: отсканируйте следующий",
        409: "К телефону уже привязаны четыре устройства: отвяжите его и повторите",
    }
    text = texts.get(error.refusal)
    return ConflictError(text, code="pairing_refused") if text else error


def log_out() -> None:
    sandboxes.log_out(cast.SALON_PHONE)


def client_chat(phone: str) -> list[dict[str, Any]]:
    """The client's chat with the salon, oldest first (`chat.bubbles`)."""
    customer = _customer(phone)
    zone = ZoneInfo(sandboxes.salon(cast.SALON_ID).timezone)
    return chat.bubbles(sandboxes.inbox(customer=customer.phone, salon=cast.SALON_PHONE), zone)


def look(phone: str) -> None:
    """The client looks at the chat: the salon gets its read receipts."""
    sandboxes.read(customer=_customer(phone).phone, salon=cast.SALON_PHONE)


def write(phone: str, content: Mapping[str, Any]) -> None:
    """The client sends {"text": …} or {"image": {"caption": …}} to the salon."""
    customer = _customer(phone)
    sandboxes.send(
        customer=customer.phone, name=customer.name, to=cast.SALON_PHONE, content=content
    )


def journal_day(day: date | None) -> dict[str, Any]:
    """One day of the salon's journal (`journal.day`); today on the salon's wall clock when None."""
    zone = ZoneInfo(sandboxes.salon(cast.SALON_ID).timezone)
    return journal.day(sandboxes.journal(cast.SALON_ID, day or clock.now().astimezone(zone).date()))


def move_visit() -> None:
    """The administrator moves the next visit that the assistant has booked, an hour later.

    Raises ConflictError when there is none within a week.
    """
    zone = ZoneInfo(sandboxes.salon(cast.SALON_ID).timezone)
    now = clock.now().astimezone(zone)
    for ahead in range(7):
        day = now.date() + timedelta(days=ahead)
        midnight = datetime.combine(day, time(0), zone)
        for master in journal_day(day)["staff"]:
            for visit in master["records"]:
                start = midnight + timedelta(minutes=visit["from"])
                if visit["by_program"] and start > now:
                    later = start + timedelta(hours=1)
                    sandboxes.move_record(
                        cast.SALON_ID, visit["id"], start=f"{later:%Y-%m-%d %H:%M}"
                    )
                    return
    raise ConflictError("Сначала запишите клиента: помощник ещё никого не записал", code="no_visit")


def set_yclients(*, down: bool) -> None:
    if down:
        sandboxes.break_yclients()
    else:
        sandboxes.mend_yclients()


def _customer(phone: str) -> cast.Customer:
    found = cast.customer(phone)
    if found is None:
        raise NotFoundError("Такого клиента в демо нет")
    return found
