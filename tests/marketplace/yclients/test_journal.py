"""The journal's API: paging, replacement, deletion, clients, and every shape of an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import RecordDraft, YclientsClient
from tests.marketplace.yclients.conftest import Salon, client_of
from tests.sandboxes import YclientsSandbox

ALL_SHAPES = [
    "strings",
    "empty_lists",
    "phones_int",
    "offset_without_colon",
    "meta_list",
    "wrapped",
    "records_list",
]


def test_pages_are_read_to_the_end_each_record_once(sandbox: YclientsSandbox) -> None:
    big = Salon(sandbox, seed="large", clients=230, records=450)

    with client_of(sandbox) as client:
        records = list(client.records(big.id))
        cards = list(client.clients(big.id))
        services = client.services(big.id)

    assert len(records) == len({record.id for record in records}) == 450
    assert len(cards) == len({card.id for card in cards}) == 230
    assert len(services) == 300


def test_records_are_filtered_by_day_master_and_change(
    client: YclientsClient, salon: Salon
) -> None:
    first = salon.book(client, salon.at(12, ahead=1)).record_id
    second = salon.book(client, salon.at(12, ahead=2)).record_id
    client.delete_record(salon.id, second)
    future = datetime.now(UTC) + timedelta(hours=1)

    def found(**query: object) -> list[int]:
        return [record.id for record in client.records(salon.id, **query)]  # type: ignore[arg-type]

    assert found() == [first]
    assert found(with_deleted=True) == [first, second]
    assert found(start_date=salon.day(2), with_deleted=True) == [second]
    assert found(end_date=salon.day(1)) == [first]
    assert found(staff_id=salon.master("Анна")) == []
    assert found(changed_after=future - timedelta(hours=2)) == [first]
    assert found(changed_after=future) == []


def test_a_move_keeps_everything_else(client: YclientsClient, salon: Salon) -> None:
    booked = salon.book(client, salon.at(15), comment="Тише", api_id="turn-7")
    record = client.record(salon.id, booked.record_id)

    draft = replace(RecordDraft.of(record), start=salon.at(15, 30))
    moved = client.update_record(salon.id, record.id, draft)

    # The visit does not stand in its own way: 15:00–15:45 and 15:30 overlap.
    assert moved.starts_at(salon.zone) == salon.at(15, 30)
    assert (moved.comment, moved.api_id) == ("Тише", "turn-7")
    assert (moved.services, moved.client, moved.length_seconds) == (
        record.services,
        record.client,
        record.length_seconds,
    )


def test_a_put_is_a_replacement(client: YclientsClient, salon: Salon) -> None:
    booked = salon.book(client, salon.at(15), comment="Тише")
    record = client.record(salon.id, booked.record_id)

    draft = replace(RecordDraft.of(record), comment="")
    assert client.update_record(salon.id, record.id, draft).comment == ""


def test_a_move_onto_another_visit_is_refused(client: YclientsClient, salon: Salon) -> None:
    salon.book(client, salon.at(12))
    booked = salon.book(client, salon.at(15))
    record = client.record(salon.id, booked.record_id)

    with pytest.raises(errors.SlotBusy):
        client.update_record(
            salon.id, record.id, replace(RecordDraft.of(record), start=salon.at(11, 30))
        )

    assert client.record(salon.id, record.id).starts_at(salon.zone) == salon.at(15)


def test_writing_into_the_journal(client: YclientsClient, salon: Salon) -> None:
    booked = salon.book(client, salon.at(15))
    draft = RecordDraft.of(client.record(salon.id, booked.record_id))

    with pytest.raises(errors.SlotBusy):
        client.create_record(salon.id, draft)
    forced = client.create_record(salon.id, replace(draft, save_if_busy=True))

    assert forced.id != booked.record_id
    assert not forced.online


def test_deletion_answers_nothing_and_is_seen(client: YclientsClient, salon: Salon) -> None:
    booked = salon.book(client, salon.at(15))

    client.delete_record(salon.id, booked.record_id)

    assert client.record(salon.id, booked.record_id).deleted
    assert list(client.records(salon.id)) == []
    with pytest.raises(errors.NotFound):
        client.delete_record(salon.id, booked.record_id)
    salon.book(client, salon.at(15))  # the time is free again


def test_a_client_is_found_by_the_very_phone(client: YclientsClient, salon: Salon) -> None:
    salon.book(client, salon.at(12), phone="79000001122")
    salon.book(client, salon.at(15), phone="89000001122")
    salon.book(client, salon.at(17), phone="79000001123")

    (card,) = client.search_clients(salon.id, phone="+7 900 000-11-22")

    assert card.phone == "+79000001122"
    assert len(list(client.records(salon.id, client_id=card.id))) == 2
    assert client.client(salon.id, card.id).name == "Пётр"
    assert client.search_clients(salon.id, phone="+79000001199") == []


def test_blocked_time_takes_the_slot_and_has_no_client(
    client: YclientsClient, salon: Salon
) -> None:
    made = salon.post("/records", staff_id=salon.sergey, start=f"{salon.day()} 15:00")

    assert client.record(salon.id, made["id"]).client is None
    with pytest.raises(errors.SlotBusy):
        salon.book(client, salon.at(15, 30))


def test_every_shape_of_an_answer_reads_the_same(client: YclientsClient, salon: Salon) -> None:
    booked = salon.book(client, salon.at(15), api_id="7")
    salon.post("/records", staff_id=salon.master("Анна"), start=f"{salon.day()} 15:00")

    def everything() -> list[object]:
        return [
            client.company(salon.id).model_dump(),
            client.services(salon.id),
            client.service_categories(salon.id),
            client.staff(salon.id),
            client.book_services(salon.id, staff_id=salon.sergey),
            client.schedule(salon.id, start=salon.day(), end=salon.day(3)),
            client.book_times(salon.id, staff_id=0, day=salon.day(), service_ids=[salon.men]),
            client.record(salon.id, booked.record_id),
            list(client.records(salon.id)),
            list(client.clients(salon.id)),
            client.hooks_settings(salon.id),
        ]

    plain = everything()
    for shape in ALL_SHAPES:
        salon.set(shapes=[shape])
        assert everything() == plain, shape
    salon.set(shapes=ALL_SHAPES)
    assert everything() == plain
    draft = replace(RecordDraft.of(client.record(salon.id, booked.record_id)), api_id="8")
    assert client.update_record(salon.id, booked.record_id, draft).api_id == "8"
    assert client.create_record(salon.id, replace(draft, start=salon.at(12))).api_id == "8"


def test_schedules_know_far_days_and_sick_masters(client: YclientsClient, salon: Salon) -> None:
    far = salon.day(400)

    def works() -> set[int]:
        return {row.staff_id for row in client.schedule(salon.id, start=far, end=far)}

    assert works() == {salon.sergey, salon.master("Мария"), salon.master("Анна")}
    answer = salon.sandbox.control.patch(
        f"/salons/{salon.id}/staff/{salon.sergey}", json={"day_off": far.isoformat()}
    )
    assert answer.is_success
    assert works() == {salon.master("Мария"), salon.master("Анна")}
