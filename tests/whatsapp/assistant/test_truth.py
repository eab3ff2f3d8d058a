"""Properties of every reply: success words exactly with a success, facts only from data."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import DialogueState, times_of
from whatsapp.assistant.tools import (
    Booked,
    BookResult,
    Cancelled,
    Moved,
    OutcomeUnknown,
    Refused,
    RefusedReason,
    SlotsUnavailable,
    SlotTaken,
    SystemDown,
    Unavailable,
)
from whatsapp.assistant.types import ChangeRule, Elsewhere, OpenHours, SalonView, Tone
from whatsapp.assistant.understand import names

SUCCESS = re.compile(
    r"(?i)\b(записала|записал|перен[её]сла|изменила|отменила|забронировала|подтвердила)\b"
)
BUSY = re.compile(r"свободного времени нет|занят|заняли")
CLOCK = re.compile(r"\b(\d{1,2}:\d\d)\b")
MONEY = re.compile(r"(\d[\d ]*) ₽")
# «вы» and «ты»: pronouns, and imperatives of the plural; the introduction greets in its own way.
FORMAL = re.compile(r"(?i)\b(вы|вас|вам|вами|ваш\w*)\b|\b\w+(?:[аяуиеё]йте|ьте|ите)\b")
FAMILIAR = re.compile(r"(?i)\b(ты|тебя|тебе|тобой|тво[йяеиюё]\w*)\b|\b(напиши|отправь|уточни)\b")
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")

MESSAGES = (
    "привет", "хочу записаться", "запишите на мужскую стрижку завтра в 15 к Сергею", "педикюр завтра",
    "маникюр", "стрижка", "на 15", "в 12", "вечером", "в субботу", "завтра", "второе",
    "последнее", "да", "нет",
    "👍", "к Тимуру", "к любому", "к Жанне", "к Саше", "сколько стоит педикюр?", "есть время сегодня?",
    "перенесите на пятницу", "перенесите на час позже",
    "вместо маникюра давайте педикюр", "добавьте педикюр", "можно к другому мастеру?",
    "завтра после 18 или в субботу утром", "педикюр и наращивание рогов завтра",
    "отмените запись", "отмените всё",
    "когда я записана?",
    "опоздаю на 10 минут", "мне педикюр, а мужу борода в субботу в 12",
    "окрашивание в воскресенье в 11",
    "где вы?", "до скольки работаете?", "кто делает маникюр?", "какие услуги есть?", "спасибо", "Оля",
    "другое время есть?", "к другому мастеру", "позовите администратора", "не смогу прийти",
    "комплекс в сб в 13",
    "Анна завтра работает?", "когда работает Анна?", "в пятницу Анна работает?",
    "татуаж бровей завтра", "в пятницу 14 марта", "сегодня в 11", "завтра в 9 утра", "лучше в 16:30",
)  # fmt: skip

outcomes = st.sampled_from(
    [
        SlotTaken(),
        OutcomeUnknown(),
        SystemDown(),
        *(Refused(reason) for reason in RefusedReason),
    ]
)


def prices(salon: SalonView) -> set[int]:
    """Every price of the catalogue, and sums of up to three of them."""
    single = {
        value
        for service in salon.services
        for value in (
            service.price_min,
            service.price_max,
            *(offer.price for offer in service.staff.values()),
        )
        if value is not None
    }
    pairs = {a + b for a in single for b in single}
    return single | pairs | {a + b for a in pairs for b in single}


def clocks(chat: Chat) -> set[str]:
    """Every time that may be spoken: slots told, visits, opening hours, and what was understood."""
    known = {f"{slot.start.astimezone(chat.salon.zone):%H:%M}" for slot in chat.journal.told}
    known |= {f"{record.start:%H:%M}" for record in chat.journal.records}
    shifts = (chat.journal.shifts or {}).values()
    known |= {f"{t:%H:%M}" for spans in shifts for h in spans for t in (h.opens, h.closes)}
    known |= {
        f"{t:%H:%M}" for hours in chat.salon.week if hours for t in (hours.opens, hours.closes)
    }
    for result in chat.turns:
        for frame in result.frames:
            known |= {f"{t:%H:%M}" for t in (frame.time.at, *frame.time.options) if t}
        for _, outcome in result.writes:
            known |= {
                f"{getattr(outcome, name):%H:%M}"
                for name in ("start", "old_start")
                if hasattr(outcome, name)
            }
    return known


def check(chat: Chat, result: TurnResult, said: str) -> None:
    text = "\n".join(reply.text for reply in result.replies)
    done = [r for _, r in result.writes if isinstance(r, Booked | Moved | Cancelled)]
    assert bool(SUCCESS.search(text)) == bool(done), text
    assert len(SUCCESS.findall(text)) == len(done), text
    lost = any(isinstance(r, SlotTaken) for _, r in result.writes) or chat.journal.told
    assert not BUSY.search(text) or lost, text
    known = clocks(chat)
    assert set(CLOCK.findall(text)) <= known, text
    costs = prices(chat.salon)
    assert {int(found.replace(" ", "")) for found in MONEY.findall(text)} <= costs, text
    staff = {name for master in chat.salon.staff for name in names.relatives(master.name.lower())}
    for word in re.findall(r"[А-ЯЁ][а-яё]+", text):
        bearers = {name for name, _ in names.known_name(word.lower().replace("ё", "е"))}
        assert not bearers or bearers & staff or word.lower() in said.lower() or word in ADDRESS, (
            text
        )
    assert not re.search(r"\[[A-Z_]+|None|\bnull\b|object at|\{|\}", text), text
    assert not (FORMAL if chat.salon.tone is Tone.FAMILIAR else FAMILIAR).search(text), text
    assert len(EMOJI.findall(text)) <= 1, text
    assert all(reply.text.count("\n") <= 4 for reply in result.replies), text


NO, SOON = ChangeRule(allowed=False), ChangeRule(before=timedelta(days=4))
LINK = "https://n1.yclients.example/"


def salon_variants() -> list[SalonView]:
    """One salon under different rules, tones and links."""
    lily = salons.lily()
    prepaid = tuple(
        replace(s, elsewhere=Elsewhere.PREPAID) if s.id in ("15", "17") else s
        for s in lily.services
    )
    return [
        lily,
        replace(lily, tone=Tone.FAMILIAR),
        replace(lily, moving=NO, cancelling=SOON),
        replace(lily, moving=SOON, cancelling=NO, tone=Tone.FAMILIAR),
        replace(lily, services=prepaid, booking_url=LINK),
        replace(lily, services=prepaid, tone=Tone.FAMILIAR, booking_url=LINK),
        replace(lily, elsewhere=Elsewhere.CONFIRMATION),
    ]


ADDRESS = {"Лилия", "Тверская", "Жанна", "Ирина"}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(MESSAGES), min_size=2, max_size=6),
    st.lists(outcomes, max_size=2),
    st.booleans(),
    st.sampled_from(["Ирина", None]),
    st.integers(0, 3),
    st.sampled_from(salon_variants()),
    st.booleans(),
)
def test_replies_are_true(
    messages: list[str],
    forced: list[BookResult],
    own: bool,
    card: str | None,
    busy: int,
    salon: SalonView,
    scheduled: bool,
) -> None:
    chat = Chat.at(salon, card=card)
    if scheduled:
        hours = (OpenHours(time(10), time(14)), OpenHours(time(15), time(21)))
        chat.journal.shifts = {("4", date(2026, 3, day)): hours for day in (11, 12, 14, 20)}
    if own:
        chat.booked(13, 15, "4", "15")
    for hour in range(busy):
        for staff in ("1", "2", "4"):
            chat.journal.take(staff, chat.moment(12, 12 + 3 * hour), 120)
    chat.journal.next_book = list(forced)

    for message in messages:
        chat.say(message)
        check(chat, chat.last, " ".join(messages))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=4), st.sampled_from(list(Unavailable))
)
def test_nothing_is_called_busy_when_nothing_was_checked(
    messages: list[str], reason: Unavailable
) -> None:
    chat = Chat.at(salons.lily())
    chat.journal.fail_slots = SlotsUnavailable(reason)

    for message in messages:
        assert not BUSY.search(chat.say(message))
        assert not any("create" in action for action in chat.last.actions)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=5))
def test_a_turn_run_again_speaks_the_same(messages: list[str]) -> None:
    first, second = Chat.at(salons.lily()), Chat.at(salons.lily())

    assert [first.say(m) for m in messages] == [second.say(m) for m in messages]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=5))
def test_slots_are_never_double_booked_and_only_an_open_question_holds_one(
    messages: list[str],
) -> None:
    chat = Chat.at(salons.lily())

    for message in messages:
        chat.say(message)

    held = {(s.staff_id, s.start) for s in chat.journal.holding}
    state = DialogueState.from_json(chat.state)
    assert held <= {(v.staff, v.start) for v in times_of(state.pending)}
    visits = sorted(chat.journal.records, key=lambda r: (r.staff, r.start))
    for left, right in pairwise(visits):
        assert left.staff != right.staff or left.end <= right.start


def test_prices_of_the_familiar_tone_are_the_same() -> None:
    formal = Chat.at(salons.lily())
    familiar = Chat.at(replace(salons.lily(), tone=Tone.FAMILIAR))

    assert "Записать вас?" in formal.say("сколько стоит педикюр?")
    assert "Записать тебя?" in familiar.say("сколько стоит педикюр?")
    assert "от 2\u00a0000\u00a0₽" in familiar.say("сколько стоит педикюр?")
