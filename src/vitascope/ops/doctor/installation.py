"""Is everything there that the server needs, and is what it has in order? Nothing is changed."""

import os
import shutil
from collections.abc import Iterator
from shlex import join

from vitascope.core.playback.commands import Hardware
from vitascope.media.transcoding.abilities import read_report
from vitascope.ops.doctor.finding import Finding, bad, good, remark
from vitascope.ops.health.databases import look_at_file
from vitascope.ops.health.looks import LITTLE_SPACE_BYTES
from vitascope.ops.health.model import Health
from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import PreferenceError, Preferences
from vitascope.ops.service import Engine

PLEX_DATABASE = "com.plexapp.plugins.library.db"
_EVERYONE = ("0.0.0.0/0", "::/0", "0.0.0.0", "*")  # noqa: S104  # compared


def check_folders(support: SupportDir) -> Iterator[Finding]:
    """Whether the support directory can be written, and has space."""
    root = support.root
    subject = "support directory"
    if not root.is_dir():
        yield remark(subject, f"{root} is not there yet")
        return
    if not os.access(root, os.W_OK | os.X_OK):
        yield bad(subject, f"{root} cannot be written")
        return
    free = shutil.disk_usage(root).free
    message = f"{root}, {free / (1 << 30):.1f} GiB free"
    if free > LITTLE_SPACE_BYTES:
        yield good(subject, message)
    else:
        yield bad(subject, message, f"du -xsh {join(map(str, (support.cache, support.logs, support.metadata)))}")


def check_preferences(support: SupportDir) -> Iterator[Finding]:
    """Whether the preferences can be read, and what in them deserves a second look."""
    if not support.preferences.exists():
        return
    preferences = Preferences(support.preferences)
    try:
        preferences.peek()
    except PreferenceError as error:
        yield bad("preferences", str(error))
        return
    yield good("preferences", str(support.preferences))
    networks = preferences.text("allowedNetworks")
    if any(part.strip() in _EVERYONE for part in networks.split(",")):
        yield bad(
            "allowedNetworks",
            "allowedNetworks lets everyone in as the owner, without a token",
            "name only networks of your own, such as 192.168.1.0/24",
        )


def check_database(support: SupportDir, engine: Engine = Engine.VITASCOPE) -> Iterator[Finding]:
    """Whether the SQLite file is sound. Reads it whole."""
    path = support.database if engine is Engine.VITASCOPE else support.databases / PLEX_DATABASE
    found = look_at_file(path)
    if found.health is Health.SUCCESS:
        yield good("database", f"{found.detail}: ok")
    elif found.health is Health.FAILURE:
        yield bad(
            "database", found.detail, "restore the newest backup: vitascope backup list, vitascope backup restore"
        )


def check_conversions(support: SupportDir) -> Iterator[Finding]:
    """What the server found when it tried what this machine can convert, and how conversions are confined."""
    report = read_report(support.cache / "Conversions" / "abilities.json")
    if report is None:
        yield remark("conversions", "not tried yet: the server does so after its first start")
        return
    proved = [one for one in report.abilities if one.program]
    failed = [one for one in report.abilities if not one.program]
    for program in dict.fromkeys(one.program for one in proved):
        yield good("conversions", f"{program}: {', '.join(one.name for one in proved if one.program == program)}")
    devices = {hardware.value for hardware in Hardware if hardware}
    for hardware in sorted(devices - {one.name.split()[-1] for one in proved}):
        reasons = dict.fromkeys(one.reason for one in failed if one.name.endswith(f" {hardware}"))
        yield remark("conversions", f"no {hardware}: {next(iter(reasons), 'not tried')}")
    for one in failed:
        if one.name.split()[-1] not in devices:
            yield bad("conversions", f"no {one.name}: {one.reason}")
    missing = [name.replace("_", " ") for name, holds in report.confinements.items() if not holds]
    if missing:
        yield remark("conversions", f"this system does not confine them in every way: not {', not '.join(missing)}")
    else:
        yield good("conversions", "confined: no network, no file but their own, ended with the server")


def check_programs() -> Iterator[Finding]:
    """Whether the programs that are used are there."""
    found = shutil.which("ffmpeg")
    if found:
        yield good("ffmpeg", found)
    else:
        yield remark("ffmpeg", "not on PATH; the one that comes with the installation is used")
