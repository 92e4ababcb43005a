"""Tracks, albums and artists from embedded tags."""

from msgspec import structs

from vitascope.media.tags import AudioTags
from vitascope.metadata import MetadataRecord
from vitascope.metadata.music import album_record, artist_record, track_record

ARTIST_ID = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
GUEST_ID = "6b11f4ce-a62d-471e-81fc-a69a8278c7da"
RELEASE_ID = "1b022e01-4da6-387b-8658-8678046e4cef"
TRACK_ID = "9c2a1b1e-0000-4000-8000-000000000001"

HUM = AudioTags(
    title="Hum",
    artist="The Coils",
    album_artist="The Coils",
    album_artist_sort="Coils, The",
    album="Ohm",
    track=1,
    disc=1,
    date="2009-05-04",
    year=2009,
    original_date="1999-05-04",
    genres=("Electronic", "Ambient"),
    moods=("Calm",),
    label="Resistor",
    composer="A. Volt",
    rating=8.0,
    musicbrainz_track_id=TRACK_ID,
    musicbrainz_release_id=RELEASE_ID,
    musicbrainz_album_artist_ids=(ARTIST_ID,),
    musicbrainz_artist_ids=(ARTIST_ID,),
)
BUZZ = structs.replace(
    HUM,
    title="Buzz",
    artist="The Coils feat. Ada",
    track=2,
    genres=("Electronic", "ambient"),
    musicbrainz_artist_ids=(ARTIST_ID, GUEST_ID),
)


def test_track() -> None:
    assert track_record(HUM) == MetadataRecord(
        title="Hum",
        album_artist="The Coils",
        album_artist_sort="Coils, The",
        album="Ohm",
        track_number=1,
        disc_number=1,
        year=1999,
        available_at="1999-05-04",
        genres=("Electronic", "Ambient"),
        moods=("Calm",),
        writers=("A. Volt",),
        user_rating=8.0,
        guids=(f"mbid://{TRACK_ID}",),
    )


def test_a_performer_who_is_not_the_albums_artist_is_shown() -> None:
    record = track_record(BUZZ)
    assert (record.artist, record.original_title) == ("The Coils feat. Ada", "The Coils feat. Ada")


def test_without_album_artist_the_performer_is_it() -> None:
    record = track_record(AudioTags(title="x", artist="Solo"))
    assert (record.album_artist, record.artist, record.original_title) == ("Solo", "Solo", None)


def test_album_by_majority() -> None:
    odd = structs.replace(HUM, album="Ohm (bonus)", original_date="2009", label="Other", genres=("Noise",))
    assert album_record([HUM, BUZZ, odd]) == MetadataRecord(
        title="Ohm",
        album_artist="The Coils",
        album_artist_sort="Coils, The",
        year=1999,
        available_at="1999-05-04",
        studio="Resistor",
        studios=("Resistor",),
        genres=("Electronic", "Ambient", "Noise"),
        moods=("Calm",),
        guids=(f"mbid://{RELEASE_ID}",),
    )


def test_a_rare_genre_does_not_make_the_album() -> None:
    tracks = [HUM] * 9 + [structs.replace(HUM, genres=("Polka",))]
    assert album_record(tracks).genres == ("Electronic", "Ambient")
    lonely = [structs.replace(HUM, genres=(f"G{number}",)) for number in range(10)]
    assert len(album_record(lonely).genres) == 10


def test_date_of_another_year_is_not_taken() -> None:
    tracks = [
        AudioTags(album="A", year=1980),
        AudioTags(album="A", year=1980),
        AudioTags(album="A", date="1999-01-01", year=1999),
    ]
    record = album_record(tracks)
    assert (record.year, record.available_at) == (1980, None)


def test_compilation_by_flag_by_name_and_by_its_performers() -> None:
    flagged = [structs.replace(HUM, compilation=True)] * 2 + [HUM]
    named = [structs.replace(HUM, album_artist="various artists")] * 2
    mixed = [AudioTags(album="Mix", artist=name, title="t") for name in ("A", "B", "C", "D")]
    for tracks in (flagged, named, mixed):
        record = album_record(tracks)
        assert record.compilation is True
        assert record.album_subformats == ("Compilation",)
    assert album_record(mixed).album_artist == "Various Artists"
    assert album_record([HUM, BUZZ]).compilation is None
    assert album_record(mixed[:2]).compilation is None


def test_audiobook() -> None:
    chapter = AudioTags(
        title="One", artist="A. Writer", album="Book", narrator="R. Voice", series="Saga", comment="About."
    )
    record = album_record([chapter] * 3)
    assert (record.styles, record.moods, record.summary) == (("R. Voice",), ("Series: Saga",), "About.")
    assert album_record([structs.replace(HUM, comment="ripped by x")]).summary is None


def test_artist() -> None:
    assert artist_record([BUZZ, HUM, HUM]) == MetadataRecord(
        title="The Coils",
        title_sort="Coils, The",
        genres=("Electronic", "ambient"),
        guids=(f"mbid://{ARTIST_ID}",),
    )
    two = structs.replace(HUM, album_artist="A & B", musicbrainz_album_artist_ids=(ARTIST_ID, GUEST_ID))
    assert artist_record([two]).guids == ()


def test_nothing_in_nothing_out() -> None:
    assert album_record([]) == artist_record([]) == track_record(AudioTags()) == MetadataRecord()
    assert album_record([AudioTags()]) == artist_record([AudioTags()]) == MetadataRecord()
