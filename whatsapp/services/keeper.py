"""Keeps the claims of this process's running turns alive."""

from django.db.models import QuerySet

from aiadmin.core import leases
from whatsapp.models import Conversation


class LostTurn(Exception):
    """Another worker owns the turn now: nothing more may be written for it."""


def mine(conversation_id: int, epoch: int) -> QuerySet[Conversation]:
    """The conversation while nobody else has claimed its turn since."""
    return Conversation.objects.filter(pk=conversation_id, turn_epoch=epoch)


keeper = leases.Keeper(mine, "turn_until")
