"""Files in the staff's chat view: what is shown of each, and the view that hands out the content."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString

from whatsapp import byte_ranges, gateway, gateway_files
from whatsapp.models import Message
from whatsapp.services import media
from whatsapp.services.bridge_rows import MediaRow

# Shown in the page; everything else is saved as a file.
_INLINE = ("image/", "audio/", "video/")
# A client's file runs nothing and loads nothing, wherever it is opened.
_POLICY = "default-src 'none'; sandbox"

_WHY_NOT = {
    "too_large": "файл больше 25 МБ, посмотрите его на телефоне",
    "type_not_allowed": "файлы этого вида не сохраняются",
    "type_mismatch": "файл выдаёт себя за другой вид, он не сохранён",
}
_STATES = {
    "owed": "файл загружается",
    "refused": "файл не сохранён",
    "expired": "файла больше нет в WhatsApp",
    "failed": "файл не удалось получить, посмотрите его на телефоне",
}
GONE = f"файл удалён: они хранятся {media.KEPT.days} дней"


def cell(message: Message, file: MediaRow | None) -> SafeString | str:
    """What stands in the chat for the file of a message; "" for a message without one."""
    if message.kind not in media.KINDS:
        return ""
    if file is None:
        return format_html("<em>{}</em>", GONE)
    if file.status != "fetched":
        return format_html("<em>{}</em>", _WHY_NOT.get(file.reason) or _STATES[file.status])
    address = reverse("admin:whatsapp_message_file", args=[message.pk])
    if file.mime.startswith("image/"):
        return format_html(
            '<a href="{0}" target="_blank"><img src="{0}" alt="Фото" loading="lazy"></a>', address
        )
    if file.mime.startswith("audio/"):
        return format_html('<audio src="{}" controls preload="none"></audio>', address)
    if file.mime.startswith("video/"):
        return format_html('<video src="{}" controls preload="none"></video>', address)
    return format_html(
        '<a href="{}">{} · {}</a>', address, file.filename or "Файл", filesizeformat(file.size)
    )


def serve(request: HttpRequest, message: Message) -> HttpResponseBase:
    """The content. The caller has looked at the permission; admin's own wrapper forbids caching."""
    found = media.open_file(message)
    response: HttpResponseBase
    match found:
        case gateway_files.MediaFile():
            response = _file(found, request.headers.get("Range", ""))
            inline = message.kind != "document" and found.mime.startswith(_INLINE)
            name = found.filename or f"{message.kind}-{message.pk}"
            response["Content-Disposition"] = content_disposition_header(not inline, name) or ""
        case gateway_files.NoFile(code, reason):
            state = code.removeprefix("media_")
            text = _WHY_NOT.get(reason) or _STATES.get(state) or GONE
            response = HttpResponse(
                text.capitalize(), status=404, content_type="text/plain; charset=utf-8"
            )
        case gateway.Unreachable():
            text = "Мост WhatsApp сейчас не отвечает. Попробуйте через минуту."
            response = HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _file(found: gateway_files.MediaFile, wanted: str) -> HttpResponseBase:
    """The whole file, or the part of it that a player wants (206), or 416 when there is no such part."""
    response: HttpResponseBase
    try:
        part = byte_ranges.asked_part(wanted, found.size)
    except byte_ranges.OutOfRange:
        found.chunks.close()
        response = HttpResponse(status=416, content_type=found.mime)
        response["Content-Range"] = f"bytes */{found.size}"
        return response
    if part is None:
        response = StreamingHttpResponse(found.chunks, content_type=found.mime)
        response["Content-Length"] = str(found.size)
    else:
        chunks = byte_ranges.cut(found.chunks, part)
        response = StreamingHttpResponse(chunks, status=206, content_type=found.mime)
        response["Content-Length"] = str(part.size)
        response["Content-Range"] = f"bytes {part.first}-{part.last}/{found.size}"
    response["Accept-Ranges"] = "bytes"
    return response
