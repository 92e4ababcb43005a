"""What the room's tasks answer: values that cost nothing to import and travel over the pipe."""

from msgspec import Struct


class RenderedPicture(Struct, frozen=True, kw_only=True):
    content_type: str
    data: bytes


class FramePicture(Struct, frozen=True, kw_only=True):
    jpeg: bytes
    width: int
    height: int
    at_ms: int | None
    """Where in the film it was found, where the file says so."""


class UltraBlurColors(Struct, frozen=True, kw_only=True):
    """Six lower-case hexadecimal digits for each corner."""

    top_left: str
    top_right: str
    bottom_right: str
    bottom_left: str

    @property
    def joined(self) -> str:
        """``topLeft,topRight,bottomRight,bottomLeft``, as the database keeps it."""
        return f"{self.top_left},{self.top_right},{self.bottom_right},{self.bottom_left}"


class PictureAnalysis(Struct, frozen=True, kw_only=True):
    """What is kept about a picture in the database. Width and height as it is shown."""

    width: int
    height: int
    blur_hash: str
    colors: UltraBlurColors
    extension: str = "jpg"
    """That of its format, whatever it is called."""


class PhotoInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One photograph. Sizes are in pixels as it is shown, with ``orientation`` already obeyed."""

    width: int | None = None
    height: int | None = None
    orientation: int = 1
    taken_local: str | None = None
    """``YYYY-MM-DDTHH:MM:SS`` of the camera's clock, followed by the offset where it is known."""
    taken_at: int | None = None
    """Epoch seconds; the camera's clock is taken as UTC where its offset is unknown."""
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    aperture: float | None = None
    """The f-number."""
    exposure: str | None = None
    """Seconds, as photographers write them: ``1/250``, ``2.5``."""
    iso: int | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    rating: int | None = None
    """Stars, 1..5."""
    title: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    software: str | None = None
    artist: str | None = None
    copyright: str | None = None
