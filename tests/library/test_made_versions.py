"""Versions that a server made, as a scan finds them: they belong to their originals, and nothing is made of them."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from vitascope.core.model import ItemType, SectionKind
from vitascope.store import derived
from vitascope.store.derived import Subject, Wanted
from vitascope.store.schema import media


def names(found: list[Subject]) -> list[str]:
    return sorted(subject.relative.decode().rpartition("/")[2] for subject in found)


def test_no_markers_and_pictures_are_made_of_them(library: Any) -> None:
    films, shows = library.section(SectionKind.MOVIE, "Films"), library.section(SectionKind.SHOW, "Shows")
    film: Path = library.root / "Films" / "Heat (1995)"
    season: Path = library.root / "Shows" / "Roads" / "Season 01"
    library.media.write(film / "Heat (1995).mkv")
    library.media.write(film / "Plex Versions" / "Optimized for TV" / "Heat (1995).mp4")
    for number in (1, 2):
        library.media.write(season / f"Roads - S01E0{number}.mkv")
        library.media.write(season / "Plex Versions" / "Mobile" / f"Roads - S01E0{number}.mp4")
    library.scan(films)
    library.scan(shows)
    originals = ["Heat (1995).mkv", "Roads - S01E01.mkv", "Roads - S01E02.mkv"]
    assert len(library.rows(select(media.c.id).where(media.c.target.is_not(None)))) == len(originals)
    (parent,) = library.items(shows, ItemType.SEASON)
    with library.database.reader() as r:
        for kind in (derived.PREVIEWS, derived.CHAPTERS, derived.BANDWIDTHS):
            wanted = Wanted(kind=kind, made_with="1")
            assert names(derived.lacking(r, wanted)) == originals
            assert derived.number_lacking(r, wanted) == len(originals)
        assert names(derived.episodes_of(r, parent.id)) == originals[1:]
        assert names(derived.subjects_of(r, [item.id for item in library.items(films)])) == originals[:1]
