"""The ``Playlist`` element: playlists, and the folders they lie in."""

from collections.abc import Iterable

from vitascope.api.render.document import Rows
from vitascope.api.render.table import Attribute, Children, Shape, Table, count, flag, number, text
from vitascope.core.naming import filed_under
from vitascope.library.playlists import Figured
from vitascope.store.rows import StateRow

_UNTOUCHED = StateRow(person_id=0, identity_id=0)


class PlaylistShown:
    """What the table of playlists reads from."""

    def __init__(self, figured: Figured) -> None:
        self.item = figured.playlist.item
        self.row = figured.playlist.row
        self.summary = figured.playlist.detail.summary
        self.uuid = figured.playlist.uuid
        self.locks = figured.playlist.locks
        self.state = figured.playlist.state or _UNTOUCHED
        self.item_count = figured.item_count
        self.duration_ms = figured.duration_ms
        self.is_folder = figured.playlist.is_folder
        self.score: str | None = None
        """How well it fits a search."""


def _title_sort(shown: PlaylistShown) -> str | None:
    filed = shown.item.title_sort or filed_under(shown.item.title, shown.item.sort_key)
    return filed if filed != shown.item.title else None


def _guid(shown: PlaylistShown) -> str:
    """What an imported playlist is called says from which file it came."""
    path = shown.row.source_path
    return f"com.plexapp.agents.none://{shown.uuid}" + (f"/{path.lstrip('/')}" if path else "")


def _composite(shown: PlaylistShown) -> str | None:
    return None if shown.is_folder else f"/playlists/{shown.item.id}/composite/{shown.item.updated_at}"


def _picture(name: str, field: str) -> Attribute[PlaylistShown]:
    def address(shown: PlaylistShown) -> str | None:
        stamp: int | None = getattr(shown.item, field)
        return None if stamp is None else f"/library/metadata/{shown.item.id}/{name}/{stamp}"

    return text(name, address)


_FIELD: Table[str] = Table("Field", (flag("locked", lambda _: True), text("name", lambda name: name)))

PLAYLIST: Table[PlaylistShown] = Table(
    "Playlist",
    (
        text("ratingKey", lambda shown: str(shown.item.id), key=True),
        text("key", lambda shown: f"/playlists/{shown.item.id}/items", key=True),
        text("guid", _guid),
        text("type", lambda shown: "playlistFolder" if shown.is_folder else "playlist", key=True),
        text("title", "item.title", key=True),
        text("titleSort", _title_sort),
        text("score", "score"),
        text("summary", "summary"),
        number("smart", lambda shown: int(shown.row.smart)),
        text("playlistType", "row.kind"),
        text("composite", _composite),
        _picture("thumb", "thumb_at"),
        _picture("art", "art_at"),
        text("icon", lambda shown: "playlist://image.smart" if shown.row.smart else None),
        text("content", "row.content", when=lambda shape: shape.detail),
        number("parentID", "row.folder_id"),
        count("viewCount", "state.view_count"),
        number("lastViewedAt", "state.last_viewed_at"),
        number("userRating", "state.rating"),
        number("lastRatedAt", "state.last_rated_at"),
        number("duration", "duration_ms"),
        number("leafCount", "item_count"),
        number("addedAt", "item.added_at"),
        number("updatedAt", "item.updated_at"),
        number("allowSync", lambda _: 1),
    ),
    (Children("Field", lambda shown: shown.locks, _FIELD, when=lambda shape: shape.detail),),
    json_name="Metadata",
)


def playlist_rows(figured: Iterable[Figured], shape: Shape) -> Rows:
    """Playlists as elements of an answer."""
    plan = PLAYLIST.plan(shape)
    return Rows([(plan, PlaylistShown(one)) for one in figured])
