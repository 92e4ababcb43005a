"""What a conversion writes, cut into segments at exact places: bytes in, segments out.

Runs inside the launcher beside ffmpeg, which then needs no right to write anything; so only the standard library is
used here. What comes in was made from hostile files: every length is checked before it is believed.
"""

from vitascope.media.transcoding.outputs.cutter import Cutter, Cutting
from vitascope.media.transcoding.outputs.frames import CutError

__all__ = ["CutError", "Cutter", "Cutting"]
