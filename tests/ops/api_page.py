"""The last chapter of docs/api.md, from docs/openapi.yaml. `python -m tests.ops.api_page` writes it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from tests.tree import ROOT

PAGE = ROOT / "docs" / "api.md"
CHAPTER = "\n## Every call\n"
_SAID = (
    "Made from [openapi.yaml](openapi.yaml) by `python -m tests.ops.api_page`; "
    "what every call may answer is told above."
)
# Said once, under "Refusals" and "Limits", and by every operation.
_COMMON = {"405", "413", "415", "429"}
Told = Mapping[str, Any]


def document() -> Told:
    found: Told = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
    return found


def made() -> str:
    """The page as it should be: what stands before the chapter stays, the chapter is made anew."""
    head = PAGE.read_text("utf-8").split(CHAPTER, maxsplit=1)[0].rstrip("\n")
    return "\n".join([head, *chapter(document())]) + "\n"


def chapter(whole: Told) -> Iterator[str]:
    yield from (CHAPTER, _SAID)
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            yield from ("", f"### `{method.upper()} {path}`", "")
            yield from _call(whole, operation)


def _call(whole: Told, operation: Told) -> Iterator[str]:
    yield f"{operation['summary'].rstrip('.')}. {operation.get('description', '')}".strip()
    if "pages" not in operation["tags"]:
        yield from ("", f"Credential: {_credentials(whole, operation.get('security', [{}]))}.")
    taken = [
        (f"`{each['name']}`", each["in"], _type(whole, each["schema"]), each["description"])
        for each in operation.get("parameters", [])
    ]
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        taken += _fields(whole, body["schema"], "body" if kind.endswith("json") else "form")
    yield from _table(("parameter", "in", "type", "meaning"), taken)
    yield from _table(("status", "answer"), list(_answers(whole, operation["responses"])))


def _credentials(whole: Told, security: list[Told]) -> str:
    words = {
        name: each.get("name") or "Authorization: Bearer"
        for name, each in whole["components"]["securitySchemes"].items()
    }
    ways = [" with ".join(f"`{words[name]}`" for name in way) or "none" for way in security]
    return " or ".join(ways)


def _fields(whole: Told, schema: Told, where: str) -> Iterator[tuple[str, str, str, str]]:
    schema = _resolved(whole, schema)
    for name, field in schema.get("properties", {}).items():
        wanted = "required" if name in schema.get("required", ()) else "optional"
        meaning = f"{wanted}. {field['description']}" if "description" in field else wanted
        yield f"`{name}`", where, _type(whole, field), meaning


def _answers(whole: Told, responses: Told) -> Iterator[tuple[str, str]]:
    for status, answer in sorted(responses.items()):
        if status in _COMMON:
            continue
        said = [
            line.removeprefix("- ").strip().rstrip(".")
            for line in answer["description"].splitlines()
        ]
        content = answer.get("content", {})
        if status < "300" and "application/json" in content:
            schema = _resolved(whole, content["application/json"]["schema"])
            said.append(", ".join(f"`{name}`" for name in schema.get("properties", {})))
        yield status, "; ".join(part for part in said if part)


def _type(whole: Told, schema: Told) -> str:
    schema = _resolved(whole, schema)
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    kind = schema.get("format") or schema["type"]
    bounds = [
        f"{word} {schema[name]}"
        for name, word in (("minimum", "from"), ("maximum", "to"), ("maxLength", "up to"))
        if name in schema
    ]
    return " ".join([kind, *bounds])


def _resolved(whole: Told, schema: Told) -> Told:
    if "$ref" not in schema:
        return schema
    found: Told = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield from ("", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}")
    for row in rows:
        yield f"| {' | '.join(' '.join(cell.split()).replace('|', '/') for cell in row)} |"


if __name__ == "__main__":
    PAGE.write_text(made(), "utf-8")
