"""Text subtitles and lyrics: decoding, converting, and taking them out of films.

:func:`convert`, :func:`decode_text` and :func:`parse_lyrics` are pure; ``extracting.extract_subtitle`` opens films and
runs inside a worker, through :mod:`vitascope.media.subtitles.tasks`.
"""

from vitascope.media.subtitles.converting import convert, parse
from vitascope.media.subtitles.cues import Cue
from vitascope.media.subtitles.encoding import decode_text
from vitascope.media.subtitles.lyrics import LyricLine, Lyrics, parse_lyrics

__all__ = ["Cue", "LyricLine", "Lyrics", "convert", "decode_text", "parse", "parse_lyrics"]
