"""The doctor's look outwards: settings, the public address, mail, YCLIENTS, the proxy, Supabase."""

import base64
import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core import mail
from django.db import connection

from aiadmin import env
from aiadmin.core.http import build_client
from aiadmin.doctor_line import Line, failed, note, ok, some
from marketplace.services.yclients_access import partner_client
from marketplace.yclients import errors

_SECONDS = 5.0
# A WebSocket's opening as a browser sends it; the key is the example of RFC 6455.
_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def check_settings() -> Line:
    name = "Настройки"
    if not settings.YCLIENTS_API_KEY or settings.YCLIENTS_APPLICATION_ID <= 0:
        return failed(name, "Задайте YCLIENTS_API_KEY и YCLIENTS_APPLICATION_ID из кабинета.")
    if settings.PRODUCTION and not settings.TRUSTED_PROXIES:
        return failed(
            name,
            "Задайте TRUSTED_PROXIES (адрес nginx): иначе все посетители для нас на одном адресе и "
            "вместе упираются в его ограничения.",
        )
    if not settings.OPS_EMAIL and not settings.ALERT_WEBHOOK_URL:
        text = "Тревоги видны только в админке: задайте OPS_EMAIL или ALERT_WEBHOOK_URL."
        return note(name, text)
    return ok(name, f"режим {settings.DJANGO_ENV}, адрес {settings.PUBLIC_URL}")


def check_public_address() -> Line:
    """PUBLIC_URL as owners reach it: nginx answers, and lets the page's WebSocket through."""
    name, where = "Адрес снаружи", settings.PUBLIC_URL
    try:
        with build_client(base_url=where, timeout=_SECONDS) as client:
            answer = client.get("/healthz")
            request = client.build_request("GET", "/marketplace", headers=_UPGRADE)
            opened = client.send(request, stream=True)
            opened.close()
    except httpx.HTTPError as error:
        return failed(
            name,
            f"{where} не открывается ({type(error).__name__}). Проверьте PUBLIC_URL, DNS, nginx и "
            "сертификат.",
        )
    if answer.status_code != 200:
        return failed(
            name, f"{where}/healthz ответил {answer.status_code}. Проверьте PUBLIC_URL и nginx."
        )
    if opened.status_code != 101:
        return failed(
            name,
            f"WebSocket страницы не открывается ({opened.status_code}). Прокси должен передавать "
            "Upgrade и Connection, как в docker/nginx.conf.",
        )
    return ok(name, f"{where} открывается, WebSocket проходит")


def check_mail() -> Line:
    name = "Почта"
    backend = settings.EMAIL_BACKEND
    if backend.endswith("console.EmailBackend"):
        text = "письма уходят только в журнал. Задайте EMAIL_URL (smtp://…)."
        return failed(name, text) if settings.PRODUCTION else note(name, text)
    if backend.endswith("filebased.EmailBackend"):
        if not Path(str(getattr(settings, "EMAIL_FILE_PATH", ""))).is_dir():
            return failed(name, "папки из EMAIL_URL нет. Создайте её или задайте smtp://…")
        return note(name, "письма складываются в папку: получатели их не увидят.")
    try:
        sender = mail.get_connection(timeout=_SECONDS)
        sender.open()
        sender.close()
    except OSError as error:  # smtplib's errors are of this kind
        return failed(
            name,
            f"сервер не принимает ({type(error).__name__}). Проверьте адрес и пароль в EMAIL_URL.",
        )
    return ok(name, "сервер принимает письма")


def check_yclients() -> Line:
    """The partner token and the application's number, by the list of its salons."""
    name = "YCLIENTS"
    try:
        with partner_client() as client:
            salons = client.installed_salons(application_id=settings.YCLIENTS_APPLICATION_ID)
            installed = next(salons, None)
    except errors.Unauthorized:
        return failed(name, "партнёрский токен не принят. Проверьте YCLIENTS_API_KEY.")
    except (errors.NotFound, errors.Forbidden):
        return failed(
            name,
            f"приложение {settings.YCLIENTS_APPLICATION_ID} не ваше. "
            "Проверьте YCLIENTS_APPLICATION_ID.",
        )
    except errors.YclientsError as error:
        return failed(
            name,
            f"{error.message} ({settings.YCLIENTS_API_URL}). Проверьте сеть и YCLIENTS_API_URL.",
        )
    seen = "приложение установлено в салонах" if installed else "приложение ещё нигде не стоит"
    return ok(name, f"партнёрский токен принят, {seen}")


def check_proxy() -> Line:
    """The way out to WhatsApp, where one is set for all; salons' own are the bridge's to know."""
    name, address = "Прокси WhatsApp", env.text("WHATSAPP_PROXY_URL")
    if not address:
        return ok(name, "не задан: мост ходит напрямую")
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), _SECONDS).close()
    except (OSError, OverflowError) as error:
        return failed(
            name,
            f"{parts.hostname}:{parts.port} не отвечает ({type(error).__name__}). Запустите прокси "
            "или исправьте WHATSAPP_PROXY_URL.",
        )
    return ok(name, f"{parts.hostname}:{parts.port} отвечает")


def check_supabase() -> Line:
    """That a stranger with the project's public key reads none of our tables over its REST API."""
    name = "Supabase"
    if not settings.SUPABASE_URL or not settings.SUPABASE_KEY:
        return ok(name, "не задан (SUPABASE_URL, SUPABASE_KEY): проверять нечего")
    if _role(settings.SUPABASE_KEY) == "service_role":
        return note(
            name,
            "в SUPABASE_KEY служебный ключ: он обходит RLS и ничего не докажет. Задайте ключ anon.",
        )
    headers = {
        "apikey": settings.SUPABASE_KEY,
        "Authorization": f"Bearer {settings.SUPABASE_KEY}",
    }
    shown = []
    try:
        with build_client(
            base_url=settings.SUPABASE_URL, timeout=_SECONDS, headers=headers
        ) as client:
            for table in connection.introspection.table_names():
                answer = client.get(f"/rest/v1/{table}", params={"select": "*", "limit": "1"})
                if answer.status_code == 200 and _rows(answer):
                    shown.append(table)
    except httpx.HTTPError as error:
        return failed(name, f"REST не отвечает ({type(error).__name__}). Проверьте SUPABASE_URL.")
    if shown:
        return failed(
            name, f"по REST видны таблицы {some(shown)}. Включите RLS: manage.py migrate."
        )
    return ok(name, "по REST наших строк не видно")


def _rows(answer: httpx.Response) -> bool:
    try:
        return bool(answer.json())
    except ValueError:
        return False


def _role(key: str) -> str:
    """The role that a Supabase key (a JWT) is for; "" when it is none. Nothing is verified here."""
    try:
        body = key.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return str(told.get("role", ""))
    except (IndexError, ValueError, AttributeError):
        return ""
