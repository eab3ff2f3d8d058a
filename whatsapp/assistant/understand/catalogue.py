"""A salon's services as concepts, built once per SalonView: what each title promises, excludes, is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from whatsapp.assistant.types import SalonView, ServiceView
from whatsapp.assistant.understand import beauty, morph, shorthand, title_numbers
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.understand.titles import EMPTY, spellings, title_features, title_words
from whatsapp.assistant.understand.wordlist import words

_SPLIT = re.compile(r"\+|&|,| и | \| |\n")


@dataclass(frozen=True, slots=True)
class Profile:
    """What one service is. `heads` the procedures and body parts, `mods` all else said of it."""

    id: str
    order: int
    heads: frozenset[str]
    mods: frozenset[str]
    without: frozenset[str]
    audience: frozenset[str]
    composite: bool
    party: frozenset[str]  # the people a family service is for («Отец + сын»)
    implied: frozenset[str]  # families of its features: «Камуфляж седины» is a colouring
    parts: frozenset[str]  # ids of the single services a composite is made of
    words: frozenset[str]  # lemmas of the title, aliases included
    title: frozenset[str]  # lemmas of the title without what stands in brackets, none left out
    staff: frozenset[str]
    aside: frozenset[str] = (
        frozenset()
    )  # of `mods`, what is only said in brackets: «(снятие включено)»
    minutes: int | None = None  # the length a title tells: «60 мин»
    price: int | None = None
    label: str = ""  # «Комплекс M»
    ages: tuple[int, int] | None = None  # «(4–10 лет)», «60+»
    count: tuple[int, str] | None = None  # «(3 зоны)» is (3, "зон")

    @property
    def all(self) -> frozenset[str]:
        return self.heads | self.mods | self.audience

    @property
    def offers(self) -> frozenset[str]:
        return self.heads | self.mods | self.implied


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Profiles of a salon and the words by which its own vocabulary is recognised."""

    profiles: tuple[Profile, ...]
    own_words: dict[str, str]  # lemma or spelling -> feature "w:…"
    fuzzy: tuple[str, ...]
    vocabulary: frozenset[str]
    heads: frozenset[str]
    features: frozenset[str]
    shorts: frozenset[str] = frozenset()  # «стр», «ман»: words that its titles shorten

    def get(self, service_id: str) -> Profile | None:
        return next((p for p in self.profiles if p.id == service_id), None)


_PARTS = words(
    """
    грудь живот ареола подбородок щека бакенбарды линия крестец ягодица палец верхний полностью
    глубокий классический тотальный мужчина женщина
    """
)


def _unsaid(features: set[str] | frozenset[str]) -> frozenset[str]:
    """What a title leaves unsaid: «Ресницы 2D» are extended, «Лазер: голени» takes hair off."""
    actions = features & beauty.ACTIONS
    if "refill" in features:
        return frozenset(("extension", "manicure"))
    if (
        {"extension", "gel"} <= features
        and actions == {"extension"}
        and not features & beauty.OBJECTS
    ):
        return frozenset(("manicure",))  # «Gel Extensions» are of nails
    if "lashes" in features and "lifting" in features:
        return frozenset(("lamination",))
    if "lashes" in features and not actions:
        return frozenset(("extension",))
    own = {f[2:] for f in features if f.startswith("w:")}
    if "laser" in features and actions <= {"lips"} and own <= _PARTS:
        return frozenset(("hair_removal",))
    return frozenset()


def _main_heads(features: list[str]) -> frozenset[str]:
    """Heads of a title: its procedures and body parts, else the first of its own words."""
    heads = {f for f in features if f in beauty.HEADS}
    own = [f for f in features if f.startswith("w:")]
    if (
        heads and heads <= beauty.ZONES
    ):  # «Скраб тела»: what is done has no name in the trade's list
        first = next(i for i, f in enumerate(features) if f in heads)
        own = [f for f in features[:first] if f.startswith("w:")]
        done = [f for f in own if any(r.pos == "NOUN" for r in morph.readings(f[2:])[:1])]
        return frozenset((*heads, *done[-1:]))
    if heads:
        return frozenset(heads)
    nouns = [f for f in own if any(r.pos == "NOUN" for r in morph.readings(f[2:])[:2])]
    return frozenset((nouns or own or features)[:1])


def _profile(service: ServiceView, order: int) -> Profile:
    bare = re.sub(r"\([^)]*\)", " ", service.title)
    features, without = title_features(bare)
    inner, inner_without = title_features(" ".join(re.findall(r"\(([^)]*)\)", service.title)))
    alias_features = [f for text in service.aliases for f in title_features(text)[0]]
    if not features:
        features = inner + title_features(service.category)[0]
    audience = {f for f in features + inner if f in beauty.AUDIENCE}
    audience |= (
        {{"m": "men", "f": "women", "k": "kids"}[service.audience[:1]]}
        if service.audience
        else set()
    )
    if not audience:
        audience |= {f for f in title_features(service.category)[0] if f in beauty.AUDIENCE}
    of_hair = re.search("волос", unify(f"{bare} {service.category}")) is not None
    heads = _main_heads([f for f in features if f not in beauty.AUDIENCE] + alias_features)
    mods = set(features) | set(inner) | set(alias_features)
    if of_hair and heads & beauty.PLIANT and not heads & beauty.OBJECTS:
        heads |= {"hair"}
    count = title_numbers.count(service.title)
    filled = heads == {"lips"} and count is not None and count[1] == "мл"  # «Губы 0,5 мл»
    people = beauty.persons(unify(service.title))
    words = {morph.lemma(w) for w in title_words(" ".join((service.title, *service.aliases)))}
    return Profile(
        id=service.id,
        order=order,
        heads=heads,
        mods=frozenset(mods - heads - beauty.AUDIENCE),
        without=frozenset(without | inner_without),
        aside=frozenset(inner) - set(features) - heads,
        audience=frozenset(audience),
        composite=service.composite or bool(service.composite_of),
        party=people if len(people) > 1 or "двоих" in unify(service.title) else frozenset(),
        implied=_unsaid(heads | mods)
        | ({"fillers"} if filled else set())
        | frozenset(
            beauty.FAMILY[f] for f in (mods | heads) - beauty.OBJECTS if f in beauty.FAMILY
        ),
        parts=frozenset(service.composite_of),
        words=frozenset(words - EMPTY),
        title=frozenset(morph.lemma(w) for w in title_words(bare)),
        staff=frozenset(service.staff),
        minutes=title_numbers.length(service.title),
        price=service.price_min,
        label=title_numbers.label(service.title),
        ages=title_numbers.ages(service.title),
        count=count,
    )


def core(heads: Iterable[str]) -> frozenset[str]:
    """What a title is about: its body parts when it names any, else its procedures."""
    found = frozenset(heads) - beauty.PLIANT
    return found & beauty.OBJECTS or found


def _pieces(title: str) -> list[str]:
    """What a title joins, each with the part of the body told before it: «Брови: коррекция + окрашивание»."""
    part, colon, rest = title.partition(":")
    named = set(title_features(part)[0]) & beauty.HEADS
    if colon and named and named <= beauty.OBJECTS:
        return [f"{part} {piece}" for piece in _SPLIT.split(rest)]
    return _SPLIT.split(title)


def _composites(services: list[ServiceView], profiles: list[Profile]) -> list[Profile]:
    """Marks titles that join two services of the same catalogue («стрижка + борода»)."""
    out = []
    for service, profile in zip(services, profiles, strict=True):
        if profile.composite:
            out.append(profile)
            continue
        pieces = _pieces(re.sub(r"\([^)]*\)", " ", unify(service.title)))
        parts: set[str] = set()
        for piece in pieces:
            found = {f for f in title_features(piece)[0] if f in beauty.HEADS}
            heads, deeds = core(found), found & beauty.PLIANT
            single = [
                p
                for p in profiles
                if p.id != profile.id and heads and core(p.heads) == heads and deeds <= p.offers
            ]
            if single:
                parts.add(single[0].id)
        joined = len(pieces) > 1 and len(parts) > 1
        explicit = (
            bool(re.search(r"комплекс|2 ?в ?1|\bсет\b", unify(service.title))) and len(parts) > 1
        )
        out.append(
            Profile(
                **{
                    **{name: getattr(profile, name) for name in Profile.__slots__},
                    "composite": joined or explicit,
                    "parts": frozenset(parts) if joined or explicit else frozenset(),
                }
            )
        )
    return out


@lru_cache(maxsize=256)
def catalogue(salon: SalonView) -> Catalogue:
    """The index of a salon's services; rebuilt when the SalonView changes."""
    services = [replace(s, title=shorthand.spelled(s.title)) for s in salon.services]
    profiles = _composites(services, [_profile(s, i) for i, s in enumerate(services)])
    own, spelled = spellings(services)
    heads = frozenset(h for p in profiles for h in p.heads)
    return Catalogue(
        profiles=tuple(profiles),
        own_words=own,
        fuzzy=tuple(
            sorted(w for w in {*own, *(s for s in spelled if beauty.concepts(s))} if len(w) >= 5)
        ),
        vocabulary=frozenset(spelled),
        heads=heads,
        features=frozenset(f for p in profiles for f in p.all),
        shorts=frozenset(short for s in salon.services for short in shorthand.shorts(s.title)),
    )
