"""«Ок, подумаю», «может, в субботу», «да, дорого»: neither a yes nor a choice, so nothing is done. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy.said import ASKS
from whatsapp.assistant.state import DialogueState

_ORDERS = re.compile(
    r"\b(запиши(те)?|записывай(те)?|перенеси(те)?|переноси(те)?|отмени(те)?|отменяй(те)?"
    r"|(за)?бронируй(те)?)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(подума(ю|ем|ть)|поразмысл\w+|реш(у|им|ать|ить)|посовет(уюсь|уемся|оваться)|спрошу|спросить"
    r"|перезвоню|позвоню|напишу|отпишусь|сообщу|отвечу|скажу|уточню|узнаю|не знаю|не уверен\w*)\b"
    r"|\bдавай(те)?\s+(позже|попозже|потом)\W*$"
    r"|\b(позже|попозже|потом)\s+запишусь\b|\bзапишусь\s+(позже|попозже|потом)\b"
    r"|\bбуд(у|ем) (знать|думать|иметь в виду)\b",
    re.IGNORECASE,
)
# «я позвоню и сама перенесу», «потом запишусь»
_BY_THEMSELVES = re.compile(
    r"\b(сам[аи]?|потом|позже|попозже|позвоню и)\s+(\w+\s+)?(перенесу|отменю|запишусь|запишемся)\b"
    r"|\b(перенесу|отменю|запишусь|запишемся)\s+(сам[аи]?|потом|позже|попозже)\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"\b(может|возможно|наверное?|вероятно|вряд ли|хотелось бы|если)\b", re.IGNORECASE
)
_IF_YOU_CAN = re.compile(
    r"\bможет(е)? (запис|перен)\w+|\bесли (можно|возможно|не сложно|не трудно|что)\b", re.I
)
_DEAR = re.compile(r"\bдорог(о|овато)\b|^\W*да ладно\W*$", re.IGNORECASE)
_ANSWERED = (Intent.PRICE, Intent.SERVICES, Intent.HOURS, Intent.ADDRESS, Intent.STAFF_INFO)
_ACTS = (Intent.BOOK, Intent.RESCHEDULE, Intent.CANCEL)


def heard(frame: Frame, text: str, state: DialogueState) -> Frame:
    """`frame` as it is when nothing is open, or when the words order something after all."""
    if frame.intent in _ACTS and _BY_THEMSELVES.search(text) and not _ORDERS.search(text):
        return _nothing(frame, Topic.PAUSE)
    if state.idle or frame.intent not in _ACTS or _ORDERS.search(text):
        return frame
    if _LATER.search(text):
        return _nothing(frame, Topic.PAUSE)
    if frame.confirmed and ASKS.search(text):
        asked = next((item for item in frame.also if item in _ANSWERED), None)
        if asked is None:
            return _nothing(frame, None)
        also = tuple(i for i in frame.also if i is not asked)
        return replace(_nothing(frame, None), intent=asked, also=also)
    perhaps = _PERHAPS.search(text) and not _IF_YOU_CAN.search(text)
    if frame.confirmed and (perhaps or _DEAR.search(text)):
        return _nothing(frame, None)
    if perhaps:
        guessed = frame.guessed | {"day", "time"} | (frame.said & {"cancel"})
        return replace(frame, guessed=guessed, said=frame.said - {"cancel"})
    return frame


def _nothing(frame: Frame, topic: Topic | None) -> Frame:
    return replace(
        frame, intent=Intent.OTHER, topic=topic, confirmed=False, declined=False, agreed=False,
        start=None, clarify=(),
    )  # fmt: skip
