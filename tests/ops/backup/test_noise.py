"""Whatever the bytes of an archive say: its headers and manifest are read or refused, and no name leads elsewhere."""

import io
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.examples import examples

from vitascope.ops.backup import manifest, tarball
from vitascope.ops.backup.errors import BackupError, BadArchive
from vitascope.ops.backup.manifest import Manifest, Member

PLAN = manifest.encode(
    Manifest(
        version="1",
        engine="plex",
        machine_id="",
        made_at=0,
        database="sqlite",
        members=(Member("a/b%", 5, "0" * 64, 0o644, 0), Member("a/\udce9", 5, "0" * 64, 0o644, 0)),
    )
)
HEADER = tarball.header("Plex Media Server/" + "x" * 120, 5, mode=0o644, mtime_s=0)
NAMES = st.lists(st.sampled_from(["a", "..", ".", "/", "%2e", "%2F", "%00", "%", "\\", "%ED%A0%80", "é"]), max_size=6)


@examples(200)
@example(begin=PLAN.index(b"1"), end=PLAN.index(b"1") + 1, noise=b"9" * 400)
@example(begin=len(PLAN) - 2, end=len(PLAN) - 2, noise=b', "x": ' + b"[" * 5_000)
@example(begin=0, end=len(PLAN), noise=b"\xff")
@given(begin=st.integers(0, len(PLAN)), end=st.integers(0, len(PLAN)), noise=st.binary(max_size=12))
def test_any_manifest_is_read_or_refused(begin: int, end: int, noise: bytes) -> None:
    with suppress(BackupError):
        manifest.decode(PLAN[:begin] + noise + PLAN[max(begin, end) :])


@examples(200)
@given(name=NAMES.map("".join))
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    with suppress(BadArchive):
        (member, _) = manifest.decode(PLAN.replace(b"a/b%25", name.encode())).members
        assert not {"", ".", ".."} & set(member.name.split("/"))
        assert "\0" not in member.name


@examples(200)
@given(at=st.integers(0, len(HEADER)), noise=st.binary(max_size=16), more=st.binary(max_size=600))
def test_any_header_is_read_or_refused(at: int, noise: bytes, more: bytes) -> None:
    archive = io.BytesIO(HEADER[:at] + noise + HEADER[at + len(noise) :] + more)
    with suppress(BadArchive):
        while (found := tarball.read_header(archive.read)) is not None:
            assert found.size_bytes >= 0
