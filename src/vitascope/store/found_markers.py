"""Markers that the server found: laid over items by the content of their files, and never over what a person said.

What a person set, moved or took away counts: where the identity has a marker of a type set by hand, or a person took a
found one away, none of this type is laid over it until a person asks for it again. Of a type of which an item has
several (advertisements) a person who changes one thereby takes over all (:func:`take_over`).
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import and_, bindparam, select

from vitascope.store import bulk, kept_edits
from vitascope.store.cut_lists import COMMERCIAL, CUT_LIST
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import DerivedRow, MarkerRow, MarkRow
from vitascope.store.schema import derived, edits, files, items, markers, marks, media, parts
from vitascope.store.writer import Writer

FOUND = frozenset({"intro", "credits", COMMERCIAL})
"""Types that the server finds; also the kinds under which ``store.derived`` keeps them."""
_KINDS = {COMMERCIAL: (COMMERCIAL, CUT_LIST)}
"""Of types that are kept under several kinds; the last that is known counts."""
_SEVERAL = frozenset({COMMERCIAL})
"""Types of which an item has more than one."""
_NO_MORE = '"none"'


class FoundMarker(Struct, frozen=True, kw_only=True):
    """Where one is."""

    start_ms: int
    end_ms: int
    final: bool = False


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(FoundMarker | list[FoundMarker]).decode

_items = select(items.c.id, items.c.identity_id, items.c.section_id).where(any_of(items.c.id, "ids"))
_files_of = (
    select(parts.c.item_id, parts.c.media_id, files.c.fingerprint)
    .join(files, files.c.id == parts.c.file_id)
    .join(media, media.c.id == parts.c.media_id)
    .where(any_of(parts.c.item_id, "ids"))
    .order_by(parts.c.item_id, media.c.ordering, media.c.id, parts.c.ordering)
)
_set_by_hand = select(marks.c.identity_id).where(any_of(marks.c.identity_id, "ids"), marks.c.type == bindparam("type"))
_taken_away = select(edits.c.identity_id).where(
    any_of(edits.c.identity_id, "ids"), edits.c.field == bindparam("field"), edits.c.value.is_not(None)
)
_there = (
    select(markers)
    .where(any_of(markers.c.item_id, "ids"), markers.c.type == bindparam("type"))
    .order_by(markers.c.start_ms, markers.c.id)
)
_known = select(derived).where(
    derived.c.fingerprint.in_(bindparam("fingerprints", expanding=True)),
    derived.c.kind.in_(bindparam("kinds", expanding=True)),
    derived.c.value.is_not(None),
)
_with_content = (
    select(parts.c.item_id)
    .join(files, files.c.id == parts.c.file_id)
    .where(files.c.fingerprint.in_(bindparam("fingerprints", expanding=True)))
    .distinct()
)
_unlaid = (
    select(items.c.id)
    .join(parts, parts.c.item_id == items.c.id)
    .join(files, files.c.id == parts.c.file_id)
    .join(
        derived,
        and_(
            derived.c.fingerprint == files.c.fingerprint,
            derived.c.kind.in_(bindparam("kinds", expanding=True)),
            derived.c.value.is_not(None),
        ),
    )
    .outerjoin(markers, and_(markers.c.item_id == items.c.id, markers.c.type == bindparam("type")))
    .where(items.c.section_id == bindparam("section_id"), markers.c.id.is_(None), items.c.id > bindparam("after"))
    .order_by(items.c.id)
    .distinct()
    .limit(bindparam("size"))
)


def written(found: FoundMarker | Sequence[FoundMarker] | None) -> bytes | None:
    """As ``store.derived`` keeps it; none, or an empty list, is nothing."""
    return _encode(found) if found else None


def items_with(r: Reader, fingerprints: Sequence[bytes]) -> list[int]:
    """The items that are made of files of these contents."""
    return r.scalars(_with_content, {"fingerprints": list(fingerprints)}) if fingerprints else []


def unlaid(r: Reader, section_id: int, kind: str, after: int = 0, size: int = 100) -> list[int]:
    """Items of a section that have no marker of a type although one was found in their file."""
    bound = {"section_id": section_id, "type": kind, "kinds": _kinds(kind), "after": after, "size": size}
    return r.scalars(_unlaid, bound)


def lay(tx: Writer, item_ids: Sequence[int], kind: str) -> int:
    """Let these items have the markers that were found, where a person said nothing; how many there are."""
    rows = tx.tuples(_items, {"ids": list(item_ids)})
    content = _contents(tx, [row[0] for row in rows])
    found = _found(tx, list(content.values()), kind)
    identity_ids = [row[1] for row in rows]
    by_hand = set(tx.scalars(_set_by_hand, {"ids": identity_ids, "type": kind}))
    by_hand |= set(tx.scalars(_taken_away, {"ids": identity_ids, "field": _field(kind)}))
    there: dict[int, list[MarkerRow]] = {}
    for row in tx.rows(MarkerRow, _there, {"ids": [row[0] for row in rows], "type": kind}):
        there.setdefault(row.item_id, []).append(row)
    fresh: list[MarkerRow] = []
    kept = 0
    for item_id, identity_id, section_id in rows:
        wanted = [] if identity_id in by_hand else sorted(map(_span, found.get(content.get(item_id, b""), ())))
        old = there.get(item_id, [])
        if [(row.start_ms, row.end_ms, row.final) for row in old] == wanted:
            kept += len(wanted)
            continue
        if old:
            bulk.delete_where(tx, markers, "id", [row.id for row in old])
        fresh += [MarkerRow(tx.id("markers"), item_id, kind, *span) for span in wanted]
        tx.touch(section_id, edit=True)
    bulk.insert_rows(tx, markers, fresh)
    return kept + len(fresh)


def take_over(tx: Writer, item_id: int, identity_id: int, kind: str) -> None:
    """Before a person changes one of several found markers, or sets another: all become marks, under their ids."""
    if kind not in _SEVERAL:
        return
    found = tx.rows(MarkerRow, _there, {"ids": [item_id], "type": kind})
    bulk.delete_where(tx, markers, "id", [row.id for row in found])
    bulk.insert_rows(
        tx, marks, [MarkRow(row.id, identity_id, None, kind, row.start_ms, row.end_ms, row.final) for row in found]
    )


def take_away(tx: Writer, identity_id: int, kind: str) -> None:
    """A person took a marker away: none is laid over this identity again."""
    if kind in FOUND:
        kept_edits.edit(tx, identity_id, _field(kind), _NO_MORE, locked=False)


def allow_again(tx: Writer, item_ids: Sequence[int], kind: str) -> None:
    """A person asked for markers again that were taken away."""
    for _, identity_id, _ in tx.tuples(_items, {"ids": list(item_ids)}):
        kept_edits.forget_edit(tx, identity_id, _field(kind))


def _contents(r: Reader, item_ids: Sequence[int]) -> dict[int, bytes]:
    """The content by which an item's times are those of a file: its first version, if that is one file."""
    versions: dict[int, dict[int, list[bytes]]] = {}
    for item_id, media_id, fingerprint in r.tuples(_files_of, {"ids": list(item_ids)}):
        versions.setdefault(item_id, {}).setdefault(media_id, []).append(bytes(fingerprint or b""))
    first = {item_id: next(iter(by_media.values())) for item_id, by_media in versions.items()}
    return {item_id: of_version[0] for item_id, of_version in first.items() if len(of_version) == 1}


def _found(r: Reader, fingerprints: Sequence[bytes], kind: str) -> dict[bytes, Sequence[FoundMarker]]:
    if not fingerprints:
        return {}
    kinds = _kinds(kind)
    rows = r.rows(DerivedRow, _known, {"fingerprints": list(set(fingerprints)), "kinds": kinds})
    rows.sort(key=lambda row: kinds.index(row.kind))
    values = {row.fingerprint: _decode(row.value) for row in rows if row.value is not None}
    return {key: [value] if isinstance(value, FoundMarker) else value for key, value in values.items()}


def _kinds(type_: str) -> Sequence[str]:
    return _KINDS.get(type_, (type_,))


def _span(marker: FoundMarker) -> tuple[int, int, bool]:
    return marker.start_ms, marker.end_ms, marker.final


def _field(kind: str) -> str:
    return f"marker.{kind}"
