"""Undoing ``Content-Encoding`` in bounded memory: a bomb is noticed when it passes the limit, not after it went off."""

import zlib

from vitascope.egress.errors import BadAnswer, TooLarge


class Body:
    """An answer as it comes in. Raises :class:`TooLarge` and :class:`BadAnswer` at the piece that is too much."""

    def __init__(self, *, encoding: str, largest_bytes: int, origin: str) -> None:
        self._origin = origin
        self._largest = largest_bytes
        self._data = bytearray()
        self._begun = False
        match encoding.strip().lower():
            case "" | "identity":
                self._decoder = None
            case "gzip" | "x-gzip":
                self._decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
            case "deflate":
                self._decoder = zlib.decompressobj()
            case _:
                raise BadAnswer(f"{origin} answers in an encoding that was not asked for")

    def feed(self, piece: bytes) -> None:
        if self._decoder is None:
            self._take(piece)
            return
        self._begun = True
        while piece:
            room = self._largest - len(self._data) + 1
            try:
                self._take(self._decoder.decompress(piece, room))
            except zlib.error as error:
                raise BadAnswer(f"the compressed answer of {self._origin} cannot be read") from error
            piece = self._decoder.unconsumed_tail

    def finish(self) -> bytes:
        if self._decoder is not None and not self._decoder.eof and self._begun:
            raise BadAnswer(f"the compressed answer of {self._origin} ends too early")
        return bytes(self._data)

    def _take(self, data: bytes) -> None:
        if len(self._data) + len(data) > self._largest:
            raise TooLarge(f"the answer of {self._origin} is larger than {self._largest} bytes")
        self._data += data
