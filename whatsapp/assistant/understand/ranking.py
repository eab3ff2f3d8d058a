"""How well a service of the catalogue answers one wish: points, and what a title promises beyond it."""

from __future__ import annotations

from whatsapp.assistant.understand import beauty, morph
from whatsapp.assistant.understand.catalogue import Catalogue, Profile
from whatsapp.assistant.understand.chunk import Chunk
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.wordlist import words

_PARTS = beauty.OBJECTS - beauty.ZONES


# Parts of the body that the trade's list does not have.
_BODY = frozenset(f"w:{word}" for word in words("стопа стоп живот грудь голова икра"))
_EDGES = frozenset(("fringe", "tips"))  # «стрижка чёлки» is not what «стрижка» is


# Words of titles that make no kind of their own.
_NEUTRAL = frozenset(
    f"w:{word}"
    for word in words(
        """
        оформление моделирование комбинированный комплексный полный стандартный базовый
        профессиональный гигиенический архитектура
        """
    )
) | {"hardware", "plain"}


def here(feature: str, index: Catalogue) -> str:
    """The feature as this salon has it: «мелирование» is a colouring where there is no finer service."""
    if feature == "color" and not any("color" in p.offers for p in index.profiles):
        return "toning"  # «покрасить бороду» where beards are toned
    if (
        feature == "grey"
        and not {"grey", "camouflage"} & index.features
        and "roots" in index.features
    ):
        return "roots"  # «закрасить седину»: it grows from the roots
    if feature in index.features or feature not in beauty.FAMILY:
        return feature
    return beauty.FAMILY[feature]


def score(
    chunk: Chunk,
    heads: set[str],
    mods: set[str],
    p: Profile,
    index: Catalogue,
    years: int | None = None,
) -> int | None:
    """Points for agreement; None when the service is out of the question."""
    if p.composite or p.party:
        return None
    if years is not None and p.ages is not None and not p.ages[0] <= years <= p.ages[1]:
        return None
    offers = p.offers
    evoked = chunk.audience & p.audience or chunk.without & p.without
    if not (heads | mods) & offers and not (chunk.evoked and evoked):
        return None
    if heads & beauty.DEFINING - offers:
        return None
    if (
        p.heads & _EDGES
        and not p.heads & _EDGES & heads
        and any("haircut" in q.heads and not q.heads & _EDGES for q in index.profiles)
    ):
        return None
    if heads & _EDGES & index.heads - p.heads:
        return None  # «чёлку подровнять дочке» is no child's haircut where fringes are cut apart
    if mods & beauty.KINDS - index.features:
        return None
    ways = mods & beauty.WAYS & (index.features | {"laser"})  # whether it is sold here or not
    if ways and offers & beauty.WAYS and not ways & offers:
        return None  # «лазер» is no sugaring
    if not p.heads & beauty.OBJECTS:
        heads = heads - {"hair"}  # «ламинирование волос» where a title says «Ламинирование»
    objects = heads & beauty.OBJECTS
    kinds = {m for m in p.mods - mods if not m.startswith("w:")} - beauty.MEANS
    general = objects <= beauty.ZONES and not p.heads & beauty.OBJECTS and not kinds
    general = general and (objects <= {"legs"} or not p.mods & _BODY)  # «Массаж стоп» is no back's
    named = {m for m in mods & p.mods if own_name({m}, index)}
    if objects and not objects & offers and not (general and ((heads - objects) & offers or named)):
        return None
    free = heads - objects - beauty.PLIANT
    if free and not objects and not free & offers:
        return None
    # «окрашивание» is not «окрашивание бровей»: a body part must be said
    if heads and not objects and free and p.heads & _PARTS and not _only_with_part(free, index):
        return None
    own = p.heads | p.mods
    by_name = 12 * len(named) if objects - offers else 0  # «баночки на спину»
    by_name += 3 * len(named) if not mods - named else 0  # «маму пенсионерку на стрижку»
    score = (
        by_name + 10 * len(heads & own) + 7 * len((heads & offers) - own) + 4 * len(mods & offers)
    )
    score -= 3 * len((heads - beauty.OBJECTS) - offers) + 5 * len(objects - offers)
    score += (
        4 * len(chunk.without & p.without)
        - 8 * len(chunk.without & p.all - p.without)
        - 8 * len(mods & p.without - p.mods)  # «Снятие гель-лака без покрытия» is of gel
        - 2 * len(mods & p.aside)
    )
    if (
        heads - beauty.OBJECTS or mods
    ):  # «маникюр» is not «наращивание ногтей»; «брови» may be anything
        score -= 2 * len((p.heads & beauty.PLIANT) - heads)
    if chunk.audience and p.audience:
        sexes = chunk.audience & beauty.SEXES, p.audience & beauty.SEXES
        if not chunk.audience & p.audience or (all(sexes) and not sexes[0] & sexes[1]):
            return None
        score += 5 + 2 * len(sexes[0] & sexes[1])
    if years is not None and p.ages is not None:
        score += 8  # «подростку 13 лет»
    return score


def mended(heads: set[str], line: Line, index: Catalogue) -> set[str]:
    """«коррекция наращивания» where the title says only «Коррекция ресниц»: of what has been extended."""
    deeds = heads & {"correction", "removal"}
    if "extension" not in heads or not deeds or not line.has(_OF_EXTENSION):
        return heads
    grown = {o for p in index.profiles if "extension" in p.heads for o in p.heads & beauty.OBJECTS}
    parts = heads & beauty.OBJECTS or grown
    single = [
        p for p in index.profiles if deeds <= p.offers and p.heads & parts and not p.composite
    ]
    if not single or any("extension" in p.offers for p in single):
        return heads
    return (heads - {"extension"}) | parts


def admits(p: Profile, years: int | None) -> bool:
    return years is None or p.ages is None or p.ages[0] <= years <= p.ages[1]


# Ways in which a procedure is another one at another price, when the title does not say so.
_VARIANTS = frozenset(("japanese", "french", "spa", "ultrasound", "express", "four_hands", "laser"))
DEEDS = frozenset(
    ("removal", "restoration", "refill")
)  # done to what is there: no service of its kind


def lacking(said: set[str], group: list[Profile]) -> frozenset[str]:
    """«японский маникюр», «снятие гель-лака» where no title offers that: the price is of something else."""
    offered = frozenset[str]().union(*(p.offers for p in group))
    return frozenset(said & (_VARIANTS | DEEDS) - offered)


def of_another(line: Line, chunk: Chunk, index: Catalogue) -> bool:
    """«дизайн ногтей», «лазер ноги»: the nails or the legs of a thing that is not done here."""
    marked = [
        (beauty.concepts(t.word), t.word)
        for t in line.tokens[chunk.start : chunk.end]
        if t.kind == "word" and beauty.concepts(t.word)
    ]
    if len(marked) < 2:
        return False
    (first, _), (then, of_what) = marked[:2]
    if "design" in first and "design" not in index.features:
        return "manicure" in then and of_what.startswith(("ногт", "ногот"))
    lasered = first | then
    zone = bool(lasered & beauty.ZONES) and not lasered & beauty.ACTIONS - {"hair_removal"}
    done = (p for p in index.profiles if {"laser", "hair_removal"} & p.offers)
    places = (p.heads & beauty.OBJECTS for p in done)
    return zone and "laser" in lasered and not any(not part or part & lasered for part in places)


_OF_EXTENSION = "коррекц~|сняти~|снять|снимите|сними наращивани~|наращенн~|нарощенн~"


def of_an_ill(p: Profile) -> bool:
    """«Обработка вросшего ногтя»: of a nail, and no manicure."""
    return any(word.startswith(("врос", "враст", "грибк", "грибок", "протез")) for word in p.words)


def _only_with_part(free: set[str], index: Catalogue) -> bool:
    """Every service with the procedure here is of a body part: «перманент» where brows only are done."""
    return all(p.heads & _PARTS for p in index.profiles if free & p.heads)


def plainest(group: list[Profile], said: set[str]) -> list[Profile]:
    """Of `group` those that promise nothing beyond what was said, brackets aside if all promise something."""
    plain = [p for p in group if not extras(p, said, group)]
    plain = plain or [p for p in group if not extras(p, said | p.aside, group)]
    return (
        plain
        or [p for p in group if only_tended(p, said)]
        or [p for p in group if _ordinary(p, said, group)]
    )


def extras(p: Profile, said: set[str], group: list[Profile]) -> int:
    """How much the title promises beyond what was said; an audience counts when there is another one."""
    rest = (p.heads | p.mods) - said - _NEUTRAL
    rest -= {"classic"} if p.heads & {"manicure", "pedicure"} else set()
    extra = len(rest) + len(rest & beauty.DEFINING)
    others = {a for q in group for a in q.audience} - p.audience
    return extra + (1 if p.audience and (others or _exceptional(p)) else 0)


def only_tended(p: Profile, said: set[str]) -> bool:
    """«Коррекция бровей» is what «брови» are, «Стрижка бороды» what «борода» is, if nothing is plainer."""
    extra = (p.heads | p.mods) - said - _NEUTRAL
    return extra == {"correction"} or (extra == {"haircut"} and "beard" in said)


def _ordinary(p: Profile, said: set[str], group: list[Profile]) -> bool:
    """«Стрижка модельная» where the other is by machine, «Брови: коррекция + окрашивание» by lamination."""
    extra = (p.heads | p.mods) - said - _NEUTRAL
    mens = all(q.audience == {"men"} for q in group)
    return (mens and extra == {"w:модельный"}) or (
        "brows" in said and extra == {"correction", "color"}
    )


def _exceptional(p: Profile) -> bool:
    """A man's haircut is usual, a man's manicure is the exception that is named as such."""
    return p.audience == {"men"} and not p.heads & beauty.MENS


def verbatim(p: Profile, said: set[str]) -> bool:
    """The whole title was said, no more and no less: «стрижка» for «Стрижка»."""
    return p.heads | p.mods == said and not p.without and not p.audience


def titled(line: Line, group: list[Profile]) -> Profile | None:
    """The service whose whole title was written, when its kind alone did not tell it from others."""
    said = {
        morph.lemma(part) for t in line.tokens for part in (unify(t.raw), *unify(t.raw).split("-"))
    }
    full = [p for p in group if len(p.title) > 1 and p.title <= said]
    longest = max((len(p.title) for p in full), default=0)
    best = [p for p in full if len(p.title) == longest]
    return best[0] if len(best) == 1 else None


def own_name(mods: set[str], index: Catalogue) -> bool:
    """A word of one title only («LPG», «консультация») names its service as surely as a procedure."""
    return any(
        feature.startswith("w:") and sum(feature in p.offers for p in index.profiles) == 1
        for feature in mods
    )
