"""A metadata provider over real HTTP, with a few films, a show and an artist written by hand.

``say`` replaces what the server answers to one path, so that a test makes it lie, fail or fall silent.
"""

import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from PIL import Image

IDENTIFIER = "tv.plex.agents.custom.tests.stub"
Json = dict[str, Any]

FILMS: tuple[Json, ...] = (
    {
        "ratingKey": "film-1",
        "title": "Northern Line",
        "year": 1999,
        "originallyAvailableAt": "1999-04-02",
        "summary": "A signalman hears a train that nobody else hears.",
        "tagline": "Mind the gap.",
        "studio": "Underground",
        "contentRating": "PG-13",
        "duration": 5_400_000,
        "Genre": [{"tag": "Mystery"}, {"tag": "Drama"}],
        "Country": [{"tag": "United Kingdom"}],
        "Director": [{"tag": "Ida Marsh", "role": "Director"}],
        "Writer": [{"tag": "Paul Grey"}],
        "Role": [
            {"order": 2, "tag": "Rose Field", "role": "The Widow"},
            {"order": 1, "tag": "Tom Hale", "role": "The Signalman"},
        ],
        "Guid": [{"id": "imdb://tt9100001"}, {"id": "tmdb://910001"}],
        "Rating": [
            {"image": "imdb://image.rating", "type": "audience", "value": 7.8},
            {"image": "rottentomatoes://image.rating.ripe", "type": "critic", "value": 9.1},
        ],
        "Review": [
            {"tag": "Nell Stone", "source": "The Platform", "text": "All aboard.", "link": "https://example.org/n/1"},
            {"tag": "Abe Quill", "image": "rottentomatoes://image.review.rotten", "link": "javascript:alert(1)"},
            {"text": "by nobody"},
        ],
        "Collection": [{"guid": f"{IDENTIFIER}://collection/c1", "key": "/c1", "tag": "Night Trains"}],
    },
    {
        "ratingKey": "film-2",
        "title": "Northern Line",
        "year": 2011,
        "originallyAvailableAt": "2011-10-20",
        "summary": "A remake with more trains.",
        "Guid": [{"id": "imdb://tt9100002"}],
    },
    {
        "ratingKey": "film-3",
        "title": "Southern Cross",
        "year": 2004,
        "originallyAvailableAt": "2004-01-09",
        "summary": "A ship without a compass.",
        "Guid": [{"id": "imdb://tt9100003"}],
    },
    {
        "ratingKey": "film-4",
        "title": "Northern Line: The Return",
        "year": 2015,
        "originallyAvailableAt": "2015-06-06",
        "summary": "The signalman takes the train.",
        "Guid": [{"id": "imdb://tt9100004"}],
    },
    {
        "ratingKey": "film-5",
        "title": "A Title That Is No File's",
        "year": 1987,
        "summary": "Found by hand.",
        "Guid": [{"id": "imdb://tt9100005"}],
    },
)
SHOW: Json = {
    "ratingKey": "show-1",
    "title": "The Lighthouse Keepers",
    "year": 2013,
    "originallyAvailableAt": "2013-02-01",
    "summary": "Three keepers, one lamp.",
    "Genre": [{"tag": "Drama"}],
    "Network": [{"tag": "Coast One"}],
    "Guid": [{"id": "tvdb://910500"}],
}
SEASONS: dict[int, tuple[str, ...]] = {1: ("Fog", "Oil", "Glass"), 2: ("Storm", "Calm")}
ARTIST: Json = {
    "ratingKey": "artist-1",
    "title": "Paper Lanterns",
    "summary": "A quartet from a harbour town.",
    "Genre": [{"tag": "Chamber Pop"}],
    "Country": [{"tag": "Portugal"}],
}
ALBUM: Json = {
    "ratingKey": "album-1",
    "title": "Low Tide",
    "year": 2017,
    "originallyAvailableAt": "2017-05-05",
    "summary": "Recorded in a boat shed.",
    "studio": "Shed Records",
    "Genre": [{"tag": "Chamber Pop"}],
    "index": 1,
}
TRACKS = ("Anchor", "Buoy")


@dataclass(slots=True, kw_only=True)
class Said:
    """An answer of the provider."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to the provider."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Json


class StubProvider(ThreadingHTTPServer):
    """``asked`` are all requests; ``say[path]`` answers a path in place of the data."""

    daemon_threads = True

    def __init__(self, identifier: str = IDENTIFIER, types: tuple[int, ...] = (1, 2, 3, 4, 8, 9, 10)) -> None:
        self.identifier = identifier
        self.types = types
        self.asked: list[Asked] = []
        self.say: dict[str, Said | Callable[[Asked], Said]] = {}
        self.items = {item["ratingKey"]: item for item in self._all()}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.serve(self, {})

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.serve(self, json.loads(raw))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is part of these tests."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api"

    def paths(self, method: str | None = None) -> list[str]:
        return [asked.path for asked in self.asked if method in (None, asked.method)]

    def serve(self, handler: BaseHTTPRequestHandler, body: Json) -> None:
        parts = urlsplit(handler.path)
        asked = Asked(
            method=handler.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in handler.headers.items()},
            body=body,
        )
        self.asked.append(asked)
        override = self.say.get(parts.path, self._answer)
        said = override(asked) if callable(override) else override
        handler.send_response(said.status)
        handler.send_header("Content-Type", said.content_type)
        handler.send_header("Content-Length", str(len(said.body)))
        for name, value in (said.headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(said.body)

    # --- data --------------------------------------------------------------------------------------------------

    def _all(self) -> Iterator[Json]:
        for film in FILMS:
            yield self._made("movie", film) | {"thumb": "{url}/pictures/poster.png", "art": "{url}/pictures/art.png"}
        yield self._made("show", SHOW) | {"Image": [{"type": "coverPoster", "url": "{url}/pictures/poster.png"}]}
        for season, titles in SEASONS.items():
            above: Json = {"parentRatingKey": "show-1", "parentTitle": SHOW["title"], "parentType": "show"}
            made = {"ratingKey": f"season-{season}", "title": f"Part {season}", "index": season}
            yield self._made("season", made | above | {"summary": f"The keepers, part {season}."})
            for number, title in enumerate(titles, 1):
                yield self._made(
                    "episode",
                    {
                        "ratingKey": f"episode-{season}-{number}",
                        "title": title,
                        "index": number,
                        "parentIndex": season,
                        "parentRatingKey": f"season-{season}",
                        "grandparentRatingKey": "show-1",
                        "grandparentTitle": SHOW["title"],
                        "summary": f"In which there is {title.lower()}.",
                        "originallyAvailableAt": f"201{2 + season}-02-0{number}",
                        "thumb": "{url}/pictures/still.png",
                    },
                )
        yield self._made("artist", ARTIST) | {"thumb": "{url}/pictures/poster.png"}
        yield self._made("album", ALBUM) | {"parentRatingKey": "artist-1", "parentTitle": ARTIST["title"]}
        for number, title in enumerate(TRACKS, 1):
            made = {"ratingKey": f"track-{number}", "title": title, "index": number, "parentIndex": 1}
            yield self._made("track", made | {"parentRatingKey": "album-1", "grandparentRatingKey": "artist-1"})

    def _made(self, kind: str, item: Json) -> Json:
        key = item["ratingKey"]
        return {"type": kind, "guid": f"{self.identifier}://{kind}/{key}", "key": f"/library/metadata/{key}"} | item

    def _answer(self, asked: Asked) -> Said:
        path = asked.path.removeprefix("/api").rstrip("/")
        if path == "":
            return self._json({"MediaProvider": self.description()})
        if path.startswith("/pictures/"):
            return Said(body=picture(path), content_type="image/png")
        if path == "/library/metadata/matches":
            return self._container(self._matches(asked.body))
        key, _, below = path.removeprefix("/library/metadata/").partition("/")
        item = self.items.get(key)
        if item is None:
            return Said(status=404)
        if below:
            found = [one for one in self.items.values() if one.get(_ABOVE.get(below, "?")) == key]
            start = int(asked.query.get("X-Plex-Container-Start", "0"))
            size = int(asked.query.get("X-Plex-Container-Size", "20"))
            return self._container(found[start : start + size], total=len(found))
        return self._container([item])

    def description(self) -> Json:
        return {
            "identifier": self.identifier,
            "title": "Stub",
            "version": "1.0.0",
            "Types": [{"type": kind, "Scheme": [{"scheme": self.identifier}]} for kind in self.types],
            "Feature": [
                {"type": "metadata", "key": "/library/metadata"},
                {"type": "match", "key": "/library/metadata/matches"},
            ],
        }

    def _matches(self, wanted: Json) -> list[Json]:
        kinds = {1: "movie", 2: "show", 8: "artist", 9: "album"}
        found = [item for item in self.items.values() if item["type"] == kinds.get(wanted.get("type", 0))]
        if wanted.get("guid"):
            found = [item for item in found if {"id": wanted["guid"]} in item.get("Guid", [])]
        else:
            title = str(wanted.get("title", "")).casefold()
            found = [item for item in found if title and item["title"].casefold().startswith(title)]
        found.sort(key=lambda item: abs(item.get("year", 0) - (wanted.get("year") or item.get("year", 0))))
        return found if wanted.get("manual") else found[:1]

    def _container(self, found: list[Json], total: int | None = None) -> Said:
        size = len(found) if total is None else total
        container = {"offset": 0, "totalSize": size, "identifier": self.identifier, "size": len(found)}
        return self._json({"MediaContainer": container | {"Metadata": found}})

    def _json(self, value: Json) -> Said:
        return Said(body=json.dumps(value).replace("{url}", self.url).encode())


_ABOVE = {"children": "parentRatingKey", "grandchildren": "grandparentRatingKey"}


def picture(name: str) -> bytes:
    """A small picture, another one for each name."""
    out = io.BytesIO()
    shade = sum(name.encode()) % 256
    Image.new("RGB", (60, 90), (shade, 255 - shade, 40)).save(out, "PNG")
    return out.getvalue()


@contextmanager
def provider(identifier: str = IDENTIFIER, types: tuple[int, ...] = (1, 2, 3, 4, 8, 9, 10)) -> Iterator[StubProvider]:
    """A provider that runs until the block ends."""
    server = StubProvider(identifier, types)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
