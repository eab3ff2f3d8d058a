"""What the staff's pages share: rows of services are shown and not edited, and who did what is kept."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.text import capfirst

# How a salon is found in a list of its rows: a filter by salon would name ten thousand of them on each page.
SALON = ("company__title", "=company__external_company_id")
_RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
# More rows than this are logged as a number.
_NAMED = 100


def is_unnamed(field: "Field[Any, Any]") -> bool:
    return _english(field.verbose_name)


def _english(text: object) -> bool:
    return not _RUSSIAN.search(str(text))


def worded(column: str, title: str, words: Callable[[Any], str]) -> Callable[[Any], str]:
    """A column of codes as staff read it, for `list_display` and `in_words`."""

    @admin.display(description=title, ordering=column)
    def shown(row: Any) -> str:
        code = getattr(row, column)
        return words(code) if code else "—"

    shown.__name__ = f"{column}_in_words"
    return shown


def worded_filter(
    column: str, title: str, words: Mapping[str, str]
) -> type[admin.SimpleListFilter]:
    """A filter by a column of codes, whose choices are not looked for among millions of rows."""

    class Words(admin.SimpleListFilter):
        parameter_name = column

        def lookups(
            self, request: HttpRequest, model_admin: admin.ModelAdmin
        ) -> Iterable[tuple[str, str]]:
            # Two codes of one meaning are one choice.
            return {word: (code, word) for code, word in words.items()}.values()

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            if not self.value():
                return queryset
            word = words.get(str(self.value()))
            same = [code for code, each in words.items() if each == word]
            return queryset.filter(**{f"{column}__in": same})

    Words.title = title
    return Words


def filled(yes: str, no: str) -> type[admin.EmptyFieldListFilter]:
    """A filter by whether a column holds anything, in words of its own in place of «пусто»."""

    class Filled(admin.EmptyFieldListFilter):
        def choices(self, changelist: Any) -> Iterator[Any]:
            for choice, words in zip(super().choices(changelist), (None, no, yes), strict=True):
                yield choice if words is None else {**choice, "display": words}

    return Filled


class Audited(admin.ModelAdmin):
    """An action on chosen rows leaves an entry for each in the log of the admin, as an edited form does."""

    show_full_result_count = False
    # Columns of codes → what a row's page shows in their place, made by `worded`.
    in_words: ClassVar[Mapping[str, Callable[[Any], str]]] = {}

    # Django's own titles («Выберите тревога для просмотра») put a name into a case it is not in.
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        title = capfirst(self.opts.verbose_name)
        return super().changeform_view(
            request, object_id, form_url, {"title": title, **(extra_context or {})}
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names: Any = super().get_fields(request, obj)
        return list(dict.fromkeys(self.in_words.get(name, name) for name in names))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *self.in_words.values()]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A column without a Russian name is the program's own and no news for people."""
        unnamed = [f.name for f in self.opts.fields if not f.primary_key and is_unnamed(f)]
        return [*(super().get_exclude(request, obj) or ()), *unnamed]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):  # type: ignore[no-untyped-def]
        # A column's English words are for whoever reads the table, not for the staff.
        english = {f.name: "" for f in self.opts.fields if f.help_text and _english(f.help_text)}
        return super().get_form(request, obj, change=change, **{"help_texts": english, **kwargs})

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:  # type: ignore[override]  # the stubs know a later Django
        chosen = self._chosen(request, queryset)
        name = request.POST.get("action", "")
        known = self.get_actions(request).get(name)
        # Read before: the action may change what the rows are called, or that they are there.
        rows = list(chosen[: _NAMED + 1])
        response = super().response_action(request, queryset)
        if known and rows and isinstance(response, HttpResponseBase):
            self.audit(request, rows, str(known[2]))
        return response

    def audit(self, request: HttpRequest, rows: list[Any], what: str) -> None:
        """Who did `what` to these rows. The log outlives the rows."""
        if len(rows) > _NAMED:
            rows, what = rows[:1], f"{what} (больше {_NAMED} строк)"
        LogEntry.objects.log_actions(
            user_id=request.user.pk or 0,
            queryset=rows,
            action_flag=CHANGE,
            change_message=what,
        )

    def _chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if request.POST.get("select_across") == "1":
            return queryset
        return queryset.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME))


class ReadOnly(Audited):
    """Nobody adds, edits or deletes these rows here; whoever may change them may use the actions."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request)
