"""What can go wrong with a stream that is made."""


class TranscodeError(Exception):
    """The stream cannot be had.

    - :class:`NoSuchSession`: it is not known, or no more (code 2004).
    - :class:`NoSuchSegment`: the stream has no such rendition or segment.
    - :class:`SessionEnded`: it ended while somebody waited for it.
    """


class NoSuchSession(TranscodeError):
    pass


class NoSuchSegment(TranscodeError):
    pass


class SessionEnded(TranscodeError):
    pass
