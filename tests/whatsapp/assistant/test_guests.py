"""Who comes is on the record: said with the order, amid it, or when the visit is booked already."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

CUT = "женская стрижка завтра в 15 к Марии"
HERS = ("12.03 15:00", "3", ("11",))


def comments(chat: Chat) -> list[str]:
    return [record.comment for record in chat.journal.records]


@pytest.mark.parametrize(
    ("words", "comment"),
    [
        ("запишите маму на женскую стрижку завтра в 15 к Марии", "для: мама"),
        ("женская стрижка для мамы завтра в 15 к Марии", "для: мама"),
        ("можно мне записать дочку на женскую стрижку завтра в 15 к Марии", "для: дочка"),
        ("хочу записать подругу на женскую стрижку завтра в 15 к Марии", "для: подруга"),
        ("мама хочет женскую стрижку завтра в 15 к Марии", "для: мама"),
        ("дочка хотела бы записаться на женскую стрижку завтра в 15 к Марии", "для: дочка"),
        ("подруге нужна женская стрижка завтра в 15 к Марии", "для: подруга"),
        ("маме женскую стрижку завтра в 15 к Марии", "для: мама"),
        ("мама решила обновить женскую стрижку завтра в 15 к Марии", "для: мама"),
        ("запишите на женскую стрижку завтра в 15 к Марии, мама посоветовала", ""),
        ("подруге женская стрижка понравилась, запишите завтра в 15 к Марии", ""),
        ("подруге нужна была женская стрижка, запишите завтра в 15 к Марии", ""),
        ("мама хочет подарить мне женскую стрижку завтра в 15 к Марии", ""),
        ("муж хочет, чтобы была женская стрижка завтра в 15 к Марии", ""),
        ("мама хочет оплатить женскую стрижку завтра в 15 к Марии", ""),
        ("хочу к маме женскую стрижку завтра в 15 к Марии", ""),
    ],
)
def test_whom_the_order_names_is_on_the_record(words: str, comment: str) -> None:
    chat = Chat.at(salons.lily())

    chat.say(words)

    assert chat.visits == [HERS]
    assert comments(chat) == [comment]


@pytest.mark.parametrize(
    ("words", "comment"),
    [
        ("это не мне, а маме", "для: мама"),
        ("ой, это для дочки", "для: дочка"),
        ("запись не на меня, а на маму", "для: мама"),
        ("это мужу", "для: муж"),
        ("запишите, пожалуйста, что это для мамы", "для: мама"),
        ("это для мамы, её зовут Нина", "для: Нина"),
    ],
)
def test_what_is_said_after_the_booking_is_noted_on_it(words: str, comment: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(CUT)

    reply = chat.say(words)

    guest = comment.removeprefix("для: ")
    assert reply == f"Отметила в записи: завтра, 15:00 — женская стрижка, Мария ({guest})."
    assert chat.visits == [HERS]
    assert comments(chat) == [comment]


def test_a_journal_that_does_not_take_the_note_leaves_it_to_a_person() -> None:
    chat = Chat.at(salons.lily())
    chat.say(CUT)
    chat.journal.fail_notes = True

    reply = chat.say("это не мне, а маме")

    assert "Отметила" not in reply
    assert "администратор" in reply
    assert chat.last.handoff is not None
    assert comments(chat) == [""]


@pytest.mark.parametrize("words", ["и маме тоже", "и маму запишите рядом", "мама тоже придёт"])
def test_one_more_guest_is_proposed_a_place_at_the_same_hour(words: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(CUT)

    asked = chat.say(words)

    assert asked.startswith("Правильно поняла: завтра, в четверг 12 марта, 15:00 — женская стрижка")
    assert "(мама)" in asked
    assert chat.visits == [HERS]
    chat.say("да")
    assert chat.visits == [HERS, ("12.03 15:00", "6", ("11",))]
    assert comments(chat) == ["", "для: мама"]


def test_another_service_for_the_child_takes_the_place_of_the_one_booked() -> None:
    chat = Chat.at(salons.lily())
    for text in (CUT, "ой, это для дочки, ей 7 лет", "к Александре"):
        chat.say(text)

    assert chat.visits == [("12.03 15:00", "6", ("12",))]


@pytest.mark.parametrize("words", ["мама передала вам привет", "спасибо от мамы"])
def test_a_relative_in_passing_is_no_guest(words: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(CUT)

    chat.say(words)

    assert comments(chat) == [""]


def test_a_friend_who_cannot_come_at_once_is_offered_other_hours() -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра в 12 к Анне")

    offered = chat.say("подруга тоже хочет")

    assert "Есть 10:00, 10:30 и 13:30 у Анны" in offered
    chat.say("13:30")
    assert comments(chat) == ["", "для: подруга"]


def test_a_name_given_for_the_guest_is_not_the_client_s() -> None:
    chat = Chat.at(salons.lily())
    chat.say(CUT)
    chat.say("запишите на имя Нина, это моя мама")

    chat.say("запишите меня на педикюр в субботу в 12 к Анне")

    assert comments(chat) == ["для: Нина", ""]
    assert chat.journal.records[-1].client == "Ирина"


@pytest.mark.parametrize(
    "words", ["нас пятеро на педикюр в субботу", "мы вшестером на педикюр в субботу"]
)
def test_a_large_party_is_left_to_a_person(words: str) -> None:
    chat = Chat.at(salons.lily())

    chat.say(words)

    assert chat.last.handoff is not None
    assert chat.visits == []


@pytest.mark.parametrize(
    ("words", "staff", "service"),
    [
        ("подругу тоже на маникюр без покрытия, её зовут Лена", "7", "15"),
        ("подругу тоже на детскую стрижку, её зовут Лена", "2", "12"),
    ],
)
def test_who_comes_too_for_something_else_comes_at_the_same_time(
    words: str, staff: str, service: str
) -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра в 12 к Анне")

    assert "(Лена)?" in chat.say(words)
    chat.say("да")

    assert sorted(chat.visits) == sorted(
        [("12.03 12:00", "4", ("17",)), ("12.03 12:00", staff, (service,))]
    )


@pytest.mark.parametrize(
    "words",
    ["у меня завтра стрижка, можно вместо меня придёт сестра?", "завтра вместо меня будет сестра",
     "можно сестра придёт вместо меня?"],
)  # fmt: skip
def test_somebody_comes_in_the_client_s_place(words: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "3", "11")

    reply = chat.say(words)

    assert "Отметила в записи: завтра, 15:00 — женская стрижка, Мария (сестра)" in reply
    assert chat.visits == [HERS]
    assert "(Ольга)" in chat.say("её зовут Ольга")


def test_in_whose_place_on_another_day_is_not_ours_to_guess() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "3", "11")
    chat.say("вместо меня в субботу сестра придёт")
    assert comments(chat) == [""]
    assert chat.visits == [HERS]


def test_my_friend_too_at_the_same_time() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр с покрытием послезавтра в 11 к Кате")
    asked = chat.say("и подругу мою тоже запишите на это же время")
    assert "Правильно поняла: послезавтра, в пятницу 13 марта, 11:00" in asked
    assert "(подруга)" in asked


@pytest.mark.parametrize(("whom", "what"), [("мужа", "Мужская"), ("подругу", "Женская")])
def test_whose_haircut_it_is_is_known_by_whom_it_is_for(whom: str, what: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(f"хочу записать {whom} на завтра")
    assert f"{what} стрижка: свободно завтра" in chat.say("на стрижку")


def test_a_sum_is_told_only_when_everything_has_a_price() -> None:
    chat = Chat.at(salons.lily())
    told = chat.say("женская стрижка и окрашивание завтра в 12 к Марии")
    told += chat.say("да")
    assert "Записала: завтра, в четверг 12 марта, 12:00" in told
    assert "₽" not in told


def test_a_friend_is_brought_along_to_the_visit_there_is() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "15")
    asked = chat.say("я записана на маникюр, можно взять с собой подругу, ей тоже маникюр?")
    assert "завтра, в четверг 12 марта, 15:00 — маникюр без покрытия, Екатерина" in asked
    assert "(подруга)?" in asked
    chat.say("да")
    assert [staff for _, staff, _ in chat.visits] == ["4", "7"]


def test_one_more_at_the_end_of_an_order_is_not_lost() -> None:
    chat = Chat.at(salons.lily())
    asked = chat.say("маникюр без покрытия завтра в 12, и маме тоже")
    assert asked.count("маникюр без покрытия") == 2
    assert "(мама)" in asked
    assert chat.visits == []
