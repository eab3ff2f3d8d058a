"""The two pages in the OpenAPI document: plain Django views, which drf-spectacular does not see."""

from typing import Any

from marketplace.api.schema_parts import headers_of

_JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
_HTML = {"text/html": {"schema": {"type": "string"}}}


def add_pages(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook."""
    result["paths"] = dict(sorted({**result["paths"], **_PAGES}.items()))
    return result


def _query(name: str, text: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": {"type": "string"}, "description": text}


def _page(
    operation_id: str, summary: str, parameters: list[dict[str, Any]], answers: dict[str, str]
) -> dict[str, Any]:
    told: dict[str, dict[str, Any]] = {}
    for status, text in answers.items():
        told[status] = {"description": text}
        if status != "303":
            # A path that no route fits is told to programs in the API's shape.
            told[status]["content"] = {**_HTML, **_JSON} if status == "404" else _HTML
        if status == "429":
            told[status]["headers"] = headers_of(status)
    return {
        "operationId": operation_id,
        "summary": summary,
        "tags": ["pages"],
        "parameters": parameters,
        "responses": told,
    }


def _form(
    operation_id: str,
    summary: str,
    forms: list[list[str]],
    parameters: list[dict[str, Any]],
    answers: dict[str, str],
) -> dict[str, Any]:
    """A page's form; `forms`: the fields of each that it takes. A POST with none of them is refused in
    the API's shape."""
    made = _page(operation_id, summary, parameters, answers)
    taken = [
        {
            "type": "object",
            "properties": {name: {"type": "string"} for name in form},
            "required": form,
        }
        for form in forms
    ]
    schema = taken[0] if len(taken) == 1 else {"anyOf": taken}
    made["requestBody"] = {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": schema}},
    }
    for status, text in _NO_FORM.items():
        told = made["responses"].get(status, {})
        made["responses"][status] = {
            "description": told.get("description", text),
            "content": {**told.get("content", {}), **_JSON},
            "headers": headers_of(status),
        }
    return made


_NO_FORM = {
    "400": "The body is no form.",
    "405": "There is no such field in the form.",
    "413": "A body over 1 MB.",
}

_REQUEST = {
    "in": "path",
    "name": "request_id",
    "schema": {"type": "integer", "minimum": 1},
    "required": True,
    "description": "The request's number.",
}
_DECIDED = {
    "200": "Who asks, or what was decided.",
    "404": "No such request, a wrong key, or a link older than a week.",
    "429": "The limit is spent; Retry-After says for how long.",
}

_PAGES = {
    "/marketplace/": {
        "get": _page(
            "landing",
            "The landing page; with YCLIENTS's parameters, the start of onboarding",
            [
                _query("salon_id", "The salon's number in YCLIENTS."),
                _query("salon_ids[]", "Several salons of one install; also `salon_ids[0]`, …"),
                _query("user_data", "JSON of the YCLIENTS user in base64, either alphabet."),
                _query(
                    "user_data_sign", "HMAC-SHA256 of the decoded JSON by the partner token, hex."
                ),
            ],
            {
                "200": "The landing page, or one with a button for each salon of this install.",
                "202": "A person must approve first.",
                "400": "No salon's number among the parameters.",
                "403": "YCLIENTS did not sign this user_data.",
                "429": "The limit is spent; Retry-After says for how long.",
                "503": "YCLIENTS is needed for the proof and does not answer.",
            },
        )
    },
    "/marketplace/connect": {
        "get": _page(
            "connect_page",
            "The page with the code to scan",
            [
                _query("token", "The company's connect token."),
                _query("company", "Written by us, not believed: the token names the company."),
                _query("salon", "Written by us, not believed."),
            ],
            {
                "200": "The connect page; what happens next comes over the WebSocket.",
                "401": "The link is old or wrong; the page says what to do.",
                "429": "The limit is spent; Retry-After says for how long.",
            },
        ),
        "post": _form(
            "connect_press",
            "The pressed button of the onboarding page, or the consent given on the connect page",
            [["session"], ["consent", "token"]],
            [],
            {
                "303": "To the connect page, with a token.",
                "400": "The words that were agreed to are not the present ones, or the body is no form.",
                "401": "The page is old, was used or is not ours.",
                "403": "A person must approve first.",
                "429": "The limit is spent; Retry-After says for how long.",
            },
        ),
    },
    "/marketplace/access/{request_id}": {
        "get": _page(
            "access_page",
            "Somebody asks for the salon: its owner's page",
            [_REQUEST, _query("key", "The secret of the owner's letter.")],
            _DECIDED,
        ),
        "post": _form(
            "access_decide",
            "The owner's decision",
            [["decision"]],
            [_REQUEST, _query("key", "The secret of the owner's letter.")],
            _DECIDED,
        ),
    },
}
