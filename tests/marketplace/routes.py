"""Every route of the URLconf, found by walking the resolver, so that a new one cannot be forgotten."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """`template` is "/marketplace/status/{company_id}"."""

    template: str
    view: Any

    @property
    def methods(self) -> set[str]:
        """What an API view serves; empty for a page, which does not tell."""
        return {name.upper() for name in dir(getattr(self.view, "cls", None))} & set(METHODS)

    def url(self, **values: object) -> str:
        """With `values` in the places of their names; other parameters get "1", a day one of March."""
        values = {"day": "2026-03-12", **values}
        return re.sub(r"{(\w+)}", lambda found: str(values.get(found[1], 1)), self.template)


def routes() -> list[Route]:
    """All but the demo's, which production does not have, and the answer to unknown paths."""
    found = _walk(get_resolver().url_patterns, "/")
    return [
        each
        for each in found
        if not each.template.startswith("/demo/")
        and getattr(each.view, "__name__", "") != "nowhere"
    ]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for each in patterns:
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, path)
        else:
            yield Route(_plain(path), each.callback)


def _plain(path: str) -> str:
    """A regular expression's route as one address that it matches."""
    path = re.sub(r"\(\?P\{(\w+)\}.*?\)", r"{\1}", path)
    return path.replace("^", "").replace("$", "").replace("\\", "")
