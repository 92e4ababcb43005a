"""From what a photograph says about itself to a record, with the camera's facts as tags 200 to 207."""

from collections.abc import Iterator

from vitascope.core.model import TagType
from vitascope.media.images.results import PhotoInfo
from vitascope.metadata.record import MetadataRecord, PhotoDetails, TagEntry


def photo_record(info: PhotoInfo) -> MetadataRecord:
    """Stars become a rating of 2, 4, … 10; keywords become tags."""
    date = info.taken_local[:10] if info.taken_local else None
    return MetadataRecord(
        title=info.title,
        summary=info.caption,
        year=int(date[:4]) if date else None,
        available_at=date,
        user_rating=info.rating * 2.0 if info.rating else None,
        tags=tuple(_tags(info)),
        photo=PhotoDetails(
            taken_at=info.taken_at,
            taken_local=info.taken_local,
            width=info.width,
            height=info.height,
            orientation=info.orientation,
            latitude=info.latitude,
            longitude=info.longitude,
            altitude_m=info.altitude_m,
        ),
    )


def device_name(make: str | None, model: str | None) -> str | None:
    """``Canon`` and ``Canon EOS 5D`` to ``Canon EOS 5D``; ``FUJIFILM`` and ``X-T5`` to ``FUJIFILM X-T5``."""
    if not make or not model:
        return model or make
    maker = make.split()[0].casefold()
    return model if model.casefold().startswith(maker) else f"{make} {model}"


def _tags(info: PhotoInfo) -> Iterator[TagEntry]:
    for kind, text in (
        (TagType.MAKE, info.make),
        (TagType.MODEL, info.model),
        (TagType.APERTURE, f"f/{info.aperture:g}" if info.aperture else None),
        (TagType.EXPOSURE, info.exposure),
        (TagType.ISO, str(info.iso) if info.iso else None),
        (TagType.LENS, info.lens),
        (TagType.DEVICE, device_name(info.make, info.model)),
    ):
        if text:
            yield TagEntry(type=kind, tag=text)
    for keyword in info.keywords:
        yield TagEntry(type=TagType.AUTOTAG, tag=keyword)
