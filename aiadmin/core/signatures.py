"""YCLIENTS's `user_data` and its signature (reference: registration redirect, HMAC over decoded JSON)."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any


def decode_user_data(raw: str) -> bytes:
    """Base64 of either alphabet, with or without padding, `+` possibly turned into a space.

    Raises ValueError when it is not base64.
    """
    text = raw.strip().replace(" ", "+").replace("+", "-").replace("/", "_").rstrip("=")
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("user_data is not base64") from error


def sign(data: bytes, partner_token: str) -> str:
    """Lowercase hex HMAC-SHA256 over the decoded JSON bytes."""
    return hmac.new(partner_token.encode(), data, hashlib.sha256).hexdigest()


def verified_user_data(raw: str, signature: str, partner_token: str) -> dict[str, Any]:
    """The signed JSON object. Raises ValueError when the signature or the content is wrong."""
    if not partner_token:
        raise ValueError("no partner token is configured")
    data = decode_user_data(raw)
    given = signature.strip().lower().encode()
    if not hmac.compare_digest(sign(data, partner_token).encode(), given):
        raise ValueError("the signature does not match")
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError("user_data is not an object")
    return value
