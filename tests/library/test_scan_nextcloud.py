"""A section on the data directory of a Nextcloud shows what people see there, and nothing twice."""

from typing import Any

from vitascope.core.model import ItemType, SectionKind


def test_a_scan_of_a_nextcloud_finds_each_film_once(library: Any) -> None:
    root = library.root / "nextcloud"
    section = library.section(SectionKind.MOVIE, "nextcloud")
    for path in (
        "anna/files/Films/One (2001).mp4",
        "bert/files/uploads/Two (2002).mp4",
        "anna/files_trashbin/files/Deleted (2003).mp4",
        "anna/files_versions/Films/One (2001).mp4",
        "bert/uploads/17/Part (2004).mp4",
        "appdata_oc1a2b3c4d5e/preview/Preview (2005).mp4",
    ):
        library.media.write(root / path)
    (root / ".ncdata").write_text("# Nextcloud data directory\n")
    assert library.scan(section).complete
    assert library.titles(section, ItemType.MOVIE) == ["One", "Two"]

    # What somebody puts into the bin leaves the library, and does not come back as a film of its own.
    bin_ = root / "anna/files_trashbin/files"
    (root / "anna/files/Films/One (2001).mp4").rename(bin_ / "One (2001).mp4")
    library.prefs["autoEmptyTrash"] = True
    assert library.scan(section).complete
    assert library.titles(section, ItemType.MOVIE) == ["Two"]
