"""Photos, clips and other videos."""

import pytest

from vitascope.core.naming import PhotoName, VideoName, parse_photo, parse_video, photo_sidecars


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_20190704_153012", "2019-07-04T15:30:12"),
        ("IMG_20190704_153012123", "2019-07-04T15:30:12"),
        ("PXL_20210315_081500123", "2021-03-15T08:15:00"),
        ("VID_20190704_153012", "2019-07-04T15:30:12"),
        ("20190704_153012", "2019-07-04T15:30:12"),
        ("20190704_153012(1)", "2019-07-04T15:30:12"),
        ("2019-07-04 15.30.12", "2019-07-04T15:30:12"),
        ("2019-07-04_15-30-12", "2019-07-04T15:30:12"),
        ("Screenshot_2020-01-31-12-05-59", "2020-01-31T12:05:59"),
        ("Screenshot 2020-01-31 at 12.05.59", "2020-01-31T12:05:59"),
        ("IMG-20190704-WA0001", "2019-07-04"),
        ("2019-07-04 Beach", "2019-07-04"),
        ("2019_07_04", "2019-07-04"),
        ("signal-2020-02-29-101112", "2020-02-29T10:11:12"),
        ("2019-02-29", None),
        ("2019-04-31", None),
        ("2019-13-01", None),
        ("IMG_0001", None),
        ("DSC02019", None),
        ("120190704", None),
        ("Beach 2019", None),
    ],
)
def test_moment_in_the_name(name: str, expected: str | None) -> None:
    assert parse_photo(f"{name}.jpg").taken_at == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2019/Summer/IMG_0001.JPG", PhotoName(title="IMG_0001", album="Summer", album_folder="2019/Summer")),
        ("IMG_0001.JPG", PhotoName(title="IMG_0001")),
        ("Urlaub – Öland/Elch.heic", PhotoName(title="Elch", album="Urlaub – Öland", album_folder="Urlaub – Öland")),
        ("a/.jpg", PhotoName(title=".jpg", album="a", album_folder="a")),
    ],
)
def test_photo(path: str, expected: PhotoName) -> None:
    assert parse_photo(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Trips/2019/First steps.mp4", VideoName(title="First steps", folder="Trips/2019")),
        ("first_steps.mp4", VideoName(title="first steps")),
        ("GOPR0012.MP4", VideoName(title="GOPR0012")),
        ("Alien (1979) [1080p].mkv", VideoName(title="Alien (1979) [1080p]")),
        ("---.mp4", VideoName(title="---")),
    ],
)
def test_video(path: str, expected: VideoName) -> None:
    assert parse_video(path) == expected


def test_sidecars_lie_beside_the_photograph() -> None:
    assert photo_sidecars("Trip/a.b.JPG") == (
        "Trip/a.b.JPG.xmp",
        "Trip/a.b.JPG.XMP",
        "Trip/a.b.xmp",
        "Trip/a.b.XMP",
    )
    assert photo_sidecars("a.dng")[2] == "a.xmp"
