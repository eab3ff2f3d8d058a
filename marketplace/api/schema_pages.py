"""The two pages in the OpenAPI document: plain Django views, which drf-spectacular does not see."""

from typing import Any

from marketplace.api.schema_parts import headers_of

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
        if status != "302":
            told[status]["content"] = _HTML
        if status == "429":
            told[status]["headers"] = headers_of(status)
    return {
        "operationId": operation_id,
        "summary": summary,
        "tags": ["pages"],
        "parameters": parameters,
        "responses": told,
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
                "200": "The landing page, or one that lists the salons of this install.",
                "202": "A person must approve first; no token was given.",
                "302": "To the connect page of the one salon.",
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
        )
    },
}
