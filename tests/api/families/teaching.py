"""Sections that nothing is known of but names, and a provider that knows the rest; for tests of what they learn."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.api.families.conftest import Home
from tests.support.media_files import Media, Tree, draw, make_originals
from tests.support.provider import SEASONS, TRACKS, StubProvider, provider

BASE = "/media/providers/metadata"
FILMS = ("Northern Line (1999)", "Northern Line (2011)", "Southern Cross (2004)", "Nobody Knows This (1987)")


def draw_undescribed(root: Path) -> None:
    """``Films``, ``Shows`` and ``Records`` below ``root``: files with names and nothing else, with bytes of their own
    (the same bytes as a drawn film would make them the same film)."""
    media = Media(make_originals())
    films: Tree = {name: {f"{name}.mp4": media.content("mp4", name)} for name in FILMS}
    seasons: Tree = {
        f"Season {season:02}": {
            f"The Lighthouse Keepers - s{season:02}e{number:02}.mp4": media.content("mp4", f"{season} {number}")
            for number in range(1, len(titles) + 1)
        }
        for season, titles in SEASONS.items()
    }
    draw(root, {"Films": films, "Shows": {"The Lighthouse Keepers (2013)": seasons}})
    for number, title in enumerate(TRACKS, 1):
        media.write(
            root / "Records" / "Paper Lanterns" / "Low Tide" / f"{number:02} - {title}.mp3",
            f"track {title}",
            title=title,
            artist="Paper Lanterns",
            albumartist="Paper Lanterns",
            album="Low Tide",
            tracknumber=f"{number}/{len(TRACKS)}",
        )


def until(condition: Callable[[], object]) -> None:
    """Waits for what the server does on its own; the test's time limit is the limit."""
    while not condition():
        time.sleep(0.02)


@dataclass(frozen=True, kw_only=True)
class Taught:
    """A server whose sections of undescribed media use a provider."""

    home: Home
    stub: StubProvider
    group: int
    sections: dict[str, int]

    def items(self, section: str, kind: int) -> list[dict[str, Any]]:
        """All items of a type, by place and title."""
        path = f"/library/sections/{self.sections[section]}/all"
        found = self.home.container(path, type=kind, includeGuids=1).get("Metadata", [])
        return sorted(
            found, key=lambda one: (one.get("parentIndex", 0), one.get("index", 0), one["title"], one.get("year", 0))
        )

    def film(self, title: str, year: int) -> dict[str, Any]:
        """Everything about a film, by what its file is called."""
        named = f"{title} ({year})"
        for one in self.items("Films", 1):
            if named in one["Media"][0]["Part"][0]["file"]:
                return self.full(one["ratingKey"])
        raise AssertionError(f"no {named}")

    def full(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.home.container(f"/library/metadata/{key}")["Metadata"][0]
        return found

    def settled(self) -> None:
        """Waits until nothing is being asked, scanned or made."""
        self.home.server.wait_idle()


def add_section(home: Home, kind: str, folder: Path, **query: str | int) -> int:
    asked: dict[str, str | int] = {"name": folder.name, "type": kind, "language": "de-DE", "location": str(folder)}
    answer = home.http.post("/library/sections", params=asked | query)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["MediaContainer"]["Directory"][0]["key"])


def group_of(home: Home, stub: StubProvider) -> int:
    """Registers a provider and makes a group of it; the group's id."""
    assert home.http.post(BASE, params={"uri": stub.url}).status_code == 200
    made = home.http.post(f"{BASE}/group", params={"title": "Stub", "primaryIdentifier": stub.identifier})
    return int(made.json()["MediaContainer"]["MetadataAgentProviderGroup"][0]["id"])


@contextmanager
def taught(home: Home, root: Path) -> Iterator[Taught]:
    """Draws the media below ``root``, adds the sections, and waits until they learned what there is to learn."""
    draw_undescribed(root)
    with provider() as stub:
        group = group_of(home, stub)
        sections = {
            name: add_section(home, kind, root / name, metadataAgentProviderGroupId=group)
            for name, kind in (("Films", "movie"), ("Shows", "show"), ("Records", "artist"))
        }
        made = Taught(home=home, stub=stub, group=group, sections=sections)
        for section, kind, number in (("Films", 1, 3), ("Shows", 4, 5), ("Records", 9, 1)):
            until(partial(_has_learned, made, section, kind, number))
        made.settled()
        # Pictures come as jobs of their own, after what else is known.
        until(lambda: all("art" in one and "thumb" in one for one in made.items("Films", 1) if one.get("summary")))
        for person in (home.owner, home.mia):
            person.library.reload()  # python-plexapi remembers which sections there are
        yield made


def _has_learned(pupil: Taught, section: str, kind: int, number: int) -> bool:
    return sum(bool(one.get("summary")) for one in pupil.items(section, kind)) == number
