"""What is in the demo library, as plain values: everything invented, nothing drawn from a real work.

The makers build files from these values, and tests and documentation read them, so that the three agree.
Paths are relative to the library's directory. Durations are in seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vitascope.media.demo.sound import Style

PARTS = ("Movies", "TV Shows", "Music", "Audiobooks", "Photos", "Home Videos")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who plays whom."""

    actor: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A sound stream of a film: codec by its ffmpeg name, language by its three letters."""

    codec: str
    language: str = "eng"
    channels: int = 2
    title: str = ""
    commentary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A subtitle stream inside a film: format ``srt``, ``ass`` or ``pgs``."""

    format: str
    language: str
    title: str = ""
    default: bool = False
    forced: bool = False
    hearing_impaired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmFile:
    """One file of a film. ``name`` is its name in the film's folder; ``label`` is shown on its title card."""

    name: str
    seconds: int
    video: str = "h264"
    columns: int = 854
    rows: int = 480
    voices: tuple[Voice, ...] = (Voice(codec="aac"),)
    captions: tuple[Caption, ...] = ()
    chapters: tuple[str, ...] = ()
    looped: bool = False
    hdr: bool = False
    edition: str = ""
    version: str = ""
    part: int = 0
    label: str = ""
    shift: float = 0.0

    @property
    def container(self) -> str:
        """What ffmpeg calls the container."""
        return {"mkv": "matroska", "mp4": "mp4", "webm": "webm", "mov": "mov"}[self.name.rsplit(".", 1)[1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A trailer or a featurette beside a film."""

    name: str
    title: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film and what an NFO says about it."""

    title: str
    year: int
    folder: str
    scene: str
    tagline: str
    plot: str
    genres: tuple[str, ...]
    directors: tuple[str, ...]
    writers: tuple[str, ...]
    cast: tuple[Role, ...]
    studio: str
    country: str
    rating: float
    votes: int
    content_rating: str
    tmdb: str
    files: tuple[FilmFile, ...]
    style: Style
    premiered: str
    collection: str = ""
    extras: tuple[Extra, ...] = ()
    sidecars: tuple[str, ...] = ()
    theme: bool = False
    title_on_top: bool = False
    poster_turn: float = 0.31
    lines: tuple[str, ...] = ()
    german: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An episode: the scene it plays in and the scene's seed."""

    season: int
    number: int
    title: str
    plot: str
    scene: str
    aired: str
    rating: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A show with its episodes in order."""

    title: str
    year: int
    folder: str
    scene: str
    plot: str
    genres: tuple[str, ...]
    directors: tuple[str, ...]
    cast: tuple[Role, ...]
    studio: str
    country: str
    rating: float
    votes: int
    content_rating: str
    tvdb: str
    style: Style
    extension: str
    voice: str
    episodes: tuple[Episode, ...]
    body_seconds: int
    intro_seconds: int = 0
    credits_seconds: int = 0
    cold_open_seconds: int = 0
    season_names: tuple[str, ...] = ()

    def path(self, episode: Episode) -> str:
        """Where an episode lies."""
        code = f"S{episode.season:02}E{episode.number:02}"
        return (
            f"TV Shows/{self.folder}/Season {episode.season:02}/{self.title} - {code} - {episode.title}{self.extension}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A piece of music. ``artist`` only where it differs from the album's."""

    disc: int
    number: int
    title: str
    seconds: int
    artist: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """An album, all of it in one codec."""

    artist: str
    title: str
    year: int
    codec: str
    genre: str
    scene: str
    design: str
    style: Style
    tracks: tuple[Track, ...]
    label: str
    compilation: bool = False

    @property
    def extension(self) -> str:
        """The ending of its files."""
        return {"flac": ".flac", "libmp3lame": ".mp3", "aac": ".m4a", "libopus": ".opus"}[self.codec]

    @property
    def discs(self) -> int:
        """How many discs it has."""
        return max(track.disc for track in self.tracks)

    @property
    def folder(self) -> str:
        """Where it lies."""
        return f"Music/{self.artist}/{self.title} ({self.year})"

    def path(self, track: Track) -> str:
        """Where a track lies."""
        disc = f"Disc {track.disc}/" if self.discs > 1 else ""
        return f"{self.folder}/{disc}{track.number:02} - {track.title}{self.extension}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiobook:
    """A book that is read aloud, with its chapters."""

    author: str
    title: str
    year: int
    narrator: str
    plot: str
    scene: str
    chapters: tuple[str, ...]
    chapter_seconds: int

    @property
    def path(self) -> str:
        """Where it lies."""
        return f"Audiobooks/{self.author}/{self.title}/{self.title}.m4b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photograph and what the camera wrote into it. ``orientation`` is EXIF's 1, 3, 6 or 8."""

    name: str
    scene: str
    taken: str
    turn: float = 0.3
    latitude: float = 0.0
    longitude: float = 0.0
    altitude: int = 0
    orientation: int = 1
    exposure: tuple[int, int] = (1, 250)
    aperture: tuple[int, int] = (56, 10)
    iso: int = 100
    focal_mm: int = 35
    stars: int = 0
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoAlbum:
    """A folder of photographs taken with one camera."""

    name: str
    make: str
    camera: str
    lens: str
    photos: tuple[Photo, ...]

    def path(self, photo: Photo) -> str:
        """Where a photograph lies."""
        return f"Photos/{self.name}/{photo.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeVideo:
    """A clip that someone filmed."""

    name: str
    title: str
    taken: str
    scene: str
    seconds: int
    video: str
    voice: str
    columns: int = 640
    rows: int = 360

    @property
    def path(self) -> str:
        """Where it lies."""
        return f"Home Videos/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The whole library."""

    films: tuple[Film, ...]
    shows: tuple[Show, ...]
    albums: tuple[Album, ...]
    audiobooks: tuple[Audiobook, ...]
    photo_albums: tuple[PhotoAlbum, ...]
    home_videos: tuple[HomeVideo, ...]

    def film(self, title: str) -> Film:
        """The film of a title; ``KeyError`` if there is none."""
        return {film.title: film for film in self.films}[title]

    def film_paths(self, film: Film) -> Iterator[str]:
        """Where the files of a film lie, extras not counted."""
        return (f"Movies/{film.folder}/{file.name}" for file in film.files)

    @property
    def media_paths(self) -> tuple[str, ...]:
        """Every film, episode, track, book, photograph, clip and extra, in the order of the parts."""
        paths = [path for film in self.films for path in self.film_paths(film)]
        paths += [f"Movies/{film.folder}/{extra.name}" for film in self.films for extra in film.extras]
        paths += [show.path(episode) for show in self.shows for episode in show.episodes]
        paths += [album.path(track) for album in self.albums for track in album.tracks]
        paths += [book.path for book in self.audiobooks]
        paths += [album.path(photo) for album in self.photo_albums for photo in album.photos]
        return (*paths, *(clip.path for clip in self.home_videos))
