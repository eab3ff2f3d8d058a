"""Errors that the product knows by name. An `AppError` carries a text for people and a stable code."""

from collections.abc import Mapping, Sequence


class AppError(Exception):
    """Base of expected failures.

    `message` is Russian and may be shown to a person; `code` is stable and read by programs;
    `status` is the HTTP status an API answers with; `fields` names bad input, field → texts.
    """

    status = 400
    code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if status is not None:
            self.status = status
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


class NotFoundError(AppError):
    status = 404
    code = "not_found"


class ForbiddenError(AppError):
    status = 403
    code = "forbidden"


class UnauthorizedError(AppError):
    status = 401
    code = "auth_required"


class ConflictError(AppError):
    status = 409
    code = "conflict"


class UnavailableError(AppError):
    """Something we depend on does not answer; trying again later can help."""

    status = 503
    code = "unavailable"
