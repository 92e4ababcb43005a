"""Playlists in and out of M3U files."""

import asyncio
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.files import disposition
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.playlists import playlist_of, playlists_reply
from vitascope.api.routing import Routes
from vitascope.core.playback.m3u import ENDINGS, MOST_BYTES
from vitascope.library import playlist_files
from vitascope.library.playlist_files import Found
from vitascope.library.playlists import PlaylistError
from vitascope.media import reach
from vitascope.store.entries import TooManyEntries
from vitascope.store.playlists import TooManyPlaylists
from vitascope.store.rows import LocationRow

routes = Routes()

_MOST_FILES = 500
_NOT_THERE = "path: there is no such playlist file (.m3u, .m3u8)"


def _read(path: bytes) -> bytes:
    """A playlist file, wherever it lies. What it is in the end must be called so too: a link to anything else is none,
    and nothing that blocks or has no end is opened."""
    try:
        if reach.find(path) is not None:
            return reach.read_whole(path, MOST_BYTES + 1)
        real = os.path.realpath(path, strict=True)
        if not _is_playlist(real) or not stat.S_ISREG(os.stat(real).st_mode):  # noqa: PTH116  # paths of media are bytes
            raise PlaylistError(_NOT_THERE)
        descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (OSError, ValueError):
        raise PlaylistError(_NOT_THERE) from None
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PlaylistError(_NOT_THERE)
        return file.read(MOST_BYTES + 1)


def _files(path: bytes) -> list[bytes]:
    """The playlist files that a path means: itself, or those of the folder."""
    if not reach.is_folder(path):
        return [path] if _is_playlist(path) else []
    try:
        with reach.scandir(path) as listing:
            names = sorted(entry.name for entry in listing)
    except OSError:
        raise PlaylistError(_NOT_THERE) from None
    return [path.rstrip(b"/") + b"/" + name for name in names if _is_playlist(name)]


def _is_playlist(path: bytes) -> bool:
    return path.lower().endswith(tuple(ending.encode() for ending in ENDINGS))


async def _found(call: Call, path: bytes, roots: list[LocationRow], section_id: int | None) -> Found:
    data = await asyncio.to_thread(_read, path)
    database = call.house.database
    kind = None if section_id is None else await database.read(playlist_files.kind_of_section, section_id)
    return await database.read(playlist_files.look_up, data, path, roots, call.viewer, kind)


@routes.post(
    "/playlists/upload",
    policy=Policy.OWNER,
    answers=Answer.ITEMS,
    takes=(
        text(
            "path",
            "A playlist file on the server, or a folder of them.",
            required=True,
            example="/music/mix.m3u8",
        ),
        integer("sectionID", "The section whose items are meant where several fit, and the kind of the playlist."),
        flag("force", "With 0 a playlist that was imported from the same file before stays beside the new one."),
    ),
)
async def upload(call: Call) -> Reply:
    """Makes playlists of M3U files of this machine: of one, or of all in a folder."""
    path, section_id = call.required("path"), call.integer("sectionID")
    roots = await call.house.database.read(playlist_files.roots_of, call.viewer, section_id)
    try:
        raw = os.fsencode(path)
        if not os.path.isabs(raw):  # noqa: PTH117  # paths of media are bytes
            raise PlaylistError("path: an absolute path is needed")
        files = await asyncio.to_thread(_files, raw.rstrip(b"/"))
        read = await _readable(call, files, roots, section_id)
        made = [
            await _save(call, found, path if file == raw else os.fsdecode(file).encode("utf-8", "replace").decode())
            for file, found in read
        ]
    except (PlaylistError, TooManyEntries, TooManyPlaylists, UnicodeError) as error:
        raise BadRequestError(str(error)) from error
    added = sum(len(found.item_ids) for _, found in read)
    return await playlists_reply(call, made, leafCountAdded=added, leafCountRequested=sum(f.lines for _, f in read))


async def _readable(
    call: Call, files: list[bytes], roots: list[LocationRow], section_id: int | None
) -> list[tuple[bytes, Found]]:
    """What the files hold, of those that hold something; the last reason when none does."""
    if len(files) > _MOST_FILES:
        raise PlaylistError(f"path: at most {_MOST_FILES} playlist files are read at once")
    read: list[tuple[bytes, Found]] = []
    problem = PlaylistError(_NOT_THERE)
    for file in files:
        try:
            read.append((file, await _found(call, file, roots, section_id)))
        except PlaylistError as error:
            problem = error
    if not read:
        raise problem
    return read


async def _save(call: Call, found: Found, source: str) -> int:
    overwrite = call.flag("force", default=True)
    if not overwrite:
        found = replace(found, title=f"{found.title} {datetime.now(UTC):%Y-%m-%d %H:%M:%S}")
    return await call.house.database.awrite(playlist_files.save, call.viewer, found, source, overwrite=overwrite)


@routes.get("/vitascope/playlists/{playlist_id:int}/m3u", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def export(call: Call) -> Reply:
    """A playlist as an M3U file, with the paths of this machine."""
    playlist = await playlist_of(call)
    if playlist.is_folder:
        raise BadRequestError("a folder is no playlist")
    database = call.house.database
    contents = await database.read(call.house.playlists.contents, playlist, call.viewer)
    data = await database.read(playlist_files.lines_of, playlist, contents, call.viewer)
    name = disposition(f"{playlist.item.title}.m3u8").encode("ascii", "replace")
    return Reply(body=data, media_type=b"audio/x-mpegurl;charset=utf-8", headers=[(b"content-disposition", name)])
