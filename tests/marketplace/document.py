"""The OpenAPI document as the server gives it, and whether an answer is what it promises."""

import functools
import json
from typing import Any

import jsonschema
from django.http import HttpResponse
from django.test import RequestFactory

from aiadmin import openapi


@functools.cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi.schema(RequestFactory().get("/")).content)
    return found


def documented(template: str, method: str) -> dict[str, Any]:
    """Responses by status."""
    found: dict[str, Any] = document()["paths"][template][method.lower()]["responses"]
    return found


def complaints(template: str, method: str, answer: HttpResponse) -> list[str]:
    """What the document does not tell of this answer; fields that it does not know count too."""
    where = f"{method} {template} → {answer.status_code}"
    told = documented(template, method).get(str(answer.status_code))
    if told is None:
        return [f"{where}: the status is not documented: {answer.content.decode()[:200]}"]
    kinds = told.get("content", {})
    kind = answer.headers["Content-Type"].partition(";")[0]
    if not kinds:
        return []
    if kind not in kinds:
        return [f"{where}: {kind} is not documented"]
    found = []
    if kind == "application/json":
        checked = _checker(template, method, answer.status_code)
        found += [
            f"{where}: {each.message}" for each in checked.iter_errors(json.loads(answer.content))
        ]
    for name in ("X-RateLimit-Limit", "Retry-After"):
        if name in answer.headers and name not in told.get("headers", {}):
            found.append(f"{where}: {name} is not documented")
    return found


@functools.cache
def _checker(template: str, method: str, status: int) -> jsonschema.Draft202012Validator:
    told = documented(template, method)[str(status)]
    return jsonschema.Draft202012Validator(_strict(told["content"]["application/json"]["schema"]))


def _strict(schema: Any) -> Any:
    """JSON Schema of an OpenAPI 3.0 one: references followed, no field more than is told."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _strict(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    made = {name: _strict(value) for name, value in schema.items()}
    if "properties" in made:
        made.setdefault("additionalProperties", False)
    if made.pop("nullable", False):
        made["type"] = [made["type"], "null"]
    return made
