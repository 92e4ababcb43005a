"""Sections: what is refused, with which words, and what stays when one is changed or deleted."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.held import held_writer

from vitascope.core.model import ItemType, SectionKind
from vitascope.library import sections
from vitascope.library.sections import SectionError, check_folders
from vitascope.store.sections import get_section, list_sections, locations


def test_a_section_is_made_with_the_words_of_the_api(library: Any) -> None:
    folder = library.root / "Films"
    folder.mkdir(parents=True)
    saved = asyncio.run(
        sections.create(library.database, title=" Films ", kind=SectionKind.MOVIE, paths=[str(folder) + "/", folder])
    )
    assert (saved.section.title, saved.section.agent, saved.section.scanner) == (
        "Films", "tv.plex.agents.movie", "Plex Movie",
    )  # fmt: skip
    assert saved.warnings == ()
    with library.database.reader() as r:
        assert [row.path for row in locations(r)] == [bytes(folder)]


def test_folders_that_cannot_be_one_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "a" / "b").mkdir(parents=True)
    for paths, words in (
        ([], "at least one folder"),
        ([""], "needs a path"),
        (["relative/path"], "relative/path is not an absolute path"),
        ([str(tmp_path / "missing")], "missing: the folder does not exist"),
        ([str(tmp_path / "file")], "file: the path is not a folder"),
        ([str(tmp_path / "a"), str(tmp_path / "a" / "b")], "lies inside"),
    ):
        with pytest.raises(SectionError, match=words):
            check_folders(paths)
    gone = bytes(tmp_path / "missing")
    assert check_folders([gone], {gone}) == [gone]


def test_a_folder_of_another_library_is_allowed_with_a_warning(library: Any) -> None:
    library.section(SectionKind.MOVIE, "Films")
    inner = library.root / "Films" / "Old"
    inner.mkdir()
    saved = asyncio.run(sections.create(library.database, title="Old", kind=SectionKind.MOVIE, paths=[str(inner)]))
    assert len(saved.warnings) == 1
    assert "overlaps" in saved.warnings[0]


def test_two_changes_of_preferences_at_once_are_both_kept(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")

    def adding(name: str) -> Callable[[str], str]:
        return lambda stored: json.dumps({**json.loads(stored), name: 1})

    async def run() -> None:
        with held_writer(library.database) as writer:
            both = [
                asyncio.create_task(sections.edit(library.database, section.id, prefs=adding(name)))
                for name in ("one", "two")
            ]
            await writer.until_waited_for(2)
            writer.let_go()
            await asyncio.gather(*both)

    asyncio.run(run())
    with library.database.reader() as r:
        assert json.loads(get_section(r, section.id).prefs) == {"one": 1, "two": 1}


def test_editing_and_deleting(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "A", "B")
    library.media.write(library.root / "A" / "One (2001).mp4")
    library.media.write(library.root / "B" / "Two (2002).mp4")
    library.scan(section)
    a = str(library.root / "A")
    saved = asyncio.run(sections.edit(library.database, section.id, title="Films", paths=[a], language="de"))
    assert (saved.section.title, saved.section.language) == ("Films", "de")
    assert library.titles(section, ItemType.MOVIE) == ["One"]
    with pytest.raises(SectionError, match="needs a name"):
        asyncio.run(sections.edit(library.database, section.id, title="  "))
    asyncio.run(sections.delete(library.database, section.id))
    with library.database.reader() as r:
        assert list_sections(r) == []
    assert library.items(section) == []
