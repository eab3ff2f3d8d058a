"""What can go wrong with a YCLIENTS call, by name. Built by `answers.py`."""

from collections.abc import Mapping, Sequence

from aiadmin.core.errors import AppError


class YclientsError(AppError):
    """Base. `message` is Russian: YCLIENTS's own sentence, or ours when it gave none.

    `http_status` is what YCLIENTS answered (None: no answer at all); `status` is the same number
    where it is an error, else 503, so that it can stand in an API answer and in an attempt's row.
    """

    code = "yclients_error"
    text = "YCLIENTS не выполнил запрос"

    def __init__(
        self,
        message: str = "",
        *,
        http_status: int | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        status = http_status if http_status is not None and http_status >= 400 else 503
        super().__init__(message or self.text, status=status, fields=fields)
        self.http_status = http_status


class Unauthorized(YclientsError):
    """401: a token is missing, wrong or was killed by a password change."""

    code = "yclients_unauthorized"
    text = "YCLIENTS не принял токен"


class Forbidden(YclientsError):
    """403: a right is missing. `right`: its name in YCLIENTS's permissions, "" when unknown."""

    code = "yclients_forbidden"
    text = "В YCLIENTS не хватает прав"

    def __init__(
        self, message: str = "", *, http_status: int | None = 403, right: str = ""
    ) -> None:
        super().__init__(message, http_status=http_status)
        self.right = right


class NotFound(YclientsError):
    """404: no such salon, record, application, or the master does not do that service."""

    code = "yclients_not_found"
    text = "В YCLIENTS этого нет"


class SlotBusy(YclientsError):
    """The time is taken, outside working hours, or no master is free.

    `appointment_ids`: our own tags of the appointments that did not fit (empty when not told);
    `booking_code`: 433, 436, 437, or None when YCLIENTS sent only words.
    """

    code = "yclients_slot_busy"
    text = "Это время уже занято"

    def __init__(
        self,
        message: str = "",
        *,
        http_status: int | None = 422,
        appointment_ids: Sequence[int] = (),
        booking_code: int | None = None,
    ) -> None:
        super().__init__(message, http_status=http_status)
        self.appointment_ids = tuple(appointment_ids)
        self.booking_code = booking_code


class InvalidRequest(YclientsError):
    """400, 409, 422: YCLIENTS did not like the data. `booking_code`: 431, 432, 435, 438 or None;
    `fields`: field → texts."""

    code = "yclients_invalid_request"
    text = "YCLIENTS не принял данные"

    def __init__(
        self,
        message: str = "",
        *,
        http_status: int | None = 422,
        booking_code: int | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message, http_status=http_status, fields=fields)
        self.booking_code = booking_code


class Blacklisted(YclientsError):
    """403 with code 434: the salon does not want to serve this client."""

    code = "yclients_blacklisted"
    text = "Клиент в чёрном списке салона"


class LicenceExpired(YclientsError):
    """402, or 403 with the licence's text: the salon has not paid YCLIENTS. Stop polling it."""

    code = "yclients_licence_expired"
    text = "У салона закончилась лицензия YCLIENTS"


class RateLimited(YclientsError):
    """429, or our own budget is spent. `retry_after` in seconds; the call was not carried out."""

    code = "yclients_rate_limited"
    text = "Слишком много запросов к YCLIENTS"

    def __init__(
        self, message: str = "", *, http_status: int | None = None, retry_after: float = 60.0
    ) -> None:
        super().__init__(message, http_status=http_status)
        self.retry_after = retry_after


class Retryable(YclientsError):
    """Trying again can help, and nothing was changed: no connection, or a failed read."""

    code = "yclients_unavailable"
    text = "YCLIENTS не отвечает"


class OutOfTime(Retryable):
    """The waiting client's time is used up: this call was not even begun (see `deadline`)."""

    code = "yclients_out_of_time"
    text = "YCLIENTS отвечает слишком долго"


class OutcomeUnknown(YclientsError):
    """A write whose answer was lost: it may have happened. Look before any second attempt."""

    code = "yclients_outcome_unknown"
    text = "YCLIENTS не подтвердил операцию"


class Permanent(YclientsError):
    """Trying again cannot help: an answer nobody described, a redirect, a broken address."""

    code = "yclients_permanent"
    text = "YCLIENTS ответил не так, как описано"
