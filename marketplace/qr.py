"""The current QR code of a company: kept in Redis for its 20 seconds, drawn as a PNG data URI."""

import base64
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import png
import qrcode
import structlog

from aiadmin.core import redis as store

log = structlog.get_logger(__name__)

# Pixels of a module's side.
_MODULE = 8


@dataclass(frozen=True)
class Qr:
    """`text` is what the phone reads; `expires_in` the whole seconds it still lives, 1–20."""

    text: str
    expires_in: int


def remember(company_id: int, text: str, *, ttl: float = store.QR_TTL) -> None:
    """Keeps a code that lives `ttl` seconds more (real time, at most 20). Redis down: not kept."""
    milliseconds = int(min(ttl, store.QR_TTL) * 1000)
    if milliseconds <= 0:
        return
    value = json.dumps({"generated_at": datetime.now(UTC).isoformat(), "qr": text})
    try:
        store.client().set(store.qr_key(company_id), value, px=milliseconds)
    except store.ERRORS as error:
        log.warning("marketplace.qr_not_kept", company_id=company_id, error=type(error).__name__)


def forget(company_id: int) -> None:
    """The code was scanned or withdrawn."""
    try:
        store.client().delete(store.qr_key(company_id))
    except store.ERRORS as error:
        log.warning(
            "marketplace.qr_not_forgotten", company_id=company_id, error=type(error).__name__
        )


def current(company_id: int) -> Qr | None:
    """The code that can be scanned now, or None (also when Redis does not answer)."""
    key = store.qr_key(company_id)
    try:
        pipe = store.client().pipeline()
        pipe.get(key)
        pipe.pttl(key)
        value, left = pipe.execute()
    except store.ERRORS:
        return None
    # Less than a second left: nobody can scan it, the next one is on its way.
    if value is None or left < 1000:
        return None
    return Qr(text=json.loads(value)["qr"], expires_in=left // 1000)


# Salons that connect at once: every page and every call of one shows the same picture of some kilobyte.
@lru_cache(maxsize=1024)
def png_data_uri(text: str) -> str:
    """`text` as a black-on-white PNG, "data:image/png;base64,…", with the quiet zone readers need."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=4)
    code.add_data(text)
    code.make(fit=True)
    # A module is eight pixels wide, which is one byte of a picture with a bit a pixel: qrcode's own writer
    # puts every pixel singly, and takes as long as finding the code.
    lines = [bytes(0x00 if dark else 0xFF for dark in row) for row in code.get_matrix()]
    side = _MODULE * len(lines)
    buffer = io.BytesIO()
    writer = png.Writer(side, side, greyscale=True, bitdepth=1)
    writer.write_packed(buffer, (line for line in lines for _ in range(_MODULE)))
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
