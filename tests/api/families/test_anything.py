"""Whatever is sent to any route, it is answered or refused: no value of a parameter, a path, a header or a body makes
the server fail. `make test` tries some of it, `make fuzz` much more.
"""

import re
from urllib.parse import quote

import httpx
from hypothesis import example, given
from hypothesis import strategies as st
from tests.api.families.conftest import Home
from tests.support.examples import examples

from vitascope.api.routes import FAMILIES
from vitascope.api.routing import Route, Router

_LASTING = re.compile(
    r"/:/eventsource|/diagnostics|/vitascope/(?:doctor|health)|refresh|analyze|/universal/start|/updater|/docs|/web"
)
"""What never ends, is work for minutes, or asks others; each has tests of its own."""
_WRITING = re.compile(
    r"/:/(?!prefs|plugins)|/playlists|/library/(?:collections|metadata|parts|streams|tags|people)|/playQueues"
    r"|/downloadQueue|/vitascope/(?:people|webhooks)|/hubs|/status|/activities|/photo|/video|/library/sections/[^/]+/(?:all|collections|prefs|hubs)"
)
"""What is changed here; the rest would end the server, or lead it elsewhere."""
READS = [route for route in Router(FAMILIES).routes if route.method == "GET" and not _LASTING.search(route.path)]
WRITES = [
    route
    for route in Router(FAMILIES).routes
    if route.method in ("PUT", "POST", "DELETE")
    and _WRITING.match(route.path)
    and not _LASTING.search(route.path)
    and not (route.method == "DELETE" and route.path.startswith(("/library/", "/vitascope/people")))
]

_HOSTILE = (
    *("", "0", "1", "-1", "2", "12", "true", "1.5", "1e309", "nan", "9223372036854775808", "9" * 400, "0x10", "٣"),
    *(
        ",",
        "1,2,,3",
        "[",
        "]",
        "*",
        "**",
        "%",
        "%2e%2e",
        "'",
        '"',
        "\\",
        "\x00",
        "\x7f",
        "\ufffe",
        "😀",
        "é",
        "ß" * 300,
    ),
    *("../../../../etc/passwd", "/", "//", "file:///etc/passwd", "http://127.0.0.1:1/", "server://x/y/library/all"),
    *("/library/metadata/1", "/library/sections/1/all?type=1", "library://x/item/%2Flibrary%2Fmetadata%2F1"),
    *("titleSort:desc", "random", "-1d", "now", "2020-01-01", "2020-13-45", "any", "movie", "a" * 3000, "a=b&c", "{}"),
)
_FIELDS = (
    *(
        "type",
        "sort",
        "limit",
        "group",
        "title",
        "title=",
        "title!",
        "year>>",
        "year<<",
        "genre",
        "genre!",
        "push",
        "pop",
    ),
    *(
        "or",
        "and",
        "duration>",
        "addedAt>>",
        "unwatched",
        "X-Plex-Container-Start",
        "X-Plex-Container-Size",
        "includeMeta",
    ),
    *("show.title", "episode.year", "having", "uri", "url", "key", "X-Plex-Token ", "[]", "a[b]", "*"),
)
_HEADERS = (
    *("X-Plex-Client-Identifier", "X-Plex-Product", "X-Plex-Version", "X-Plex-Platform", "X-Plex-Device"),
    *("X-Plex-Device-Name", "X-Plex-Session-Identifier", "X-Plex-Client-Profile-Name", "X-Plex-Client-Profile-Extra"),
    *(
        "X-Plex-Container-Start",
        "X-Plex-Container-Size",
        "X-Plex-Language",
        "X-Plex-Features",
        "X-Plex-Pms-Api-Version",
    ),
    *(
        "Range",
        "Content-Type",
        "If-Range",
        "If-None-Match",
        "If-Modified-Since",
        "Accept",
        "Accept-Language",
        "Accept-Encoding",
    ),
    *("Origin", "Cookie", "User-Agent", "X-Forwarded-Proto", "Host"),
)
_RANGES = ("bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-0,2-3,-1", "bytes=" + "9" * 400 + "-", "items=1-2", "bytes=")

TEXTS = st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=12), st.integers(-2, 400).map(str))
_LINES = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)
HEADERS = st.dictionaries(
    st.sampled_from(_HEADERS),
    st.one_of(
        _LINES,
        st.sampled_from((*_RANGES, "application/json", "multipart/form-data; boundary=x")),
        st.integers(-1, 300).map(str),
    ).map(str.strip),
    max_size=3,
)
_BODIES = (b"", b"{}", b'{"name": "\xff"}', b"[" * 5_000, b"a=1&a=2", b"#EXTM3U\n/etc/passwd\n\x00", b"<a>&b;</a>")
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


@st.composite
def calls(draw: st.DrawFn, routes: list[Route]) -> tuple[str, str, dict[str, str], bytes]:
    """Method, address, headers and body of a call of one of these routes."""
    route = draw(st.sampled_from(routes))
    names = [parameter.name for parameter in route.takes if parameter.name != "*"] + list(_FIELDS)
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), _value_of(route)), max_size=5))
    path = _PLACE.sub(lambda place: _step(draw, place), route.path)
    query = "&".join(f"{quote(name)}={_quoted(value)}" for name, value in pairs)
    body = (
        b""
        if route.method == "GET"
        else draw(st.one_of(st.sampled_from(_BODIES), st.binary(max_size=60), TEXTS.map(_encoded)))
    )
    return route.method, f"{path}?{query}" if query else path, draw(HEADERS), body


def _value_of(route: Route) -> st.SearchStrategy[str]:
    known = [choice for parameter in route.takes for choice in parameter.choices]
    known += [str(parameter.example) for parameter in route.takes if parameter.example is not None]
    return st.one_of(TEXTS, st.sampled_from(known)) if known else TEXTS


def _step(draw: st.DrawFn, place: re.Match[str]) -> str:
    if place.group(2) == "int":
        return str(draw(st.one_of(st.integers(0, 400), st.sampled_from([2**63, 10**30]))))
    return _quoted(draw(st.one_of(st.sampled_from(["1", "1,2,3", "all", "thumb", "genre", "x"]), TEXTS)))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _quoted(text: str) -> str:
    return quote(_encoded(text), safe="")


def _status(client: httpx.Client, call: tuple[str, str, dict[str, str], bytes]) -> int:
    method, address, headers, body = call
    sent = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    with client.stream(method, address, headers=list(sent.items()), content=body) as answer:
        return answer.status_code


def _is_no_failure(home: Home, call: tuple[str, str, dict[str, str], bytes]) -> None:
    for client in (home.http, home.mia_http):
        assert _status(client, call) < 500 or _status(client, call) in (501, 503), call


@examples(300)
@given(call=calls(READS))
def test_whatever_is_asked_is_answered_or_refused(home: Home, call: tuple[str, str, dict[str, str], bytes]) -> None:
    _is_no_failure(home, call)


@examples(200)
@example(call=("POST", "/vitascope/people", {"Content-Type": "application/json"}, b'{"name": "\xff"}'))
@given(call=calls(WRITES))
def test_whatever_is_sent_is_taken_or_refused(home: Home, call: tuple[str, str, dict[str, str], bytes]) -> None:
    _is_no_failure(home, call)
