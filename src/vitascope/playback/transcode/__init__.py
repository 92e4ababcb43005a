"""Streams that are made while somebody watches: sessions, the segments of their renditions, and the room they take.

:mod:`.service` keeps the sessions (:mod:`.stream_session`), :mod:`.lanes` decides which segments of a rendition are
made next and which are given up, :mod:`.room` watches over the disk. Who makes a segment stands behind the seam of
:mod:`vitascope.media.transcoding.production`.
"""

from vitascope.playback.transcode.errors import NoSuchSegment, NoSuchSession, SessionEnded, TranscodeError

__all__ = ["NoSuchSegment", "NoSuchSession", "SessionEnded", "TranscodeError"]
