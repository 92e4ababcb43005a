"""Every way in which an archive can be damaged, at every border of its layers and at random places: nothing is touched.

``VITASCOPE_DAMAGE_SEED`` repeats a run.
"""

import io
import os
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
import zstandard
from tests.ops.backup.conftest import Key, fill, state_of

from vitascope.ops.backup import tarball
from vitascope.ops.backup.create import Made, Order, create
from vitascope.ops.backup.errors import BackupError, BadArchive, WrongKey
from vitascope.ops.backup.restore import RestoreOrder, restore
from vitascope.ops.backup.verify import verify
from vitascope.ops.paths import SupportDir

SEED = int(os.environ.get("VITASCOPE_DAMAGE_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
_AGE_CHUNK = (64 << 10) + 16


def _refuses(data: bytes, support: SupportDir, key: Key, folder: Path) -> str:
    """Verify and restore both refuse it, and state 2 stays; returns what was said."""
    archive = folder / "damaged.tar.zst.age"
    archive.write_bytes(data)
    with pytest.raises(BackupError) as said:
        restore(RestoreOrder(support=support, archive=archive, identities=key.identities))
    with pytest.raises(BackupError):
        verify(archive, key.identities, support)
    assert state_of(support).number == 2
    names = {path.name for path in support.root.parent.iterdir()}
    assert names <= {"Plex Media Server", "Plex Media Server.restore.lock"}, names
    return str(said.value)


@pytest.fixture
def archive(made: Made, support: SupportDir, sqlite_template: Path) -> bytes:
    fill(support, sqlite_template, 2)
    return made.path.read_bytes()


def _flip(data: bytes, offset: int, bit: int = 0) -> bytes:
    damaged = bytearray(data)
    damaged[offset] ^= 1 << bit
    return bytes(damaged)


def _age_borders(data: bytes) -> Iterator[int]:
    """The magic, each line of the header, its sum, the nonce, every chunk, the last byte."""
    end = data.index(b"\n---")
    head = data.index(b"\n", end + 1) + 1
    yield 0
    yield from (number for number in range(1, head) if data[number - 1 : number] == b"\n")
    yield head - 2
    yield head
    yield head + 15
    yield from range(head + 16, len(data), _AGE_CHUNK)
    yield len(data) - 1


def test_age_notices_at_every_border(archive: bytes, support: SupportDir, key: Key, tmp_path: Path) -> None:
    for offset in sorted(set(_age_borders(archive))):
        _refuses(_flip(archive, offset), support, key, tmp_path)
        _refuses(archive[:offset], support, key, tmp_path)


def test_random_places(archive: bytes, support: SupportDir, key: Key, tmp_path: Path) -> None:
    print(f"VITASCOPE_DAMAGE_SEED={SEED}")
    dice = random.Random(SEED)
    for _ in range(50):
        offset = dice.randrange(len(archive))
        _refuses(_flip(archive, offset, dice.randrange(8)), support, key, tmp_path)
        _refuses(archive[:offset], support, key, tmp_path)


def test_what_follows_the_end_is_noticed(archive: bytes, support: SupportDir, key: Key, tmp_path: Path) -> None:
    _refuses(archive + b"x", support, key, tmp_path)
    _refuses(archive + archive, support, key, tmp_path)
    plain = pyrage.decrypt(archive, key.identities)
    for tail in (b"x", bytes(512), plain):
        _refuses(_sealed(plain + tail, key), support, key, tmp_path)
    tar = _unpacked(plain)
    for tail in (b"x", bytes(1024) + b"x" * 512, tar):
        _refuses(_sealed(_packed(tar + tail), key), support, key, tmp_path)


def _packed(tar: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1, write_checksum=True).compress(tar)


def _unpacked(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


def _sealed(data: bytes, key: Key) -> bytes:
    return bytes(pyrage.encrypt(data, key.recipients.loaded()))


def test_zstd_and_tar_notice_at_every_border(archive: bytes, support: SupportDir, key: Key, tmp_path: Path) -> None:
    """Inside an envelope that is in order: by somebody who can encrypt to the recipient, which anybody can."""
    plain = pyrage.decrypt(archive, key.identities)
    for offset in (0, 4, 5, 8, 9, len(plain) // 2, len(plain) - 4, len(plain) - 1):
        _refuses(_sealed(plain[:offset], key), support, key, tmp_path)
        if offset != 4:  # the descriptor's spare bits mean nothing
            _refuses(_sealed(_flip(plain, offset, 7), key), support, key, tmp_path)
    tar = _unpacked(plain)
    with tarfile.open(fileobj=io.BytesIO(tar)) as opened:
        members = opened.getmembers()
    borders = {0, len(tar) - 1}
    for member in members:
        borders |= {member.offset, member.offset_data, member.offset_data + max(member.size - 1, 0)}
    for offset in sorted(borders):
        _refuses(_sealed(_packed(_flip(tar, offset, 6)), key), support, key, tmp_path)
        _refuses(_sealed(_packed(tar[:offset]), key), support, key, tmp_path)
    _refuses(_sealed(_packed(tar[: -1024 * 10]), key), support, key, tmp_path)


def test_without_encryption_it_is_noticed_too(
    support: SupportDir, backups: Path, key: Key, tmp_path: Path, sqlite_template: Path
) -> None:
    made = create(Order(support=support, folder=backups, unencrypted=True))
    fill(support, sqlite_template, 2)
    data = made.path.read_bytes()
    print(f"VITASCOPE_DAMAGE_SEED={SEED}")
    dice = random.Random(SEED)
    for offset in [len(data) - 1, len(data) - 4, *(dice.randrange(8, len(data)) for _ in range(20))]:
        _refuses(data[:offset], support, key, tmp_path)
        _refuses(_flip(data, offset), support, key, tmp_path)
    _refuses(data + b"x", support, key, tmp_path)


def test_what_is_no_archive_at_all(support: SupportDir, key: Key, tmp_path: Path) -> None:
    for content in (b"", b"hello", os.urandom(100_000), b"age-encryption.org/v1\n", tarball.end(0)):
        file = tmp_path / "x"
        file.write_bytes(content)
        with pytest.raises(BackupError):
            verify(file, key.identities, support)
        with pytest.raises(BackupError):
            restore(RestoreOrder(support=support, archive=file, identities=key.identities))
    with pytest.raises(BackupError, match="No such file"):
        verify(tmp_path / "nobody", key.identities, support)
    assert state_of(support).number == 1


def test_without_an_identity_only_the_envelope_is_looked_at(made: Made, support: SupportDir, other_key: Key) -> None:
    assert verify(made.path, (), support).manifest is None
    with pytest.raises(WrongKey, match="not encrypted to this identity"):
        verify(made.path, other_key.identities, support)
    made.path.write_bytes(b"age-encryption.org/v1\n" + bytes(1000))
    with pytest.raises(BadArchive, match="header does not end"):
        verify(made.path, (), support)
