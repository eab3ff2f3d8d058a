"""Answers to «Придёте?» that hold no plain yes or no: nothing has changed, which visit, perhaps."""

from __future__ import annotations

from whatsapp.assistant.understand.heard import Heard

# «нет, всё в силе»: the «нет» denies that anything has changed.
_IN_FORCE = ("в силе",)
_NOT_IN_FORCE = ("не в силе", "уже не|нет")
_COMES = (
    "^ ..1 могу|смогу|сможем|успею|успеем .|!|,|$",
    "не ..1 опоздаю|опоздаем|забыла|забыл|забуду|забудем|забыли",
    "^ ..1 бегу|лечу|выезжаю|выхожу",
)
_WHICH = (
    "какая|какой|какую|какое запись|визит|сеанс|процедура|процедуру",
    "что за запись|визит|сеанс|процедура",
    "на что ..2 запис~", "^ ..1 на что ?", "что ..1 у меня ?", "что там у меня",
)  # fmt: skip
_PERHAPS = (
    "^ ..1 наверное|наверно|возможно|вероятно .|!|$", "^ ..1 может быть .|!|$",
    "^ ..1 если не|ничего|все|только", "^ ..1 видно будет", "^ ..1 посмотрим|посмотрю",
    "пока ..1 под вопросом",
)  # fmt: skip


def in_force(h: Heard) -> bool:
    """«нет, всё в силе», «не забыла», «смогу»: the client comes, whatever else the words deny."""
    stays = h.line.has(*_IN_FORCE) and not h.line.has(*_NOT_IN_FORCE)
    comes = (
        h.line.has(*_COMES)
        and not h.question
        and not h.line.has("не ..1 смогу|сможем|могу|можем|успею|успеем")
    )
    return bool(stays or comes)


def asks_which(h: Heard) -> bool:
    """«какая запись?»: the client has forgotten."""
    return bool(h.line.has(*_WHICH))


def undecided(h: Heard) -> bool:
    """«наверное», «если не заболею»: neither, and nothing to be asked again at once."""
    return bool(h.line.has(*_PERHAPS)) and not (h.wish or h.question)
