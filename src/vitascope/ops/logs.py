"""Log files that rotate, and from which no token can be read.

Files are named as tools expect them (``Plex Media Server.log``, then ``.1.log`` and so on). Scrubbing works on the
finished line, so that neither a URL in a message nor one in a traceback gets past it.
"""

import logging
import queue
import re
import sys
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

SERVER_LOG = "Plex Media Server.log"
_MAX_BYTES = 10 * 1024 * 1024
_FORMAT = "%(asctime)s.%(msecs)03d [%(threadName)s] %(levelname)s %(name)s - %(message)s"
_DATES = "%Y-%m-%dT%H:%M:%S"

_CHATTY = ("alembic", "uvicorn", "websockets")

_SECRETS = (
    re.compile(r"(?i)(x-plex-token|access_?token|authtoken|token|claim)([\"']?\s*(?:=|:|%3D)\s*[\"']?)[^\s&\"'<>,;)]+"),
    re.compile(r"(?i)(authorization)([\"']?\s*[:=]\s*[\"']?(?:bearer|basic)?\s*)[^\s\"',;)]+"),
    re.compile(r"(\w+://[^/\s:@]*)(:)[^/\s@]+(?=@)"),
)


def scrub(text: str) -> str:
    """Replaces the values of tokens and passwords in ``text``."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1\2xxxx", text)
    return text


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, traceback included, and scrubs the result."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


def _numbered(name: str) -> str:
    """``…/Plex Media Server.log.1`` is kept as ``…/Plex Media Server.1.log``."""
    base, _, number = name.rpartition(".")
    return f"{base.removesuffix('.log')}.{number}.log"


class LogFiles:
    """The server's log, written by a thread of its own so that a slow disk never holds up a request."""

    def __init__(self, folder: Path, *, kept: int = 5, to_stderr: bool = False, level: int = logging.INFO) -> None:
        formatter = ScrubbingFormatter(_FORMAT, _DATES)
        self._file = RotatingFileHandler(
            folder / SERVER_LOG, maxBytes=_MAX_BYTES, backupCount=max(kept, 1), encoding="utf-8", errors="replace"
        )
        self._file.namer = _numbered
        handlers: list[logging.Handler] = [self._file]
        if to_stderr:
            handlers.append(logging.StreamHandler(sys.stderr))
        for handler in handlers:
            handler.setFormatter(formatter)
        lines: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._listener = QueueListener(lines, *handlers)
        self._handler = _Plain(lines)
        self._level = level

    def open(self) -> None:
        """Starts writing what any logger of the process says."""
        root = logging.getLogger()
        root.addHandler(self._handler)
        root.setLevel(self._level)
        for name in _CHATTY:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._listener.start()

    def close(self) -> None:
        """Writes what is queued and stops."""
        logging.getLogger().removeHandler(self._handler)
        self._listener.stop()
        self._file.close()


class _Plain(QueueHandler):
    """Queues the record as it is: it stays in this process, so nothing has to be made picklable."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record
