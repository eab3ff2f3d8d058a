"""The words of a service's title: what each means in the trade, and how clients may spell the salon's own."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from whatsapp.assistant.types import ServiceView
from whatsapp.assistant.understand import beauty, morph, timewords
from whatsapp.assistant.understand.normalise import by_ear, by_sound, clean, unify
from whatsapp.assistant.understand.wordlist import words

_WORD = re.compile(r"[а-яa-z0-9]+(?:-[а-яa-z0-9]+)*")
EMPTY = words(
    """
    и на в во с со для от до по из или без под над при за у о об к не the мин час часа руб
    лет год года кат категория категории шт вид видов любой любая любое все весь один одна
    1 2 3 услуга услуги салон волос волосы волосам женщин топ мастер мастера новинка акция
    хит скидка также плюс
    """
)
# Title words that clients use for other things: they never point at a service.
_COMMON = words(
    """
    день время запись записи красота красоты первый первая новый новая клиент клиента
    посещение визит прием сеанс процедура процедуры полностью сложный простой полный
    """
)


def undoubled(word: str) -> str:
    """«хаммам» and «хамам» are one word to those who type it."""
    return re.sub(r"([бвгджзклмнпрстфхцчшщ])\1", r"\1", word)


def title_words(text: str) -> list[str]:
    found = _WORD.findall(unify(clean(text)))
    return [part for word in found for part in (word.split("-") if _parted(word) else [word])]


def _parted(word: str) -> bool:
    """«spa-программа» is two words; «prx-t33», «2d-эффект» keep together what is no word alone."""
    parts = word.split("-")
    return len(parts) > 1 and all(len(part) > 1 and not part[-1].isdigit() for part in parts)


# Parts of speech that name no service: «снятие включено», «без последующего …».
_UNNAMING = ("PREP", "CONJ", "PRCL", "NPRO", "NUMR", "PRTS", "VERB", "INFN", "GRND")


def feature(word: str) -> str | None:
    """The salon's own feature for a word the trade's lexicon does not know."""
    if word in EMPTY or word.isdigit() or (len(word) < 3 and not word[:1].isdigit()):
        return None
    reading = morph.readings(word)[:1]
    if reading and reading[0].pos in _UNNAMING:
        return None
    return "w:" + morph.lemma(word)


def title_features(text: str) -> tuple[list[str], set[str]]:
    """(features in order, features excluded by «без …»)."""
    found: list[str] = []
    without: set[str] = set()
    negated = 0
    for word in title_words(text):
        if word == "без":
            negated = 2
            continue
        meant = set(beauty.concepts(word)) or ({f} if (f := feature(word)) else set())
        if negated and meant:
            without |= meant
            negated = 0
            continue
        negated = max(0, negated - 1)
        found.extend(sorted(meant))
    return found, without


_LETTERS = {
    "a": ("эй", "а"), "b": ("би", "бэ"), "c": ("си", "цэ"), "d": ("ди", "дэ"), "e": ("и", "е"), "f": ("эф",),
    "g": ("джи", "гэ", "жи"), "h": ("эйч", "аш"), "i": ("ай", "и"), "k": ("кей", "ка"), "l": ("эл", "эль"),
    "m": ("эм",), "n": ("эн",), "o": ("о",), "p": ("пи", "пэ"), "q": ("кью",), "r": ("эр", "ар"),
    "s": ("эс",), "t": ("ти", "тэ"), "u": ("ю", "у"), "v": ("ви", "вэ"), "x": ("икс", "рикс"), "y": ("вай",),
    "z": ("зет",),
}  # fmt: skip


def by_letters(word: str) -> set[str]:
    """«lpg» -> «элпиджи», «элпэгэ», …: an abbreviation read out by the names of its letters."""
    if not 2 <= len(word) <= 4 or any(letter not in _LETTERS for letter in word):
        return set()
    return {"".join(names) for names in itertools.product(*(_LETTERS[ch] for ch in word))}


def spellings(services: Iterable[ServiceView]) -> tuple[dict[str, str], set[str]]:
    """(lemma or spelling -> feature of the salon's own words, every word of the titles)."""
    own: dict[str, str] = {}
    spelled: set[str] = set()
    for service in services:
        text = " ".join((service.title, *service.aliases))
        for whole in _WORD.findall(unify(clean(text))):
            meant = feature(whole.split("-")[0])
            if _parted(whole) and meant is not None and not beauty.concepts(whole):
                own[whole.replace("-", "")] = meant  # «стоунтерапия» for «Стоун-терапия»
        for word in title_words(text):
            word = re.sub(r"^(\d+)д$", r"\1d", word)
            spelled.add(word)
            if beauty.concepts(word):
                continue
            meant = feature(word)
            healed = re.fullmatch(r"([а-я]{4,})[ои]терапия", word)
            if healed and meant is not None:
                own.setdefault(healed.group(1), meant)  # «парафин» for «Парафинотерапия»
            brand = re.match(r"([a-zа-я]{3,})-[a-zа-я]?\d", word)
            if brand and meant is not None:
                spoken = {brand.group(1), brand.group(1).replace("x", "х")}
                spoken |= by_letters(brand.group(1)) | {by_sound(brand.group(1))}
                for heard in (*spoken, *(by_sound(item) for item in spoken)):
                    own.setdefault(heard, meant)  # «prx», «прх», «пиэрикс» for «PRX-T33»
            if meant is not None and word not in _COMMON and timewords.code(word) is None:
                own[word] = own[morph.lemma(word)] = meant
                own.setdefault(undoubled(word), meant)
                for form in morph.lemmas(word):
                    own.setdefault(form, meant)  # «стоп» is of «стопа»
                if re.fullmatch("[a-z]+", word):
                    own.update(dict.fromkeys((by_sound(word), *by_ear(word)), meant))
                    for heard in by_letters(word):
                        own.setdefault(heard, meant)
    return own, spelled
