"""Several answers of one turn as messages: one while it is short, the introduction before the first."""

from __future__ import annotations

from whatsapp.assistant.replies import talk
from whatsapp.assistant.replies.speech import Reply, Speech

MAX_LINES = 4


def joined(replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """One message when it stays short: a burst gets one answer."""
    texts = [item.text for item in replies if item.text]
    reactions = [item for item in replies if item.reaction and not texts]
    whole = "\n".join(texts)
    if len(texts) > 1 and whole.count("\n") + 1 > MAX_LINES:
        return tuple(Reply(text) for text in texts)
    return (Reply(whole),) if whole else tuple(reactions[:1])


def introduced(reply: Reply, speech: Speech) -> Reply:
    """The first words of a chat before the first answer; never a fifth line."""
    sign = " " if reply.text.count("\n") + 1 >= MAX_LINES else "\n"
    return Reply(talk.introduction(speech) + sign + reply.text)
