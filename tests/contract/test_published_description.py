"""Whatever the published description of the Plex Media Server allows is answered, and never by a failure of the server.

A property-based client draws requests for each of its 258 operations. What is asked for may not be there, and what was
drawn may mean nothing, so a refusal is an answer; but it is one with a reason, and no request is answered with a 5xx
but where the server says that something is not part of it yet (501).
"""

import json
from typing import Any

import pytest
import schemathesis
from schemathesis import Case
from tests.api.families.conftest import Home
from tests.contract.sending import Things, contract, placed
from tools import operations

_STREAMS = r"^/:/(eventsource|websocket)"
_SCHEMA: Any = schemathesis.openapi.from_dict(json.loads(operations.PUBLISHED.read_text("utf-8")))
_CHECKED = _SCHEMA.exclude(path_regex=_STREAMS)
_REFUSED = frozenset({400, 401, 403, 404, 405, 409, 411, 412, 413, 415, 416, 422, 501})


@pytest.fixture(scope="module")
def things(home: Home) -> Things:
    return Things.of(home)


def _send(case: "Case[Any]", home: Home, things: Things) -> None:
    case.path_parameters = placed(case.path_parameters, things)
    for token, kind in ((home.owner_token, "application/json"), (home.mia_token, "application/xml")):
        answer = case.call(base_url=home.server.url, headers={"X-Plex-Token": token, "Accept": kind})
        if answer.status_code >= 300:
            assert answer.status_code in _REFUSED, (answer.status_code, answer.text[:500])
            assert answer.text, "a refusal without a reason"


@_CHECKED.exclude(method="DELETE").parametrize()  # type: ignore[untyped-decorator]
@contract
def test_a_request_is_answered(case: "Case[Any]", home: Home, things: Things) -> None:
    _send(case, home, things)


@_CHECKED.include(method="DELETE").parametrize()  # type: ignore[untyped-decorator]
@contract
def test_a_deletion_is_answered(case: "Case[Any]", home: Home, things: Things) -> None:
    _send(case, home, things)


def test_the_server_is_still_well(home: Home) -> None:
    assert home.http.get("/").status_code == 200
    assert "Traceback" not in home.server.log()
