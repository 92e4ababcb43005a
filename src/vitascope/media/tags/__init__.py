"""Tags that lie inside media files: music in all families, films in what Matroska and MP4 carry.

:func:`read_tags` and :func:`extract_picture` run inside a worker process, and are loaded only there.
"""

from typing import TYPE_CHECKING, Any

from vitascope.media.tags.model import AudioTags, ReplayGain

if TYPE_CHECKING:
    from vitascope.media.tags.reading import extract_picture as extract_picture
    from vitascope.media.tags.reading import read_tags as read_tags

__all__ = ["AudioTags", "ReplayGain", "extract_picture", "read_tags"]


def __getattr__(name: str) -> Any:
    if name in {"extract_picture", "read_tags"}:
        from vitascope.media.tags import reading

        return getattr(reading, name)
    raise AttributeError(name)
