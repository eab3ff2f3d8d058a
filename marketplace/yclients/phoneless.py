"""YCLIENTS's answers without phones, for columns that are kept and shown."""

import re
from typing import Any

# Keys that hold a number or a link made of one; a flag such as `phone_confirmation` is none.
_KEY = re.compile(r"phone|whatsapp|viber|^fax$", re.IGNORECASE)
# +7 900 123-45-67, 8 (900) 1234567, wa.me/79001234567: ten digits or more that begin as a phone does.
_NUMBER = re.compile(
    r"(?<!\d)(?<!\d\.)(?:\+\d|[78](?=[\s\u00a0(–-]*\d{3}))(?:[\s\u00a0()–-]*\d){9,13}(?!\d|\.\d)"
)
_HIDDEN = "•••"


def without_phones(value: Any) -> Any:
    """The same JSON; keys of phones are left out at any depth, numbers inside texts are hidden.

    NUL, which PostgreSQL's JSON cannot hold, goes too.
    """
    if isinstance(value, dict):
        return {
            _text(str(key)): without_phones(item)
            for key, item in value.items()
            if not _KEY.search(str(key)) or _is_flag(item)
        }
    if isinstance(value, list):
        return [without_phones(item) for item in value]
    if isinstance(value, str):
        return _text(value)
    if type(value) is int and _NUMBER.fullmatch(f"+{abs(value)}"):
        return None
    return value


def _text(text: str) -> str:
    return _NUMBER.sub(_HIDDEN, text.replace("\x00", ""))


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool) or value in (0, 1)
