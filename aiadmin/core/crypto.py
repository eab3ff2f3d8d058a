"""Secrets at rest: keys and tokens as prefix + SHA-256, values we must read back under Fernet."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def new_api_key() -> str:
    """ "sk_" + 64 hex digits; shown once, stored as prefix and hash."""
    return f"sk_{secrets.token_hex(32)}"


def sha256_hex(value: str) -> str:
    return hashlib.sha256(_bytes(value)).hexdigest()


def same_secret(given: str | None, expected: str | None) -> bool:
    """Constant-time comparison; an unset expected secret refuses everything."""
    if not given or not expected:
        return False
    return hmac.compare_digest(_bytes(given), _bytes(expected))


def derived_secret(purpose: str) -> str:
    """A 40-hex secret for `purpose` that need not be stored (webhook keys); stable with SECRET_KEY."""
    return _derived(settings.SECRET_KEY, purpose)


def matches_derived(purpose: str, given: str | None) -> bool:
    """Whether `given` was derived for `purpose` from SECRET_KEY or a former one. Constant time."""
    fits = [same_secret(given, _derived(key, purpose)) for key in _keys()]
    return any(fits)


def encrypt(value: str) -> str:
    return _fernet().encrypt(value.encode()).decode()


def decrypt(value: str) -> str:
    """Raises ValueError when the value was not encrypted under a current key."""
    try:
        return _fernet().decrypt(value.encode()).decode()
    except InvalidToken as error:
        raise ValueError("not encrypted under a current SECRET_KEY") from error


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(_field_key(key)) for key in _keys()])


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _derived(key: str, purpose: str) -> str:
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()[:40]


def _bytes(text: str) -> bytes:
    # JSON and URLs of strangers may hold lone surrogates, which plain UTF-8 refuses.
    return text.encode(errors="surrogatepass")


def _field_key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"aiadmin.field").derive(
        secret.encode()
    )
    return base64.urlsafe_b64encode(derived)
