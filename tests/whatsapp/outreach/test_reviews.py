"""Ratings: asked for once after a visit the client came to, kept with the master, handed over when low."""

import pytest
from django.test import Client as Browser

from aiadmin.core.models import Alarm
from marketplace.models import Booking
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.outreach.hands import (
    OLGA,
    beat,
    change,
    go_to,
    reread,
    say,
    stories,
    texts,
    visit,
)
from tests.whatsapp.reminders import deliver_all
from whatsapp.models import Conversation, Message, Outreach, Review, SalonPhone, SalonSettings
from whatsapp.services import handover

pytestmark = pytest.mark.usefixtures("clock_file", "bridge")

LINK = "https://maps.example.test/lilia"


@pytest.fixture
def visited(small: SandboxSalon) -> Booking:
    """Ольга was at Мария's at noon (an hour), and the salon marked it."""
    SalonSettings.objects.create(
        company=small.company, review_link=LINK, evening_reminder=False, near_reminder=False
    )
    return visit(small, small.at(12), master="Мария", services=("Женская стрижка",), attendance=1)


def ask(small: SandboxSalon) -> None:
    go_to(small.at(15))
    beat(small)
    deliver_all()


def test_request_comes_two_hours_after_the_visits_end(
    small: SandboxSalon, visited: Booking
) -> None:
    go_to(small.at(14, 59))
    beat(small)
    assert texts(small) == []

    go_to(small.at(15))
    beat(small)
    beat(small)

    assert texts(small) == ["Как прошёл визит к Марии? Оцените от 1 до 5, пожалуйста."]


@pytest.mark.parametrize(
    ("text", "rating"),
    [("5", 5), ("пятёрочка", 5), ("👍", 5), ("всё супер", 5), ("четыре", 4), ("⭐⭐⭐⭐⭐", 5)],
)
def test_good_rating_is_thanked_for_with_the_salons_link(
    small: SandboxSalon, visited: Booking, text: str, rating: int
) -> None:
    ask(small)

    reply = say(small, text)

    assert LINK in reply
    assert reply.count("Спасибо") == 1
    review = Review.objects.get(company=small.company)
    assert (review.rating, review.staff_yclients_id) == (rating, small.master("Мария"))
    assert Conversation.objects.get(company=small.company).needs_person_since is None


@pytest.mark.parametrize(("text", "rating"), [("2", 2), ("3", 3), ("единица, ужасно", 1)])
def test_low_rating_is_regretted_and_a_person_is_called(
    small: SandboxSalon, visited: Booking, text: str, rating: int
) -> None:
    ask(small)

    reply = say(small, text)

    assert "Жаль, что так вышло. Что было не так?" in reply
    assert LINK not in reply
    assert Review.objects.get(company=small.company).rating == rating
    assert Conversation.objects.get(company=small.company).needs_person_since is not None


def test_manager_hears_of_a_low_rating_at_once_and_of_whose_chat(
    small: SandboxSalon, visited: Booking, bridge: BridgeServer
) -> None:
    """By the turn and the job that it publishes alone, though the request has just left the number."""
    SalonPhone.objects.create(company=small.company, phone="+79008887766", role="administrator")
    ask(small)
    say(small, "2, мастер опоздала")
    handover.tell(Conversation.objects.get(company=small.company, phone=OLGA).pk)
    deliver_all()

    (notice,) = Message.objects.filter(company=small.company, purpose="staff")
    (sent,) = [item for item in bridge.sent if item["to"].startswith("79008887766")]
    assert (notice.status, notice.not_before) == ("sent", None)
    assert "Ольга, +7 900 123-45-67" in sent["text"]
    assert "2, мастер опоздала" in sent["text"]
    # And a letter, whatever becomes of WhatsApp.
    letter = Alarm.objects.get(company_id=small.company.pk, kind="handover_urgent")
    assert "Ольга (…4567)" in letter.text
    assert "2, мастер опоздала" in letter.text


def test_thumb_on_the_request_is_a_five(small: SandboxSalon, visited: Booking) -> None:
    ask(small)
    sent = Message.objects.get(company=small.company, direction="out")

    say(small, "", type="reaction", reaction={"message_id": sent.wa_id, "emoji": "👍"})

    assert Review.objects.get(company=small.company).rating == 5


def test_rating_is_asked_once_in_thirty_days(small: SandboxSalon, visited: Booking) -> None:
    ask(small)
    second = visit(small, small.at(12, days=3), attendance=1)
    go_to(small.at(20, days=3))
    beat(small)
    assert stories(small)[-1] == ("review", "skipped", "asked_lately")
    third = visit(small, small.at(12, days=40), attendance=1)
    go_to(small.at(20, days=40))
    beat(small)

    assert len(texts(small)) == 2
    assert {second.pk, third.pk} < set(Outreach.objects.values_list("booking_id", flat=True))


def test_who_did_not_come_is_not_asked(small: SandboxSalon, visited: Booking) -> None:
    go_to(small.at(15))
    change(small, visited, attendance=-1)
    reread(small, visited.record_id)
    beat(small)
    assert stories(small) == []


def test_no_show_marked_just_before_the_request_is_seen(
    small: SandboxSalon, visited: Booking
) -> None:
    go_to(small.at(15))
    change(small, visited, attendance=-1)

    beat(small)

    assert texts(small) == []
    assert stories(small) == [("review", "skipped", "no_show")]


def test_evening_visit_is_asked_about_in_the_morning(small: SandboxSalon) -> None:
    visit(small, small.at(19, 30), attendance=1)
    SalonSettings.objects.create(company=small.company, evening_reminder=False)
    go_to(small.at(23))
    beat(small)
    assert texts(small) == []

    go_to(small.at(9, days=2))
    beat(small)

    assert len(texts(small)) == 1


def test_other_talk_leaves_the_request_open(small: SandboxSalon, visited: Booking) -> None:
    ask(small)
    assert "Тверская" in say(small, "а какой у вас адрес?")
    assert not Review.objects.exists()

    say(small, "5, всё отлично")

    assert Review.objects.get().rating == 5


def test_staff_see_ratings_with_the_masters_average(
    small: SandboxSalon, visited: Booking, admin_client: Browser, bridge: BridgeServer
) -> None:
    ask(small)
    say(small, "4")

    page = admin_client.get("/admin/whatsapp/review/").content.decode()

    assert "Мария" in page
    assert "4,0" in page
    assert admin_client.get("/admin/whatsapp/outreach/").status_code == 200
