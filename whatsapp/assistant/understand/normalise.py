"""Cleaning what was typed: look-alikes, a forgotten keyboard layout, translit, a little English."""

from __future__ import annotations

import re
import unicodedata

from whatsapp.assistant.understand import morph
from whatsapp.assistant.understand.vocabulary import corrected

MAX_LENGTH = 1_500  # characters that are read; a longer message is read from both its ends

_LAYOUT = dict(
    zip("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё", strict=True)
)
_LOOKALIKE = dict(zip("aeopcyxkmtbhu3", "аеорсухкмтвни3", strict=True))
_TRANSLIT = (
    ("shch", "щ"), ("sch", "щ"), ("yo", "е"), ("jo", "е"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"),
    ("ch", "ч"), ("sh", "ш"), ("yu", "ю"), ("ju", "ю"), ("iu", "ю"), ("ya", "я"), ("ja", "я"),
    ("ia", "я"), ("a", "а"), ("b", "б"), ("v", "в"), ("w", "в"), ("g", "г"), ("d", "д"),
    ("e", "е"), ("z", "з"), ("i", "и"), ("j", "й"), ("k", "к"), ("l", "л"), ("m", "м"),
    ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"),
    ("f", "ф"), ("h", "х"), ("c", "ц"), ("y", "ы"), ("'", "ь"), ("x", "кс"), ("q", "к"), ("4", "ч"),
)  # fmt: skip
_ENGLISH = {
    "hi": "привет", "hello": "здравствуйте", "hey": "привет", "thanks": "спасибо", "thank": "спасибо",
    "you": "", "please": "пожалуйста", "book": "запишите", "appointment": "запись",
    "reservation": "запись", "tomorrow": "завтра", "today": "сегодня", "price": "цена",
    "prices": "цены", "cost": "стоит", "much": "сколько", "cancel": "отмените",
    "reschedule": "перенесите", "where": "где", "address": "адрес", "manicure": "маникюр",
    "pedicure": "педикюр", "men": "мужская", "man": "мужская",
    "mens": "мужская", "men's": "мужская", "women": "женская", "women's": "женская",
    "haircut": "стрижка", "massage": "массаж", "beard": "борода",
    "brows": "брови", "eyebrows": "брови", "lashes": "ресницы", "nails": "ногти",
    "ok": "ок", "okay": "ок", "yes": "да", "no": "нет", "stop": "стоп", "start": "старт",
    "monday": "понедельник", "tuesday": "вторник", "wednesday": "среда", "thursday": "четверг",
    "friday": "пятница", "saturday": "суббота", "sunday": "воскресенье", "at": "в", "on": "на",
    "want": "хочу", "morning": "утром", "evening": "вечером", "pm": "вечера", "am": "утра",
    "open": "открыты", "hours": "график", "admin": "администратор", "human": "человек",
    "operator": "оператор", "how": "", "is": "", "i": "", "a": "", "the": "", "need": "нужно",
    "can": "можно", "for": "на", "with": "с", "do": "", "does": "", "gel": "гель", "color": "окрашивание",
}  # fmt: skip

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\ufe0e\ufe0f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DASHES = re.compile("[‐‑‒–—―−]")
_QUOTES = re.compile('[«»„“”"]')
_STRETCH = re.compile(r"([а-яa-z])\1{2,}", re.IGNORECASE)
_EXPECTING = re.compile(r"будущ(?:их|ей|им) мам\w*", re.IGNORECASE)  # one name for one thing
# «на след. неделе», «15 сент. в 5»: a full stop that ends no sentence.
_SHORTENED = re.compile(
    r"\b(след|сл|пн|вт|ср|чт|пт|сб|вс|янв|фев|апр|авг|сент?|окт|нояб?|дек|мин|час|ч|тел|ул)"
    r"\.(?=\s+[а-яё\d])",
    re.IGNORECASE,
)
_FOUR_HANDS = re.compile(
    r"(?:в )?(?:4|четыре)[ -]?х?[ -]?(?:рук[аи]?|hands?)\b|четыр[её]хручн\w*", re.IGNORECASE
)
_WITHOUT = re.compile(r"\bбес(?= [а-яё])", re.IGNORECASE)  # «бес покрытия»
_HALF_MORE = re.compile(
    r"\b1[.,]5 ?(?=ч(?:ас\w*)?\b)", re.IGNORECASE
)  # «через 1.5 часа» is no first of May
# «0.5 мл», «1.5 мл» are no dates.
_DECIMAL = re.compile(r"\b(\d{1,2})[.,](\d{1,2}) ?(?=(?:мл|см|ед|кг)\b)", re.IGNORECASE)
# «маник б/п», «маникюр б/покрытия», «с г/л»: how prices and messages shorten two words.
_SLASHED = (
    (re.compile(r"\bб/\s?п(?:окр)?\b\.?", re.IGNORECASE), "без покрытия"),
    (re.compile(r"\bс/\s?п(?:окр)?\b\.?", re.IGNORECASE), "с покрытием"),
    (re.compile(r"\bг/\s?л\b\.?", re.IGNORECASE), "гель-лак"),
    (re.compile(r"\bб/\s?(?=[а-яё]{4})", re.IGNORECASE), "без "),
    (re.compile(r"\b(?:2|два)[ -]?дэ\b", re.IGNORECASE), "2d"),
    (re.compile(r"\b(?:3|три)[ -]?дэ\b", re.IGNORECASE), "3d"),
    (re.compile(r"\bпод (?:ноль|нулевку|0)\b(?! ?\d)", re.IGNORECASE), "налысо"),
)
_CHUNK = re.compile(r"\S+")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_COMMAND = re.compile(r"^[A-Z][A-Z_]{3,}|=|://|@|\w\.(?:ru|com|рф)\b")
_SHORT = frozenset(("да", "нет", "ок", "ага", "ну да"))
_EDGES = ".,!?:;()[]{}'`"


def clean(text: str) -> str:
    """Readable text: one kind of quotes, dashes and spaces; newlines kept; at most MAX_LENGTH characters."""
    if len(text) > MAX_LENGTH:
        half = MAX_LENGTH // 2
        text = text[:half] + "\n" + text[-half:]
    text = unicodedata.normalize("NFKC", text.replace("№", " номер "))
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    text = _DASHES.sub("-", _QUOTES.sub(" ", text)).replace("\r", "\n").replace("’", "'")
    text = _EXPECTING.sub("беременных", _STRETCH.sub(r"\1", text))
    text = _SHORTENED.sub(r"\1", text)
    text = _WITHOUT.sub("без", text)
    text = _HALF_MORE.sub("полтора ", text)
    text = _DECIMAL.sub(r"\1,\2 ", text)
    for pattern, written in _SLASHED:
        text = pattern.sub(written, text)
    text = _FOUR_HANDS.sub("четырехручный", text)
    return re.sub(r"[^\S\n]+", " ", text).strip()


def unify(text: str) -> str:
    """Lower case with ё written е: how every word is compared."""
    return text.lower().replace("ё", "е")


def repair(text: str, vocabulary: frozenset[str] = frozenset()) -> str:
    """Cyrillic text from look-alikes, a wrong layout, translit or simple English; case of the rest is kept.

    `vocabulary` holds the salon's own words (unified): Latin ones are left as they are.
    """
    if not _LATIN.search(text):
        return text
    chunks = _CHUNK.findall(text)
    latin = [c for c in chunks if _LATIN.search(c) and not _CYRILLIC.search(c)]
    mode = _prevailing(latin, vocabulary) if not _CYRILLIC.search(text) or len(latin) > 2 else None

    def fix(match: re.Match[str]) -> str:
        chunk = match.group()
        if not _LATIN.search(chunk) or _COMMAND.search(chunk):
            return chunk
        if _CYRILLIC.search(chunk):
            return _unmask(chunk)
        return _convert(chunk, mode, vocabulary)

    return _CHUNK.sub(fix, text)


def _unmask(chunk: str) -> str:
    # «зaпись» with a Latin «a»: only when the Cyrillic letters are the majority of the word.
    if "-" in chunk:  # «LPG-массаж» is two words of two alphabets
        return "-".join(
            _unmask(part) if _CYRILLIC.search(part) else part for part in chunk.split("-")
        )
    if len(_LATIN.findall(chunk)) >= len(_CYRILLIC.findall(chunk)):
        return chunk
    return "".join(_LOOKALIKE.get(ch.lower(), ch) if _LATIN.match(ch) else ch for ch in chunk)


def by_layout(chunk: str) -> str:
    """«vfybr.h» -> «маникюр»: the same keys in the Russian layout."""
    lower = chunk.lower()
    whole = "".join(_LAYOUT.get(ch, ch) for ch in lower)
    bare = lower.rstrip(".,;")
    # A full stop is also the key of «ю»: «pfdnhf.» is «завтра.» rather than «завтраю».
    if bare != lower and not morph.known(unify(whole)):
        return "".join(_LAYOUT.get(ch, ch) for ch in bare) + lower[len(bare) :]
    return whole


def by_sound(chunk: str) -> str:
    """«zapishite» -> «запишите»."""
    text = chunk.lower()
    for latin, cyrillic in _TRANSLIT:
        text = text.replace(latin, cyrillic)
    return text


_HEARD = (
    (r"([aeiou])([bcdfgklmnprstvz])e$", r"\1_\2"), ("a_", "ей"), ("i_", "ай"), ("o_", "оу"),
    ("u_", "ю"), ("e_", "и"), (r"(?<=[^aeiou])y$", "и"), (r"(?<=[^aeiou])e$", ""),
    ("tion", "шн"), ("igh", "ай"), ("ck", "к"), ("sh", "ш"), ("ch", "ч"), ("th", "т"), ("ph", "ф"),
    ("oo", "у"), ("e[ea]", "и"), ("ou|ow", "ау"), ("a[yi]|ey", "ей"), ("qu", "кв"), ("c(?=[eiy])", "с"),
    ("c", "к"), ("w", "в"), ("x", "кс"), ("j", "дж"), ("y", "й"),
)  # fmt: skip


def by_ear(word: str) -> tuple[str, ...]:
    """How Russians write an English word they heard: «blade» -> «блейд», «care» -> «кейр»."""
    text = word.lower()
    for pattern, heard in _HEARD:
        text = re.sub(pattern, heard, text)
    text = re.sub(r"([bdfgklmnprstz])\1", r"\1", text)
    if not re.search("[aeiouаеиоуэюя]", text):  # «LPG»: the names of letters vary
        return (by_sound(text), by_sound(text).replace("г", "ж"), by_sound(text).replace("г", "дж"))
    variants = {text.replace("a", a).replace("u", u) for a in "аэ" for u in "ау"}
    return tuple(sorted(by_sound(item) for item in variants))


# What a word in Latin letters may have lost: «spini», «zapis», «mojno», «kury'er».
_LOSSES = (
    ("и", "ы"),
    ("ы", "й"),
    ("й", "ж"),
    ("ы", "и"),
    ("ц", "к"),
    ("дж", "ж"),
    ("е", "э"),
    ("х", "ш"),
)


def _sounded(chunk: str, vocabulary: frozenset[str]) -> str:
    """By sound, and of its possible spellings the one that is a word."""
    heard = by_sound(chunk)
    if heard[-1:] == "т" and _participle(heard) and morph.known(unify(heard) + "ь"):
        return heard + "ь"  # «snyat» is «снять» sooner than «снят»
    if _is_word(heard, vocabulary):
        return heard
    bare = heard.strip(_EDGES)
    found = [bare.replace(a, b) for a, b in _LOSSES if a in bare]
    found += [re.sub(f"{a}$", b, bare) for a, b in _LOSSES if bare.endswith(a)]
    found += [item.replace("и", "ы") for item in found] + [bare + "ь"]
    found += [item + "ь" for item in found if item[-1:] in "вдзлмнпрстш"]
    word = next((item for item in found if _is_word(item, vocabulary)), None)
    return heard if word is None else heard.replace(bare, word)


def _participle(word: str) -> bool:
    return any(r.pos == "PRTS" for r in morph.readings(unify(word))[:2])


def _is_word(text: str, vocabulary: frozenset[str]) -> bool:
    bare = unify(text.strip(_EDGES))
    if len(bare) < 2:
        return False
    return bare in vocabulary or morph.known(bare) or corrected(bare) != bare


def _prevailing(latin: list[str], vocabulary: frozenset[str]) -> str | None:
    """Which reading makes most of the Latin words Russian: «layout», «sound» or none."""
    words = [c for c in latin if len(c.strip(_EDGES)) > 2 and not _COMMAND.search(c)]
    if not words:
        short = latin if all(len(c) <= 3 for c in latin) else []
        heard = (("layout", by_layout), ("sound", by_sound))
        return next((m for m, read in heard if any(read(c) in _SHORT for c in short)), None)
    english = sum(unify(c.strip(_EDGES)) in _ENGLISH for c in words)
    layout = sum(_is_word(by_layout(c), vocabulary) for c in words)
    sound = sum(_is_word(_sounded(c, vocabulary), vocabulary) for c in words)
    best = max(layout, sound, english)
    if best * 2 < len(words):
        return None
    if best == english:
        return "english"
    return "layout" if layout > sound else "sound"


def _edged(chunk: str, word: str) -> str:
    """`word` with the signs around `chunk`: «instagram?» still asks when it is «инстаграм?»."""
    bare = chunk.strip(_EDGES)
    return chunk.replace(bare, word) if bare and word else word


def _convert(chunk: str, mode: str | None, vocabulary: frozenset[str]) -> str:
    bare = unify(chunk.strip(_EDGES))
    if bare in vocabulary:
        return chunk
    if mode == "layout":
        return by_layout(chunk)
    english = _ENGLISH.get(bare)
    if english is not None and mode != "sound":
        return _edged(chunk, english)
    if mode == "sound":
        heard = _sounded(chunk, vocabulary)
        foreign = english is not None and not morph.known(unify(heard.strip(_EDGES)))
        return _edged(chunk, english) if foreign and english is not None else heard
    if len(bare) >= 4:
        for reading in (_edged(chunk, by_sound(chunk.strip(_EDGES))), by_layout(chunk)):
            if morph.known(unify(reading.strip(_EDGES))):
                return reading
    return chunk
