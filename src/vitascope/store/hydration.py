"""Pages of items with everything an answer shows of them.

A page costs a fixed number of statements, whatever is on it. Ids are bound as one list; rows come back in any order and
are put together here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import and_, bindparam, case, func, literal, or_, select

from vitascope.core.model import ItemType, Viewer
from vitascope.store import chapters, choices, derived, loudness, relations
from vitascope.store import extras as added
from vitascope.store.folders import folders_of
from vitascope.store.identities import plain_identities
from vitascope.store.items import get_items
from vitascope.store.loudness import Measure
from vitascope.store.marks import marks_of
from vitascope.store.reader import Reader, any_of, as_rows, grouped
from vitascope.store.reviews import reviews_of
from vitascope.store.rows import (
    ArtworkRow,
    DerivedRow,
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

_items = select(items).where(any_of(items.c.id, "ids"))
_details = select(item_details).where(any_of(item_details.c.item_id, "ids"))
# what an identity is by its own digits, and by somebody's word; where a person said that it is nothing known, that
_named = (
    select(
        identities.c.id,
        identities.c.uuid,
        func.coalesce(
            matches.c.guid,
            case((matches.c.by_person, literal("local://") + identities.c.uuid), else_=identities.c.uuid),
        ),
    )
    .join(matches, matches.c.identity_id == identities.c.id, isouter=True)
    .where(any_of(identities.c.id, "ids"))
)
# what an identity is by somebody's word; NULL: a person said that it is nothing known
_matched = select(matches.c.identity_id, matches.c.guid).where(
    any_of(matches.c.identity_id, "ids"), or_(matches.c.guid.is_not(None), matches.c.by_person)
)
# a row for each part, put in order here: asking three tables one after the other takes twice the time
_media = (
    select(*media.c, *parts.c, *files.c)
    .select_from(media)
    .join(parts, and_(parts.c.item_id == media.c.item_id, parts.c.media_id == media.c.id), isouter=True)
    .join(files, files.c.id == parts.c.file_id, isouter=True)
    .where(any_of(media.c.item_id, "ids"))
)
_PART_AT = len(media.c)
_FILE_AT = _PART_AT + len(parts.c)
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
_item_of_media = select(media.c.item_id).where(media.c.id == bindparam("id"))

_HAVE_EDITIONS = (ItemType.MOVIE, ItemType.SHOW)
_ABOVE_LEAVES = (ItemType.SHOW, ItemType.ARTIST)


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
    named = r.tuples(_named, {"ids": [*wanted, *plain.values()]})
    uuids = {identity: name if identity in wanted else uuid for identity, uuid, name in named}
    uuids.update((edition, uuids[same]) for edition, same in plain.items() if same in uuids)
    places = {place: (path, bool(available)) for place, path, available in r.tuples(_locations)}
    tag_views: dict[int, list[TagView]] = defaultdict(list)
    for item_id, *tag in r.tuples(_tags, by_id):
        tag_views[item_id].append(TagView(*tag))
    guid_lists: dict[int, list[str]] = grouped(r.tuples(_guids, by_id)) if guids or full else {}
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
    trailers: dict[int, int] = {}
    if full:
        folders = folders_of(
            r, *({row.id for row in rows if row.type == kind} for kind in (ItemType.SHOW, ItemType.ARTIST))
        )
        locked = r.tuples(_locks, identity_ids)
        locks = grouped((identity_id, field) for identity_id, field, _ in locked)
        written = {identity_id: value for identity_id, field, value in locked if field == chapters.FIELD}
        marker_lists = _markers_of(r, rows, viewer)
        trailers = relations.primary_extras(r, by_id["ids"], viewer)
        rating_lists = grouped((row.item_id, row) for row in r.rows(ItemRatingRow, _ratings, by_id))
        art_lists = grouped((row.item_id, row) for row in r.rows(ArtworkRow, _artworks, by_id))

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
                primary_extra_id=trailers.get(row.id),
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
    by_identity = grouped(
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
    joined = r.tuples(_media, by_id)
    media_rows = as_rows(MediaRow, list({row[0]: row[:_PART_AT] for row in joined}.values()))
    part_rows = as_rows(PartRow, [row[_PART_AT:_FILE_AT] for row in joined if row[_PART_AT] is not None])
    of_parts = as_rows(FileRow, [row[_FILE_AT:] for row in joined if row[_FILE_AT] is not None])
    file_rows = {row.id: row for row in of_parts}
    media_rows.sort(key=_in_order)
    part_rows.sort(key=_in_order)
    contents = [row.fingerprint for row in file_rows.values() if row.fingerprint]
    filmed = any(row.type in derived.FILMED for row in rows)
    with_previews = derived.of_files(r, list(file_rows), derived.PREVIEWS) if filmed else frozenset()
    of_items = {row.id: row.identity_id for row in rows}
    elsewhere = added.files_of(r, part_rows, of_items, {place: path for place, (path, _) in places.items()})
    stream_lists: dict[int, list[StreamRow]] = {}
    chosen: dict[int, choices.Chosen] = {}
    measured: dict[tuple[bytes, int], Measure] = {}
    weighed: dict[bytes, DerivedRow] = {}
    heard: frozenset[bytes] = frozenset()
    if full:
        measured = loudness.of_files(r, contents)
        weighed = derived.of_contents(r, contents, derived.BANDWIDTHS) if filmed else {}
        heard = derived.of_files(r, list(file_rows), derived.VOICE) if filmed else frozenset()
        ordered = choices.in_order(r.rows(StreamRow, _streams, by_id))
        stream_lists = grouped((row.part_id, row) for row in ordered)
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
                _text(weighed.get(file.fingerprint or b"")),
                file.fingerprint in heard,
            )
        )
    return grouped((row.item_id, MediaView(row, part_views.get(row.id, ()))) for row in media_rows)


def _in_order(row: MediaRow | PartRow) -> tuple[int, int, int]:
    return row.item_id, row.ordering, row.id


def _text(row: DerivedRow | None) -> str | None:
    return row.value.decode() if row is not None and row.value else None


def media_view(r: Reader, media_id: int, viewer: Viewer) -> MediaView | None:
    """One version of an item with its parts, ``None`` when not there or not visible."""
    item_id = r.scalar(_item_of_media, {"id": media_id})
    views = [] if item_id is None else hydrate(r, [item_id], viewer)
    return next((media for view in views for media in view.media if media.media.id == media_id), None)
