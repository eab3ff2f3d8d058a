"""The owner's wishes as forms: what is typed becomes columns of the company, its settings and its numbers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy, ngettext

from aiadmin.core import phones
from aiadmin.core.texts import Text
from marketplace.models import Company
from marketplace.services import activation
from whatsapp.models.preferences import Answers, Digest, PhoneRole, Tone
from whatsapp.services import preferences, wishes

_MOST_PHONES = 100
_COMPANY = ("ai_enabled", "takeover_minutes", "email")


class TimeField(forms.TimeField):
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def _number(label: Text, least: int, most: int) -> forms.IntegerField:
    wrong = gettext_lazy("Type from %(least)s to %(most)s") % {"least": least, "most": most}
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        error_messages={"min_value": wrong, "max_value": wrong, "invalid": wrong},
        help_text=gettext_lazy("Minutes, from %(least)s to %(most)s")
        % {"least": least, "most": most},
    )


def _switch(label: Text, help_text: Text = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class WishesForm(forms.Form):
    """Everything the desk lets an owner choose. Hours are the salon's own."""

    ai_enabled = _switch(
        gettext_lazy("The assistant answers"),
        gettext_lazy("Switch it off, and it keeps silent, while conversations are kept."),
    )
    answers = forms.ChoiceField(label=gettext_lazy("Whom to answer"), choices=Answers.choices)
    tone = forms.ChoiceField(label=gettext_lazy("Form of address"), choices=Tone.choices)
    takeover_minutes = _number(
        gettext_lazy("How long to keep silent when a person has answered in the chat"), 5, 1440
    )
    about = forms.CharField(
        label=gettext_lazy("What to answer about the salon"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(
            attrs={"rows": 5, "placeholder": gettext_lazy("Parking in the yard, free of charge.")}
        ),
        help_text=gettext_lazy(
            "The way, the entrance, a lift, parking, payment, instalments, prepayment, vouchers, Wi-Fi, "
            "coffee, a shower, a toilet, what to bring, children, pets, sterile instruments, a guarantee, "
            "examples of work: a line each, in words for the client. "
            "What is not here the assistant does not invent: it passes the question on to you."
        ),
    )
    quiet_from = TimeField(label=gettext_lazy("Do not write first from"))
    quiet_to = TimeField(label=gettext_lazy("and until"))

    evening_reminder = _switch(gettext_lazy("Remind the evening before"))
    evening_at = TimeField(label=gettext_lazy("The evening before at"))
    near_reminder = _switch(gettext_lazy("Remind before the visit"))
    near_minutes = _number(gettext_lazy("How long before"), 30, 1440)
    unconfirmed_at = TimeField(
        label=gettext_lazy("Tell the administrator of unconfirmed visits at")
    )
    tell_changes = _switch(
        gettext_lazy("Write to the client when the salon moved or cancelled the visit")
    )

    reviews = _switch(gettext_lazy("Ask for a rating after the visit"))
    review_minutes = _number(gettext_lazy("How long after the visit"), 30, 2880)
    review_link = forms.URLField(
        label=gettext_lazy("Link for a review"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Sent to those who gave 4 or 5"),
    )
    waiting_list = _switch(gettext_lazy("Offer the waiting list when all is taken"))
    booking_link = forms.URLField(
        label=gettext_lazy("Link of the online booking"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("For services with prepayment"),
    )

    digest = forms.ChoiceField(label=gettext_lazy("Digest of the day"), choices=Digest.choices)
    digest_at = TimeField(label=gettext_lazy("Digest at"))
    email = forms.EmailField(
        label=gettext_lazy("Owner's mail"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Alarms and the link to the desk come here"),
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

    def full_clean(self) -> None:
        """On a phone the first wrong field is screens below the words that it is wrong: it gets the focus."""
        super().full_clean()
        names = (name for _, group in _GROUPS for name in group)
        wrong = next((name for name in names if name in self.errors), None)
        if wrong is not None:
            self.fields[wrong].widget.attrs["autofocus"] = True

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

    def groups(self) -> list[tuple[Text, list[forms.BoundField]]]:
        """Fields under their headings, in the page's order."""
        return [(title, [self[name] for name in names]) for title, names in _GROUPS]


class PhonesField(forms.CharField):
    """A line a number, with a name after it: «+7 900 123-45-67 Анна»."""

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": gettext_lazy("+7 900 123-45-67 Anna")})

    def clean(self, value: str) -> list[tuple[str, str]]:
        text = super().clean(value)
        found: dict[str, str] = {}
        for line in filter(None, (line.strip() for line in text.splitlines())):
            number = _leading_number(line)
            try:
                phone = phones.normalize(number)
            except ValueError as error:
                raise forms.ValidationError(
                    gettext("Check the number: “%s”") % line[:60]
                ) from error
            found[phone] = line[len(number) :].strip(" ,;—-")[:100]
        if len(found) > _MOST_PHONES:
            raise forms.ValidationError(
                ngettext("At most %d number", "At most %d numbers", _MOST_PHONES) % _MOST_PHONES
            )
        return list(found.items())


def _leading_number(line: str) -> str:
    end = next((at for at, sign in enumerate(line) if sign.isalpha()), len(line))
    return line[:end].rstrip(" ,;—-")


def _listed(company: Company, role: str) -> str:
    rows = company.salon_phones.filter(role=role).order_by("pk")
    return "\n".join(f"{phones.pretty(row.phone)} {row.name}".strip() for row in rows)


_ROLES: dict[str, tuple[Text, Text]] = {
    PhoneRole.STAFF: (
        gettext_lazy("Staff"),
        gettext_lazy("The assistant does not answer them: they are no clients."),
    ),
    PhoneRole.ADMINISTRATOR: (
        gettext_lazy("Administrators"),
        gettext_lazy(
            "It writes to them when a client needs a person; in the hours when it does not write "
            "first, that waits for the morning. A letter about what is urgent comes at once, about "
            "the rest when nobody has answered for 15 minutes."
        ),
    ),
    PhoneRole.NEVER: (gettext_lazy("Never answer"), gettext_lazy("Private numbers, suppliers.")),
    PhoneRole.PILOT: (
        gettext_lazy("Pilot numbers"),
        gettext_lazy("Only them, when “only the pilot numbers” is chosen."),
    ),
}
_GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Assistant"),
        ("ai_enabled", "answers", "tone", "about", "quiet_from", "quiet_to", "takeover_minutes"),
    ),
    (
        gettext_lazy("Reminders"),
        (
            "evening_reminder",
            "evening_at",
            "near_reminder",
            "near_minutes",
            "unconfirmed_at",
            "tell_changes",
        ),
    ),
    (gettext_lazy("Reviews"), ("reviews", "review_minutes", "review_link")),
    (gettext_lazy("Booking"), ("waiting_list", "booking_link")),
    (gettext_lazy("Numbers"), tuple(f"phones_{role}" for role in PhoneRole)),
    (gettext_lazy("For you"), ("digest", "digest_at", "email")),
)
