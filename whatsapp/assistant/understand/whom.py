"""Whose visit it is that the client arranges: «запишите маму», «мама хочет педикюр», «мужу стрижку»."""

from __future__ import annotations

from whatsapp.assistant.understand import beauty, morph
from whatsapp.assistant.understand.patterns import Line

_FOR_WHOM = ("запиш", "записа", "подстри", "постри", "подари")
# «мама хочет педикюр», «сыну нужна стрижка»: it is theirs who want or need it.
_WANT = ("хочет", "хотел", "хотела", "желает", "просит", "решил", "решила", "собирается", "мечтает")
_NEED = ("нужен", "нужна", "нужно", "надо", "пора", "хочется", "хотелось")
_ALSO = ("бы", "очень", "еще", "тоже")
_STOPS = (",", ".", "!", "?", "|", ";", "и", "а")
_GOES = ("запис", "прийти", "приехать", "попасть", "сходить")
_GIVES = ("подар", "купит", "оплат", "узна", "зна", "спрос", "уточн", "посмотр", "отмен", "перен")


def whom(line: Line, relations: dict[int, str]) -> str | None:
    """«запишите маму», «на дочку», «стрижку для мужа»: the one who comes instead of the speaker."""
    both = line.has("мне|меня|я|мы|нам|нас|мной") and not only_guest(line)
    if both or len({root(word) for word in relations.values()}) != 1:
        return None
    if (own := wanting(line, relations)) is not None:
        return morph.lemma(line.tokens[own].word)
    for i in relations:
        before = [t.word for t in line.tokens[max(0, i - 3) : i]]
        booked = any(word.startswith(_FOR_WHOM) for word in before)
        # «стрижку сыну», «маникюр без покрытия маме»
        done = any(beauty.concepts(word) & beauty.HEADS for word in before)
        done = done and not {*before} & {"и", "с", "со", "к", "от", "у", ",", "а", "."}
        done = done or (_is_followed(line, i) and before[-1:] not in (["к"], ["ко"], ["по"]))
        done = done and any(r.case == "datv" for r in morph.readings(line.tokens[i].word))
        if (
            before[-1:] != ["для"]
            and not done
            and not (booked and before[-1:] not in (["с"], ["со"], ["к"], ["от"]))
        ):
            continue
        if any(r.pos == "NOUN" and r.case != "nomn" for r in morph.readings(line.tokens[i].word)):
            return morph.lemma(line.tokens[i].word)
    return None


def _is_followed(line: Line, at: int) -> bool:
    """«маме педикюр», «мужу мужскую стрижку»; not «подруге маникюр понравился»."""
    after = [t.word for t in line.tokens[at + 1 : at + 3]]
    if after and any(r.pos == "ADJF" for r in morph.readings(after[0])[:1]):
        after = after[1:]
    return bool(after) and bool(beauty.concepts(after[0]) & beauty.HEADS) and not _told(line, at)


def _told(line: Line, at: int) -> bool:
    """Of what has been: a verb of the past in the clause behind `at`."""
    words = [t.word for t in line.tokens[at + 1 :]]
    end = next((i for i, word in enumerate(words) if word in _STOPS), len(words))
    return any(
        r.pos == "VERB" and "past" in r.tags
        for word in words[:end]
        for r in morph.readings(word)[:1]
    )


def wanting(line: Line, relations: dict[int, str]) -> int | None:
    """The one who wants something done; not «мама хочет подарить педикюр», «муж хочет, чтобы …»."""
    for i in relations:
        cases = {r.case for r in morph.readings(line.tokens[i].word)}
        verbs = (_WANT if "nomn" in cases else ()) + (_NEED if "datv" in cases else ())
        said = [t.word for t in line.tokens[i + 1 :]]
        at = next((n for n, word in enumerate(said[:3]) if word in verbs), None)
        if at is None or "," in said[:at]:
            continue
        wanted = [word for word in said[at + 1 :] if word not in _ALSO][:4]
        deed = next((word for word in wanted if _is_deed(word)), "")
        done = any(beauty.concepts(word) & beauty.HEADS for word in wanted)
        was = any(word.startswith("был") for word in said[:4])  # «подруге нужен был педикюр»
        strange = was or wanted[:1] in ([","], ["чтобы"]) or deed.startswith(_GIVES)
        if not strange and (done or deed.startswith(_GOES)):
            return i
    return None


def _is_deed(word: str) -> bool:
    return any(r.pos == "INFN" for r in morph.readings(word)[:1])


def only_guest(line: Line) -> bool:
    """«можно мне записать дочку»: the speaker asks, another person comes."""
    return line.has(
        "мне ..1 записать|записывать|запись", "я хочу|хотела|хотел ..1 записать|подстричь|постричь"
    )


def root(word: str) -> str:
    return morph.lemma(word)[:3]
