"""Pages: what a person sees on the landing, on the connect page and when something does not fit."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin.core import signatures
from aiadmin.core.models import Alarm
from marketplace.models import Company
from marketplace.services import activation, tokens
from marketplace.services.registration import Registration
from tests.sandboxes import YclientsSandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

OWNER = {
    "id": 501,
    "name": "Шура Филиппов",
    "phone": "79160000000",
    "email": "t@example.test",
    "is_approved": True,
    "avatar": "",
    "salon_name": "Лилия",
}


def buttons(answer: Any) -> list[str]:
    """The secrets of the page's "connect" buttons, in their order."""
    return re.findall(r'name="session" value="([^"]+)"', answer.content.decode())


def _redirect(settings: Settings, *pairs: tuple[str, object], alphabet: str = "url") -> str:
    """YCLIENTS's redirect with its signature, as §4.2 of the sheet describes it."""
    raw = json.dumps(OWNER, ensure_ascii=False, separators=(",", ":")).encode()
    encode = urlsafe_b64encode if alphabet == "url" else b64encode
    query = [
        *pairs,
        (
            "user_data",
            encode(raw).decode().rstrip("=") if alphabet == "bare" else encode(raw).decode(),
        ),
        ("user_data_sign", signatures.sign(raw, settings.YCLIENTS_API_KEY)),
    ]
    return f"/marketplace/?{urlencode(query)}"


# --- Landing -----------------------------------------------------------------------------------------
def test_landing_tells_what_it_does_in_russian(client: Client) -> None:
    answer = client.get("/marketplace/")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="ru">' in text
    assert "Клиенты записываются в WhatsApp" in text
    assert "support@ai-admin.app" in text


@pytest.mark.parametrize("told", [True, False])
def test_landing_tells_of_a_model_where_one_is_asked(
    told: bool, client: Client, settings: Settings
) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9/v1" if told else ""
    settings.LLM_MODEL = settings.TRANSCRIPTION_MODEL = "any"

    text = client.get("/marketplace/").content.decode()

    assert ("языковой модели" in text, "на расшифровку" in text) == (told, told)
    assert "Больше никому" in text


def test_pages_carry_a_policy_that_they_satisfy(client: Client, registered: Registration) -> None:
    for url in ("/marketplace/", registered.connect_url, "/marketplace/connect?token=x"):
        answer = client.get(url)
        policy = answer.headers["Content-Security-Policy"]
        text = answer.content.decode()
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "frame-ancestors 'self' https://yclients.com https://*.yclients.com" in policy
        assert "X-Frame-Options" not in answer.headers
        # A block of data is no script: the browser runs nothing of it.
        assert not re.search(r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))", text)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)
        assert not re.search(r'(?:src|href)="https?://(?!t\.me/)', text)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["salon_id", "salon_ids[]", "salon_ids[0]"])
@pytest.mark.parametrize("alphabet", ["url", "standard", "bare"])
def test_stored_owner_presses_one_button_to_the_connect_page(
    name: str, alphabet: str, client: Client, registered: Registration, settings: Settings
) -> None:
    Company.objects.update(owner_user_id=OWNER["id"])
    url = _redirect(settings, (name, registered.company.salon_id), alphabet=alphabet)

    [session] = buttons(client.get(url))
    answer = client.post("/marketplace/connect", {"session": session}, follow=True)

    assert answer.status_code == 200
    [(location, status)] = answer.redirect_chain
    assert status == 303
    token = location.split("token=")[1].split("&")[0]
    assert tokens.company_for_token(token) == registered.company
    assert "Отсканируйте код телефоном салона" in answer.content.decode()


def test_fresh_install_registers_the_salon(
    client: Client, yclients: YclientsSandbox, settings: Settings
) -> None:
    made = yclients.new_salon(seed="small", title="Студия «Ёлка»")
    signed = yclients.post(f"/salons/{made['salon_id']}/redirect", salon_name="Студия «Ёлка»")

    answer = client.get(f"/marketplace/?{signed['query']}")

    company = Company.objects.get(external_company_id=made["salon_id"])
    assert answer.status_code == 200
    assert company.title == "Студия «Ёлка»"
    assert "Студия «Ёлка»" in answer.content.decode()
    assert not answer.cookies


def test_bad_signature_is_a_403_page(client: Client, salon_id: int, settings: Settings) -> None:
    settings.MARKETPLACE_OPEN_REGISTRATION = True
    good = _redirect(settings, ("salon_id", salon_id))

    for url in (
        good.replace("user_data_sign=", "user_data_sign=0"),
        good.split("&user_data_sign")[0],
    ):
        answer = client.get(url)
        assert answer.status_code == 403
        assert "Не удалось проверить переход из YCLIENTS" in answer.content.decode()
    assert not Company.objects.exists()


def test_stranger_sees_that_the_request_awaits_approval(
    client: Client, registered: Registration, settings: Settings
) -> None:
    Company.objects.update(owner_user_id=777)

    answer = client.get(_redirect(settings, ("salon_id", registered.company.salon_id)))

    text = answer.content.decode()
    assert answer.status_code == 202
    assert "Запрос отправлен на проверку" in text
    assert "token=" not in text
    assert Alarm.objects.filter(kind=f"approval:{OWNER['id']}").exists()


def test_visit_without_signed_data_awaits_approval(client: Client, salon_id: int) -> None:
    answer = client.get(f"/marketplace/?salon_id={salon_id}")

    assert answer.status_code == 202
    assert "Запрос отправлен на проверку" in answer.content.decode()
    assert not Company.objects.exists()
    assert Alarm.objects.filter(kind="approval_unsigned").exists()


def test_several_salons_are_listed_with_a_button_each(
    client: Client, registered: Registration, another: Registration, settings: Settings
) -> None:
    Company.objects.update(owner_user_id=OWNER["id"])
    salons = [registered.company.salon_id, another.company.salon_id]

    answer = client.get(_redirect(settings, *(("salon_ids[]", salon) for salon in salons)))

    assert answer.status_code == 200
    assert "Подключите каждый салон" in answer.content.decode()
    opened = [
        client.post("/marketplace/connect", {"session": session}).headers["Location"]
        for session in buttons(answer)
    ]
    assert [int(address.rpartition("salon=")[2]) for address in opened] == salons


@pytest.mark.parametrize(
    "query",
    ["salon_id=лилия", "salon_id=0", "salon_id=99999999999", "salon_id=", "salon_id=1&salon_id=x"],
)
def test_wrong_salon_number_is_a_400_page(query: str, client: Client, settings: Settings) -> None:
    settings.MARKETPLACE_OPEN_REGISTRATION = True

    answer = client.get(f"/marketplace/?{query}")

    assert answer.status_code == 400
    assert "номер салона" in answer.content.decode()
    assert not Company.objects.exists()


# --- Connect -----------------------------------------------------------------------------------------
def test_connect_page_shows_the_salon_and_keeps_the_token_out(
    client: Client, registered: Registration
) -> None:
    Company.objects.update(title="Студия «Лилия» <b>")

    answer = client.get(registered.connect_url)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Студия «Лилия» &lt;b&gt;" in text
    assert f'data-company="{registered.company.pk}"' in text
    assert registered.token not in text


def test_connected_company_sees_that_it_is_connected(
    client: Client, registered: Registration
) -> None:
    activation.mark_connected(
        registered.company.pk, phone="+79001234567", at=tokens.ConnectJwt().current_time
    )

    assert 'data-connected="1"' in client.get(registered.connect_url).content.decode()


@pytest.mark.parametrize("query", ["", "?token=", "?token=x", "?company=1&salon=2"])
def test_without_a_valid_token_the_page_says_what_to_do(
    query: str, client: Client, registered: Registration
) -> None:
    answer = client.get(f"/marketplace/connect{query}")

    assert answer.status_code == 401
    assert "Откройте приложение в YCLIENTS ещё раз" in answer.content.decode()


def test_expired_link_says_so_and_offers_no_resume(
    client: Client, registered: Registration
) -> None:
    jwt = tokens.ConnectJwt()
    jwt["company_id"] = registered.company.pk
    jwt.set_exp(lifetime=-jwt.lifetime)

    answer = client.get(f"/marketplace/connect?token={jwt}")

    text = answer.content.decode()
    assert answer.status_code == 401
    assert "Ссылка устарела" in text
    assert "resume.js" not in text
    # A reload of a tab whose address lost its token: the script may bring it back.
    assert "resume.js" in client.get("/marketplace/connect").content.decode()


def test_revoked_link_opens_nothing(client: Client, registered: Registration) -> None:
    tokens.revoke(registered.token)

    assert client.get(registered.connect_url).status_code == 401


def test_connect_page_with_its_parts_weighs_under_60_kb(
    client: Client, registered: Registration
) -> None:
    text = client.get(registered.connect_url).content
    static = Path(django_settings.BASE_DIR) / "static"
    parts = [static / "css/base.css", static / "css/connect.css", static / "img/mark.svg"]
    scripts = list((static / "js/connect").glob("*.js"))

    weight = len(text) + sum(path.stat().st_size for path in [*parts, *scripts])

    assert weight <= 60_000
    assert all(len(path.read_text().splitlines()) <= 300 for path in scripts)


# --- Elsewhere ---------------------------------------------------------------------------------------
def test_unknown_path_is_a_page_for_a_browser(client: Client) -> None:
    answer = client.get("/marketplace/conect", headers={"Accept": "text/html,*/*;q=0.8"})

    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.content.decode()


def test_pages_are_only_read(client: Client) -> None:
    assert client.post("/marketplace/").status_code == 405
    assert client.put("/marketplace/connect").status_code == 405
    assert client.head("/marketplace/").status_code == 200
