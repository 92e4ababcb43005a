"""The manifest: the first member of an archive, which says what every other member must be.

An archive is read only as far as its manifest allows: exactly these members, in this order, of these sizes, with these
sums. Names are checked here, once, before anything is written; so no member can lie outside the folder it is meant for.
"""

from collections.abc import Sequence

import msgspec

from vitascope.ops.backup.errors import BadArchive, TooNew

FORMAT = 1
NAME = "manifest.json"
ROOT = "Plex Media Server/"
"""Every other member lies below the name of the support directory, so that plain tar puts it where it belongs."""
MOST_BYTES = 256 << 20
_MOST_NAME_BYTES = 4096
_MOST_PART_BYTES = 255
LATEST_S = 1 << 33
"""Of a file's time: what tar and every file system hold."""


class Member(msgspec.Struct, frozen=True, array_like=True):
    """One file."""

    name: str
    """Relative to the support directory, with ``/`` between its parts."""
    size_bytes: int
    sha256: str
    mode: int
    mtime_s: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive holds."""

    format: int = FORMAT
    version: str
    """Of the program that made it."""
    engine: str
    """``vitascope`` or ``plex``."""
    machine_id: str
    """The public machine identifier; empty when the preferences name none."""
    made_at: int
    """Seconds since 1970."""
    database: str
    """``sqlite`` or ``postgresql``."""
    revision: str = ""
    """Of our own schema."""
    tables: tuple[str, ...] = ()
    """Of a PostgreSQL database, in the order in which they were copied."""
    members: tuple[Member, ...] = ()

    @property
    def total_bytes(self) -> int:
        """What its members need on a disk."""
        return sum(member.size_bytes for member in self.members)


class _Version(msgspec.Struct):
    format: int


def encode(manifest: Manifest) -> bytes:
    """As JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(_escaped(manifest)), indent=1)


def decode(data: bytes) -> Manifest:
    """Reads and checks one. Raises :class:`BadArchive` or :class:`TooNew`."""
    try:
        made = msgspec.json.decode(data, type=_Version).format
        if made > FORMAT:
            raise TooNew(f"the archive has format {made}, this version reads {FORMAT}: use the one it is of")
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadArchive(f"the manifest cannot be read: {error}") from error
    if manifest.engine not in ("vitascope", "plex") or manifest.database not in ("sqlite", "postgresql"):
        raise BadArchive(f"the manifest names an unknown engine: {manifest.engine}, {manifest.database}")
    members = tuple(_unescaped(member) for member in manifest.members)
    check_names(members)
    return msgspec.structs.replace(manifest, members=members)


def check_names(members: Sequence[Member]) -> None:
    """Raises :class:`BadArchive` for a name that could lie elsewhere, comes twice, or is both a file and a folder."""
    seen: set[str] = set()
    for member in members:
        parts = member.name.split("/")
        if any(part in ("", ".", "..") for part in parts) or "\0" in member.name:
            raise BadArchive(f"the manifest names a file outside its folder: {member.name!r}")
        raw = [part.encode("utf-8", "surrogateescape") for part in parts]
        if max(map(len, raw)) > _MOST_PART_BYTES or sum(map(len, raw)) + len(raw) > _MOST_NAME_BYTES:
            raise BadArchive(f"the manifest has a name that is too long: {member.name[:80]!r}…")
        if member.size_bytes < 0 or len(member.sha256) != 64 or not 0 <= member.mtime_s <= LATEST_S:
            raise BadArchive(f"the manifest is wrong about {member.name!r}")
        if member.name in seen:
            raise BadArchive(f"the manifest names {member.name!r} twice")
        seen.add(member.name)
    for name in seen:
        folder = name.rpartition("/")[0]
        while folder:
            if folder in seen:
                raise BadArchive(f"the manifest has {folder!r} as a file and as a folder")
            folder = folder.rpartition("/")[0]


# JSON has no place for bytes that are no UTF-8; names on disk may have such. "%" is the escape.


def _escape(name: str) -> str:
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode().replace("%", "%25")
    except UnicodeDecodeError:
        return "".join(chr(byte) if 0x20 <= byte < 0x7F and byte != 0x25 else f"%{byte:02X}" for byte in raw)


def _unescape(name: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(name).decode("utf-8", "surrogateescape")


def _escaped(manifest: Manifest) -> Manifest:
    members = tuple(msgspec.structs.replace(one, name=_escape(one.name)) for one in manifest.members)
    return msgspec.structs.replace(manifest, members=members)


def _unescaped(member: Member) -> Member:
    return msgspec.structs.replace(member, name=_unescape(member.name)) if "%" in member.name else member
