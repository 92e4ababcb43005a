"""Which streams people chose, and by how much subtitles are moved: for the very part, and for whatever it becomes.

A choice is kept twice. By the ids of part and stream, which are exact as long as the file is the same; and by the
identity of the item with what the stream is (:mod:`~vitascope.core.playback.likeness`), by which it is known again
when the file is replaced, renamed, or its section is made anew, and in other versions of which nothing else was said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, select

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback import likeness
from vitascope.core.playback.languages import Candidate
from vitascope.core.playback.likeness import Likeness
from vitascope.store import bulk
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import (
    PartRow,
    RememberedOffsetRow,
    RememberedStreamsRow,
    StreamChoiceRow,
    StreamOffsetRow,
    StreamRow,
)
from vitascope.store.schema import (
    items,
    parts,
    remembered_offsets,
    remembered_streams,
    stream_choices,
    stream_offsets,
    streams,
)
from vitascope.store.writer import Writer

NONE = 0
"""The id of the subtitle that is none."""
_NO_SUBTITLE = "null"

_decode_info = msgspec.json.Decoder(StreamInfo).decode
_decode = msgspec.json.Decoder(Likeness | None).decode
_part = select(parts).where(parts.c.id == bindparam("id"))
_identities = select(items.c.id, items.c.identity_id).where(any_of(items.c.id, "ids"))
_streams_of_part = select(streams).where(streams.c.item_id == bindparam("item"), streams.c.part_id == bindparam("part"))
_exact = select(stream_choices).where(
    stream_choices.c.person_id == bindparam("person_id"), any_of(stream_choices.c.part_id, "ids")
)
_remembered = select(remembered_streams).where(
    remembered_streams.c.person_id == bindparam("person_id"), any_of(remembered_streams.c.identity_id, "ids")
)
_offset = select(stream_offsets.c.offset_ms).where(stream_offsets.c.stream_id == bindparam("id"))
_offsets = select(remembered_offsets).where(
    remembered_offsets.c.identity_id == bindparam("identity"), remembered_offsets.c.part_number == bindparam("number")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person chooses for one part; ``None`` leaves what was chosen, a subtitle of 0 means none."""

    part_id: int
    audio_stream_id: int | None = None
    subtitle_stream_id: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The streams that a person chose for a part, as they are there now."""

    audio_id: int | None = None
    subtitle_id: int | None = None


def in_order(rows: Sequence[StreamRow]) -> list[StreamRow]:
    """Streams in the file's order, those beside it last."""
    return sorted(rows, key=lambda row: (row.index_number is None, row.index_number, row.id))


def _of_type(rows: Sequence[StreamRow], kind: StreamType) -> list[Candidate]:
    found: list[Candidate] = []
    for row in rows:
        if row.type == kind:
            try:
                found.append((row.id, _decode_info(row.info)))
            except msgspec.MsgspecError:
                found.append((row.id, StreamInfo(type=kind, index=row.index_number, codec=row.codec)))
    return found


def _text(found: Sequence[Candidate], stream_id: int) -> str | None:
    """What is remembered of one of these; ``None`` for what is not among them."""
    described = (likeness.describe(info, at) for at, (id_, info) in enumerate(found) if id_ == stream_id)
    return next((msgspec.json.encode(one).decode() for one in described), None)


# --- what people chose -----------------------------------------------------------------------------------------


def choose(tx: Writer, person_id: int, wanted: Sequence[Choice]) -> None:
    """A person's streams for some parts. :class:`NotFound` when there is no such part."""
    for each in wanted:
        part = tx.row(PartRow, _part, {"id": each.part_id})
        if part is None:
            raise NotFound(f"no part {each.part_id}")
        known = next(iter(tx.rows(StreamChoiceRow, _exact, {"person_id": person_id, "ids": [part.id]})), None)
        row = known or StreamChoiceRow(person_id, part.id)
        if each.audio_stream_id is not None:
            row = replace(row, audio_stream_id=each.audio_stream_id)
        if each.subtitle_stream_id is not None:
            row = replace(row, subtitle_stream_id=each.subtitle_stream_id)
        bulk.insert_rows(tx, stream_choices, [row], "replace")
        _remember(tx, person_id, part, each)
    tx.touch_person(person_id)


def _remember(tx: Writer, person_id: int, part: PartRow, wanted: Choice) -> None:
    identity_id = tx.tuples(_identities, {"ids": [part.item_id]})[0][1]
    known = tx.rows(RememberedStreamsRow, _remembered, {"person_id": person_id, "ids": [identity_id]})
    row = next((one for one in known if one.part_number == part.ordering), None)
    row = row or RememberedStreamsRow(person_id, identity_id, part.ordering)
    rows = in_order(tx.rows(StreamRow, _streams_of_part, {"item": part.item_id, "part": part.id}))
    if wanted.audio_stream_id is not None:
        row = replace(row, audio=_text(_of_type(rows, StreamType.AUDIO), wanted.audio_stream_id))
    if wanted.subtitle_stream_id is not None:
        none = wanted.subtitle_stream_id == NONE
        subtitle = _text(_of_type(rows, StreamType.SUBTITLE), wanted.subtitle_stream_id)
        row = replace(row, subtitle=_NO_SUBTITLE if none else subtitle)
    bulk.insert_rows(tx, remembered_streams, [row], "replace")


def chosen(
    r: Reader,
    person_id: int,
    identity_ids: dict[int, int],
    part_rows: Sequence[PartRow],
    by_part: dict[int, list[StreamRow]],
) -> dict[int, Chosen]:
    """What a person chose for these parts, by part. ``identity_ids`` are those of the parts' items, ``by_part`` the
    streams of each part in their order."""
    person = {"person_id": person_id}
    exact = {
        row.part_id: row for row in r.rows(StreamChoiceRow, _exact, person | {"ids": [part.id for part in part_rows]})
    }
    remembered = {
        (row.identity_id, row.part_number): row
        for row in r.rows(RememberedStreamsRow, _remembered, person | {"ids": sorted(set(identity_ids.values()))})
    }
    found: dict[int, Chosen] = {}
    for part in part_rows:
        place = identity_ids[part.item_id], part.ordering
        if part.id not in exact and place not in remembered:
            continue
        own = exact.get(part.id) or StreamChoiceRow(person_id, part.id)
        like = remembered.get(place) or RememberedStreamsRow(person_id, *place)
        rows = by_part.get(part.id, [])
        found[part.id] = Chosen(
            audio_id=_pick(rows, StreamType.AUDIO, own.audio_stream_id, like.audio),
            subtitle_id=_pick(rows, StreamType.SUBTITLE, own.subtitle_stream_id, like.subtitle),
        )
    return found


def _pick(rows: Sequence[StreamRow], kind: StreamType, exact: int | None, remembered: str | None) -> int | None:
    if exact == NONE or any(row.id == exact and row.type == kind for row in rows):
        return exact
    if remembered is None:
        return None
    like = _decode(remembered)
    return NONE if like is None else likeness.find(like, _of_type(rows, kind))


# --- by how much subtitles are moved ---------------------------------------------------------------------------


def set_offset(tx: Writer, stream: StreamRow, offset_ms: int) -> None:
    """How much later a subtitle is shown than its file says, to everybody."""
    if offset_ms:
        bulk.insert_rows(tx, stream_offsets, [StreamOffsetRow(stream.id, offset_ms)], "replace")
    else:
        bulk.delete_where(tx, stream_offsets, "stream_id", [stream.id])
    found = _beside(tx, stream)
    if found is None:
        return
    identity_id, number, subtitles = found
    same = [row.id for row in _known(tx, identity_id, number) if _is_of(row, subtitles, stream.id)]
    bulk.delete_where(tx, remembered_offsets, "id", same)
    text = _text(subtitles, stream.id)
    if offset_ms and text is not None:
        row = RememberedOffsetRow(tx.id("remembered_offsets"), identity_id, number, text, offset_ms)
        bulk.insert_rows(tx, remembered_offsets, [row])


def offset_of(r: Reader, stream: StreamRow) -> int:
    """Milliseconds; 0 when nobody changed it."""
    exact = r.scalar(_offset, {"id": stream.id})
    if exact is not None:
        return int(exact)
    found = _beside(r, stream)
    if found is None:
        return 0
    identity_id, number, subtitles = found
    known = _known(r, identity_id, number)
    return next((row.offset_ms for row in known if _is_of(row, subtitles, stream.id)), 0)


def _beside(r: Reader, stream: StreamRow) -> tuple[int, int, list[Candidate]] | None:
    """The identity that a subtitle belongs to, of which part, and the subtitles of that part."""
    part = r.row(PartRow, _part, {"id": stream.part_id})
    if part is None:
        return None
    identity_id = r.tuples(_identities, {"ids": [part.item_id]})[0][1]
    rows = in_order(r.rows(StreamRow, _streams_of_part, {"item": part.item_id, "part": part.id}))
    return identity_id, part.ordering, _of_type(rows, StreamType.SUBTITLE)


def _known(r: Reader, identity_id: int, number: int) -> list[RememberedOffsetRow]:
    return r.rows(RememberedOffsetRow, _offsets, {"identity": identity_id, "number": number})


def _is_of(row: RememberedOffsetRow, subtitles: Sequence[Candidate], stream_id: int) -> bool:
    like = _decode(row.stream)
    return like is not None and likeness.find(like, subtitles) == stream_id
