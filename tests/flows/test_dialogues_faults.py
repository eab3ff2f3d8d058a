"""Dialogues whose circumstances are the whole salon's: a journal that fails, two clients at once, time that
passes or becomes free."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.flows.dialogues.play import (
    SUCCESS,
    prepare,
    visits,
    wait_until_passed_over,
    write_down,
)
from tests.stack import Client, Product, Salon
from tests.waiting import wait_for

pytestmark = pytest.mark.flow

Test = TypeVar("Test", bound=Callable[..., None])
# What is known to have gone wrong elsewhere, by its number; the rest of them are in talks.yaml.
LESSONS: set[str] = set()

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()


def lesson(number: int) -> Callable[[Test], Test]:
    def mark(test: Test) -> Test:
        LESSONS.add(str(number))
        return test

    return mark


@pytest.fixture(scope="module")
def mother(product: Product) -> Client:
    """She has written to the salon's phone before it was linked."""
    found = prepare(product).client("Мама")
    found.say("Сынок, позвони")
    found.salon.ready()
    return found


@pytest.fixture(scope="module")
def salon(mother: Client) -> Salon:
    return mother.salon


@pytest.fixture
def client(salon: Salon) -> Client:
    return salon.client()


@pytest.fixture(autouse=True)
def healed(product: Product) -> Iterator[None]:
    yield
    product.yclients.delete("/faults").raise_for_status()


def fault(salon: Salon, path: str, mode: str, **options: object) -> None:
    body = {"path_regex": path, "mode": mode, "salon_id": salon.salon_id, **options}
    salon.product.yclients.post("/faults", json=body).raise_for_status()


def on(days: int) -> tuple[str, str]:
    """A day ahead as clients say it and in ISO."""
    day = datetime.now(UTC).astimezone(ZoneInfo("Europe/Moscow")).date() + timedelta(days=days)
    return f"{day.day} {MONTHS[day.month - 1]}", day.isoformat()


def waits_for_person(client: Client) -> bool:
    found = client.salon.product.rows(
        "SELECT 1 FROM conversations WHERE company_id = %s AND phone = %s"
        " AND needs_person_since IS NOT NULL",
        client.salon.company_id,
        f"+{client.phone}",
    )
    return bool(found)


def is_kept(client: Client) -> bool:
    found = client.salon.product.rows(
        "SELECT 1 FROM kept_requests JOIN conversations ON conversations.id = conversation_id"
        " WHERE kept_requests.company_id = %s AND phone = %s AND status = 'waiting'",
        client.salon.company_id,
        f"+{client.phone}",
    )
    return bool(found)


def test_people_whom_the_phone_knew_before_are_left_to_it(mother: Client) -> None:
    salon = mother.salon
    wait_for(
        "the phone's history",
        lambda: salon.product.rows(
            "SELECT 1 FROM old_chats WHERE company_id = %s", salon.company_id
        ),
    )

    wait_until_passed_over(mother, mother.say("Сколько стоит мужская стрижка?"))

    assert mother.inbox() == []


@lesson(1)
@pytest.mark.parametrize(
    ("days", "options"),
    [
        (3, {"mode": "status", "status": 422, "message": "Ошибка"}),
        (4, {"mode": "status", "status": 500}),
        (5, {"mode": "drop_before"}),
        (6, {"mode": "html", "status": 200}),
    ],
    ids=["422", "500", "cut", "html"],
)
def test_a_booking_the_journal_did_not_take_is_never_told_as_done(
    client: Client, days: int, options: dict[str, object]
) -> None:
    fault(client.salon, "book_record", **options)  # type: ignore[arg-type]
    said, _ = on(days)

    answer = client.ask(f"Запишите на мужскую стрижку {said} в 15:00 к Сергею")

    assert not SUCCESS.search(answer), answer
    assert visits(client) == []
    wait_for("a person to be called", lambda: waits_for_person(client))


def test_a_booking_whose_answer_was_lost_is_told_as_the_journal_has_it(client: Client) -> None:
    fault(client.salon, "book_record", "drop_after", times=1)
    said, iso = on(7)

    answer = client.ask(f"Запишите на мужскую стрижку {said} в 15:00 к Сергею")

    assert "Записала" in answer
    assert visits(client) == [f"{iso} 15:00 Сергей: Мужская стрижка"]


@lesson(4)
def test_nothing_is_called_busy_when_free_times_could_not_be_asked(client: Client) -> None:
    fault(client.salon, "book_times", "status", status=503)
    said, _ = on(8)

    answer = client.ask(f"Можно на мужскую стрижку {said} после обеда?")

    assert not re.search("занят|нет свободн|нет мест", answer, re.IGNORECASE), answer
    assert "напишу, когда смогу проверить время" in answer
    wait_for("the request to be kept", lambda: is_kept(client))


@lesson(13)
def test_of_two_clients_who_want_one_time_one_gets_it_and_one_hears_of_others(
    salon: Salon,
) -> None:
    said, iso = on(9)
    pair = [salon.client("Инна"), salon.client("Лада")]
    wish = f"Запишите на мужскую стрижку {said} в 15:00 к Сергею"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one.ask(wish), pair))

    assert sorted(len(visits(one)) for one in pair) == [0, 1]
    told = [text for text in answers if SUCCESS.search(text)]
    (other,) = [text for text in answers if text not in told]
    assert len(told) == 1
    assert re.search(r"\d\d:\d\d", other), other
    taken = next(one for one in pair if visits(one))
    assert visits(taken) == [f"{iso} 15:00 Сергей: Мужская стрижка"]


@lesson(2)
def test_a_move_that_the_journal_refuses_leaves_the_visit_and_says_so(client: Client) -> None:
    said, iso = on(10)
    write_down(client.salon, client.phone, client.name, f"{iso} 15:00 Сергей: Мужская стрижка")
    wait_for(
        "the visit's copy",
        lambda: client.salon.product.rows(
            "SELECT 1 FROM bookings WHERE company_id = %s AND client_phone = %s",
            client.salon.company_id,
            f"+{client.phone}",
        ),
    )
    fault(client.salon, "/record/", "status", method="PUT", status=422)

    answer = client.ask(f"перенесите мою запись на {said} в 18:00")

    assert not SUCCESS.search(answer), answer
    assert visits(client) == [f"{iso} 15:00 Сергей: Мужская стрижка"]


@lesson(18)
def test_seven_minutes_of_thought_lose_nothing(client: Client) -> None:
    said, iso = on(11)
    clock = client.salon.product.stack.env["CLOCK_OFFSET_FILE"]
    client.ask("хочу на мужскую стрижку к Сергею")
    client.ask(said)
    try:
        with open(clock, "w", encoding="ascii") as file:
            file.write("420")
        answer = client.ask("в 12:00")
    finally:
        with open(clock, "w", encoding="ascii") as file:
            file.write("0")

    assert "Записала" in answer
    assert visits(client) == [f"{iso} 12:00 Сергей: Мужская стрижка"]


@lesson(26)
def test_names_the_salon_gave_a_service_survive_the_next_reading_of_the_catalogue(
    client: Client,
) -> None:
    salon, (said, iso) = client.salon, on(12)
    product = salon.product
    with psycopg.connect(product.stack.state["database"]) as connection:
        connection.execute(
            "UPDATE services SET aliases = '[\"боярский набор\"]' WHERE company_id = %s"
            " AND title = 'Мужская стрижка'",
            [salon.company_id],
        )
    service = next(s["id"] for s in salon.made["services"] if s["title"] == "Мужская стрижка")
    path = f"/salons/{salon.salon_id}/services/{service}"
    product.yclients.patch(path, json={"price_min": 1600, "price_max": 1600}).raise_for_status()
    wait_for(
        "the new price",
        lambda: product.rows(
            "SELECT 1 FROM services WHERE company_id = %s AND price_min = 1600", salon.company_id
        ),
    )

    answer = client.ask(f"запишите на боярский набор {said} в 12:00 к Сергею")
    if not SUCCESS.search(answer):
        answer = client.ask("да")

    assert re.search(r"1.600", answer), answer
    assert visits(client) == [f"{iso} 12:00 Сергей: Мужская стрижка"]


def test_freed_time_is_offered_to_who_waits_for_it_and_booked_on_yes(client: Client) -> None:
    salon, (said, iso) = client.salon, on(13)
    with psycopg.connect(salon.product.stack.state["database"]) as connection:
        # Else this would be a test of the day alone: by night nobody is written to.
        connection.execute(
            "INSERT INTO salon_settings (company_id, quiet_from, quiet_to) VALUES (%s, '0:00', '0:00')"
            " ON CONFLICT (company_id) DO UPDATE SET quiet_from = '0:00', quiet_to = '0:00'",
            [salon.company_id],
        )
    other = salon.client("Светлана")
    write_down(salon, other.phone, other.name, f"{iso} 15:00 Сергей: Мужская стрижка")
    busy = client.ask(f"Запишите на мужскую стрижку {said} в 15:00 к Сергею")
    assert "свободного времени нет" in busy
    assert client.ask("сообщите, если освободится").startswith("Хорошо, напишу вам, если")

    (record,) = salon.records(phone=other.phone)
    path = f"/salons/{salon.salon_id}/records/{record['id']}"
    salon.product.yclients.delete(path).raise_for_status()

    offer = str(client.answer()["text"])
    assert offer.startswith("Освободилось время: "), offer
    assert "15:00 — мужская стрижка, Сергей" in offer
    assert visits(client) == []
    assert "Записала" in client.ask("да")
    assert visits(client) == [f"{iso} 15:00 Сергей: Мужская стрижка"]
