"""Items with everything an answer shows of them: what :func:`vitascope.store.hydration.hydrate` hands out."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from vitascope.core.chapters import Chapter
from vitascope.core.reviews import Review
from vitascope.store.loudness import Measure
from vitascope.store.rows import (
    ArtworkRow,
    FileRow,
    ItemDetailRow,
    ItemRatingRow,
    ItemRow,
    MarkerRow,
    MarkRow,
    MediaRow,
    PartRow,
    StateRow,
    StreamRow,
)


class PartView(Struct, frozen=True, gc=False):
    part: PartRow
    file: FileRow
    streams: Sequence[StreamRow] = ()
    """In the file's order, sidecars last; empty in listings."""
    location_path: bytes = b""
    """Absolute path of the root that ``file.path`` is relative to."""
    chosen_audio_id: int | None = None
    """What the viewer chose for this part; ``None``: nothing."""
    chosen_subtitle_id: int | None = None
    """0: no subtitles."""
    loudness: Mapping[int, Measure] = {}
    """What was measured of its audio streams, by their index; only when asked for in full."""
    has_previews: bool = False
    """There are small pictures along it."""
    required_bandwidths: str | None = None
    """What it needs moment by moment (:mod:`vitascope.core.bandwidths`); only when asked for in full."""
    has_voice: bool = False
    """It is known where somebody speaks in it; only when asked for in full."""


class MediaView(Struct, frozen=True, gc=False):
    media: MediaRow
    parts: Sequence[PartView] = ()


class TagView(Struct, frozen=True, gc=False):
    type: int
    id: int
    tag: str
    text: str | None = None
    """Of a role: the character."""
    thumb: str | None = None


class ItemView(Struct, frozen=True, gc=False):
    item: ItemRow
    detail: ItemDetailRow
    identity_uuid: str
    """An edition has that of the film or show it is an edition of. With ``://`` in it, a whole guid: what a provider or
    a person says the item is."""
    media: Sequence[MediaView] = ()
    tags: Sequence[TagView] = ()
    """By type, then in their order."""
    guids: Sequence[str] = ()
    state: StateRow | None = None
    viewed_leaf_count: int = 0
    last_viewed_at: int | None = None
    """Of a leaf its own, of a container the latest of its leaves."""
    locks: Sequence[str] = ()
    """Fields the owner locked; only when asked for in full."""
    chapters: Sequence[Chapter] | None = None
    """Those that the owner wrote; ``None``: those of the file count. Only when asked for in full."""
    markers: Sequence[MarkerRow | MarkRow] = ()
    """Detected, and set by hand for everyone or by the viewer."""
    parent: ItemRow | None = None
    grandparent: ItemRow | None = None
    parent_uuid: str | None = None
    grandparent_uuid: str | None = None
    artworks: Sequence[ArtworkRow] = ()
    """Only when asked for in full."""
    folders: Sequence[bytes] = ()
    """Where a show or an artist lies, as absolute paths; only when asked for in full."""
    ratings: Sequence[ItemRatingRow] = ()
    """By source, in their order; only when asked for in full."""
    reviews: Sequence[Review] = ()
    """Only when asked for."""
    location_available: bool = True
    primary_extra_id: int | None = None
    """Its trailer or music video; only when asked for in full."""


NO_DETAIL = ItemDetailRow(item_id=0)
