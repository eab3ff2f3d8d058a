"""What was done on a wrong word is taken back: asked about, checked in the journal, then the right one."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

CUT = ("12.03 15:00", "1", ("10",))
NAILS = ("13.03 12:00", "4", ("15",))
CUT_AGAIN = (
    "Это время ещё свободно. Записать снова: завтра, в четверг 12 марта, 15:00 — мужская стрижка"
)
BACK = "Перенести: вместо субботы 14 марта, 12:00 — завтра, в четверг 12 марта, 15:00, Сергей?"


def two_visits() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "1", "10")
    chat.booked(13, 12, "4", "15")
    return chat


@pytest.mark.parametrize(
    "words",
    [
        "не стрижку, а маникюр",
        "ой, не то отменили",
        "стоп, не ту",
        "вы не ту запись отменили",
        "верните стрижку",
        "восстановите запись, пожалуйста",
        "зачем вы отменили?",
        "я не просила отменять стрижку",
        "ой, я перепутала, маникюр надо было отменить",
        "не завтра, а в пятницу",
        "а можно её вернуть?",
        "я передумала, приду",
        "нет-нет, не надо было отменять",
    ],
)
def test_a_visit_taken_off_by_mistake_is_asked_back(words: str) -> None:
    chat = two_visits()
    chat.say("отмените стрижку")

    asked = chat.say(words)

    assert CUT_AGAIN in asked
    assert chat.last.writes == ()
    assert chat.visits == [NAILS]


@pytest.mark.parametrize(
    "words",
    [
        "не стрижку, а маникюр",
        "ой, я перепутала, маникюр надо было отменить",
        "верните стрижку и отмените маникюр",
        "не завтра, а в пятницу",
    ],
)
def test_then_the_right_one_is_taken_off(words: str) -> None:
    chat = two_visits()
    chat.say("отмените стрижку")
    chat.say(words)

    done = chat.say("да")

    assert "Записала: завтра" in done
    assert "Отменила запись на послезавтра, 12:00" in done
    assert chat.visits == [CUT]


def test_which_one_was_meant_is_asked_where_it_was_not_said() -> None:
    chat = two_visits()
    chat.say("отмените стрижку")
    chat.say("ой, не то отменили")

    assert "Какую запись отменить?" in chat.say("да")
    assert chat.visits == [CUT, NAILS]
    chat.say("2")
    assert chat.visits == [CUT]


def test_a_time_that_somebody_took_is_not_promised() -> None:
    chat = two_visits()
    chat.say("отмените стрижку")
    chat.journal.take("1", chat.moment(12, 15))

    asked = chat.say("верните стрижку")

    assert "свободного времени нет" in asked
    assert "снова" not in asked
    assert chat.visits == [NAILS]


def test_all_that_was_taken_off_comes_back_one_by_one() -> None:
    chat = two_visits()
    for text in ("отмените всё", "да", "ой нет, верните всё", "да", "да"):
        chat.say(text)

    assert chat.visits == [CUT, NAILS]


def test_one_more_to_be_taken_off_is_asked_about() -> None:
    chat = two_visits()
    chat.say("отмените стрижку")

    assert chat.say("и маникюр тоже").startswith("Отменить запись: послезавтра, 12:00")
    assert chat.visits == [NAILS]


@pytest.mark.parametrize("words", ["верните деньги", "и запишите на педикюр в субботу", "нет"])
def test_other_words_bring_nothing_back(words: str) -> None:
    chat = two_visits()
    chat.say("отмените стрижку")

    assert "снова" not in chat.say(words)
    assert chat.visits == [NAILS]


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("верните как было", ""),
        ("зачем перенесли?", ""),
        ("вы не ту запись перенесли", ""),
        ("не стрижку, а маникюр", "Перенести: вместо пятницы 13 марта, 12:00 — в субботу"),
        ("ой, надо было маникюр, перепутала", "Перенести: вместо пятницы 13 марта, 12:00 — в"),
    ],
)
def test_a_wrong_move_is_taken_back(words: str, then: str) -> None:
    chat = two_visits()
    chat.say("перенесите стрижку на субботу на 12")

    assert chat.say(words) == BACK
    done = chat.say("да")

    assert done.startswith("Перенесла: вместо субботы 14 марта, 12:00")
    assert then in done
    assert chat.visits == [CUT, NAILS]


def test_a_master_and_a_service_come_back_with_the_time() -> None:
    chat = two_visits()
    chat.say("перенесите стрижку на субботу на 12 к Тимуру")
    chat.say("да")
    assert chat.visits == [NAILS, ("14.03 12:00", "2", ("10",))]

    chat.say("нет, верните как было")
    chat.say("да")

    assert chat.visits == [CUT, NAILS]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("не ту услугу", "Какую услугу поставить в запись?"),
        ("ой, не на тот день", "На какой день и время перенести?"),
        ("не на тот день, надо в пятницу", "Перенести: вместо четверга 12 марта, 15:00 — послеза"),
        ("не на то время", "Какое время удобно?"),
        ("не к тому мастеру", "свободны Тимур и Александр. К кому записать?"),
        ("не стрижку, а маникюр", "свободны Анна и Екатерина. К кому записать?"),
        ("я не просила стрижку, мне маникюр", "свободны Анна и Екатерина. К кому записать?"),
        ("вы не то записали", "или перенести на другой день?"),
    ],
)
def test_a_wrong_booking_is_corrected_and_not_doubled(words: str, answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка завтра в 15 к Сергею")

    assert answer in chat.say(words)
    assert chat.visits == [CUT]


def test_the_right_service_takes_the_place_of_the_wrong_one() -> None:
    chat = Chat.at(salons.lily())
    for text in ("мужская стрижка завтра в 15 к Сергею", "не стрижку, а маникюр", "к Анне", "да"):
        chat.say(text)

    assert chat.visits == [("12.03 15:00", "4", ("15",))]


@pytest.mark.parametrize(
    "words",
    [
        ["отмените стрижку, хотя нет, оставьте"],
        ["отмените стрижку... хотя нет, передумала, приду"],
        ["отмените стрижку", "ой нет, не надо"],
        ["перенесите стрижку на субботу в 12, хотя нет, оставьте"],
        ["запишите на педикюр в субботу в 12 к Анне, хотя нет, не надо"],
        ["запишите на педикюр в субботу в 12 к Анне", "ой нет, не надо"],
    ],
)
def test_what_is_taken_back_as_it_is_said_is_not_done(words: list[str]) -> None:
    chat = two_visits()

    chat.say(*words)

    assert chat.last.writes == ()
    assert chat.visits == [CUT, NAILS]


def test_a_no_about_something_else_takes_no_order_back() -> None:
    chat = Chat.at(salons.lily())

    chat.say("запишите на педикюр завтра в 12 к Анне, покрытия нет, не надо снимать")

    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_another_hour_after_a_second_thought_is_what_is_booked() -> None:
    chat = Chat.at(salons.lily())

    chat.say("запишите на педикюр завтра в 12 к Анне, хотя нет, лучше в 14")

    assert chat.visits == [("12.03 14:00", "4", ("17",))]


def test_better_moved_than_cancelled_is_of_the_visit_just_taken_off() -> None:
    chat = two_visits()
    chat.say("отмените стрижку")

    asked = chat.say("лучше перенесите на субботу в 12")

    assert asked.startswith("Правильно поняла: в субботу 14 марта, 12:00 — мужская стрижка, Сергей")
    assert chat.visits == [NAILS]
    other = chat.say("нет, я про вторую запись, перенесите её на субботу в 12")
    assert "стрижка" not in other


@pytest.mark.parametrize("no", ["нет", "нет, стрижку не возвращайте", "не надо возвращать"])
@pytest.mark.parametrize(
    "words", ["верните стрижку и отмените маникюр", "ой, я перепутала, маникюр надо было отменить"]
)
def test_a_no_to_the_way_back_leaves_the_right_order_to_be_asked_about(words: str, no: str) -> None:
    chat = two_visits()
    chat.say("отмените стрижку")
    chat.say(words)

    answer = chat.say(no)

    assert answer == "Хорошо, не возвращаю.\nОтменить запись на послезавтра, 12:00?"
    assert chat.visits == [NAILS]
    chat.say("да")
    assert chat.visits == []


def test_a_wrong_move_that_stays_does_not_keep_the_other_from_going_there() -> None:
    chat = two_visits()
    chat.say("перенесите стрижку на субботу на 12")
    chat.say("ой, надо было маникюр, перепутала")

    assert "Перенести: вместо пятницы 13 марта, 12:00 — в субботу" in chat.say("нет")
    assert chat.visits == [NAILS, ("14.03 12:00", "1", ("10",))]


def test_another_booking_amid_the_way_back_takes_nothing_off_as_a_surprise() -> None:
    chat = two_visits()
    chat.say("отмените стрижку")
    chat.say("верните стрижку и отмените маникюр")

    assert "Пока не сделала: «отмените маникюр»" in chat.say("запишите на педикюр в субботу в 12")
    assert chat.visits == [NAILS, ("14.03 12:00", "4", ("17",))]


def test_nothing_is_wanted_any_more() -> None:
    chat = two_visits()
    chat.say("отмените стрижку")
    chat.say("верните стрижку и отмените маникюр")

    assert "Пока не сделала: «отмените маникюр»" in chat.say("нет, ничего не надо")
    assert chat.visits == [NAILS]


def test_a_question_between_does_not_lose_the_way_back() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "1", "10")
    for text in ("отмените запись", "точно отменили?"):
        chat.say(text)

    assert CUT_AGAIN in chat.say("запишите обратно")
