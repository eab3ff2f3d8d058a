"""Numbers and words that look like a time and are none: ages, prices, «в один визит», «дневной макияж»."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import beauty
from whatsapp.assistant.understand.patterns import Line, pat

_MEASURES = (
    "N:n , N:m мл|см|ед|кг|грамм~",
    "N:n мл|см|ед|кг|грамм~",
    "N:n лет|год|года|годик~|годов|годку|мес",
    "N:n руб~|р|₽|тыс~|процент~|%",
    "N:n человек~|чел|запис~|раз|раза|звезд~|балл~|штук~|штуки|этаж~|класс~",
    "N:n дети|детей|детям|деток|клиент~|услуг~",
    "дом|д|кабинет|кв|корпус|подъезд|этаж|номер N:n",
    "№ N:n",
    "добрый|доброе|доброго|доброй|добрые|добр вечером|вечера|утром|утра|день|дня|дней|ночи|ночью",
    "^ вечером|утром|день|дня доброе|добрый|доброго|добренький|добр",
    "хорошего|приятного|хороших|удачного|прекрасного|отличного дня|вечера|выходные|день|вечером|нед",
    "^ с N:n M:m !|$|вас|всех|девочки",
    "напишу|отпишусь|сообщу|отвечу|скажу|перезвоню|позвоню|отпишу ..1 вечером|завтра|утром|днем|сегодня",
    "вечером|завтра|утром|днем|сегодня ..1 напишу|отпишусь|сообщу|отвечу|скажу|перезвоню|позвоню|отпишу",
    "до завтра|вечера !|.|)|❤? $",
    "спасибо|спс|благодарю|хорошо|ок|отлично ..2 до W:w .? $",
    "спокойной ночи",
    "без выходные",
    "за N:n часов|час|мин",
    "в|за #n1 день|дней",
    "в N:n раз~|рук~",
    "на|с? N:n пальч~|пальц~|ногт~|ноготк~|глаз~|ног~|стоп~",
    "в N:n время",
)
LATENESS = ("мин на N:n", "на N:n мин")  # «опоздаю минут на 10»: no time of day
_REMOVED, _RECORD = "удалить|удали|удалите|удаляйте", "запис~|визит~|бронь"
_LOOK = re.compile(r"(?:дневн|вечерн|утренн)\w+")
_LOOKS = frozenset({"makeup", "styling", "hairdo", "color"})


def measures(line: Line, *, hour_long: bool = False) -> set[int]:
    """Tokens the time grammar must not read, and nobody else need."""
    taken = {
        i
        for text in _MEASURES
        for hit in line.in_codes(pat(text))
        for i in range(hit.start, hit.end)
    }
    timed = (
        hour_long
        or any(True for _ in line.in_codes(pat("в|к|около N:n|T:t")))
        or " #t" in line.codes
    )
    shifted = line.has("раньше|пораньше|позже|попозже|вперед|назад")
    for hit in line.in_codes(pat("на час")) if timed and not shifted else ():
        taken |= set(range(hit.start, hit.end))  # «массаж на час завтра в 19»: how long, not when
    for hit in line.in_words(pat("в|во|за|на|к|ко|у один|одно|одну|одном|одному|одного|одной")):
        follow = line.tokens[hit.end].code if hit.end < len(line.tokens) else "час"
        if follow not in ("час", "часов"):
            taken |= set(range(hit.start, hit.end))  # «в один визит»: one o'clock is «в час»
    # «удалить запись»: of no tooth
    taken |= {hit.start for hit in line.in_words(pat(f"{_REMOVED} ..3 {_RECORD}"))}
    return taken | {hit.end - 1 for hit in line.in_words(pat(f"{_RECORD} ..3 {_REMOVED}"))}


def looks(line: Line) -> set[int]:
    """Tokens that are a procedure's rather than a time's: «дневной макияж», «воск» that is no Sunday."""
    found = {
        i
        for i, token in enumerate(line.tokens)
        if _LOOK.fullmatch(token.word)
        and any(beauty.concepts(t.word) & _LOOKS for t in line.tokens[max(0, i - 1) : i + 2])
    }
    return found | {
        i
        for i, token in enumerate(line.tokens)
        if token.word == "воск" and (not i or line.tokens[i - 1].word not in ("в", "во", "на"))
    }


_EVENT = re.compile(
    "загс|регистраци|роспис|свадьб|венчани|фотосесс|съемк|выпускн|поезд|самолет|вылет|рейс|концерт|банкет"
    "|корпоратив|мероприят|праздник|совещани|собрани|урок|тренировк|садик|экзамен|выезд|сбор|гост(и|ей|ям)$|театр|ресторан|свидани|вечеринк"
)


def of_event(line: Line, at: int, end: int) -> bool:
    """«загс в 13, так что мне к 10», «в 11 поезд»: the hour of what the client is getting ready for."""
    if any(_EVENT.match(t.word) for t in line.tokens[max(0, at - 2) : at]):
        return True
    return event_follows(line, end)


def event_follows(line: Line, end: int) -> bool:
    """«11 поезд»; not «11 выпускной макияж»."""
    follow = [t.word for t in line.tokens[end : end + 2]]
    return any(_EVENT.match(word) for word in follow[:1]) and not any(
        beauty.concepts(word) for word in follow[1:]
    )


_OCCASION = re.compile(
    "выпускн(ой|ого)$|свадьб|юбиле|праздник|корпоратив|банкет|годовщин|венчан|крестин|утренник|рожден|днюх|др$"
    "|фотосесс|фото$|съемк|экзамен|собеседован|концерт|роспис|загс"
)


def day_of_event(line: Line, at: int, end: int) -> bool:
    """«26-го выпускной», «свадьба 20 июня», «1-го день рождения»: the day of what comes after the visit."""
    follow = [t.word for t in line.tokens[end : end + 4]]
    follow = follow[: next((i for i, word in enumerate(follow) if word in _ENDS), len(follow))]
    if follow[:2] == ["у", "меня"] or follow[:1] == ["у"]:
        follow = follow[2:]
    if any(_OCCASION.match(word) for word in follow[:2]):
        return not any(beauty.concepts(word) - beauty.AUDIENCE for word in follow)
    before = [t.word for t in line.tokens[max(0, at - 3) : at] if t.word not in ("в", "во", "на")]
    before = before[next((i + 1 for i in range(len(before), 0, -1) if before[i - 1] in _ENDS), 0) :]
    return any(_OCCASION.match(word) for word in before[-2:])


_ENDS = frozenset((",", ".", "!", "?", "|", ";", "поэтому", "так", "а", "и", "хочу", "надо"))


def of_offer(line: Line, end: int) -> bool:
    """«…, сказали, всем сегодня −90 %»: the day of a discount."""
    near = [t.word for t in line.tokens[end : end + 4]]
    return any(word.startswith(("скидк", "акци", "%")) for word in near)
