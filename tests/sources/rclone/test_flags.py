"""The flags of a mount, and the very command line."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from vitascope.sources.errors import InvalidSource, SourceExists
from vitascope.sources.rclone.command import Places, source_command
from vitascope.sources.rclone.flags import Flags, bytes_of, parse_flags
from vitascope.sources.rclone.source import Source, checked_mount, checked_price, default_name

SOURCE = Source(name="media", remote="b2", kind="b2", path="bucket", mount="/mnt/media")
PLACES = Places(root=Path("/c/Sources"), cache=Path("/c/Cache/Sources"))

DOCUMENT = [
    "--log-level=INFO",
    "--buffer-size=50M",
    "--drive-acknowledge-abuse",
    "--no-modtime",
    "--vfs-cache-mode=full",
    "--vfs-cache-max-size=20G",
    "--vfs-read-chunk-size=32M",
    "--vfs-read-chunk-size-limit=256M",
]
RISKY = ["--allow-other", "--allow-non-empty"]


def test_the_flags_are_those_of_the_document_but_for_the_two_with_a_risk() -> None:
    line = source_command(Path("/bin/rclone"), SOURCE, PLACES)
    assert line[:4] == ["/bin/rclone", "mount", "b2:bucket", "/mnt/media"]
    assert set(DOCUMENT) <= set(line)
    assert set(RISKY).isdisjoint(line)
    assert "--config=/c/Sources/rclone.conf" in line


def test_all_flags_of_the_document_can_be_switched_on_and_off() -> None:
    given = parse_flags({"allow-other": "", "allow-non-empty": "true", "no-modtime": "0", "buffer-size": "16M"})
    line = source_command(Path("/bin/rclone"), replace(SOURCE, flags=given), PLACES)
    assert set(RISKY) <= set(line)
    assert "--no-modtime" not in line
    assert "--buffer-size=16M" in line
    assert len(given.risks()) == 2
    assert Flags().risks() == []
    line = source_command(
        Path("/bin/rclone"), replace(SOURCE, flags=parse_flags({"vfs-cache-min-free-space": "off"})), PLACES
    )
    assert not any(part.startswith("--vfs-cache-min-free-space") for part in line)


@pytest.mark.parametrize(
    ("name", "value"),
    [("vfs-cache-max-size", "20G --rc-addr=:5572"), ("vfs-cache-max-size", ""), ("vfs-cache-max-size", "-1"),
     ("vfs-cache-mode", "all"), ("log-level", "DEBUG"), ("allow-other", "perhaps"), ("dir-cache-time", "soon"),
     ("low-level-retries", "0"), ("low-level-retries", "1e3"), ("password-command", "id"), ("rc-addr", ":1"),
     ("config", "/etc/shadow"), ("daemon", ""), ("buffer-size", "٣M"), ("timeout", "1m\n")],
)  # fmt: skip
def test_a_flag_that_is_none_of_ours_or_has_no_such_value_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidSource, match="flag"):
        parse_flags({name: value})


@pytest.mark.parametrize(
    "mount",
    ["relative", "/", "/etc", "/proc/1", "/sys", "/dev/shm", "/c", "/c/Sources/x", "/mnt/media/../../etc", "//etc/",
     "/a\nb", "/a\0b", "/c/"],
)  # fmt: skip
def test_nothing_is_mounted_over_the_system_or_over_us(mount: str) -> None:
    with pytest.raises(InvalidSource):
        checked_mount(mount, [], ours=[Path("/c/Sources")])


@pytest.mark.parametrize("mount", ["/mnt/media", "/mnt/media/", "/mnt/media/below", "/mnt//media"])
def test_no_two_mounts_lie_in_one_another(mount: str) -> None:
    with pytest.raises(SourceExists, match="media is mounted at /mnt/media"):
        checked_mount(mount, [SOURCE], ours=[])
    assert checked_mount("/mnt/media2", [SOURCE], ours=[]) == "/mnt/media2"


def test_names_and_prices() -> None:
    assert default_name("b2", "bucket/My Films") == "My-Films"
    assert default_name("b2", "") == "b2"
    assert default_name("b2", "ⅨⅩ") == "b2"
    assert checked_price("0.005", "price") == 0.005
    for text in ("nan", "-1", "inf", "free", "1e9"):
        with pytest.raises(InvalidSource):
            checked_price(text, "price")
    assert os.fsdecode(SOURCE.point) == SOURCE.mount


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ("20G", 20 << 30),
        ("1.5M", 3 << 19),
        ("50MiB", 50 << 20),
        ("2KiB", 2048),
        ("7B", 7),
        ("3", 3072),
        ("1T", 1 << 40),
        ("off", None),
    ],
)
def test_sizes_are_what_rclone_takes_them_for(size: str, found: int | None) -> None:
    assert bytes_of(parse_flags({"vfs-cache-max-size": size}).vfs_cache_max_size) == found
