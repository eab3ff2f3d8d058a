"""The OpenAPI document: complete, without warnings, the committed one, and readable without third parties."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from tests.marketplace.document import document
from tests.marketplace.routes import routes
from tests.tree import ROOT

COMMITTED = ROOT / "docs" / "openapi.yaml"
MAKE_IT = "python manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn"


def test_the_document_is_made_without_a_warning_and_is_the_committed_one() -> None:
    GENERATOR_STATS.reset()

    made = SchemaGenerator().get_schema(request=None, public=True)

    assert not GENERATOR_STATS, "see the warnings above"
    validate_schema(made)
    rendered = OpenApiYamlRenderer().render(made).decode()
    assert rendered == COMMITTED.read_text(encoding="utf-8"), f"make it anew: {MAKE_IT}"


def test_every_route_of_the_marketplace_is_described() -> None:
    ours = [each for each in routes() if each.template.startswith("/marketplace/")]
    served = {(each.template, method) for each in ours for method in each.methods}
    pages = {each.template for each in ours if not each.methods}

    described = {
        (path, method.upper(), "pages" in operation["tags"])
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }

    assert {(path, method) for path, method, page in described if not page} == served
    assert {path for path, _, page in described if page} == pages


def test_every_operation_tells_its_limits_and_one_shape_of_refusal() -> None:
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            refusals = {
                status: told for status, told in operation["responses"].items() if status >= "4"
            }
            assert "429" in refusals, path
            for told in refusals.values():
                kind, content = next(iter(told["content"].items()))
                if kind == "application/json":
                    assert content["schema"] == {"$ref": "#/components/schemas/ErrorAnswer"}
                    assert set(told["headers"]) >= {"X-RateLimit-Limit", "X-RateLimit-Reset"}


def test_anyone_may_read_the_document(client: Client) -> None:
    answer = client.get("/api/schema/")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == document()


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_the_document_is_only_read(path: str, client: Client) -> None:
    assert client.post(path).status_code == 405


def test_the_docs_page_takes_everything_from_us_and_has_no_inline_code(client: Client) -> None:
    answer = client.get("/api/docs/")

    page = answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<style|<script>| style=| on\w+=", page)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) == 4
    for address in addresses:
        assert address.startswith("/static/")
        assert finders.find(address.removeprefix("/static/")), address
