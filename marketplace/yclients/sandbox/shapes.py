"""Shape switches: the ways in which live answers vary, applied to a whole answer on its way out.

A salon's `shapes` may hold: `strings` (numbers as strings), `empty_lists` ([] for {} and for null
clients), `phones_int` (phones as integers), `offset_without_colon`, `meta_list` (empty meta as {}),
`wrapped` (single objects in a list). The client must read every one of them the same.
"""

import re
from typing import Any

SHAPES = {
    "strings",
    "empty_lists",
    "phones_int",
    "offset_without_colon",
    "meta_list",
    "wrapped",
}
_OFFSET = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d):(\d\d)$")


def reshape(data: Any, shapes: list[str]) -> Any:
    if not shapes:
        return data
    changed = _walk(data, frozenset(shapes), key="")
    if "wrapped" in shapes and isinstance(changed, dict) and "id" in changed:
        return [changed]
    return changed


def _walk(value: Any, shapes: frozenset[str], *, key: str) -> Any:
    if isinstance(value, dict):
        if not value and "empty_lists" in shapes:
            return []
        return {name: _walk(item, shapes, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, shapes, key=key) for item in value]
    if value is None and key in ("client", "position", "comer") and "empty_lists" in shapes:
        return []
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return str(value) if "strings" in shapes else value
    if isinstance(value, str):
        return _text(value, shapes, key)
    return value


def _text(value: str, shapes: frozenset[str], key: str) -> Any:
    if "phones_int" in shapes and key == "phone" and value.lstrip("+").isdigit():
        return int(value.lstrip("+"))
    if "offset_without_colon" in shapes:
        return _OFFSET.sub(r"\1\2", value)
    return value
