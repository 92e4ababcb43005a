"""What a stream is, apart from the file it lies in: by that a choice is known again in another encode. Pure.

Two streams are alike when they are in the same language and for the same purpose (forced, for the hard of hearing,
described, a commentary); among several that are, title, codec, channels and place decide, in this order. What was
handed in is only like itself.
"""

from collections.abc import Sequence

from msgspec import Struct

from vitascope.core.model import StreamInfo
from vitascope.core.naming.languages import language_of
from vitascope.core.playback.languages import Candidate


class Likeness(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stream as it is remembered."""

    language: str | None = None
    """BCP 47 where that is known, else three letters."""
    title: str | None = None
    codec: str = ""
    channels: int | None = None
    forced: bool = False
    hearing_impaired: bool = False
    visual_impaired: bool = False
    commentary: bool = False
    place: int = 0
    """Which of its part's streams of its type it is, from 0."""
    upload: str | None = None


def describe(info: StreamInfo, place: int) -> Likeness:
    """What is remembered of a stream."""
    return Likeness(
        language=info.language_tag or info.language_code,
        title=info.title,
        codec=info.codec,
        channels=info.channels,
        forced=info.forced,
        hearing_impaired=info.hearing_impaired,
        visual_impaired=info.visual_impaired,
        commentary=info.commentary,
        place=place,
        upload=info.upload,
    )


def find(wanted: Likeness, streams: Sequence[Candidate]) -> int | None:
    """The stream of a part that is most like the one remembered; ``None`` when none is. ``streams`` are those of its
    type, in their order."""
    found = [
        (_closeness(wanted, one), -place, id_)
        for place, (id_, info) in enumerate(streams)
        if _is_alike(wanted, one := describe(info, place))
    ]
    return max(found)[2] if found else None


def _is_alike(one: Likeness, other: Likeness) -> bool:
    return _purpose(one) == _purpose(other) and _language(one) == _language(other)


def _purpose(one: Likeness) -> tuple[object, ...]:
    return one.forced, one.hearing_impaired, one.visual_impaired, one.commentary, one.upload


def _language(one: Likeness) -> str | None:
    if one.language is None:
        return None
    known = language_of(one.language)
    return one.language.lower() if known is None else known.code


def _closeness(one: Likeness, other: Likeness) -> tuple[bool, ...]:
    return (
        (one.title or "").casefold() == (other.title or "").casefold(),
        one.language == other.language,
        one.codec == other.codec,
        one.channels == other.channels,
        one.place == other.place,
    )
