"""Several orders in one message, questions that are no orders, and hours refused: nothing else is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Topic

Visits = list[tuple[str, str, tuple[str, ...]]]
MANICURE = ("12.03 15:00", "4", ("16",))
CUT = ("13.03 12:00", "3", ("11",))
CUTS = "женская стрижка завтра"


def two_visits() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.booked(13, 12, "3", "11")
    return chat


@pytest.mark.parametrize(
    ("talk", "visits"),
    [
        (
            ["отмените маникюр и перенесите стрижку на субботу в 13"],
            [("14.03 13:00", "3", ("11",))],
        ),
        (
            ["перенесите маникюр на субботу в 12 и стрижку на воскресенье в 13"],
            [("14.03 12:00", "4", ("16",)), ("15.03 13:00", "3", ("11",))],
        ),
        # the second order waits for the answer to the first
        (["перенесите маникюр на субботу и отмените стрижку"], [MANICURE, CUT]),
        (
            ["перенесите маникюр на субботу и отмените стрижку", "да"],
            [("14.03 15:00", "4", ("16",))],
        ),
        # and is given up together with it
        (["перенесите маникюр на субботу и отмените стрижку", "нет", "да"], [MANICURE, CUT]),
        (
            ["отмените маникюр и запишите на педикюр в субботу в 12"],
            [CUT, ("14.03 12:00", "4", ("17",))],
        ),
        (
            [
                "отмените маникюр, перенесите стрижку на субботу в 13 и запишите на педикюр в субботу в 15"
            ],
            [("14.03 13:00", "3", ("11",)), ("14.03 15:00", "4", ("17",))],
        ),
        (["отмените маникюр и запишите на субботу в 12"], [MANICURE, CUT]),
        (
            ["отмените маникюр и запишите на субботу в 12", "да"],
            [CUT, ("14.03 12:00", "4", ("16",))],
        ),
        (["отмените стрижку и маникюр"], [MANICURE, CUT]),
        (["отмените стрижку и маникюр", "да"], []),
        (["отмените маникюр, стрижку оставьте"], [CUT]),
        (["отмените все записи, кроме стрижки"], [MANICURE, CUT]),
        (["отмените все записи, кроме стрижки", "да"], [CUT]),
        (["хотела отменить маникюр, но передумала"], [MANICURE, CUT]),
        (["отмените маникюр, если Анна заболела"], [MANICURE, CUT]),
        (["маникюр отменять не надо, только стрижку"], [MANICURE, CUT]),
        (["отмените не маникюр, а стрижку"], [MANICURE]),
        (["не отменяйте маникюр, перенесите на субботу в 12"], [MANICURE, CUT]),
        (
            ["не отменяйте маникюр, перенесите на субботу в 12", "да"],
            [CUT, ("14.03 12:00", "4", ("16",))],
        ),
        (["отмените маникюр?"], [MANICURE, CUT]),
        (["стоит ли отменять маникюр, если я простыла?"], [MANICURE, CUT]),
        (["можно перенести маникюр на субботу в 12?"], [MANICURE, CUT]),
        (["кто отменил мою запись на маникюр?"], [MANICURE, CUT]),
    ],
)
def test_each_order_is_about_its_own_visit(talk: list[str], visits: Visits) -> None:
    chat = two_visits()

    for text in talk:
        chat.say(text)

    assert chat.visits == visits


def test_what_has_happened_is_shown_or_told_by_a_person() -> None:
    chat = two_visits()

    shown = chat.say("вы перенесли мою запись?")
    chat.say("почему перенесли на субботу?")

    assert "Завтра, 15:00 — маникюр" in shown
    assert chat.last.handoff is not None
    assert chat.last.handoff.topic is Topic.QUESTION


def test_a_move_is_taken_back_once_that_is_agreed_to() -> None:
    chat = two_visits()
    chat.say("перенесите маникюр на субботу в 12")

    asked = chat.say("ой, не надо, оставьте как было")

    assert "вместо субботы 14 марта, 12:00 — завтра, в четверг 12 марта, 15:00" in asked
    chat.say("да")
    assert chat.visits == [MANICURE, CUT]


@pytest.mark.parametrize(
    ("talk", "answer"),
    [
        ([CUTS, "10 рано"], "10:30, 11:00 и 11:30 у Марии"),
        ([CUTS, "20 поздно"], "18:30, 19:00 и 19:30 у Марии"),
        ([CUTS, "10 слишком рано, 20 поздно"], "свободно завтра: 10:30"),
        ([CUTS, "только не в 10"], "Какое время удобно?"),
        ([CUTS, "10 неудобно"], "Какое время удобно?"),
        ([f"{CUTS} в 13", "13 рано"], "свободно завтра: 13:30 и 14:00 у Марии"),
        ([f"{CUTS} в 13", "поздновато"], "свободно завтра: 12:00 и 12:30 у Марии"),
        # a further visit of another day leaves the one proposed as it is
        (
            [f"{CUTS} в 13", "и ещё маникюр без покрытия в субботу в 12"],
            "завтра, в четверг 12 марта, 13:00 — женская стрижка",
        ),
        (
            [f"{CUTS} в 13", "и ещё маникюр без покрытия в субботу в 12", "да", "да"],
            "в субботу 14 марта, 12:00 — маникюр без покрытия",
        ),
        (
            [f"{CUTS} в 13", "да, и в субботу тоже", "да"],
            "в субботу 14 марта, 13:00 — женская стрижка",
        ),
        ([f"{CUTS} в 13 к Марии?"], "Правильно поняла"),
        # «женскую» is what one of them is to have anyway
        (
            ["мне стрижку, мужу стрижку завтра в 13", "женскую"],
            "мужская стрижка, Сергей, 1 500 ₽ (гость)",
        ),
        ([f"{CUTS} в 13", "нас двое"], "13:00 — женская стрижка, Александра, от 2 000 ₽ (гость)"),
        (
            ["маникюр без покрытия завтра в 12", "а стрижку женскую после него?"],
            "Завтра, 13:00 — женская стрижка",
        ),
        ([f"{CUTS} в 13", "понятно"], "Если всё верно, ответьте «да»."),
        ([f"{CUTS} в 13", "меня зовут Ольга"], "Правильно поняла: завтра"),
        (["извините"], "👍"),
        # the third time shown, or three o'clock
        (["маникюр без покрытия завтра", "3"], "Правильно поняла: завтра"),
        (["маникюр без покрытия завтра в 12", "а если я захочу отменить?"], "администратору"),
        (["маникюр без покрытия завтра в 12", "потом можно перенести?", "да"], "Записала: завтра"),
        # two masters at once
        (
            ["педикюр и маникюр без покрытия в 4 руки завтра в 12"],
            "Завтра, 12:00 — маникюр без покрытия, Екатерина",
        ),
        (["с подругой на маникюр без покрытия завтра в 12"], "(гость)"),
        (["маникюр бес покрытия завтра в 12"], "маникюр без покрытия, Анна, 1 200 ₽?"),
        (["маникюр без покрытия завтра в 12", "da"], "Записала: завтра"),
        (["маникюр без покрытия завтра в 12", "net"], "Хорошо."),
    ],
)
def test_what_was_not_said_is_not_taken_for_granted(talk: list[str], answer: str) -> None:
    chat = Chat.at(salons.lily())

    replies = [chat.say(text).replace("\xa0", " ") for text in talk]

    assert answer in replies[-1]


@pytest.mark.parametrize("refused", ["10 рано", "20 поздно", "10 неудобно", "в 10 не могу"])
def test_an_hour_that_is_refused_is_not_booked(refused: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(CUTS)

    chat.say(refused)

    assert chat.visits == []


@pytest.mark.parametrize(
    ("talk", "answer"),
    [
        (["я уже подъезжаю"], "ждём вас сегодня в 15:00"),
        (["не успеваю, можно попозже?"], "15:30 и 16:00 у Анны"),
        (["приду сегодня в 14"], "Перенести: вместо среды 11 марта, 15:00 — сегодня"),
        (["маникюр без покрытия сегодня в 15"], "Вы уже записаны: сегодня"),
        (["и подругу на маникюр без покрытия сегодня в 15"], "Правильно поняла"),
        (["уберите педикюр"], "не вижу. Есть: сегодня, 15:00"),
        (["я заболела"], "Отменить запись на сегодня, 15:00, или перенести"),
        (["у меня запись сегодня?", "сколько будет стоить?"], "Маникюр без покрытия — 1 200 ₽"),
        (["отмените", "нет, не эту"], "сегодня, в среду 11 марта, 15:00 — маникюр без покрытия"),
    ],
)
def test_what_is_said_on_the_day_of_the_visit(talk: list[str], answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(11, 15, "4", "15")

    replies = [chat.say(text).replace("\xa0", " ") for text in talk]

    assert answer in replies[-1]


def test_a_further_visit_is_arranged_though_the_first_is_waited_for() -> None:
    chat = Chat.at(replace(salons.lily(), waiting_list=True))
    for master in ("4", "7"):
        chat.journal.take(master, chat.moment(13, 10), 11 * 60)
    chat.say("маникюр без покрытия в пятницу и женскую стрижку в субботу")

    reply = chat.say("сообщите, если освободится")

    assert "маникюр без покрытия, послезавтра" in reply
    assert "Теперь женская стрижка в субботу 14 марта" in reply
