"""The stand-in as a process: kill -9, a second one, the clock, limits, its own journal view."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import YclientsClient
from tests.marketplace.yclients.conftest import MOSCOW, Salon, client_of
from tests.sandboxes import YclientsSandbox, yclients_sandbox
from tests.waiting import PATIENCE


def command(directory: Path) -> list[str]:
    module = [sys.executable, "-m", "marketplace.yclients.sandbox"]
    return [*module, "--port", "0", "--state", str(directory), "--seed", "small"]


def started(directory: Path) -> tuple[subprocess.Popen[str], YclientsSandbox]:
    process = subprocess.Popen(command(directory), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, YclientsSandbox(process.stdout.readline().split()[1])


def test_nothing_is_lost_by_kill_9(tmp_path: Path) -> None:
    process, sandbox = started(tmp_path)
    try:
        salon = Salon(sandbox)
        with client_of(sandbox) as client:
            kept = salon.book(client, salon.at(12), api_id="kept").record_id
            gone = salon.book(client, salon.at(15), api_id="gone").record_id
            client.delete_record(salon.id, gone)
        sandbox.post("/lifecycle", url="http://127.0.0.1:9/lifecycle")
        before = salon.records(with_deleted="1")
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        sandbox.control.close()
    # What a kill in mid-write leaves behind: half a line.
    with (tmp_path / "log.jsonl").open("ab") as log:
        log.write(b'{"n": 99999, "rows": [["Rec')

    process, sandbox = started(tmp_path)
    try:
        salon.sandbox = sandbox
        assert salon.records(with_deleted="1") == before
        with client_of(sandbox) as client:
            with pytest.raises(errors.SlotBusy):
                salon.book(client, salon.at(12))
            assert client.record(salon.id, kept).api_id == "kept"
            assert salon.book(client, salon.at(15)).record_id > gone
        second = subprocess.run(
            command(tmp_path), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert second.returncode == 1
        assert "Another YCLIENTS sandbox works in" in second.stderr
        states = {one["id"] for one in sandbox.get("/state")["salons"]}
        assert states == {4001, salon.id}
        assert sandbox.get("/lifecycle") == {"url": "http://127.0.0.1:9/lifecycle"}
    finally:
        process.kill()
        process.wait()
        sandbox.control.close()


def test_the_clock_file_moves_the_day(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    with yclients_sandbox(tmp_path / "state", "--clock-file", str(clock)) as sandbox:
        salon = Salon(sandbox)
        with client_of(sandbox) as client:
            salon.book(client, salon.at(12))

            def free() -> list[str]:
                slots = client.book_times(
                    salon.id, staff_id=salon.sergey, day=salon.day(1), service_ids=[salon.men]
                )
                return [slot.time for slot in slots]

            before = free()
            clock.write_text(str((salon.at(15, 1) - _real_now()).total_seconds()))
            on_the_day = free()
            clock.write_text(str(400 * 86400))
            after = free()
            far = client.book_times(
                salon.id, staff_id=salon.sergey, day=salon.day(402), service_ids=[salon.men]
            )
            state = sandbox.get("/state")

    assert before[0] == "10:00"
    assert on_the_day[0] == "15:30"
    assert after == []
    assert far
    assert state["clock_offset"] == 400 * 86400


def _real_now() -> datetime:
    return datetime.now(MOSCOW)


def test_limits_are_those_of_the_vendor(tmp_path: Path) -> None:
    with yclients_sandbox(tmp_path, "--limits", "--seed", "small") as sandbox:
        headers = {"Authorization": "Bearer sandbox-partner-token"}
        url = f"{sandbox.url}/api/v1"
        with httpx.Client(base_url=url, headers=headers, timeout=PATIENCE) as http:
            answers = [http.get("/company/4001")]
            # Who is too slow for a second's limit meets the minute's.
            while answers[-1].status_code != 429 and len(answers) < 201:
                answers.append(http.get("/company/4001"))
        refused = answers.pop()

        assert refused.status_code == 429
        assert len(answers) >= 5
        assert {one.status_code for one in answers} == {200}
        assert int(refused.headers["Retry-After"]) >= 1
        assert sandbox.get("/traffic")["refused"] == 1


def test_the_journal_as_a_person_sees_it(client: YclientsClient, salon: Salon) -> None:
    salon.book(client, salon.at(15), api_id="turn-7")

    view = salon.sandbox.get(f"/salons/{salon.id}/journal", date=salon.day().isoformat())
    column = next(one for one in view["staff"] if one["name"] == "Сергей")

    assert view["date"] == salon.day().isoformat()
    assert column["slots"] == [{"from": "10:00", "to": "21:00"}]
    (row,) = column["records"]
    assert (row["from"], row["to"]) == ("15:00", "15:45")
    assert row["services"] == ["Мужская стрижка"]
    assert row["client"] == {"name": "Пётр", "phone": "79000001122"}
    assert (row["api_id"], row["created_via"], row["deleted"]) == ("turn-7", "online", False)


def test_control_answers_errors_as_json(sandbox: YclientsSandbox) -> None:
    for path, body, status in [
        ("/salons/99/records", {}, 404),
        ("/salons", {"seed": "huge"}, 400),
        ("/salons", {"timezone": "Moon/Base"}, 400),
        ("/faults", {"mode": "explode"}, 400),
        ("/faults", {"mode": "status", "path_regex": "("}, 400),
        ("/salons/4001/records", {"staff_id": 1}, 400),
    ]:
        answer = sandbox.control.post(path, json=body)
        assert answer.status_code == status, (path, answer.text)
        assert answer.json()["error"]


def test_the_sandbox_is_an_outsider() -> None:
    """Running it loads nothing of ours but its own package: no Django, no core."""
    script = (
        "import sys, marketplace.yclients.sandbox.__main__;"
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'aiadmin')"
        " or name.startswith('marketplace.') and '.yclients' not in name])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "[]"
