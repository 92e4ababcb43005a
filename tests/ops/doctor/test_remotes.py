"""What the doctor says of sources."""

from pathlib import Path

import pytest

from vitascope.ops.doctor.finding import Verdict
from vitascope.ops.doctor.remotes import RemoteFact, check_remotes
from vitascope.sources.mounts import barred
from vitascope.sources.rclone.flags import Flags
from vitascope.sources.rclone.source import Source, Way
from vitascope.sources.rclone.supervisor import Standing, State


def fact(state: State, reason: str = "", flags: Flags | None = None, way: Way = Way.MOUNT) -> RemoteFact:
    source = Source(
        name="media", remote="b2", kind="b2", path="bucket", mount="/mnt/media", flags=flags or Flags(), way=way
    )
    return RemoteFact(source=source, standing=Standing(state=state, reason=reason))


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vitascope.ops.doctor.remotes.missing_fuse", lambda: None)


def test_a_server_without_sources_hears_nothing_of_them() -> None:
    assert list(check_remotes([])) == []


@pytest.mark.usefixtures("able")
def test_one_that_is_ready_is_good_and_one_that_is_not_has_a_reason_and_a_remedy() -> None:
    (good,) = check_remotes([fact(State.READY)])
    assert (good.verdict, good.message) == (Verdict.GOOD, "media: b2:bucket at /mnt/media")
    (bad,) = check_remotes([fact(State.AWAY, "the remote refuses the key")])
    assert bad.verdict is Verdict.BAD
    assert bad.message == "media: b2:bucket at /mnt/media is away: the remote refuses the key"
    assert bad.remedy == "vitascope source mount media"


def test_a_machine_without_fuse_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vitascope.sources.mounts._FUSE", Path("/nowhere/fuse"))
    first, _ = check_remotes([fact(State.WAITING)])
    assert first.verdict is Verdict.BAD
    assert "has no /dev/fuse" in first.message


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("CapEff:\t0\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t0\n", "--cap-add SYS_ADMIN"),
        ("CapEff:\t0\nCapBnd:\t000001ffffffffff\nNoNewPrivs:\t1\n", "no-new-privileges"),
        ("CapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\nNoNewPrivs:\t1\n", None),
        ("CapEff:\t0\nCapBnd:\t000001ffffffffff\nNoNewPrivs:\t0\n", None),
    ],
)
def test_who_may_not_mount_hears_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, said: str | None
) -> None:
    (tmp_path / "status").write_text(status)
    monkeypatch.setattr("vitascope.sources.mounts._STATUS", tmp_path / "status")
    reason = barred()
    assert reason is None if said is None else said in str(reason)


@pytest.mark.usefixtures("able")
@pytest.mark.parametrize(
    ("conf", "uid", "said"),
    [("", 1000, True), ("#user_allow_other\n", 1000, True), ("user_allow_other\n", 1000, False), ("", 0, False)],
)
def test_allow_other_needs_leave_unless_root_mounts(tmp_path: Path, conf: str, uid: int, said: bool) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/fuse.conf").write_text(conf)
    found = list(check_remotes([fact(State.READY, flags=Flags(allow_other=True))], root=tmp_path, uid=uid))
    assert any(one.remedy == "echo user_allow_other >> /etc/fuse.conf" for one in found) is said
    assert any(one.verdict is Verdict.REMARK and "allow-other" in one.message for one in found)


@pytest.mark.parametrize(
    ("fuse", "remedy"),
    [(None, "vitascope source set media --way mount"), ("there is no /dev/fuse", "--security-opt seccomp=FILE")],
)
def test_what_cannot_be_converted_is_said_where_a_source_is_read_directly(
    monkeypatch: pytest.MonkeyPatch, fuse: str | None, remedy: str
) -> None:
    monkeypatch.setattr("vitascope.ops.doctor.remotes.missing_fuse", lambda: fuse)
    monkeypatch.setattr("vitascope.ops.doctor.remotes.passage_missing", lambda: "Function not implemented")
    found, ready = check_remotes([fact(State.READY, way=Way.DIRECT)])
    assert (found.verdict, ready.verdict) == (Verdict.BAD, Verdict.GOOD)
    assert found.message.startswith("media: what is read directly cannot be converted here")
    assert "(Function not implemented)" in found.message
    assert "copied streams work" in found.message
    assert remedy in found.remedy


@pytest.mark.usefixtures("able")
def test_conversions_are_tried_only_where_a_source_is_read_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    monkeypatch.setattr("vitascope.ops.doctor.remotes.passage_missing", lambda: tried.append(1))
    assert len(list(check_remotes([fact(State.READY)]))) == 1
    assert tried == []
    assert len(list(check_remotes([fact(State.READY, way=Way.DIRECT)]))) == 1
    assert tried == [1]
