"""The trade's language: what clients call procedures, body parts and audiences, as concepts.

Knows no salon. A word gives concepts; a catalogue title gives concepts; matching happens in `services`.
"""

from __future__ import annotations

import re
from functools import lru_cache

# concept -> pattern at the beginning of a unified word (whole words end with $).
_ACTIONS = {
    "haircut": r"стри(ж|ган|гут$)|подстри|постри|остри(чь|гу)|обстри|стричь|об(корна|кромса)(ть|й)"
    r"|подровн|подравн|ровня|укорот|каре$|каскад|лесенк|пикси|боб$"
    r"|парикмахер|андеркат|полубокс|бокс$|боксом$|кроп$|crop$|канадк|британк"
    r"|haircut|cut$",
    "fade": r"фейд|фэйд|фейт$|скинф[еэ]йд|fade",
    "tips": r"кончик",
    "fringe": r"чел(оч)?к",
    "color": r"окраш|окрас(ить|иться|ят|им)|(по|под|за|пере|вы|про)крас|окраск|колорир|колорист"
    r"|красить(ся)?$|крашу|крас(ит|ят|ите|им|ишь)$"
    r"|colou?r|dye$|tint",
    "highlights": r"мелир",
    "balayage": r"балаяж|баляж",
    "shatush": r"шатуш",
    "ombre": r"омбре",
    "airtouch": r"а[ий]ртач|эйртач|аэртач|airtouch|эиртач",
    "lightening": r"осветл|блондир|обесцвеч",
    "toning": r"тониров|тонир|затонир|подтонир|toning|toner",
    "camouflage": r"камуфл|закамуфл|camouflage",
    "styling": r"уклад|улож|уклас|локон|кудри|брашинг|styling|blowout|blow-dry",
    "hairdo": r"причес",
    "braid": r"косич|кос(а|ы|у)?$|плетен|заплет|заплес|брейд|braid",
    "dreads": r"дред",
    "afro": r"афро|сенегал",
    "perm": r"завив(к|оч)|химзавив|биозавив|хими(я|ю|и|ей)$|perm$",
    "manicure": r"маник|манник$|мани$|ногот|ногт|manicure|mani$|nails?$",
    "pedicure": r"педик|педи$|подолог|пятк|пяточ|стоп(ы|ам|ах)$|pedicure|pedi$",
    "massage": r"массаж|помассир|размять|разомн|промять|massage",
    "shave": r"брить|опаск|опасн(ая|ой|ую)$|(по|с|под|вы|об)бри|брею$|бритв|бритье|брити|shav(e|ing)",
    "cleaning": r"чистк|почистить|cleans",
    "peel": r"пилинг|пилинк|peel",
    "mask": r"маск(а|у|и|ой)$|mask$",
    "makeup": r"макияж|мейк|накрасит|визаж|make-?up",
    "hair_removal": r"шугар|депил|эпил|ваксинг|воск(ом|а)?$|восков|sugar|waxing",
    "piercing": r"пирсинг|прокол|прокалыва",
    "tattoo": r"тату$|татуаж|татуиров|перманент|микроблейд",
    "solarium": r"соляри",
    "wrap": r"обертыван",
    "keratin": r"кератин|выпрям(лен|ить|ля)",
    "botox": r"ботокс|ботул|диспорт|межбров|мимическ",
    "lips": r"губ(а|ы|е|ой|ок|ам|у)?$|губк",
    "fillers": r"филлер|гиалурон|контурн|увелич|накач",
    "biorevitalization": r"биорев",
    "mesotherapy": r"мезотерап|мезо$",
    "spa": r"спа$|spa$|спа-",
    "lifting": r"лифтинг|подтян|подтяж|lift",
    "smas": r"смас|smas",
    "rf": r"rf$|рф$|эрэф$|микроигол|микроигл",
    "plasma": r"плазмо|prp$|прп$",
    "hydrafacial": r"hydra-?fac|гидра-?фе[ий]",
    "sweat": r"гипергидроз|потеют$|потею$|потлив",
    "lamination": r"ламинир|ламиниц|ламинац|лами$|ламинаж|ламик|ламишк|долговременн|laminat",
    "extension": r"нараст|наращ(ив|ен)|нарост|нарощен|extension",
    "correction": r"коррекц|корекц|(вы|под|по)щип|поправить$|корректир|скорректир|shap(e|ing)",
    "refill": r"refill|infill|рефил|инфил",
    "removal": r"сняти|снять|сними|снимать$|remov|take-?off",
    "restoration": r"восстановл|реконструкц|лечени(е|я|ю)$|лечить|вылечить|полечить|полировк",
    "caries": r"кариес|пломб|запломб",
    "extraction": r"удален|удалить$|вырвать$|вырву$",
    "whitening": r"отбел|zoom",
}
_OBJECTS = {
    "brows": r"бров|eyebrow|brow",
    "lashes": r"ресн|рес(ы|ам|ах|ов|ками|ки)$|lash|лэш|лашмейк",
    "beard": r"бород|усы$|усов$|усики$|усиков$|щетин|beard",
    "back": r"спин(а|у|ы|е|ой|ка|ку|ки|ке)$|поясниц|back$",
    "neck": r"ше(я|ю|и|йно)$|воротник|шейно|швз$|шву$",
    "face": r"лиц(о|а|у|е|ом)$|face$|facial",
    "body": r"тел(о|а|у|ом|е)$|общий$",
    "legs": r"ног(и|ах|ам|у|ами)?$|ножк(и|ах|ам)$",
    "shins": r"голен",
    "thighs": r"бедр(а|о|ах|ам)?$",
    "hands": r"рук(и|ах|ам|у|ами)?$|ручк(и|ах|ам)$|кист(и|ей)$|hands?$",
    "tooth": r"зуб(а|у|ы|ов|ам|ик|ки|ок)?$|челюст",
    "bikini": r"бикини",
    "hair": r"волос$^",  # only beside what is done to it: see `marks`
    "armpits": r"подмыш",
}
_MODIFIERS = {
    "gel": r"гель|гел(ем|я|ик|ика|ике|иком|ек|ька|ечек)$|гелев|гелл?[ая]к"
    r"|шел+ак|шил+ак|покрыт|лак(ом|а|е)?$|shell?ac|gel$|polish",
    "grey": r"седин|седые|седых|седой|gr[ae]y$",
    "roots": r"корн(и|ей|ям)$|кореш(ки|ков|кам)$|прикорн",
    "henna": r"хна$|хной$|хну$|хны$",
    "sugar": r"шугар|сахар",
    "wax": r"воск|ваксинг",
    "laser": r"лазер",
    "classic": r"классик|классич|classic",
    "plain": r"обычн(ый|ая|ую|ое|ого)$|прост(ой|ую|ая|ое)$|гигиенич",
    "volume": r"объем|volum",
    "design": r"дизайн|рисун|стемпин|design|nail-art|art$|арт$|нейл-арт",
    "french": r"френч|french",
    "hardware": r"аппарат",
    "ultrasound": r"узи?$|узч$|ультразвук",
    "japanese": r"японск",
    "long": r"длинн",
    "short": r"коротк",
    "machine": r"машинк|buzz$|базз?$|бузз?$|клиппер|clipper",
    "royal": r"королев|царск|роял|royal",
    "black": r"черн(ый|ая|ую|ой|ое)$|black$|бл[эе]к$",
    "hot": r"горяч|hot$",
    "first": r"перв(ая|ую|ой)$",
    "baby": r"малыш|годовал|младен|грудничк|baby$",
    "moustache": r"усы$|усов$|усики$|усиков$",
    "wedding": r"свадеб|свадьб|невест",
    "evening_look": r"вечерн(ий|яя|юю|его)$",
    "express": r"экспресс|express",
    "wellness": r"лечебн|оздоров",
    "relax": r"расслабл|релакс",
    "anticellulite": r"антицеллюл|целлюлит",
    "sport": r"спортивн",
    "lymph": r"л[ие]мф",
    "four_hands": r"четырехручн",
    "pregnant": r"беремен",
    "frown": r"межбров",
}
_BOYS = (
    r"(младш|старш)(его|ему|ий)$|сын(а|у|ом|ок|ка|ку|очка|ишк)?(а|у)?$|сыночк|внук(а|у|ом)?$|внучок|мальчик"
    r"|мальчиш|пацан|boys?$"
)
_GIRLS = (
    r"(младш|старш)(ую|ей|ая)$|доч(к|ер)ин(у|а|ой)$|доч(ка|ке|ку|ки|кой|ь|ери|ерью|урке|урку|еньке|еньку|а|е|у|ек)$|внуч(к|ек)"
    r"|девоч(к|ек)|girls?$"
)
_AUDIENCE = {
    "men": r"мужск|мужч|муж$|мужу$|мужа$|мужем$|парн|парень|пап(а|е|у|ы|ой)$|отц|отец|брат(у|а|ом)?$"
    r"|дедушк|barber|men'?s?$|gentlem"
    r"|мужик",
    "women": r"женск|женщ|жен$|жене$|жену$|женой$|девушк|мам(а|е|у|ы|ой)$|подруг|сестр|wom[ae]n|lad(y|ies)$",
    "kids": r"детск|детиш|дет$|дет(и|ям|ей)$|ребен|реб$|малыш|школьник|малой$|малого$|мелк(ого|ому)$"
    rf"|kids?$|child|{_BOYS}|{_GIRLS}",
    "boys": _BOYS,
    "girls": _GIRLS,
}
# An adjective says what the procedure is like, a noun says who comes.
_ADJECTIVE = re.compile(r"мужск|женск|детск")

# When a salon does not have the finer thing, its family is meant.
FAMILY = {
    "highlights": "color", "balayage": "color", "shatush": "color", "ombre": "color",
    "airtouch": "color", "lightening": "color", "hairdo": "styling", "sugar": "hair_removal",
    "wax": "hair_removal", "grey": "color", "camouflage": "color", "fade": "haircut",
    "mesotherapy": "biorevitalization", "shins": "legs", "dreads": "braid", "afro": "braid",
    "thighs": "legs", "smas": "lifting", "rf": "lifting", "refill": "correction",
    "roots": "color", "tips": "haircut", "fringe": "haircut",
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
SEXES = frozenset(("boys", "girls"))
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
        "refill",
        "mask",
        "spa",
    }
)
DEFINING = ACTIONS - SOFT
# How a thing is done, which a client need not say.
MEANS = frozenset({"laser", "sugar", "wax", "classic", "hardware", "gel"})
# Kinds of a procedure that another of it does not stand for.
KINDS = frozenset({"anticellulite", "lymph", "sport"})
# Ways of taking hair off: one is no other.
WAYS = frozenset({"laser", "sugar", "wax"})
# Procedures after which a client's question is a doctor's.
INVASIVE = frozenset(
    """
    botox lips fillers biorevitalization mesotherapy peel laser tattoo piercing cleaning
    caries extraction whitening
    """.split()
)
# What men come for without saying «мужская».
MENS = frozenset({"haircut", "fade", "beard", "shave", "toning", "camouflage", "color"})
# Zones a general service («Шугаринг», «Массаж») may cover without naming them.
ZONES = OBJECTS - {"brows", "lashes", "beard", "hair"}
COMPLEX = re.compile(r"комплекс|сет$|набор$|два-в-одном|2в1|комбо|четырехручн")

_ALL = {
    name: re.compile(pattern)
    for table in (_ACTIONS, _OBJECTS, _MODIFIERS, _AUDIENCE)
    for name, pattern in ((k, f"(?:{v})") for k, v in table.items())
}


_PERSONS = {
    "father": r"(пап|отц|отец|father|dad)", "mother": r"(мам|мать|матер|mother|mom)",
    "son": r"(сын|son$)", "daughter": r"(доч|daughter)",
    "child": r"(ребен|малыш|детиш|дет(и|ьми|ей)$|child|kid)",
}  # fmt: skip


@lru_cache(maxsize=4_000)
def persons(text: str) -> frozenset[str]:
    """Members of the family named in a unified text: what «Отец + сын» is sold by."""
    words = re.findall(r"[а-яa-z]+", text)
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


def person(word: str) -> frozenset[str]:
    """Whom a unified word names as the one who comes: «дочке» -> kids, girls; empty for «детская»."""
    return frozenset() if _ADJECTIVE.match(word) else concepts(word) & AUDIENCE
