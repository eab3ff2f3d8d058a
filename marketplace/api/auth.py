"""Who calls: the staff (X-API-Key), a company (its key or its connect token), or nobody."""

from dataclasses import dataclass

from rest_framework.request import Request

from aiadmin.core.errors import NotFoundError, UnauthorizedError
from marketplace import selectors
from marketplace.api.base import ApiView
from marketplace.models import Company
from marketplace.services import access, keys, tokens


@dataclass(frozen=True)
class Caller:
    """`company` is None for the staff, who may see every company."""

    company: Company | None

    @property
    def is_admin(self) -> bool:
        return self.company is None

    @property
    def ident(self) -> str:
        """What the caller's calls are counted under."""
        return "admin" if self.company is None else f"company:{self.company.pk}"


def identify(view: ApiView, request: Request, *, body_key: object = None) -> Caller | None:
    """The caller by header or by `body_key` (a key inside the body); None when nothing was shown.

    Counts the call: the caller's own budget when the credential is good, else the address's, so
    that guessing is slow. Raises UnauthorizedError for a credential that is wrong.
    """
    try:
        caller = _by_credential(request, body_key)
    except UnauthorizedError:
        view.limit_public(request)
        raise
    if caller is None:
        view.limit_public(request)
    else:
        view.limit_key(caller.ident)
    return caller


def required(view: ApiView, request: Request, *, body_key: object = None) -> Caller:
    caller = identify(view, request, body_key=body_key)
    if caller is None:
        raise UnauthorizedError("Нужен токен подключения или ключ API")
    return caller


def company_of(caller: Caller, company_id: int) -> Company:
    """The one guarded way from an id in a request to a company: another's looks like none at all."""
    company = selectors.by_id(company_id) if caller.company is None else caller.company
    if company is None or company.pk != company_id:
        raise NotFoundError("Компания не найдена")
    return company


def _by_credential(request: Request, body_key: object) -> Caller | None:
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        return Caller(company=tokens.company_for_token(token.strip()))
    key = request.META.get("HTTP_X_API_KEY") or body_key
    if not key:
        return None
    if not isinstance(key, str):
        raise UnauthorizedError("Неверный ключ API", code="key_invalid")
    if access.is_admin_key(key):
        return Caller(company=None)
    company = keys.company_for_key(key)
    if company is None:
        raise UnauthorizedError("Неверный ключ API", code="key_invalid")
    return Caller(company=company)
