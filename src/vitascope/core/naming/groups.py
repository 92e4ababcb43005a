"""Shapes that the groupings share: versions of one item, and the extras that hang on it."""

from collections.abc import Iterable
from dataclasses import dataclass

from vitascope.core.model import ExtraType
from vitascope.core.naming._text import split_extension
from vitascope.core.naming.made_versions import target_of
from vitascope.core.naming.titles import sort_key

MAX_PARTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaVersion:
    """One Media of an item: the paths of its parts, in playing order. Nearly always a single one."""

    paths: tuple[str, ...]
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraFile:
    """One extra."""

    path: str
    type: ExtraType
    title: str


def natural(path: str) -> tuple[str, str]:
    """A sort key for paths that puts ``2`` before ``10`` and never calls two paths equal."""
    return sort_key(path), path


def originals_first(path: str) -> tuple[bool, tuple[str, str]]:
    """A sort key that puts what a server made of files after the files."""
    return target_of(path) is not None, natural(path)


def versions_of(files: Iterable[tuple[str, str | None, int | None]]) -> tuple[MediaVersion, ...]:
    """Put (path, label, part) together: parts of one label and format form one version, at most eight of them.

    A lone part is a version of its own; of two files that claim one part number the second is one as well.
    """
    stacks: dict[tuple[str, str], dict[int, str]] = {}
    labels: dict[tuple[str, str], str | None] = {}
    single: list[MediaVersion] = []
    for path, label, part in sorted(files, key=lambda file: originals_first(file[0])):
        if part is None:
            single.append(MediaVersion(paths=(path,), label=label))
            continue
        key = ((label or "").lower(), split_extension(path)[1])
        stack = stacks.setdefault(key, {})
        labels.setdefault(key, label)
        if part in stack or not 1 <= part <= MAX_PARTS:
            single.append(MediaVersion(paths=(path,), label=label))
        else:
            stack[part] = path
    joined = [
        MediaVersion(paths=tuple(path for _, path in sorted(stack.items())), label=labels[key])
        for key, stack in stacks.items()
    ]
    return tuple(sorted(single + joined, key=lambda version: originals_first(version.paths[0])))


def lone_parts(files: Iterable[tuple[str, str | None, int | None]]) -> frozenset[str]:
    """Paths that claim to be a part, but have no other part beside them."""
    stacks: dict[tuple[str, str], list[str]] = {}
    for path, label, part in files:
        if part is not None:
            stacks.setdefault(((label or "").lower(), split_extension(path)[1]), []).append(path)
    return frozenset(paths[0] for paths in stacks.values() if len(paths) == 1)
