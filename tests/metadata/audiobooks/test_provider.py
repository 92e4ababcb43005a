"""The provider against a service over real HTTP: what it asks, and that no answer does harm."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.metadata.audiobooks.test_pace import Clock
from tests.support.answering import unused_port
from tests.support.audiobook_service import (
    BOOKS,
    FOG,
    GERMAN,
    HOLT,
    OTHER,
    SALT,
    AudiobookService,
    Said,
    audiobook_service,
    chapters_of,
)

from vitascope.core.agents import AUDIOBOOKS
from vitascope.core.book_chapters import BookChapters
from vitascope.core.model import ChapterInfo, ItemType
from vitascope.egress import Fetcher, Reach
from vitascope.metadata.audiobooks import Audiobooks, KeptAnswers
from vitascope.metadata.online import Manner, MatchQuery, ProviderError, ProviderItem

MANNER = Manner(language="en-US")


@pytest.fixture
def service() -> Iterator[AudiobookService]:
    with audiobook_service() as running:
        yield running


class Asking:
    """The provider, asking the tests' service. Every name that is looked up is noted; only this machine is found."""

    def __init__(self, folder: Path, address: str) -> None:
        self.names: list[str] = []
        self.clock = Clock()
        self.provider = Audiobooks(
            Fetcher(user_agent="Vitascope/test", resolver=self._find),
            KeptAnswers(folder / "kept"),
            service_address=lambda: address,
            catalogue_address=lambda: address,
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    async def _find(self, host: str, _port: int) -> list[str]:
        self.names.append(host)
        return ["127.0.0.1"]

    def book(self, key: str = SALT, manner: Manner = MANNER) -> ProviderItem | None:
        return asyncio.run(self.provider.metadata(key, manner))

    def chapters(self, key: str = SALT, manner: Manner = MANNER) -> BookChapters | None:
        return asyncio.run(self.provider.chapters(key, manner))

    def match(self, manner: Manner = MANNER, **query: Any) -> list[ProviderItem]:
        return asyncio.run(self.provider.match(MatchQuery(**{"type": ItemType.ALBUM} | query), manner))


@pytest.fixture
def asking(service: AudiobookService, tmp_path: Path) -> Asking:
    return Asking(tmp_path, service.url)


def test_a_book(asking: Asking, service: AudiobookService) -> None:
    book = asking.book()
    assert book is not None
    assert (book.guid, book.type) == (f"{AUDIOBOOKS}://album/{SALT}", ItemType.ALBUM)
    record = book.record
    assert record.summary == "The Salt Road begins & ends at sea.\n\nA second paragraph."
    assert (record.studio, record.available_at, record.year) == ("Harbour Audio", "2019-03-05", 2019)
    assert [picture.url for picture in book.pictures] == [f"{service.url}/images/{SALT}.png"]
    assert service.asked[0].query == {"region": "us"}


def test_an_author(asking: Asking, service: AudiobookService) -> None:
    (found,) = [one for one in asking.match(type=ItemType.ARTIST, title="Mira Holt") if one.score == 100]
    assert found.rating_key == f"author-{HOLT}"
    author = asking.book(found.rating_key)
    assert author is not None
    assert (author.type, author.record.title) == (ItemType.ARTIST, "Mira Holt")
    assert service.paths() == ["/authors", f"/authors/{HOLT}"]


def test_by_title_and_author(asking: Asking, service: AudiobookService) -> None:
    found = asking.match(title="The Salt Road (Unabridged)", parent_title="Mira Holt")
    assert [(one.rating_key, one.score) for one in found[:2]] == [(SALT, 100), (OTHER, 100)]
    assert service.asked[0].query == {
        "title": "The Salt Road",
        "author": "Mira Holt",
        "num_results": "10",
        "products_sort_by": "Relevance",
        "response_groups": "contributors,media,product_attrs,product_desc",
    }


def test_by_id_and_region(asking: Asking) -> None:
    assert [(one.rating_key, one.score) for one in asking.match(title="X", guid=f"asin://{SALT}")] == [(SALT, 100)]
    assert [one.rating_key for one in asking.match(title=SALT.lower())] == [SALT]
    assert [one.rating_key for one in asking.match(title=f"[de] {GERMAN}")] == [f"{GERMAN}_de"]
    assert asking.match(title=GERMAN) == []  # not sold in this region
    assert [one.rating_key for one in asking.match(Manner(language="de"), title=GERMAN)] == [GERMAN]
    assert [one.rating_key for one in asking.match(Manner(language="de", region="us"), title=SALT)] == [SALT]
    assert asking.book(f"{GERMAN}_de") is not None


SAID = chapters_of(SALT, 90_000, (0, "Opening Credits"), (10_000, "One"), brandIntroDurationMs=2_043)


def test_chapters(asking: Asking, service: AudiobookService) -> None:
    service.chapters[SALT, "us"] = SAID
    assert (
        asking.chapters()
        == asking.chapters(f"{SALT}_us")
        == BookChapters(
            runtime_ms=90_000,
            intro_ms=2_043,
            chapters=(
                ChapterInfo(start_ms=0, end_ms=10_000, title="Opening Credits"),
                ChapterInfo(start_ms=10_000, end_ms=90_000, title="One"),
            ),
        )
    )
    assert service.paths() == [f"/books/{SALT}/chapters"]
    assert service.asked[0].query == {"region": "us"}
    assert asking.chapters(FOG) is None
    for key in (f"author-{HOLT}", "../../etc", f"{SALT}_xx"):
        assert asking.chapters(key) is None


@pytest.mark.parametrize(
    "more",
    [
        {"isAccurate": False},
        {"runtimeLengthMs": 0},
        {"runtimeLengthMs": "long"},
        {"runtimeLengthMs": None},
        {"asin": FOG},
        {"region": "uk"},
        {"chapters": None},
        {"chapters": {"0": "One"}},
    ],
)
def test_chapters_that_are_none(more: dict[str, object], asking: Asking, service: AudiobookService) -> None:
    service.chapters[SALT, "us"] = SAID | more
    assert asking.chapters() is None


def test_hostile_chapters(asking: Asking, service: AudiobookService) -> None:
    odd: list[object] = [
        None, 7, "One", {}, {"startOffsetMs": -1}, {"startOffsetMs": 10**30}, {"startOffsetMs": True}, {"title": "No"},
        {"startOffsetMs": 5, "lengthMs": "x", "title": ["a"]},
        *({"startOffsetMs": 10, "lengthMs": 10**30, "title": "T" * 300} for _ in range(2_500)),
    ]  # fmt: skip
    service.chapters[SALT, "us"] = SAID | {"chapters": odd, "brandIntroDurationMs": 10**12}
    found = asking.chapters()
    assert found is not None
    assert found.intro_ms == 0
    assert found.chapters[0] == ChapterInfo(start_ms=5, end_ms=5)
    assert len(found.chapters) < 2_000
    assert {len(one.title or "") for one in found.chapters[1:]} == {255}
    assert {one.end_ms for one in found.chapters[1:]} == {10}


def test_a_series_is_a_collection_unless_it_is_not_wanted(asking: Asking) -> None:
    for wanted, names in ((True, ("The Long Coast",)), (False, ())):
        book = asking.book(manner=Manner(language="en-US", series_collections=wanted))
        assert book is not None
        assert book.record.collections == names


def test_for_what_it_does_not_know_nobody_is_asked(asking: Asking, service: AudiobookService) -> None:
    assert asking.match(type=ItemType.MOVIE, title="The Salt Road") == []
    assert asking.match(title="The Salt Road", guid="mbid://1b62df85-00d3-464f-81cd-a4be93bbd6e7") == []
    assert asking.match(title="[Unknown Album]", parent_title="Mira Holt") == []
    for key in ("../../etc", "B0SHORT", f"{SALT}_xx", f"{SALT}/chapters", f"{SALT}?region=de", ""):
        assert asking.book(key) is None
    assert service.asked == []


def test_an_answer_is_kept_for_a_day(asking: Asking, service: AudiobookService) -> None:
    assert asking.book() == asking.book()
    assert service.paths() == [f"/books/{SALT}"]
    service.say["/books/B000000000"] = Said(status=404)
    for _ in range(2):  # that there is nothing is not kept
        assert asking.book("B000000000") is None
    assert len(service.asked) == 3


def test_a_limit_of_the_service(asking: Asking, service: AudiobookService) -> None:
    service.say[f"/books/{SALT}"] = Said(status=429, headers={"Retry-After": "90"})
    with pytest.raises(ProviderError, match="429") as caught:
        asking.book()
    assert (caught.value.again, caught.value.wait_s) == (True, 90)
    del service.say[f"/books/{SALT}"]
    with pytest.raises(ProviderError, match="left alone"):
        asking.book(FOG)
    assert asking.match(title="The Salt Road", parent_title="Mira Holt")  # the catalogue is another service
    asking.clock.now += 91
    assert asking.book() is not None
    assert service.paths().count(f"/books/{FOG}") == 0


@pytest.mark.parametrize(
    "said",
    [
        Said(status=500),
        Said(status=503, body=b"<html>", content_type="text/html"),
        Said(status=503, headers={"Retry-After": "1"}),
        Said(body=b"<html><title>Welcome to our hotel</title>", content_type="text/html"),
        Said(body=b"<html><title>Welcome to our hotel</title>"),
        Said(body=b""),
        Said(body=b'{"asin": "B0'),
        Said(body=b"[" * 100_000),
        Said(status=302, headers={"Location": "http://127.0.0.2:1/other"}),
        Said(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
    ],
)
def test_what_is_no_word_of_the_service_is_asked_for_again(
    said: Said, asking: Asking, service: AudiobookService
) -> None:
    service.say[f"/books/{SALT}"] = said
    with pytest.raises(ProviderError) as caught:
        asking.book()
    assert caught.value.again
    del service.say[f"/books/{SALT}"]
    asking.clock.now += 100
    assert asking.book() is not None  # nothing of it was kept


@pytest.mark.parametrize(
    "said",
    [
        Said(status=404),
        Said(status=400, body=b'{"statusCode":400,"error":"Bad Request","message":"Bad ASIN"}'),
        Said(body=b"null"),
        Said(body=b"[]"),
        Said(body=b"{}"),
        Said(body=json.dumps(BOOKS[SALT, "us"] | {"region": "uk"}).encode()),
        Said(body=json.dumps(BOOKS[SALT, "us"] | {"region": ["us"]}).encode()),
        Said(body=json.dumps(BOOKS[FOG, "us"]).encode()),
        Said(body=json.dumps(BOOKS[SALT, "us"] | {"title": {"a": 1}}).encode()),
    ],
)
def test_what_says_nothing_of_the_book_in_this_region(said: Said, asking: Asking, service: AudiobookService) -> None:
    service.say[f"/books/{SALT}"] = said
    assert asking.book() is None


def test_too_much_is_not_taken(asking: Asking, service: AudiobookService) -> None:
    service.say[f"/books/{SALT}"] = Said(body=b'{"title": "' + b"x" * (3 * 1024 * 1024) + b'"}')
    with pytest.raises(ProviderError) as caught:
        asking.book()
    assert not caught.value.again


def test_nobody_there_is_no_more_than_a_reason_to_ask_later(tmp_path: Path) -> None:
    with unused_port() as port:
        away = Asking(tmp_path, f"http://127.0.0.1:{port}")
        for ask in (away.book, lambda: away.match(title="The Salt Road")):
            with pytest.raises(ProviderError) as caught:
                ask()
            assert caught.value.again


@pytest.mark.parametrize(
    ("manner", "hosts"),
    [
        (MANNER, ["api.audnex.us", "api.audible.com"]),
        (Manner(language="de-DE"), ["api.audnex.us", "api.audible.de"]),
        (Manner(language="en-GB"), ["api.audnex.us", "api.audible.co.uk"]),
        (Manner(language="en", region="jp"), ["api.audnex.us", "api.audible.co.jp"]),
    ],
)
def test_who_is_asked_unless_the_owner_says_otherwise(manner: Manner, hosts: list[str], tmp_path: Path) -> None:
    """And that a public name which leads into the home network is not followed there."""
    public = Asking(tmp_path, "")
    for ask in (lambda: public.book(manner=manner), lambda: public.match(manner, title="The Salt Road")):
        with pytest.raises(ProviderError) as caught:
            ask()
        assert caught.value.again
    assert public.names == hosts


def test_how_far_it_goes_for_pictures(asking: Asking, service: AudiobookService, tmp_path: Path) -> None:
    assert asking.provider.reach(f"{service.url}/images/a.png") is Reach.OWNER_CHOSEN
    assert asking.provider.reach("https://m.media-amazon.com/images/I/a.jpg") is Reach.PUBLIC_ONLY
    assert asking.provider.reach("http://127.0.0.1:1/a.png") is Reach.PUBLIC_ONLY
    assert Asking(tmp_path, "").provider.reach("https://api.audnex.us/a.png") is Reach.PUBLIC_ONLY


HOSTILE: dict[str, Any] = {
    "title": "T" * 100_000 + "\x00\u202e",
    "summary": "<script>alert(1)</script>" + "<p>x" * 100_000,
    "publisherName": ["a"],
    "rating": "1e999",
    "releaseDate": 20190305,
    "authors": "Mira Holt",
    "narrators": [None, 7, {"name": None}, {"name": "A" * 2_000}, {"name": "B"}] * 100,
    "genres": [{"name": "G", "type": ["genre"]}, {"type": "genre"}, {"name": {"a": 1}, "type": "tag"}],
    "seriesPrimary": {"name": "S", "position": "../../9"},
    "image": "http://" + "x" * 5_000,
}


@pytest.mark.parametrize("field", HOSTILE)
def test_a_hostile_value_costs_no_more_than_itself(field: str, asking: Asking, service: AudiobookService) -> None:
    service.books[SALT, "us"][field] = HOSTILE[field]
    book = asking.book()
    assert book is not None
    assert len(book.record.title or "") <= 500
    assert len(book.record.summary or "") <= 20_000
    assert "script" not in (book.record.summary or "")
    assert len(book.record.styles) <= 50
    assert all(0 < rating.value <= 10 for rating in book.record.ratings)
    said = asking.match(title="The Salt Road", parent_title="Mira Holt")
    assert FOG not in [one.rating_key for one in said if (one.score or 0) >= 85]


@pytest.mark.parametrize("products", [None, 7, {}, [None], [{"asin": "../x", "title": "T"}], [{"asin": SALT}], "x"])
def test_hostile_searches(products: object, asking: Asking, service: AudiobookService) -> None:
    service.say["/1.0/catalog/products"] = service.json({"products": products})
    service.say["/authors"] = service.json(products if products is not None else "x")
    assert asking.match(title="The Salt Road", parent_title="Mira Holt") == []
    assert asking.match(type=ItemType.ARTIST, title="Mira Holt") == []
