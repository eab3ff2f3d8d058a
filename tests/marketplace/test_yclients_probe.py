"""What YCLIENTS lets us do in a salon, told call by call: with which token, or which right is missing."""

import pytest
from pytest_django.fixtures import Settings

from marketplace.services import yclients_probe
from marketplace.services.yclients_probe import Verdict
from marketplace.yclients import access
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon_id(yclients: YclientsSandbox) -> int:
    return int(yclients.new_salon(seed="small")["salon_id"])


def change(yclients: YclientsSandbox, salon_id: int, **values: object) -> None:
    assert yclients.control.patch(f"/salons/{salon_id}", json=values).is_success


def verdicts(report: yclients_probe.Report) -> dict[str, Verdict]:
    return {finding.access.key: finding.verdict for finding in report.findings}


def test_with_a_user_token_everything_works_and_what_needs_it_is_told(salon_id: int) -> None:
    report = yclients_probe.probe(salon_id)

    assert report.ok
    assert report.has_user_token
    found = verdicts(report)
    # The table says the same as the stand-in shows.
    for row in access.TABLE:
        expected = {Verdict.USER} if row.user else {Verdict.PARTNER, Verdict.UNTRIED}
        assert found[row.key] in expected, row.key
    assert found["book_record"] is Verdict.UNTRIED
    assert found["permissions"] is Verdict.USER


def test_without_a_user_token_the_report_says_what_to_do(salon_id: int, settings: Settings) -> None:
    settings.YCLIENTS_USER_TOKEN = ""

    report = yclients_probe.probe(salon_id)

    assert not report.ok
    assert not report.has_user_token
    found = verdicts(report)
    assert (found["company"], found["records"]) == (Verdict.PARTNER, Verdict.REFUSED)
    advice = {finding.access.key: finding.advice for finding in report.findings}
    assert "manage.py yclients_token" in advice["records"]


def test_an_installed_application_may_stand_for_a_user(
    salon_id: int, yclients: YclientsSandbox, settings: Settings
) -> None:
    settings.YCLIENTS_USER_TOKEN = ""
    change(yclients, salon_id, marketplace_access=True)
    yclients.post(f"/salons/{salon_id}/status", status="active")

    report = yclients_probe.probe(salon_id)

    assert report.ok
    assert set(verdicts(report).values()) == {Verdict.PARTNER, Verdict.UNTRIED}


@pytest.mark.parametrize("row", [row for row in access.TABLE if row.right], ids=lambda row: row.key)
def test_each_missing_right_is_named(
    salon_id: int, yclients: YclientsSandbox, row: access.Access
) -> None:
    change(yclients, salon_id, denied=[row.right])

    report = yclients_probe.probe(salon_id)

    (finding,) = [one for one in report.findings if one.access.key == row.key]
    assert finding.verdict is Verdict.REFUSED
    assert row.right in finding.advice
    assert access.RIGHTS[row.right] in finding.advice
    assert report.ok == (not row.needed)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("YCLIENTS_API_KEY", "wrong", "YCLIENTS_API_KEY"),
        ("YCLIENTS_USER_TOKEN", "wrong-token-0000000000", "не принят"),
    ],
)
def test_wrong_tokens_are_told_apart(
    salon_id: int, settings: Settings, setting: str, value: str, words: str
) -> None:
    setattr(settings, setting, value)

    report = yclients_probe.probe(salon_id)

    assert not report.ok
    assert any(words in finding.advice for finding in report.findings)


def test_a_strangers_token_an_unpaid_licence_and_an_unknown_salon(
    salon_id: int, yclients: YclientsSandbox
) -> None:
    change(yclients, salon_id, user_known=False)
    stranger = yclients_probe.probe(salon_id)
    change(yclients, salon_id, user_known=True, licence_expired=True)
    unpaid = yclients_probe.probe(salon_id)
    unknown = yclients_probe.probe(99)

    assert (stranger.ok, unpaid.ok, unknown.ok) == (False, False, False)
    assert verdicts(stranger)["company"] is Verdict.PARTNER
    assert any("лицензию" in finding.advice for finding in unpaid.findings)
    assert any("номер салона" in finding.advice for finding in unknown.findings)


def test_silence_is_not_called_a_refusal(salon_id: int, yclients: YclientsSandbox) -> None:
    yclients.fault(f"/staff/schedule|/staff$|/records/{salon_id}$", "html", status=502)

    report = yclients_probe.probe(salon_id)

    found = verdicts(report)
    assert (found["staff"], found["services"]) == (Verdict.SILENT, Verdict.USER)
    assert not report.ok
