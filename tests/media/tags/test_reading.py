"""Tags of every family, written by mutagen as music taggers write them."""

import base64
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen.apev2
import mutagen.asf
import mutagen.flac
import mutagen.id3
import mutagen.mp4
import mutagen.oggopus
import mutagen.oggvorbis
import pytest
from tests.support.samples import copy_of, sample

from vitascope.core.model import FileClass
from vitascope.media.probe.tasks import InspectArgs, inspect
from vitascope.media.tags import AudioTags, ReplayGain, extract_picture, read_tags
from vitascope.media.workers import MediaError, Reason

RECORDING = "11111111-1111-4111-8111-111111111111"
RELEASE = "22222222-2222-4222-8222-222222222222"
GROUP = "33333333-3333-4333-8333-333333333333"
ARTIST = "44444444-4444-4444-8444-444444444444"
OTHER_ARTIST = "55555555-5555-4555-8555-555555555555"
RELEASE_TRACK = "66666666-6666-4666-8666-666666666666"

EXPECTED = AudioTags(
    title="Ærø",
    artist="Anna & Bob",
    artists=("Anna", "Bob"),
    album_artist="Various Artists",
    album="The Album",
    track=3,
    track_total=12,
    disc=2,
    disc_total=2,
    date="2001-02-03",
    year=2001,
    original_date="1999",
    genres=("Rock", "Pop"),
    moods=("Calm",),
    composer="Clara",
    label="Label",
    compilation=True,
    comment="A remark",
    title_sort="Aero",
    artist_sort="Anna",
    album_artist_sort="Various",
    album_sort="Album, The",
    replay_gain=ReplayGain(track_gain=-6.5, track_peak=0.95, album_gain=-7.25, album_peak=0.99),
    lyrics="First line\nSecond line",
    musicbrainz_recording_id=RECORDING,
    musicbrainz_track_id=RELEASE_TRACK,
    musicbrainz_release_id=RELEASE,
    musicbrainz_release_group_id=GROUP,
    musicbrainz_artist_ids=(ARTIST, OTHER_ARTIST),
    musicbrainz_album_artist_ids=(ARTIST,),
)

VORBIS = {
    "TITLE": ["Ærø"],
    "ARTIST": ["Anna & Bob"],
    "ARTISTS": ["Anna", "Bob"],
    "ALBUMARTIST": ["Various Artists"],
    "ALBUM": ["The Album"],
    "TRACKNUMBER": ["3"],
    "TRACKTOTAL": ["12"],
    "DISCNUMBER": ["2/2"],
    "DATE": ["2001-02-03"],
    "ORIGINALDATE": ["1999"],
    "GENRE": ["Rock", "Pop"],
    "MOOD": ["Calm"],
    "COMPOSER": ["Clara"],
    "LABEL": ["Label"],
    "COMPILATION": ["1"],
    "COMMENT": ["A remark"],
    "TITLESORT": ["Aero"],
    "ARTISTSORT": ["Anna"],
    "ALBUMARTISTSORT": ["Various"],
    "ALBUMSORT": ["Album, The"],
    "REPLAYGAIN_TRACK_GAIN": ["-6.50 dB"],
    "REPLAYGAIN_TRACK_PEAK": ["0.95"],
    "REPLAYGAIN_ALBUM_GAIN": ["-7.25 dB"],
    "REPLAYGAIN_ALBUM_PEAK": ["0.99"],
    "LYRICS": ["First line\nSecond line"],
    "MUSICBRAINZ_TRACKID": [RECORDING],
    "MUSICBRAINZ_RELEASETRACKID": [RELEASE_TRACK],
    "MUSICBRAINZ_ALBUMID": [RELEASE],
    "MUSICBRAINZ_RELEASEGROUPID": [GROUP],
    "MUSICBRAINZ_ARTISTID": [ARTIST, OTHER_ARTIST],
    "MUSICBRAINZ_ALBUMARTISTID": [ARTIST],
}
FREEFORM = {
    "ARTISTS": ["Anna", "Bob"],
    "ORIGINALDATE": ["1999"],
    "MOOD": ["Calm"],
    "LABEL": ["Label"],
    "REPLAYGAIN_TRACK_GAIN": ["-6.50 dB"],
    "REPLAYGAIN_TRACK_PEAK": ["0.95"],
    "REPLAYGAIN_ALBUM_GAIN": ["-7.25 dB"],
    "REPLAYGAIN_ALBUM_PEAK": ["0.99"],
    "MusicBrainz Track Id": [RECORDING],
    "MusicBrainz Release Track Id": [RELEASE_TRACK],
    "MusicBrainz Album Id": [RELEASE],
    "MusicBrainz Release Group Id": [GROUP],
    "MusicBrainz Artist Id": [ARTIST, OTHER_ARTIST],
    "MusicBrainz Album Artist Id": [ARTIST],
}


def write_vorbis(path: Path, made: Any) -> None:
    opened = made(path)
    opened.delete()
    opened = made(path)
    for name, values in VORBIS.items():
        opened[name.lower()] = values
    opened.save()


def write_flac(path: Path) -> None:
    write_vorbis(path, mutagen.flac.FLAC)


def write_ogg(path: Path) -> None:
    write_vorbis(path, mutagen.oggvorbis.OggVorbis)


def write_opus(path: Path) -> None:
    write_vorbis(path, mutagen.oggopus.OggOpus)


def id3_frames() -> list[Any]:
    frames: Any = mutagen.id3
    texts = {
        "TIT2": "Ærø",
        "TPE1": "Anna & Bob",
        "TPE2": "Various Artists",
        "TALB": "The Album",
        "TRCK": "3/12",
        "TPOS": "2/2",
        "TDRC": "2001-02-03",
        "TDOR": "1999",
        "TMOO": "Calm",
        "TCOM": "Clara",
        "TPUB": "Label",
        "TCMP": "1",
        "TSOT": "Aero",
        "TSOP": "Anna",
        "TSO2": "Various",
        "TSOA": "Album, The",
    }
    made = [getattr(frames, name)(encoding=3, text=[text]) for name, text in texts.items()]
    made.append(frames.TCON(encoding=3, text=["Rock", "Pop"]))
    made.append(frames.COMM(encoding=3, lang="eng", desc="", text=["A remark"]))
    made.append(frames.COMM(encoding=3, lang="eng", desc="iTunNORM", text=["0000 0001"]))
    made.append(frames.USLT(encoding=3, lang="eng", desc="", text="First line\nSecond line"))
    made.append(frames.UFID(owner="http://musicbrainz.org", data=RECORDING.encode()))
    for name, values in FREEFORM.items():
        if name not in {"ORIGINALDATE", "MOOD", "LABEL", "MusicBrainz Track Id"}:
            made.append(frames.TXXX(encoding=3, desc=name, text=values))
    return made


def write_id3(path: Path, version: int) -> None:
    made: Any = mutagen.id3.ID3
    tags = made()
    for frame in id3_frames():
        tags.add(frame)
    if version == 3:
        tags.update_to_v23()
    tags.save(path, v2_version=version)


def write_id3v24(path: Path) -> None:
    write_id3(path, 4)


def write_mp4(path: Path) -> None:
    opened: Any = mutagen.mp4.MP4(path)
    texts = {
        "\xa9nam": "Ærø",
        "\xa9ART": "Anna & Bob",
        "aART": "Various Artists",
        "\xa9alb": "The Album",
        "\xa9day": "2001-02-03",
        "\xa9wrt": "Clara",
        "\xa9cmt": "A remark",
        "\xa9lyr": "First line\nSecond line",
        "sonm": "Aero",
        "soar": "Anna",
        "soaa": "Various",
        "soal": "Album, The",
    }
    for atom, text in texts.items():
        opened[atom] = [text]
    opened["\xa9gen"] = ["Rock", "Pop"]
    opened["trkn"], opened["disk"], opened["cpil"] = [(3, 12)], [(2, 2)], True
    for name, values in FREEFORM.items():
        opened[f"----:com.apple.iTunes:{name}"] = [value.encode() for value in values]
    opened.save()


def write_asf(path: Path) -> None:
    asf: Any = mutagen.asf
    opened = asf.ASF(path)
    opened.tags.clear()
    for name, values in {
        "Title": ["Ærø"],
        "Author": ["Anna & Bob"],
        "WM/ARTISTS": ["Anna", "Bob"],
        "WM/AlbumArtist": ["Various Artists"],
        "WM/AlbumTitle": ["The Album"],
        "WM/TrackNumber": ["3/12"],
        "WM/PartOfSet": ["2/2"],
        "WM/Year": ["2001-02-03"],
        "WM/OriginalReleaseYear": ["1999"],
        "WM/Genre": ["Rock", "Pop"],
        "WM/Mood": ["Calm"],
        "WM/Composer": ["Clara"],
        "WM/Publisher": ["Label"],
        "Description": ["A remark"],
        "WM/Lyrics": ["First line\nSecond line"],
        "WM/TitleSortOrder": ["Aero"],
        "WM/ArtistSortOrder": ["Anna"],
        "WM/AlbumArtistSortOrder": ["Various"],
        "WM/AlbumSortOrder": ["Album, The"],
        "MusicBrainz/Track Id": [RECORDING],
        "MusicBrainz/Release Track Id": [RELEASE_TRACK],
        "MusicBrainz/Album Id": [RELEASE],
        "MusicBrainz/Release Group Id": [GROUP],
        "MusicBrainz/Artist Id": [ARTIST, OTHER_ARTIST],
        "MusicBrainz/Album Artist Id": [ARTIST],
        **{name: values for name, values in FREEFORM.items() if name.startswith("REPLAYGAIN")},
    }.items():
        opened[name] = values
    opened["WM/IsCompilation"] = [asf.ASFBoolAttribute(value=True)]
    opened.save()


def write_ape(path: Path) -> None:
    tags: Any = mutagen.apev2.APEv2()
    names = {"ALBUMARTIST": "Album Artist", "TRACKNUMBER": "Track", "DISCNUMBER": "Disc", "DATE": "Year"}
    for name, values in VORBIS.items():
        tags[names.get(name, name.title())] = values
    tags.save(path)


@pytest.mark.parametrize(
    ("name", "writer"),
    [
        ("tone.flac", write_flac),
        ("tone.ogg", write_ogg),
        ("tone.opus", write_opus),
        ("tone.mp3", write_id3v24),
        ("tone.m4a", write_mp4),
        ("tone.wma", write_asf),
        ("tone.wv", write_ape),
    ],
)
def test_all_families_say_the_same(tmp_path: Path, name: str, writer: Callable[[Path], None]) -> None:
    path = copy_of(name, tmp_path)
    writer(path)
    assert read_tags(str(path)) == EXPECTED


def test_gains_reach_the_stream(tmp_path: Path) -> None:
    path = copy_of("tone.flac", tmp_path)
    write_flac(path)
    stream = inspect(InspectArgs.of(str(path), FileClass.AUDIO)).probed.streams[0]
    assert (stream.gain, stream.peak, stream.album_gain, stream.album_peak) == (-6.5, 0.95, -7.25, 0.99)


def test_id3_of_version_2_3(tmp_path: Path) -> None:
    path = copy_of("tone.mp3", tmp_path)
    write_id3(path, 3)
    found = read_tags(str(path))
    assert (found.title, found.year, found.track_total, found.original_date) == ("Ærø", 2001, 12, "1999")


def test_id3_of_version_2_2(tmp_path: Path) -> None:
    def frame(name: bytes, text: str) -> bytes:
        content = b"\0" + text.encode("latin-1")
        return name + len(content).to_bytes(3, "big") + content

    frames = frame(b"TT2", "Old") + frame(b"TP1", "Café") + frame(b"TRK", "4/9") + frame(b"TCO", "(17)")
    size = len(frames)
    header = b"ID3\x02\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    path = tmp_path / "old.mp3"
    audio = sample("tone.mp3").read_bytes()
    skipped = 10 + (audio[6] << 21 | audio[7] << 14 | audio[8] << 7 | audio[9])
    path.write_bytes(header + frames + audio[skipped:])
    found = read_tags(str(path))
    assert (found.title, found.artist, found.track, found.track_total, found.genres) == ("Old", "Café", 4, 9, ("Rock",))


def test_flac_behind_a_long_id3_tag(tmp_path: Path) -> None:
    path = tmp_path / "odd.flac"
    size = 100_000
    header = b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    flac = copy_of("tone.flac", tmp_path, "plain.flac")
    write_flac(flac)
    path.write_bytes(header + bytes(size) + flac.read_bytes())
    assert read_tags(str(path)).title == "Ærø"
    assert inspect(InspectArgs.of(str(path), FileClass.AUDIO)).probed.container == "flac"


def test_id3_of_version_1(tmp_path: Path) -> None:
    audio = sample("tone.mp3").read_bytes()
    skipped = 10 + (audio[6] << 21 | audio[7] << 14 | audio[8] << 7 | audio[9])
    tag = b"TAG" + b"Title".ljust(30, b"\0") + b"Artist".ljust(30, b"\0") + b"Album".ljust(30, b"\0")
    tag += b"1987" + b"Hello".ljust(28, b"\0") + b"\0\x07" + b"\x11"
    path = tmp_path / "ancient.mp3"
    path.write_bytes(audio[skipped:] + tag)
    found = read_tags(str(path))
    assert (found.title, found.artist, found.album, found.year, found.track) == ("Title", "Artist", "Album", 1987, 7)
    assert found.genres == ("Rock",)


def test_synchronised_lyrics(tmp_path: Path) -> None:
    frames: Any = mutagen.id3
    path = copy_of("tone.mp3", tmp_path)
    tags = frames.ID3()
    tags.add(frames.SYLT(encoding=3, lang="eng", format=2, type=1, desc="", text=[("One", 1500), ("Two", 61_000)]))
    tags.save(path)
    found = read_tags(str(path))
    assert found.synced_lyrics == "[00:01.50]One\n[01:01.00]Two"
    assert found.lyrics is None


def test_timed_lyrics_in_a_field_for_plain_ones(tmp_path: Path) -> None:
    path = copy_of("tone.flac", tmp_path)
    opened: Any = mutagen.flac.FLAC(path)
    opened["lyrics"] = ["[00:01.00]One\n[00:02.00]Two"]
    opened.save()
    found = read_tags(str(path))
    assert found.synced_lyrics == "[00:01.00]One\n[00:02.00]Two"
    assert found.lyrics is None


def test_audiobook_fields(tmp_path: Path) -> None:
    path = copy_of("book.m4b", tmp_path)
    opened: Any = mutagen.mp4.MP4(path)
    opened["\xa9nrt"], opened["desc"], opened["ldes"] = ["Nina Reader"], ["Short"], ["Long story"]
    opened["----:com.apple.iTunes:SERIES"] = [b"The Saga"]
    opened["----:com.apple.iTunes:SERIES-PART"] = [b"2.5"]
    opened.save()
    found = read_tags(str(path))
    assert (found.narrator, found.description, found.series, found.series_part) == (
        "Nina Reader",
        "Long story",
        "The Saga",
        "2.5",
    )


def test_r128_gains_of_opus(tmp_path: Path) -> None:
    path = copy_of("tone.opus", tmp_path)
    opened: Any = mutagen.oggopus.OggOpus(path)
    opened["R128_TRACK_GAIN"] = ["-2560"]
    opened.save()
    assert read_tags(str(path)).replay_gain == ReplayGain(track_gain=-5.0)


@pytest.mark.parametrize(
    ("fields", "rating"),
    [
        ({"rating": ["4"]}, 8.0),
        ({"rating": ["80"]}, 8.0),
        ({"fmps_rating": ["0.5"]}, 5.0),
        ({"rating": ["nonsense"]}, None),
        ({"rating": ["1e999"]}, 2.0),
    ],
)
def test_ratings(tmp_path: Path, fields: dict[str, list[str]], rating: float | None) -> None:
    path = copy_of("tone.flac", tmp_path)
    opened: Any = mutagen.flac.FLAC(path)
    for name, values in fields.items():
        opened[name] = values
    opened.save()
    assert read_tags(str(path)).rating == rating


def test_popularimeter(tmp_path: Path) -> None:
    frames: Any = mutagen.id3
    path = copy_of("tone.mp3", tmp_path)
    tags = frames.ID3()
    tags.add(frames.POPM(email="a@b", rating=196, count=1))
    tags.save(path)
    assert read_tags(str(path)).rating == 8.0


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2001-2-3", "2001-02-03"), ("2001-13-40", "2001"), ("20010203", "2001"), ("0000", None), ("next year", None)],
)
def test_dates(tmp_path: Path, date: str, expected: str | None) -> None:
    path = copy_of("tone.flac", tmp_path)
    opened: Any = mutagen.flac.FLAC(path)
    opened["date"] = [date]
    opened.save()
    assert read_tags(str(path)).date == expected


def test_control_characters_and_endless_values_are_cut(tmp_path: Path) -> None:
    path = copy_of("tone.flac", tmp_path)
    opened: Any = mutagen.flac.FLAC(path)
    opened["title"] = ["a\0b\x1b[31mc"]
    opened["comment"] = ["x" * 1_000_000]
    opened["genre"] = [f"genre {number}" for number in range(5000)]
    opened.save()
    found = read_tags(str(path))
    assert found.title == "ab[31mc"
    assert len(found.comment or "") == 64 * 1024
    assert len(found.genres) == 200


def test_films_have_tags_too() -> None:
    assert read_tags(str(sample("h264.mkv"))) == AudioTags(title="Shown", show="Series", season=2, episode=5)
    assert read_tags(str(sample("cover.jpg"))) == AudioTags()


def flac_picture(data: bytes) -> Any:
    picture_class: Any = mutagen.flac.Picture
    picture = picture_class()
    picture.type, picture.mime, picture.data = 3, "image/jpeg", data
    return picture


def embed(path: Path, data: bytes) -> None:
    frames: Any = mutagen.id3
    opened: Any
    match path.suffix:
        case ".flac":
            opened = mutagen.flac.FLAC(path)
            other = flac_picture(b"\x89PNG\r\n\x1a\nother")
            other.type = 4
            opened.add_picture(other)
            opened.add_picture(flac_picture(data))
        case ".ogg":
            opened = mutagen.oggvorbis.OggVorbis(path)
            opened["metadata_block_picture"] = [base64.b64encode(flac_picture(data).write()).decode()]
        case ".mp3":
            tags = frames.ID3()
            tags.add(frames.APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=data))
            tags.save(path)
            return
        case ".m4a":
            opened = mutagen.mp4.MP4(path)
            opened["covr"] = [mutagen.mp4.MP4Cover(data)]
        case ".wma":
            asf: Any = mutagen.asf
            opened = asf.ASF(path)
            value = struct.pack("<BI", 3, len(data)) + "image/jpeg\0".encode("utf-16-le") + b"\0\0" + data
            opened["WM/Picture"] = [asf.ASFByteArrayAttribute(value)]
        case _:
            opened = mutagen.apev2.APEv2File(path)
            opened["Cover Art (Front)"] = mutagen.apev2.APEValue(b"cover.jpg\0" + data, mutagen.apev2.BINARY)
    opened.save()


@pytest.mark.parametrize("name", ["tone.flac", "tone.ogg", "tone.mp3", "tone.m4a", "tone.wma", "tone.wv"])
def test_embedded_pictures(tmp_path: Path, name: str) -> None:
    path = copy_of(name, tmp_path)
    assert extract_picture(str(path)) is None
    assert not read_tags(str(path)).has_picture
    data = sample("cover.jpg").read_bytes()
    embed(path, data)
    assert read_tags(str(path)).has_picture
    assert inspect(InspectArgs.of(str(path), FileClass.AUDIO)).probed.has_embedded_picture
    assert extract_picture(str(path)) == ("image/jpeg", data)


def test_a_picture_that_is_none(tmp_path: Path) -> None:
    path = copy_of("tone.m4a", tmp_path)
    embed(path, b"<svg onload=alert(1)>")
    with pytest.raises(MediaError) as caught:
        extract_picture(str(path))
    assert caught.value.reason is Reason.UNRECOGNISED
