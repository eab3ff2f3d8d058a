"""Ids of our own messages."""

import secrets


def new_wa_id() -> str:
    """An id of the form WhatsApp's own web client uses: 3EB0 and 18 upper-case hex digits."""
    return f"3EB0{secrets.token_hex(9).upper()}"
