"""Whatever the server's own description allows is answered as it promises, and never by a failure of the server.

A property-based client draws requests for every operation and sends them as the owner; status, media type and shape of
each answer must be those of the description. The same request of somebody who owns nothing is refused where the
description says that it is the owner's. Deletions come last, so that the others meet a library.
"""

from typing import Any

import pytest
import schemathesis
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.families.conftest import Home
from tests.contract.sending import Things, contract, placed

from vitascope.api.describe import Answer
from vitascope.api.description import describe
from vitascope.api.routes import FAMILIES
from vitascope.api.routing import Route, Router

OWN_RIGHTS = frozenset(
    {
        ("DELETE", "/vitascope/people/tokens"),
        ("DELETE", "/vitascope/people"),
        ("DELETE", "/vitascope/sign-in"),
        ("PUT", "/vitascope/people/password"),
        ("DELETE", "/myplex/account"),
    }
)
"""What could take the right to ask from whoever asks here; tests of their own look at them."""


def _sent(route: Route) -> bool:
    return route.answers is not Answer.EVENTS and (route.method, route.path) not in OWN_RIGHTS


_ROUTES = [route for route in Router(FAMILIES).routes if _sent(route)]
_SCHEMA: Any = schemathesis.openapi.from_dict(describe(_ROUTES) | {"security": []})
_GOOD = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def things(home: Home) -> Things:
    return Things.of(home)


def _send(case: "Case[Any]", home: Home, things: Things) -> None:
    case.path_parameters = placed(case.path_parameters, things)
    answer = case.call(
        base_url=home.server.url, headers={"X-Plex-Token": home.owner_token, "Accept": "application/json"}
    )
    case.validate_response(answer, checks=_GOOD)
    same_method = case.method.upper() == case.operation.method.upper()  # the client tries others as well
    if same_method and case.operation.definition.raw["x-policy"] == "owner":
        refused = case.call(base_url=home.server.url, headers={"X-Plex-Token": home.mia_token})
        assert 400 <= refused.status_code < 500, refused.text


@_SCHEMA.exclude(method="DELETE").parametrize()  # type: ignore[untyped-decorator]
@contract
def test_a_request_is_answered_as_described(case: "Case[Any]", home: Home, things: Things) -> None:
    _send(case, home, things)


@_SCHEMA.include(method="DELETE").parametrize()  # type: ignore[untyped-decorator]
@contract
def test_a_deletion_is_answered_as_described(case: "Case[Any]", home: Home, things: Things) -> None:
    _send(case, home, things)


def test_the_server_is_still_well(home: Home) -> None:
    assert home.http.get("/").status_code == 200
    assert home.mia_http.get("/library/sections").status_code == 200
    assert "Traceback" not in home.server.log()
