"""Connect tokens: a JWT for one company, 24 h, and a row that says whether it is revoked.

Redis holds the seed's two keys with the token's hash in place of the token. They are a mirror: every
check ends at the row, in the one query that loads the company anyway, so that a revocation made while
Redis was unreachable holds, and a FLUSHALL revokes nothing.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import structlog
from django.utils.translation import gettext
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.tokens import Token

from aiadmin.core import crypto
from aiadmin.core import redis as store
from aiadmin.core.compiled import Select
from aiadmin.core.errors import UnauthorizedError
from marketplace.models import Company, ConnectToken
from marketplace.services import funnel

log = structlog.get_logger(__name__)

# Asked at every look at a page's state: the token's own row is not fetched, nor one row sorted.
_VALID = Select(
    lambda digest: Company.objects.filter(
        connect_tokens__sha256=digest, connect_tokens__revoked_at__isnull=True
    )[:1]
)


class ConnectJwt(Token):
    """Payload: company_id, iat, exp, jti, token_type. No personal data: it travels in addresses."""

    token_type = "connect"  # noqa: S105  (the kind of the token)
    lifetime = timedelta(seconds=store.TOKEN_TTL)


def issue(company: Company) -> str:
    """A new token of the company; the earlier ones stay valid (several tabs work)."""
    jwt = ConnectJwt()
    jwt["company_id"] = company.pk
    text = str(jwt)
    digest = crypto.sha256_hex(text)
    ConnectToken.objects.create(
        company=company,
        jti=str(jwt["jti"]),
        sha256=digest,
        expires_at=datetime.fromtimestamp(int(jwt["exp"]), UTC),
    )
    funnel.reached(company, funnel.Step.TOKEN)
    try:
        pipe = store.client().pipeline()
        pipe.set(store.token_key(digest), company.pk, ex=store.TOKEN_TTL)
        pipe.set(store.company_token_key(company.pk), digest, ex=store.TOKEN_TTL)
        pipe.execute()
    except store.ERRORS as error:
        log.warning("marketplace.token_not_cached", error=type(error).__name__)
    return text


def company_for_token(token: str) -> Company:
    """The one guarded door from a token to its company.

    Raises UnauthorizedError: `token_expired`, or `token_invalid` for everything else that is wrong
    (forged, another algorithm or type, revoked, unknown).
    """
    jwt = _read(token)
    company = _VALID.first(digest=crypto.sha256_hex(token))
    if company is None or company.pk != jwt.get("company_id"):
        raise _invalid()
    return company


def refusals(digests: Collection[str]) -> dict[str, UnauthorizedError]:
    """Of tokens that `company_for_token` has found good, by their SHA-256: those that no longer are.

    One query: for pages that stay open and are asked about again and again.
    """
    rows = ConnectToken.objects.filter(sha256__in=digests, revoked_at__isnull=True)
    ends = dict(rows.values_list("sha256", "expires_at"))
    now = datetime.now(UTC)
    gone = (digest for digest in digests if digest not in ends or ends[digest] <= now)
    return {digest: _expired() if digest in ends else _invalid() for digest in gone}


def _read(token: str) -> ConnectJwt:
    try:
        return ConnectJwt(token)  # type: ignore[arg-type]  # its annotation says Token, it takes text
    except ExpiredTokenError as error:
        raise _expired() from error
    except TokenError as error:
        raise _invalid() from error


def jti(token: str) -> str:
    """The number of a token that `company_for_token` has found good."""
    return str(ConnectJwt(token)["jti"])  # type: ignore[arg-type]  # as above


def revoke(token: str) -> None:
    """Makes one token useless; unknown tokens are no error."""
    digest = crypto.sha256_hex(token)
    rows = ConnectToken.objects.filter(sha256=digest, revoked_at__isnull=True)
    rows.update(revoked_at=datetime.now(UTC))
    _forget([store.token_key(digest)])


def revoke_all(company_id: int) -> int:
    """Revokes every token of the company; returns how many were valid."""
    rows = ConnectToken.objects.filter(company_id=company_id, revoked_at__isnull=True)
    digests = list(rows.values_list("sha256", flat=True))
    revoked = rows.update(revoked_at=datetime.now(UTC))
    _forget([*map(store.token_key, digests), store.company_token_key(company_id)])
    return revoked


def _forget(names: list[str]) -> None:
    try:
        store.client().delete(*names)
    except store.ERRORS as error:
        # The row is revoked; the mirror goes by itself within a day.
        log.warning("marketplace.token_not_forgotten", error=type(error).__name__)


def _expired() -> UnauthorizedError:
    return UnauthorizedError(
        gettext("The link is too old: it works for 24 hours. Open the app in YCLIENTS again"),
        code="token_expired",
    )


def _invalid() -> UnauthorizedError:
    return UnauthorizedError(gettext("The token is not valid"), code="token_invalid")
