"""Debian roots that tests run real programs in, built once and kept by content hash in an ignored folder.

``debian_base()`` is what ``FROM debian:bookworm-slim`` stands for where no registry is assumed: made by mmdebstrap
and imported into podman. ``trixie_root()`` is a folder with Debian 13's podman, which knows Quadlet and
``keep-id:uid=0,gid=0``, both newer than Debian 12. Packages come from where this machine takes its own: its apt
sources are read, and only the name of the release is exchanged.

Both need root on Debian with mmdebstrap; elsewhere the tests that need them are skipped, and pytest prints why.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tests.support.running import ROOT

CACHE = ROOT / ".cache" / "roots"
BASE_IMAGE = "docker.io/library/debian:bookworm-slim"

_APT = Path("/etc/apt")
_MADE_FROM = "vitascope.made-from"
_BUILD_SECONDS = 600

_BASE_PACKAGES = ("ca-certificates",)
_TRIXIE_PACKAGES = (
    "aardvark-dns",
    "ca-certificates",
    "catatonit",
    "crun",
    "curl",
    "fuse-overlayfs",
    "iptables",
    "netavark",
    "nftables",
    "passt",
    "podman",
    "runc",
    "slirp4netns",
    "uidmap",
)
# What a container's base leaves out as well: nobody reads manuals in it.
_LEAVE_OUT = (
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/info/*",
    "path-exclude=/usr/share/locale/*",
)


def why_not(*programs: str) -> str | None:
    """Why roots cannot be built, or the programs not be run, on this machine; ``None`` when they can."""
    if os.geteuid() != 0:
        return "not root: Debian roots cannot be built and containers not be run"
    missing = [name for name in ("mmdebstrap", *programs) if shutil.which(name) is None]
    if missing:
        return f"missing programs: {', '.join(missing)} (tools/system_packages.py names their packages)"
    if not apt_sources("bookworm"):
        return f"no apt source of a Debian release in {_APT}: not a Debian machine"
    return None


def need_roots(*programs: str) -> None:
    """Skips the test, and says why, where roots cannot be built or one of the programs is missing."""
    reason = why_not(*programs)
    if reason is not None:
        pytest.skip(reason)


def apt_sources(suite: str, folder: Path = _APT) -> list[str]:
    """This machine's own sources of Debian, as one-line entries for another release of it.

    Entries of other archives (their suite is not named after this machine's release) are left out, and so are its
    updates: the release itself and its security fixes are enough, and exist for every release.
    """
    own = _own_release()
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    lines: list[str] = []
    for path in files:
        if path.suffix == ".sources" and path.is_file():
            lines += _from_deb822(path.read_text(encoding="utf-8"))
        elif path.suffix == ".list" and path.is_file():
            lines += [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    found = []
    for line in lines:
        entry = re.match(r"deb (\[[^]]*\] )?(\S+) (\S+) (.+)$", line)
        if entry and entry[3] in (own, f"{own}-security"):
            found.append(f"deb {entry[1] or ''}{entry[2]} {entry[3].replace(own, suite)} {entry[4]}")
    return found


def _own_release() -> str:
    release = Path("/etc/os-release")
    text = release.read_text(encoding="utf-8") if release.exists() else ""
    found = re.search(r"^VERSION_CODENAME=(\w+)$", text, re.MULTILINE)
    return found[1] if found else "none"


def _from_deb822(text: str) -> Iterable[str]:
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
        if "deb" not in fields.get("Types", "").split() or fields.get("Enabled", "yes") == "no":
            continue
        signed = fields.get("Signed-By", "")
        option = f"[signed-by={signed}] " if signed.startswith("/") else ""
        for address in fields.get("URIs", "").split():
            for suite in fields.get("Suites", "").split():
                yield f"deb {option}{address} {suite} {fields.get('Components', 'main')}"


@contextlib.contextmanager
def _locked(name: str) -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(*parts: object) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()


def _mmdebstrap(suite: str, packages: Iterable[str], target: Path) -> None:
    command = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={','.join(packages)}"]
    command += [f"--dpkgopt={line}" for line in _LEAVE_OUT]
    command += ["--aptopt=Acquire::Languages none", "--aptopt=Acquire::Check-Valid-Until false"]
    # Without the lists of packages: whoever installs something more fetches them anew.
    command += ["--customize-hook=rm -rf $1/var/lib/apt/lists/*", suite, str(target), *apt_sources(suite)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_BUILD_SECONDS)
    if done.returncode:
        raise AssertionError(f"mmdebstrap {suite} failed:\n{done.stderr[-4000:]}")


def debian_base_tar() -> Path:
    """The root of ``debian:bookworm-slim`` as a tar archive."""
    need_roots()
    wanted = CACHE / f"bookworm-{_digest(_BASE_PACKAGES, _LEAVE_OUT)}.tar"
    with _locked("bookworm"):
        if not wanted.exists():
            unfinished = wanted.with_suffix(".new.tar")
            unfinished.unlink(missing_ok=True)
            _mmdebstrap("bookworm", _BASE_PACKAGES, unfinished)
            unfinished.replace(wanted)
    return wanted


def debian_base() -> str:
    """The name of the base image, which podman and buildah have after this call.

    An image of that name which somebody pulled is left as it is, and used.
    """
    need_roots("podman")
    digest = _digest(_BASE_PACKAGES, _LEAVE_OUT)
    with _locked("base-image"):
        shown = subprocess.run(
            ["podman", "image", "inspect", "--format", "{{json .Labels}}", BASE_IMAGE],
            capture_output=True,
            text=True,
            check=False,
        )
        labels = (json.loads(shown.stdout) or {}) if shown.returncode == 0 else {_MADE_FROM: "nothing"}
        if labels.get(_MADE_FROM, digest) != digest:
            notes = ["--change", f"LABEL {_MADE_FROM}={digest}", "--change", "CMD bash"]
            command = ["podman", "import", "--quiet", *notes, str(debian_base_tar()), BASE_IMAGE]
            subprocess.run(command, check=True, capture_output=True)
    return BASE_IMAGE


def trixie_root() -> Path:
    """A folder with a Debian 13 root: podman 5.4 with its Quadlet generator, runc, netavark. Do not write into it."""
    need_roots()
    wanted = CACHE / f"trixie-{_digest(_TRIXIE_PACKAGES, _LEAVE_OUT)}"
    with _locked("trixie"):
        if not wanted.exists():
            unfinished = wanted.with_name(wanted.name + ".new")
            if unfinished.exists():
                shutil.rmtree(unfinished)
            _mmdebstrap("trixie", _TRIXIE_PACKAGES, unfinished)
            unfinished.replace(wanted)
    return wanted
