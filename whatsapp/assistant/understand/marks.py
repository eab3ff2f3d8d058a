"""Which words of a message point at a procedure: the trade's, the salon's own, less mere look-alikes."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import (
    beauty,
    derived,
    informants,
    morph,
    roundabout,
    shades,
    vocabulary,
)
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.titles import undoubled
from whatsapp.assistant.understand.tokens import Token

_MENDING = "w:ремонт"
_TORN = ("слома~|треснул~|отлом~|лопнул ..2 ног~", "ног~ ..2 слома~|треснул~|отлом~|лопнул")
_RENEWED = (
    "такой|такая|новый|другой|нужный|этот цвет ..2 хочу|хотела|хочется|надо|нужно",
    "хочу|хотела|хочется ..1 такой|новый|другой|этот цвет",
    "обнов~|освеж~|смен~|поменя~|измен~|поднов~|восстанов~ ..1 цвет",
    "цвет ..1 обнов~|освеж~|смен~|поменя~|измен~|поднов~|восстанов~",
)
_LISTED = frozenset((",", "и", "+", "плюс"))


def read(line: Line, index: Catalogue, taken: frozenset[int]) -> dict[int, frozenset[str]]:
    """Token -> concepts. `taken` are tokens that time has used."""
    marks = {
        i: found
        for i, token in enumerate(line.tokens)
        if i not in taken
        and not _halt(line, i)
        and not _broken(line, i)
        and not _besides(line, i, index)
        and not _done_already(line, i)
        and not _told_about(line, i)
        and (found := features_of(token, index))
    }
    for i, token in enumerate(line.tokens[:-1]):
        follow = marks.get(i + 1, frozenset()) & beauty.ACTIONS
        if (
            follow
            and i not in marks
            and i not in taken
            and (short := _shortened(token.word, index))
        ):
            marks[i] = short  # «мед педикюр»
    for i, token in enumerate(line.tokens):
        volume = next((to for stem, to in _VOLUMES if token.word.startswith(stem)), "")
        if volume in index.own_words:
            marks[i] = frozenset((index.own_words[volume],))
    marks |= _spelled_out(line, marks, index, taken)
    for i, token in enumerate(line.tokens):
        if _CROPPED.match(_pair(line, i)) and not _shaved(marks):
            marks[i] = marks.get(i, frozenset()) | {"haircut", "machine"}
        if token.word.startswith("волос"):
            marks |= _of_hair(line, i, marks, index)
        painted = token.word in ("краска", "краску", "краской") and not line.has("аллерги~")
        if painted and "color" in index.features and not _brows(marks):
            marks[i] = frozenset(
                {"color"}
            )  # «краску перекинуть»; «покрасить брови краской» is hers
        elif token.word == "цвет" and _is_colouring(line, i, marks):
            marks[i] = frozenset({"color"})
        elif token.word.startswith("голов") and any("beard" in found for found in marks.values()):
            if token.word in ("голова", "голову", "голове"):
                marks[i] = frozenset({"haircut"})
        elif token.word.startswith("ног") and _MENDING in index.features and line.has(*_TORN):
            marks[i] = marks.get(i, frozenset()) | {_MENDING}
    for i, token in enumerate(line.tokens[:-2]):
        beside = marks.get(i + 2, frozenset()) & beauty.HEADS - {"haircut"}
        joined = line.tokens[i + 1].word in (*_LISTED, "с")
        if _HERS.fullmatch(token.word) and beside and joined and "haircut" in index.features:
            marks[i] = marks[i] | {"haircut"}  # «мужская плюс борода»
    marks |= shades.told(line, marks, index)
    marks |= roundabout.told(line, marks, index)
    if not marks and "консультация" in index.own_words:
        for i, token in enumerate(line.tokens):
            if i and _VISIT.match(token.word):
                marks[i] = frozenset((index.own_words["консультация"],))  # «первичный приём»
    return dict(sorted(marks.items()))


def _spelled_out(
    line: Line, marks: dict[int, frozenset[str]], index: Catalogue, taken: frozenset[int]
) -> dict[int, frozenset[str]]:
    """«эл пи джи», «скин фейд»: one word of a title written in pieces."""
    found: dict[int, frozenset[str]] = {}
    for length in (3, 2):
        for i in range(len(line.tokens) - length + 1):
            places = range(i, i + length)
            if any(
                j in marks or j in found or j in taken or line.tokens[j].kind != "word"
                for j in places
            ):
                continue
            own = index.own_words.get("".join(line.tokens[j].word for j in places))
            if own:
                found |= {j: frozenset((own,)) for j in places}
    return found


_HERS = re.compile("(?:мужск|женск|детск)(?:ая|ую)")
_VISIT = re.compile("прием(а|у)?$|осмотр")
_VOLUMES = (("двушк", "2d"), ("двойк", "2d"), ("трешк", "3d"), ("тройк", "3d"), ("единичк", "1d"))
# «под машинку», «насадкой», «налысо»: a haircut, said by what it is done with.
_CROPPED = re.compile(r"под машинку$|\S+ (?:насадк[уой]+|налысо|наголо)$")


def _pair(line: Line, at: int) -> str:
    return f"{line.tokens[at - 1].word if at else '|'} {line.tokens[at].word}"


def _shaved(marks: dict[int, frozenset[str]]) -> bool:
    return any("shave" in found for found in marks.values())


def _brows(marks: dict[int, frozenset[str]]) -> bool:
    return any(found & {"brows", "lashes", "color"} for found in marks.values())


_OFF = re.compile("убер|убра|удал|избав|выдер|сними|снять")


def _of_hair(
    line: Line, at: int, marks: dict[int, frozenset[str]], index: Catalogue
) -> dict[int, frozenset[str]]:
    """«убрать волосы на ногах» takes them off; «наращивание волос» is no lashes'."""
    found: dict[int, frozenset[str]] = {}
    kept = any(f & {"extension", "hairdo", "styling", "haircut"} for f in marks.values())
    kept = kept or line.has("длин~|объем~|наверх|назад|пучок|хвост|нарощ~|наращ~")
    for i in range(max(0, at - 3), min(at + 3, len(line.tokens))):
        if not kept and _OFF.match(line.tokens[i].word) and "hair_removal" in index.features:
            found[i], found[at] = frozenset(), frozenset({"hair_removal"})
        elif marks.get(i, frozenset()) & beauty.PLIANT - {"removal"} and abs(i - at) < 3:
            found[at] = frozenset({"hair"})
    return found


def _is_colouring(line: Line, at: int, marks: dict[int, frozenset[str]]) -> bool:
    """«стрижка, цвет, укладка», «обновить цвет»; «не тот цвет» is no wish."""
    if line.has(*_RENEWED):
        return True
    before, after = line.tokens[max(0, at - 2) : at], line.tokens[at + 1 : at + 3]
    for pair, place in ((before[::-1], at - 2), (after, at + 2)):
        if len(pair) == 2 and pair[0].word in _LISTED and place in marks:
            return True
    return False


def features_of(token: Token, index: Catalogue) -> frozenset[str]:
    """Concepts of a token: the trade's, else the salon's own words, a typo forgiven."""
    if token.kind not in ("word", "emoji"):
        return frozenset()
    found = beauty.concepts(token.word)
    joined = None if found else _JOINED.fullmatch(token.word)
    if (
        joined
        and not {token.word, morph.lemma(token.word)} & index.own_words.keys()
        and (short := _shortened(joined.group(1), index))
    ):
        return beauty.concepts(joined.group(2)) | short  # «медпедикюр»
    if found and "-" in token.word:
        parts = (index.own_words.get(part) for part in token.word.split("-"))
        return found | {own for own in parts if own}
    foreign = (
        found == {"pedicure"} and not found & index.features
    )  # «массаж стоп» without pedicures
    if (found and not foreign) or token.kind == "emoji":
        return found
    spelled = (token.word, *sorted(morph.lemmas(token.word)), undoubled(token.word))
    own = next((own for word in spelled if (own := index.own_words.get(word))), None)
    own = own or derived.feature(token.word, index)
    if own is None and "-" in token.word:
        own = next((w for part in token.word.split("-") if (w := index.own_words.get(part))), None)
    if own is None and len(token.word) >= 5 and not morph.known(token.word):
        near = vocabulary.nearest(token.word, index.fuzzy)
        if near is not None and (meant := beauty.concepts(near)):
            return meant
        own = index.own_words.get(near) if near else None
    return frozenset((own,)) if own else found


_JOINED = re.compile("([а-я]{3,6})((?:педик|маник|массаж|чистк|пилинг|эпиляц).*)")


def _shortened(word: str, index: Catalogue) -> frozenset[str]:
    """«мед» for the only word of the titles that begins so."""
    if not 3 <= len(word) <= 6:
        return frozenset()
    found = {
        own
        for key, own in index.own_words.items()
        if key.startswith(word) and len(key) > len(word) + 3
    }
    return frozenset(found) if len(found) == 1 else frozenset()


def _broken(line: Line, at: int) -> bool:
    """«коррекцию, сломались два ногтя»: what happened to them is no wish."""
    near = line.tokens[max(0, at - 2) : at + 3]
    if re.match("(ног|рук|спин|ше)(а|у|я|ю)$", line.tokens[at].word):
        return any(re.match("слома|вывих|растян|потянул|подверн", t.word) for t in near)
    if not re.match("ног(от|т)", line.tokens[at].word):
        return False
    return any(t.word.startswith("сломал") for t in line.tokens[max(0, at - 3) : at]) and any(
        beauty.concepts(t.word) & beauty.ACTIONS for t in line.tokens[: max(0, at - 1)]
    )


def _done_already(line: Line, at: int) -> bool:
    """«не надо уже, подстригся», «сама покрасилась»: no wish any more."""
    past = re.search("(?:лся|лась|лись|гся|глась)$", line.tokens[at].word)
    return bool(past) and line.has("уже|сам|сама|сами", "не надо|нужно|актуально")


_ILL = re.compile("гриб(ок|к)|бол(ит|ят)$|трещин|сло(ит|ят)ся|воспал|чеш[ую]тся|желте|пожелте")
_TENDED = re.compile("маник|педик|подолог|стри[жч]|массаж")


def _told_about(line: Line, at: int) -> bool:
    """No wish: «грибок на ногтях, педикюр можно?», «снять запись», «наращённые», «дочь посоветовала»."""
    word = line.tokens[at].word
    if re.match("ног(от|т)", word):
        ill = any(_ILL.match(t.word) for t in line.tokens[max(0, at - 3) : at + 3])
        return ill and any(_TENDED.match(t.word) for t in line.tokens)
    if re.match("сня(ть|ти)|сними", word):
        return any(re.match("запис|брон", t.word) for t in line.tokens[at + 1 : at + 3])
    if re.match("наращенн|нарощенн", word):
        return not re.match("коррек|сня", line.tokens[at - 1].word if at else "")
    if informants.judged(line, at):
        return True
    return bool(beauty.person(word)) and informants.told_of(line, at)


_TRESSES = re.compile("кудр|локон")
_DONE_TO_HAIR = frozenset(("keratin", "haircut", "color", "lightening", "perm"))
_CARRIED = "собач~|собак~|песик~|щен~|кот~|кошк~|малыш~|ребен~|он|она|груднич~ ..4 на руках|ручках"
_ROOMS = re.compile("угол|комнат|зон|площадк|кресл|стул")


def _besides(line: Line, at: int, index: Catalogue) -> bool:
    """«кудри выпрямить» asks for no curls, «детский уголок» is no procedure."""
    word, around = line.tokens[at].word, line.tokens[max(0, at - 2) : at + 3]
    if word in ("рук", "ног", "лица", "тела") and _pair(line, at).startswith("для ") and at > 1:
        own = features_of(line.tokens[at - 2], index)
        return bool(own) and all(f.startswith("w:") for f in own)  # «парафин для рук»
    if word in ("руках", "ручках") and _pair(line, at).startswith("на "):
        return line.has(_CARRIED)
    if word.startswith("детск"):
        return any(_ROOMS.match(t.word) for t in line.tokens[at + 1 : at + 2])
    return bool(_TRESSES.match(word)) and any(
        beauty.concepts(t.word) & _DONE_TO_HAIR for t in around
    )


_STRIKES = frozenset(("сними", "снимите", "снимай", "снимайте", "снимем", "уберите", "убери"))
_WHOM_OFF = frozenset("меня нас мою нашу запись записи с со все обе обоих всех".split())


def _halt(line: Line, at: int) -> bool:
    """«стоп, а сколько стоит?»: no feet."""
    follow = line.tokens[at + 1].word if at + 1 < len(line.tokens) else ""
    first = at == 0 or line.tokens[at - 1].word in ("|", ".", "ой", "!")
    if line.tokens[at].word in _STRIKES and follow in _WHOM_OFF:
        return True  # «снимите меня с 13-го»: nothing is taken off the nails
    return line.tokens[at].word == "стоп" and first and follow in (",", "!", ".", "|", "нет", "")
