"""Choices of streams and offsets of subtitles hang on identities too, with what the stream is; those that were made
are carried over."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AUDIO, _SUBTITLE = 2, 3
_FLAGS = ("forced", "hearing_impaired", "visual_impaired", "commentary")


def upgrade() -> None:
    streams = op.create_table(
        "remembered_streams",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("part_number", sa.SmallInteger(), nullable=False),
        sa.Column("audio", sa.Text(), nullable=True),
        sa.Column("subtitle", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "identity_id", "part_number"),
        sqlite_with_rowid=False,
    )
    op.create_index("remembered_streams_identity", "remembered_streams", ["identity_id"])
    offsets = op.create_table(
        "remembered_offsets",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("part_number", sa.SmallInteger(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_remembered_offsets_identity_id", "remembered_offsets", ["identity_id"])
    _carry_choices(streams)
    _carry_offsets(offsets)


def _carry_choices(table: sa.Table) -> None:
    made: dict[tuple[int, int, int], dict[str, Any]] = {}
    rows = op.get_bind().execute(
        sa.text(
            "SELECT c.person_id, i.identity_id, p.ordering, p.item_id, p.id, c.audio_stream_id, c.subtitle_stream_id "
            "FROM stream_choices c JOIN parts p ON p.id = c.part_id JOIN items i ON i.id = p.item_id ORDER BY p.id"
        )
    )
    for person, identity, number, item, part, audio, subtitle in rows.all():
        row = {"person_id": person, "identity_id": identity, "part_number": number, "audio": None, "subtitle": None}
        row["audio"] = _described(item, part, _AUDIO, audio)
        row["subtitle"] = "null" if subtitle == 0 else _described(item, part, _SUBTITLE, subtitle)
        made.setdefault((person, identity, number), row)
    if made:
        op.bulk_insert(table, list(made.values()))


def _carry_offsets(table: sa.Table) -> None:
    rows = op.get_bind().execute(
        sa.text(
            "SELECT o.stream_id, o.offset_ms, i.identity_id, p.ordering, p.item_id, p.id FROM stream_offsets o "
            "JOIN streams s ON s.id = o.stream_id JOIN parts p ON p.id = s.part_id JOIN items i ON i.id = p.item_id "
            "ORDER BY p.id, s.id"
        )
    )
    made: dict[tuple[int, int, str], dict[str, Any]] = {}
    for stream, offset_ms, identity, number, item, part in rows.all():
        text = _described(item, part, _SUBTITLE, stream)
        if text is not None:
            row = {"identity_id": identity, "part_number": number, "stream": text, "offset_ms": offset_ms}
            made.setdefault((identity, number, text), row)
    if made:
        # With ids of their own: the writer gives them out from the highest on.
        op.bulk_insert(table, [{"id": at, **row} for at, row in enumerate(made.values(), 1)])


def _described(item: int, part: int, kind: int, stream_id: int | None) -> str | None:
    """JSON of core.playback.likeness.Likeness, as it was when this was written."""
    if stream_id is None:
        return None
    of_part = "SELECT id, index_number, info FROM streams WHERE item_id = :item AND part_id = :part AND type = :kind"
    found = op.get_bind().execute(sa.text(of_part), {"item": item, "part": part, "kind": kind})
    rows = sorted(found.all(), key=lambda row: (row[1] is None, row[1], row[0]))
    for place, (id_, _, text) in enumerate(rows):
        if id_ != stream_id:
            continue
        info = json.loads(text)
        like: dict[str, Any] = {
            "language": info.get("language_tag") or info.get("language_code"),
            "title": info.get("title"),
            "codec": info.get("codec"),
            "channels": info.get("channels"),
            "place": place,
            "upload": info.get("upload"),
        }
        like |= {name: info.get(name) for name in _FLAGS}
        return json.dumps({name: value for name, value in like.items() if value})
    return None
