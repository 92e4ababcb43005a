"""Music and audiobooks: pieces composed, encoded in four codecs, tagged, with covers inside and beside them."""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

import av
import mutagen
import numpy as np
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TALB, TCMP, TCON, TDRC, TIT2, TPE1, TPE2, TPOS, TPUB, TRCK, TXXX, UFID
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus

from vitascope.media.demo import artwork, nfo, painting, reel, sound
from vitascope.media.demo.entries import Album, Audiobook, Track
from vitascope.media.demo.workshop import Bench, Job

_CONTAINERS = {"flac": "flac", "libmp3lame": "mp3", "aac": "ipod", "libopus": "opus"}


def jobs(albums: Sequence[Album]) -> Iterator[Job]:
    """One job for each album."""
    for album in albums:
        outputs = [f"{album.folder}/{name}" for name in ("cover.jpg", "album.nfo")]
        outputs += [album.path(track) for track in album.tracks]
        if lyrics_track(album) is not None:
            outputs.append(_lyrics_path(album))
        yield Job(
            part="Music", label=f"{album.artist}: {album.title}", outputs=tuple(outputs), run=_album(album), weight=8
        )
    for artist in sorted({album.artist for album in albums if not album.compilation}):
        first = next(album for album in albums if album.artist == artist)
        path = f"Music/{artist}/artist.jpg"
        yield Job(part="Music", label=artist, outputs=(path,), run=_portrait(path, first))


def book_jobs(books: Sequence[Audiobook]) -> Iterator[Job]:
    """One job for each audiobook."""
    for book in books:
        folder = book.path.rsplit("/", 1)[0]
        yield Job(
            part="Audiobooks", label=book.title, outputs=(book.path, f"{folder}/cover.jpg"), run=_book(book), weight=16
        )


def write_plain(path: Path, pcm: sound.Pcm, *, codec: str, kbps: int = 128) -> None:
    """A sound file without tags or pictures."""
    options = {"movflags": "+faststart"} if codec == "aac" else {}
    with av.open(str(path), "w", format=_CONTAINERS[codec], options=options) as output:
        track = reel.AudioTrack(pcm=pcm, codec=codec, kbps=kbps, language="")
        stream = reel.add_sound(output, track)
        for packet in reel.encode_sound(stream, track):
            output.mux(packet)


def musicbrainz_id(kind: str, name: str) -> str:
    """An id of the form that MusicBrainz gives, which is none of theirs."""
    return str(uuid5(NAMESPACE_URL, f"urn:vitascope:demo:{kind}:{name}"))


def track_artist(album: Album, track: Track) -> str:
    """Who plays a track."""
    return track.artist or album.artist


def lyrics_track(album: Album) -> Track | None:
    """The track that has an ``.lrc`` file beside it, on albums of songs."""
    return album.tracks[0] if album.genre == "Folk" else None


def _lyrics_path(album: Album) -> str:
    return album.path(album.tracks[0]).rsplit(".", 1)[0] + ".lrc"


def _lyrics(track: Track) -> bytes:
    lines = (
        "Cut along the dotted stars", "Fold the night in two", "Keep the little corner piece",
        "That one shows the view", "Cut along the dotted stars", "Hang it by the door",
    )  # fmt: skip
    step = (track.seconds - 6) / len(lines)
    times = [3 + index * step for index in range(len(lines))]
    text = [f"[ti:{track.title}]", "[by:Vitascope demo]"]
    text += [f"[{int(at // 60):02}:{at % 60:05.2f}]{line}" for at, line in zip(times, lines, strict=True)]
    return ("\n".join(text) + "\n").encode()


def _cover(album: Album) -> bytes:
    seed = crc32(album.title.encode()) % 1000
    return painting.jpeg(artwork.cover(album.scene, album.title, album.artist, seed=seed, design=album.design))


def _album(album: Album) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        cover = _cover(album)
        bench.put_bytes(f"{album.folder}/cover.jpg", lambda: cover)
        bench.put_bytes(f"{album.folder}/album.nfo", lambda: nfo.album(album))
        for track in album.tracks:
            bench.put(album.path(track), partial(_write_track, album=album, track=track, cover=cover))
        if (song := lyrics_track(album)) is not None:
            bench.put_bytes(_lyrics_path(album), lambda: _lyrics(song))

    return run


def _portrait(path: str, album: Album) -> Callable[[Bench], None]:
    def picture() -> bytes:
        seed = crc32(album.artist.encode()) % 1000
        return painting.jpeg(artwork.cover(album.scene, album.artist, album.genre, seed=seed, design="circle"))

    return lambda bench: bench.put_bytes(path, picture)


def _write_track(path: Path, album: Album, track: Track, cover: bytes) -> None:
    seed = crc32(f"{album.title}/{track.disc}/{track.title}".encode())
    pcm = sound.compose(seed, track.seconds, _varied(album, seed), loop=False)
    write_plain(path, pcm, codec=album.codec, kbps=160)
    values = {
        "title": track.title,
        "artist": track_artist(album, track),
        "album": album.title,
        "albumartist": album.artist,
        "date": str(album.year),
        "genre": album.genre,
        "label": album.label,
    }
    ids = {
        "MusicBrainz Album Id": musicbrainz_id("album", f"{album.artist}/{album.title}"),
        "MusicBrainz Artist Id": musicbrainz_id("artist", track_artist(album, track)),
        "MusicBrainz Album Artist Id": musicbrainz_id("artist", album.artist),
    }
    recording = musicbrainz_id("recording", f"{album.title}/{track.title}")
    on_disc = sum(other.disc == track.disc for other in album.tracks)
    gain = f"{-18.0 - loudness(pcm):+.2f} dB"
    peak = f"{float(np.abs(pcm).max()):.6f}"
    match album.codec:
        case "libmp3lame":
            _tag_mp3(path, album, track, values, ids, recording, on_disc, gain, peak, cover)
        case "aac":
            _tag_mp4(path, album, track, values, ids, recording, on_disc, cover)
        case _:
            _tag_vorbis(path, album, track, values, ids, recording, on_disc, gain, peak, cover)


def _varied(album: Album, seed: int) -> sound.Style:
    """The album's style with a key, a tempo and an arrangement for one track."""
    rng = np.random.default_rng(seed)
    base = album.style
    chords = base.chords[1:] + base.chords[:1] if rng.random() < 0.4 else base.chords
    return replace(
        base,
        tempo=base.tempo + int(rng.integers(-6, 7)),
        root=base.root + int(rng.choice([-5, -2, 0, 3, 5])),
        chords=chords,
        pluck=base.pluck * float(rng.uniform(0.5, 1.1)),
        drums=base.drums * float(rng.choice([0.6, 1.0, 1.0])),
        lead=base.lead * float(rng.uniform(0.7, 1.2)),
    )


def loudness(pcm: sound.Pcm) -> float:
    """A rough loudness in LUFS: the mean power without the highs and lows being weighted."""
    return float(10 * np.log10(np.mean(pcm**2) * 2 + 1e-12) - 0.691)


def _tag_mp3(
    path: Path, album: Album, track: Track, values: dict[str, str], ids: dict[str, str], recording: str,
    on_disc: int, gain: str, peak: str, cover: bytes,
) -> None:  # fmt: skip
    tags = ID3()
    names: dict[str, Callable[..., object]] = {
        "title": TIT2,
        "artist": TPE1,
        "albumartist": TPE2,
        "album": TALB,
        "date": TDRC,
        "genre": TCON,
        "label": TPUB,
    }
    for key, frame in names.items():
        tags.add(frame(encoding=3, text=[values[key]]))
    tags.add(TRCK(encoding=3, text=[f"{track.number}/{on_disc}"]))
    tags.add(TPOS(encoding=3, text=[f"{track.disc}/{album.discs}"]))
    if album.compilation:
        tags.add(TCMP(encoding=3, text=["1"]))
    gains = {"REPLAYGAIN_TRACK_GAIN": gain, "REPLAYGAIN_TRACK_PEAK": peak}
    for name, value in {**ids, **gains}.items():
        tags.add(TXXX(encoding=3, desc=name, text=[value]))
    tags.add(UFID(owner="http://musicbrainz.org", data=recording.encode()))
    tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="Cover", data=cover))
    tags.save(path)


def _tag_mp4(
    path: Path, album: Album, track: Track, values: dict[str, str], ids: dict[str, str], recording: str,
    on_disc: int, cover: bytes,
) -> None:  # fmt: skip
    file = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["aART"] = [values["title"]], [values["artist"]], [values["albumartist"]]
    file["\xa9alb"], file["\xa9day"], file["\xa9gen"] = [values["album"]], [values["date"]], [values["genre"]]
    file["trkn"], file["disk"], file["cpil"] = [(track.number, on_disc)], [(track.disc, album.discs)], album.compilation
    file["covr"] = [MP4Cover(cover, imageformat=MP4Cover.FORMAT_JPEG)]
    for name, value in {**ids, "MusicBrainz Track Id": recording, "LABEL": values["label"]}.items():
        file[f"----:com.apple.iTunes:{name}"] = [MP4FreeForm(value.encode())]
    file.save()


def _tag_vorbis(
    path: Path, album: Album, track: Track, values: dict[str, str], ids: dict[str, str], recording: str,
    on_disc: int, gain: str, peak: str, cover: bytes,
) -> None:  # fmt: skip
    picture = Picture()
    picture.type, picture.mime, picture.desc, picture.data = 3, "image/jpeg", "Cover", cover
    picture.width, picture.height, picture.depth = *artwork.COVER, 24
    file: mutagen.FileType = FLAC(path) if album.codec == "flac" else OggOpus(path)
    for name, value in values.items():
        file[name.upper()] = [value]
    file["TRACKNUMBER"], file["TRACKTOTAL"] = [str(track.number)], [str(on_disc)]
    file["DISCNUMBER"], file["DISCTOTAL"] = [str(track.disc)], [str(album.discs)]
    for name, value in {**ids, "MusicBrainz Track Id": recording}.items():
        file[name.upper().replace(" ", "_").replace("MUSICBRAINZ_TRACK_ID", "MUSICBRAINZ_TRACKID")
             .replace("_ID", "ID")] = [value]  # fmt: skip
    if isinstance(file, FLAC):
        file["REPLAYGAIN_TRACK_GAIN"], file["REPLAYGAIN_TRACK_PEAK"] = [gain], [peak]
        file.add_picture(picture)
    else:
        file["R128_TRACK_GAIN"] = [str(round((float(gain.split()[0]) - 5.0) * 256))]
        file["METADATA_BLOCK_PICTURE"] = [base64.b64encode(picture.write()).decode("ascii")]
    file.save()


def _book(book: Audiobook) -> Callable[[Bench], None]:
    folder = book.path.rsplit("/", 1)[0]
    seed = crc32(book.title.encode()) % 1000

    def cover() -> bytes:
        return painting.jpeg(artwork.cover(book.scene, book.title, book.author, seed=seed, design="full"))

    def write(path: Path) -> None:
        style = sound.Style(tempo=60, root=52, mode="dorian", pluck=0.35, lead=0.0, bell=0.3, wind=0.9)
        pieces = [
            sound.faded(
                sound.compose(seed + number, book.chapter_seconds, style, loop=False) * np.float32(0.45)
                + sound.murmur(seed + number, book.chapter_seconds, pitch=165) * np.float32(0.9),
                rise=0.2, fall=1.0,
            )
            for number in range(len(book.chapters))
        ]  # fmt: skip
        with av.open(str(path), "w", format="ipod", options={"movflags": "+faststart"}) as output:
            track = reel.AudioTrack(pcm=sound.joined(*pieces), kbps=64)
            stream = reel.add_sound(output, track)
            output.set_chapters(
                reel.chapter_marks(reel.evenly(book.chapters, book.chapter_seconds * len(book.chapters)))
            )
            for packet in reel.encode_sound(stream, track):
                output.mux(packet)
        file = MP4(path)
        file["\xa9nam"], file["\xa9alb"], file["\xa9ART"], file["aART"] = (
            [book.title],
            [book.title],
            [book.author],
            [book.author],
        )
        file["\xa9wrt"], file["\xa9day"], file["\xa9gen"], file["desc"] = (
            [book.narrator],
            [str(book.year)],
            ["Audiobook"],
            [book.plot],
        )
        file["stik"] = [2]
        file["covr"] = [MP4Cover(cover(), imageformat=MP4Cover.FORMAT_JPEG)]
        file.save()

    def run(bench: Bench) -> None:
        bench.put_bytes(f"{folder}/cover.jpg", cover)
        bench.put(book.path, write)

    return run
