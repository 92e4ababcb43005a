"""Photographs as items, with the camera's facts as tags."""

import pytest

from vitascope.core.model import TagType
from vitascope.media.images import PhotoInfo
from vitascope.metadata import MetadataRecord, PhotoDetails
from vitascope.metadata.photos import device_name, photo_record


def test_everything() -> None:
    record = photo_record(
        PhotoInfo(
            width=40, height=60, orientation=6, taken_local="2021-07-04T10:20:30+02:00", taken_at=1_625_386_830,
            make="Canon", model="Canon EOS 5D", lens="EF 50", aperture=2.8, exposure="1/250", iso=400,
            latitude=-33.86, longitude=151.2, altitude_m=12.5, rating=4, title="Boat", caption="At noon",
            keywords=("sea", "boat"),
        )
    )  # fmt: skip
    assert (record.title, record.summary, record.year, record.available_at) == ("Boat", "At noon", 2021, "2021-07-04")
    assert record.user_rating == 8.0
    assert [(entry.type, entry.tag) for entry in record.tags] == [
        (TagType.MAKE, "Canon"),
        (TagType.MODEL, "Canon EOS 5D"),
        (TagType.APERTURE, "f/2.8"),
        (TagType.EXPOSURE, "1/250"),
        (TagType.ISO, "400"),
        (TagType.LENS, "EF 50"),
        (TagType.DEVICE, "Canon EOS 5D"),
        (TagType.AUTOTAG, "sea"),
        (TagType.AUTOTAG, "boat"),
    ]
    assert {int(entry.type) for entry in record.tags} == set(range(200, 208))
    assert record.photo == PhotoDetails(
        taken_at=1_625_386_830, taken_local="2021-07-04T10:20:30+02:00", width=40, height=60, orientation=6,
        latitude=-33.86, longitude=151.2, altitude_m=12.5,
    )  # fmt: skip


def test_a_picture_that_says_nothing() -> None:
    record = photo_record(PhotoInfo(width=1, height=2))
    assert record == MetadataRecord(photo=PhotoDetails(width=1, height=2, orientation=1))


@pytest.mark.parametrize(
    ("make", "model", "name"),
    [
        ("FUJIFILM", "X-T5", "FUJIFILM X-T5"),
        ("NIKON CORPORATION", "NIKON D90", "NIKON D90"),
        (None, "Pixel 8", "Pixel 8"),
        ("Apple", None, "Apple"),
        (None, None, None),
    ],
)
def test_device_name(make: str | None, model: str | None, name: str | None) -> None:
    assert device_name(make, model) == name
