"""The hubs of a section of photos, and of one of home videos."""

from collections.abc import Iterator

from vitascope.core.model import ItemType
from vitascope.library.hubs.model import Hub, Look
from vitascope.library.hubs.queried import by_chance, queried, top_values
from vitascope.store import shelves
from vitascope.store.rows import SectionRow

_PHOTO = ItemType.PHOTO
_VIDEO = ItemType.MOVIE
_DAY_MOST = 500


def recent_photos(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Photos that came last."""
    title = f"Recently Added in {section.title}"
    yield from queried(look, section, "photo.recent", title, _PHOTO, (("sort", "addedAt:desc"),))


def on_this_day(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Photos that were taken on this day of earlier years, the newest first."""
    day = look.chosen or f"{look.today:%m-%d}"
    before = f"{look.today:%Y}-01-01"
    ids = shelves.taken_on(look.r, look.viewer, section.id, day, before=before, most=_DAY_MOST)
    if ids:
        identifier = f"photo.random.dayormonth.{section.id}.{day}"
        yield Hub(
            name="photo.random.dayormonth",
            identifier=identifier,
            title="On This Day",
            type=_PHOTO.api_name,
            key=f"/hubs/items?identifier={identifier}",
            ids=look.part(ids),
            total=len(ids),
        )


def photos_of_a_year(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Photos of a year."""
    yield from _of_a_year(look, section, "photo.random.year", "Photos of {}", _PHOTO)


def recent_videos(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Videos that came last."""
    title = f"Recently Added in {section.title}"
    yield from queried(look, section, "video.recent", title, _VIDEO, (("sort", "addedAt:desc"),))


def unwatched_videos(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Videos the viewer has not seen."""
    query = (("unwatched", "1"), ("sort", "addedAt:desc"))
    yield from queried(look, section, "video.unwatched.random", "Unplayed Videos", _VIDEO, query)


def videos_of_a_year(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Videos of a year."""
    yield from _of_a_year(look, section, "video.random.year", "Videos of {}", _VIDEO)


def recently_viewed_videos(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Videos the viewer saw last."""
    query = (("unwatched", "0"), ("sort", "lastViewedAt:desc"))
    yield from queried(look, section, "video.recentlyviewed", "Recently Played Videos", _VIDEO, query)


def _of_a_year(look: Look, section: SectionRow, name: str, title: str, kind: ItemType) -> Iterator[Hub]:
    values = top_values(look, section, kind, "year", most=60)
    for value in by_chance(look, name, values, [value.key for value in values]):
        query = (("year", value.key), ("sort", "originallyAvailableAt"))
        yield from queried(look, section, name, title.format(value.title), kind, query, about=value.key, random=True)
        return
