"""The rows a turn asks and writes, in statements that are built once: every answered message needs them."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from aiadmin.core.compiled import HasRow, Insert, Select, Update
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Direction, MessageStatus


def free(now: Any) -> QuerySet[Conversation]:
    """Chats whose turn nobody has claimed, or whose claim has run out. `now` is real time."""
    return Conversation.objects.filter(Q(turn_owner="") | Q(turn_until__lt=now))


def waiting(chat: Any) -> QuerySet[Message]:
    """What the client wrote and no turn has answered."""
    return Message.objects.filter(
        conversation_id=chat, direction=Direction.IN, status=MessageStatus.RECEIVED
    )


# A hundred at a time: the sweep comes every two seconds.
overdue: Select[int] = Select(
    lambda now, late: (
        free(now)
        .filter(turn_due_at__lte=late)
        .order_by("turn_due_at")
        .values_list("pk", flat=True)[:100]
    )
)
due = Update(lambda chat, due: (Conversation.objects.filter(pk=chat), {"turn_due_at": due}))
claim = Update(
    lambda chat, now, owner, until: (
        free(now).filter(pk=chat, turn_due_at__lte=now),
        {
            "turn_owner": owner,
            "turn_until": until,
            "turn_epoch": F("turn_epoch") + 1,
            "turn_tries": F("turn_tries") + 1,
            # What came later belongs to the next turn, in every retry.
            "turn_upto": Coalesce("turn_upto", waiting(chat).order_by("-pk").values("pk")[:1]),
        },
    )
)
fix_batch = Update(lambda chat, upto: (Conversation.objects.filter(pk=chat), {"turn_upto": upto}))
# With the salon and its wishes.
claimed = Select(
    lambda chat: Conversation.objects.select_related("company__settings").filter(pk=chat)
)
batch = Select(lambda chat: waiting(chat).order_by("pk"))
finish = Update(
    lambda chat, epoch, number: (
        Conversation.objects.filter(pk=chat, turn_epoch=epoch),
        {
            "turn_owner": "",
            "turn_until": None,
            "turn_tries": 0,
            "turn_number": number,
            "turn_upto": None,
            "turn_due_at": None,
        },
    ),
    # What an answer may change of its chat (`dialogue.Answer`).
    also=("state", "name", "opted_out_at", "bot_paused_until"),
)
answered = Update(
    lambda chat, upto, number: (
        waiting(chat).filter(pk__lte=upto),
        {"status": MessageStatus.ANSWERED, "turn_number": number},
    ),
    # The story of a turn that answers one message, as most do.
    also=("frame",),
)
reply = Insert(Message)
story = Update(lambda message, story: (Message.objects.filter(pk=message), {"frame": story}))
wrote_later = HasRow(lambda chat, upto: waiting(chat).filter(pk__gt=upto))
