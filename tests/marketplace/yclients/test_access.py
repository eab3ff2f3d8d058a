"""Who may call: the partner token alone, with a user, rights taken away, an unpaid licence."""

import httpx
import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import YclientsClient
from tests.marketplace.yclients.conftest import PARTNER_TOKEN, USER_TOKEN, Salon, client_of
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE


def test_what_the_partner_token_alone_opens(sandbox: YclientsSandbox, salon: Salon) -> None:
    with client_of(sandbox, user_token=None) as partner:
        assert partner.company(salon.id).id == salon.id
        assert partner.book_services(salon.id)
        booked = salon.book(partner, salon.at(15))
        for call in (partner.services, partner.staff, partner.hooks_settings, partner.permissions):
            with pytest.raises(errors.Unauthorized):
                call(salon.id)
        with pytest.raises(errors.Unauthorized):
            list(partner.records(salon.id))
        with pytest.raises(errors.Unauthorized):
            partner.delete_record(salon.id, booked.record_id)
    assert len(salon.records()) == 1


def test_marketplace_access_stands_for_a_user(sandbox: YclientsSandbox, salon: Salon) -> None:
    salon.set(marketplace_access=True)

    with client_of(sandbox, user_token=None) as partner:
        with pytest.raises(errors.Unauthorized):
            partner.services(salon.id)  # the application is only pending
        salon.post("/status", status="active")
        assert partner.services(salon.id)
        assert list(partner.records(salon.id)) == []


@pytest.mark.parametrize("tokens", [{"partner_token": "wrong"}, {"user_token": "wrong"}])
def test_wrong_tokens_are_refused(
    sandbox: YclientsSandbox, salon: Salon, tokens: dict[str, str]
) -> None:
    with client_of(sandbox, **tokens) as stranger, pytest.raises(errors.Unauthorized):
        stranger.services(salon.id)


def test_a_missing_right_is_named(client: YclientsClient, salon: Salon) -> None:
    salon.set(denied=["clients_access", "delete_records_access"])
    booked = salon.book(client, salon.at(15))

    with pytest.raises(errors.Forbidden) as search:
        client.search_clients(salon.id, phone="79000001122")
    with pytest.raises(errors.Forbidden) as delete:
        client.delete_record(salon.id, booked.record_id)

    assert (search.value.right, delete.value.right) == ("clients_access", "delete_records_access")
    rights = client.permissions(salon.id)
    assert not rights["clients_access"]
    assert rights["timetable_access"]


def test_hidden_phones_are_empty_not_broken(client: YclientsClient, salon: Salon) -> None:
    booked = salon.book(client, salon.at(15))
    salon.set(denied=["timetable_phones_access"])

    assert client.record(salon.id, booked.record_id).phone == ""


def test_an_expired_licence_has_its_own_error(client: YclientsClient, salon: Salon) -> None:
    salon.set(licence_expired=True)

    with pytest.raises(errors.LicenceExpired) as on_services:
        client.services(salon.id)
    with pytest.raises(errors.LicenceExpired) as on_search:
        client.search_clients(salon.id, phone="79000001122")

    assert (on_services.value.status, on_search.value.status) == (403, 402)


def test_an_unknown_salon_is_not_found(client: YclientsClient) -> None:
    with pytest.raises(errors.NotFound):
        client.company(99)
    with pytest.raises(errors.NotFound):
        client.book_services(99)


def test_login(sandbox: YclientsSandbox, client: YclientsClient) -> None:
    assert client.auth("owner@example.test", "sandbox") == USER_TOKEN
    with pytest.raises(errors.Unauthorized):
        client.auth("owner@example.test", "wrong")
    with pytest.raises(errors.Unauthorized) as second_factor:
        client.auth("two@example.test", "sandbox")
    assert "код" in second_factor.value.message


def test_trailing_slashes_and_both_401_shapes(sandbox: YclientsSandbox, salon: Salon) -> None:
    headers = {"Authorization": f"Bearer {PARTNER_TOKEN}"}

    def get(path: str, **options: object) -> httpx.Response:
        return httpx.get(f"{sandbox.url}/api/v1{path}", timeout=PATIENCE, **options)  # type: ignore[arg-type]

    assert get(f"/company/{salon.id}/", headers=headers).status_code == 200
    assert get(f"/company/{salon.id}", headers=headers).status_code == 200
    assert get(f"/company/{salon.id}/services").json()["errors"]["code"] == 401
    assert get(f"/records/{salon.id}").json()["success"] is False


def test_odd_json_is_a_400_never_a_500(sandbox: YclientsSandbox, salon: Salon) -> None:
    headers = {"Authorization": f"Bearer {PARTNER_TOKEN}, User {USER_TOKEN}"}
    odd = [
        b"{",
        b"[]",
        b'{"appointments": "x"}',
        b'{"appointments": [{"services": [{}]}], "phone": {}, "fullname": []}',
        b'{"staff_id": [], "services": 5, "datetime": {}, "seance_length": "x", "client": 7}',
        b'{"page": "x", "filters": [1]}',
    ]
    for path in (
        f"book_record/{salon.id}",
        f"records/{salon.id}",
        f"company/{salon.id}/clients/search",
    ):
        for body in odd:
            url = f"{sandbox.url}/api/v1/{path}"
            answer = httpx.post(url, content=body, headers=headers, timeout=PATIENCE)
            assert 200 <= answer.status_code < 500, (path, body)
    assert salon.records() == []
