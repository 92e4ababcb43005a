"""Which public methods of python-plexapi exist, and which test here drives each of them.

A test says with :func:`covers` what it drives, by the class that defines it: ``covers("Playable.iterParts")``.
``test_ledger.py`` compares: a method of the library that nobody drives, and that is not named below with its reason,
fails it; so a new release of the library cannot bring something that nobody looked at.
"""

import inspect
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar

import plexapi.alert
import plexapi.audio
import plexapi.base
import plexapi.collection
import plexapi.library
import plexapi.media
import plexapi.mixins
import plexapi.photo
import plexapi.playlist
import plexapi.playqueue
import plexapi.server
import plexapi.settings
import plexapi.video

MODULES = (
    plexapi.alert,
    plexapi.audio,
    plexapi.base,
    plexapi.collection,
    plexapi.library,
    plexapi.media,
    plexapi.mixins,
    plexapi.photo,
    plexapi.playlist,
    plexapi.playqueue,
    plexapi.server,
    plexapi.settings,
    plexapi.video,
)
COVERED: set[str] = set()
F = TypeVar("F", bound=Callable[..., None])


def covers(*names: str) -> Callable[[F], F]:
    """Marks a test that drives these methods and properties."""

    def mark(test: F) -> F:
        COVERED.update(names)
        return test

    return mark


def public_methods() -> Iterator[str]:
    """Every public method and property, by the class of the library that defines it."""
    for module in MODULES:
        for _, found in inspect.getmembers(module, inspect.isclass):
            if not found.__module__.startswith(module.__name__):
                continue
            for name, member in vars(found).items():
                raw = member.__func__ if isinstance(member, classmethod | staticmethod) else member
                if not name.startswith("_") and (
                    inspect.isfunction(raw) or isinstance(raw, property | cached_property)
                ):
                    yield f"{found.__name__}.{name}"


_ACCOUNT = "asks plex.tv, which has no part in this server"
_CLIENT = "tells a player what to play; the server has no part in it"
_WEB = "makes an address of app.plex.tv, and asks nothing of a server"
_OPTIMIZED = "is used with what it is about, in tests/api/families/test_optimised.py"
_SONIC = "needs the sonic analysis of the original; without it there is nothing to compare"
_SYNC = "makes a download through plex.tv"


def _because(reason: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, reason)


NOT_OF_THE_SERVER: dict[str, str] = {
    **_because(
        _ACCOUNT,
        *("PlexServer.claim", "PlexServer.unclaim", "PlexServer.switchUser", "PlexServer.myPlexAccount"),
        *("Video.augmentation", "Playlist.copyToUser"),
        *(f"WatchlistMixin.{name}" for name in ("onWatchlist", "addToWatchlist", "removeFromWatchlist")),
        "WatchlistMixin.streamingServices",
    ),
    **_because(_CLIENT, "Playable.play"),
    **_because(_WEB, *(f"{name}.getWebURL" for name in ("PlexServer", "LibrarySection", "PlexPartialObject"))),
    **_because(
        _OPTIMIZED,
        *("PlexServer.optimizedItems", "PlexServer.conversions", "Video.optimize", "Conversion.remove"),
        *("Conversion.move", "Optimized.items", "Optimized.remove", "Optimized.rename", "Optimized.reprocess"),
    ),
    **_because(_SONIC, "Audio.sonicallySimilar", "MusicSection.sonicAdventure", "Track.sonicAdventure"),
    **_because(
        _SYNC,
        *(
            f"{name}.sync"
            for name in (
                *("Audio", "Collection", "LibrarySection", "MovieSection", "MusicSection", "Photo", "PhotoSection"),
                *("Playlist", "ShowSection", "Video"),
            )
        ),
    ),
    "Setting.toUrl": "raises in the library itself: it reads an attribute that nothing sets",
    "Photoalbum.get": "raises in the library itself: it looks for an episode of the album",
    "PlexSession.user": _ACCOUNT,
    "ThemeMixin.setTheme": "raises in the library itself: it says that themes cannot be chosen",
    "Video.downloadSubtitles": "takes a result of a search for subtitles, and no service is asked for any",
}
"""By method: why no test here drives it."""
