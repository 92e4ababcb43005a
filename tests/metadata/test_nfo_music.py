"""Kodi's NFO files for artists and albums."""

from vitascope.core.model import ArtKind
from vitascope.metadata import ArtReference, TrackEntry, read_nfo

ARTIST_ID = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
ALBUM_ID = "1b022e01-4da6-387b-8658-8678046e4cef"
TRACK_ID = "9c2a1b1e-0000-4000-8000-000000000001"


def test_artist() -> None:
    nfo = read_nfo(
        f"""<artist><name>The Coils</name><sortname>Coils, The</sortname>
        <musicBrainzArtistID>{ARTIST_ID}</musicBrainzArtistID><genre>Electronic</genre><style>Ambient, Drone</style>
        <mood>Calm</mood><formed>1994 in Leeds</formed><biography>They hum.</biography>
        <thumb>http://x/y.jpg</thumb><fanart><thumb>fanart.jpg</thumb></fanart>
        <album><title>Ohm</title><year>1999</year></album></artist>""".encode(),
        "artist.nfo",
    )
    assert nfo.kind == "artist"
    record = nfo.records[0]
    assert (record.title, record.title_sort, record.summary) == ("The Coils", "Coils, The", "They hum.")
    assert (record.genres, record.styles, record.moods) == (("Electronic",), ("Ambient", "Drone"), ("Calm",))
    assert (record.year, record.guids) == (1994, (f"mbid://{ARTIST_ID}",))
    assert record.art == (ArtReference(kind=ArtKind.ART, path="fanart.jpg"),)


def test_album_with_track_list() -> None:
    nfo = read_nfo(
        f"""<album><title>Ohm</title><musicbrainzalbumid>{ALBUM_ID}</musicbrainzalbumid>
        <artistdesc>The Coils</artistdesc><genre>Electronic</genre><compilation>false</compilation>
        <review>Warm.</review><type>album / compilation</type><releasedate>1999-05-04</releasedate><label>Hum</label>
        <rating max="10">8.1</rating><userrating>7</userrating>
        <albumArtistCredits><artist>The Coils</artist><musicBrainzArtistID>{ARTIST_ID}</musicBrainzArtistID>
        </albumArtistCredits>
        <track><position>1</position><title>Hum</title><duration>04:05</duration>
        <musicBrainzTrackID>{TRACK_ID}</musicBrainzTrackID></track>
        <track><position>x</position><title>Buzz</title><duration>1:00:01</duration></track>
        <track><position>3</position></track></album>""".encode(),
        "album.nfo",
    )
    record = nfo.records[0]
    assert (record.title, record.album_artist, record.year, record.available_at) == (
        "Ohm",
        "The Coils",
        1999,
        "1999-05-04",
    )
    assert (record.studio, record.compilation, record.summary) == ("Hum", False, "Warm.")
    assert record.album_formats == ("Album", "Compilation")
    assert (record.user_rating, record.ratings[0].value) == (7.0, 8.1)
    assert record.guids == (f"mbid://{ALBUM_ID}",)
    assert record.tracks == (
        TrackEntry(title="Hum", position=1, duration_ms=245_000, guid=f"mbid://{TRACK_ID}"),
        TrackEntry(title="Buzz", duration_ms=3_601_000),
    )
