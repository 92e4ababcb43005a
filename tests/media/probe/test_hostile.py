"""Files made to break a scan: each costs itself and nothing else."""

import errno
import os
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutagen.flac
import pytest
from tests.support.samples import copy_of, sample

from vitascope.core.model import FileClass
from vitascope.media.probe import probe_file
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import DEMUXER_OF, DEMUXERS, Format, sniff
from vitascope.media.probe.tasks import FileArgs, InspectArgs, Inspected, inspect, picture
from vitascope.media.tags import read_tags
from vitascope.media.workers import Failure, MediaError, Reason, WorkerPool


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, timeout_s=30) as made:
        yield made


def reason_of(path: str | bytes) -> Reason:
    with pytest.raises(MediaError) as caught:
        probe_file(path)
    return caught.value.reason


def write(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


REFERENCES = {
    "hls": b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "concat with a mark": b"\xef\xbb\xbf  ffconcat version 1.0\nfile file:///etc/passwd\n",
    "dash": b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>',
    "sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n",
    "pls": b"[playlist]\nFile1=http://127.0.0.1/x\n",
    "asx": b"<ASX version='3.0'><ref href='file:///etc/passwd'/></ASX>",
}


@pytest.mark.parametrize("kind", REFERENCES)
@pytest.mark.parametrize("suffix", ["mkv", "mp4", "avi", "mp3"])
def test_files_that_refer_to_others_are_refused(tmp_path: Path, kind: str, suffix: str) -> None:
    assert reason_of(write(tmp_path / f"film.{suffix}", REFERENCES[kind])) is Reason.REFUSED


@pytest.mark.parametrize("kind", REFERENCES)
def test_libav_opens_no_reference_even_when_asked_directly(tmp_path: Path, kind: str) -> None:
    """The second line of defence: without our own look at the first bytes."""
    with (
        MediaFile(write(tmp_path / "film.mkv", REFERENCES[kind])) as file,
        pytest.raises(MediaError),
    ):
        open_container(file, Format.UNKNOWN, full=True)


def test_an_embedded_playlist_behind_a_transport_stream_is_not_followed(tmp_path: Path) -> None:
    content = sample("h264.ts").read_bytes() + REFERENCES["hls"]
    probed = probe_file(write(tmp_path / "film.ts", content))
    assert {stream.codec for stream in probed.streams} == {"h264", "aac"}


def test_the_lists_of_demuxers_agree_and_hold_no_reference_format() -> None:
    allowed = set(DEMUXERS.split(","))
    assert set(DEMUXER_OF.values()) <= allowed
    assert not allowed & {"hls", "concat", "dash", "image2", "sdp", "rtsp", "lavfi", "vobsub", "ffmetadata"}


def test_zero_bytes(tmp_path: Path) -> None:
    assert reason_of(write(tmp_path / "empty.mkv", b"")) is Reason.EMPTY


@pytest.mark.parametrize("suffix", ["mkv", "mp4", "mp3", "jpg", "ts"])
def test_text_in_the_dress_of_media(tmp_path: Path, suffix: str) -> None:
    text = b"This is a letter, not a film.\n" * 500
    assert reason_of(write(tmp_path / f"letter.{suffix}", text)) is Reason.UNRECOGNISED


def test_noise(tmp_path: Path) -> None:
    noise = random.Random(7).randbytes(100_000)
    assert reason_of(write(tmp_path / "noise.mkv", b"zz" + noise)) is Reason.UNRECOGNISED


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    folder = tmp_path / "folder.mkv"
    folder.mkdir()
    assert reason_of(str(folder)) is Reason.NOT_A_FILE
    pipe = tmp_path / "pipe.mkv"
    os.mkfifo(pipe)
    assert reason_of(str(pipe)) is Reason.NOT_A_FILE
    assert reason_of("/dev/zero") is Reason.NOT_A_FILE
    link = tmp_path / "link.mkv"
    link.symlink_to(pipe)
    assert reason_of(str(link)) is Reason.NOT_A_FILE


def test_what_is_not_there(tmp_path: Path) -> None:
    assert reason_of(str(tmp_path / "nothing.mkv")) is Reason.MISSING
    dangling = tmp_path / "dangling.mkv"
    dangling.symlink_to(tmp_path / "nowhere")
    assert reason_of(str(dangling)) is Reason.MISSING
    loop = tmp_path / "loop.mkv"
    loop.symlink_to(loop)
    assert reason_of(str(loop)) is Reason.UNREADABLE


def test_a_disk_that_fails_is_not_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with MediaFile(str(sample("h264.mkv"))) as file:
        monkeypatch.setattr(os, "pread", failing)
        with pytest.raises(MediaError) as caught:
            file.read_at(100, 4)
        assert (caught.value.reason, caught.value.detail) == (Reason.LOST, "Input/output error")


def test_names_that_are_not_text(tmp_path: Path, pool: WorkerPool) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9 \xff.mkv"
    Path(os.fsdecode(path)).write_bytes(sample("60p.mkv").read_bytes())
    assert probe_file(path).container == "mkv"
    assert probe_file(os.fsdecode(path)).container == "mkv"
    outcome = pool.submit(inspect, InspectArgs.of(os.fsdecode(path), FileClass.VIDEO)).result()
    assert outcome.probed.container == "mkv"


def test_paths_longer_than_the_kernel_takes(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    path = str(tmp_path)
    while len(path) < 4096:
        name = "d" * 200
        os.mkdir(name, dir_fd=folder)
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder, path = inner, f"{path}/{name}"
    target = os.open("film.mkv", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
    os.write(target, sample("60p.mkv").read_bytes())
    os.close(target)
    os.close(folder)
    assert probe_file(f"{path}/film.mkv").container == "mkv"
    assert reason_of(f"{path}/other.mkv") is Reason.MISSING


@pytest.mark.parametrize("name", ["late-index.mp4", "h264.mkv", "everything.mkv", "tone.mp3", "tone.flac", "h264.ts"])
@pytest.mark.parametrize("share", [0.001, 0.01, 0.3, 0.9])
def test_truncated_files_are_named_or_fail_cleanly(tmp_path: Path, name: str, share: float) -> None:
    data = sample(name).read_bytes()
    path = write(tmp_path / name, data[: max(1, int(len(data) * share))])
    try:
        inspected = inspect(InspectArgs.of(path, FileClass.AUDIO if name.startswith("tone") else FileClass.VIDEO))
    except MediaError as error:
        assert error.reason in {Reason.DAMAGED, Reason.UNRECOGNISED}
    else:
        assert inspected.probed.streams
        if name.endswith("mkv"):
            assert inspected.probed.problem == "truncated"


def test_a_stream_nobody_can_decode_is_listed(tmp_path: Path) -> None:
    data = sample("h264.mp4").read_bytes().replace(b"avc1" + bytes(6), b"zzzz" + bytes(6))
    probed = probe_file(write(tmp_path / "strange.mp4", data))
    assert [stream.codec for stream in probed.streams] == ["unknown", "aac"]


def test_an_mp4_without_its_index_says_so(tmp_path: Path) -> None:
    data = sample("late-index.mp4").read_bytes()
    assert reason_of(write(tmp_path / "cut.mp4", data[:-2000])) is Reason.DAMAGED


def test_an_mp4_cut_in_its_data_is_listed_with_the_problem(tmp_path: Path) -> None:
    data = sample("h264.mp4").read_bytes()
    probed = probe_file(write(tmp_path / "cut.mp4", data[: len(data) // 2]))
    assert probed.problem == "truncated"
    assert probed.duration_ms == pytest.approx(2002, abs=10)


@pytest.mark.parametrize(
    "content",
    [
        b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + struct.pack(">I4sQ", 1, b"moov", 2**63 - 1),
        b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + struct.pack(">I4s", 0xFFFFFFFF, b"moov") * 50,
        b"\x1aE\xdf\xa3\x88B\x82\x85webm\0\x18S\x80g\x01" + b"\xff" * 6 + b"\xfe\x16T\xaek\x08" + b"\xff" * 6,
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"TIT2\x7f\xff\xff\xff\0\0" + bytes(100),
        b"fLaC\x04\xff\xff\xff" + bytes(60),
        b"RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\xffhdrl" + bytes(40),
        b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff" + bytes(40),
        b"OggS\0\x02" + bytes(20) + b"\xff" + b"\xff" * 300,
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c" + b"\xff" * 64,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0\xff\xff" + bytes(16),
        b"GIF89a",
    ],
    ids=["mp4-64", "mp4-nest", "mkv", "id3", "flac", "avi", "wav", "ogg", "asf", "png", "jpeg", "gif"],
)
def test_gigantic_and_missing_sizes(pool: WorkerPool, tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "liar.bin", content)
    for kind in (FileClass.VIDEO, FileClass.AUDIO):
        outcomes = list(pool.map_unordered(inspect, [InspectArgs.of(path, kind)]))
        outcome = outcomes[0][1]
        assert isinstance(outcome, Failure)
        assert outcome.reason in {Reason.DAMAGED, Reason.UNRECOGNISED, Reason.MEMORY}, outcome


FUZZED = [
    "h264.mp4",
    "fragmented.mp4",
    "everything.mkv",
    "vp9.webm",
    "h264.ts",
    "mpeg4.avi",
    "tone.mp3",
    "tone.flac",
    "tone.ogg",
    "tone.m4a",
    "tone.wma",
    "cover.jpg",
    "cover.tiff",
]


@pytest.mark.parametrize("name", FUZZED)
def test_flipped_bits_cost_at_most_their_file(pool: WorkerPool, tmp_path: Path, name: str) -> None:
    """Every outcome is a probe or a failure with a reason; whatever dies is replaced, and good files still work."""
    data = sample(name).read_bytes()
    dice = random.Random(name)
    arguments = []
    for number in range(60):
        damaged = bytearray(data)
        for _ in range(dice.choice((1, 3, 20, 200))):
            place = dice.randrange(min(len(damaged), 4096)) if dice.random() < 0.8 else dice.randrange(len(damaged))
            damaged[place] ^= 1 << dice.randrange(8)
        path = write(tmp_path / f"{number}-{name}", bytes(damaged))
        arguments.append(InspectArgs.of(path, FileClass.AUDIO if name.startswith("tone") else FileClass.VIDEO))
    outcomes = list(pool.map_unordered(inspect, arguments))
    assert len(outcomes) == 60
    for _, outcome in outcomes:
        if isinstance(outcome, Failure):
            assert outcome.reason in set(Reason) - {Reason.CLOSED, Reason.TIMEOUT}
            assert str(tmp_path) not in outcome.detail, "details are shown to people and hold no paths"
    good = pool.submit(inspect, InspectArgs.of(str(sample("60p.mkv")), FileClass.VIDEO)).result()
    assert isinstance(good, Inspected)


def test_an_embedded_picture_that_unpacks_to_gigabytes_is_refused(pool: WorkerPool, tmp_path: Path) -> None:
    path = copy_of("tone.flac", tmp_path)
    bomb = bytearray(sample("cover.png").read_bytes())
    bomb[16:24] = struct.pack(">II", 60_000, 60_000)
    picture_class: Any = mutagen.flac.Picture
    cover = picture_class()
    cover.type, cover.mime, cover.data = 3, "image/png", bytes(bomb)
    music: Any = mutagen.flac.FLAC(path)
    music.add_picture(cover)
    music.save()
    outcomes = list(pool.map_unordered(picture, [FileArgs.of(str(path))]))
    outcome = outcomes[0][1]
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.TOO_LARGE
    assert read_tags(str(path)).has_picture


def test_sniffing_never_raises_but_to_refuse() -> None:
    dice = random.Random(3)
    heads = list(REFERENCES.values())
    heads += [dice.randbytes(dice.randrange(1, 64)) for _ in range(500)]
    heads += [sample(name).read_bytes()[:length] for name in FUZZED for length in (1, 4, 9, 12, 40)]
    for head in heads:
        try:
            assert isinstance(sniff(head), Format)
        except MediaError as error:
            assert error.reason is Reason.REFUSED
