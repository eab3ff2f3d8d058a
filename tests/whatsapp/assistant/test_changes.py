"""Another service or another master for a visit that exists: proposed with its price, done once by «да»."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.types import ChangeRule, Elsewhere, SalonView

LILY = salons.lily()
FRIDAY = "послезавтра, в пятницу 13 марта, 15:00"


def chat(*services: str, salon: SalonView = LILY) -> Chat:
    """A haircut by Сергей on Friday at three, or what is named."""
    made = Chat.at(salon)
    made.booked(13, 15, "1", *(services or ("10",)))
    return made


@pytest.mark.parametrize(
    ("own", "said", "proposed", "staff", "services"),
    [
        (("10",), "вместо стрижки давайте окрашивание", "окрашивание, Мария", "3", ("18",)),
        (("10",), "поменяйте стрижку на бороду", "моделирование бороды, Сергей, 900", "1", ("13",)),
        (("10",), "добавьте к визиту моделирование бороды", "Сергей, 2 400", "1", ("10", "13")),
        (("10",), "можно добавить бороду к моей записи?", "Сергей, 2 400", "1", ("10", "13")),
        (("10",), "а можно мне в пятницу ещё и бороду?", "Сергей, 2 400", "1", ("10", "13")),
        (("10",), "замените стрижку на комплекс стрижка борода", "стрижка + борода", "1", ("14",)),
        (("10",), "можно к Тимуру вместо Сергея?", "Тимур, 1 700", "2", ("10",)),
        (("10", "13"), "уберите бороду", "мужская стрижка, Сергей, 1 500", "1", ("10",)),
        (("10", "13"), "бороду не надо, оставьте только стрижку", "Сергей, 1 500", "1", ("10",)),
        (("10", "13"), "вместо бороды давайте детскую стрижку", "Тимур", "2", ("10", "12")),
    ],
)
def test_change_is_proposed_with_its_price_and_done_by_yes(
    own: tuple[str, ...], said: str, proposed: str, staff: str, services: tuple[str, ...]
) -> None:
    talk = chat(*own)

    reply = talk.say(said).replace("\u00a0", " ")

    assert f"Изменить запись: {FRIDAY} — " in reply
    assert proposed in reply
    assert talk.visits == [("13.03 15:00", "1", own)], "nothing is done before «да»"
    assert talk.say("да").startswith(f"Изменила запись: {FRIDAY} — ")
    assert talk.visits == [("13.03 15:00", staff, services)]
    assert talk.last.actions == ("move_booking",)
    talk.say("да")
    assert not talk.last.actions, "once"


def test_service_and_time_are_changed_together() -> None:
    talk = chat()

    reply = talk.say("вместо стрижки в пятницу давайте бороду в субботу в 12")

    assert "вместо пятницы 13 марта, 15:00 — в субботу 14 марта, 12:00" in reply
    talk.say("да")
    assert talk.visits == [("14.03 12:00", "1", ("13",))]


def test_time_named_after_the_proposal_keeps_the_other_service() -> None:
    talk = chat()
    talk.say("вместо стрижки давайте бороду")

    reply = talk.say("а можно в 17?")

    assert "17:00" in reply
    if talk.last.actions == ():
        talk.say("да")
    assert talk.visits == [("13.03 17:00", "1", ("13",))]


def test_question_amid_the_proposal_is_answered_and_the_proposal_stays() -> None:
    talk = chat()
    talk.say("вместо стрижки давайте окрашивание")

    reply = talk.say("а сколько это по времени?")

    assert "3 часа" in reply
    assert "Изменить запись" in reply
    talk.say("да")
    assert talk.visits == [("13.03 15:00", "3", ("18",))]


def test_no_leaves_the_visit_as_it_was() -> None:
    talk = chat()
    talk.say("вместо стрижки давайте бороду")

    assert talk.say("нет") == "Хорошо, оставляю всё как есть."
    talk.say("да")
    assert talk.visits == [("13.03 15:00", "1", ("10",))]


def test_other_masters_who_are_free_then_are_named_to_choose_from() -> None:
    talk = chat()

    reply = talk.say("можно к другому мастеру?")

    assert "в 15:00 свободны Тимур и Александр. К кому записать?" in reply
    assert talk.say("к Александру").startswith(f"Изменила запись: {FRIDAY} — мужская стрижка")
    assert talk.visits == [("13.03 15:00", "5", ("10",))]


def test_other_master_who_is_busy_then_is_offered_at_other_hours() -> None:
    talk = chat()
    for staff in ("2", "5"):
        talk.journal.take(staff, talk.moment(13, 15), 60)

    reply = talk.say("можно к другому мастеру?")

    assert "На 15:00 свободного времени нет." in reply
    assert "Сергея" not in reply


def test_what_takes_longer_than_there_is_room_is_offered_at_other_times() -> None:
    talk = chat()
    talk.journal.take("1", talk.moment(13, 16), 120)

    reply = talk.say("добавьте бороду")

    assert (
        "Мужская стрижка + моделирование бороды: на 15:00 у Сергея свободного времени нет" in reply
    )
    assert talk.visits[-1] == ("13.03 15:00", "1", ("10",))
    talk.say("первое")
    mine = [v for v in talk.visits if v[2] == ("10", "13")]
    assert len(mine) == 1, "the chosen time, both services"


def test_slot_lost_between_the_proposal_and_yes_leaves_the_old_visit() -> None:
    talk = chat()
    talk.say("добавьте бороду")
    talk.journal.take("1", talk.moment(13, 16), 120)

    reply = talk.say("да")

    assert "Изменила" not in reply
    assert "только что заняли" in reply
    assert ("13.03 15:00", "1", ("10",)) in talk.visits


def test_work_of_another_master_is_a_visit_of_its_own_after_the_first() -> None:
    talk = chat()

    reply = talk.say("добавьте ещё педикюр")

    assert "Педикюр: свободно послезавтра: 16:00" in reply
    talk.say("на 16")
    assert talk.visits == [("13.03 15:00", "1", ("10",)), ("13.03 16:00", "4", ("17",))]


@pytest.mark.parametrize(
    ("said", "answer", "visits"),
    [
        ("поменяйте услугу на педикюр", "вторую", ("14.03 12:00", "4", ("17",))),
        ("добавьте педикюр", "к маникюру", ("14.03 12:00", "4", ("15", "17"))),
        ("можно к другому мастеру?", "на маникюр", ("14.03 12:00", "7", ("15",))),
        ("хочу педикюр вместо маникюра", "", ("14.03 12:00", "4", ("17",))),
        ("вместо маникюра без покрытия давайте с покрытием", "", ("14.03 12:00", "4", ("16",))),
    ],
)
def test_which_of_several_visits_is_asked_and_the_change_is_kept(
    said: str, answer: str, visits: tuple[str, str, tuple[str, ...]]
) -> None:
    talk = chat()
    talk.booked(14, 12, "4", "15")

    reply = talk.say(said)

    if answer:
        assert "Какую запись изменить?" in reply
        talk.say(answer)
    talk.say("да")
    assert talk.visits == [("13.03 15:00", "1", ("10",)), visits]


def test_what_to_do_instead_is_asked_when_it_was_not_said() -> None:
    talk = chat()

    assert "Какую услугу поставить в запись?" in talk.say("хочу изменить услугу")
    assert "окрашивание, Мария" in talk.say("окрашивание")
    assert "Услуги «наращивание рогов» у нас нет. Какую услугу поставить" in chat().say(
        "поменяйте стрижку на наращивание рогов"
    )


@pytest.mark.parametrize(
    ("salon", "told"),
    [
        (replace(LILY, moving=ChangeRule(allowed=False)), "Меняет записи только администратор."),
        (
            replace(LILY, moving=ChangeRule(before=timedelta(days=3))),
            "Изменить запись здесь можно не позже чем за 3 дня до визита.",
        ),
    ],
)
def test_salons_rules_hold_for_changes_too(salon: SalonView, told: str) -> None:
    talk = chat(salon=salon)

    reply = talk.say("вместо стрижки давайте бороду")

    assert told in reply
    assert talk.last.handoff is not None
    assert talk.visits == [("13.03 15:00", "1", ("10",))]


def test_prepaid_service_is_booked_on_the_salons_own_page() -> None:
    services = tuple(
        replace(s, elsewhere=Elsewhere.PREPAID) if s.id == "13" else s for s in LILY.services
    )
    link = "https://n1.yclients.example/"
    talk = chat(salon=replace(LILY, services=services, booking_url=link))

    assert link in talk.say("вместо стрижки давайте бороду")


def test_second_thoughts_about_what_was_just_booked() -> None:
    talk = Chat.at(LILY)
    talk.say("запишите на мужскую стрижку к Сергею завтра в 15")
    assert "Тимур, 1 700" in talk.say("ой, давайте лучше к Тимуру").replace("\u00a0", " ")

    assert "стрижка + моделирование бороды, Тимур" in talk.say("и бороду ещё добавьте")

    talk.say("да")
    assert talk.visits == [("12.03 15:00", "2", ("10", "13"))]


def test_added_to_a_visit_that_is_only_proposed_is_one_booking() -> None:
    talk = Chat.at(LILY)
    talk.say("запишите на мужскую стрижку завтра в 15")
    talk.say("и бороду ещё добавьте")

    talk.say("да")

    assert talk.visits == [("12.03 15:00", "1", ("10", "13"))]


def test_what_nobody_does_together_with_the_rest_goes_to_a_person() -> None:
    talk = chat("10", "13")

    talk.say("вместо бороды давайте педикюр")

    assert talk.last.handoff is not None
    assert talk.last.handoff.topic is Topic.GROUP


def test_without_a_visit_it_is_a_wish_like_any_other() -> None:
    talk = Chat.at(LILY)

    assert "На какой день записать?" in talk.say("вместо стрижки давайте окрашивание")
