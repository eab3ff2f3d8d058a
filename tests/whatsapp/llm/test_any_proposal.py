"""Whatever a model proposes to whatever was said: nothing is written and nothing is claimed to be."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.llm.adviser import Adviser
from whatsapp.assistant.llm.port import Question
from whatsapp.assistant.llm.schema import Proposal, json_schema

LILY = salons.lily()
IDS = [item.id for item in LILY.services]
MASTERS = [item.id for item in LILY.staff]
SUCCESS = ("записала", "перенесла", "изменила", "отменила", "подтвердила", "ждём вас")
INTENTS = json_schema()["properties"]["intent"]["enum"]

proposals = st.builds(
    Proposal,
    intent=st.sampled_from(INTENTS),
    services=st.lists(st.sampled_from([*IDS, "999"]), max_size=3),
    staff=st.none() | st.sampled_from([*MASTERS, "99"]),
    date=st.none() | st.dates().map(str) | st.sampled_from(["2026-03-12", "2026-03-11", "скоро"]),
    time=st.none() | st.sampled_from(["15:00", "9:30", "03:00", "24:00", "часа в три"]),
    people=st.none() | st.integers(-1, 20),
    visit=st.none() | st.integers(-1, 4),
    answer=st.none() | st.sampled_from(["yes", "no"]),
    topic=st.none() | st.sampled_from(["complaint", "medical", "money", "call"]),
    phrase=st.none() | st.sampled_from(["Чудесно!", "Записала вас на завтра!", "Ждём вас."]),
)
TEXTS = (
    "сделайте мне красиво завтра в 15:00",
    "ой, сегодня такой чудесный день",
    "что-то звёзды против моего визита",
    "хозяин барин",
    "кальян есть?",
    "расскажи анекдот",
)


WISH = "Запишите на мужскую стрижку завтра часам к трём к Сергею"


@dataclass
class _Says:
    """A model that proposes this, whatever it is asked."""

    proposal: Proposal

    def propose(self, question: Question) -> Proposal:
        return self.proposal


# The first example loads the dictionaries.
@settings(deadline=None)
@given(proposals, st.sampled_from(TEXTS), st.booleans())
def test_nothing_is_done_before_the_client_is_asked(
    proposal: Proposal, text: str, visited: bool
) -> None:
    chat = Chat.at(LILY)
    chat.advise = lambda: Adviser(_Says(proposal))
    if visited:
        chat.booked(13, 12, "4", "11")
    before = chat.visits

    reply = chat.say(text)

    assert chat.last.writes == ()
    assert chat.last.actions == ()
    assert chat.visits == before
    assert not any(word in reply.lower() for word in SUCCESS)


@settings(deadline=None)
@given(proposals, st.sampled_from((*TEXTS, "хозяин барин, но подумаю", "а может, и так")))
def test_what_waits_for_a_yes_waits_for_the_clients_own(proposal: Proposal, text: str) -> None:
    chat, alone = Chat.at(LILY), Chat.at(LILY)
    for one in (chat, alone):
        one.say(WISH)
    chat.advise = lambda: Adviser(_Says(proposal))

    for one in (chat, alone):
        one.say(text)

    # What the rules do by themselves («завтра в 15:00» said again is a yes) they still do.
    assert chat.visits == alone.visits
