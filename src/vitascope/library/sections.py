"""Create, change and delete sections, with the checks that keep an owner from surprises.

What is wrong with a folder is said in words that name the folder. Folders that lie inside those of another section are
allowed, as Plex Media Server allows them, and reported as a warning: the same file is then in both.
"""

import asyncio
import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vitascope.core.model import SectionKind
from vitascope.library import collections
from vitascope.sources.folders import Away, check
from vitascope.store import sections as store
from vitascope.store.collections import section_renamed
from vitascope.store.engine import Database
from vitascope.store.rows import LocationRow, SectionRow
from vitascope.store.writer import Writer

DEFAULTS: dict[SectionKind, tuple[str, str]] = {
    SectionKind.MOVIE: ("tv.plex.agents.movie", "Plex Movie"),
    SectionKind.SHOW: ("tv.plex.agents.series", "Plex TV Series"),
    SectionKind.ARTIST: ("tv.plex.agents.music", "Plex Music"),
    SectionKind.PHOTO: ("com.plexapp.agents.none", "Plex Photo Scanner"),
    SectionKind.OTHER: ("com.plexapp.agents.none", "Plex Video Files Scanner"),
}
"""Agent and scanner by kind, as the API names them."""


class SectionError(Exception):
    """A section cannot be made or changed as asked; the text is for the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A section that was made or changed, and what the owner should know about its folders."""

    section: SectionRow
    warnings: tuple[str, ...] = ()


async def create(
    database: Database,
    *,
    title: str,
    kind: SectionKind,
    paths: Sequence[str | bytes],
    language: str = "en",
    agent: str | None = None,
    scanner: str | None = None,
    prefs: str = "{}",
) -> Saved:
    """Make a section. Raises :class:`SectionError`."""
    title = title.strip()
    if not title:
        raise SectionError("a library needs a name")
    folders, warnings = await _checked(database, paths, None)
    section = await database.awrite(
        store.create_section,
        uuid=str(uuid.uuid4()),
        kind=kind.value,
        title=title,
        paths=folders,
        agent=agent or DEFAULTS[kind][0],
        scanner=scanner or DEFAULTS[kind][1],
        language=language,
        prefs=prefs,
    )
    await database.awrite(collections.restore, section.id)
    return Saved(section=section, warnings=warnings)


async def edit(
    database: Database,
    section_id: int,
    *,
    title: str | None = None,
    paths: Sequence[str | bytes] | None = None,
    language: str | None = None,
    agent: str | None = None,
    scanner: str | None = None,
    prefs: Callable[[str], str] | None = None,
) -> Saved:
    """Change what is given. Items below folders that are taken away go; states and edits stay with their identities.

    ``prefs`` makes the new preferences of those that are stored: it is called more than once, and what it raises is
    raised before anything is changed.

    Raises :class:`SectionError` and :class:`~vitascope.store.errors.NotFound`.
    """
    before = await database.read(store.get_section, section_id)
    if title is not None and not title.strip():
        raise SectionError("a library needs a name")
    if prefs is not None:
        prefs(before.prefs)
    folders: list[bytes] | None = None
    warnings: tuple[str, ...] = ()
    if paths is not None:
        folders, warnings = await _checked(database, paths, section_id)
        known = await database.read(store.locations, section_id)
        gone = [location.id for location in known if location.path not in folders]
        while await database.awrite(store.delete_items_at, section_id, gone, urgent=False):
            pass
    values = {
        "title": title.strip() if title is not None else None,
        "language": language,
        "agent": agent,
        "scanner": scanner,
    }
    given = {name: value for name, value in values.items() if value is not None}
    section = await database.awrite(_update, section_id, folders, given, prefs)
    return Saved(section=section, warnings=warnings)


def _update(
    tx: Writer,
    section_id: int,
    folders: list[bytes] | None,
    given: dict[str, str],
    prefs: Callable[[str], str] | None,
) -> SectionRow:
    if prefs is not None:
        given = {**given, "prefs": prefs(store.get_section(tx, section_id).prefs)}
    section = store.update_section(tx, section_id, paths=folders, **given)
    if "title" in given:
        section_renamed(tx, section_id)
    return section


async def delete(database: Database, section_id: int) -> None:
    """Delete a section in small steps, so that nothing else waits for it. Its scans must be held off."""
    await database.read(store.get_section, section_id)
    while await database.awrite(store.empty_section, section_id, urgent=False):
        pass
    await database.awrite(store.delete_section, section_id)


async def _checked(
    database: Database, paths: Sequence[str | bytes], section_id: int | None
) -> tuple[list[bytes], tuple[str, ...]]:
    everywhere = await database.read(store.locations)
    known = {location.path for location in everywhere if location.section_id == section_id}
    folders = await asyncio.to_thread(check_folders, paths, known)  # a dead mount may take its time
    others = [location for location in everywhere if location.section_id != section_id]
    return folders, overlaps(folders, others)


def check_folders(paths: Sequence[str | bytes], known: set[bytes] | None = None) -> list[bytes]:
    """The folders in one spelling each. ``known`` ones need not be there now: their disk may be away.

    Raises :class:`SectionError` that names the folder and what is wrong with it.
    """
    folders: list[bytes] = []
    for given in paths:
        raw = os.fsencode(given)
        shown = os.fsdecode(raw).encode("utf-8", "replace").decode()
        if b"\0" in raw or not raw.strip():
            raise SectionError("a folder needs a path")
        if not os.path.isabs(raw):
            raise SectionError(f"{shown} is not an absolute path")
        folder = os.path.normpath(raw).replace(b"//", b"/")
        if folder in folders:
            continue
        if folder not in (known or set()):
            answer = check(folder)
            if isinstance(answer, Away):
                raise SectionError(f"{shown}: {answer.reason}")
        folders.append(folder)
    if not folders:
        raise SectionError("a library needs at least one folder")
    for folder in folders:
        outer = next((other for other in folders if other != folder and _is_inside(folder, other)), None)
        if outer is not None:
            raise SectionError(
                f"{os.fsdecode(folder)} lies inside {os.fsdecode(outer)}, which is already a folder of it"
            )
    return folders


def overlaps(folders: Sequence[bytes], others: Sequence[LocationRow]) -> tuple[str, ...]:
    """Warnings about folders that are also (part of) those of other sections."""
    return tuple(
        f"{os.fsdecode(folder)} overlaps with {os.fsdecode(other.path)}, a folder of another library"
        for folder in folders
        for other in others
        if folder == other.path or _is_inside(folder, other.path) or _is_inside(other.path, folder)
    )


def _is_inside(folder: bytes, outer: bytes) -> bool:
    return folder.startswith(outer.rstrip(b"/") + b"/")
