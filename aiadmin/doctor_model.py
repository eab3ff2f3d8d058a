"""The doctor's look at the language model: one real question in the form that the assistant uses."""

from urllib.parse import urlsplit

from django.conf import settings

from aiadmin.doctor_line import Line, note, ok
from whatsapp.services import llm, transcription

_ADVICE = {
    "unreachable": "не открывается. Проверьте LLM_BASE_URL",
    "timeout": f"отвечает дольше {settings.LLM_SECONDS:.0f} с. Возьмите модель быстрее",
    "invalid": "отвечает не по схеме. Возьмите модель, которая знает response_format json_schema",
    "http_400": "не принимает наш запрос. Возьмите модель, которая знает response_format json_schema",
    "http_401": "не принимает ключ. Проверьте LLM_API_KEY",
    "http_403": "не принимает ключ. Проверьте LLM_API_KEY",
    "http_404": "не знает такой модели или адреса. Проверьте LLM_MODEL и LLM_BASE_URL",
    "http_429": "говорит, что лимит исчерпан. Проверьте счёт у поставщика",
}


def check_model() -> Line:
    """Never FAILED: the product works without it. The question names no salon and no client."""
    name = "Языковая модель"
    voice = (
        f"голосовые расшифровывает {settings.TRANSCRIPTION_MODEL}"
        if transcription.configured()
        else "голосовые не расшифровываются"
    )
    if not llm.configured():
        if settings.LLM_BASE_URL and not transcription.configured():
            return note(name, "LLM_BASE_URL задан, а LLM_MODEL и TRANSCRIPTION_MODEL нет.")
        return ok(name, f"не подключена, {voice}")
    where = urlsplit(settings.LLM_BASE_URL).netloc
    outcome, took_ms = llm.probe()
    if outcome == "answered":
        return ok(name, f"{settings.LLM_MODEL} на {where} отвечает за {took_ms} мс, {voice}")
    advice = _ADVICE.get(outcome, f"не отвечает ({outcome}). Проверьте LLM_BASE_URL")
    return note(name, f"{where} {advice}. Пока помощник отвечает по своим правилам.")
