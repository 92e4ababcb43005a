"""Archives that somebody made to do harm, encrypted to the right key: nothing is touched or written outside."""

import io
import os
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
import zstandard
from tests.ops.backup.conftest import Key, state_of

from vitascope.ops.backup import manifest
from vitascope.ops.backup.errors import BackupError, TooNew
from vitascope.ops.backup.manifest import Manifest, Member
from vitascope.ops.backup.restore import RestoreOrder, restore
from vitascope.ops.backup.verify import verify
from vitascope.ops.paths import SupportDir

GOOD = "Profiles/Chrome.xml"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A member as an attacker writes it."""

    name: str = f"Plex Media Server/{GOOD}"
    data: bytes = b"evil"
    kind: bytes = tarfile.REGTYPE
    link: str = ""
    stated: int | None = None


def _member(name: str = GOOD, data: bytes = b"evil", size: int | None = None) -> Member:
    return Member(
        name=name,
        size_bytes=len(data) if size is None else size,
        sha256=sha256(data).hexdigest(),
        mode=0o644,
        mtime_s=0,
    )


def _plan(*members: Member, **values: object) -> bytes:
    plan = Manifest(
        version="1", engine="vitascope", machine_id="", made_at=0, database="sqlite", revision="", members=members
    )
    text = manifest.encode(plan)
    for name, value in values.items():
        text = text.replace(b'"%b": ' % name.encode(), b'"%b": %b, "was": ' % (name.encode(), str(value).encode()))
    return text


def _archive(text: bytes, entries: Sequence[Entry], tar_format: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tar_format) as archive:
        for entry in (Entry(name="manifest.json", data=text), *entries):
            info = tarfile.TarInfo(entry.name)
            info.type, info.linkname = entry.kind, entry.link
            info.size = len(entry.data) if entry.stated is None else entry.stated
            archive.addfile(info, io.BytesIO(entry.data.ljust(info.size, b"\0")[: info.size]))
    return buffer.getvalue()


@pytest.fixture
def refuses(support: SupportDir, key: Key, tmp_path: Path) -> Callable[[bytes], str]:
    """Says what was said against an archive; nothing may have been changed anywhere below ``tmp_path``."""

    def refuses(tar: bytes) -> str:
        packed = zstandard.ZstdCompressor(write_checksum=True).compress(tar)
        archive = tmp_path / "evil.tar.zst.age"
        archive.write_bytes(pyrage.encrypt(packed, key.recipients.loaded()))
        before = _everything(tmp_path)
        with pytest.raises(BackupError) as said:
            restore(RestoreOrder(support=support, archive=archive, identities=key.identities))
        with pytest.raises(BackupError):
            verify(archive, key.identities, support)
        assert _everything(tmp_path) == before
        assert state_of(support).number == 1
        return str(said.value)

    return refuses


def _everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    ignored = (".lock", "Backup")
    return {
        str(path): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
        if not path.name.endswith(ignored)
    }


def test_the_tools_of_the_attacker_make_archives_that_would_be_taken(
    support: SupportDir, key: Key, tmp_path: Path
) -> None:
    tar = _archive(_plan(_member()), [Entry()])
    archive = tmp_path / "good.tar.zst.age"
    archive.write_bytes(pyrage.encrypt(zstandard.ZstdCompressor().compress(tar), key.recipients.loaded()))
    restore(RestoreOrder(support=support, archive=archive, identities=key.identities))
    assert (support.root / GOOD).read_bytes() == b"evil"


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "../../../../../../../../tmp/evil",
        "/etc/evil",
        "Profiles/../../evil",
        "Profiles/./evil",
        "Profiles//evil",
        "Profiles/",
        "",
        ".",
        "Profiles/evil\0.xml",
        "Profiles/" + "x" * 256,
        "Profiles/" + "x/" * 3000 + "y",
        "Cache/evil",
        "Codecs/evil.so",
        "vitascope.sock",
        "Plug-in Support/Databases/com.plexapp.plugins.library.db",
        "Plug-in Support/Databases/vitascope.db.lock",
        "Metadata/Movies/evil",
        "Preferences.xml/evil/../../../x",
    ],
)
def test_names_that_lie_elsewhere(refuses: Callable[[bytes], str], name: str) -> None:
    refuses(_archive(_plan(_member(name)), [Entry(name=f"Plex Media Server/{name}")]))


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "Plex Media Server/../../evil", "Plex Media Server/Cache/x"])
def test_names_that_only_the_tar_has(refuses: Callable[[bytes], str], name: str) -> None:
    said = refuses(_archive(_plan(_member()), [Entry(name=name)]))
    assert "does not hold" in said


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
        tarfile.CONTTYPE,
        tarfile.GNUTYPE_SPARSE,
        tarfile.GNUTYPE_LONGLINK,
        b"\0",
        b"Z",
    ],
)
def test_what_is_no_plain_file(refuses: Callable[[bytes], str], kind: bytes) -> None:
    said = refuses(_archive(_plan(_member(data=b"")), [Entry(kind=kind, link="/etc/passwd", data=b"")]))
    assert "no plain file" in said


def test_a_link_first_and_a_file_through_it(refuses: Callable[[bytes], str]) -> None:
    entries = [
        Entry(name="Plex Media Server/Profiles", kind=tarfile.SYMTYPE, link="/tmp", data=b""),
        Entry(),
    ]
    refuses(_archive(_plan(_member("Profiles", b""), _member()), entries))
    refuses(_archive(_plan(_member()), entries))


def test_extended_headers_are_not_read(refuses: Callable[[bytes], str]) -> None:
    name = "Profiles/" + "é" * 120
    said = refuses(_archive(_plan(_member(name)), [Entry(name=f"Plex Media Server/{name}")], tarfile.PAX_FORMAT))
    assert "no plain file" in said


def test_members_twice_too_many_too_few_and_in_another_order(refuses: Callable[[bytes], str]) -> None:
    other = "Profiles/Other.xml"
    assert "twice" in refuses(_archive(_plan(_member(), _member()), [Entry(), Entry()]))
    assert "more than" in refuses(_archive(_plan(_member()), [Entry(), Entry()]))
    assert "does not hold" in refuses(_archive(_plan(_member(), _member(other)), [Entry()]))
    entries = [Entry(name=f"Plex Media Server/{other}"), Entry()]
    assert "does not hold" in refuses(_archive(_plan(_member(), _member(other)), entries))
    assert "file and as a folder" in refuses(
        _archive(_plan(_member("Profiles"), _member()), [Entry(name="Plex Media Server/Profiles"), Entry()])
    )


def test_sums_and_sizes_that_do_not_fit(refuses: Callable[[bytes], str]) -> None:
    assert "is not what it was" in refuses(_archive(_plan(_member(data=b"good")), [Entry(data=b"evil")]))
    assert "does not hold" in refuses(_archive(_plan(_member(size=3)), [Entry()]))
    assert "wrong about" in refuses(_archive(_plan(_member(size=-1)), [Entry()]))


def test_a_member_larger_than_any_disk(refuses: Callable[[bytes], str]) -> None:
    said = refuses(_archive(_plan(_member(size=1 << 60)), [Entry()]))
    assert "MiB free" in said


def test_a_bomb_is_read_in_flat_memory_and_stops_where_its_manifest_ends(
    support: SupportDir, key: Key, tmp_path: Path
) -> None:
    """One GiB of zeros in some hundred KiB, behind a manifest that promises four bytes."""
    compressor = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    packed = compressor.compress(_archive(_plan(_member()), [Entry()])[:-1024])
    zeros = bytes(64 << 20)
    for _ in range(16):
        packed += compressor.compress(b"\x01" + zeros[1:])
    packed += compressor.flush()
    archive = tmp_path / "bomb.tar.zst.age"
    archive.write_bytes(pyrage.encrypt(packed, key.recipients.loaded()))
    assert archive.stat().st_size < 4 << 20
    with pytest.raises(BackupError):
        restore(RestoreOrder(support=support, archive=archive, identities=key.identities))
    assert state_of(support).number == 1


def test_a_manifest_without_end(refuses: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "MOST_BYTES", 100)
    assert "does not begin with a manifest" in refuses(_archive(_plan(_member()), [Entry()]))


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'{"format": 1}', b"\xff\xfe", b'{"format": "1"}'])
def test_manifests_that_are_none(refuses: Callable[[bytes], str], text: bytes) -> None:
    refuses(_archive(text, []))


def test_a_manifest_of_another_engine_or_format(refuses: Callable[[bytes], str]) -> None:
    assert "unknown engine" in refuses(_archive(_plan(engine='"windows"'), []))
    assert "has format 99" in refuses(_archive(_plan(format=99), []))
    with pytest.raises(TooNew):
        manifest.decode(_plan(format=99))


def test_a_database_that_is_none(refuses: Callable[[bytes], str]) -> None:
    name = "Plug-in Support/Databases/vitascope.db"
    for data in (b"evil" * 1000, b"SQLite format 3\0" + os.urandom(8000)):
        said = refuses(_archive(_plan(_member(name, data)), [Entry(name=f"Plex Media Server/{name}", data=data)]))
        assert "vitascope.db" in said


def test_tables_of_another_database(refuses: Callable[[bytes], str]) -> None:
    name = "Vitascope.tables/pg_authid.copy"
    assert "do not agree" in refuses(_archive(_plan(_member(name)), [Entry(name=f"Plex Media Server/{name}")]))


def test_modes_are_those_of_plain_files(support: SupportDir, key: Key, tmp_path: Path) -> None:
    member = Member(name=GOOD, size_bytes=4, sha256=sha256(b"evil").hexdigest(), mode=0o6777, mtime_s=0)
    archive = tmp_path / "set.tar.zst.age"
    tar = _archive(_plan(member), [Entry()])
    archive.write_bytes(pyrage.encrypt(zstandard.ZstdCompressor().compress(tar), key.recipients.loaded()))
    restore(RestoreOrder(support=support, archive=archive, identities=key.identities))
    assert (support.root / GOOD).stat().st_mode & 0o7000 == 0


def test_times_out_of_range_are_refused(refuses: Callable[[bytes], str]) -> None:
    member = Member(name=GOOD, size_bytes=4, sha256=sha256(b"evil").hexdigest(), mode=0o600, mtime_s=1 << 62)
    refuses(_archive(_plan(member), [Entry()]))
