"""Registration of a salon: create or return its company, under the proof the caller brought."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from aiadmin.core import clock
from aiadmin.core.errors import ConflictError, ForbiddenError
from marketplace.models import ApiKey, Company, IntegrationStatus
from marketplace.services import approvals, keys, tokens
from marketplace.services.access import AdminProof, OpenProof, Proof, SignedUser, proven_salons
from marketplace.services.texts import fit

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Admission:
    """A salon let in. `created`: a new installation (also a re-install), which alone gets a key."""

    company: Company
    created: bool
    key: keys.IssuedKey | None = field(repr=False)


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
        raise ForbiddenError(gettext("Only the administrator gives out a new key"))
    title = ""
    if isinstance(proof, SignedUser):
        titles = allowed([salon_id], proof)
        if salon_id not in titles:
            approvals.ask([salon_id], proof)
            raise _approval_required()
        title = titles[salon_id]
    done = admit(
        salon_id=salon_id,
        proof=proof,
        title=title,
        phone=phone,
        email=email,
        rotate_key=rotate_key,
    )
    return Registration(
        company=done.company,
        created=done.created,
        api_key=done.key.plain if done.key else None,
        api_key_prefix=done.key.prefix if done.key else keys.owner_prefix(done.company),
        token=tokens.issue(done.company),
    )


def allowed(salon_ids: Sequence[int], user: SignedUser) -> dict[int, str]:
    """Salons that this signed user owns, was let into, or has just installed; a salon just installed
    with its title in YCLIENTS, the others with "".

    May ask YCLIENTS: never inside a transaction. Raises UnavailableError when it does not answer.
    """
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
    own |= approvals.granted(salon_ids, user.user_id)
    unowned = [
        salon_id for salon_id in salon_ids if owners.get(salon_id) is None and salon_id not in own
    ]
    return dict.fromkeys(own, "") | (proven_salons(unowned, user) if unowned else {})


def admit(
    *,
    salon_id: int,
    proof: Proof,
    title: str = "",
    phone: str = "",
    email: str = "",
    rotate_key: bool = False,
) -> Admission:
    """Creates the company or returns it, without a token. The proof was found good (`allowed`).

    Raises ForbiddenError `approval_required` when somebody else became the owner meanwhile,
    ConflictError `already_connected` (open mode).
    """
    signed = proof if isinstance(proof, SignedUser) else None
    now = clock.now()
    issued: keys.IssuedKey | None = None
    with transaction.atomic():
        # The unique constraint decides a race: the losers wait for the winner's commit and get its row.
        company, created = Company.objects.get_or_create(
            external_company_id=salon_id,
            defaults={
                "yclients_id": salon_id,
                "title": fit(title, 255) or None,
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
    return Admission(company=company, created=created, key=issued)


def _return(company: Company, *, phone: str, email: str, proof: Proof) -> bool:
    """Brings a known company up to date. True when this is a new installation of it."""
    if isinstance(proof, OpenProof) and company.whatsapp_connected:
        raise ConflictError(gettext("The salon is connected already"), code="already_connected")
    now = clock.now()
    row = Company.objects.filter(pk=company.pk)
    if isinstance(proof, SignedUser):
        row.filter(owner_user_id__isnull=True).update(owner_user_id=proof.user_id, updated_at=now)
        owned = row.filter(owner_user_id=proof.user_id).exists()
        if not owned and not approvals.granted([company.salon_id], proof.user_id):
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
        gettext(
            "The request is being looked at: the salon's owner or an employee of AI Admin allows "
            "the connection"
        ),
        code="approval_required",
    )
