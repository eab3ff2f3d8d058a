"""API keys of a company: the owner's and the one made for YCLIENTS. Shown once, stored as hashes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from django.db import transaction

from aiadmin.core import crypto
from aiadmin.core.compiled import Select
from marketplace.models import ApiKey, Company

log = structlog.get_logger(__name__)

# "sk_" and seven digits: enough to recognise a key, nothing to guess it by.
PREFIX_LENGTH = 10

_VALID = Select(
    lambda digest: Company.objects.filter(
        api_keys__sha256=digest, api_keys__revoked_at__isnull=True
    )[:1]
)


@dataclass(frozen=True)
class IssuedKey:
    plain: str = field(repr=False)
    prefix: str


def issue(company: Company, kind: ApiKey.Kind) -> IssuedKey:
    """Makes a key beside the existing ones. `plain` exists only in the returned value."""
    plain = crypto.new_api_key()
    prefix = plain[:PREFIX_LENGTH]
    ApiKey.objects.create(
        company=company, kind=kind, prefix=prefix, sha256=crypto.sha256_hex(plain)
    )
    log.info("marketplace.key_issued", company_id=company.pk, kind=kind.value, prefix=prefix)
    return IssuedKey(plain=plain, prefix=prefix)


def rotate(company: Company, kind: ApiKey.Kind) -> IssuedKey:
    """Makes a key and revokes the earlier ones of the same kind, both or neither."""
    with transaction.atomic():
        _revoke(company.pk, kind=kind)
        return issue(company, kind)


def revoke_all(company_id: int) -> int:
    """Revokes every key of the company; returns how many."""
    return _revoke(company_id)


def company_for_key(plain: str) -> Company | None:
    """The company whose valid key this is, of either kind.

    The row is found by the hash, so the comparison tells nothing about a key by its duration.
    """
    if not plain.startswith("sk_"):
        return None
    return _VALID.first(digest=crypto.sha256_hex(plain))


def owner_prefix(company: Company) -> str:
    """Prefix of the owner's current key, "" when there is none."""
    row = (
        ApiKey.objects.filter(company=company, kind=ApiKey.Kind.OWNER, revoked_at__isnull=True)
        .order_by("-pk")
        .first()
    )
    return row.prefix if row else ""


def _revoke(company_id: int, kind: ApiKey.Kind | None = None) -> int:
    rows = ApiKey.objects.filter(company_id=company_id, revoked_at__isnull=True)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows.update(revoked_at=datetime.now(UTC))
