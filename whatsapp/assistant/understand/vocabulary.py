"""Words worth recognising through a typo: the language of booking, and the spelling corrector over it."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from whatsapp.assistant.understand import morph
from whatsapp.assistant.understand.names import known_name
from whatsapp.assistant.understand.numerals import CARDINALS, ORDINALS
from whatsapp.assistant.understand.timewords import CODES
from whatsapp.assistant.understand.wordlist import ordered

_BOOKING = ordered(
    """
    запишите запиши записать записаться запись записи записана записан записаны записалась
    записался запишите-ка запишусь записывайте забронировать бронь хочу хотела хотел
    хотелось можно нужно надо желательно пожалуйста свободно свободное свободен свободна
    свободны окошко окошки окошечко окно место места мест время времени отмените отменить
    отмена отменяю отменяйте перенести перенесите перенос перезаписаться перезапишите
    передвинуть передвинем сдвинуть сколько стоит стоят стоить стоимость цена цены прайс
    почем обойдется адрес адресу находитесь находится парковка метро доехать добраться
    проехать пройти работаете работает работаешь открыты открываетесь закрываетесь график
    режим мастер мастера мастеру мастеров любой любому разницы равно неважно здравствуйте
    привет добрый доброе вечер спасибо благодарю администратор администратора
    администратором человек человека оператор оператора позвоните перезвоните опаздываю
    опоздаю задержусь пробке приду придем буду обычно прошлый раз подруга подруге подругой
    подтверждаю подходит хорошо давайте конечно напоминания напоминаний рассылка рассылку
    отпишите отписаться подписаться услуга услуги услуг пожаловаться жалоба деньги скидка
    скидки комплекс процедура процедуру примерно ближайшее ближайшую ближайший вдвоем
    одновременно параллельно наращивание коррекция покрытие покрытием окрашивание стрижка
    стрижку маникюр маникюра педикюр педикюра укладка укладку ресницы ресниц брови бровей
    массаж эпиляция депиляция шугаринг
    """
)

WORDS: tuple[str, ...] = tuple(
    sorted({w for w in (*_BOOKING, *CODES, *CARDINALS, *ORDINALS) if len(w) >= 4})
)
_KNOWN = frozenset(WORDS)


def distance_allowed(word: str) -> int:
    """How many slips of the finger are forgiven in a word of this length."""
    return 0 if len(word) < 5 else 1 if len(word) < 8 else 2


@lru_cache(maxsize=20_000)
def corrected(word: str) -> str:
    """The word meant: itself when the dictionary knows it, else the nearest word of booking."""
    if len(word) < 5 or word in _KNOWN or "-" in word or morph.known(word) or known_name(word):
        return word
    return nearest(word, WORDS) or word


def nearest(word: str, candidates: tuple[str, ...]) -> str | None:
    """The one closest candidate within the allowed distance; the first letter weighs as a slip more."""
    allowed = distance_allowed(word)
    if not allowed:
        return None
    found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=5)
    ranked = sorted(found, key=lambda item: (item[1] + (item[0][0] != word[0]), item[2]))
    if not ranked or ranked[0][1] + (ranked[0][0][0] != word[0]) > allowed:
        return None
    return str(ranked[0][0])
