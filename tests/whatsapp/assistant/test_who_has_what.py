"""Several people in one message: who has what done, when, beside or behind whom, under which name."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

WOMAN, MAN, CHILD = ("11",), ("10",), ("12",)
Come = list[tuple[str, tuple[str, ...], str]]


def come(chat: Chat) -> Come:
    """Hours of Saturday, services and whom they are for."""
    return [(f"{r.start:%H:%M}", r.services, r.comment.removeprefix("для: ")) for r in
            sorted(chat.journal.records, key=lambda r: (r.start, r.staff))]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "visits"),
    [
        (
            "я, муж и сын, всех бы постричь в субботу в 12",
            [("12:00", MAN, "муж"), ("12:00", CHILD, "сын"), ("12:00", WOMAN, "")],
        ),
        (
            "запишите меня, мужа и сына на стрижку в субботу в 12",
            [("12:00", MAN, "муж"), ("12:00", CHILD, "сын"), ("12:00", WOMAN, "")],
        ),
        (
            "хотим с мужем и сыном подстричься в субботу в 12",
            [("12:00", MAN, "муж"), ("12:00", CHILD, "сын"), ("12:00", WOMAN, "")],
        ),
        (
            "хотим с мужем подстричься в субботу в 12",
            [("12:00", MAN, "муж"), ("12:00", WOMAN, "")],
        ),
        # two chairs for three
        (
            "нас трое: я, мама и дочка, всем маникюр без покрытия в субботу в 12",
            [("12:00", ("15",), ""), ("12:00", ("15",), "мама"), ("13:00", ("15",), "дочка")],
        ),
        # one behind the other
        (
            "маме стрижку в субботу в 12, мне следом",
            [("12:00", WOMAN, "мама"), ("13:00", WOMAN, "")],
        ),
        (
            "маме в 12, мне следом, обе на стрижку в субботу",
            [("12:00", WOMAN, "мама"), ("13:00", WOMAN, "")],
        ),
        (
            "мне следом, а маме в 12, обе на стрижку в субботу",
            [("12:00", WOMAN, "мама"), ("13:00", WOMAN, "")],
        ),
        (
            "запишите маму на стрижку в субботу в 12, а меня следом",
            [("12:00", WOMAN, "мама"), ("13:00", WOMAN, "")],
        ),
        (
            "сначала мне маникюр без покрытия, потом маме педикюр, в субботу в 12",
            [("12:00", ("15",), ""), ("13:00", ("17",), "мама")],
        ),
        (
            "сыну детскую стрижку в субботу в 12, а мужу мужскую следом",
            [("12:00", CHILD, "сын"), ("12:30", MAN, "муж")],
        ),
        # each at an hour of their own
        (
            "дочке в 11, сыну в 12 стрижку в субботу",
            [("11:00", CHILD, "дочка"), ("12:00", CHILD, "сын")],
        ),
        (
            "маме в 14, мне в 12, маникюр без покрытия в субботу",
            [("12:00", ("15",), ""), ("14:00", ("15",), "мама")],
        ),
        # each their own service, at one hour
        (
            "мне женскую стрижку, мужу мужскую в субботу в 12",
            [("12:00", MAN, "муж"), ("12:00", WOMAN, "")],
        ),
        (
            "мне маникюр без покрытия, а сыну стрижку, в субботу в 12",
            [("12:00", CHILD, "сын"), ("12:00", ("15",), "")],
        ),
        ("дочке и сыну стрижку в субботу в 12", [("12:00", CHILD, "дочка"), ("12:00", CHILD, "сын")]),
        (
            "сына на 10 и мужа на 11, стрижки, в субботу",
            [("10:00", CHILD, "сын"), ("11:00", MAN, "муж")],
        ),
        (
            "мне маникюр без покрытия и педикюр, а дочке стрижку, в субботу в 12",
            [("12:00", CHILD, "дочка"), ("12:00", ("15", "17"), "")],
        ),
        # each to a master of their own
        (
            "мне к Марии, мужу к Сергею на стрижку в субботу в 12",
            [("12:00", MAN, "муж"), ("12:00", WOMAN, "")],
        ),
    ],
)  # fmt: skip
def test_all_of_them_are_proposed_and_booked_once_agreed_to(text: str, visits: Come) -> None:
    chat = Chat.at(salons.lily())

    asked = chat.say(text)
    before = come(chat)
    chat.say("да")

    assert "Правильно поняла?" in asked
    assert before == []
    assert come(chat) == visits


def test_what_is_missing_is_asked_and_the_people_stay() -> None:
    chat = Chat.at(salons.lily())

    for text in ("запишите меня и мужа на субботу", "стрижка", "в 15", "да"):
        chat.say(text)

    assert come(chat) == [("15:00", MAN, "муж"), ("15:00", WOMAN, "")]


def test_the_order_is_kept_while_the_service_is_asked() -> None:
    chat = Chat.at(salons.lily())

    chat.say("запишите мужа и сына к Тимуру в субботу в 12, сначала сына, потом мужа")
    chat.say("стрижка")
    chat.say("да")

    assert come(chat) == [("12:00", CHILD, "сын"), ("12:30", MAN, "муж")]


def test_another_hour_keeps_the_order_in_which_they_come() -> None:
    chat = Chat.at(salons.lily())

    for text in ("маме стрижку в субботу в 12, мне следом", "давайте в 15", "да"):
        chat.say(text)

    assert come(chat) == [("15:00", WOMAN, "мама"), ("16:00", WOMAN, "")]


def test_whose_kind_nothing_tells_is_asked_of_them() -> None:
    chat = Chat.at(salons.lily(), card=None)

    asked = chat.say("маме стрижку в субботу в 12, мне следом")
    chat.say("мужскую")
    chat.say("да")
    chat.say("Женя")

    assert "Что именно для вас?" in asked
    assert come(chat) == [("12:00", WOMAN, "мама"), ("13:00", MAN, "")]


def test_a_guess_at_the_client_s_own_is_corrected_by_a_word() -> None:
    chat = Chat.at(salons.lily())

    for text in ("маме стрижку в субботу в 12, мне следом", "мне мужскую", "да"):
        chat.say(text)

    assert come(chat) == [("12:00", WOMAN, "мама"), ("13:00", MAN, "")]


@pytest.mark.parametrize(
    ("talk", "visits"),
    [
        (["а мне лучше в 14", "да"], [("12:00", ("15",), "мама"), ("14:00", ("17",), "")]),
        (["давайте в 14", "да"], [("14:00", ("17",), ""), ("14:00", ("15",), "мама")]),
        (["нет, давайте по очереди", "да"], [("12:00", ("15",), "мама"), ("13:00", ("17",), "")]),
        (["нет, только мне", "да"], [("12:00", ("17",), "")]),
    ],
)
def test_what_is_changed_of_one_or_of_all(talk: list[str], visits: Come) -> None:
    chat = Chat.at(salons.lily())
    chat.say("маме маникюр без покрытия, мне педикюр, в субботу в 12")

    for text in talk:
        chat.say(text)

    assert come(chat) == visits


def test_nobody_is_booked_for_nothing() -> None:
    chat = Chat.at(salons.lily())

    chat.say("маме маникюр без покрытия в 12, мне следом к Анне, в субботу")
    chat.say("маме педикюр в 12, мужу в 13, в субботу")
    chat.say("да")

    assert all(record.services for record in chat.journal.records)


def test_on_days_of_their_own_one_after_the_other() -> None:
    chat = Chat.at(salons.lily())

    chat.say("мужу стрижку в пятницу в 12, а мне педикюр в субботу в 15")
    for _ in range(3):
        chat.say("да")

    assert [(f"{r.start:%d}", r.services, r.comment) for r in chat.journal.records] == [
        ("13", MAN, "для: муж"),
        ("14", ("17",), ""),
    ]


def test_a_taken_hour_of_one_offers_others_and_calls_no_day_full() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.take("2", chat.moment(14, 12))
    chat.journal.take("6", chat.moment(14, 12))

    reply = chat.say("дочке в 11, сыну в 12 стрижку в субботу")

    assert "свободн" in reply or "Есть" in reply
    assert "воскресенье" not in reply
    assert chat.journal.records[2:] == []


@pytest.mark.parametrize(
    ("text", "visits"),
    [
        ("запишите маму на женскую стрижку в субботу в 12 к Марии, подруга посоветовала вас",
         [("12:00", WOMAN, "мама")]),
        ("запишите на педикюр в субботу в 12, муж заберёт меня в 14", [("12:00", ("17",), "")]),
        ("запишите на женскую стрижку к Марии в субботу в 12, сын будет со мной, просто посидит",
         [("12:00", WOMAN, "")]),
        ("я с ребёнком, меня на педикюр, а ребёнок просто посидит, в субботу в 12 к Анне",
         [("12:00", ("17",), "")]),
    ],
)  # fmt: skip
def test_who_is_only_spoken_of_does_not_come(text: str, visits: Come) -> None:
    chat = Chat.at(salons.lily())

    chat.say(text)
    if not chat.journal.records:
        chat.say("да")
    if not chat.journal.records:
        chat.say("12:00")

    assert come(chat) == visits


def test_four_are_for_a_person() -> None:
    chat = Chat.at(salons.lily())

    chat.say("я, муж, сын и дочка, всех бы постричь в субботу в 12")

    assert chat.last.handoff is not None
    assert come(chat) == []
