"""A small made-up library as plain Python values, a way to put it into a store, and the meaning of queries over it.

The evaluation here is written from the meaning of the language (absent values, containers, scopes), never from the
SQL: it is what the store's answers are held against.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from vitascope.core.model import CONTAINER_TYPES, ItemType, StreamType, TagType
from vitascope.core.naming import fold, sort_key
from vitascope.core.query import And, Condition, Direction, Listing, Node, Op, SortKey, SourceKind
from vitascope.store import schema
from vitascope.store.writer import Writer

PERSON = 1
WORDS = ["Big", "Buck", "Bunny", "Sintel", "Élan", "ß", "2001", "the", "of", "100", "東京", "%", "_", "Night's"]
LANGUAGES = ["eng", "fre", "ger"]
_CHANNELS = {"mono": 1, "stereo": 2, "5.1": 6, "9": 9}
CODECS = {
    "video_codec": ["h264", "hevc", "mpeg4"],
    "audio_codec": ["aac", "ac3", "flac"],
    "subtitle_codec": ["srt", "ass", "pgs"],
    "audio_layout": list(_CHANNELS),
}
RESOLUTIONS = ["sd", "480", "720", "1080", "4k"]
TAG_TYPES = [
    TagType.GENRE,
    TagType.COLLECTION,
    TagType.DIRECTOR,
    TagType.WRITER,
    TagType.ROLE,
    TagType.PRODUCER,
    TagType.COUNTRY,
    TagType.LABEL,
    TagType.MOOD,
    TagType.STYLE,
    TagType.FORMAT,
    TagType.SUBFORMAT,
    TagType.NETWORK,
    TagType.MAKE,
    TagType.MODEL,
    TagType.LENS,
    TagType.APERTURE,
    TagType.EXPOSURE,
    TagType.ISO,
    TagType.AUTOTAG,
    TagType.PLACE,
]


@dataclass(slots=True, kw_only=True)
class Thing:
    """One item with all that belongs to it."""

    row: dict[str, Any]
    tags: set[int] = field(default_factory=set)
    guids: set[str] = field(default_factory=set)
    resolutions: set[str] = field(default_factory=set)
    audio: set[str] = field(default_factory=set)
    subtitles: set[str] = field(default_factory=set)
    video_codecs: set[str] = field(default_factory=set)
    audio_codecs: set[str] = field(default_factory=set)
    subtitle_codecs: set[str] = field(default_factory=set)
    layouts: set[str] = field(default_factory=set)
    state: dict[str, Any] = field(default_factory=dict)
    viewed_leaf_count: int | None = None
    container_viewed_at: int | None = None

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def type(self) -> ItemType:
        return ItemType(self.row["type"])


@dataclass(slots=True)
class World:
    things: dict[int, Thing]
    tags: dict[int, tuple[TagType, str]]
    sections: dict[ItemType, int]
    uuids: dict[int, str]

    def of(self, item_type: ItemType) -> list[Thing]:
        return [thing for thing in self.things.values() if thing.type is item_type and not thing.row["extra_type"]]

    def related(self, thing: Thing, scope: ItemType) -> list[Thing]:
        """The item itself, its one ancestor, or all its descendants of a type."""
        if thing.type is scope:
            return [thing]
        for link in ("parent_id", "grandparent_id"):
            above = self.things.get(thing.row[link] or 0)
            if above is not None and above.type is scope:
                return [above]
        return [other for other in self.of(scope) if thing.id in {other.row["parent_id"], other.row["grandparent_id"]}]


# --- making one ------------------------------------------------------------------------------------------------

_TREES = {
    ItemType.MOVIE: (),
    ItemType.SHOW: (ItemType.SEASON, ItemType.EPISODE),
    ItemType.ARTIST: (ItemType.ALBUM, ItemType.TRACK),
    ItemType.PHOTO_ALBUM: (ItemType.PHOTO,),
}


def make_world(seed: int, *, roots: int = 25) -> World:
    rng = random.Random(seed)
    world = World({}, {}, {}, {})
    next_tag = 1
    for tag_type in TAG_TYPES:
        for index in range(4):
            world.tags[next_tag] = (tag_type, f"{tag_type.name.title()} {WORDS[(index + tag_type) % len(WORDS)]}")
            next_tag += 1
    for section_id, (root, below) in enumerate(_TREES.items(), 1):
        for item_type in (root, *below):
            world.sections[item_type] = section_id
        for _ in range(roots):
            top = _thing(rng, world, root, section_id, None, None)
            if not below:
                continue
            for _ in range(rng.randint(0, 3)):
                middle = _thing(rng, world, below[0], section_id, top, None)
                if len(below) == 2:
                    for _ in range(rng.randint(0, 4)):
                        _thing(rng, world, below[1], section_id, middle, top)
    _roll_up(rng, world)
    return world


def _maybe(rng: random.Random, value: Callable[[], Any], chance: float = 0.75) -> Any:
    return value() if rng.random() < chance else None


def _thing(
    rng: random.Random, world: World, item_type: ItemType, section: int, parent: Thing | None, grand: Thing | None
) -> Thing:
    item_id = len(world.things) + 1
    title = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))
    day = f"{rng.randint(1960, 2024)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    extra = 1 if item_type is ItemType.MOVIE and rng.random() < 0.1 else None
    row: dict[str, Any] = {
        "id": item_id,
        "section_id": section,
        "type": int(ItemType.CLIP if extra else item_type),
        "identity_id": item_id + 5000,
        "parent_id": parent.id if parent else None,
        "grandparent_id": grand.id if grand else None,
        "index_number": _maybe(rng, lambda: rng.randint(0, 12)),
        "parent_index": _maybe(rng, lambda: rng.randint(0, 3)),
        "absolute_index": _maybe(rng, lambda: rng.randint(1, 99)),
        "title": title,
        "sort_key": sort_key(title),
        "title_folded": fold(title),
        "edition": _maybe(rng, lambda: rng.choice(["Director's Cut", "Extended"]), 0.2),
        "studio": _maybe(rng, lambda: rng.choice(["Studio A", "Studio B"])),
        "year": _maybe(rng, lambda: rng.randint(1960, 2024)),
        "available_at": _maybe(rng, lambda: day),
        "added_at": 1_700_000_000 + rng.randint(0, 50) * 3600,
        "updated_at": 1_700_000_000 + rng.randint(0, 50) * 3600,
        "duration_ms": _maybe(rng, lambda: rng.randint(1, 9) * 60_000),
        "content_rating": _maybe(rng, lambda: rng.choice(["PG", "R", "de/16", "TV-MA"])),
        "rating": _maybe(rng, lambda: rng.randint(0, 100) / 10),
        "audience_rating": _maybe(rng, lambda: rng.randint(0, 100) / 10),
        "extra_type": extra,
        "leaf_count": 0,
        "latest_leaf_added_at": _maybe(rng, lambda: 1_700_000_000 + rng.randint(0, 50)),
        "latest_leaf_available_at": _maybe(rng, lambda: day),
        "media_count": rng.choice([0, 1, 1, 2]),
        "height": _maybe(rng, lambda: rng.choice([480, 720, 1080, 2160])),
        "bitrate_kbps": _maybe(rng, lambda: rng.randint(100, 9000)),
        "size_bytes": _maybe(rng, lambda: rng.randint(1, 9) * 10**9),
        "hdr": rng.random() < 0.3,
        "dovi": rng.random() < 0.2,
        "deleted_at": _maybe(rng, lambda: 1_700_000_000, 0.1),
    }
    thing = Thing(
        row=row,
        tags=set(rng.sample(sorted(world.tags), rng.randint(0, 20))),
        guids={f"imdb://tt{item_id:07}"} if rng.random() < 0.6 else set(),
        resolutions=set(rng.sample(RESOLUTIONS, rng.randint(0, 2))),
        audio=set(rng.sample(LANGUAGES, rng.randint(0, 2))),
        subtitles=set(rng.sample(LANGUAGES, rng.randint(0, 2))),
        video_codecs=set(rng.sample(CODECS["video_codec"], rng.randint(0, 2))),
        audio_codecs=set(rng.sample(CODECS["audio_codec"], rng.randint(0, 2))),
        subtitle_codecs=set(rng.sample(CODECS["subtitle_codec"], rng.randint(0, 2))),
        layouts=set(rng.sample(CODECS["audio_layout"], rng.randint(0, 2))),
    )
    if rng.random() < 0.6:
        thing.state = {
            "view_count": rng.choice([0, 0, 1, 2, 5]),
            "view_offset_ms": _maybe(rng, lambda: rng.randint(1, 60) * 1000, 0.4),
            "last_viewed_at": _maybe(rng, lambda: 1_700_000_000 + rng.randint(0, 90) * 86400),
            "skip_count": rng.choice([0, 0, 3]),
            "rating": _maybe(rng, lambda: rng.randint(1, 20) / 2, 0.5),
            "last_rated_at": _maybe(rng, lambda: 1_700_000_000 + rng.randint(0, 90) * 86400, 0.5),
        }
    world.things[item_id] = thing
    world.uuids[row["identity_id"]] = f"{item_id:024x}"
    return thing


def _roll_up(rng: random.Random, world: World) -> None:
    for thing in world.things.values():
        if thing.type in CONTAINER_TYPES:
            below = [
                other
                for other in world.things.values()
                if thing.id in (other.row["parent_id"], other.row["grandparent_id"])
            ]
            leaves = [other for other in below if other.type not in CONTAINER_TYPES]
            thing.row["leaf_count"] = len(leaves)
            if rng.random() < 0.7:
                thing.viewed_leaf_count = rng.randint(0, len(leaves))
                thing.container_viewed_at = _maybe(rng, lambda: 1_700_000_000 + rng.randint(0, 90) * 86400)


def put(tx: Writer, world: World) -> None:
    """Writes the whole world into an empty store."""
    conn = tx.conn
    things = list(world.things.values())
    conn.execute(insert(schema.items), [thing.row for thing in things])
    conn.execute(insert(schema.identities), [{"id": i, "uuid": u, "created_at": 1} for i, u in world.uuids.items()])
    conn.execute(
        insert(schema.tags),
        [{"id": i, "type": int(t), "tag": name, "folded": fold(name)} for i, (t, name) in world.tags.items()],
    )
    conn.execute(
        insert(schema.taggings),
        [{"item_id": x.id, "tag_id": tag, "tag_type": int(world.tags[tag][0])} for x in things for tag in x.tags],
    )
    conn.execute(insert(schema.item_guids), [{"item_id": x.id, "guid": guid} for x in things for guid in x.guids])
    versions: list[tuple[int, str | None, str | None]] = []
    versions += [(x.id, resolution, None) for x in things for resolution in sorted(x.resolutions)]
    versions += [(x.id, None, codec) for x in things for codec in sorted(x.video_codecs)]
    conn.execute(
        insert(schema.media), [{"item_id": i, "video_resolution": r, "video_codec": codec} for i, r, codec in versions]
    )
    streams: list[tuple[int, StreamType, str, str | None, int | None]] = []
    for x in things:
        streams += [(x.id, StreamType.AUDIO, "x", code, None) for code in sorted(x.audio)]
        streams += [(x.id, StreamType.SUBTITLE, "x", code, None) for code in sorted(x.subtitles)]
        streams += [(x.id, StreamType.AUDIO, codec, None, None) for codec in sorted(x.audio_codecs)]
        streams += [(x.id, StreamType.SUBTITLE, codec, None, None) for codec in sorted(x.subtitle_codecs)]
        streams += [(x.id, StreamType.AUDIO, "x", None, _CHANNELS[name]) for name in sorted(x.layouts)]
    conn.execute(
        insert(schema.streams),
        [
            {
                "part_id": 1,
                "item_id": i,
                "type": int(t),
                "codec": codec,
                "language_code": code,
                "channels": channels,
                "info": "{}",
            }
            for i, t, codec, code, channels in streams
        ],
    )
    conn.execute(
        insert(schema.states),
        [
            {"person_id": PERSON, "identity_id": x.row["identity_id"], "updated_at": 1, **x.state}
            for x in things
            if x.state
        ],
    )
    # Somebody else's doings must never show.
    conn.execute(
        insert(schema.states),
        [
            {"person_id": 2, "identity_id": x.row["identity_id"], "updated_at": 1, "view_count": 9, "rating": 9.0}
            for x in things
        ],
    )
    conn.execute(
        insert(schema.progress),
        [
            {
                "person_id": PERSON,
                "item_id": x.id,
                "item_type": int(x.type),
                "viewed_leaf_count": x.viewed_leaf_count,
                "last_viewed_at": x.container_viewed_at,
            }
            for x in things
            if x.viewed_leaf_count is not None
        ],
    )
    for section_id in set(world.sections.values()):
        tx.touch(section_id, edit=True)


# --- what a query means ----------------------------------------------------------------------------------------

_COMPARE: dict[Op, Callable[[Any, Any], bool]] = {
    Op.GT: lambda a, b: a > b,
    Op.LT: lambda a, b: a < b,
    Op.GE: lambda a, b: a >= b,
    Op.LE: lambda a, b: a <= b,
    Op.CONTAINS: lambda a, b: b in a,
    Op.BEGINS: lambda a, b: a.startswith(b),
    Op.ENDS: lambda a, b: a.endswith(b),
}


def fulfils(world: World, thing: Thing, node: Node) -> bool:
    if isinstance(node, Condition):
        return any(_one(world, other, node) for other in world.related(thing, node.scope))
    if isinstance(node, And):
        return all(fulfils(world, thing, child) for child in node.nodes)
    return any(fulfils(world, thing, child) for child in node.nodes)


def _one(world: World, thing: Thing, condition: Condition) -> bool:
    source, op, values = condition.field.source, condition.op, list(condition.values)
    if source.kind is SourceKind.TAG:
        mine = {tag for tag in thing.tags if world.tags[tag][0] is source.tag}
        names = {fold(world.tags[tag][1]) for tag in mine}
        found = any((str(v).isdecimal() and int(v) in mine) or fold(str(v)) in names for v in values)
        return found is (op is Op.EQ)
    if source.kind is SourceKind.GUID:
        own = world.uuids[thing.row["identity_id"]]
        found = any(v in thing.guids or str(v).endswith("/" + own) for v in values)
        return found is (op is Op.EQ)
    held = {
        "resolution": thing.resolutions,
        "audio_language": thing.audio,
        "subtitle_language": thing.subtitles,
        "video_codec": thing.video_codecs,
        "audio_codec": thing.audio_codecs,
        "subtitle_codec": thing.subtitle_codecs,
        "audio_layout": thing.layouts,
    }
    if source.name in held:
        return bool(held[source.name] & {str(v) for v in values}) is (op is Op.EQ)
    value = value_of(thing, source.kind, source.name)
    if isinstance(value, bool):
        return (value is bool(values[0])) is (op is Op.EQ)
    if source.kind is SourceKind.TEXT:
        values = [fold(str(v)) for v in values]
    if source.kind is SourceKind.ISO_DATE:
        values = [datetime.fromtimestamp(int(v), UTC).strftime("%Y-%m-%d") for v in values]
    if op is Op.EQ:
        return value is not None and value in values
    if op is Op.NE:
        return value is None or value not in values
    if op is Op.NOT_CONTAINS:
        return value is None or not any(v in value for v in values)
    return value is not None and any(_COMPARE[op](value, v) for v in values)


def value_of(thing: Thing, kind: SourceKind, name: str) -> Any:
    """A number, text, truth or ``None``."""
    container = thing.type in CONTAINER_TYPES
    if kind is SourceKind.STATE:
        if container and name == "view_count":
            return thing.viewed_leaf_count or 0
        if container and name == "last_viewed_at":
            return thing.container_viewed_at
        return thing.state.get(name, 0 if name in {"view_count", "skip_count"} else None)
    match name:
        case "decade":
            return None if thing.row["year"] is None else thing.row["year"] // 10 * 10
        case "unwatched":
            return (thing.viewed_leaf_count or 0 if container else thing.state.get("view_count", 0)) == 0
        case "in_progress":
            return (thing.state.get("view_offset_ms") or 0) > 0
        case "unmatched":
            return not thing.guids
        case "duplicate":
            return bool(thing.row["media_count"] > 1)
        case "trash":
            return thing.row["deleted_at"] is not None
        case "unviewed_leaf_count":
            return thing.row["leaf_count"] - (thing.viewed_leaf_count or 0)
        case "unwatched_leaves":
            return bool(thing.row["leaf_count"] > (thing.viewed_leaf_count or 0))
    return thing.row[name]


def listed(world: World, listing: Listing) -> list[int]:
    """The ids of a listing, in order."""
    things = [thing for thing in world.of(listing.type) if fulfils(world, thing, listing.tree)]
    backwards = bool(listing.sort) and listing.sort[0].direction is Direction.DESC
    things.sort(key=lambda thing: thing.id, reverse=backwards)
    for key in reversed(listing.sort):
        _sort(world, things, key)
    return [thing.id for thing in things]


def _sort(world: World, things: list[Thing], key: SortKey) -> None:
    def value(thing: Thing) -> tuple[int, Any]:
        others = world.related(thing, key.scope)
        found = value_of(others[0], key.source.kind, key.source.name) if others else None
        if isinstance(found, str):
            # No two titles are equal: of the same title, the older item comes first.
            found = (found.encode(), others[0].id) if key.source.name == "sort_key" else found.encode()
        absent_rank = 1 if key.nulls_last and key.direction is Direction.ASC else -1
        return (0, found) if found is not None else (absent_rank, 0)

    things.sort(key=value, reverse=key.direction is Direction.DESC)
