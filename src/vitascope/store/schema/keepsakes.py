"""What people added to an item by hand, and what was worked out of the content of a file: it outlives rows that a scan
replaces, because it hangs on an identity or on the content itself."""

from sqlalchemy import BigInteger, Boolean, Column, Float, LargeBinary, SmallInteger, Table, Text

from vitascope.store.schema.base import Id, clustered, metadata, pk

# Pictures, themes and subtitles that were handed in. The bytes lie below Metadata/, named by their content.
uploads = Table(
    "uploads",
    metadata,
    pk(),
    Column("identity_id", Id, nullable=False, index=True),
    Column("kind", Text, nullable=False),  # core.model.ArtKind, or "subtitle"
    Column("cache_key", Text, nullable=False),
    Column("info", Text, nullable=False, server_default=""),  # of a subtitle: JSON of core.model.StreamInfo
    Column("added_at", BigInteger, nullable=False),
)

# Extras that were added by their address; the items that show them are made of this.
added_extras = Table(
    "added_extras",
    metadata,
    pk(),
    Column("identity_id", Id, nullable=False, index=True),  # whose extra it is
    Column("extra_identity_id", Id, nullable=False, index=True),  # its own
    Column("address", Text, nullable=False),  # an absolute path, or http(s)
    Column("title", Text, nullable=False),
    Column("extra_type", SmallInteger, nullable=False),
    Column("record", Text, nullable=False),  # JSON of store.extras.Playable
    Column("added_at", BigInteger, nullable=False),
)

# Markers set by hand; ids are of one series with those of `markers`, since answers show both.
marks = Table(
    "marks",
    metadata,
    pk(),
    Column("identity_id", Id, nullable=False, index=True),
    Column("person_id", Id),  # of a bookmark or resume point; NULL: everyone's
    Column("type", Text, nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger),
    Column("final", Boolean, nullable=False, server_default="0"),
    Column("title", Text),
)

# By the content of the file, so that it is worked out once whatever the file is called and however often it is scanned.
loudness = Table(
    "loudness",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("stream_index", SmallInteger, primary_key=True),
    Column("integrated_lufs", Float),  # NULL: silence
    Column("range_lu", Float),
    Column("peak", Float),  # 1.0 is full scale
    Column("levels", LargeBinary, nullable=False),  # tenths of a dB every 100 ms, signed 16 bit, little-endian
    **clustered,
)

# When the key frames of a video stream are shown; by content as well. `complete` without times: nobody can say.
key_frames = Table(
    "key_frames",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("stream_index", SmallInteger, primary_key=True),
    Column("complete", Boolean, nullable=False),  # else they are being read, as far as reached_us
    Column("independent", Boolean, nullable=False),  # no picture refers back over one
    Column("reached_us", BigInteger, nullable=False, server_default="0"),
    Column("why_not", Text, nullable=False, server_default=""),  # why the file's own index does not tell
    Column("times", LargeBinary, nullable=False),  # compressed; see store.key_frames
    **clustered,
)

# How much later (milliseconds, may be negative) a subtitle is shown than its file says.
stream_offsets = Table(
    "stream_offsets",
    metadata,
    Column("stream_id", Id, primary_key=True),
    Column("offset_ms", BigInteger, nullable=False),
    **clustered,
)

# The same by what the subtitle is, so that it outlives the stream.
remembered_offsets = Table(
    "remembered_offsets",
    metadata,
    pk(),
    Column("identity_id", Id, nullable=False, index=True),
    Column("part_number", SmallInteger, nullable=False),
    Column("stream", Text, nullable=False),  # JSON of core.playback.likeness.Likeness
    Column("offset_ms", BigInteger, nullable=False),
)
