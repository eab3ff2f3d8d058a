"""Registration of a salon: create or return its company, under the proof the caller brought."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from aiadmin.core import clock
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.errors import ConflictError, ForbiddenError
from marketplace.models import ApiKey, Company, IntegrationStatus
from marketplace.services import keys, tokens
from marketplace.services.access import AdminProof, OpenProof, Proof, SignedUser, proven_salons

log = structlog.get_logger(__name__)

# Salons of one install that are looked up at YCLIENTS while the browser waits.
MAX_SALONS = 20


@dataclass(frozen=True)
class Registration:
    """`created`: a new installation (also a re-install). `api_key` only when one was just made."""

    company: Company
    created: bool
    api_key: str | None = field(repr=False)
    api_key_prefix: str
    token: str = field(repr=False)

    @property
    def connect_url(self) -> str:
        """Path of the connect page with a token of 24 h, as the seed writes it."""
        return connect_path(self.company, self.token)


@dataclass(frozen=True)
class Onboarding:
    """One visit from YCLIENTS: what was registered, and what a person must approve first."""

    registered: list[Registration]
    awaiting: list[int]


def connect_path(company: Company, token: str) -> str:
    query = urlencode({"token": token, "company": company.pk, "salon": company.salon_id})
    return f"/marketplace/connect?{query}"


def connect_link(company: Company) -> str:
    """An absolute link to the connect page with a fresh token."""
    return f"{settings.PUBLIC_URL}{connect_path(company, tokens.issue(company))}"


def register(
    *, salon_id: int, phone: str = "", email: str = "", proof: Proof, rotate_key: bool = False
) -> Registration:
    """Creates the salon's company or returns it; any number of callers at once make one company.

    `salon_id` is the salon's id in YCLIENTS, `phone` E.164. Raises ForbiddenError
    `approval_required` (signed by YCLIENTS, but not by the user stored for this salon) or
    `forbidden` (a new key without the staff key), ConflictError `already_connected` (open mode),
    UnavailableError (YCLIENTS is needed for the proof and does not answer).
    """
    if rotate_key and not isinstance(proof, AdminProof):
        raise ForbiddenError("Новый ключ выдаёт только администратор")
    if isinstance(proof, SignedUser) and salon_id not in _allowed([salon_id], proof):
        _ask_for_approval([salon_id], proof)
        raise _approval_required()
    return _create_or_return(
        salon_id=salon_id, phone=phone, email=email, proof=proof, rotate_key=rotate_key
    )


def onboard(*, salon_ids: Sequence[int], proof: Proof) -> Onboarding:
    """One install of several salons: a company for each that is proven, the rest awaits approval.

    Salons past MAX_SALONS are left out.
    """
    salon_ids = salon_ids[:MAX_SALONS]
    allowed = set(salon_ids)
    if isinstance(proof, SignedUser):
        allowed = _allowed(salon_ids, proof)
    registered: list[Registration] = []
    awaiting: list[int] = []
    for salon_id in salon_ids:
        try:
            if salon_id not in allowed:
                raise _approval_required()
            registered.append(
                _create_or_return(
                    salon_id=salon_id, phone="", email="", proof=proof, rotate_key=False
                )
            )
        except ForbiddenError:
            awaiting.append(salon_id)
    if awaiting:
        _ask_for_approval(awaiting, proof)
    return Onboarding(registered=registered, awaiting=awaiting)


def ask_for_approval(salon_ids: Sequence[int]) -> None:
    """A visit without data signed by YCLIENTS: staff hear of it once an hour, nothing is created."""
    listed = ", ".join(map(str, salon_ids[:MAX_SALONS]))
    raise_alarm(
        "approval_unsigned",
        f"Приложение открыли без подписи YCLIENTS, салоны: {listed}. Проверьте в кабинете "
        "разработчика галочку «передавать данные пользователя». Зарегистрировать вручную: "
        "manage.py register_company НОМЕР_САЛОНА.",
    )


def _allowed(salon_ids: Sequence[int], user: SignedUser) -> set[int]:
    """Salons that this signed user owns, or has just installed."""
    owners = dict(
        Company.objects.filter(external_company_id__in=salon_ids).values_list(
            "external_company_id", "owner_user_id"
        )
    )
    own = {
        salon_id
        for salon_id in salon_ids
        if user.user_id is not None and owners.get(salon_id) == user.user_id
    }
    unowned = [salon_id for salon_id in salon_ids if owners.get(salon_id) is None]
    return own | (proven_salons(unowned, user) if unowned else set())


def _create_or_return(
    *, salon_id: int, phone: str, email: str, proof: Proof, rotate_key: bool
) -> Registration:
    signed = proof if isinstance(proof, SignedUser) else None
    now = clock.now()
    issued: keys.IssuedKey | None = None
    with transaction.atomic():
        # The unique constraint decides a race: the losers wait for the winner's commit and get its row.
        company, created = Company.objects.get_or_create(
            external_company_id=salon_id,
            defaults={
                "yclients_id": salon_id,
                "title": (signed.salon_name if signed else "") or None,
                "phone": phone or None,
                "email": email or _email(signed) or None,
                "whatsapp_enabled": True,
                "owner_user_id": signed.user_id if signed else None,
                "updated_at": now,
            },
        )
        if not created:
            created = _return(company, phone=phone, email=email, proof=proof)
            company.refresh_from_db()
        if created or rotate_key:
            issued = keys.rotate(company, ApiKey.Kind.OWNER)
    log.info("marketplace.registered", company_id=company.pk, salon_id=salon_id, new=created)
    return Registration(
        company=company,
        created=created,
        api_key=issued.plain if issued else None,
        api_key_prefix=issued.prefix if issued else keys.owner_prefix(company),
        token=tokens.issue(company),
    )


def _return(company: Company, *, phone: str, email: str, proof: Proof) -> bool:
    """Brings a known company up to date. True when this is a new installation of it."""
    if isinstance(proof, OpenProof) and company.whatsapp_connected:
        raise ConflictError("Салон уже подключён", code="already_connected")
    now = clock.now()
    row = Company.objects.filter(pk=company.pk)
    if isinstance(proof, SignedUser):
        row.filter(owner_user_id__isnull=True).update(owner_user_id=proof.user_id, updated_at=now)
        if not row.filter(owner_user_id=proof.user_id).exists():
            # Somebody else was stored as the owner between the check and now.
            raise _approval_required()
    # Open mode proves nothing: it may not change what a known salon told.
    contacts = {"phone": phone, "email": email} if not isinstance(proof, OpenProof) else {}
    changes = {name: value for name, value in contacts.items() if value}
    if changes:
        row.update(**changes, updated_at=now)
    reinstalled = row.filter(integration_status=IntegrationStatus.UNINSTALLED).update(
        integration_status=IntegrationStatus.PENDING,
        status_reason="",
        install_generation=F("install_generation") + 1,
        whatsapp_enabled=True,
        whatsapp_connected=False,
        whatsapp_phone=None,
        whatsapp_connected_at=None,
        connected_at=None,
        updated_at=now,
    )
    if not reinstalled:
        row.filter(integration_status=IntegrationStatus.FAILED).update(
            integration_status=IntegrationStatus.PENDING, status_reason="", updated_at=now
        )
    return bool(reinstalled)


def _email(user: SignedUser | None) -> str:
    # The owner's own address is a fair default for alarms; the owner's phone is not the salon's.
    return user.email if user and "@" in user.email and len(user.email) <= 100 else ""


def _approval_required() -> ForbiddenError:
    return ForbiddenError(
        "Запрос отправлен на проверку: этот салон подключал другой пользователь YCLIENTS",
        code="approval_required",
    )


def _ask_for_approval(salon_ids: Sequence[int], proof: Proof) -> None:
    """One alarm a person and hour, however many salons: a signed blob must not flood the mailbox."""
    who, user_id = "неизвестный пользователь", 0
    if isinstance(proof, SignedUser):
        who, user_id = f"{proof.name} (пользователь YCLIENTS {proof.user_id})", proof.user_id or 0
    raise_alarm(
        f"approval:{user_id}",
        f"Подключить просит {who}, но права не подтвердились. Салоны: "
        f"{', '.join(map(str, salon_ids))}. Если всё верно, для каждого: "
        "manage.py register_company НОМЕР, затем manage.py connect_link.",
    )
