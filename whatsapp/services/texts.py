"""What the texts of the salon's phone are: a command to the assistant, and one and the same text again."""

import hashlib

# Written in a chat by the salon's phone: the assistant answers there again.
COMMANDS = ("/бот", "/bot")


def digest(text: str) -> str:
    """SHA-256 in hex; surrounding white space does not count."""
    return hashlib.sha256(text.strip().encode()).hexdigest()
