"""The server describes itself: a valid OpenAPI document, a page of it, and the table of what is published."""

import json
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.support.reads import parameters_read
from tools import operations

from vitascope.api.routes import FAMILIES
from vitascope.api.routing import Route, Router

ROUTES = Router(FAMILIES).routes


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    answer = client.get("/openapi.json", headers={"X-Plex-Token": "not-a-token"})
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def test_it_is_a_valid_document(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"] == "3.1.0"


def test_every_route_is_in_it_with_its_policy(document: dict[str, Any]) -> None:
    described = sorted(
        (method.upper(), operation["x-policy"])
        for methods in document["paths"].values()
        for method, operation in methods.items()
    )
    assert described == sorted((route.method, route.policy.value) for route in ROUTES if route.method != "WS")


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: dict[str, Any]) -> None:
    found = [operation for methods in document["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in found]
    assert len(names) == len(set(names))
    assert all(operation["summary"].endswith(".") for operation in found)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_says_what_it_takes_and_answers(route: Route) -> None:
    assert route.answers is not None
    assert parameters_read(route.endpoint) - {parameter.name for parameter in route.takes} == set()


def test_an_items_schema_is_what_the_renderer_writes(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    item = schemas["Metadata"]["properties"]
    assert item["ratingKey"] == {"type": "string"}
    assert item["Media"]["items"] == {"$ref": "#/components/schemas/Media"}
    assert schemas["Part"]["properties"]["Stream"]["items"] == {"$ref": "#/components/schemas/Stream"}


def test_the_page_shows_every_operation(client: httpx.Client, document: dict[str, Any]) -> None:
    answer = client.get("/docs/api")
    assert answer.headers["content-type"].startswith("text/html")
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    for path, methods in document["paths"].items():
        assert f"<code>{path}</code>" in answer.text
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in answer.text
    for name in ("page.css", "page.js"):
        assert client.get(f"/docs/api/{name}").status_code == 200
    assert client.get("/docs/api/page.py").status_code == 404
    assert client.get("/docs/api/..%2Fpage.py").status_code == 404


def test_the_table_of_published_operations_is_up_to_date() -> None:
    text = operations.DOCS.read_text("utf-8")
    assert text == operations.with_table(text), "run tools/operations.py"


def test_the_yardstick_is_whole() -> None:
    assert len(json.loads(operations.PUBLISHED.read_text("utf-8"))["paths"]) == 205
    assert len(list(operations.operations())) == 258
