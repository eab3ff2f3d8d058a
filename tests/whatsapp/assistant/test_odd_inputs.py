"""Whatever a client sends gets an answer or a person: never an exception, never silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.types import Incoming, Kind, SalonView

ODD = (
    "", "   ", "\n\n", "?", "???", ".", "!!!", "…", "-", "()", "😂", "😂😂😂", "🤷‍♀️", "👍", "👎", "❤️",
    "🙏", "💅",
    "ыфвафыва", "asdfgh", "12345678901234567890", "0", "-5", "99:99", "в 25:61", "32 марта",
    "00.00.0000",
    "a" * 10_000, "да " * 3_000, "маникюр " * 1_200, "9" * 4_000, "\u200b\u200b", "\x00\x01",
    "🏳️‍🌈" * 200,
    "Здравствуйте" * 500, "<script>alert(1)</script>", "%s %d {0} {x}", "' OR 1=1 --", "\\", "\\n\\t",
    "ｆｕｌｌｗｉｄｔｈ", "ЗАПИШИТЕ", "запиши́те", "Wie viel kostet das?", "салом, эртага борми?",
    "你好，我想预约", "مرحبا",
    "Do you speak English?", "ok", "+", "++", "1", "2)", "№1", "к", "на", "в", "без", "пол",
    "полу", "четверть",
    "без четверти", "с до", "между и", "через", "через 100000 дней", "через 999 лет", "31.02",
    "30.02.2026",
    "в 3 или в 4 или в 5 или в 6 или в 7", "сегодня завтра послезавтра вчера", "пн вт ср чт пт сб вс",
    "Анна Мария Сергей Тимур", "маникюр педикюр стрижка борода окрашивание", "нет да нет да",
    "ни да ни нет",
    "http://spam.ru/win?x=1", "+7 900 123-45-67", "test@example.com", "[фото]", "стоп стоп стоп", "ау",
)  # fmt: skip


def answered(result: TurnResult) -> bool:
    return bool(result.replies) or result.handoff is not None


@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text[:12]))
def test_every_text_is_answered(text: str) -> None:
    for previous in (None, "мужская стрижка завтра в 15", "педикюр завтра", "хочу записаться"):
        chat = Chat.at(salons.lily(), card=None)
        if previous:
            chat.say(previous)

        result = chat.turn([Incoming(text, chat.now)])

        assert answered(result)
        assert all(len(reply.text) < 1_000 for reply in result.replies)
        assert DialogueState.from_json(result.state.to_json()) == result.state


def test_no_messages_at_all_need_nothing() -> None:
    chat = Chat.at(salons.lily())

    assert chat.turn([]).replies == ()


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (Kind.TEXT, Kind.REACTION)])
def test_every_kind_of_message_is_answered(kind: Kind) -> None:
    chat = Chat.at(salons.lily())

    assert answered(chat.turn([Incoming("", chat.now, kind)]))


def test_a_voice_message_is_asked_to_be_written() -> None:
    chat = Chat.at(salons.lily())

    assert "Не могу прослушать голосовое" in chat.say("", kind=Kind.AUDIO)
    assert chat.last.handoff is None


def test_a_transcribed_voice_message_is_read() -> None:
    chat = Chat.at(salons.lily())

    chat.say("на педикюр завтра в двенадцать", kind=Kind.AUDIO)

    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_a_picture_goes_to_a_person_and_its_caption_is_read() -> None:
    chat = Chat.at(salons.lily())

    chat.say("", kind=Kind.IMAGE)
    assert chat.last.handoff is not None
    assert chat.last.handoff.topic is Topic.MEDIA

    chat.say("хочу вот такой педикюр завтра в 12", kind=Kind.IMAGE)
    assert chat.visits == [("12.03 12:00", "4", ("17",))]
    assert "фото" in chat.journal.records[0].comment


def test_a_reaction_answers_a_question_and_nothing_else() -> None:
    chat = Chat.at(salons.lily())
    idle = chat.turn([Incoming("❤️", chat.now, Kind.REACTION)])
    chat.say("мужская стрижка завтра в 15")

    chat.say("👍", kind=Kind.REACTION)

    assert idle.replies == ()
    assert len(chat.visits) == 1


def test_a_sticker_does_not_confirm() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка завтра в 15")

    chat.say("", kind=Kind.STICKER)

    assert chat.visits == []


def test_the_second_miss_calls_a_person() -> None:
    chat = Chat.at(salons.lily())

    chat.say("ыфвафыва")
    assert chat.last.handoff is None
    chat.say("дщзджлорп")
    assert chat.last.handoff is not None


def test_a_broken_state_is_a_fresh_one() -> None:
    for stored in (None, "", "{", "[]", '{"version": 99}', '{"asked": "nonsense"}', "null"):
        assert DialogueState.from_json(stored) == DialogueState()


def test_a_salon_with_nothing_in_it() -> None:
    for text in (
        "привет",
        "запишите на маникюр завтра в 12",
        "сколько стоит?",
        "где вы?",
        "часы работы?",
        "кто есть?",
    ):
        chat = Chat.at(SalonView(title="", timezone="Asia/Kamchatka"))

        chat.say(text)

        assert answered(chat.last)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=4), st.sampled_from(list(Asked)))
def test_any_text_in_any_state(texts: list[str], asked: Asked) -> None:
    chat = Chat.at(salons.lily())
    chat.state = DialogueState(asked=asked).to_json()

    result = chat.turn([Incoming(text, chat.now) for text in texts])

    assert answered(result)


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("ой, сегодня такой чудесный день", False),
        ("я сегодня заболела", False),
        ("лучше сегодня", True),
        ("ой нет, лучше сегодня пожалуйста", True),
    ],
)
def test_a_day_named_in_passing_is_no_wish_for_it(text: str, wished: bool) -> None:
    chat = Chat.at(salons.lily())
    chat.say("Запишите на мужскую стрижку завтра часам к трём к Сергею")

    asked = chat.say(text)

    assert chat.visits == []
    if wished:
        assert "сегодня, в среду 11 марта, 15:00" in asked
