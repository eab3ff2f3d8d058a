"""The salon's own phone in a chat: a takeover, «/бот», WhatsApp's automatic texts, and what was said."""

from datetime import timedelta

import pytest

from aiadmin.core import clock
from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import PRICE, arrive, chat, make_due, replies, run_jobs, write
from whatsapp.models import AutoText, Conversation, Message, SalonPhone
from whatsapp.services import inbox, turns
from whatsapp.services.texts import digest

GREETING = "Здравствуйте! Спасибо за обращение, скоро ответим."


def person(company: Company, text: str, **changes: object) -> None:
    write(company, text, from_me=True, **changes)
    inbox.drain(company.pk)


def bot_texts(company: Company) -> list[str]:
    return [row.text for row in replies(company) if row.author == "bot"]


@pytest.mark.parametrize("word", ["/бот", " /Бот ", "/bot"])
def test_the_word_gives_the_chat_back_and_the_last_question_is_answered(
    company: Company, word: str
) -> None:
    person(company, "Секунду")
    write(company, PRICE)
    inbox.drain(company.pk)
    assert chat(company).turn_due_at is None

    person(company, word)
    make_due()
    turns.run(chat(company).pk, "w")

    assert chat(company).bot_paused_until is None
    (text,) = bot_texts(company)
    assert "1 500 ₽" in text.replace("\xa0", " ")


def test_what_only_whatsapp_itself_has_answered_still_waits_when_the_chat_is_given_back(
    company: Company,
) -> None:
    AutoText.objects.create(company=company, digest=digest(GREETING))
    person(company, "Секунду")
    at = int(clock.now().timestamp())
    write(company, PRICE, timestamp=at)
    person(company, GREETING, timestamp=at + 2)

    person(company, "/бот")

    assert chat(company).turn_due_at is not None


def test_the_word_does_not_repeat_what_the_person_has_answered(company: Company) -> None:
    write(company, PRICE)
    inbox.drain(company.pk)
    person(company, "Полторы тысячи")

    person(company, "/бот")

    assert chat(company).turn_due_at is None
    assert chat(company).bot_paused_until is None


def test_yes_after_a_persons_offer_is_not_our_pending_visit(salon: SandboxSalon) -> None:
    company = salon.company
    turns.run(arrive(company, "мужская стрижка к Сергею послезавтра часа в три").pk, "w")
    person(company, "К Сергею послезавтра есть 18:00, записать?")
    person(company, "/бот")

    turns.run(arrive(company, "да").pk, "w")

    assert not salon.records(phone="79001234567")
    assert "18:00" in bot_texts(company)[-1]
    assert "Сергей" in bot_texts(company)[-1]

    turns.run(arrive(company, "да").pk, "w")

    (record,) = salon.records(phone="79001234567")
    assert str(record["date"]).endswith("18:00:00")


def test_what_a_person_has_arranged_is_not_asked_again_and_not_booked_again(
    salon: SandboxSalon,
) -> None:
    company = salon.company
    turns.run(arrive(company, "хочу на мужскую стрижку").pk, "w")
    person(company, "Записала вас к Сергею на послезавтра в 12:00, ждём!")
    person(company, "/бот")

    turns.run(arrive(company, "да, спасибо").pk, "w")

    assert not salon.records(phone="79001234567")
    assert "аписала" not in bot_texts(company)[-1]


# --- WhatsApp Business's own texts ---


def automatic(company: Company, number: int, text: str = GREETING) -> Conversation:
    """A client of another number writes; the handset answers by itself two seconds later."""
    lid = f"8000000000{number}@lid"
    phone = f"7900222000{number}"
    address = {"chat": lid, "lid": lid, "chat_alt": f"{phone}@s.whatsapp.net", "phone": phone}
    at = int(clock.now().timestamp()) - 10
    write(company, PRICE, timestamp=at, **address)
    inbox.drain(company.pk)
    write(company, text, from_me=True, timestamp=at + 2, **address)
    inbox.drain(company.pk)
    return Conversation.objects.get(company=company, lid=lid)


@pytest.mark.usefixtures("committed")
def test_the_same_text_at_once_in_three_chats_is_no_takeover_and_the_owner_is_told_once(
    company: Company, bridge: BridgeServer, midday: None
) -> None:
    SalonPhone.objects.create(company=company, phone="+79008887766", role="administrator")
    first, second = automatic(company, 1), automatic(company, 2)
    assert first.bot_paused_until is not None

    third, fourth = automatic(company, 3), automatic(company, 4)

    for one in (first, second, third, fourth):
        one.refresh_from_db()
        assert one.bot_paused_until is None
    # Whom the text had put aside are answered now, too.
    assert None not in {one.turn_due_at for one in (first, second, third, fourth)}
    for number in (5, 6, 7):
        automatic(company, number, "Мы уже закрылись, ответим утром.")
    run_jobs()
    assert Alarm.objects.filter(kind="auto_texts", company_id=company.pk).count() == 1
    told = [item for item in bridge.sent if item["to"].startswith("79008887766")]
    assert len(told) == 1
    assert "Приветственное сообщение" in told[0]["text"]


def test_a_person_who_says_the_same_to_three_clients_in_their_own_time_takes_over(
    company: Company,
) -> None:
    for number in range(1, 4):
        lid = f"8000000000{number}@lid"
        address = {"chat": lid, "lid": lid, "chat_alt": None, "phone": f"7900222000{number}"}
        at = int((clock.now() - timedelta(minutes=5)).timestamp())
        write(company, PRICE, timestamp=at, **address)
        write(company, "Минутку", from_me=True, timestamp=at + 20, **address)
    inbox.drain(company.pk)

    paused = Conversation.objects.filter(company=company, bot_paused_until__isnull=False)
    assert paused.count() == 3
    assert not Alarm.objects.filter(kind="auto_texts").exists()


def test_chat_in_which_a_person_wrote_after_the_automatic_text_stays_theirs(
    company: Company,
) -> None:
    first = automatic(company, 1)
    write(company, "Сейчас посмотрю", from_me=True, chat=first.chat, lid=first.lid,
          chat_alt=None, phone=first.phone.lstrip("+"))  # fmt: skip
    inbox.drain(company.pk)

    automatic(company, 2)
    automatic(company, 3)

    first.refresh_from_db()
    assert first.bot_paused_until is not None
    assert Message.objects.filter(company=company, author="person").count() == 4
