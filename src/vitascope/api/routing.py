"""Routes: declared beside their endpoints, each with its policy, and found by the first two parts of a path.

A module of :mod:`vitascope.api.routes` has one :class:`Routes` and decorates its endpoints with it. Patterns are
Starlette's (``/library/parts/{part_id:int}``). Looking only at patterns that begin like the path keeps finding one of
two hundred routes cheap, wherever it stands.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from starlette.convertors import Convertor
from starlette.routing import compile_path

from vitascope.api.call import Call
from vitascope.api.describe import Answer, Parameter, State
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply

Endpoint = Callable[[Call], Awaitable[Reply | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path and method, who may call it, and what answers."""

    method: str
    """An HTTP method, or ``WS`` for a websocket."""
    path: str
    policy: Policy
    endpoint: Endpoint
    takes: tuple[Parameter, ...] = ()
    answers: Answer | None = None
    body: str | None = None
    """What is sent in the body, in a sentence; ``None``: nothing is."""
    state: State = State.WORKS


class Routes:
    """The routes of one endpoint family; ``state`` says how far all of them are there."""

    def __init__(self, state: State = State.WORKS) -> None:
        self.declared: list[Route] = []
        self._state = state

    def _declare(
        self,
        methods: Iterable[str],
        paths: Iterable[str],
        policy: Policy,
        takes: Iterable[Parameter] = (),
        answers: Answer | None = None,
        body: str | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        if not isinstance(policy, Policy):
            raise TypeError(f"{', '.join(paths)}: a route needs a policy")

        def declare(endpoint: Endpoint) -> Endpoint:
            self.declared += [
                Route(
                    method=method,
                    path=path,
                    policy=policy,
                    endpoint=endpoint,
                    takes=tuple(takes),
                    answers=answers,
                    body=body,
                    state=self._state,
                )
                for path in paths
                for method in methods
            ]
            return endpoint

        return declare

    def get(
        self, *paths: str, policy: Policy, takes: Iterable[Parameter] = (), answers: Answer | None = None
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that is read; HEAD is answered too."""
        return self._declare(("GET",), paths, policy, takes, answers)

    def put(
        self,
        *paths: str,
        policy: Policy,
        takes: Iterable[Parameter] = (),
        answers: Answer | None = None,
        body: str | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        return self._declare(("PUT",), paths, policy, takes, answers, body)

    def post(
        self,
        *paths: str,
        policy: Policy,
        takes: Iterable[Parameter] = (),
        answers: Answer | None = None,
        body: str | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        return self._declare(("POST",), paths, policy, takes, answers, body)

    def delete(
        self, *paths: str, policy: Policy, takes: Iterable[Parameter] = (), answers: Answer | None = None
    ) -> Callable[[Endpoint], Endpoint]:
        return self._declare(("DELETE",), paths, policy, takes, answers)

    def any(
        self,
        *paths: str,
        policy: Policy,
        methods: Iterable[str],
        takes: Iterable[Parameter] = (),
        answers: Answer | None = None,
        body: str | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that answers several methods alike."""
        return self._declare(tuple(methods), paths, policy, takes, answers, body)

    def websocket(self, *paths: str, policy: Policy, takes: Iterable[Parameter] = ()) -> Callable[[Endpoint], Endpoint]:
        return self._declare(("WS",), paths, policy, takes, Answer.EVENTS)


@dataclass(frozen=True, slots=True)
class _Pattern:
    path: str
    regex: re.Pattern[str]
    convertors: Mapping[str, Convertor[object]]
    methods: dict[str, Route]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A route that fits, with the parts of the path; or only the methods that would."""

    route: Route | None
    params: Mapping[str, str]
    allowed: frozenset[str]


_NOTHING = Match(route=None, params={}, allowed=frozenset())


def _specificity(path: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Orders patterns so that of two that fit the more exact one comes first, wherever it was declared: the one with
    more fixed parts, then the one whose parts are fixed or numbers earlier."""
    ranks = []
    for part in path.split("/"):
        if not part.startswith("{"):
            ranks.append((0, part))
        elif part.endswith(":int}"):
            ranks.append((1, ""))
        else:
            ranks.append((3 if part.endswith(":path}") else 2, ""))
    open_parts = sum(100 if rank == 3 else 1 for rank, _ in ranks if rank)
    return open_parts, tuple(ranks)


def _head(path: str) -> str:
    """The first part of a path; of a pattern whose first part varies nothing."""
    head = path.split("/", 2)[1]
    return "" if "{" in head else head


class Router:
    """Finds the route of a path and method."""

    def __init__(self, families: Iterable[Routes]) -> None:
        self.routes: list[Route] = [route for family in families for route in family.declared]
        self._exact: dict[str, _Pattern] = {}
        self._by_head: dict[str, list[_Pattern]] = {}
        by_path: dict[str, _Pattern] = {}
        for route in self.routes:
            pattern = by_path.get(route.path)
            if pattern is None:
                regex, _, convertors = compile_path(route.path)
                pattern = by_path[route.path] = _Pattern(route.path, regex, convertors, {})
                if convertors:
                    self._by_head.setdefault(_head(route.path), []).append(pattern)
                else:
                    self._exact[route.path] = pattern
            if route.method in pattern.methods:
                raise ValueError(f"{route.method} {route.path} is declared twice")
            pattern.methods[route.method] = route
        for patterns in self._by_head.values():
            patterns.sort(key=lambda pattern: _specificity(pattern.path))

    def find(self, method: str, path: str) -> Match:
        """The route for a path; a trailing slash makes no difference."""
        if len(path) > 1 and path.endswith("/"):
            path = path.rstrip("/") or "/"
        wanted = "GET" if method == "HEAD" else method
        allowed: set[str] = set()
        pattern = self._exact.get(path)
        if pattern is not None:
            route = pattern.methods.get(wanted)
            if route is not None:
                return Match(route=route, params={}, allowed=frozenset())
            allowed.update(pattern.methods)
        head = _head(path) if path.startswith("/") else ""
        for pattern in self._by_head.get(head) or self._by_head.get("", []):
            found = pattern.regex.match(path)
            if found is None:
                continue
            route = pattern.methods.get(wanted)
            if route is not None:
                return Match(route=route, params=found.groupdict(), allowed=frozenset())
            allowed.update(pattern.methods)
        return Match(route=None, params={}, allowed=frozenset(allowed)) if allowed else _NOTHING
