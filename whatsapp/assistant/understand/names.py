"""Russian given names: diminutives, genders, and every case form, by rule."""

from __future__ import annotations

from functools import lru_cache

_FEMALE = """
анна: аня анечка анюта нюра аннушка анька анютка
екатерина: катя катюша катенька катька катерина катюха катюня
мария: маша машенька маруся маня машка марья машуля мари
александра: саша сашенька саня шура сашка сашуля
ольга: оля олечка оленька олька лёля
наталья: наташа наташенька наталия ната натали наташка натуся
елена: лена леночка ленка ленуся ленок
татьяна: таня танечка танюша танька танюха
ирина: ира ирочка иришка ириша ирка
светлана: света светочка светик светка светуля
юлия: юля юлечка юленька юлька юляша
анастасия: настя настенька настюша стася настена
дарья: даша дашенька дария дашка дашуля
виктория: вика викуля викуся викочка
ксения: ксюша ксеня ксюха ксюня
оксана: ксюша оксанка оксаночка окси
людмила: люда мила людочка люся
марина: маринка мариночка мариша
надежда: надя наденька надюша
вера: верочка верунчик веруня
любовь: люба любаша любочка
галина: галя галочка
валентина: валя валечка валюша
евгения: женя женечка женька
елизавета: лиза лизочка лизонька
полина: поля полиночка полинка
софья: соня сонечка софия софа софочка
кристина: кристи кристиночка тина
алина: алиночка алинка аля
алена: аленка аленушка аленочка
диана: дианочка дианка
карина: кариночка каринка
вероника: ника вероничка
варвара: варя варенька варюша
валерия: лера лерочка леруся
маргарита: рита риточка марго
лариса: лара ларочка
лилия: лиля лилечка
эльвира: эля эльвирочка
яна: яночка янка
инна: инночка
жанна: жанночка
тамара: тома томочка
зинаида: зина
антонина: тоня тонечка
нина: ниночка
раиса: рая
милана: мила миланка
ульяна: уля ульянка
альбина: аля
эвелина: эля эва
регина:
амина:
снежана:
злата:
ева: евочка
лейла:
гульнара: гуля
динара: дина
эльмира: эля
айгуль:
зарина:
мадина:
камилла: камила
стелла:
василиса: вася васюша
нелли: неля
олеся: леся
арина: ариша ариночка
таисия: тася
ангелина: лина геля
каролина: лина
анжела: анжелика
нонна:
роза:
римма:
зоя:
майя:
кира:
лидия: лида
клавдия: клава
эмма:
ася:
"""

_MALE = """
александр: саша саня шура сашка санек алекс
алексей: леша алеша леха лешка
андрей: андрюша андрюха
антон: тоша антоха
артем: тема темка артемка артемий
борис: боря
вадим: вадик вадя
валентин: валя
валерий: валера
василий: вася
виктор: витя витек
виталий: виталик
владимир: вова володя вовка вовчик
владислав: влад владик
вячеслав: слава славик
геннадий: гена
георгий: гоша жора
григорий: гриша
даниил: даня данил данила даник данька
денис: дениска дэн
дмитрий: дима митя димон димка
евгений: женя жека женька
егор: егорка
иван: ваня ванечка ванька
игорь: игорек
илья: илюша илюха
кирилл: кирюша кирюха
константин: костя костик
леонид: леня
максим: макс максик
марк:
матвей: мотя
михаил: миша мишаня мишка
никита: никитка
николай: коля
олег: олежка
павел: паша павлик
петр: петя
роман: рома ромка
руслан: русик рус
семен: сема
сергей: сережа серега серж сереженька сережка
станислав: стас стасик
степан: степа
тимофей: тима
тимур: тима тимурчик
федор: федя
эдуард: эдик
юрий: юра
ярослав: ярик слава
арсений: сеня
рустам:
ринат:
глеб:
давид: дато
святослав: слава
артур:
эмиль:
богдан:
мурат:
ахмед:
рашид:
ильдар:
айдар:
тигран:
армен:
ашот:
карен:
гиви:
лев: лева
филипп: филя
анатолий: толя толик
"""
_IRREGULAR = {
    "павел": ("павел", "павла", "павлу", "павла", "павлом", "павле"),
    "лев": ("лев", "льва", "льву", "льва", "львом", "льве"),
    "любовь": ("любовь", "любови", "любови", "любовь", "любовью", "любови"),
}
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")


def _read(table: str, gender: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    out = {}
    for line in table.strip().splitlines():
        full, _, short = line.partition(":")
        out[full] = (gender, tuple(item.replace("ё", "е") for item in short.split()))
    return out


FULL: dict[str, tuple[str, tuple[str, ...]]] = {**_read(_FEMALE, "femn"), **_read(_MALE, "masc")}


@lru_cache(maxsize=4096)
def forms(name: str, gender: str = "") -> tuple[str, ...]:
    """The six cases of a unified name, in the order of CASES; unknown shapes stay as they are."""
    if name in _IRREGULAR:
        return _IRREGULAR[name]
    stem, last = name[:-1], name[-1:]
    if last == "а":
        soft = stem[-1:] in "гкхжшщч"
        ending = "ей" if stem[-1:] in "жшщчц" else "ой"
        return (
            name,
            stem + ("и" if soft else "ы"),
            stem + "е",
            stem + "у",
            stem + ending,
            stem + "е",
        )
    if last == "я":
        dative = "и" if stem.endswith("и") else "е"
        return (name, stem + "и", stem + dative, stem + "ю", stem + "ей", stem + dative)
    if last == "й" and gender != "femn":
        loct = "и" if stem.endswith("и") else "е"
        return (name, stem + "я", stem + "ю", stem + "я", stem + "ем", stem + loct)
    if last == "ь" and gender == "femn":
        return (name, stem + "и", stem + "и", name, name + "ю", stem + "и")
    if last == "ь":
        return (name, stem + "я", stem + "ю", stem + "я", stem + "ем", stem + "е")
    if last and last in "бвгджзклмнпрстфхцчшщ" and gender != "femn":
        if name.endswith("ек") and len(name) > 3:
            stem = name[:-2] + "ьк"
            return (name, stem + "а", stem + "у", stem + "а", stem + "ом", stem + "е")
        return (name, name + "а", name + "у", name + "а", name + "ом", name + "е")
    return (name,) * 6


@lru_cache(maxsize=1)
def _shorts() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for full, (_, shorts) in FULL.items():
        for short in shorts:
            table.setdefault(short, set()).add(full)
    return {short: frozenset(fulls) for short, fulls in table.items()}


def gender_of(name: str) -> str:
    """«masc», «femn» or "" for a unified name as written."""
    if name in FULL:
        return FULL[name][0]
    fulls = _shorts().get(name, frozenset())
    genders = {FULL[full][0] for full in fulls}
    if len(genders) == 1:
        return genders.pop()
    return "" if genders else "femn" if name.endswith(("а", "я", "ь", "и")) else "masc"


def relatives(name: str) -> frozenset[str]:
    """All ways to call the bearer of a unified name: «катя» -> екатерина, катюша, …"""
    fulls = {name} if name in FULL else set(_shorts().get(name, frozenset()))
    out = {name, *_fond(name)}
    for full in fulls:
        out |= {full, *FULL[full][1]}
    return frozenset(out)


def _fond(name: str) -> tuple[str, ...]:
    """«ренаточка», «марьяночка», «эльдарчик»: diminutives any name can take."""
    if len(name) < 4:
        return ()
    if name.endswith("а"):
        return (name[:-1] + "очка", name[:-1] + "ечка")
    if name.endswith("я"):
        return (name[:-1] + "ечка", name[:-1] + "юшка")
    return (name + "чик", name + "ушка") if name[-1] in "бвгджзклмнпрст" else ()


@lru_cache(maxsize=1)
def _known_forms() -> dict[str, frozenset[tuple[str, str]]]:
    """form -> {(nominative, case)} over all names of the tables."""
    table: dict[str, set[tuple[str, str]]] = {}
    for full, (gender, shorts) in FULL.items():
        for name in (full, *shorts):
            for form, case in zip(forms(name, gender), CASES, strict=True):
                table.setdefault(form, set()).add((name, case))
    return {form: frozenset(found) for form, found in table.items()}


@lru_cache(maxsize=8192)
def known_name(word: str) -> frozenset[tuple[str, str]]:
    """{(nominative, case)} of a unified word that is a given name; empty otherwise."""
    return _known_forms().get(word, frozenset())


def same_surname(word: str, surname: str, sex: str) -> bool:
    """«Петровой» and «петрова»: the stem agrees, the endings are an inflection's."""
    if word == surname or (len(surname) < 5 and word in forms(surname, sex)):
        return True
    stem = surname[:-1] if surname[-1:] in "аяйьоеыи" else surname
    return len(stem) >= 4 and word.startswith(stem) and len(word) - len(stem) <= 3
