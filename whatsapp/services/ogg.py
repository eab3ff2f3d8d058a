"""How long a voice message is: read from its Ogg pages, without decoding any sound."""

# Opus counts at this rate whatever it was recorded with (RFC 7845).
_RATE = 48_000
_PAGE = b"OggS"
_GRANULE = slice(6, 14)
# WhatsApp's voice: about 16 kbit/s. For what is no Ogg, from above.
_BYTES_A_SECOND = 2_000


def seconds_of(sound: bytes) -> float:
    """From the last page's counter; by the size where there is none."""
    at = sound.rfind(_PAGE)
    counter = sound[at:][_GRANULE] if at >= 0 else b""
    if len(counter) < 8:
        return len(sound) / _BYTES_A_SECOND
    return int.from_bytes(counter, "little") / _RATE
