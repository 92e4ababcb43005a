"""Which hubs a section has, in their order, and where they are shown unless the owner says otherwise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vitascope.core.model import SectionKind
from vitascope.library.hubs import movies, music, photos, shows
from vitascope.library.hubs.model import Hub, Look
from vitascope.store.rows import SectionRow

Maker = Callable[[Look, SectionRow], Iterator[Hub]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIn:
    """A hub that every section of a kind has."""

    name: str
    title: str
    """For the owner, who manages it; what it shows has a title of its own."""
    make: Maker
    home: bool = False
    """Shown on the start page, as long as nobody changed that."""
    personal: bool = True
    """Whether it depends on what the viewer did."""
    transient: bool = False
    """Whether it changes with whatever is played."""


def _hub(
    name: str, title: str, make: Maker, *, home: bool = False, personal: bool = False, transient: bool = False
) -> BuiltIn:
    return BuiltIn(name=name, title=title, make=make, home=home, personal=personal, transient=transient)


_MOVIES = (
    _hub("movie.recentlyreleased", "Recently Released Movies", movies.recently_released),
    _hub("movie.recentlyadded", "Recently Added Movies", movies.recently_added, home=True),
    _hub("movie.genre", "Top Movies in (Genre)", movies.genre, personal=True),
    _hub("movie.by.actor.or.director", "Top Movies by (Actor or Director)", movies.actor_or_director, personal=True),
    _hub("movie.topunwatched", "Top Unplayed Movies", movies.top_unwatched, personal=True),
    _hub("movie.toprated", "Top Rated Movies", movies.top_rated),
    _hub("movie.decade", "Top Movies of the (Decade)", movies.decade),
    _hub("movie.rediscover", "Rediscover Movies", movies.rediscover, personal=True),
    _hub("movie.recentlyviewed", "Recently Played Movies", movies.recently_viewed, personal=True, transient=True),
)
_SHOWS = (
    _hub("tv.recentlyaired", "Recently Released Episodes", shows.recently_aired),
    _hub("tv.recentlyadded", "Recently Added TV", shows.recently_added, home=True),
    _hub("tv.startwatching", "Start Watching", shows.start_watching, personal=True),
    _hub("tv.rediscover", "Rediscover", shows.rediscover, personal=True),
    _hub("tv.morefromnetwork", "More from (Network)", shows.more_from_network),
    _hub("tv.toprated", "Top Rated TV", shows.top_rated),
    _hub("tv.moreingenre", "More in (Genre)", shows.more_in_genre),
    _hub("tv.recentlyviewed", "Recently Played Episodes", shows.recently_viewed, personal=True, transient=True),
)
_MUSIC = (
    _hub("music.recent.added", "Recently Added Music", music.recently_added, home=True),
    _hub("music.recent.played", "Recently Played Music", music.recently_played, personal=True, transient=True),
    _hub("music.mixes", "Mixes for You", music.mixes, personal=True),
    _hub("music.stations", "Stations", music.stations),
    _hub("music.popular", "Most Played Albums", music.most_played, personal=True, transient=True),
    _hub("music.top.period", "Most Played in (Month)", music.top_of_period, personal=True, transient=True),
    _hub("music.recent.artist", "More by (Artist)", music.more_by_artist, personal=True),
    _hub("music.recent.genre", "More in (Genre)", music.more_in_genre),
    _hub("music.random.decade", "Albums of the (Decade)", music.decade),
    _hub("music.rediscover", "Rediscover Albums", music.rediscover, personal=True),
)
_PHOTOS = (
    _hub("photo.recent", "Recently Added Photos", photos.recent_photos, home=True),
    _hub("photo.random.dayormonth", "On This Day", photos.on_this_day),
    _hub("photo.random.year", "Photos of (Year)", photos.photos_of_a_year),
)
_VIDEOS = (
    _hub("video.recent", "Recently Added Videos", photos.recent_videos, home=True),
    _hub("video.unwatched.random", "Unplayed Videos", photos.unwatched_videos, personal=True),
    _hub("video.random.year", "Videos of (Year)", photos.videos_of_a_year),
    _hub(
        "video.recentlyviewed", "Recently Played Videos", photos.recently_viewed_videos, personal=True, transient=True
    ),
)
HUBS: dict[SectionKind, tuple[BuiltIn, ...]] = {
    SectionKind.MOVIE: _MOVIES,
    SectionKind.SHOW: _SHOWS,
    SectionKind.ARTIST: _MUSIC,
    SectionKind.PHOTO: _PHOTOS,
    SectionKind.OTHER: _VIDEOS,
}
IN_PROGRESS = {
    SectionKind.MOVIE: "movie.inprogress",
    SectionKind.SHOW: "tv.inprogress",
    SectionKind.OTHER: "video.inprogress",
}
"""What the viewer should go on with: first on a section's page, and nobody's to manage."""
RECENT = {
    SectionKind.MOVIE: "movie.recentlyadded",
    SectionKind.SHOW: "tv.recentlyadded",
    SectionKind.ARTIST: "music.recent.added",
    SectionKind.PHOTO: "photo.recent",
    SectionKind.OTHER: "video.recent",
}
"""What the start page puts together of all sections of a kind."""
