"""Reading items: single ones, pages of them with everything an answer shows, and what lies below one.

A page costs a fixed number of statements, whatever is on it. Ids are bound as one list; rows come back in any order and
are put together here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, case, or_, select
from sqlalchemy.sql import FromClause

from vitascope.core.model import ExtraType, ItemType, Viewer
from vitascope.store import chapters, choices, derived, loudness, visibility
from vitascope.store import extras as added
from vitascope.store.folders import folders_of
from vitascope.store.identities import plain_identities
from vitascope.store.loudness import Measure
from vitascope.store.marks import marks_of
from vitascope.store.reader import Reader, any_of
from vitascope.store.reviews import reviews_of
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
from vitascope.store.schema import (
    artworks,
    edits,
    files,
    identities,
    item_details,
    item_guids,
    item_ratings,
    items,
    locations,
    markers,
    matches,
    media,
    parts,
    progress,
    states,
    streams,
    taggings,
    tags,
)
from vitascope.store.views import NO_DETAIL, ItemView, MediaView, PartView, TagView

T = TypeVar("T")

_items = select(items).where(any_of(items.c.id, "ids"))
_details = select(item_details).where(any_of(item_details.c.item_id, "ids"))
_uuids = select(identities.c.id, identities.c.uuid).where(any_of(identities.c.id, "ids"))
# what an identity is by somebody's word; NULL: a person said that it is nothing known
_matched = select(matches.c.identity_id, matches.c.guid).where(
    any_of(matches.c.identity_id, "ids"), or_(matches.c.guid.is_not(None), matches.c.by_person)
)
_media = select(media).where(any_of(media.c.item_id, "ids")).order_by(media.c.item_id, media.c.ordering, media.c.id)
_parts = select(parts).where(any_of(parts.c.item_id, "ids")).order_by(parts.c.item_id, parts.c.ordering, parts.c.id)
_files = select(files).where(any_of(files.c.id, "ids"))
_streams = select(streams).where(any_of(streams.c.item_id, "ids"))
_tags = (
    select(taggings.c.item_id, tags.c.type, tags.c.id, tags.c.tag, taggings.c.text, tags.c.thumb)
    .join(tags, tags.c.id == taggings.c.tag_id)
    .where(any_of(taggings.c.item_id, "ids"))
    .order_by(taggings.c.tag_type, taggings.c.ordering, taggings.c.tag_id)
)
_guids = select(item_guids).where(any_of(item_guids.c.item_id, "ids")).order_by(item_guids.c.guid)
_states = select(states).where(states.c.person_id == bindparam("person_id"), any_of(states.c.identity_id, "ids"))
_progress = select(progress.c.item_id, progress.c.viewed_leaf_count, progress.c.last_viewed_at).where(
    progress.c.person_id == bindparam("person_id"), any_of(progress.c.item_id, "ids")
)
_locks = (
    select(edits.c.identity_id, edits.c.field, case((edits.c.field == chapters.FIELD, edits.c.value)))
    .where(any_of(edits.c.identity_id, "ids"), edits.c.locked)
    .order_by(edits.c.field)
)
_markers = select(markers).where(any_of(markers.c.item_id, "ids")).order_by(markers.c.start_ms)
_ratings = (
    select(item_ratings)
    .where(any_of(item_ratings.c.item_id, "ids"))
    .order_by(item_ratings.c.item_id, item_ratings.c.ordering)
)
_artworks = select(artworks).where(any_of(artworks.c.item_id, "ids")).order_by(artworks.c.kind, artworks.c.ordering)
_locations = select(locations.c.id, locations.c.path, locations.c.available)


def visible(statement: Select[Any], viewer: Viewer, table: FromClause = items) -> Select[Any]:
    """``statement`` over items, with what this viewer may see."""
    return statement.where(visibility.with_own(viewer, table))


def get_items(r: Reader, ids: Sequence[int], viewer: Viewer) -> list[ItemRow]:
    """These items in this order; those that are not there or not visible are left out."""
    if not ids:
        return []
    found = {row.id: row for row in r.rows(ItemRow, visible(_items, viewer), {"ids": list(ids)})}
    return [found[id_] for id_ in ids if id_ in found]


def get_item(r: Reader, item_id: int, viewer: Viewer) -> ItemRow | None:
    """One item, ``None`` when it is not there or not visible."""
    found = get_items(r, [item_id], viewer)
    return found[0] if found else None


_HAVE_EDITIONS = (ItemType.MOVIE, ItemType.SHOW)


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    groups: dict[int, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def hydrate(
    r: Reader,
    ids: Sequence[int],
    viewer: Viewer,
    *,
    full: bool = False,
    guids: bool = False,
    media: bool = True,
    reviews: bool = False,
) -> list[ItemView]:
    """These items with their media, tags, state and parents, in this order; invisible ones are left out.

    ``full`` adds streams, markers, locks, guids and all artworks (and is meant for a few items); ``guids`` adds the
    external ids to a listing, ``reviews`` what critics wrote; ``media=False`` leaves media out, for answers that show
    none.
    """
    rows = get_items(r, ids, viewer)
    if not rows:
        return []
    by_id = {"ids": [row.id for row in rows]}
    of_person = {"person_id": viewer.person_id}
    identity_ids = {"ids": list({row.identity_id for row in rows})}

    parent_ids = {p for row in rows for p in (row.parent_id, row.grandparent_id) if p is not None}
    above = {row.id: row for row in rows if row.id in parent_ids}
    missing = parent_ids - above.keys()
    if missing:
        above.update((row.id, row) for row in r.rows(ItemRow, _items, {"ids": list(missing)}))

    details = {row.item_id: row for row in r.rows(ItemDetailRow, _details, by_id)}
    wanted = {row.identity_id for row in (*rows, *above.values())}
    editions = {row.identity_id for row in (*rows, *above.values()) if row.edition and row.type in _HAVE_EDITIONS}
    plain = plain_identities(r, list(editions)) if editions else {}
    uuids = dict(r.tuples(_uuids, {"ids": [*wanted, *plain.values()]}))
    uuids.update(matched_names(r, {identity: uuids[identity] for identity in wanted if identity in uuids}))
    uuids.update((edition, uuids[same]) for edition, same in plain.items() if same in uuids)
    places = {place: (path, bool(available)) for place, path, available in r.tuples(_locations)}
    tag_views = _grouped((row[0], TagView(*row[1:])) for row in r.tuples(_tags, by_id))
    guid_lists: dict[int, list[str]] = _grouped(r.tuples(_guids, by_id)) if guids or full else {}
    own_states = {row.identity_id: row for row in r.rows(StateRow, _states, identity_ids | of_person)}
    containers = [row.id for row in rows if row.leaf_count]
    watched = {row[0]: row[1:] for row in r.tuples(_progress, {"ids": containers} | of_person)} if containers else {}
    media_views = _media_of(r, rows, viewer, places, full=full) if media else {}
    locks: dict[int, list[str]] = {}
    written: dict[int, str | None] = {}
    marker_lists: dict[int, list[MarkerRow | MarkRow]] = {}
    art_lists: dict[int, list[ArtworkRow]] = {}
    rating_lists: dict[int, list[ItemRatingRow]] = {}
    folders: dict[int, list[bytes]] = {}
    review_lists = reviews_of(r, rows) if reviews else {}
    if full:
        folders = folders_of(r, *({row.id for row in rows if row.type == kind} for kind in _above_leaves))
        locked = r.tuples(_locks, identity_ids)
        locks = _grouped((identity_id, field) for identity_id, field, _ in locked)
        written = {identity_id: value for identity_id, field, value in locked if field == chapters.FIELD}
        marker_lists = _markers_of(r, rows, viewer)
        rating_lists = _grouped((row.item_id, row) for row in r.rows(ItemRatingRow, _ratings, by_id))
        art_lists = _grouped((row.item_id, row) for row in r.rows(ArtworkRow, _artworks, by_id))

    views = []
    for row in rows:
        state = own_states.get(row.identity_id)
        viewed, last_viewed = watched.get(row.id, (0, None))
        views.append(
            ItemView(
                item=row,
                detail=details.get(row.id, NO_DETAIL),
                identity_uuid=uuids.get(row.identity_id, ""),
                media=media_views.get(row.id, ()),
                tags=tag_views.get(row.id, ()),
                guids=guid_lists.get(row.id, ()),
                state=state,
                viewed_leaf_count=viewed,
                last_viewed_at=last_viewed if row.leaf_count else state.last_viewed_at if state else None,
                locks=locks.get(row.identity_id, ()),
                chapters=chapters.read(written.get(row.identity_id)),
                markers=marker_lists.get(row.id, ()),
                ratings=rating_lists.get(row.id, ()),
                reviews=review_lists.get(row.id, ()),
                parent=(parent := above.get(row.parent_id or 0)),
                grandparent=(top := above.get(row.grandparent_id or 0)),
                parent_uuid=uuids.get(parent.identity_id) if parent else None,
                grandparent_uuid=uuids.get(top.identity_id) if top else None,
                artworks=art_lists.get(row.id, ()),
                folders=folders.get(row.id, ()),
                location_available=row.location_id is None or places.get(row.location_id, (b"", False))[1],
            )
        )
    return views


def matched_names(r: Reader, uuids: Mapping[int, str]) -> dict[int, str]:
    """Of identities that were matched, or unmatched by hand, the guid they have instead of one of their own digits."""
    given = r.tuples(_matched, {"ids": list(uuids)})
    return {identity: guid or f"local://{uuids[identity]}" for identity, guid in given}


def _markers_of(r: Reader, rows: Sequence[ItemRow], viewer: Viewer) -> dict[int, list[MarkerRow | MarkRow]]:
    """Detected markers and those set by hand that the viewer sees, in order."""
    found: dict[int, list[MarkerRow | MarkRow]] = defaultdict(list)
    for row in r.rows(MarkerRow, _markers, {"ids": [row.id for row in rows]}):
        found[row.item_id].append(row)
    by_identity = _grouped(
        (row.identity_id, row) for row in marks_of(r, [row.identity_id for row in rows], viewer.person_id)
    )
    for item in rows:
        if item.identity_id in by_identity:
            found[item.id] = sorted([*found[item.id], *by_identity[item.identity_id]], key=lambda row: row.start_ms)
    return found


def _media_of(
    r: Reader, rows: Sequence[ItemRow], viewer: Viewer, places: dict[int, tuple[bytes, bool]], *, full: bool
) -> dict[int, list[MediaView]]:
    holders = [row.id for row in rows if row.media_count]
    if not holders:
        return {}
    by_id = {"ids": holders}
    media_rows = r.rows(MediaRow, _media, by_id)
    part_rows = r.rows(PartRow, _parts, by_id)
    file_rows = {row.id: row for row in r.rows(FileRow, _files, {"ids": [part.file_id for part in part_rows]})}
    contents = [row.fingerprint for row in file_rows.values() if row.fingerprint]
    filmed = any(row.type in derived.FILMED for row in rows)
    with_previews = derived.those_with(r, contents, derived.PREVIEWS) if filmed else frozenset()
    of_items = {row.id: row.identity_id for row in rows}
    elsewhere = added.files_of(r, part_rows, of_items, {place: path for place, (path, _) in places.items()})
    stream_lists: dict[int, list[StreamRow]] = {}
    chosen: dict[int, choices.Chosen] = {}
    measured: dict[tuple[bytes, int], Measure] = {}
    if full:
        measured = loudness.of_files(r, contents)
        ordered = choices.in_order(r.rows(StreamRow, _streams, by_id))
        stream_lists = _grouped((row.part_id, row) for row in ordered)
        chosen = choices.chosen(r, viewer.person_id, of_items, part_rows, stream_lists)
    part_views: dict[int, list[PartView]] = defaultdict(list)
    for part in part_rows:
        file = file_rows.get(part.file_id) or elsewhere.get(part.id)
        if file is None:
            continue
        choice = chosen.get(part.id)
        part_views[part.media_id].append(
            PartView(
                part,
                file,
                stream_lists.get(part.id, ()),
                places.get(file.location_id, (b"", False))[0],
                choice.audio_id if choice else None,
                choice.subtitle_id if choice else None,
                {index: row for (content, index), row in measured.items() if content == file.fingerprint},
                file.fingerprint in with_previews,
            )
        )
    return _grouped((row.item_id, MediaView(row, part_views.get(row.id, ()))) for row in media_rows)


# --- what lies below an item -----------------------------------------------------------------------------------

_by_number = (items.c.parent_index, items.c.index_number, items.c.sort_key, items.c.id)
_listed = items.c.extra_type.is_(None)
_children = (
    select(items.c.id)
    .where(items.c.parent_id == bindparam("id"), _listed)
    .order_by(items.c.index_number, items.c.sort_key, items.c.id)
)
_leaves_of_parent = select(items.c.id).where(items.c.parent_id == bindparam("id"), _listed).order_by(*_by_number)
_leaves_of_grandparent = (
    select(items.c.id).where(items.c.grandparent_id == bindparam("id"), _listed).order_by(*_by_number)
)
_album = items.alias("album")
_tracks_of_artist = (
    select(items.c.id)
    .join(_album, _album.c.id == items.c.parent_id)
    .where(items.c.grandparent_id == bindparam("id"), _listed)
    .order_by(_album.c.year.is_(None), _album.c.year, _album.c.sort_key, _album.c.id, *_by_number)
)
_extras = (
    select(items.c.id)
    .where(items.c.parent_id == bindparam("id"), items.c.extra_type.is_not(None))
    .order_by(items.c.extra_type, items.c.sort_key, items.c.id)
)
_concert = items.c.extra_type == int(ExtraType.CONCERT)
_concerts = select(items.c.id).where(items.c.parent_id == bindparam("id"), _concert).order_by(items.c.sort_key)
_of_artist = items.alias("of_artist")
_all_concerts = (
    select(items.c.id)
    .where(
        _concert,
        or_(
            items.c.parent_id == bindparam("id"),
            items.c.parent_id.in_(
                select(_of_artist.c.id).where(
                    or_(_of_artist.c.parent_id == bindparam("id"), _of_artist.c.grandparent_id == bindparam("id")),
                    _of_artist.c.extra_type.is_(None),
                )
            ),
        ),
    )
    .order_by(items.c.sort_key, items.c.id)
)
_above_leaves = (ItemType.SHOW, ItemType.ARTIST)
_LEAVES = {ItemType.SHOW: _leaves_of_grandparent, ItemType.ARTIST: _tracks_of_artist}
_type = select(items.c.type).where(items.c.id == bindparam("id"))


def children(r: Reader, item_id: int, viewer: Viewer, start: int = 0, size: int | None = None) -> tuple[list[int], int]:
    """Ids of the seasons, episodes, albums, tracks, photos below an item, in order, and how many there are."""
    return _window(r.scalars(visible(_children, viewer), {"id": item_id}), start, size)


def all_leaves(
    r: Reader, item_id: int, viewer: Viewer, start: int = 0, size: int | None = None
) -> tuple[list[int], int]:
    """Ids of all episodes of a show or season, all tracks of an artist or album, all photos of an album."""
    kind = r.scalar(_type, {"id": item_id})
    statement = _LEAVES.get(kind, _leaves_of_parent) if kind is not None else _leaves_of_parent
    return _window(r.scalars(visible(statement, viewer), {"id": item_id}), start, size)


def extras(r: Reader, item_id: int, viewer: Viewer) -> list[int]:
    """Ids of an item's trailers, deleted scenes and other extras."""
    return r.scalars(visible(_extras, viewer), {"id": item_id})


def concerts(r: Reader, artist_id: int, viewer: Viewer, *, all_of_them: bool = False) -> list[int]:
    """Ids of an artist's concerts; ``all_of_them``: also those that belong to an album or a track of theirs."""
    return r.scalars(visible(_all_concerts if all_of_them else _concerts, viewer), {"id": artist_id})


def _window(ids: list[int], start: int, size: int | None) -> tuple[list[int], int]:
    return ids[start:] if size is None else ids[start : start + size], len(ids)


# --- other ways to find items ----------------------------------------------------------------------------------

_by_external = (
    select(items.c.id)
    .join(item_guids, item_guids.c.item_id == items.c.id)
    .where(item_guids.c.guid == bindparam("guid"))
)
_by_uuid = (
    select(items.c.id)
    .join(identities, identities.c.id == items.c.identity_id)
    .where(identities.c.uuid == bindparam("uuid"))
)
_by_match = (
    select(items.c.id)
    .join(matches, matches.c.identity_id == items.c.identity_id)
    .where(matches.c.guid == bindparam("guid"))
)
_of_identities = select(items.c.identity_id, items.c.id).where(any_of(items.c.identity_id, "ids"))


def by_guid(r: Reader, guid: str, viewer: Viewer, section_id: int | None = None) -> list[int]:
    """Ids of the items with an external guid (``imdb://…``), one of a provider, or our own (``plex://movie/<uuid>``)."""
    if guid.startswith(("plex://", "local://")):
        asked = [(_by_uuid, {"uuid": guid.rpartition("/")[2]})]
    else:
        asked = [(_by_external, {"guid": guid}), (_by_match, {"guid": guid})]
    found: set[int] = set()
    for statement, params in asked:
        in_section = statement if section_id is None else statement.where(items.c.section_id == section_id)
        found.update(r.scalars(visible(in_section, viewer), params))
    return sorted(found)


_titled = (
    select(items)
    .where(
        items.c.type == bindparam("kind"),
        items.c.title_folded >= bindparam("low"),
        items.c.title_folded < bindparam("high"),
        items.c.extra_type.is_(None),
        items.c.deleted_at.is_(None),
    )
    .order_by(items.c.title_folded, items.c.id)
    .limit(bindparam("size"))
)


def titled(r: Reader, kind: int, folded: str, viewer: Viewer, size: int) -> list[ItemRow]:
    """Items of one type whose folded title is this or begins like it, over all sections."""
    if not folded:
        return []
    bound = {"kind": kind, "low": folded, "high": folded + "\U0010ffff", "size": size}
    return r.rows(ItemRow, visible(_titled, viewer), bound)


def external_guids(r: Reader, item_id: int) -> list[str]:
    """The external ids of an item."""
    return [guid for _, guid in r.tuples(_guids, {"ids": [item_id]})]


def by_identity(r: Reader, identity_ids: Sequence[int], viewer: Viewer) -> dict[int, list[int]]:
    """Ids of the visible items of each identity."""
    return _grouped(r.tuples(visible(_of_identities, viewer).order_by(items.c.id), {"ids": list(identity_ids)}))


# --- folders ---------------------------------------------------------------------------------------------------

_in_folder = (
    select(items.c.id)
    .join(parts, parts.c.item_id == items.c.id)
    .join(files, files.c.id == parts.c.file_id)
    .where(
        files.c.location_id == bindparam("location_id"),
        files.c.dir_hash == bindparam("dir_hash"),
        items.c.section_id == bindparam("section_id"),
    )
    .distinct()
)
_delivery = (
    select(parts.c.item_id, locations.c.path, files.c.path)
    .join(files, files.c.id == parts.c.file_id)
    .join(locations, locations.c.id == files.c.location_id)
    .where(parts.c.id == bindparam("id"))
)
_part = select(parts).where(parts.c.id == bindparam("id"))
_item_of_media = select(media.c.item_id).where(media.c.id == bindparam("id"))
_stream = select(streams).where(streams.c.id == bindparam("id"))


def items_in_folder(r: Reader, section_id: int, location_id: int, dir_hash: bytes, viewer: Viewer) -> list[int]:
    """Ids of the items with a file directly in one folder, by title."""
    params = {"section_id": section_id, "location_id": location_id, "dir_hash": dir_hash}
    found = r.scalars(visible(_in_folder, viewer), params)
    return [row.id for row in sorted(get_items(r, found, viewer), key=lambda row: (row.sort_key, row.id))]


def part_for_delivery(r: Reader, part_id: int, viewer: Viewer) -> tuple[PartRow, bytes, ItemRow] | None:
    """The part, the absolute path of its file, and its item; ``None`` when not there or not visible."""
    found = r.tuples(_delivery, {"id": part_id})
    if not found:
        extra = added.address_of_part(r, part_id, viewer)
        # What lies elsewhere is nothing that can be opened here.
        if extra is None or extra[1].startswith(added.ELSEWHERE):
            return None
        return extra[0], extra[1].encode(), extra[2]
    item_id, root, path = found[0]
    item = get_item(r, item_id, viewer)
    part = r.row(PartRow, _part, {"id": part_id})
    if item is None or part is None:
        return None
    return part, bytes(root).rstrip(b"/") + b"/" + bytes(path), item


def media_view(r: Reader, media_id: int, viewer: Viewer) -> MediaView | None:
    """One version of an item with its parts, ``None`` when not there or not visible."""
    item_id = r.scalar(_item_of_media, {"id": media_id})
    views = [] if item_id is None else hydrate(r, [item_id], viewer)
    return next((media for view in views for media in view.media if media.media.id == media_id), None)


def stream(r: Reader, stream_id: int, viewer: Viewer) -> StreamRow | None:
    """One stream, ``None`` when not there or its item is not visible."""
    found = r.row(StreamRow, _stream, {"id": stream_id})
    return found if found is not None and get_item(r, found.item_id, viewer) is not None else None
