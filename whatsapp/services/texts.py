"""What the texts of the salon's phone are: a command to the assistant, and one and the same text again."""

import hashlib

# Written in a chat by the salon's phone: the assistant answers there again.
COMMANDS = ("/бот", "/bot")
# Kinds that a person sends by the way: no answer, so the assistant goes on.
NO_ANSWER = ("reaction", "other")


def is_command(text: str) -> bool:
    return text.strip().casefold() in COMMANDS


def digest(text: str) -> str:
    """SHA-256 in hex; surrounding white space does not count."""
    return hashlib.sha256(text.strip().encode()).hexdigest()
