"""Enumerations of the Plex Media Server API, with its numbers, and our own kinds of files and pictures."""

from enum import IntEnum, StrEnum


class ItemType(IntEnum):
    """The ``type`` number of a metadata item."""

    MOVIE = 1
    SHOW = 2
    SEASON = 3
    EPISODE = 4
    TRAILER = 5
    PERSON = 7
    ARTIST = 8
    ALBUM = 9
    TRACK = 10
    CLIP = 12
    PHOTO = 13
    PHOTO_ALBUM = 14
    PLAYLIST = 15
    PLAYLIST_FOLDER = 16
    COLLECTION = 18

    @property
    def api_name(self) -> str:
        """The ``type`` attribute of an item: ``movie``, ``photoalbum``, …"""
        return self.name.lower().replace("_", "")


LEAF_TYPES = frozenset({ItemType.MOVIE, ItemType.EPISODE, ItemType.TRACK, ItemType.CLIP, ItemType.PHOTO})
CONTAINER_TYPES = frozenset({ItemType.SHOW, ItemType.SEASON, ItemType.ARTIST, ItemType.ALBUM, ItemType.PHOTO_ALBUM})


class MediaKind(StrEnum):
    """What a play queue or playlist plays: its ``type`` and ``playlistType``."""

    VIDEO = "video"
    AUDIO = "audio"
    PHOTO = "photo"

    @property
    def types(self) -> frozenset[ItemType]:
        """The types of items that are of this kind; a clip may lie among photos."""
        return _OF_KIND[self]


_OF_KIND = {
    MediaKind.VIDEO: frozenset(
        {ItemType.MOVIE, ItemType.SHOW, ItemType.SEASON, ItemType.EPISODE, ItemType.CLIP, ItemType.TRAILER}
    ),
    MediaKind.AUDIO: frozenset({ItemType.ARTIST, ItemType.ALBUM, ItemType.TRACK}),
    MediaKind.PHOTO: frozenset({ItemType.PHOTO_ALBUM, ItemType.PHOTO, ItemType.CLIP}),
}


class SectionKind(StrEnum):
    """What a section holds. The API's section ``type`` is :attr:`api_type`; ``OTHER`` is a movie section without
    matching ("Other Videos", scanner ``Plex Video Files Scanner``)."""

    MOVIE = "movie"
    SHOW = "show"
    ARTIST = "artist"
    PHOTO = "photo"
    OTHER = "other"

    @property
    def api_type(self) -> str:
        return "movie" if self is SectionKind.OTHER else self.value


class TagType(IntEnum):
    """The ``tagType`` number of a tag."""

    GENRE = 1
    COLLECTION = 2
    DIRECTOR = 4
    WRITER = 5
    ROLE = 6
    PRODUCER = 7
    COUNTRY = 8
    LABEL = 11
    MAKE = 200
    MODEL = 201
    APERTURE = 202
    EXPOSURE = 203
    ISO = 204
    LENS = 205
    DEVICE = 206
    AUTOTAG = 207
    MOOD = 300
    STYLE = 301
    FORMAT = 302
    SUBFORMAT = 303
    SIMILAR = 305
    STUDIO = 318
    NETWORK = 319
    PLACE = 400


class StreamType(IntEnum):
    """The ``streamType`` number of a stream."""

    VIDEO = 1
    AUDIO = 2
    SUBTITLE = 3
    LYRICS = 4


class ExtraType(IntEnum):
    """The ``extraType`` number of an extra."""

    TRAILER = 1
    DELETED_SCENE = 2
    INTERVIEW = 3
    MUSIC_VIDEO = 4
    BEHIND_THE_SCENES = 5
    SCENE = 6
    LIVE_MUSIC_VIDEO = 7
    LYRIC_MUSIC_VIDEO = 8
    CONCERT = 9
    FEATURETTE = 10
    SHORT = 11
    OTHER = 12


class ArtKind(StrEnum):
    """The picture (or theme) elements of an item, named as in its URLs."""

    THUMB = "thumb"
    ART = "art"
    BANNER = "banner"
    CLEAR_LOGO = "clearLogo"
    SQUARE_ART = "squareArt"
    THEME = "theme"


class FileClass(StrEnum):
    """What a file is by its extension."""

    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    SUBTITLE = "subtitle"
    LYRICS = "lyrics"
    NFO = "nfo"
    XMP = "xmp"
    CUT_LIST = "cut-list"
    PLEXMATCH = "plexmatch"
    PLEXIGNORE = "plexignore"
    OTHER = "other"
