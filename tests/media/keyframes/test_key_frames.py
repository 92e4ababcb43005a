"""Key frames by the index of a file are those that a whole read of it finds, and nothing is taken on trust."""

import itertools
import resource
import shutil
from pathlib import Path

import av
import pytest
from tests.support.clips import SECONDS, clip

from vitascope.media.keyframes.indexes import from_index
from vitascope.media.keyframes.reading import by_reading
from vitascope.media.keyframes.tasks import THIN_US, KeyFramesArgs, key_frames, read_key_frames
from vitascope.media.workers import MediaError, Reason, WorkerPool

INDEXED = [
    "film.mp4",
    "film.mkv",
    "film.mov",
    "no-edits.mp4",
    "late.mkv",
    "fragmented.mp4",
    "sidx.mp4",
    "open.mkv",
    "open.mp4",
    "closed.mkv",
    "delayed.mp4",
    "av1.mkv",
]


def flagged(path: Path) -> list[int]:
    """Presentation times of the packets that are flagged as key, by the plainest read there is."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        times = [packet.pts for packet in container.demux(stream) if packet.is_keyframe and packet.pts is not None]
        origin = container.start_time or 0
        base = stream.time_base
        assert base is not None
    return sorted(round(pts * base * 1_000_000) - origin for pts in times)


def video_index(path: Path) -> int:
    with av.open(str(path)) as container:
        return container.streams.video[0].index


@pytest.mark.parametrize("name", INDEXED)
def test_an_index_tells_what_a_whole_read_finds(name: str) -> None:
    path = clip(name)
    found = from_index(str(path), video_index(path))
    assert found.why_not == ""
    assert list(found.times_us) == flagged(path)
    assert len(found.times_us) == -(-SECONDS * 24 // 36)
    assert by_reading(str(path), video_index(path)).times_us == found.times_us


@pytest.mark.parametrize(("name", "independent"), [("open.mkv", False), ("open.mp4", False), ("closed.mkv", True)])
def test_open_groups_of_pictures_are_told(name: str, independent: bool) -> None:
    assert from_index(str(clip(name)), 0).independent is independent
    assert by_reading(str(clip(name)), 0).independent is independent


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("film.ts", "no index"),
        ("bare-fragments.mp4", "no table"),
        ("cut.mp4", "within a group of pictures"),
    ],
)
def test_a_file_without_a_good_index_says_why(name: str, why: str) -> None:
    found = from_index(str(clip(name)), 0)
    assert found.times_us == ()
    assert why in found.why_not


def test_pictures_that_are_all_key_frames_are_thinned() -> None:
    found = from_index(str(clip("intra.mp4")), 0).times_us
    assert set(found) < set(flagged(clip("intra.mp4")))
    assert all(after - before >= THIN_US for before, after in itertools.pairwise(found))


def test_a_cut_that_is_hidden_is_not_copied_after_a_read_either() -> None:
    found = by_reading(str(clip("cut.mp4")), 0)
    assert found.times_us == ()
    assert found.complete
    assert "within a group of pictures" in found.why_not


def test_a_transport_stream_is_read_in_slices() -> None:
    path = str(clip("film.ts"))
    whole = by_reading(path, 0)
    assert list(whole.times_us) == flagged(clip("film.ts"))
    assert whole.complete
    times: list[int] = []
    part = by_reading(path, 0, slice_s=0)
    slices = 1
    while not part.complete:
        times += part.times_us
        part = by_reading(path, 0, part.reached_us, slice_s=0)
        slices += 1
    assert (*times, *part.times_us) == whole.times_us
    assert slices > 1


def test_cues_that_name_no_key_frames_are_refused(tmp_path: Path) -> None:
    # CueTime is an element with the id 0xB3; each is made to name a time that is half a second late.
    data = bytearray(clip("film.mkv").read_bytes())
    cues = data.rindex(b"\x1c\x53\xbb\x6b")
    place = cues
    changed = 0
    while (place := data.find(b"\xb3\x82", place)) != -1:
        late = int.from_bytes(data[place + 2 : place + 4], "big") + 500
        data[place + 2 : place + 4] = late.to_bytes(2, "big")
        place += 4
        changed += 1
    assert changed > 3
    path = tmp_path / "wrong.mkv"
    path.write_bytes(data)
    found = from_index(str(path), 0)
    assert found.times_us == ()
    assert found.why_not


def test_a_table_that_names_other_samples_is_refused(tmp_path: Path) -> None:
    data = bytearray(clip("film.mp4").read_bytes())
    table = data.index(b"stss") + 12
    for entry in range(1, 8):
        at = table + 4 * entry
        data[at : at + 4] = (int.from_bytes(data[at : at + 4], "big") + 5).to_bytes(4, "big")
    path = tmp_path / "wrong.mp4"
    path.write_bytes(data)
    assert from_index(str(path), 0).times_us == ()


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "sidx.mp4", "fragmented.mp4"])
def test_files_that_were_cut_never_lie(name: str, tmp_path: Path) -> None:
    whole = clip(name).read_bytes()
    true = set(flagged(clip(name)))
    for part in range(1, 12):
        path = tmp_path / f"{part}-{name}"
        path.write_bytes(whole[: len(whole) * part // 12])
        try:
            found = from_index(str(path), 0)
        except MediaError:
            continue
        assert set(found.times_us) <= true


def test_the_index_is_found_without_reading_the_file(tmp_path: Path) -> None:
    """A hole of eight gigabytes between the pictures and the index costs nothing."""
    data = clip("film.mp4").read_bytes()
    index = data.index(b"moov") - 4
    hole = 8 * 1024**3
    path = tmp_path / "huge.mp4"
    with path.open("wb") as file:
        file.write(data[:index] + (1).to_bytes(4, "big") + b"free" + (16 + hole).to_bytes(8, "big"))
        file.seek(hole, 1)
        file.write(data[index:])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_inblock
    found = from_index(str(path), 0)
    assert list(found.times_us) == flagged(clip("film.mp4"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_inblock - before < 100_000


def test_in_a_confined_worker() -> None:
    with WorkerPool(1) as pool:
        found = pool.submit(key_frames, KeyFramesArgs.of(str(clip("film.mkv")), 0)).result()
        read = pool.submit(read_key_frames, KeyFramesArgs.of(str(clip("film.ts")), 0)).result()
        with pytest.raises(MediaError) as caught:
            pool.submit(key_frames, KeyFramesArgs.of(str(clip("film.mkv")), 1)).result()
    assert list(found.times_us) == flagged(clip("film.mkv"))
    assert len(read.times_us) == len(found.times_us)
    assert caught.value.reason is Reason.MISSING


def test_hostile_tables_end_in_an_answer(tmp_path: Path) -> None:
    """Bytes of the index are turned over one after the other; whatever comes, it is an answer or a refusal."""
    for name, mark in (("film.mp4", b"moov"), ("sidx.mp4", b"sidx"), ("film.mkv", b"\x1c\x53\xbb\x6b")):
        data = clip(name).read_bytes()
        begin = data.rindex(mark)
        path = tmp_path / name
        for step in range(40):
            changed = bytearray(data)
            changed[begin + 4 + step * 7 % max(1, len(data) - begin - 4)] ^= 0xFF
            path.write_bytes(changed)
            try:
                found = from_index(str(path), 0)
            except MediaError:
                continue
            assert all(time >= 0 for time in found.times_us)
    shutil.rmtree(tmp_path)
