"""Media that are not files of this machine: folders and bytes that rclone's own server gives out, without a mount.

The seam between "a path" and "bytes of it". Some paths are *far*: they lie below the point of a source that is read
directly (:mod:`.table`), nothing is mounted there, and the operating system knows nothing of them. The questions in
:mod:`.asking` are those of ``os`` (``scandir``, ``stat``, the whole of a small file) and are answered for both kinds;
with no such source in the table they are the calls of ``os`` and nothing else. :mod:`.file` is a far file for random
reads, :mod:`.flow` one that streams on an event loop. All of them speak WebDAV (RFC 4918, :mod:`.webdav`) over a socket
that lies in a folder nobody else can enter; :mod:`.dial` is how a process comes by such a connection, :mod:`.door` how
one does that may open none.
"""

from vitascope.media.reach.asking import Listed, is_file, is_folder, is_readable, lexists, read_whole, scandir, stat
from vitascope.media.reach.table import Far, Point, find, points, put

__all__ = [
    "Far",
    "Listed",
    "Point",
    "find",
    "is_file",
    "is_folder",
    "is_readable",
    "lexists",
    "points",
    "put",
    "read_whole",
    "scandir",
    "stat",
]
