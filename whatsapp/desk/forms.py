"""The owner's wishes as forms: what is typed becomes columns of the company, its settings and its numbers."""

from collections.abc import Mapping
from typing import Any

from django import forms

from aiadmin.core import phones
from marketplace.models import Company
from marketplace.services import activation
from whatsapp.models.preferences import Answers, Digest, PhoneRole, Tone
from whatsapp.services import preferences, wishes

_MOST_PHONES = 100
_COMPANY = ("ai_enabled", "takeover_minutes", "email")


class TimeField(forms.TimeField):
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def _number(label: str, least: int, most: int, unit: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=f"{unit}, от {least} до {most}"
    )


def _switch(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class WishesForm(forms.Form):
    """Everything the desk lets an owner choose. Hours are the salon's own."""

    ai_enabled = _switch(
        "Помощник отвечает", "Выключите, и он будет молчать, а переписка сохранится."
    )
    answers = forms.ChoiceField(label="Кому отвечать", choices=Answers.choices)
    tone = forms.ChoiceField(label="Обращение", choices=Tone.choices)
    takeover_minutes = _number("Сколько молчать, когда в чате ответил человек", 5, 1440, "Минут")
    quiet_from = TimeField(label="Не писать первым с")
    quiet_to = TimeField(label="и до")

    evening_reminder = _switch("Напоминать накануне")
    evening_at = TimeField(label="Накануне в")
    near_reminder = _switch("Напоминать перед визитом")
    near_minutes = _number("За сколько", 30, 1440, "Минут")
    unconfirmed_at = TimeField(label="Сообщать администратору о неподтверждённых в")
    tell_changes = _switch("Писать клиенту, если салон перенёс или отменил визит")

    reviews = _switch("Просить оценку после визита")
    review_minutes = _number("Через сколько после визита", 30, 2880, "Минут")
    review_link = forms.URLField(
        label="Ссылка для отзыва",
        required=False,
        assume_scheme="https",
        help_text="Отправим тем, кто поставил 4 или 5",
    )
    waiting_list = _switch("Предлагать лист ожидания, когда всё занято")
    booking_link = forms.URLField(
        label="Ссылка онлайн-записи",
        required=False,
        assume_scheme="https",
        help_text="Для услуг с предоплатой",
    )

    digest = forms.ChoiceField(label="Сводка дня", choices=Digest.choices)
    digest_at = TimeField(label="Сводка в")
    email = forms.EmailField(
        label="Почта владельца",
        required=False,
        max_length=100,
        help_text="Сюда приходят тревоги и ссылка для входа в кабинет",
    )

    def __init__(self, company: Company, data: Mapping[str, Any] | None = None) -> None:
        self.company = company
        chosen = preferences.of(company)
        columns = {name: getattr(company, name) for name in _COMPANY}
        known = {name: getattr(chosen, name, None) for name in self.base_fields} | columns
        super().__init__(data, initial=known)
        for role in PhoneRole:
            self.fields[f"phones_{role}"] = PhonesField(
                label=_ROLES[role][0], help_text=_ROLES[role][1], required=False
            )
            self.initial[f"phones_{role}"] = _listed(company, role)

    def save(self) -> None:
        """Writes what was typed. The form is valid."""
        told = dict(self.cleaned_data)
        people = {role: told.pop(f"phones_{role}") for role in PhoneRole}
        own = {name: told.pop(name) for name in _COMPANY}
        # The column holds null where there is none, as registration writes it.
        own["email"] = own["email"] or None
        changed = {
            name: value for name, value in own.items() if value != getattr(self.company, name)
        }
        if changed:
            activation.change_settings(self.company.pk, changed)
        wishes.change(self.company, told)
        for role, listed in people.items():
            wishes.replace_phones(self.company, role, listed)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Fields under their headings, in the page's order."""
        return [(title, [self[name] for name in names]) for title, names in _GROUPS]


class PhonesField(forms.CharField):
    """A line a number, with a name after it: «+7 900 123-45-67 Анна»."""

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": "+7 900 123-45-67 Анна"})

    def clean(self, value: str) -> list[tuple[str, str]]:
        text = super().clean(value)
        found: dict[str, str] = {}
        for line in filter(None, (line.strip() for line in text.splitlines())):
            number = _leading_number(line)
            try:
                phone = phones.normalize(number)
            except ValueError as error:
                raise forms.ValidationError(f"Проверьте номер: «{line[:60]}»") from error
            found[phone] = line[len(number) :].strip(" ,;—-")[:100]
        if len(found) > _MOST_PHONES:
            raise forms.ValidationError(f"Не больше {_MOST_PHONES} номеров")
        return list(found.items())


def _leading_number(line: str) -> str:
    end = next((at for at, sign in enumerate(line) if sign.isalpha()), len(line))
    return line[:end].rstrip(" ,;—-")


def _listed(company: Company, role: str) -> str:
    rows = company.salon_phones.filter(role=role).order_by("pk")
    return "\n".join(f"{phones.pretty(row.phone)} {row.name}".strip() for row in rows)


_ROLES: dict[str, tuple[str, str]] = {
    PhoneRole.STAFF: ("Сотрудники", "Им помощник не отвечает: это не клиенты."),
    PhoneRole.ADMINISTRATOR: ("Администраторы", "Им он пишет, когда клиенту нужен человек."),
    PhoneRole.NEVER: ("Никогда не отвечать", "Личные номера, поставщики."),
    PhoneRole.PILOT: ("Пилотные номера", "Только им, если выбрано «только пилотным номерам»."),
}
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Помощник",
        ("ai_enabled", "answers", "tone", "takeover_minutes", "quiet_from", "quiet_to"),
    ),
    (
        "Напоминания",
        (
            "evening_reminder",
            "evening_at",
            "near_reminder",
            "near_minutes",
            "unconfirmed_at",
            "tell_changes",
        ),
    ),
    ("Отзывы", ("reviews", "review_minutes", "review_link")),
    ("Запись", ("waiting_list", "booking_link")),
    ("Номера", tuple(f"phones_{role}" for role in PhoneRole)),
    ("Вам", ("digest", "digest_at", "email")),
)
