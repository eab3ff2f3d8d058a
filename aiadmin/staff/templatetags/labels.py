"""A row of an admin's list whose cells bear the names of their columns."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# How Django begins a cell; no attribute of its own holds a bracket.
_BEGINS = re.compile(r"^<(td|th)\b")


@register.filter
def labelled(
    cells: Iterable[SafeString], headers: Iterable[Mapping[str, Any]]
) -> Iterator[SafeString]:
    """The column of checkboxes has no name."""
    for cell, header in zip(cells, headers, strict=True):
        name = strip_tags(str(header["text"])).strip()
        label = format_html(' data-label="{}"', name) if name else ""
        yield mark_safe(_BEGINS.sub(rf"\g<0>{label}", cell, count=1))  # noqa: S308  (both are escaped)
