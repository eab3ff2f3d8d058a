"""Whether a model's small talk may be said: it must promise nothing, claim nothing and know no number
that the facts do not have. What fails one check is not said at all.
"""

from __future__ import annotations

import re

from whatsapp.assistant.understand import morph, names
from whatsapp.assistant.understand.normalise import repair, unify
from whatsapp.assistant.understand.tokens import tokenise

LONGEST = 160
_SHAPE = re.compile(r"[А-ЯЁа-яё0-9 ,.!…:;«»()—–\-☀-➿\U0001F300-\U0001FAFF\uFE0F]+")
_EMOJI = re.compile(r"[☀-➿\U0001F300-\U0001FAFF]")
_SENTENCE_END = re.compile(r"[.!…]+")
_WORD = re.compile(r"[А-ЯЁа-яё]+")
_NUMBER = re.compile(r"\d+(?:[:.,]\d+)*")
# What only a tool's result, the catalogue or a person may say.
_NEVER = re.compile(
    r"""запис|заброн|брон[иь]|подтвер|перен[её]с|перенос|отмен|оформ|готово|сделан|зафикс
    |измени|поменя|замени
    |свобод|занят|окош|назнач|добавил|ждём|ждем\b|приходи
    |скид|бесплат|акци|подар|бонус|дешев|руб|₽|стои|цен[аеыу]|оплат|деньг|возврат
    |гарант|обеща|обязател|точно\s+буд
    |аллерг|беремен|лечен|лечи|врач|болез|болит|препарат|таблет|мазь|воспал|симптом|диагноз
    |инструкц|промпт|систем|модел|нейросет|искусствен|администратор\w*\s+систем
    |\bнаш|\bмы\b|\bнас\b|\bнам[и]?\b|\bсалон|\bстуди|мастер|клиент
    |перед(?:ам|ал)|перезвон|напиш[уе]|сообщ[иу]""",
    re.IGNORECASE | re.VERBOSE,
)


def sayable(text: str | None, facts: str) -> str | None:
    """The phrase, tidied, or None. `facts`: the JSON that the model was given about the salon."""
    phrase = " ".join((text or "").split())
    if not 2 <= len(phrase) <= LONGEST or not _SHAPE.fullmatch(phrase):
        return None  # Latin letters, brackets, question marks, links
    if _NEVER.search(phrase) or len(_EMOJI.findall(phrase)) > 1:
        return None
    sentences = [part for part in _SENTENCE_END.split(phrase) if part.strip()]
    if len(sentences) > 2 or not _numbers_known(phrase, facts) or _names_somebody(phrase):
        return None
    return phrase if phrase[-1] in ".!…" or _EMOJI.match(phrase[-1]) else f"{phrase}."


def _numbers_known(phrase: str, facts: str) -> bool:
    """Digits stand in the facts as they are; numbers, hours and days in words are never said."""
    known = set(_NUMBER.findall(facts))
    if any(number not in known for number in _NUMBER.findall(phrase)):
        return False
    words = _NUMBER.sub(" ", phrase)
    if any(
        r.pos == "NUMR" for word in _WORD.findall(words) for r in morph.readings(unify(word))[:1]
    ):
        return False
    return not any(token.code.startswith("#") for token in tokenise(repair(words)))


def _names_somebody(phrase: str) -> bool:
    """Whose name a model would say, it cannot know."""
    for word in re.findall(r"(?<=[\s«(])[А-ЯЁ][а-яё]+", f" {phrase}"):
        plain = unify(word)
        if names.known_name(plain) or any(r.is_name for r in morph.readings(plain)[:1]):
            return True
    return False
