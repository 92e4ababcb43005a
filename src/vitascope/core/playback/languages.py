"""Which audio and subtitles play by themselves, where somebody said in which language a show is to be heard and read.

The modes are the API's ``subtitleMode``: 0 none by themselves, 1 when the audio is in a language other than the one
wanted, 2 always; -1: what the file says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.core.model import StreamInfo
from vitascope.core.naming.languages import language_of

Candidate = tuple[int, StreamInfo]
"""A stream's id, and what is known of it."""
BY_FILE, NEVER, FOREIGN, ALWAYS = -1, 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The languages a show is to be heard and read in, as BCP 47 tags."""

    audio: str | None = None
    subtitle: str | None = None
    mode: int = BY_FILE


def _is(info: StreamInfo, wanted: str | None) -> bool:
    said = info.language_tag or info.language_code
    if said is None or wanted is None:
        return False
    language, other = language_of(said), language_of(wanted)
    return language is not None and other is not None and language.code == other.code


def audio(streams: Sequence[Candidate], wishes: Wishes) -> int | None:
    """The audio stream in the wanted language, the file's default before others; ``None`` when there is none."""
    fitting = [one for one in streams if _is(one[1], wishes.audio)]
    return next((id_ for id_, info in fitting if info.default), fitting[0][0] if fitting else None)


def subtitle(streams: Sequence[Candidate], heard: StreamInfo | None, wishes: Wishes) -> tuple[bool, int | None]:
    """Whether the wishes decide about subtitles, and which they want."""
    if wishes.mode == BY_FILE:
        return False, None
    if wishes.mode == NEVER:
        return True, None
    if wishes.mode == FOREIGN and heard is not None and _is(heard, wishes.audio or wishes.subtitle):
        # In the right language already: what foreigners say in it is still to be read.
        return True, next((id_ for id_, info in streams if info.forced and _is(info, wishes.subtitle)), None)
    fitting = [one for one in streams if _is(one[1], wishes.subtitle)]
    whole = next((id_ for id_, info in fitting if not info.forced), None)
    return True, whole if whole is not None else fitting[0][0] if fitting else None
