"""Source URIs: every form that clients send, and what is none."""

from base64 import urlsafe_b64encode
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.query.source_uri import (
    MAX_ITEMS,
    BelowSource,
    CollectionSource,
    FolderSource,
    HubSource,
    ItemsSource,
    Level,
    PlaylistSource,
    SectionSource,
    Source,
    SourceError,
    SourceUri,
    View,
    parse_source_uri,
)

MACHINE = "0123456789abcdef0123456789abcdef01234567"
ROOT = f"server://{MACHINE}/com.plexapp.plugins.library"
UUID = "2d8ea42e-7845-498b-b349-095ecaa3c451"


def parse(text: str) -> SourceUri:
    return parse_source_uri(text, machine_identifier=MACHINE)


KEYS: list[tuple[str, Source]] = [
    ("/library/metadata/1,2,1", ItemsSource(ids=(1, 2, 1))),
    ("/library/metadata/5", ItemsSource(ids=(5,))),
    ("/library/metadata", ItemsSource(ids=())),
    ("/library/metadata/5/children", BelowSource(item_id=5, level=Level.CHILDREN)),
    ("/library/metadata/5/children?excludeAllLeaves=1", BelowSource(item_id=5, level=Level.CHILDREN)),
    ("/library/metadata/5/grandchildren", BelowSource(item_id=5, level=Level.GRANDCHILDREN)),
    ("/library/metadata/5/allLeaves", BelowSource(item_id=5, level=Level.LEAVES)),
    ("/library/metadata/5/extras", BelowSource(item_id=5, level=Level.EXTRAS)),
    (
        "/library/sections/1/all?type=1&push=1&genre=7&or=1&year%3E%3E=1990&pop=1&title%3D=A%2CB",
        SectionSource(
            section_id=1,
            view=View.ALL,
            pairs=(
                ("type", "1"),
                ("push", "1"),
                ("genre", "7"),
                ("or", "1"),
                ("year>>", "1990"),
                ("pop", "1"),
                ("title=", "A,B"),
            ),
        ),
    ),
    ("/library/sections/1/all", SectionSource(section_id=1, view=View.ALL, pairs=())),
    ("/library/sections/1/collections", SectionSource(section_id=1, view=View.COLLECTIONS, pairs=())),
    ("/library/sections/1/albums", SectionSource(section_id=1, view=View.ALBUMS, pairs=())),
    ("/library/sections/1/recentlyAdded", SectionSource(section_id=1, view=View.RECENTLY_ADDED, pairs=())),
    ("/library/sections/1/onDeck", SectionSource(section_id=1, view=View.ON_DECK, pairs=())),
    ("/library/all?type=4", SectionSource(section_id=None, view=View.ALL, pairs=(("type", "4"),))),
    ("/library/onDeck", SectionSource(section_id=None, view=View.ON_DECK, pairs=())),
    ("/library/sections/1/folder", FolderSource(section_id=1, location_id=None, path=b"")),
    (
        "/library/sections/1/folder?parent=3." + urlsafe_b64encode(b"a/\xff").decode().rstrip("="),
        FolderSource(section_id=1, location_id=3, path=b"a/\xff"),
    ),
    ("/library/collections/9/children", CollectionSource(collection_id=9)),
    ("/library/collections/9/items", CollectionSource(collection_id=9)),
    ("/library/collections/9", CollectionSource(collection_id=9)),
    ("/playlists/7/items", PlaylistSource(playlist_id=7)),
    ("/playlists/7", PlaylistSource(playlist_id=7)),
    ("/hubs/home/recentlyAdded?type=1", HubSource(path="/hubs/home/recentlyAdded", pairs=(("type", "1"),))),
    ("/library/sections/3/stations/1", HubSource(path="/library/sections/3/stations/1", pairs=())),
    ("/library/metadata/5/station/abc", HubSource(path="/library/metadata/5/station/abc", pairs=())),
]


@pytest.mark.parametrize(("key", "source"), KEYS)
def test_a_key_means_the_same_in_every_form(key: str, source: Source) -> None:
    assert parse(key) == SourceUri(text=key, key=key, source=source)
    assert parse(ROOT + key) == SourceUri(text=ROOT + key, key=key, source=source)
    provider = f"provider://com.plexapp.plugins.library{key}"
    assert parse(provider) == SourceUri(text=provider, key=key, source=source)
    for kind in ("item", "directory"):
        encoded = f"library://{UUID}/{kind}/{quote(key, safe='')}"
        assert parse(encoded) == SourceUri(text=encoded, key=key, source=source, section_uuid=UUID)
        nowhere = f"library:///{kind}/{quote(key, safe='')}"
        assert parse(nowhere) == SourceUri(text=nowhere, key=key, source=source)
        plain = f"library://{UUID}/{kind}{key}"
        assert parse(plain).source == source


def test_values_of_a_query_inside_a_library_uri_are_encoded_once_more() -> None:
    uri = f"library://{UUID}/directory/%2Flibrary%2Fsections%2F1%2Fall%3Falbum%2Egenre!%3DBooks%2520%2526%2520Spoken"
    source = parse(uri).source
    assert isinstance(source, SectionSource)
    assert source.pairs == (("album.genre!", "Books & Spoken"),)


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("", "neither"),
        ("library/metadata/1", "neither"),
        ("http://example.com/library/metadata/1", "'http'"),
        ("file:///etc/passwd", "'file'"),
        (f"server://{'f' * 40}/com.plexapp.plugins.library/library/metadata/1", "machine identifier"),
        (f"server://{MACHINE}/com.plexapp.plugins.itunes/library/metadata/1", "provider"),
        (f"server://{MACHINE}", "provider"),
        (f"{ROOT}", "no path"),
        ("provider://tv.plex.provider.vod/library/metadata/1", "provider"),
        (f"library://{UUID}/thing/%2Flibrary%2Fmetadata%2F1", "item/ or directory/"),
        (f"library://{UUID}", "item/ or directory/"),
        ("/", "no list of items"),
        ("//evil.example/library/metadata/1", "no path"),
        ("/library/metadata/1,,2", "no id"),
        ("/library/metadata/1,-2", "no id"),
        ("/library/metadata/٣", "no id"),
        ("/library/metadata/9999999999999999999", "no id"),
        ("/library/metadata/0", "no id"),
        ("/library/metadata/../../etc", "no list"),
        ("/library/metadata/1/file", "no list"),
        ("/library/sections/x/all", "no id"),
        ("/library/sections/1/refresh", "no list"),
        ("/library/sections/1/folder?parent=1.!!!", "no folder"),
        ("/library/sections/1/folder?parent=x.YQ", "no id"),
        ("/library/sections/1/all?title=%00", "NUL"),
        ("/library/metadata/1\0", "NUL"),
        ("/status/sessions", "no list"),
        ("/library/metadata/" + ",".join("1" for _ in range(MAX_ITEMS + 1)), "more than"),
        ("/library/sections/1/all?" + "a=1&" * 2_000, "cannot be read"),
        ("/library/metadata/" + "1" * 300_000, "longer than"),
        ("/[", "no list"),
    ],
)
def test_what_is_no_source_is_refused_with_a_reason(uri: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        parse(uri)


@given(st.text())
def test_any_text_is_a_source_or_refused(text: str) -> None:
    for uri in (text, f"/{text}", f"{ROOT}/library/{text}", f"library://{text}", f"/library/sections/1/{text}"):
        try:
            found = parse(uri)
        except SourceError:
            continue
        assert found.text == uri


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=20), st.integers(1, 2**63 - 1))
def test_a_query_keeps_its_pairs_and_their_order(pairs: list[tuple[str, str]], section_id: int) -> None:
    pairs = [(_clean(name) or "x", _clean(value)) for name, value in pairs]
    key = f"/library/sections/{section_id}/all?{urlencode(pairs)}"
    wanted = SectionSource(section_id=section_id, view=View.ALL, pairs=tuple(pairs))
    assert parse(ROOT + key).source == wanted
    assert parse(f"library://{UUID}/directory/{quote(key, safe='')}").source == wanted


def _clean(text: str) -> str:
    """What can be sent: no NUL, and nothing that is not UTF-8."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


@given(st.lists(st.integers(1, 2**63 - 1), min_size=1, max_size=50))
def test_items_keep_their_order(ids: list[int]) -> None:
    key = "/library/metadata/" + ",".join(map(str, ids))
    assert parse(ROOT + key).source == ItemsSource(ids=tuple(ids))
    assert parse(f"library:///item/{quote(key, safe='')}").source == ItemsSource(ids=tuple(ids))
