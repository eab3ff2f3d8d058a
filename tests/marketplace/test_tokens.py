"""Connect tokens and API keys: what opens the door, what does not, and what Redis has to do with it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt as pyjwt
import pytest
from django.conf import settings

from aiadmin.core import crypto
from aiadmin.core import redis as store
from aiadmin.core.errors import UnauthorizedError
from marketplace.models import ApiKey, ConnectToken
from marketplace.services import keys, tokens
from marketplace.services.registration import Registration
from marketplace.services.tokens import ConnectJwt

pytestmark = pytest.mark.django_db


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = pyjwt.decode(token, options={"verify_signature": False})
    return claims


def test_payload_names_the_company_and_no_person(registered: Registration) -> None:
    claims = _claims(registered.token)

    assert set(claims) == {"company_id", "iat", "exp", "jti", "token_type"}
    assert claims["company_id"] == registered.company.pk
    assert claims["exp"] - claims["iat"] == 24 * 3600
    assert claims["token_type"] == "connect"


def test_valid_token_opens_its_company(registered: Registration) -> None:
    assert tokens.company_for_token(registered.token) == registered.company


def test_redis_mirrors_the_token_by_its_hash(registered: Registration) -> None:
    digest = crypto.sha256_hex(registered.token)
    company_key = f"marketplace:company:{registered.company.pk}:token"

    assert store.client().get(f"marketplace:token:{digest}") == str(registered.company.pk)
    assert store.client().get(company_key) == digest
    assert 86_000 < store.client().ttl(company_key) <= 86_400
    assert 86_000 < store.client().ttl(f"marketplace:token:{digest}") <= 86_400


def test_flushed_redis_revokes_nothing(registered: Registration) -> None:
    digest = crypto.sha256_hex(registered.token)
    store.client().delete(store.token_key(digest), store.company_token_key(registered.company.pk))

    assert tokens.company_for_token(registered.token) == registered.company


def test_without_redis_tokens_are_issued_checked_and_revoked(
    registered: Registration, redis_down: None
) -> None:
    token = tokens.issue(registered.company)

    assert tokens.company_for_token(token) == registered.company
    tokens.revoke(token)
    with pytest.raises(UnauthorizedError):
        tokens.company_for_token(token)


def test_revocation_holds_although_redis_still_names_the_token(registered: Registration) -> None:
    tokens.revoke(registered.token)
    digest = crypto.sha256_hex(registered.token)
    store.client().set(store.token_key(digest), registered.company.pk, ex=60)

    with pytest.raises(UnauthorizedError) as refusal:
        tokens.company_for_token(registered.token)

    assert refusal.value.code == "token_invalid"


def test_open_pages_learn_in_one_query_which_of_their_tokens_are_gone(
    registered: Registration,
    another: Registration,
    django_assert_num_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    good, revoked, late = (tokens.issue(registered.company) for _ in range(3))
    tokens.revoke(revoked)
    rows = ConnectToken.objects.filter(sha256=crypto.sha256_hex(late))
    rows.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    digests = [crypto.sha256_hex(text) for text in (good, revoked, late, "unknown", another.token)]

    with django_assert_num_queries(1):
        refused = tokens.refusals(digests)

    codes = {digest: error.code for digest, error in refused.items()}
    assert codes == {
        digests[1]: "token_invalid",
        digests[2]: "token_expired",
        digests[3]: "token_invalid",
    }


def test_revoking_all_leaves_other_companies_alone(
    registered: Registration, another: Registration
) -> None:
    second = tokens.issue(registered.company)

    assert tokens.revoke_all(registered.company.pk) == 2

    for token in (registered.token, second):
        with pytest.raises(UnauthorizedError):
            tokens.company_for_token(token)
    assert tokens.company_for_token(another.token) == another.company
    assert store.client().get(store.company_token_key(registered.company.pk)) is None


def test_expired_token_says_so(registered: Registration) -> None:
    jwt = ConnectJwt()
    jwt["company_id"] = registered.company.pk
    jwt.set_exp(from_time=jwt.current_time - timedelta(hours=25))
    token = str(jwt)
    _store(registered, token, str(jwt["jti"]))

    with pytest.raises(UnauthorizedError) as refusal:
        tokens.company_for_token(token)

    assert refusal.value.code == "token_expired"


def _with(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], str]:
    def build(claims: dict[str, Any]) -> str:
        change(claims)
        return pyjwt.encode(claims, settings.JWT_SECRET, algorithm="HS256")

    return build


FORGERIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "another secret": lambda claims: pyjwt.encode(claims, "x" * 40, algorithm="HS256"),
    "alg none": lambda claims: pyjwt.encode(claims, "", algorithm="none"),
    "another algorithm": lambda claims: pyjwt.encode(
        claims, settings.JWT_SECRET * 2, algorithm="HS512"
    ),
    "another kind": _with(lambda claims: claims.update(token_type="access")),
    "no kind": _with(lambda claims: claims.pop("token_type")),
    "no expiry": _with(lambda claims: claims.pop("exp")),
    "well signed, never issued": _with(lambda claims: claims.update(jti="0" * 32)),
    "not a token": lambda claims: "15_1700000000000",
    "empty": lambda claims: "",
    "not ASCII": lambda claims: "токен.токен.токен",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_token_opens_nothing(name: str, registered: Registration) -> None:
    token = FORGERIES[name](_claims(registered.token))

    with pytest.raises(UnauthorizedError) as refusal:
        tokens.company_for_token(token)

    assert refusal.value.code == "token_invalid"


def test_a_row_never_speaks_for_another_company(
    registered: Registration, another: Registration
) -> None:
    jwt = ConnectJwt()
    jwt["company_id"] = another.company.pk
    token = str(jwt)
    _store(registered, token, str(jwt["jti"]))

    with pytest.raises(UnauthorizedError):
        tokens.company_for_token(token)


def test_keys_are_kept_as_prefix_and_hash(registered: Registration) -> None:
    assert registered.api_key is not None
    row = ApiKey.objects.get(company=registered.company)

    assert registered.api_key.startswith("sk_")
    assert len(registered.api_key) == 3 + 64
    assert registered.api_key.startswith(row.prefix)
    assert row.prefix == registered.api_key_prefix
    assert row.sha256 == crypto.sha256_hex(registered.api_key)


def test_key_opens_its_company_until_it_is_rotated(registered: Registration) -> None:
    assert registered.api_key is not None
    yclients = keys.issue(registered.company, ApiKey.Kind.YCLIENTS)

    fresh = keys.rotate(registered.company, ApiKey.Kind.OWNER)

    assert keys.company_for_key(registered.api_key) is None
    assert keys.company_for_key(fresh.plain) == registered.company
    assert keys.company_for_key(yclients.plain) == registered.company
    assert keys.owner_prefix(registered.company) == fresh.prefix


@pytest.mark.parametrize("key", ["", "sk_", "sk_" + "0" * 64, "not a key", "ключ"])
def test_unknown_key_opens_nothing(key: str, registered: Registration) -> None:
    assert keys.company_for_key(key) is None


def _store(owner: Registration, token: str, jti: str) -> None:
    ConnectToken.objects.create(
        company=owner.company,
        jti=jti,
        sha256=crypto.sha256_hex(token),
        expires_at=ConnectJwt().current_time,
    )
