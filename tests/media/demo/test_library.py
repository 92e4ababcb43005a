"""The whole library, made once: every property that the catalogue promises, read back from the files."""

import hashlib
from typing import Any

import av
import exifread
import mutagen
import numpy as np
import pytest
import pyvips
from lxml import etree

from vitascope.media.demo import PARTS, catalogue, make
from vitascope.media.demo.entries import Album, Film, FilmFile, Track

FILES = [(film, file) for film in catalogue.films for file in film.files]
TRACKS = [(album, track) for album in catalogue.albums for track in album.tracks]
CODEC_NAMES = {"libmp3lame": "mp3float", "libopus": "opus", "av1": "libdav1d", "pgs": "pgssub", "srt": "subrip"}
CODEC_FAMILIES = {"mp3float": "mp3", "libdav1d": "av1", "ssa": "ass"}


def family(name: str) -> str:
    name = CODEC_NAMES.get(name, name)
    return CODEC_FAMILIES.get(name, name)


def path_of(film: Film, file: FilmFile) -> str:
    return f"Movies/{film.folder}/{file.name}"


def test_it_has_what_it_is_said_to_have() -> None:
    assert len(catalogue.films) >= 6
    assert len(catalogue.shows) == 2
    assert all({episode.season for episode in show.episodes} == {1, 2} for show in catalogue.shows)
    assert len({album.artist for album in catalogue.albums if not album.compilation}) == 3
    assert sum(not album.compilation for album in catalogue.albums) == 5
    assert sum(album.compilation for album in catalogue.albums) == 1
    assert any(album.discs == 2 for album in catalogue.albums)
    assert len(catalogue.audiobooks) == 1
    assert len(catalogue.photo_albums) == 2
    assert all(len(album.photos) >= 6 for album in catalogue.photo_albums)
    assert len(catalogue.home_videos) == 3
    assert {file.video for _, file in FILES} == {"h264", "hevc", "vp9", "av1"}
    sounds = {voice.codec for _, file in FILES for voice in file.voices} | {album.codec for album in catalogue.albums}
    assert sounds == {"aac", "ac3", "flac", "libopus", "libmp3lame"}
    assert {file.container for _, file in FILES} == {"mp4", "matroska", "webm"}
    assert {caption.format for _, file in FILES for caption in file.captions} == {"srt", "ass", "pgs"}
    assert any(file.edition for _, file in FILES)
    assert any(len({file.version for file in film.files if file.version}) == 2 for film in catalogue.films)
    assert any({file.part for file in film.files} == {1, 2} for film in catalogue.films)
    assert sum(file.seconds == 600 for _, file in FILES) == 2


def test_every_file_is_there_and_reported(library: Any) -> None:
    root = library.root
    assert sorted(path.name for path in root.iterdir() if not path.name.startswith(".")) == sorted(PARTS)
    missing = [path for path in catalogue.media_paths if not (root / path).is_file()]
    assert missing == []
    found = {str(path.relative_to(root)) for part in PARTS for path in (root / part).rglob("*") if path.is_file()}
    assert found == set(library.report.made)
    assert library.report.total_bytes == sum((root / path).stat().st_size for path in found)
    assert library.report.kept == ()
    assert library.report.present == 0


def test_it_is_smaller_than_300_mb(library: Any) -> None:
    assert library.report.total_bytes < 300_000_000


def test_progress_counts_up_to_the_end(library: Any) -> None:
    steps = library.progress
    done = [step[1] for step in steps]
    assert done[0] == 0
    assert done == sorted(done)
    assert done[-1] == steps[-1][2]
    assert {step[2] for step in steps} == {steps[0][2]}


def test_a_second_run_makes_nothing(library: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in library.root.rglob("*") if path.is_file()}
    steps: list[str] = []
    report = make(library.root, progress=lambda label, _done, _total: steps.append(label))
    assert report.made == ()
    assert steps == []
    assert report.present == len(library.report.made)
    assert report.total_bytes == library.report.total_bytes
    after = {path: path.stat().st_mtime_ns for path in library.root.rglob("*") if path.is_file()}
    changed = {path.name for path in after if before.get(path) != after[path]}
    assert changed <= {"lock"}


@pytest.mark.parametrize(("film", "file"), FILES, ids=[file.name for _, file in FILES])
def test_a_film_has_its_streams(library: Any, film: Film, file: FilmFile) -> None:
    with library.open(path_of(film, file)) as source:
        video = source.streams.video[0]
        assert family(video.codec_context.name) == file.video
        assert (video.width, video.height) == (file.columns, file.rows)
        assert float(video.average_rate) == 24
        assert source.duration / av.time_base == pytest.approx(file.seconds, abs=0.1)
        voices = [
            (family(stream.codec_context.name), stream.metadata["language"], stream.codec_context.channels)
            for stream in source.streams.audio
        ]
        assert voices == [(family(voice.codec), voice.language, voice.channels) for voice in file.voices]
        captions = [
            (family(stream.codec_context.name), stream.metadata["language"]) for stream in source.streams.subtitles
        ]
        assert captions == [(family(caption.format), caption.language) for caption in file.captions]
        marks = av.stream.Disposition
        for stream, caption in zip(source.streams.subtitles, file.captions, strict=True):
            assert bool(stream.disposition & marks.forced) == caption.forced
            assert bool(stream.disposition & marks.hearing_impaired) == caption.hearing_impaired
            assert bool(stream.disposition & marks.default) == caption.default
        for stream, voice in zip(source.streams.audio, file.voices, strict=True):
            assert bool(stream.disposition & marks.comment) == voice.commentary
        chapters = source.chapters()
        assert [chapter["metadata"]["title"] for chapter in chapters] == list(file.chapters)
        if chapters:
            end = chapters[-1]["end"] * float(chapters[-1]["time_base"] or 0)
            assert end == pytest.approx(file.seconds, abs=0.1)


@pytest.mark.parametrize(("film", "file"), FILES, ids=[file.name for _, file in FILES])
def test_a_film_moves_and_can_be_decoded_to_its_end(library: Any, film: Film, file: FilmFile) -> None:
    pictures = []
    with library.open(path_of(film, file)) as source:
        for second in (file.seconds * 0.4, file.seconds * 0.7, file.seconds - 2):
            source.seek(int(second * av.time_base))
            frame = next(source.decode(video=0))
            pictures.append(frame.to_ndarray(format="gray"))
    assert all(picture.std() > 3 for picture in pictures)
    assert np.abs(pictures[0].astype(int) - pictures[1]).mean() > 0.5


@pytest.mark.parametrize("file", [pair for pair in FILES if pair[1].looped], ids=lambda pair: pair[1].name)
def test_a_looped_film_runs_through_without_gaps(library: Any, file: tuple[Film, FilmFile]) -> None:
    video: list[float] = []
    sound: list[float] = []
    with library.open(path_of(*file)) as source:
        for packet in source.demux(source.streams.video[0], source.streams.audio[0]):
            if packet.dts is None:
                continue
            (video if packet.stream.type == "video" else sound).append(float(packet.dts * packet.time_base))
    assert len(video) == 600 * 24
    assert np.allclose(np.diff(video), 1 / 24, atol=1e-3)
    assert np.allclose(np.diff(sound), 1024 / 48_000, atol=1e-3)


def test_the_sound_of_a_loop_has_no_step_at_the_joint(library: Any) -> None:
    film, file = next(pair for pair in FILES if pair[1].looped)
    joint = 16 + 56
    with library.open(path_of(film, file)) as source:
        source.seek((joint - 3) * av.time_base)
        pieces, first = [], None
        for frame in source.decode(audio=0):
            first = float(frame.time) if first is None else first
            pieces.append(frame.to_ndarray())
            if frame.time > joint + 2:
                break
    wave = np.concatenate(pieces, axis=1)
    steps = np.abs(np.diff(wave[0]))
    at = round((joint - (first or 0)) * 48_000)
    assert steps[at - 1500 : at + 1500].max() <= steps.max()
    assert steps[at - 1500 : at + 1500].max() < 3 * np.percentile(steps, 99.5)


def test_main_films_play_in_a_browser() -> None:
    plain = [file for _, file in FILES if file.container == "mp4"]
    assert len(plain) >= 6
    assert all(file.video == "h264" and file.voices[0].codec == "aac" for file in plain)


def test_mp4_begins_with_its_index(library: Any) -> None:
    for film, file in FILES:
        if file.container == "mp4":
            head = (library.root / path_of(film, file)).read_bytes()[:4_000_000]
            assert 0 < head.index(b"moov") < head.index(b"mdat")


def test_hdr10(library: Any) -> None:
    film, file = next(pair for pair in FILES if pair[1].hdr)
    with library.open(path_of(film, file)) as source:
        context = source.streams.video[0].codec_context
        assert context.pix_fmt == "yuv420p10le"
        assert (context.color_primaries, context.color_trc, context.colorspace) == (9, 16, 9)
        source.seek(6 * av.time_base)
        frame = next(source.decode(video=0))
        kinds = {data.type.name for data in frame.side_data}
        assert {"MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"} <= kinds
        luma = np.frombuffer(memoryview(frame.planes[0]), dtype=np.uint16)
        assert luma.max() > 620  # brighter than the 203 cd/m2 of plain white


def test_image_subtitles_carry_pictures(library: Any) -> None:
    film, file = next(pair for pair in FILES if any(caption.format == "pgs" for caption in pair[1].captions))
    with library.open(path_of(film, file)) as source:
        stream = source.streams.subtitles[0]
        shown = [
            subtitle
            for packet in source.demux(stream)
            if packet.size
            for subtitle in packet.decode()
            if subtitle.width > 100
        ]
    assert len(shown) == len(film.lines)


def packets_between(library: Any, path: str, start: int, end: int) -> list[str]:
    with library.open(path) as source:
        stream = source.streams.video[0]
        return [
            hashlib.sha256(bytes(packet)).hexdigest()
            for packet in source.demux(stream)
            if packet.pts is not None and start <= round(packet.pts * packet.time_base * 24) < end
        ]


def test_episodes_share_intro_and_credits(library: Any) -> None:
    show = next(show for show in catalogue.shows if show.intro_seconds)
    assert show.intro_seconds == 20
    begin = show.cold_open_seconds * 24
    last = begin + (show.intro_seconds + show.body_seconds) * 24
    intros, ends, bodies = [], [], []
    for episode in show.episodes:
        path = show.path(episode)
        intros.append(packets_between(library, path, begin, begin + show.intro_seconds * 24))
        bodies.append(packets_between(library, path, begin + show.intro_seconds * 24, last))
        ends.append(packets_between(library, path, last, last + show.credits_seconds * 24))
    assert len(intros[0]) == 20 * 24
    assert all(intro == intros[0] for intro in intros)
    assert all(end == ends[0] and len(end) == show.credits_seconds * 24 for end in ends)
    assert len({tuple(body) for body in bodies}) == len(show.episodes)


def sound_between(library: Any, path: str, start: float, end: float) -> Any:
    with library.open(path) as source:
        wave = np.concatenate([frame.to_ndarray()[0] for frame in source.decode(audio=0) if frame.time < end], axis=0)
    return wave[int(start * 48_000) : int(end * 48_000)]


def test_the_intro_sounds_alike_and_the_rest_does_not(library: Any) -> None:
    show = next(show for show in catalogue.shows if show.intro_seconds)
    start = float(show.cold_open_seconds)
    one, two = (show.path(episode) for episode in show.episodes[:2])
    inside = [sound_between(library, path, start + 1, start + 19) for path in (one, two)]
    end = start + show.intro_seconds + show.body_seconds - 1
    beside = [sound_between(library, path, start + 21, end) for path in (one, two)]
    assert np.sqrt(np.mean(inside[0] ** 2)) > 0.02
    assert np.corrcoef(inside[0], inside[1])[0, 1] > 0.95
    assert abs(np.corrcoef(beside[0], beside[1])[0, 1]) < 0.6


@pytest.mark.parametrize(("album", "track"), TRACKS, ids=[track.title for _, track in TRACKS])
def test_a_track_is_tagged(library: Any, album: Album, track: Track) -> None:
    path = library.root / album.path(track)
    file = mutagen.File(path)
    assert file.info.length == pytest.approx(track.seconds, abs=0.1)
    easy = mutagen.File(path, easy=True)
    artist = track.artist or album.artist
    assert (easy["title"], easy["album"], easy["artist"]) == ([track.title], [album.title], [artist])
    assert easy["albumartist"] == [album.artist]
    assert easy["date"] == [str(album.year)]
    assert easy["genre"] == [album.genre]
    assert str(easy["tracknumber"][0]).split("/")[0] == str(track.number)
    assert str(easy["discnumber"][0]).split("/")[0] == str(track.disc)
    assert [value for key, value in easy.items() if key.lower().startswith("musicbrainz_albumid")]
    with av.open(str(path), "r") as source:
        assert family(source.streams.audio[0].codec_context.name) == family(album.codec)
        peak = max(float(np.abs(frame.to_ndarray().astype(np.float64)).max()) for frame in source.decode(audio=0))
        assert peak > 0.05
        assert [(stream.width, stream.height) for stream in source.streams.video] == [(600, 600)]


def test_a_compilation_is_marked(library: Any) -> None:
    album = next(album for album in catalogue.albums if album.compilation)
    assert album.artist == "Various Artists"
    assert len({track.artist for track in album.tracks}) == len(album.tracks)
    tags = mutagen.File(library.root / album.path(album.tracks[0])).tags
    assert str(tags["TCMP"]) == "1"


def test_the_audiobook_has_chapters_author_and_cover(library: Any) -> None:
    (book,) = catalogue.audiobooks
    with library.open(book.path) as source:
        assert [chapter["metadata"]["title"] for chapter in source.chapters()] == list(book.chapters)
        assert source.duration / av.time_base == pytest.approx(book.chapter_seconds * len(book.chapters), abs=0.1)
    tags = mutagen.File(library.root / book.path).tags
    assert tags["aART"] == [book.author]
    assert tags["\xa9alb"] == [book.title]
    assert len(tags["covr"]) == 1


def test_photographs_are_upright_once_turned(library: Any) -> None:
    for album in catalogue.photo_albums:
        for photo in album.photos:
            path = library.root / album.path(photo)
            with path.open("rb") as file:
                tags = exifread.process_file(file, details=False)
            assert tags["Image Orientation"].values == [photo.orientation]
            image = pyvips.Image.new_from_file(str(path)).autorot()
            upright = photo.orientation in (1, 3)
            assert (image.width > image.height) == upright
            data = np.ndarray(buffer=image.write_to_memory(), dtype=np.uint8, shape=(image.height, image.width, 3))
            third = image.height // 3
            assert data[:third].mean() != pytest.approx(data[-third:].mean(), abs=2)
            if photo.scene not in ("valley-night", "fireflies"):
                assert data[:third].mean() > data[-third:].mean()  # the sky is above


def test_home_videos_have_a_date_and_sound(library: Any) -> None:
    for clip in catalogue.home_videos:
        with library.open(clip.path) as source:
            assert source.duration / av.time_base == pytest.approx(clip.seconds, abs=0.1)
            assert family(source.streams.video[0].codec_context.name) == clip.video
            assert family(source.streams.audio[0].codec_context.name) == family(clip.voice)
            tags = {key.lower(): value for key, value in source.metadata.items()}
            assert tags["title"] == clip.title
            assert tags["creation_time"].startswith(clip.taken[:10])


@pytest.mark.parametrize("film", catalogue.films, ids=[film.title for film in catalogue.films])
def test_a_film_has_an_nfo_a_poster_and_a_background(library: Any, film: Film) -> None:
    folder = library.root / "Movies" / film.folder
    root = etree.parse(str(folder / "movie.nfo"), etree.XMLParser(resolve_entities=False)).getroot()
    assert root.tag == "movie"
    assert root.findtext("title") == film.title
    assert root.findtext("year") == str(film.year)
    assert [node.text for node in root.findall("genre")] == list(film.genres)
    assert [node.findtext("name") for node in root.findall("actor")] == [role.actor for role in film.cast]
    assert root.findtext("ratings/rating/value") == str(film.rating)
    assert root.findtext("mpaa") == film.content_rating
    assert (root.findtext("set/name") or "") == film.collection
    for name, size in (("poster.jpg", (600, 900)), ("fanart.jpg", (1280, 720))):
        image = pyvips.Image.new_from_file(str(folder / name))
        assert (image.width, image.height) == size
        assert image.deviate() > 10


def test_shows_and_episodes_have_nfos_and_posters(library: Any) -> None:
    for show in catalogue.shows:
        folder = library.root / "TV Shows" / show.folder
        root = etree.parse(str(folder / "tvshow.nfo"), etree.XMLParser(resolve_entities=False)).getroot()
        assert root.findtext("title") == show.title
        assert root.findtext("uniqueid") == show.tvdb
        for name in ("poster.jpg", "fanart.jpg", "banner.jpg", "season01-poster.jpg", "season02-poster.jpg"):
            assert pyvips.Image.new_from_file(str(folder / name)).deviate() > 8
        assert mutagen.File(folder / "theme.mp3").info.length >= 20
        for episode in show.episodes:
            path = (library.root / show.path(episode)).with_suffix(".nfo")
            node = etree.parse(str(path), etree.XMLParser(resolve_entities=False)).getroot()
            assert (node.findtext("season"), node.findtext("episode")) == (str(episode.season), str(episode.number))
            assert node.findtext("plot") == episode.plot
