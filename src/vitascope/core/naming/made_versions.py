"""Versions that a server made of a file lie in ``Plex Versions/<target>/`` beside it, as the original has it.

Such a file bears the name of what it was made of, and says nothing by itself: wherever names are read, it counts as if
it lay where its original does.
"""

import re
from functools import lru_cache

FOLDER = "Plex Versions"
PROXY_TYPE = 42
"""The number by which the API knows such versions, and everything about them."""
_FOLDER = FOLDER.lower()
_LONGEST_NAME_BYTES = 200
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def is_folder(name: str) -> bool:
    """Whether a folder of this name holds versions that were made."""
    return name.lower() == _FOLDER


@lru_cache(maxsize=1_024)
def _read(path: str) -> tuple[str, str | None]:
    if _FOLDER not in path.lower():
        return path, None
    steps = path.split("/")
    for at in range(len(steps) - 3, -1, -1):
        if is_folder(steps[at]):
            return "/".join([*steps[:at], *steps[at + 2 :]]), steps[at + 1]
    return path, None


def original_path(path: str) -> str:
    """Where the original of a version lies, but for its extension; any other path as it is."""
    return _read(path)[0]


def target_of(path: str) -> str | None:
    """What a version was made for, as its folder says; ``None`` for a file that is none."""
    return _read(path)[1]


def folder_name(target: str) -> str:
    """The name of the folder for a target, whatever a person called that. Never empty, hidden or a step upwards."""
    name = _NOT_IN_A_NAME.sub(" ", target.encode("utf-8", "replace").decode())
    name = " ".join(name.split()).strip(". ")
    while len(name.encode()) > _LONGEST_NAME_BYTES:
        name = name[:-1].rstrip(". ")
    return name or "Custom"
