"""Files of messages: what became of them, their content for staff, and their end after a week or an erasure.

The bridge fetches and seals them; its key is not ours, so the content comes through its API alone.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import structlog

from marketplace.models import Company
from whatsapp import gateway, gateway_files
from whatsapp.models import Message
from whatsapp.services import bridge_rows
from whatsapp.services.bridge_rows import MediaRow

log = structlog.get_logger(__name__)

# Real time: what clients send is kept no longer than it takes to answer them.
KEPT = timedelta(days=7)
BATCH = 200

KINDS = ("image", "audio", "video", "document")


def files_of(company: Company, messages: Iterable[Message]) -> dict[int, MediaRow]:
    """What became of the files of these messages, by message; none where there never was one, or no more."""
    asked = {row.wa_id: row for row in messages if row.kind in KINDS}
    if not asked:
        return {}
    found = {
        (row.chat, row.message_id): row for row in bridge_rows.media_of(company.pk, list(asked))
    }
    known = {row.pk: found.get((_chat(row), row.wa_id)) for row in asked.values()}
    return {pk: row for pk, row in known.items() if row is not None}


def open_file(
    message: Message,
) -> gateway_files.MediaFile | gateway_files.NoFile | gateway.Unreachable:
    """The content, read as it comes."""
    return gateway_files.media(message.company_id, chat=_chat(message), message_id=message.wa_id)


def erase_media(company: Company, chats: Iterable[str]) -> int:
    """For the erasure of a client: every file of these addresses (LID and number). How many there were.

    What is being fetched this moment finds its row gone and is dropped.
    """
    erased = bridge_rows.delete_media(company.pk, list(chats))
    log.info("whatsapp.media_erased", company_id=company.pk, files=erased)
    return erased


def forget_old() -> int:
    """Removes files that are a week old, a batch at a time; the sweep calls again."""
    return bridge_rows.delete_media_before(datetime.now(UTC) - KEPT, BATCH)


def _chat(message: Message) -> str:
    """The address the message came from, as the bridge has it; chats are merged, this stays."""
    return str(message.payload.get("chat") or "")
