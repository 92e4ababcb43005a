"""What ffmpeg says: how far it is (``-progress``, lines of a key and a value) told apart from what it complains of.

ffmpeg counts from the first of its own reports on when it keeps the times of the file, as all command lines here have
it. What it wrote up to that report is missing in all that follow, and is added in proportion to the bytes.
"""

import re
from dataclasses import dataclass

_KEPT_BYTES = 4_096
_REPORT = re.compile(rb"([a-z_0-9]+)= *(\S*)")


@dataclass(slots=True)
class Words:
    """The words of one run; only the standard library, as all of the launcher."""

    complaints: bytes = b""
    """The end of them."""
    made_us: int = 0
    """How much of the stream is made, by the last report."""
    _line: bytes = b""
    _told_us: int = 0
    _told_bytes: int = 0
    _before_bytes: int = 0

    def feed(self, data: bytes) -> bool:
        """Takes in more; whether there was a report in it."""
        *lines, self._line = (self._line + data).split(b"\n")
        self._line = self._line[-_KEPT_BYTES:]
        reported = False
        for line in lines:
            reported = self._take(line) or reported
        return reported

    def end(self) -> None:
        """There is no more."""
        self._take(self._line)
        self._line = b""

    def _take(self, line: bytes) -> bool:
        found = _REPORT.fullmatch(line.strip())
        if found is None:
            self.complaints = (self.complaints + line + b"\n")[-_KEPT_BYTES:] if line.strip() else self.complaints
            return False
        key, value = found[1], found[2]
        if key == b"out_time_us" and value.isdigit():
            self._told_us = int(value)
        elif key == b"total_size" and value.isdigit():
            self._told_bytes = int(value)
        elif key == b"progress":
            self._report()
            return True
        return False

    def _report(self) -> None:
        if not self._told_us:
            self._before_bytes = self._told_bytes
            return
        counted = self._told_bytes - self._before_bytes
        missing = self._told_us * self._before_bytes // counted if counted > 0 else 0
        self.made_us = max(self.made_us, self._told_us + missing)
