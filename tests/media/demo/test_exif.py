"""What the camera wrote is what a reader finds."""

import io

import exifread
import numpy as np
import pytest

from vitascope.media.demo import catalogue, exif, painting
from vitascope.media.demo.entries import Photo, PhotoAlbum

PLAIN = painting.jpeg(np.full((24, 36, 3), 90, np.uint8))


@pytest.mark.parametrize(
    ("album", "photo"), [(album, photo) for album in catalogue.photo_albums for photo in album.photos]
)
def test_every_field_comes_back(album: PhotoAlbum, photo: Photo) -> None:
    data = exif.stamped(PLAIN, exif.exif(album, photo, columns=36, rows=24))
    tags = exifread.process_file(io.BytesIO(data), details=True)
    assert str(tags["Image Make"]) == album.make
    assert str(tags["Image Model"]) == album.camera
    assert str(tags["EXIF LensModel"]) == album.lens
    assert str(tags["EXIF DateTimeOriginal"]) == photo.taken
    assert tags["Image Orientation"].values == [photo.orientation]
    assert tags["EXIF ISOSpeedRatings"].values == [photo.iso]
    assert float(tags["EXIF FocalLength"].values[0]) == photo.focal_mm
    assert float(tags["EXIF FNumber"].values[0]) == photo.aperture[0] / photo.aperture[1]
    assert float(tags["EXIF ExposureTime"].values[0]) == photo.exposure[0] / photo.exposure[1]
    for axis, value, signs in (("Latitude", photo.latitude, "NS"), ("Longitude", photo.longitude, "EW")):
        degrees, minutes, seconds = (float(part) for part in tags[f"GPS GPS{axis}"].values)
        assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(abs(value), abs=1e-6)
        assert str(tags[f"GPS GPS{axis}Ref"]) == signs[value < 0]
    assert float(tags["GPS GPSAltitude"].values[0]) == photo.altitude


def test_xmp_carries_rating_and_keywords() -> None:
    photo = Photo(name="x.jpg", scene="snow", taken="2024:01:01 00:00:00", stars=4, keywords=("a & b", "c"))
    packet = exif.xmp(photo).decode()
    assert 'xmp:Rating="4"' in packet
    assert "<rdf:li>a &amp; b</rdf:li><rdf:li>c</rdf:li>" in packet


def test_only_a_jpeg_is_stamped() -> None:
    with pytest.raises(ValueError, match="not a JPEG"):
        exif.stamped(b"GIF89a", b"")
