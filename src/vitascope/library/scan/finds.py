"""What identifying a folder yields: the items its names promise, each with the files it is made of.

A :class:`Find` is one leaf item (film, episode, track, photo, clip) or extra, not yet a row: its files have not been
opened and nobody has looked whether the library knows it. What lies above it (show and season, artist and album, photo
albums) comes with it as :class:`Above`, because a folder is identified without looking at its neighbours.
"""

from msgspec import Struct

from vitascope.core.model import ArtKind, ExtraType, ItemType
from vitascope.library.scan.walk import Entry

Ids = tuple[tuple[str, str], ...]


class Sidecar(Struct, frozen=True, kw_only=True):
    """A subtitle or lyrics file beside a media file, with what its name says."""

    entry: Entry
    language_code: str | None = None
    language_tag: str | None = None
    title: str | None = None
    forced: bool = False
    default: bool = False
    hearing_impaired: bool = False
    commentary: bool = False


class Picture(Struct, frozen=True):
    """A picture (or theme) beside the media, in the order people mean: the first of a kind is shown."""

    kind: ArtKind
    entry: Entry


class PartFile(Struct, frozen=True, kw_only=True):
    """One media file of an item."""

    entry: Entry
    sidecars: tuple[Sidecar, ...] = ()


class Version(Struct, frozen=True, kw_only=True):
    """One way to play an item: one file, or several that are played one after the other."""

    parts: tuple[PartFile, ...]
    label: str | None = None


class Above(Struct, frozen=True, kw_only=True):
    """A container: show, season, artist, album or photo album. ``key`` is its parsed name (see :mod:`keys`)."""

    type: ItemType
    key: str
    title: str
    index: int | None = None
    year: int | None = None
    edition: str | None = None
    ids: Ids = ()
    folder: bytes | None = None
    """Where it lies, below the root; ``None`` when only the names of its files speak of it."""
    nfo: Entry | None = None
    pictures: tuple[Picture, ...] = ()
    compilation: bool = False
    readers: tuple[str, ...] = ()
    """Of an audiobook: who reads it, by its name."""
    changed: bool = False
    """Something that describes it (NFO, picture) is new."""


class Find(Struct, kw_only=True):
    """One item and all its files in one folder."""

    type: ItemType
    title: str
    versions: tuple[Version, ...]
    key: str | None = None
    """Its parsed name; ``None`` where a name proves nothing (photos, other videos, extras)."""
    above: tuple[Above, ...] = ()
    """From the outermost to the one it lies in."""
    year: int | None = None
    edition: str | None = None
    ids: Ids = ()
    index: int | None = None
    parent_index: int | None = None
    absolute_index: int | None = None
    available_at: str | None = None
    original_title: str | None = None
    nfo: Entry | None = None
    nfo_index: int = 0
    """Which of the episodes in the NFO of a file with several."""
    xmp: tuple[Entry, ...] = ()
    """The XMP files beside a photograph; the worker that opens it reads the first."""
    pictures: tuple[Picture, ...] = ()
    extra: ExtraType | None = None
    extras: tuple["Find", ...] = ()
    title_is_guessed: bool = False
    """The title is made up (``Episode 3``), so anything else is better."""

    def entries(self) -> list[Entry]:
        """Every file that says something about this item, extras aside."""
        found = [part.entry for version in self.versions for part in version.parts]
        found += [s.entry for version in self.versions for part in version.parts for s in part.sidecars]
        if self.nfo is not None:
            found.append(self.nfo)
        found += self.xmp
        found += [picture.entry for picture in self.pictures]
        return found

    def media_entries(self) -> list[Entry]:
        return [part.entry for version in self.versions for part in version.parts]


class Unplaced(Struct, frozen=True):
    """A media file that no item can be made of, and why."""

    entry: Entry
    reason: str
    again: bool = False
    """The next scan looks at it again although it did not change: what it lacks may have come."""
