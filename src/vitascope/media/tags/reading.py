"""Reading tags and pictures from a path. Runs inside a worker process."""

from mutagen import FileType

from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.probing import attached_picture
from vitascope.media.probe.sniff import IMAGES, Format, sniff_file
from vitascope.media.tags.assembly import assemble
from vitascope.media.tags.families import fields_of, fields_of_container
from vitascope.media.tags.loading import DAMAGE, load
from vitascope.media.tags.model import AudioTags
from vitascope.media.tags.pictures import best_picture, checked_picture

_MUTAGEN_ONLY = frozenset({Format.MUSEPACK})


def read_tags(path: str | bytes) -> AudioTags:
    """The tags of a music file or film; without any, an empty :class:`AudioTags`. Raises :class:`MediaError` for
    what cannot be opened or is no media."""
    with MediaFile(path, here_and_there=True) as file:
        format_ = sniff_file(file)
        if format_ in IMAGES:
            return AudioTags()
        opened = load(file, format_)
        if opened is not None:
            return tags_of(opened)
        container = open_container(file, format_, full=False)
        try:
            return assemble(fields_of_container(container.metadata))
        finally:
            container.close()


def tags_of(opened: FileType) -> AudioTags:
    """The tags of an opened file; empty when they are damaged beyond reading."""
    try:
        fields, has_picture = fields_of(opened)
    except DAMAGE:
        return AudioTags()
    return assemble(fields, has_picture=has_picture)


def extract_picture(path: str | bytes) -> tuple[str, bytes] | None:
    """MIME type and bytes of the front cover; ``None`` without one. Raises :class:`MediaError`, also for pictures
    that are larger than any cover."""
    with MediaFile(path, here_and_there=True) as file:
        format_ = sniff_file(file)
        if format_ in IMAGES:
            return None
        opened = load(file, format_)
        data = best_picture(opened) if opened is not None else None
        if data is None and format_ not in _MUTAGEN_ONLY:
            data = attached_picture(file, format_)
        return checked_picture(data) if data else None
