"""Answers to a reminder, through whole turns: the journal hears «приду», and no «да» does the wrong thing."""

import pytest

from marketplace.models import Booking
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import CLIENT_LID
from tests.whatsapp.outreach.hands import OLGA, attendance, beat, go_to, say, texts, visit
from tests.whatsapp.reminders import deliver_all, pass_real
from whatsapp.models import Conversation, Message, Outreach

pytestmark = pytest.mark.usefixtures("clock_file", "bridge")


@pytest.fixture
def reminded(small: SandboxSalon, bridge: BridgeServer) -> Booking:
    """Ольга has a visit the day after tomorrow at 15:00 and was asked at 19:00 of the evening before."""
    booking = visit(small, small.at(15, days=2))
    _remind(small)
    return booking


def _remind(small: SandboxSalon) -> None:
    go_to(small.at(19))
    beat(small)
    deliver_all()


def the_reminder(small: SandboxSalon) -> Message:
    return Message.objects.get(company=small.company, purpose__in=("service", "first_contact"))


def answer(small: SandboxSalon) -> str:
    return Outreach.objects.get(company=small.company).answer


@pytest.mark.parametrize(
    "text", ["да", "+", "👍", "буду", "Да, приду!", "ок", "спасибо, буду", "конечно"]
)
def test_yes_in_any_form_is_attendance_two(
    small: SandboxSalon, reminded: Booking, text: str
) -> None:
    reply = say(small, text)

    assert "ждём вас завтра в 15:00" in reply
    assert attendance(small, reminded) == 2
    assert answer(small) == "yes"
    reminded.refresh_from_db()
    assert reminded.attendance == 2


def test_thumb_on_the_reminder_is_yes(small: SandboxSalon, reminded: Booking) -> None:
    target = {"message_id": the_reminder(small).wa_id, "emoji": "👍"}

    say(small, "", type="reaction", reaction=target)

    assert attendance(small, reminded) == 2


def test_thumb_down_asks_what_to_do(small: SandboxSalon, reminded: Booking) -> None:
    target = {"message_id": the_reminder(small).wa_id, "emoji": "👎"}

    reply = say(small, "", type="reaction", reaction=target)

    assert reply.startswith("Отменить запись на завтра") or "Отменить запись на завтра" in reply
    assert attendance(small, reminded) == 0


def test_coming_late_is_coming_and_a_person_hears_of_it(
    small: SandboxSalon, reminded: Booking
) -> None:
    reply = say(small, "приду, но опоздаю на 10 минут")

    assert "задержитесь на 10 минут" in reply
    assert attendance(small, reminded) == 2
    assert answer(small) == "yes"


@pytest.mark.parametrize("text", ["нет", "не смогу", "не приду", "неа, не получится"])
def test_no_offers_to_move_and_a_clear_word_cancels(
    small: SandboxSalon, reminded: Booking, text: str
) -> None:
    reply = say(small, text)
    assert "Отменить запись на завтра, 15:00, или перенести" in reply
    assert answer(small) == "no"
    reminded.refresh_from_db()
    assert not reminded.is_deleted

    done = say(small, "отменяйте")

    assert done.startswith("Отменила запись на завтра, 15:00")
    reminded.refresh_from_db()
    assert reminded.is_deleted


def test_question_between_leaves_the_reminder_open(small: SandboxSalon, reminded: Booking) -> None:
    assert "Тверская" in say(small, "а какой у вас адрес?")
    assert answer(small) == ""

    say(small, "буду")

    assert attendance(small, reminded) == 2


def test_wish_for_another_visit_does_not_touch_this_one(
    small: SandboxSalon, reminded: Booking
) -> None:
    say(small, "Запишите меня ещё на маникюр с покрытием гель-лак в субботу в 12:00")
    reminded.refresh_from_db()

    assert reminded.start == small.at(15, days=2)
    assert attendance(small, reminded) == 0


def test_both_visits_of_the_day_are_confirmed_by_one_yes(
    small: SandboxSalon, bridge: BridgeServer
) -> None:
    both = [visit(small, small.at(hour, days=2)) for hour in (12, 18)]
    _remind(small)

    say(small, "да")
    beat(small)

    assert [attendance(small, booking) for booking in both] == [2, 2]


def test_visit_that_is_gone_is_not_awaited(small: SandboxSalon, reminded: Booking) -> None:
    small.sandbox.control.delete(f"/salons/{small.made['salon_id']}/records/{reminded.record_id}")

    reply = say(small, "да")

    assert "ждём" not in reply.lower()
    assert "Будущих записей не вижу" in reply


def test_silent_journal_is_told_when_it_speaks_again(
    small: SandboxSalon, reminded: Booking
) -> None:
    small.sandbox.fault(".*record.*", "status", status=503)
    assert "ждём вас" in say(small, "да")
    small.sandbox.heal()
    assert attendance(small, reminded) == 0

    beat(small)

    assert attendance(small, reminded) == 2


# --- two questions at once ---


@pytest.fixture
def talking(small: SandboxSalon, bridge: BridgeServer) -> Booking:
    """The assistant has proposed another visit; the reminder's message was held up and came after it."""
    booking = visit(small, small.at(15, days=2))
    go_to(small.at(19))
    beat(small)
    proposal = say(small, "Есть время к Марии на женскую стрижку послезавтра в 16:00?")
    assert proposal.endswith("?")
    pass_real(60)
    go_to(small.at(19, 5))
    deliver_all()
    return booking


def test_yes_after_two_questions_executes_neither(small: SandboxSalon, talking: Booking) -> None:
    before = Booking.objects.filter(company=small.company).count()

    reply = say(small, "да")

    assert reply.startswith("Уточните, пожалуйста")
    assert attendance(small, talking) == 0
    assert Booking.objects.filter(company=small.company).count() == before
    assert answer(small) == ""


def test_the_talks_question_comes_first_and_the_reminder_again_after_it(
    small: SandboxSalon, talking: Booking
) -> None:
    say(small, "да")
    done = say(small, "да")
    assert "Записала" in done
    assert attendance(small, talking) == 0
    assert "И ещё вопрос: придёте завтра" in done

    say(small, "да")

    assert attendance(small, talking) == 2
    assert len(small.records(phone=OLGA.lstrip("+"))) == 2


def test_quoting_says_which_question_is_meant(small: SandboxSalon, talking: Booking) -> None:
    wa_id = the_reminder(small).wa_id

    reply = say(small, "да", quoted={"message_id": wa_id, "text": "Напоминаем"})

    assert "ждём вас завтра в 15:00" in reply
    assert attendance(small, talking) == 2
    assert Booking.objects.filter(company=small.company, is_deleted=False).count() == 1
    # What was proposed before is closed: a later «да» books nothing.
    say(small, "да")
    assert Booking.objects.filter(company=small.company, is_deleted=False).count() == 1


def test_thumb_on_an_answered_reminder_agrees_to_nothing(
    small: SandboxSalon, reminded: Booking
) -> None:
    say(small, "да")
    proposal = say(small, "Есть время к Марии на женскую стрижку послезавтра в 16:00?")
    assert proposal.endswith("?")
    target = {"message_id": the_reminder(small).wa_id, "emoji": "👍"}

    assert say(small, "", type="reaction", reaction=target) == ""

    assert Booking.objects.filter(company=small.company, is_deleted=False).count() == 1


def test_reminder_waits_until_a_talk_is_still(small: SandboxSalon, bridge: BridgeServer) -> None:
    booking = visit(small, small.at(15, days=2))
    go_to(small.at(18, 55))
    assert say(small, "Есть время к Марии на женскую стрижку послезавтра в 16:00?").endswith("?")
    go_to(small.at(19))
    beat(small)
    assert texts(small) == []

    go_to(small.at(19, 11))
    beat(small)

    assert len(texts(small)) == 1
    assert attendance(small, booking) == 0


def test_talk_that_was_over_hours_ago_does_not_catch_the_answer(
    small: SandboxSalon, bridge: BridgeServer
) -> None:
    booking = visit(small, small.at(15, days=2))
    go_to(small.at(13))
    assert say(small, "Есть время к Марии на женскую стрижку послезавтра в 16:00?").endswith("?")
    _remind(small)

    reply = say(small, "да")

    assert "ждём вас завтра в 15:00" in reply
    assert attendance(small, booking) == 2
    assert Booking.objects.filter(company=small.company, is_deleted=False).count() == 1
    assert CLIENT_LID in {row.chat for row in Conversation.objects.filter(company=small.company)}
