"""Reading what providers say: what is taken, and that nothing they can write does harm."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vitascope.core.model import ItemType
from vitascope.metadata.online import ProviderError, read_description, read_items
from vitascope.metadata.online.answers import rating_key_of

ME = "tv.plex.agents.custom.me"
FILM: dict[str, Any] = {"type": "movie", "ratingKey": "f-1", "guid": f"{ME}://movie/f-1", "title": "Film"}


def read(*items: object) -> list[Any]:
    found, _ = read_items(json.dumps({"MediaContainer": {"Metadata": items}}).encode(), ME)
    return found


def test_a_film() -> None:
    (film,) = read(
        FILM
        | {
            "year": "1999",
            "originallyAvailableAt": "1999-04-02T00:00:00Z",
            "duration": 5_400_000,
            "contentRating": "de/16",
            "Guid": [{"id": "imdb://tt0133093"}, {"id": "evil://1"}, {"id": "tmdb://603"}],
            "Genre": [{"tag": "Drama"}, {"tag": "Drama"}, {"tag": " "}],
            "Role": [{"tag": "B", "order": 2}, {"tag": "A", "order": 1, "role": "Hero"}],
            "Rating": [{"image": "themoviedb://image.rating", "type": "audience", "value": "8.31"}],
            "Image": [{"type": "clearLogo", "url": "https://x/logo.png"}, {"type": "other", "url": "https://x/y"}],
            "thumb": "https://x/poster.jpg",
        }
    )
    record = film.record
    assert (record.title, record.year, record.available_at) == ("Film", 1999, "1999-04-02")
    assert (record.content_rating, record.content_rating_age) == ("de/16", 16)
    assert record.guids == ("imdb://tt0133093", "tmdb://603")
    assert record.genres == ("Drama",)
    assert [(role.name, role.role) for role in record.roles] == [("A", "Hero"), ("B", None)]
    assert [(rating.source, rating.value) for rating in record.ratings] == [("themoviedb", 8.3)]
    assert [(each.kind, each.url) for each in film.pictures] == [
        ("thumb", "https://x/poster.jpg"),
        ("clearLogo", "https://x/logo.png"),
    ]


def test_pictures_of_each_kind_in_order_each_once_and_so_many() -> None:
    (film,) = read(
        FILM
        | {
            "theme": "https://x/t.mp3",
            "Image": [{"type": "coverPoster", "url": f"https://x/{number // 2}"} for number in range(100)],
            "art": "https://x/" + "y" * 2_000,
            "Role": [
                {"tag": "A", "thumb": "https://x/a"},
                {"tag": "A", "thumb": "https://x/b"},
                {"tag": "B", "thumb": 7},
            ],
            "Director": [{"tag": "B"}, {"tag": "C", "thumb": "https://x/c"}],
        }
    )
    assert [(each.kind, each.url) for each in film.pictures if each.name is None] == [
        ("theme", "https://x/t.mp3"),
        *(("thumb", f"https://x/{number}") for number in range(30)),
    ]
    assert [(each.name, each.url) for each in film.pictures if each.kind == "person"] == [
        ("A", "https://x/a"),
        ("B", "7"),
        ("C", "https://x/c"),
    ]


def test_children_come_along_two_levels_deep() -> None:
    episode = {"type": "episode", "ratingKey": "e", "title": "E", "index": 1, "parentIndex": 1}
    season = {"type": "season", "ratingKey": "s", "title": "S", "index": 1, "Children": {"Metadata": [episode]}}
    (show,) = read(
        {"type": "show", "ratingKey": "t", "title": "T", "Children": {"Metadata": [season, season | {"title": 0}]}}
    )
    assert [child.rating_key for child in show.children] == ["s", "s"]
    assert show.children[0].children[0].type is ItemType.EPISODE
    deep: dict[str, Any] = {"type": "show", "ratingKey": "d", "title": "D"}
    for _ in range(200):
        deep = {"type": "show", "ratingKey": "d", "title": "D", "Children": {"Metadata": [deep]}}
    assert read(deep)[0].children[0].children[0].children == ()


@pytest.mark.parametrize(
    "change",
    [
        {"type": "photo"},
        {"type": 1},
        {"ratingKey": None, "guid": None},
        {"ratingKey": "../../etc/passwd"},
        {"ratingKey": "a/b"},
        {"ratingKey": ".."},
        {"ratingKey": "x" * 201},
        {"guid": "plex://movie/f-1"},
        {"guid": f"{ME}://movie/another"},
        {"guid": f"{ME}://show/f-1"},
        {"title": ""},
        {"title": "\x00\u202e"},
    ],
)
def test_what_is_no_item_of_this_provider_is_passed_over(change: dict[str, Any]) -> None:
    assert read(FILM | change, FILM)[-1].rating_key == "f-1"
    assert len(read(FILM | change)) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"MediaContainer": []}', b"\xff", b"[" * 50_000])
def test_what_is_no_answer(body: bytes) -> None:
    with pytest.raises(ProviderError):
        read_items(body, ME)
    with pytest.raises(ProviderError):
        read_description(body)


_texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["tag", "id", "url", "type", "value", "image", "title", "Metadata", "order"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_names = [
    *("year", "summary", "duration", "Guid", "Genre", "Role", "Rating", "Image", "Children", "index", "parentIndex"),
    *("thumb", "originallyAvailableAt", "contentRating", "studio", "Studio", "titleSort", "Collection"),
]


@given(st.dictionaries(st.sampled_from(_names), _json, max_size=6))
@example({"year": "0\x1f"})  # a space to patterns and not to numbers
def test_no_value_of_any_field_does_harm(said: dict[str, Any]) -> None:
    (film,) = read(FILM | said)
    assert film.guid == FILM["guid"]
    assert len(film.record.summary or "") <= 20_000


def test_guids() -> None:
    assert rating_key_of(f"{ME}://movie/f-1", ME) == "f-1"
    for other in ("plex://movie/f-1", f"{ME}://movie/", f"{ME}://x/f-1", f"{ME}://movie/../x", "nonsense"):
        assert rating_key_of(other, ME) is None
