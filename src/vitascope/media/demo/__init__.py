"""The demo library: films, shows, music, a book, photographs and home videos, all made here and now.

For everyone who wants to see Vitascope at work without media of their own, and for tests that need real
files of many kinds. Pictures are painted by numpy, sound is composed from sine waves, letters come from a
typeface of our own; ffmpeg's libraries (through PyAV) encode them. ``catalogue`` says what is in it.
"""

from vitascope.media.demo.entries import PARTS
from vitascope.media.demo.maker import DemoReport, catalogue, make
from vitascope.media.demo.workshop import BusyError, DemoError, NoSpaceError, NotWritableError

__all__ = [
    "PARTS",
    "BusyError",
    "DemoError",
    "DemoReport",
    "NoSpaceError",
    "NotWritableError",
    "catalogue",
    "make",
]
