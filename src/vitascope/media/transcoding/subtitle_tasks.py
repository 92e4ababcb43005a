"""The task that makes one segment of subtitles, in a worker that may write into the folder for segments."""

from msgspec import Struct

from vitascope.media.reach.dial import patiently
from vitascope.media.transcoding.copy_tasks import PATIENCE_S, CutDone, written
from vitascope.media.workers.registry import task

FORMATS = {".srt": "srt", ".vtt": "vtt", ".ass": "ass", ".ssa": "ssa", ".smi": "smi"}
"""What a file of subtitles holds, by the ending of its name."""


class WordsArgs(Struct, frozen=True, kw_only=True):
    """A segment of the stream ``stream_index`` of a film, or (``None``) of a file that holds nothing else."""

    path: bytes
    stream_index: int | None
    target: str
    number: int
    start_us: int
    end_us: int
    last: bool = False
    mapped: bool = True
    """It is one of several, and says where its times lie in those of the stream."""
    offset_ms: int = 0
    """How much later they are shown than the file says."""
    language: str | None = None
    """BCP 47; helps to tell the encoding of a file."""


@task("words")
def words(args: WordsArgs) -> CutDone:
    from vitascope.media.transcoding.wording import made

    with patiently(PATIENCE_S):
        return written(args.target, made(args))
