"""Tags that lie inside media files: music in all families, films in what Matroska and MP4 carry."""

from vitascope.media.tags.model import AudioTags, ReplayGain
from vitascope.media.tags.reading import extract_picture, read_tags

__all__ = ["AudioTags", "ReplayGain", "extract_picture", "read_tags"]
