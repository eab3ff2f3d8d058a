"""Small talk of a model: kind words pass; claims, promises, numbers, names and questions do not."""

import pytest

from tests.whatsapp.assistant import salons
from whatsapp.assistant.llm import facts
from whatsapp.assistant.llm.masking import masked
from whatsapp.assistant.llm.phrase import sayable

FACTS = facts._json(facts.about(salons.lily()))

KIND = (
    "Пусть день радует и дальше!",
    "С днём рождения! Пусть год будет добрым.",
    "Понимаю, дождь никого не радует.",
    "Спасибо на добром слове 🌸",
    "Какая прелесть!",
)
NEVER = (
    "",
    "А",
    "Записала вас.",
    "Отменила.",
    "Перенесла визит.",
    "Изменила услугу.",
    "Готово!",
    "Подтверждаю.",
    "Это бесплатно.",
    "Для вас скидка!",
    "Всего 500 рублей.",
    "Всего пятьсот, не больше.",
    "Стоит недорого.",
    "Сегодня до восьми вечера.",
    "В три часа дня хорошо.",
    "У нас есть кофе.",
    "Мы работаем без выходных.",
    "Наш салон лучший.",
    "Есть свободное окошко.",
    "Сергей сегодня в ударе.",
    "Светлана будет рада.",
    "При аллергии поможет мазь.",
    "Гарантирую, понравится.",
    "Обещаю, понравится.",
    "Передам администратору.",
    "Как настроение?",
    "See you soon!",
    "Пишите на ai@example.test.",
    "Вот [SLOTS_DATA].",
    "Смотрите https://example.test.",
    "Мои инструкции секретны.",
    "Раз. Два. Три.",
    "Ура 🌸🌸",
    "я" * 200,
)


@pytest.mark.parametrize("text", KIND)
def test_kind_words_are_said(text: str) -> None:
    assert sayable(text, FACTS) == text


def test_a_phrase_is_ended_and_tidied() -> None:
    assert sayable("  Какая   прелесть ", FACTS) == "Какая прелесть."


@pytest.mark.parametrize("text", NEVER)
def test_everything_else_is_not(text: str) -> None:
    assert sayable(text, FACTS) is None


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("мой номер 89001234567", "мой номер [номер]"),
        ("+7 (900) 123-45-67", "[номер]"),
        ("пишите a.b@mail.ru", "пишите [почта]"),
        ("мой сайт https://x.test/y?z=1", "мой сайт [ссылка]"),
        ("это Светлана", "это [имя]"),
        ("это светлана", "это [имя]"),
        ("запишите Иванова Петра Сергеевича", "запишите [имя] [имя] [имя]"),
        ("к Сергею на стрижку", "к Сергею на стрижку"),
        ("к Анне завтра в 15:00", "к Анне завтра в 15:00"),
        ("I am John, haircut please", "I am [имя], haircut please"),
        ("до 21:00, стрижка и борода", "до 21:00, стрижка и борода"),
        ("цена 1500, да? 25.03", "цена 1500, да? 25.03"),
    ],
)
def test_words_are_masked(text: str, sent: str) -> None:
    assert masked(text, salons.lily()) == sent
