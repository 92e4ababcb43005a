"""Does a conversion really work here? Half a second of picture and sound is encoded and decoded again.

Nothing less tells: a program that is there may lack an encoder, a library, the right to write where conversions go, or
the memory. The programs are tried in the order in which conversions would use them; the first that proves it is named.
"""

import os
import resource
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from vitascope.media.transcoding.programs import programs
from vitascope.ops.health.model import Observation, bad, good

_SECONDS = 20
_LIMITS = {
    resource.RLIMIT_CPU: _SECONDS,
    resource.RLIMIT_FSIZE: 64 << 20,
    resource.RLIMIT_CORE: 0,
}
_FRAMES = 12
_ENCODE = (
    *("-v", "error", "-nostdin"),
    *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24:duration=0.5"),
    *("-f", "lavfi", "-i", "sine=frequency=440:duration=0.5"),
    *("-c:v", "libx264", "-preset", "ultrafast", "-threads", "2", "-c:a", "aac", "-f", "mp4", "-y"),
)
_DECODE = ("-map", "0:v", "-f", "framemd5", "-")


def try_conversion(folder: Path) -> Observation:
    """Converts into ``folder``, which is made when it is missing. Blocks for a second or so."""
    reasons = []
    for program in programs():
        reason = _try(program, folder)
        if reason is None:
            return good(program)
        reasons.append(f"{program}: {reason}")
    return bad("; ".join(reasons) or "there is no ffmpeg")


def _try(program: str, folder: Path) -> str | None:
    """Why a program fails, or ``None`` when it converts."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="check-", dir=folder) as scratch:
            made = str(Path(scratch) / "made.mp4")
            _run([program, *_ENCODE, made])
            said = _run([program, "-v", "error", "-nostdin", "-protocol_whitelist", "file", "-i", made, *_DECODE])
    except subprocess.TimeoutExpired:
        return f"it took longer than {_SECONDS} seconds"
    except subprocess.CalledProcessError as error:
        last = str(error.stderr).strip().splitlines()[-1:] or [f"it ended with {error.returncode}"]
        return last[0]
    except OSError as error:
        return f"{error.filename or folder}: {error.strerror}"
    frames = sum(not line.startswith("#") for line in said.splitlines())
    return None if frames == _FRAMES else f"{frames} of {_FRAMES} frames came out"


def _run(command: list[str]) -> str:
    """What a child wrote. It has limits and nothing of our environment."""
    child = subprocess.Popen(  # noqa: S603  # a converter of this machine, with arguments of ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ},
    )
    try:
        for kind, value in _LIMITS.items():
            with suppress(OSError, ValueError):  # it ended already, or its limits are narrower still
                resource.prlimit(child.pid, kind, (value, value))
        out, err = child.communicate(timeout=_SECONDS)
    except BaseException:
        child.kill()
        child.communicate()
        raise
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, command, out, err)
    return out
