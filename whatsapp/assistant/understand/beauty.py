"""The trade's language: what clients call procedures, body parts and audiences, as concepts.

Knows no salon. A word gives concepts; a catalogue title gives concepts; matching happens in `services`.
"""

from __future__ import annotations

import re
from functools import lru_cache

# concept -> pattern at the beginning of a unified word (whole words end with $).
_ACTIONS = {
    "haircut": r"стриж|подстри|постри|остри(чь|гу)|обстри|стричь|подровн|подравн|ровня|укорот|каре$"
    r"|фейд|андеркат"
    r"|полубокс|haircut",
    "tips": r"кончик",
    "fringe": r"челк",
    "color": r"окраш|покрас|закрас|перекрас|выкрас|окраск|колорир|красить(ся)?$|крашу|прокрас",
    "highlights": r"мелир",
    "balayage": r"балаяж|баляж",
    "shatush": r"шатуш",
    "ombre": r"омбре",
    "airtouch": r"аиртач|эйртач|аэртач|airtouch|эиртач",
    "lightening": r"осветл|блондир|обесцвеч",
    "toning": r"тониров|тонир|затонир|подтонир",
    "styling": r"уклад|улож|уклас|локон|кудри|брашинг",
    "hairdo": r"причес",
    "braid": r"косич|кос(ы|у)?$|плетен|заплет|заплес|дреды|афрокос|брейд",
    "perm": r"завивк|химзавив|биозавив",
    "manicure": r"маник|маникюр|ногот|ногт|manicure|nails",
    "pedicure": r"педик|пятк|пяточ|стоп(ы|ам|ах)$|pedicure",
    "massage": r"массаж|помассир|размять|разомн|промять|massage",
    "shave": r"брить|побри|сбри|брею$|бритв|бритье|брити",
    "cleaning": r"чистк|почистить",
    "peel": r"пилинг",
    "mask": r"маск(а|у|и|ой)$",
    "makeup": r"макияж|мейк|накрасит|визаж",
    "hair_removal": r"шугар|депил|эпил|ваксинг|воск(ом|а)?$|восков|sugar",
    "piercing": r"пирсинг|прокол",
    "tattoo": r"тату$|татуаж|татуиров|перманент|микроблейд",
    "solarium": r"соляри",
    "wrap": r"обертыван",
    "keratin": r"кератин|выпрямлен",
    "botox": r"ботокс|ботул|диспорт",
    "lips": r"губ(ы|ок|ам|у)?$|губк",
    "fillers": r"филлер|гиалурон|контурн",
    "biorevitalization": r"биоревит|мезотерап|мезо$",
    "spa": r"спа$|spa$|спа-",
    "lifting": r"лифтинг|смас|rf$",
    "lamination": r"ламинир|ламиниц",
    "extension": r"нараст|наращив|нарост",
    "correction": r"коррекц|корректир|скорректир",
    "removal": r"сняти|снять|сними",
    "restoration": r"восстановл|реконструкц|лечение$|полировк",
}
_OBJECTS = {
    "brows": r"бров|eyebrow",
    "lashes": r"ресн|lash",
    "beard": r"бород|усы$|усов$|усики$|щетин|beard",
    "back": r"спин(а|у|ы|е|ой|ка|ку|ки|ке)$|поясниц",
    "neck": r"ше(я|ю|и|йно)$|воротник|шейно",
    "face": r"лиц(о|а|у|е|ом)$",
    "body": r"тел(о|а|у|ом|е)$|общий$",
    "legs": r"ног(и|ах|ам|у|ами)?$|голен|бедр|ножк(и|ах|ам)$",
    "hands": r"рук(и|ах|ам|у|ами)?$|кист(и|ей)$",
    "bikini": r"бикини",
    "armpits": r"подмыш",
}
_MODIFIERS = {
    "gel": r"гель|гел(ем|я)$|шел+ак|шил+ак|покрыт|лак(ом|а|е)?$|лаком$",
    "grey": r"седин|седые|седых",
    "roots": r"корн(и|ей|ям)$|прикорн",
    "henna": r"хна$|хной$|хну$|хны$",
    "sugar": r"шугар|сахар",
    "wax": r"воск|ваксинг",
    "laser": r"лазер",
    "classic": r"классик|классич",
    "plain": r"обычн(ый|ая|ую|ое|ого)$|простой$|простую$|гигиенич",
    "volume": r"объем",
    "design": r"дизайн|рисун|стемпин",
    "french": r"френч",
    "hardware": r"аппарат",
    "japanese": r"японск",
    "long": r"длинн",
    "short": r"коротк",
    "machine": r"машинк",
    "wedding": r"свадеб|свадьб|невест",
    "evening_look": r"вечерн(ий|яя|юю|его)$",
    "express": r"экспресс",
    "wellness": r"лечебн|оздоров",
    "relax": r"расслабл|релакс",
    "anticellulite": r"антицеллюл|целлюлит",
    "sport": r"спортивн",
    "lymph": r"лимфо",
}
_AUDIENCE = {
    "men": r"мужск|мужч|муж$|мужу$|мужа$|мужем$|парн|парень|пап(а|е|у|ы)$|отц|отец|брат(у|а|ом)?$"
    r"|дедушк|barber"
    r"|мужик",
    "women": r"женск|женщ|жен$|жене$|жену$|девушк|мам(а|е|у|ы)$|подруг|сестр",
    "kids": r"детск|дет$|дет(и|ям|ей)$|ребен|реб$|доч(ка|ке|ку|ки|кой|ь|ери|ерью|урке|еньке)$"
    r"|сын(а|у|ом|ок|ка|ку|очка|ишк)?"
    r"(а|у)?$|сыночк|внук|внуч|малыш|мальчик|мальчишк|девочк|школьник|малой$|малого$|мелк(ого|ому)$",
}

# When a salon does not have the finer thing, its family is meant.
FAMILY = {
    "highlights": "color", "balayage": "color", "shatush": "color", "ombre": "color",
    "airtouch": "color", "lightening": "color", "hairdo": "styling", "sugar": "hair_removal",
    "wax": "hair_removal", "grey": "color", "roots": "color", "tips": "haircut", "fringe": "haircut",
}  # fmt: skip

EMOJI = {
    "💅": frozenset({"manicure"}),
    "💇": frozenset({"haircut"}),
    "💆": frozenset({"massage"}),
    "🧔": frozenset({"beard"}),
    "💄": frozenset({"makeup"}),
    "🦶": frozenset({"pedicure"}),
    "👣": frozenset({"pedicure"}),
    "🪒": frozenset({"shave"}),
    "✂": frozenset({"haircut"}),
    "♀": frozenset({"women"}),
    "♂": frozenset({"men"}),
    "👧": frozenset({"kids"}),
    "👦": frozenset({"kids"}),
    "👶": frozenset({"kids"}),
}

ACTIONS = frozenset(_ACTIONS)
OBJECTS = frozenset(_OBJECTS)
HEADS = ACTIONS | OBJECTS
AUDIENCE = frozenset(_AUDIENCE)
# Actions that name something done to an object rather than a service of their own.
PLIANT = frozenset({"extension", "correction", "removal", "lamination", "restoration", "lifting"})
# Actions without which a wish makes no sense: a salon that lacks them does not offer the thing.
SOFT = frozenset(
    {
        "haircut",
        "tips",
        "fringe",
        "color",
        "correction",
        "removal",
        "restoration",
        "styling",
        "mask",
        "spa",
    }
)
DEFINING = ACTIONS - SOFT
# Zones a general service («Шугаринг», «Массаж») may cover without naming them.
ZONES = OBJECTS - {"brows", "lashes", "beard"}
COMPLEX = re.compile(r"комплекс|сет$|набор$|два-в-одном|2в1|комбо")

_ALL = {
    name: re.compile(pattern)
    for table in (_ACTIONS, _OBJECTS, _MODIFIERS, _AUDIENCE)
    for name, pattern in ((k, f"(?:{v})") for k, v in table.items())
}


_PERSONS = {
    "father": r"(пап|отц|отец)", "mother": r"(мам|мать|матер)", "son": r"сын", "daughter": r"доч",
    "child": r"(ребен|малыш|дет(и|ьми|ей)$)",
}  # fmt: skip


@lru_cache(maxsize=4_000)
def persons(text: str) -> frozenset[str]:
    """Members of the family named in a unified text: what «Отец + сын» is sold by."""
    words = re.findall(r"[а-я]+", text)
    return frozenset(k for k, v in _PERSONS.items() if any(re.match(v, w) for w in words))


@lru_cache(maxsize=20_000)
def concepts(word: str) -> frozenset[str]:
    """What a unified word means in the trade; empty for other words."""
    if word in EMOJI:
        return EMOJI[word]
    found = {name for name, pattern in _ALL.items() if pattern.match(word)}
    if "-" in word:
        for part in word.split("-"):
            found |= {
                name for name, pattern in _ALL.items() if len(part) > 1 and pattern.match(part)
            }
    return frozenset(found)
