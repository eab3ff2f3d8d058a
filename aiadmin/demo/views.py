"""Doors of the demo desk: its page, its JSON for the page, and the hook that the stand-ins call."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from aiadmin.core.crypto import same_secret
from aiadmin.core.errors import NotFoundError
from aiadmin.demo import cast, desk, news, sandboxes

_TRANSLATORS = {"whatsapp": news.from_whatsapp, "yclients": news.from_yclients}


def desk_page(request: HttpRequest) -> HttpResponse:
    if not sandboxes.configured():
        return render(request, "demo/absent.html", status=503)
    same = request.get_host().replace("localhost", "127.0.0.1")
    if same != request.get_host() and f"http://{same}" == settings.PUBLIC_URL:
        # The connect page's socket answers pages of PUBLIC_URL only.
        return HttpResponseRedirect(f"{settings.PUBLIC_URL}/demo/")
    path = desk.connect_path()
    return render(
        request,
        "demo/desk.html",
        {
            "connect_path": path,
            "customers": cast.CUSTOMERS,
            "suggestions": cast.SUGGESTIONS,
        },
    )


class _Code(serializers.Serializer):
    code = serializers.CharField(max_length=20)


class _Letter(serializers.Serializer):
    """`image`: the text is its caption and may be empty."""

    text = serializers.CharField(max_length=20_000, allow_blank=True, trim_whitespace=False)
    image = serializers.BooleanField(default=False)


class _Day(serializers.Serializer):
    date = serializers.DateField(required=False)


class _Fault(serializers.Serializer):
    down = serializers.BooleanField()


class _Move(serializers.Serializer):
    """Seconds to add; null: back to real time. Thirty days at most, either way."""

    seconds = serializers.IntegerField(
        allow_null=True, min_value=int(-30 * desk.DAY), max_value=int(30 * desk.DAY)
    )


def _valid(serializer: serializers.Serializer) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


@api_view(["GET"])
def state(_: Request) -> Response:
    return Response(desk.state())


@api_view(["POST"])
def listen(_: Request) -> Response:
    desk.listen()
    return Response({"success": True})


@api_view(["POST"])
def scan(_: Request) -> Response:
    desk.scan()
    return Response({"success": True})


@api_view(["POST"])
def enter_code(request: Request) -> Response:
    desk.enter_code(_valid(_Code(data=request.data))["code"])
    return Response({"success": True})


@api_view(["POST"])
def log_out(_: Request) -> Response:
    desk.log_out()
    return Response({"success": True})


@api_view(["GET", "POST"])
def chat(request: Request, phone: str) -> Response:
    if request.method == "POST":
        letter = _valid(_Letter(data=request.data))
        text = letter["text"]
        desk.write(phone, {"image": {"caption": text}} if letter["image"] else {"text": text})
        return Response({"success": True})
    return Response({"messages": desk.client_chat(phone)})


@api_view(["POST"])
def look(_: Request, phone: str) -> Response:
    desk.look(phone)
    return Response({"success": True})


@api_view(["GET"])
def journal(request: Request) -> Response:
    return Response(desk.journal_day(_valid(_Day(data=request.query_params)).get("date")))


@api_view(["POST"])
def move_clock(request: Request) -> Response:
    desk.move_clock(seconds=_valid(_Move(data=request.data))["seconds"])
    news.tell({"type": "clock"})
    return Response({"success": True})


@api_view(["POST"])
def move_visit(_: Request) -> Response:
    desk.move_visit()
    return Response({"success": True})


@api_view(["POST"])
def set_yclients(request: Request) -> Response:
    desk.set_yclients(down=_valid(_Fault(data=request.data))["down"])
    return Response({"success": True})


@api_view(["POST"])
def hook(request: Request, source: str, secret: str) -> Response:
    """News from a stand-in. Anything that is not for the desk is answered 200 and dropped."""
    translate = _TRANSLATORS.get(source)
    if translate is None or not same_secret(secret, desk.hook_secret(source)):
        raise NotFoundError("Не найдено")
    frame = translate(request.data)
    if frame is not None:
        news.tell(frame)
    return Response({"success": True})
