"""What a person of the salon writes on the phone: an answer that silences the assistant, or «/бот»."""

from aiadmin.core import clock
from marketplace.models import Company
from whatsapp.models import Conversation, Message
from whatsapp.services import audience, auto_texts, giving_back, takeover
from whatsapp.services.texts import NO_ANSWER, is_command


def wrote(company: Company, conversation: Conversation, message: Message, *, offline: bool) -> None:
    """The stored message's meaning for the chat. In the drainer's transaction, the chat locked."""
    if message.kind in NO_ANSWER:
        return
    if is_command(message.text):
        giving_back.give_back(company, conversation)
        return
    if auto_texts.is_automatic(company, conversation, message):
        return
    if audience.is_shadow(company):
        # Here a person answers always, and the drafts are to be compared with what they say.
        return
    # After a break the backlog tells of answers long given: they count from their own moment.
    since = message.at if offline else clock.now()
    takeover.pause(conversation, until=since + takeover.takeover_time(company))
