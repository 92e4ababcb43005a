"""What a music file is: what its tags say, and what its folders say where the tags are silent.

``Artist/Album (Year)/01 - Title.ext``, with ``CD 2`` folders or numbers like ``201`` for further discs.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from vitascope.core.naming._marks import bracketed_year
from vitascope.core.naming._text import readable, spaced, split_path, squashed, stem_of, tidy

VARIOUS_ARTISTS = "Various Artists"

_VARIOUS = frozenset({"variousartists", "various", "va", "variousartist", "variosartistas", "verschiedene", "sampler",
                      "verschiedeneinterpreten", "diverseinterpreten", "artistesdivers", "varios"})  # fmt: skip
_COMPILATIONS = frozenset({"compilations", "compilation", "soundtracks", "soundtrack"})
_DISC_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_DISC_FOLDER = re.compile(
    rf"(?:.*[\s._-])?(?:cd|dis[ck]|vinyl|lp|disque)[\s._#-]*(?P<n>\d{{1,2}}|{'|'.join(_DISC_WORDS)})(?:\s*[-–:(].*)?",
    re.IGNORECASE,
)
_DISC_SUFFIX = re.compile(
    rf"[\s._-]*[(\[]?\s*\b(?:cd|dis[ck])[\s._#-]*(?P<n>\d{{1,2}}|{'|'.join(_DISC_WORDS)})(?:\s+of\s+\d+)?\s*[)\]]?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^[\[(]?(?:(?:cd|dis[ck])\s?)?(?:(?P<disc>\d{1,2})[\s]?[-.x](?=\d{2}(?!\d)))?(?:track\s*)?(?P<track>\d{1,3})"
    r"(?:(?P<sure>\s*[-–.)\]_:]+\s*|\s*$)|\s+)(?P<title>.*)$",
    re.IGNORECASE,
)
_INNER_NUMBER = re.compile(r"\s+-\s+(?:(?P<track>\d{1,3})(?:\s+-\s+|\.\s+)|(?P<padded>0\d)\s+)(?=\S)")
_LEADING_YEAR = re.compile(r"^[(\[]?((?:19|20)\d\d)[)\]]?\s*[-–.]\s*(?=\S)")  # "1984 - Album", not "1984 Live"
_FORMAT = re.compile(r"\s*[\[({](?:[^\[\](){}]*\b(?:flac|mp3|aac|alac|wav|320|v0|v2|24[ -]?bit|16[ -]?bit|24-\d+|"
                     r"kbps|lossless|web|vinyl rip|hi-?res)\b[^\[\](){}]*)[\])}]", re.IGNORECASE)  # fmt: skip
_BRACES = re.compile(r"\{[^{}]*\}")
_HIGHEST_LOOSE_TRACK = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackTags:
    """The tags naming needs, as a probe read them; ``None`` or empty where a file has none."""

    title: str | None = None
    artist: str | None = None
    album_artist: str | None = None
    album: str | None = None
    track: int | None = None
    disc: int | None = None
    year: int | None = None
    compilation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackName:
    """A track's name and place. ``album_artist`` is whose album it is, ``artist`` who performs the track."""

    title: str
    artist: str | None = None
    album_artist: str | None = None
    album: str | None = None
    album_year: int | None = None
    disc: int | None = None
    track: int | None = None
    compilation: bool = False
    album_folder: str = ""
    """The album's folder, without ``CD 1`` below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _FromPath:
    title: str
    artist: str | None = None
    album_artist: str | None = None
    album: str | None = None
    year: int | None = None
    disc: int | None = None
    track: int | None = None
    folder: str = ""


def parse_track(path: str, tags: TrackTags | None = None) -> TrackName:
    """Tags first, then folders and the file's name."""
    named = _from_path(path)
    tags = tags or TrackTags()
    artist = _tag(tags.artist)
    album_artist = _tag(tags.album_artist)
    compilation = tags.compilation or is_various(album_artist)
    if album_artist is None:
        if tags.compilation:
            album_artist = VARIOUS_ARTISTS
        else:
            # Folders are asked before the track's artist: "A feat. B" would make an album of its own.
            agrees = artist is None or (
                named.album_artist is not None and squashed(artist).startswith(squashed(named.album_artist))
            )
            is_sampler = named.album_artist is not None and is_various(named.album_artist)
            album_artist = named.album_artist if agrees or is_sampler else artist
            compilation = compilation or (is_sampler and album_artist == named.album_artist)
    artist = artist or named.artist or album_artist
    return TrackName(
        title=_tag(tags.title) or named.title,
        artist=artist,
        album_artist=album_artist or artist,
        album=_tag(tags.album) or named.album,
        album_year=tags.year if tags.year is not None else named.year,
        disc=tags.disc if tags.disc is not None else named.disc,
        track=tags.track if tags.track is not None else named.track,
        compilation=compilation,
        album_folder=named.folder,
    )


def is_various(artist: str | None) -> bool:
    """Whether an album artist is nobody in particular."""
    return artist is not None and squashed(artist) in _VARIOUS


def disc_folder(name: str) -> int | None:
    """The number of a folder that holds one disc of an album."""
    found = _DISC_FOLDER.fullmatch(name.strip())
    return _disc(found.group("n")) if found else None


def _disc(number: str) -> int:
    return _DISC_WORDS.get(number.lower()) or int(number)


@lru_cache(maxsize=256)  # a scan asks for the same few folders thousands of times
def album_name(folder: str) -> tuple[str, int | None, int | None]:
    """Title, year and disc number in an album folder's name: ``1973 - Album [FLAC] (CD 2)``."""
    text = tidy(_BRACES.sub(" ", _FORMAT.sub(" ", spaced(readable(folder)))))
    year: int | None = None
    disc: int | None = None
    if (found := _DISC_SUFFIX.search(text)) and (before := tidy(text[: found.start()])):
        disc, text = _disc(found.group("n")), before
    if bracketed := bracketed_year(text):
        year = bracketed[0]
        text = f"{text[: bracketed[1]]} {text[bracketed[2] :]}"
    elif leading := _LEADING_YEAR.match(text):
        year, text = int(leading.group(1)), text[leading.end() :]
    return tidy(text) or readable(folder), year, disc


def _tag(value: str | None) -> str | None:
    return (tidy_tag(value) or None) if value else None


def tidy_tag(value: str) -> str:
    return " ".join(readable(value).split())


def _from_path(path: str) -> _FromPath:
    folders, file_name = split_path(path)
    stem = stem_of(file_name)
    disc: int | None = None
    if len(folders) >= 2 and (number := disc_folder(folders[-1])) is not None and _is_only_disc(folders):
        disc, folders = number, folders[:-1]
    album: str | None = None
    year: int | None = None
    artist: str | None = None
    if folders:
        album, year, named_disc = album_name(folders[-1])
        disc = disc if disc is not None else named_disc
        if len(folders) >= 2:
            artist = tidy(readable(folders[-2])) or None
            if artist and album.lower().startswith(f"{artist.lower()} - "):
                album = tidy(album[len(artist) + 3 :]) or album
            if artist and squashed(artist) in _COMPILATIONS:
                artist = VARIOUS_ARTISTS
        elif " - " in album:
            artist, _, album = album.partition(" - ")
            # "Artist - 1973 - Album"
            if (inner := _LEADING_YEAR.match(album)) and year is None and "-" in inner.group():
                year, album = int(inner.group(1)), album[inner.end() :]
            artist, album = tidy(artist), tidy(album)
        else:
            artist, album = album, None
    return _name_track(stem, album_artist=artist, album=album, year=year, disc=disc, folder="/".join(folders))


def _is_only_disc(folders: tuple[str, ...]) -> bool:
    """Whether the innermost folder is one disc of the album above: an artist's folder is not an album."""
    return len(folders) >= 3 or not re.match(r".*[^\W\d_].*(?:cd|dis[ck])", folders[-1], re.IGNORECASE)


def _name_track(
    stem: str, *, album_artist: str | None, album: str | None, year: int | None, disc: int | None, folder: str
) -> _FromPath:
    text = tidy(spaced(readable(stem))) or readable(stem)
    track: int | None = None
    found = _NUMBERED.match(text)
    if found is not None and _is_track_number(found):
        number = int(found.group("track"))
        if found.group("disc"):
            disc = disc if disc is not None else int(found.group("disc"))
        elif number >= 101 and 1 <= number % 100 <= _HIGHEST_LOOSE_TRACK:
            disc = disc if disc is not None else number // 100
            number %= 100
        track = number
        text = tidy(found.group("title")) or text
    elif inner := _INNER_NUMBER.search(text):
        track, before, text = (
            int(inner.group("track") or inner.group("padded")),
            text[: inner.start()],
            text[inner.end() :],
        )
        front, _, back = before.partition(" - ")
        album_artist = album_artist or tidy(front) or None
        album = album or tidy(back) or None
    artist: str | None = None
    front, dash, back = text.partition(" - ")
    if dash and tidy(front) and tidy(back):
        # "Artist - Title": sure when it repeats the artist, or nobody else is named.
        same = album_artist is not None and squashed(front) == squashed(album_artist)
        if same or album_artist is None or is_various(album_artist):
            artist, text = tidy(front), tidy(back)
    return _FromPath(
        title=tidy(text) or text,
        artist=artist,
        album_artist=album_artist or artist,
        album=album,
        year=year,
        disc=disc,
        track=track,
        folder=folder,
    )


def _is_track_number(found: re.Match[str]) -> bool:
    """``01 Title``, ``12 Title`` and ``203 Title`` number a track; ``7 Rings``, ``99 Luftballons`` are titles."""
    digits = found.group("track")
    if found.group("sure") is not None or found.group("disc"):
        return len(digits) < 3 or found.group("sure") != "" or digits.startswith("0")
    if not found.group("title"):
        return len(digits) <= 2
    if len(digits) == 3 and digits[0] in "1234":
        return 1 <= int(digits) % 100 <= _HIGHEST_LOOSE_TRACK
    return digits.startswith("0") or (len(digits) == 2 and int(digits) <= _HIGHEST_LOOSE_TRACK)
