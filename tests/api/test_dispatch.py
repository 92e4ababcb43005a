"""Finding routes, and answering while there is nothing to answer with yet."""

import asyncio
import inspect

import httpx
import pytest

from vitascope.api.call import Call
from vitascope.api.dispatch import Api
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes import FAMILIES
from vitascope.api.routing import Router, Routes


async def nothing(_: Call) -> Reply:
    """Answers nothing."""
    return Reply()


def ask(method: str, path: str, **headers: str) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=Api(FAMILIES))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(run())


@pytest.mark.parametrize("path", ["/identity", "/", "/library/sections", "/no/such/thing", "/web/"])
def test_everything_waits_while_the_database_is_made_ready(path: str) -> None:
    answer = ask("GET", path)
    assert answer.status_code == 503
    assert "503 Service Unavailable" in answer.text
    assert answer.headers["retry-after"]
    assert "starting" in answer.text


def test_preflights_are_answered_all_the_same() -> None:
    assert ask("OPTIONS", "/library/sections", Origin="https://x.example").status_code == 204


def test_the_more_exact_pattern_wins_wherever_it_was_declared() -> None:
    routes = Routes()
    for path in (
        "/a/{name}",
        "/a/{number:int}",
        "/a/fixed",
        "/a/{rest:path}",
        "/a/{number:int}/b",
        "/a/{number:int}/{c}",
    ):
        routes.get(path, policy=Policy.PUBLIC)(nothing)
    router = Router([routes])
    found = {
        path: match.route.path
        for path in ("/a/x", "/a/7", "/a/fixed", "/a/x/y", "/a/7/b", "/a/7/c", "/a/7/b/", "/a/fixed/")
        if (match := router.find("GET", path)).route is not None
    }
    assert found == {
        "/a/x": "/a/{name}",
        "/a/7": "/a/{number:int}",
        "/a/fixed": "/a/fixed",
        "/a/x/y": "/a/{rest:path}",
        "/a/7/b": "/a/{number:int}/b",
        "/a/7/c": "/a/{number:int}/{c}",
        "/a/7/b/": "/a/{number:int}/b",
        "/a/fixed/": "/a/fixed",
    }


def test_a_wrong_method_is_told_which_are_right() -> None:
    routes = Routes()
    routes.get("/a/{number:int}", policy=Policy.PUBLIC)(nothing)
    routes.put("/a/{number:int}", policy=Policy.OWNER)(nothing)
    router = Router([routes])
    assert router.find("DELETE", "/a/1").allowed == {"GET", "PUT"}
    head = router.find("HEAD", "/a/1").route
    assert head is not None
    assert head.method == "GET"
    assert router.find("GET", "nowhere").route is None
    assert router.find("GET", "").route is None


def test_a_route_declared_twice_is_a_mistake() -> None:
    routes = Routes()
    routes.get("/a", policy=Policy.PUBLIC)(nothing)
    routes.get("/a", policy=Policy.OWNER)(nothing)
    with pytest.raises(ValueError, match="declared twice"):
        Router([routes])


def test_every_endpoint_says_what_it_does() -> None:
    for route in Router(FAMILIES).routes:
        assert inspect.getdoc(route.endpoint), route.path
