"""Audnexus and Audible's catalogue in one server of the tests, over real HTTP, in the shape of their answers: Audnexus'
as its published description has it (https://audnex.us: ``docs/spec/audnexus.yaml`` of ``laxamentumtech/audnexus``,
version 1.11.0: ``/books/{ASIN}``, ``/books/{ASIN}/chapters``, ``/authors``, ``/authors/{ASIN}``, ``region``), the
catalogue's as on https://audible.readthedocs.io/en/latest/misc/external_api.html (``GET /1.0/catalog/products``).

The books are invented. ``say`` replaces what the server answers to one path, so that a test makes it lie, fail or fall
silent.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.provider import picture

Json = dict[str, Any]

HOLT, REED = "B00AUTHOR1", "B00AUTHOR2"
SALT, FOG, TIDE, GERMAN, OTHER = "B0SALTROAD", "B0FOGHOUSE", "B0TIDELAND", "B0SALZWEGE", "B0SALTROA2"


def book_of(asin: str, title: str, region: str = "us", **more: object) -> Json:
    """A book."""
    return {
        "asin": asin,
        "authors": [{"asin": HOLT, "name": "Mira Holt"}],
        "copyright": 2019,
        "description": f"{title}, in short....",
        "formatType": "unabridged",
        "genres": [
            {"asin": "18580606011", "name": "Science Fiction & Fantasy", "type": "genre"},
            {"asin": "18580628011", "name": "Fantasy", "type": "tag"},
            {"asin": "18580629011", "name": "Sea Stories", "type": "tag"},
        ],
        "image": f"{{url}}/images/{asin}.png",
        "isAdult": False,
        "language": "english",
        "literatureType": "fiction",
        "narrators": [{"name": "Tobias Lark"}, {"name": "Ines Vale"}],
        "publisherName": "Harbour Audio",
        "rating": "4.6",
        "region": region,
        "releaseDate": "2019-03-05T00:00:00.000Z",
        "runtimeLengthMin": 612,
        "summary": f"<p><b>{title}</b> begins &amp; ends at sea.</p><p>A <i>second</i> paragraph.</p>",
        "title": title,
    } | more


BOOKS: dict[tuple[str, str], Json] = {
    (each["asin"], each["region"]): each
    for each in (
        book_of(SALT, "The Salt Road", seriesPrimary={"asin": "B0SERIES01", "name": "The Long Coast", "position": "1"}),
        book_of(FOG, "The Fog House", seriesPrimary={"asin": "B0SERIES01", "name": "The Long Coast", "position": "2"}),
        book_of(OTHER, "The Salt Road", narrators=[{"name": "Another Voice"}], summary="Read by somebody else."),
        book_of(TIDE, "Tideland", authors=[{"name": "Joan Reed"}], publisherName="Reed & Sons"),
        book_of(GERMAN, "Die Salzwege", "de", language="german", summary="<p>Auf See.</p>"),
    )
}
AUTHORS: dict[str, Json] = {
    HOLT: {
        "asin": HOLT,
        "description": "Mira Holt writes about the sea.",
        "genres": [{"asin": "18580606011", "name": "Science Fiction & Fantasy", "type": "genre"}],
        "image": f"{{url}}/images/{HOLT}.png",
        "name": "Mira Holt",
        "region": "us",
        "similar": [{"asin": REED, "name": "Joan Reed"}],
    },
    REED: {"asin": REED, "description": "", "name": "Joan Reed", "region": "us"},
}


def chapters_of(asin: str, runtime_ms: int, *chapters: tuple[int, str], **more: object) -> Json:
    """The chapters of a book: where each begins, in milliseconds, and its title."""
    ends = [*(at for at, _ in chapters[1:]), runtime_ms]
    return {
        "asin": asin,
        "brandIntroDurationMs": 0,
        "brandOutroDurationMs": 0,
        "chapters": [
            {"lengthMs": end - at, "startOffsetMs": at, "startOffsetSec": round(at / 1000), "title": title}
            for (at, title), end in zip(chapters, ends, strict=True)
        ],
        "isAccurate": True,
        "region": "us",
        "runtimeLengthMs": runtime_ms,
        "runtimeLengthSec": round(runtime_ms / 1000),
    } | more


@dataclass(slots=True, kw_only=True)
class Said:
    """An answer."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class AudiobookService(ThreadingHTTPServer):
    """``asked`` are all requests; ``say[path]`` answers a path in place of the data."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.say: dict[str, Said | Callable[[Asked], Said]] = {}
        self.books = {key: dict(book) for key, book in BOOKS.items()}
        self.chapters: dict[tuple[str, str], Json] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.serve(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is part of these tests."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def paths(self) -> list[str]:
        """What was asked for, but for pictures."""
        return [asked.path for asked in self.asked if not asked.path.startswith("/images/")]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        asked = Asked(
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in handler.headers.items()},
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

    def _answer(self, asked: Asked) -> Said:
        region = asked.query.get("region", "us")
        match asked.path.strip("/").split("/"):
            case ["images", name]:
                return Said(body=picture(name), content_type="image/png")
            case ["books", asin]:
                return self.json(self.books.get((asin, region)))
            case ["books", asin, "chapters"]:
                return self.json(self.chapters.get((asin, region)))
            case ["authors", asin]:
                return self.json(AUTHORS.get(asin))
            case ["authors"]:
                wanted = asked.query.get("name", "").casefold()
                found = [one for one in AUTHORS.values() if one["name"].casefold().startswith(wanted[:4])]
                return self.json([{"asin": one["asin"], "name": one["name"]} for one in found])
            case ["1.0", "catalog", "products"]:
                found = [book for book in self.books.values() if self._fits(book, asked.query)]
                return self.json({"products": [_product(book) for book in found], "total_results": len(found)})
        return self.json(None)

    @staticmethod
    def _fits(book: Json, query: dict[str, str]) -> bool:
        """As loosely as the catalogue searches: any word of the title will do."""
        words = set(query.get("title", "").casefold().split()) - {"the", "a"}
        return bool(words & set(str(book["title"]).casefold().split())) and book["region"] == "us"

    def json(self, value: object) -> Said:
        """An answer of this content; that there is no such thing for ``None``."""
        if value is None:
            error = {"statusCode": 404, "error": "Not Found", "message": "No such item"}
            return Said(status=404, body=json.dumps(error).encode())
        return Said(body=json.dumps(value).replace("{url}", self.url).encode())


def _product(book: Json) -> Json:
    return {
        "asin": book["asin"],
        "title": book["title"],
        "subtitle": book.get("subtitle"),
        "authors": book["authors"],
        "narrators": book["narrators"],
        "language": book["language"],
        "merchandising_summary": f"<p>{book['description']}</p>",
        "product_images": {"500": book["image"]},
        "publisher_name": book["publisherName"],
        "release_date": str(book["releaseDate"])[:10],
        "runtime_length_min": book["runtimeLengthMin"],
    }


@contextmanager
def audiobook_service() -> Iterator[AudiobookService]:
    """The service, until the block ends."""
    server = AudiobookService()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
