"""What a hub is, and what its makers are told."""

import random
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from vitascope.core.model import Viewer
from vitascope.library.stations import Station
from vitascope.store.positions import Positions, Values
from vitascope.store.reader import Reader

COUNT = 12
"""Items of a hub when nothing else is asked for."""
MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A row of items: the part of them that was looked for, and how many there are."""

    name: str
    """Its kind: ``movie.recentlyadded``; what the owner manages."""
    identifier: str
    """The kind with the section and what was chosen: ``movie.genre.1.176``."""
    title: str
    type: str
    """The type of the items, ``mixed`` when there are several."""
    key: str
    """Where the whole list is; it pages."""
    ids: tuple[int, ...] = ()
    total: int = 0
    style: str = "shelf"
    promoted: bool = False
    random: bool = False
    stations: tuple[Station, ...] = ()
    """What a hub of stations has instead of items."""

    @property
    def context(self) -> str:
        return f"hub.{self.name}"

    @property
    def size(self) -> int:
        return len(self.stations) or len(self.ids)

    @property
    def more(self) -> bool:
        """Whether there is more behind the key than is shown."""
        return self.total > self.size

    def on_home(self, *, promoted: bool) -> "Hub":
        """The same, marked as one of the start page or not."""
        return replace(self, promoted=promoted)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckRules:
    """What belongs to On Deck and Continue Watching, as the owner set it."""

    window_s: int = 16 * 7 * 86_400
    limit: int = 40
    include_premieres: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the hubs: through whose eyes, when, and at which part of them."""

    r: Reader
    positions: Positions
    values: Values
    viewer: Viewer
    now: int
    """Epoch seconds."""
    count: int = COUNT
    start: int = 0
    deck: DeckRules = DeckRules()
    chosen: str | None = None
    """For hubs of chance: what to choose, instead of what the day says."""
    mixes: bool = False
    """Whether mixes made for the viewer are wanted."""

    @property
    def moment(self) -> datetime:
        """The day of the look: relative dates count from its first minute, so that what was made for it is good until
        it ends."""
        return datetime.fromtimestamp(self.now - self.now % 86_400, UTC)

    @property
    def today(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def dice(self, name: str) -> random.Random:
        """Chance that is the same all day for one person and one hub."""
        seed = zlib.crc32(f"{name} {self.now // 86_400} {self.viewer.person_id}".encode())
        return random.Random(seed)  # noqa: S311 - no secret

    def part(self, ids: Iterable[int]) -> tuple[int, ...]:
        """The wanted part of a list that is at hand."""
        return tuple(ids)[self.start : self.start + self.count]

    def ago(self, **time: int) -> int:
        """Epoch seconds of so long ago, counted from the beginning of the day."""
        return int((self.moment - timedelta(**time)).timestamp())

    def with_mixes(self) -> "Look":
        """The same look, with mixes wanted."""
        return replace(self, mixes=True)
