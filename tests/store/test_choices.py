"""What two people chose of streams, and by how much subtitles are moved, whatever becomes of the file."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import json
from sqlalchemy import text
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, StreamInfo, StreamType, Viewer
from vitascope.store import changes, choices, migrate, people, uniting
from vitascope.store.batches import Changes, Rows
from vitascope.store.choices import Choice
from vitascope.store.connection import make_engine, parse_url
from vitascope.store.errors import NotFound
from vitascope.store.hydration import hydrate
from vitascope.store.rows import ItemRow, MediaRow, PartRow, StreamRow
from vitascope.store.views import PartView
from vitascope.store.writer import Writer

GUEST = Viewer(person_id=2)
AUDIO, SUBTITLE = StreamType.AUDIO, StreamType.SUBTITLE


def info(kind: StreamType, language: str, **more: object) -> StreamInfo:
    return StreamInfo(type=kind, codec="x", language_code=language, **more)  # type: ignore[arg-type]


ENGLISH, GERMAN = info(AUDIO, "eng", default=True), info(AUDIO, "ger")
TEXT, FORCED = info(SUBTITLE, "eng"), info(SUBTITLE, "eng", forced=True)
ALL = (ENGLISH, GERMAN, TEXT, FORCED)


def encode(world: World, film: ItemRow, *streams: StreamInfo, ordering: int = 0, keep: bool = False) -> PartView:
    """The film has a new file with these streams, in place of the others or beside them."""

    def write(tx: Writer) -> int:
        file_id = hydrate(tx, [film.id], OWNER)[0].media[0].parts[0].file.id
        medium = MediaRow(id=tx.id("media"), item_id=film.id, ordering=ordering)
        part = PartRow(id=tx.id("parts"), media_id=medium.id, item_id=film.id, file_id=file_id)
        batch = Changes(insert=Rows(media=[medium], parts=[part]))
        for number, one in enumerate(streams):
            batch.insert.streams.append(
                StreamRow(tx.id("streams"), part.id, film.id, int(one.type), number, info=json.encode(one).decode())
            )
        if not keep:
            batch.clear.media = [film.id]
        changes.apply(tx, batch)
        return part.id

    return part_of(world, film, world.write(write))


def part_of(world: World, film: ItemRow, part_id: int, viewer: Viewer = OWNER) -> PartView:
    (view,) = world.read(hydrate, [film.id], viewer, full=True)
    return next(part for media in view.media for part in media.parts if part.part.id == part_id)


def ids(part: PartView) -> list[int]:
    return [row.id for row in part.streams]


def chosen(world: World, film: ItemRow, part: PartView, viewer: Viewer = OWNER) -> tuple[int | None, int | None]:
    found = part_of(world, film, part.part.id, viewer)
    return found.chosen_audio_id, found.chosen_subtitle_id


def choose(world: World, part: PartView, audio: int | None = None, subtitle: int | None = None, who: int = 1) -> None:
    wanted = Choice(part_id=part.part.id, audio_stream_id=audio, subtitle_stream_id=subtitle)
    world.write(choices.choose, who, [wanted])


@pytest.fixture
def film(world: World) -> ItemRow:
    world.write(people.add_person, "guest")
    return world.add(world.section(), ItemType.MOVIE, "Alpha", with_file=True)


def test_each_person_has_their_own_and_keeps_it_in_a_better_encode(world: World, film: ItemRow) -> None:
    part = encode(world, film, *ALL)
    _, german, plain, forced = ids(part)
    choose(world, part, audio=german)
    choose(world, part, subtitle=forced)
    choose(world, part, subtitle=choices.NONE, who=2)
    assert chosen(world, film, part) == (german, forced)
    assert chosen(world, film, part, GUEST) == (None, 0)
    better = encode(world, film, FORCED, GERMAN, TEXT, ENGLISH)
    assert chosen(world, film, better) == (ids(better)[1], ids(better)[0])
    assert chosen(world, film, better, GUEST) == (None, 0)
    poorer = encode(world, film, ENGLISH, TEXT)  # what was chosen is not there, and not given up either
    assert chosen(world, film, poorer) == (None, None)
    again = encode(world, film, *ALL)
    assert chosen(world, film, again) == (ids(again)[1], ids(again)[3])
    assert plain not in ids(again)


def test_streams_that_a_scan_replaced_in_the_same_part(world: World, film: ItemRow) -> None:
    part = encode(world, film, *ALL)
    choose(world, part, audio=ids(part)[1], subtitle=ids(part)[2])

    def rescan(tx: Writer) -> None:
        batch = Changes()
        batch.delete.streams = ids(part)
        for number, one in enumerate((TEXT, GERMAN)):
            batch.insert.streams.append(
                StreamRow(tx.id("streams"), part.part.id, film.id, int(one.type), number,
                          info=json.encode(one).decode())
            )  # fmt: skip
        changes.apply(tx, batch)

    world.write(rescan)
    subtitle, audio = ids(part_of(world, film, part.part.id))
    assert chosen(world, film, part) == (audio, subtitle)


def test_another_version_follows_until_something_is_chosen_for_it(world: World, film: ItemRow) -> None:
    one = encode(world, film, *ALL)
    two = encode(world, film, *ALL, ordering=1, keep=True)
    choose(world, one, audio=ids(one)[1])
    assert chosen(world, film, two) == (ids(two)[1], None)
    choose(world, two, audio=ids(two)[0])
    assert chosen(world, film, one) == (ids(one)[1], None)
    assert chosen(world, film, two) == (ids(two)[0], None)


def test_all_or_nothing_and_nothing_for_what_is_not_there(world: World, film: ItemRow) -> None:
    part = encode(world, film, *ALL)
    wanted = [Choice(part_id=part.part.id, audio_stream_id=ids(part)[1]), Choice(part_id=99_999)]
    with pytest.raises(NotFound):
        world.write(choices.choose, 1, wanted)
    assert chosen(world, film, part) == (None, None)


def test_they_follow_an_identity_that_is_merged_and_parted(world: World, film: ItemRow) -> None:
    other = world.add(world.section(), ItemType.MOVIE, "Beta", with_file=True)
    mine, theirs = encode(world, film, *ALL), encode(world, other, *ALL)
    choose(world, theirs, audio=ids(theirs)[1], who=2)
    offset(world, theirs, 2, 700)
    world.write(uniting.merge, film.identity_id, other.identity_id)
    assert chosen(world, film, mine, GUEST) == (ids(mine)[1], None)
    assert moved(world, mine, 2) == 700
    world.write(uniting.undo_merge, other.identity_id)
    again = encode(world, other, *ALL)
    assert chosen(world, other, again, GUEST) == (ids(again)[1], None)
    assert (moved(world, again, 2), moved(world, mine, 2)) == (700, 0)


def test_a_person_who_goes_leaves_none(world: World, film: ItemRow) -> None:
    part = encode(world, film, *ALL)
    choose(world, part, audio=ids(part)[1], who=2)
    world.write(people.delete_person, 2)
    assert chosen(world, film, part, GUEST) == (None, None)
    assert chosen(world, film, encode(world, film, *ALL), GUEST) == (None, None)


def offset(world: World, part: PartView, place: int, offset_ms: int) -> None:
    world.write(choices.set_offset, part.streams[place], offset_ms)


def moved(world: World, part: PartView, place: int) -> int:
    return world.read(choices.offset_of, part.streams[place])


def offsets(world: World, part: PartView, places: Sequence[int] = (2, 3)) -> list[int]:
    return [moved(world, part, place) for place in places]


def test_a_moved_subtitle_stays_moved_and_others_do_not_move(world: World, film: ItemRow) -> None:
    part = encode(world, film, *ALL)
    offset(world, part, 2, 500)
    offset(world, part, 3, -200)
    offset(world, part, 3, -300)
    assert offsets(world, part) == [500, -300]
    again = encode(world, film, ENGLISH, FORCED, TEXT)
    assert offsets(world, again, (1, 2)) == [-300, 500]
    offset(world, again, 1, 0)
    assert offsets(world, again, (1, 2)) == [0, 500]
    assert offsets(world, encode(world, film, *ALL)) == [500, 0]


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_what_was_chosen_before_is_carried_over(
    engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database_url = str(tmp_path / "old.db")
    if engine_name == "postgresql":
        database_url = request.getfixturevalue("empty_postgres_url")
    migrate.ensure(database_url, revision="0015")
    streams = [
        (11, 2, 0, {"type": 2, "codec": "aac", "language_code": "eng"}),
        (12, 2, 1, {"type": 2, "codec": "aac", "language_code": "ger", "title": "Stereo"}),
        (13, 3, 2, {"type": 3, "codec": "srt", "language_code": "eng", "forced": True}),
    ]
    engine = make_engine(parse_url(database_url), size=1, read_only=False)
    with engine.begin() as old:
        old.execute(text("INSERT INTO identities (id, uuid, created_at) VALUES (7, 'u', 1)"))
        old.execute(
            text(
                "INSERT INTO items (id, section_id, type, identity_id, title, sort_key, title_folded, added_at, "
                "updated_at) VALUES (5, 1, 1, 7, 'A', 'a', 'a', 1, 1)"
            )
        )
        old.execute(
            text("INSERT INTO parts (id, media_id, item_id, file_id, size_bytes, stamp) VALUES (3, 2, 5, 1, 1, 1)")
        )
        for id_, kind, index, said in streams:
            values = {
                "id": id_,
                "kind": kind,
                "index": index,
                "codec": said["codec"],
                "info": json.encode(said).decode(),
            }
            old.execute(
                text(
                    "INSERT INTO streams (id, part_id, item_id, type, index_number, codec, info) "
                    "VALUES (:id, 3, 5, :kind, :index, :codec, :info)"
                ),
                values,
            )
        old.execute(text("INSERT INTO stream_choices VALUES (1, 3, 12, 13), (2, 3, NULL, 0), (3, 99, 1, 1)"))
        old.execute(text("INSERT INTO stream_offsets VALUES (13, 250), (98, 1)"))
    engine.dispose()
    migrate.ensure(database_url)
    engine = make_engine(parse_url(database_url), size=1, read_only=False)
    with engine.connect() as new:
        kept = new.execute(text("SELECT * FROM remembered_streams ORDER BY person_id")).all()
        moved_by = new.execute(text("SELECT * FROM remembered_offsets")).all()
    engine.dispose()
    german = {"language": "ger", "title": "Stereo", "codec": "aac", "place": 1}
    forced = {"language": "eng", "codec": "srt", "forced": True}
    assert [(*row[:3], row[3] and json.decode(row[3]), json.decode(row[4])) for row in kept] == [
        (1, 7, 0, german, forced),
        (2, 7, 0, None, None),
    ]
    assert [(row[1], row[2], json.decode(row[3]), row[4]) for row in moved_by] == [(7, 0, forced, 250)]
