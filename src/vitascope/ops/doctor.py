"""Check-ups: is everything there that the server needs, and is what it has in order?

Each check is a function that gives findings; a finding is good, a remark, or bad. Nothing is changed. What only the
running server knows (away roots, unreadable files) is asked of it by ``vitascope doctor``.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import PreferenceError, Preferences

_LITTLE_SPACE = 1 << 30


class Verdict(StrEnum):
    """How a finding is."""

    GOOD = "good"
    REMARK = "remark"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    verdict: Verdict
    message: str


def check_folders(support: SupportDir) -> Iterator[Finding]:
    """Whether the support directory can be written, and has space."""
    root = support.root
    if not root.is_dir():
        yield Finding(subject="support directory", verdict=Verdict.REMARK, message=f"{root} is not there yet")
        return
    if not os.access(root, os.W_OK | os.X_OK):
        yield Finding(subject="support directory", verdict=Verdict.BAD, message=f"{root} cannot be written")
        return
    free = shutil.disk_usage(root).free
    verdict = Verdict.GOOD if free > _LITTLE_SPACE else Verdict.BAD
    yield Finding(subject="support directory", verdict=verdict, message=f"{root}, {free / (1 << 30):.1f} GiB free")


def check_preferences(support: SupportDir) -> Iterator[Finding]:
    """Whether the preferences can be read, and what in them deserves a second look."""
    if not support.preferences.exists():
        return
    preferences = Preferences(support.preferences)
    try:
        preferences.peek()
    except PreferenceError as error:
        yield Finding(subject="preferences", verdict=Verdict.BAD, message=str(error))
        return
    yield Finding(subject="preferences", verdict=Verdict.GOOD, message=str(support.preferences))
    networks = preferences.text("allowedNetworks")
    if any(part.strip() in ("0.0.0.0/0", "::/0", "0.0.0.0", "*") for part in networks.split(",")):  # noqa: S104  # compared
        message = "allowedNetworks lets everyone in as the owner, without a token"
        yield Finding(subject="allowedNetworks", verdict=Verdict.BAD, message=message)


def check_database(support: SupportDir) -> Iterator[Finding]:
    """Whether the SQLite file is sound. Reads it whole."""
    if not support.database.exists():
        return
    try:
        connection = sqlite3.connect(f"{support.database.as_uri()}?mode=ro", uri=True)
        try:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        yield Finding(subject="database", verdict=Verdict.BAD, message=str(error))
        return
    verdict = Verdict.GOOD if answer == "ok" else Verdict.BAD
    yield Finding(subject="database", verdict=verdict, message=f"{support.database}: {answer}")


def check_programs() -> Iterator[Finding]:
    """Whether the programs that are used are there."""
    found = shutil.which("ffmpeg")
    message = found or "not on PATH; the one that comes with the installation is used"
    yield Finding(subject="ffmpeg", verdict=Verdict.GOOD if found else Verdict.REMARK, message=message)


def check_all(support: SupportDir) -> list[Finding]:
    """All checks."""
    return [
        *check_folders(support),
        *check_preferences(support),
        *check_database(support),
        *check_programs(),
    ]
