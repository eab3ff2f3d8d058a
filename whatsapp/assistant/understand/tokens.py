"""Text to tokens, and patterns over tokens: numbers, clock times, dates, words, emoji, punctuation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from whatsapp.assistant.understand import colloquial, numerals, slips, timewords, vocabulary
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.understand.wordlist import words

MAX_TOKENS = 320
_QUARTERS = ("00", "15", "30", "45")

_SCAN = re.compile(
    r"""
    (?P<url>https?://\S+|www\.\S+|\S+@\S+\.\S+)
  | (?P<command>\[[A-Za-z_]{3,}[^\]\n]*\]?)
  | (?P<iso>\d{4}-\d\d-\d\d)(?!\d)
  | (?P<phone>\+?\d[\d\-() ]{8,}\d)
  | (?P<dmy>\d{1,2}[./]\d{1,2}[./]\d{2,4})
  | (?P<clock>\d{1,2}:\d\d)(?!\d)
  | (?P<pair>\d{1,2}[.\-/]\d{1,2})(?![\d])
  | (?P<comma>\d{1,2}[,;][0-5][05])(?!\d)
  | (?P<spaced>(?<!\d)\d{1,2}[ ][0-5][05])(?=\s|$|[^\w\s\-])
  | (?P<nth>\d{1,2}(?:[ ]го(?![а-яё])|-?(?:ого|ому|его|го|ое|ая|ый|ой|му|ым|ом|ую|е|й|я)(?![а-яё])))
  | (?P<dim>\d+[dд])(?![а-яa-z])
  | (?P<num>\d+)
  | (?P<word>[а-яёa-z]+(?:[\-'][а-яёa-z]+)*)
  | (?P<brk>\n)
  | (?P<other>\S)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Before a pair «13.10» they make it a time rather than the thirteenth of October.
_AT_HOUR = frozenset("в к завтра послезавтра сегодня".split())
# «беру 10 30», «давайте 18 30»: the one that is taken of those offered.
_CHOSEN = ("беру", "берем", "возьму", "возьмем", "давайте", "давай", "выбираю", "тогда", "лучше")
_BEFORE_TIME = words(
    """
    в во к ко с со до после на часов часам часиков около примерно
    """
)


@dataclass(frozen=True, slots=True)
class Token:
    """One unit of text. `code` is what the time grammar reads, `word` what all others read."""

    raw: str
    word: str
    code: str
    kind: str  # word num nth clock date emoji punct break command url phone
    message: int


def _clock(hour: int, minute: int) -> str | None:
    return f"#t{hour:02d}{minute:02d}" if hour <= 24 and minute <= 59 else None


def _pair(text: str, before: str, after: str) -> list[tuple[str, str]]:
    """«12.30», «14.03», «11-00», «18-20», «14/03»: (code, kind) of each piece."""
    left, sign, right = re.split(r"([.\-/])", text)
    a, b = int(left), int(right)
    two = len(right) == 2
    as_date = [(f"#d{a:02d}{b:02d}", "date")] if 1 <= b <= 12 and 1 <= a <= 31 else None
    as_time = _clock(a, b) if two and a <= 23 and b <= 59 else None
    if sign == "/":
        return as_date or [(f"#n{a}", "num"), ("/", "punct"), (f"#n{b}", "num")]
    if sign == ".":
        if as_time and (b > 12 or b == 0 or as_date is None or (before in _AT_HOUR and not b % 5)):
            return [(as_time, "clock")]
        return as_date or [(f"#n{a}", "num"), (".", "punct"), (f"#n{b}", "num")]
    if sign == "-" and _MONTH_AHEAD.match(after):  # «20-25 марта»
        return [(f"#n{a}", "num"), ("-", "punct"), (f"#n{b}", "num")]
    rounded = b % 5 == 0 and not (a < b <= 21 and before not in ("в", "на", "к"))
    rounded = rounded and not (before == "на" and 0 < b - a <= 2)  # «часов на 9-10»
    if as_time and (right == "00" or rounded):
        return [(as_time, "clock")]
    return [(f"#n{a}", "num"), ("-", "punct"), (f"#n{b}", "num")]


def tokenise(text: str) -> list[Token]:
    """Tokens of a cleaned text; newlines part the messages of a burst."""
    tokens: list[Token] = []
    message = 0
    for match in _SCAN.finditer(text):
        group, raw = match.lastgroup or "other", match.group()
        before = tokens[-1].word if tokens else ""
        if group == "brk":
            message += 1
            tokens.append(Token(raw, "|", "|", "break", message))
        elif group == "pair":
            tokens.extend(
                Token(raw, code, code, kind, message)
                for code, kind in _pair(raw, before, text[match.end() :])
            )
        elif group == "comma":
            tokens.extend(_typed(raw, before, message))
        elif group == "spaced" and not _is_clock(raw, tokens, text, match.end()):
            tokens.extend(_number(part, before, message) for part in raw.split())
        elif group == "word":
            tokens.extend(_words(raw, message, tokens[-1].code if tokens else ""))
        elif group == "num":
            tokens.append(_number(raw, before, message))
        elif group == "other":
            tokens.extend(_other(raw, message))
        else:
            tokens.append(_special(group, raw, message))
        if len(tokens) > MAX_TOKENS:
            break
    return _merge(tokens)


def _typed(raw: str, before: str, message: int) -> list[Token]:
    """«в 17,30» is a slip for «в 17:30»; «14,15» without a preposition is a list."""
    left, sign, right = re.split(r"([,;])", raw)
    code = _clock(int(left), int(right)) if before in _BEFORE_TIME else None
    if code is not None:
        return [Token(raw, code, code, "clock", message)]
    parts = (_number(left, before, message), Token(sign, ",", ",", "punct", message))
    return [*parts, _number(right, ",", message)]


_MONTH_AHEAD = re.compile(
    r"\s+(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|чис|чел|лет|мин)"
)


def _is_clock(raw: str, tokens: list[Token], text: str, end: int) -> bool:
    """«в 18 30», «завтра 18 30», «18 30» alone; not «на 14 15 марта»."""
    before = tokens[-1] if tokens else None
    if before is not None and before.word in _BEFORE_TIME:
        return not _MONTH_AHEAD.match(text, end)
    if raw[-2:] not in _QUARTERS:
        return False
    day = before is None or before.kind in ("break", "date") or before.word in (",", ".", *_CHOSEN)
    day = (
        day
        or re.match("#[wm]|завтра|сегодня|послезавтра", before.code if before else "") is not None
    )
    return day and 8 <= int(raw.split(maxsplit=1)[0]) <= 22 and not _MONTH_AHEAD.match(text, end)


def _number(raw: str, before: str, message: int) -> Token:
    value = int(raw) if len(raw) < 9 else 10**9
    typed = raw[-2:] in _QUARTERS or (before in ("в", "к") and raw[-1] in "05" and raw[:2] != "20")
    if len(raw) in (3, 4) and before in _BEFORE_TIME and typed:
        clock = _clock(value // 100, value % 100)
        if clock:
            return Token(raw, clock, clock, "clock", message)
    return Token(raw, f"#n{value}", f"#n{value}", "num", message)


def _special(group: str, raw: str, message: int) -> Token:
    if group == "iso":
        code = "#y" + raw.replace("-", "")
        return Token(raw, code, code, "date", message)
    if group == "dmy":
        day, month, year = (int(part) for part in re.split(r"[./]", raw))
        code = f"#y{year + 2000 if year < 100 else year:04d}{month:02d}{day:02d}"
        return Token(raw, code, code, "date", message)
    if group in ("clock", "spaced"):
        hour, minute = (int(part) for part in re.split(r"[: ]", raw))
        code = _clock(hour, minute) or "#bad"
        return Token(raw, code, code, "clock", message)
    if group == "dim":  # «2D», «3д»: a kind of eyelashes
        word = unify(raw).replace("д", "d")
        return Token(raw, word, word, "word", message)
    if group == "nth":
        digits = re.match(r"\d+", raw)
        code = f"#o{int(digits.group()) if digits else 0}"
        return Token(raw, code, code, "nth", message)
    return Token(raw, f"#{group}", f"#{group}", group, message)


def _words(raw: str, message: int, before: str = "") -> list[Token]:
    word = slips.meant(unify(raw), before)
    half = numerals.half_of(word)
    if half is not None:
        return [Token(raw, word, f"#h{half}", "word", message)]
    bare = word.removesuffix("-то")
    if bare != word and _is_time(bare):
        word = bare  # «после шести-то»
    if "-" in word and len(set(word.split("-"))) == 1:
        word = word.split("-")[0]  # «помню-помню», «да-да»
    if "-" in word and timewords.code(word) is None:
        parts = [part for part in raw.split("-") if part]
        if all(_is_time(unify(part)) for part in parts):
            out: list[Token] = []
            for part in parts:
                out.extend(
                    ([Token("-", "-", "-", "punct", message)] if out else [])
                    + _words(part, message)
                )
            return out
    word = vocabulary.corrected(colloquial.standard(word))
    cardinal, ordinal = numerals.cardinal(word), numerals.ordinal(word)
    if cardinal is not None:
        return [Token(raw, word, f"#n{cardinal}", "word", message)]
    if ordinal is not None:
        return [Token(raw, word, f"#o{ordinal}", "word", message)]
    return [Token(raw, word, timewords.code(word) or word, "word", message)]


def _is_time(word: str) -> bool:
    return numerals.cardinal(word) is not None or timewords.code(word) is not None


def _other(raw: str, message: int) -> list[Token]:
    if unicodedata.category(raw) in ("Sk", "Mn", "Cf", "Me"):
        return []  # skin tones and joiners
    kind = "emoji" if unicodedata.category(raw) in ("So", "Cn") or ord(raw) > 0x2190 else "punct"
    return [Token(raw, raw, raw, kind, message)]


def _merge(tokens: list[Token]) -> list[Token]:
    """«двадцать пятого» is one ordinal, «двадцать пять» one number."""
    out: list[Token] = []
    for token in tokens:
        last = out[-1] if out else None
        if last is not None and last.kind == "clock" and " " in last.raw and token.kind == "word":
            units = numerals.cardinal(token.word)
            if (
                units is not None
                and 1 <= units <= 9
                and last.code[-1] == "0"
                and last.code[-2] in "2345"
            ):
                code = f"{last.code[:-1]}{units}"
                out[-1] = Token(f"{last.raw} {token.raw}", code, code, "clock", token.message)
                continue
        if last is not None and last.kind == token.kind == "word" and last.code.startswith("#n"):
            # «без двадцати шесть» is not twenty-six, «минут двадцать третьего» is not the 23rd
            minus = len(out) > 1 and (out[-2].word == "без" or out[-2].code == "мин")
            if minus and (last.word, token.word) == ("двадцати", "пяти"):
                minus = False  # «без двадцати пяти два»
            whole = (
                None
                if minus
                else numerals.joined(int(last.code[2:]), int(token.code[2:]))
                if re.fullmatch(r"#[no]\d+", token.code)
                else None
            )
            if whole is None and token.code.startswith("#n") and not minus:
                before = out[-2].word if len(out) > 1 else ""
                spoken = _spoken_clock(int(last.code[2:]), int(token.code[2:]), before)
                if spoken is not None:
                    out[-1] = Token(
                        f"{last.raw} {token.raw}", spoken, spoken, "clock", token.message
                    )
                    continue
            if whole is not None:
                raw = f"{last.raw} {token.raw}"
                code = f"{token.code[:2]}{whole}"
                out[-1] = Token(
                    raw, f"{last.word} {token.word}".replace(" ", "_"), code, "word", token.message
                )
                continue
        out.append(token)
    return out


def _spoken_clock(hour: int, minute: int, before: str) -> str | None:
    """«одиннадцать тридцать», «восемь сорок пять», «в пять тридцать»: an hour and minutes in words."""
    earliest = 1 if not before or before in _BEFORE_TIME else 7
    if earliest <= hour <= 22 and minute in (10, 15, 20, 30, 40, 50):
        return _clock(hour, minute)
    return None
