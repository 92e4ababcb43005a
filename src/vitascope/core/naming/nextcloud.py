"""The data directory of a Nextcloud, and what in it is nobody's library.

It holds a marker file, ``appdata_<instance>`` (previews, caches), and a folder for each person, in which ``files`` is
what they see; beside it lie what they deleted, old versions, and uploads that are not complete. Those would show up as
doubles of everything, so a scan passes them over: directly below a Nextcloud's root or a person's folder and nowhere
else, since "uploads" is a good name for a folder of one's own.
"""

import re

MARKERS = frozenset({".ocdata", ".ncdata"})
"""Files that say "this is the data directory of a Nextcloud"; the second since its release 31."""

MOUNT = "/data/nextcloud"
"""Where packages mount one."""

_INSTANCE = re.compile(r"appdata_oc[a-z0-9]+")
_OF_A_PERSON = frozenset({"files_trashbin", "files_versions", "uploads"})


def marks_root(name: str) -> bool:
    """Whether something called ``name`` lies only in the root of a Nextcloud."""
    return name in MARKERS or _INSTANCE.fullmatch(name) is not None


def is_passed_over(below: str) -> bool:
    """Whether a scan passes over this path, which is relative to the Nextcloud's root."""
    person, slash, name = below.partition("/")
    return name in _OF_A_PERSON if slash else person.startswith("appdata_")
