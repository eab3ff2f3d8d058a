"""The salon's own words in another shape: «карбон» of «Карбоновый», «обработать» of «Обработка»."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import morph
from whatsapp.assistant.understand.catalogue import Catalogue

# What clients call by a name of its own, and titles by the name of its kind.
_KINDS = ((re.compile("родинк|папиллом|бородавк|невус|кератом|фибром"), "новообразование"),)


def feature(word: str, index: Catalogue) -> str | None:
    """The feature of the title's word that `word` is made from, or is a kind of."""
    return (
        _from_adjective(word, index)
        or _from_verb(word, index)
        or _from_person(word, index)
        or _from_therapy(word, index)
        or next((index.own_words.get(kind) for names, kind in _KINDS if names.match(word)), None)
    )


def _from_person(word: str, index: Catalogue) -> str | None:
    """«пенсионерка», «пенсионерская» for «Стрижка для пенсионеров»."""
    lemma = morph.lemma(word)
    stem = lemma[:-2] if lemma.endswith("ка") else lemma[:-4] if lemma.endswith("ский") else ""
    return index.own_words.get(stem) if len(stem) > 4 else None


def _from_therapy(word: str, index: Catalogue) -> str | None:
    """«парафинотерапия» for «Парафин для рук», «Paraffin Therapy»."""
    healed = re.fullmatch(r"([а-я]{4,})[ои]терапи[яюией]", word)
    return index.own_words.get(healed.group(1)) if healed else None


_ADJECTIVE = "ь?(?:ов|ев|н|ан|енн|онн|очн|альн|йн)(?:ый|ий|ой)"


def _from_adjective(word: str, index: Catalogue) -> str | None:
    """«карбон» for «Карбоновый пилинг»: the noun from which the title's adjective is made."""
    stem = morph.lemma(word).rstrip("аяоеьий")
    if len(stem) < 5:
        return None
    stem = f"(?:{stem}|{stem[:-1]})" if stem.endswith("к") else stem  # «баночки» of «Баночный»
    found = {own for key, own in index.own_words.items() if re.fullmatch(stem + _ADJECTIVE, key)}
    return found.pop() if len(found) == 1 else None


def _from_verb(word: str, index: Catalogue) -> str | None:
    """«обработать», «установить» for «Обработка», «Установка» of a title."""
    if not word.endswith("ть") or len(word) < 7:
        return None
    noun = re.compile(f"{word[:-3]}(?:ок|[ое]вк|к|ани|ени|яни|аци)[аеиуюяой]*")
    found = {own for key, own in index.own_words.items() if noun.fullmatch(key)}
    return found.pop() if len(found) == 1 else None
