"""The document itself: paths, parameters, answers and policies, as OpenAPI 3.1 has them."""

import inspect
import re
from collections.abc import Iterable
from typing import Any

from vitascope import __version__
from vitascope.api.describe import TRIMMING, Answer, Parameter
from vitascope.api.description.schemas import answer_content, components
from vitascope.api.policy import OPEN, Policy
from vitascope.api.routing import Route

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_ERRORS = {
    "BadRequest": "What was sent means nothing; the page says what and why.",
    "Unauthorized": "No token, or one that is not valid.",
    "Forbidden": "Signed in, but this is the owner's.",
    "NotFound": "No such thing, or not for this person.",
    "WrongMethod": "There is such an address, but not for this method.",
    "Impossible": "It is there, and this cannot be done with it; the page says why.",
    "Unavailable": "Not at this moment; the page says why.",
    "Conflict": "What is there stands in the way; the page says what.",
    "TooLarge": "The body is too large.",
    "NotYet": "Not part of this version; the page says why.",
}
_WHO = {
    Policy.PUBLIC: "Anyone may call this.",
    Policy.KEYED: "For whoever knows the address, which holds a key that cannot be guessed.",
    Policy.SIGNED_IN: "For every person of this server; each sees what is theirs and what they may see.",
    Policy.OWNER: "For the owner alone.",
}
_ABOUT = (
    "The HTTP API of this server, which is that of Plex Media Server. Answers are XML unless "
    "`Accept: application/json` asks for JSON. Every `X-Plex-*` value may be a header or a query parameter."
)


def _shape(path: str) -> str:
    """A path without the names of its places: two paths of one shape are one path of the document."""
    return _PLACE.sub("{}", path)


def _plain(path: str) -> str:
    return _PLACE.sub(r"{\1}", path)


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"},
        }
        for name, kind in _PLACE.findall(path)
    ]


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.kind}
    if parameter.kind == "boolean":
        schema = {"type": "integer", "enum": [0, 1]}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    made: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.what,
        "schema": {"type": "array", "items": schema} if parameter.many else schema,
    }
    if parameter.many:
        made |= {"style": "form", "explode": False}
    if parameter.required:
        made["required"] = True
    if parameter.example is not None:
        made["example"] = [parameter.example] if parameter.many else parameter.example
    return made


def _responses(route: Route) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "All went well."}
    content = answer_content(route.answers)
    if content is not None:
        good["content"] = content
    made: dict[str, Any] = {"2XX": good}
    if route.answers in (Answer.FILE, Answer.PAGE):
        made["3XX"] = {"description": "Not changed, or elsewhere."}
        made["416"] = {"description": "The range begins behind the end."}
    errors = {"400": "BadRequest", "404": "NotFound", "405": "WrongMethod"}
    if route.method != "GET":
        errors |= {"409": "Conflict", "412": "Impossible", "413": "TooLarge", "501": "NotYet"}
    if route.answers is Answer.FILE:
        errors |= {"403": "Forbidden", "503": "Unavailable"}
    if route.policy not in OPEN:
        errors["401"] = "Unauthorized"
    if route.policy is Policy.OWNER:
        errors["403"] = "Forbidden"
    for status in sorted(errors):
        made[status] = {"$ref": f"#/components/responses/{errors[status]}"}
    return made


def summary(route: Route) -> str:
    """The first sentence of an endpoint's docstring."""
    return (inspect.getdoc(route.endpoint) or "").partition("\n\n")[0].replace("\n", " ")


def family(route: Route) -> str:
    """The family an endpoint belongs to: its module, in words."""
    name = route.endpoint.__module__.rpartition(".")[2]
    return name.replace("_", " ").capitalize()


def _named(route: Route, taken: set[str]) -> str:
    """A name for an operation that no other one has: of several paths with one endpoint, the later ones are counted."""
    name = f"{family(route).lower()}.{getattr(route.endpoint, '__name__', 'answer')}.{route.method.lower()}"
    name = name.replace(" ", "_")
    free = next(f"{name}{end}" for end in ("", *(f".{at}" for at in range(2, 1000))) if f"{name}{end}" not in taken)
    taken.add(free)
    return free


def _parameters(route: Route) -> Iterable[Parameter]:
    """What a route takes: what it declares, and what every answer that shows items takes."""
    declared = {parameter.name for parameter in route.takes}
    shows_items = route.answers in (Answer.ITEMS, Answer.HUBS)
    return (*route.takes, *(one for one in TRIMMING if shows_items and one.name not in declared))


def _operation(route: Route, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": name,
        "tags": [family(route)],
        "summary": summary(route),
        "description": _WHO[route.policy],
        "parameters": _path_parameters(route.path) + [_query_parameter(parameter) for parameter in _parameters(route)],
        "responses": _responses(route),
        "x-policy": route.policy.value,
        "x-state": route.state.value,
    }
    if route.policy in OPEN:
        made["security"] = []
    if route.body is not None:
        made["requestBody"] = {"description": route.body, "content": {"*/*": {}}}
    return made


def describe(routes: Iterable[Route]) -> dict[str, Any]:
    """The description of these routes. Websockets are not part of OpenAPI and are left out."""
    paths: dict[str, dict[str, Any]] = {}
    templates: dict[str, str] = {}
    taken: set[str] = set()
    for route in routes:
        if route.method == "WS":
            continue
        template = templates.setdefault(_shape(route.path), _plain(route.path))
        operation = _operation(route, _named(route, taken))
        _rename_places(operation, route.path, template)
        paths.setdefault(template, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vitascope", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"tokenInQuery": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components(),
            "responses": {name: {"description": what, "content": {"text/html": {}}} for name, what in _ERRORS.items()},
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "X-Plex-Token"},
                "tokenInQuery": {"type": "apiKey", "in": "query", "name": "X-Plex-Token"},
            },
        },
    }


def _rename_places(operation: dict[str, Any], path: str, template: str) -> None:
    """Calls the places of a path what the first route of its shape calls them."""
    names = [name for name, _ in _PLACE.findall(path)]
    wanted = [name for name, _ in _PLACE.findall(template)]
    renamed = dict(zip(names, wanted, strict=True))
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["name"] = renamed[parameter["name"]]
