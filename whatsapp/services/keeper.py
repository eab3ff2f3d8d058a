"""Keeps the claims of this process's running turns alive."""

from aiadmin.core import leases
from whatsapp.models import Conversation


class LostTurn(Exception):
    """Another worker owns the turn now: nothing more may be written for it."""


def renew(conversation_id: int, epoch: int) -> bool:
    """Extends one claim. False when it is no longer ours."""
    rows = Conversation.objects.filter(pk=conversation_id, turn_epoch=epoch)
    return bool(rows.update(turn_until=leases.until()))


keeper = leases.Keeper(renew)
