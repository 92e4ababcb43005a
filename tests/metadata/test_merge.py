"""Which source wins for which field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.metadata import MetadataRecord, SourcedRecord, SourceKind, merge

NFO = SourcedRecord(
    kind=SourceKind.NFO,
    name="movie.nfo",
    record=MetadataRecord(title="From NFO", genres=("Drama",), guids=("imdb://tt0000001",)),
)
TAGS = SourcedRecord(
    kind=SourceKind.TAGS,
    record=MetadataRecord(
        title="From tags", year=1999, genres=("Comedy", "Noir"), guids=("tmdb://5", "imdb://tt0000002")
    ),
)
NAME = SourcedRecord(kind=SourceKind.NAME, record=MetadataRecord(title="From name", year=2001, edition="Uncut"))


def test_the_believed_source_wins_field_by_field() -> None:
    merged = merge([NAME, TAGS, NFO])
    assert merged.record == MetadataRecord(
        title="From NFO", year=1999, edition="Uncut", genres=("Drama",), guids=("imdb://tt0000001", "tmdb://5")
    )
    assert merged.provenance == {
        "title": "movie.nfo",
        "genres": "movie.nfo",
        "guids": "movie.nfo",
        "year": "tags",
        "edition": "name",
    }


def test_an_edit_beats_everything() -> None:
    edit = SourcedRecord(kind=SourceKind.EDIT, record=MetadataRecord(title="Mine"))
    assert merge([NFO, edit]).record.title == "Mine"


def test_a_locked_field_stays_even_when_empty() -> None:
    current = MetadataRecord(title="Kept", year=1950)
    merged = merge([NFO, TAGS], locked=["title", "genres", "guids"], current=current)
    assert merged.record.title == "Kept"
    assert merged.record.genres == ()
    assert merged.record.guids == ()
    assert merged.record.year == 1999
    assert merged.provenance["title"] == merged.provenance["genres"] == "locked"


def test_of_two_of_one_kind_the_first_is_believed() -> None:
    other = SourcedRecord(kind=SourceKind.NFO, record=MetadataRecord(title="Second", tagline="only here"))
    record = merge([NFO, other]).record
    assert (record.title, record.tagline) == ("From NFO", "only here")


def test_false_and_zero_are_something() -> None:
    first = SourcedRecord(kind=SourceKind.NFO, record=MetadataRecord(compilation=False, season=0, content_rating_age=0))
    second = SourcedRecord(
        kind=SourceKind.TAGS, record=MetadataRecord(compilation=True, season=3, content_rating_age=18)
    )
    record = merge([second, first]).record
    assert (record.compilation, record.season, record.content_rating_age) == (False, 0, 0)


def test_unknown_locks_are_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        merge([NFO], locked=["nonsense"])


def test_nothing_merges_to_nothing() -> None:
    merged = merge([])
    assert merged.record == MetadataRecord()
    assert merged.provenance == {}


@given(st.permutations([NFO, TAGS, NAME]))
def test_order_of_different_kinds_does_not_matter(sources: list[SourcedRecord]) -> None:
    assert merge(sources) == merge([NFO, TAGS, NAME])
