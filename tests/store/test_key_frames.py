"""What is kept of key frames, on both engines."""

from tests.support.store_world import World, digest

from vitascope.store import key_frames
from vitascope.store.rows import KeyFramesRow


def test_a_row_is_kept_replaced_and_found(world: World) -> None:
    one = KeyFramesRow(fingerprint=digest("a"), stream_index=0, complete=False, why_not="no index")
    world.write(key_frames.keep, one)
    assert world.read(key_frames.find, digest("a"), 0) == one
    assert world.read(key_frames.find, digest("a"), 1) is None
    read = KeyFramesRow(
        fingerprint=digest("a"),
        stream_index=0,
        complete=True,
        independent=False,
        reached_us=2**40,
        times=key_frames.packed((0, 5, 2**40)),
    )
    world.write(key_frames.keep, read)
    found = world.read(key_frames.find, digest("a"), 0)
    assert found == read
    assert found is not None
    assert key_frames.unpacked(found.times) == (0, 5, 2**40)


def test_what_no_file_has_is_an_orphan(world: World) -> None:
    for name in ("a", "b"):
        world.write(key_frames.keep, KeyFramesRow(fingerprint=digest(name), stream_index=0, complete=True))
    found = world.read(key_frames.orphans)
    assert set(found) == {digest("a"), digest("b")}
    assert len(world.read(key_frames.orphans, 1)) == 1
    world.write(key_frames.forget, found)
    assert world.read(key_frames.orphans) == []


def test_times_are_packed_small() -> None:
    times = tuple(range(0, 7_200_000_000, 2_002_000))
    assert key_frames.unpacked(key_frames.packed(times)) == times
    assert len(key_frames.packed(times)) < 1_000
    assert key_frames.unpacked(key_frames.packed(())) == ()
