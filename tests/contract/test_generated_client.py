"""A client generated from the published description (``plex-api-client`` of the package index) reads every answer.

Its types are strict: an attribute of another kind, or one that is missing, is an error and not a surprise later. Every
method that asks a server (and not an account service elsewhere) is called with ids of things that are there; whatever
is answered with 200 must be readable. What would end the test's own rights, or the library, is left to other tests.
"""

import inspect
import json
import re
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from plex_api_client import PlexAPI
from plex_api_client.models import errors
from tests.api.families.conftest import Home
from tests.contract.sending import Things

_STREAMS = frozenset({"connect_web_socket", "get_notifications", "get_websocket_notifications"})
_REFUSED = (400, 404)
"""What a server may say of a request that was made of the first values at hand."""
_UNKNOWN = (400, 404, 405)
"""What it may say of one that the description does not have: the client knows more addresses than are published."""
_PUBLISHED = [
    re.compile(re.sub(r"\\{[^/}]+\\}", "[^/]+", re.escape(path)))
    for path, operations in json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))["paths"].items()
    if "get" in operations
]
_ACCOUNT = frozenset({"get_my_plex_account"})
"""Described with the answer of the account service, which has the same path elsewhere."""
_NO_JSON = frozenset({"download_database_diagnostics", "download_log_bundle", "get_media_part", "get_part_index"})
"""Files, which this client takes for JSON."""


def _methods() -> Iterator[tuple[str, str]]:
    client = PlexAPI(token="none")
    for family in PlexAPI._sub_sdk_map:  # the only list of them there is
        sub = getattr(client, family)
        for name, method in inspect.getmembers(sub, inspect.ismethod):
            left_out = name in _STREAMS | _NO_JSON | _ACCOUNT
            if left_out or name.startswith(("_", "do_request")) or name.endswith("_async"):
                continue
            source = inspect.getsource(method)
            if "_SERVERS[" not in source and 'method="GET"' in source:
                yield family, name


def _plain(annotation: Any) -> Any:
    """The type inside ``Annotated`` and ``Optional``."""
    while typing.get_origin(annotation) in (typing.Annotated, typing.Union):
        annotation = typing.get_args(annotation)[0]
    return annotation


def _value(name: str, annotation: Any, things: Things) -> Any:
    """Something that a required parameter of this name can be."""
    kind = _plain(annotation)
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return next(iter(kind))
    if typing.get_origin(kind) is list:
        return [_value(name, typing.get_args(kind)[0], things)]
    number = things.sections[0] if "section" in name else things.parts[0] if "part" in name else things.items[0]
    return number if kind is int else str(number)


@pytest.fixture(scope="module")
def things(home: Home) -> Things:
    return Things.of(home)


@pytest.fixture(scope="module")
def generated(home: Home) -> PlexAPI:
    return PlexAPI(token=home.owner_token, server_url=home.server.url, client_identifier="generated", timeout_ms=20_000)


@pytest.mark.parametrize(("family", "name"), list(_methods()))
def test_an_answer_can_be_read(generated: PlexAPI, things: Things, family: str, name: str) -> None:
    method = getattr(getattr(generated, family), name)
    parameters = inspect.signature(method).parameters
    sent: dict[str, Any] = {}
    if "request" in parameters:
        model = _plain(parameters["request"].annotation)
        sent["request"] = {
            field: _value(field, about.annotation, things)
            for field, about in model.model_fields.items()
            if about.is_required()
        }
    else:
        for field, about in parameters.items():
            if about.default is inspect.Parameter.empty:
                sent[field] = _value(field, about.annotation, things)
    try:
        method(**sent)
    except errors.ResponseValidationError:
        raise
    except errors.PlexAPIError as error:
        path = error.raw_response.request.url.path
        is_published = any(published.fullmatch(path) for published in _PUBLISHED)
        assert error.status_code in (_REFUSED if is_published else _UNKNOWN), str(error)[:2_000]
