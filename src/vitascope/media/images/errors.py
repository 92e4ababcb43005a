"""What can go wrong with a picture.

::

    MediaError
    └── PictureError
        ├── UnreadablePictureError      not a picture, damaged beyond use, or of a kind that is not decoded
        │   └── PictureTooLargeError    it declares more pixels or bytes than a picture may have
        └── NoFrameError                a video from which no picture could be taken
    ValueError
    └── PictureRequestError             the caller asked for something that does not exist (400)
"""

from vitascope.media.workers.failure import MediaError, Reason


class PictureError(MediaError):
    """Base of what can be wrong with a file that should hold, or give, a picture."""


class UnreadablePictureError(PictureError):
    """The bytes are not a picture that is decoded here."""

    def __init__(self, detail: str, reason: Reason = Reason.UNRECOGNISED) -> None:
        super().__init__(reason, detail)


class PictureTooLargeError(UnreadablePictureError):
    """The picture says it is larger than any picture has to be: refused before anything is decoded."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, Reason.TOO_LARGE)


class NoFrameError(PictureError):
    """No frame could be decoded from a video."""

    def __init__(self, detail: str, reason: Reason = Reason.DAMAGED) -> None:
        super().__init__(reason, detail)


class PictureRequestError(ValueError):
    """A parameter of a request is not valid; ``parameter`` names it."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(parameter, message)
        self.parameter = parameter
        self.message = message

    def __str__(self) -> str:
        return f"{self.parameter}: {self.message}"
