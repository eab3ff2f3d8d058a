"""Whether a man or a woman is to come: what the client's own words tell, or whom they write for."""

from __future__ import annotations

from whatsapp.assistant.understand import morph
from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.wordlist import words

_GENDERED = words(
    """
    хотеть записать записаться решить думать смочь опечататься ошибиться передумать забыть
    опоздать узнать увидеть прочитать найти прийти рад готов благодарный должен
    """
)


_A_MAN = "я ..1 мужчина|мужик|парень|пацан|дед|дедушка|пенсионер|муж|отец"
_A_WOMAN = "я ..1 женщина|девушка|девочка|бабушка|пенсионерка|жена"


def male(line: Line) -> bool | None:
    """The client's gender when a verb of the first person tells it («хотела бы»)."""
    if line.has(_A_MAN) != line.has(_A_WOMAN):
        return line.has(_A_MAN)
    for i, token in enumerate(line.tokens):
        if i and line.tokens[i - 1].word in ("он", "она", "муж", "жена", "сын", "дочь", "мама"):
            continue  # «он записан на 12»
        if token.kind == "word" and token.word.endswith(
            ("л", "ла", "лся", "лась", "ан", "ана", "рад", "рада")
        ):
            for reading in morph.readings(token.word)[:1]:
                if reading.lemma in _GENDERED and reading.number == "sing":
                    return {"masc": True, "femn": False}.get(reading.gender)
    for hit in line.in_words(pat("я не? .")):  # «я не суеверная»
        for reading in morph.readings(line.tokens[hit.end - 1].word)[:1]:
            if reading.pos == "ADJF" and reading.case == "nomn" and reading.number == "sing":
                return {"masc": True, "femn": False}.get(reading.gender)
    husband, wife = line.has("муж|мужа|мужу|мужем"), line.has("жена|жену|жене|женой|жены")
    return wife if husband != wife else None


def male_guest(guest: str | None) -> bool | None:
    """«Хочу записать мужа», then «на стрижку»: a man's; of a child or a guest nothing is known."""
    if guest is None or guest in ("гость", "ребенок"):
        return None
    readings = morph.readings(guest.lower())[:1]
    return next(({"masc": True, "femn": False}.get(r.gender) for r in readings), None)
