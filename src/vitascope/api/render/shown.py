"""What the tables of items read from: an item as the store hands it out, with what only an answer knows.

The store's view is flattened here so that the fields of the tables are short paths, and extended by the section's
title, by what a look at the disk said (``checkFiles``) and by which streams are selected for the viewer.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import msgspec

from vitascope.api.render.table import Element
from vitascope.core import chapters
from vitascope.core.book_chapters import ToldChapters
from vitascope.core.chapters import Chapter
from vitascope.core.model import ItemType, StreamInfo, StreamType
from vitascope.core.playback import languages
from vitascope.core.playback.decision import Delivery, StreamDecision
from vitascope.core.playback.languages import Wishes
from vitascope.core.playback.levelling import measured_gain_db
from vitascope.library.collection_figures import CollectionFigures
from vitascope.media.probe.languages import language_name
from vitascope.store import chapters as stored
from vitascope.store.loudness import Measure
from vitascope.store.rows import FileRow, MediaRow, PartRow, SectionRow, StateRow, StreamRow
from vitascope.store.views import ItemView, MediaView, PartView

_UNTOUCHED = StateRow(0, 0)
"""The state of an item with which a person did nothing."""
_TEXTS = frozenset({"srt", "subrip", "webvtt", "vtt", "ass", "ssa", "smi"})
_decode_info = msgspec.json.Decoder(StreamInfo).decode


def _extra(raw: str | None) -> dict[str, object]:
    if not raw:
        return {}
    try:
        found = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


class StreamShown:
    """A stream with its properties decoded."""

    __slots__ = ("decision", "fits", "info", "language", "measured", "row", "selected")

    def __init__(
        self, row: StreamRow, *, selected: bool, measured: Measure | None = None, spoken: bool = False
    ) -> None:
        self.row = row
        self.measured = measured
        """Of sound whose loudness was measured."""
        self.info = info_of(row)
        self.fits = spoken and row.index_number is None and self.info.codec in _TEXTS
        """It is a file of text whose times can be compared with where somebody speaks."""
        self.selected = selected
        self.decision: StreamDecision | None = None
        """Of what is played: what becomes of it."""
        self.language = language_name(self.info.language_tag or self.info.language_code)

    @property
    def heard(self) -> StreamInfo:
        """Its properties with the loudness that was measured, where the tags of its file say none."""
        measured = self.measured
        if measured is None:
            return self.info
        gain, peak = self.info.gain, self.info.peak
        if gain is None and measured.integrated_lufs is not None:
            gain = measured_gain_db(measured.integrated_lufs)
        return msgspec.structs.replace(self.info, gain=gain, peak=measured.peak if peak is None else peak)


def info_of(row: StreamRow) -> StreamInfo:
    """What is known of a stream."""
    try:
        return _decode_info(row.info)
    except msgspec.MsgspecError:
        return StreamInfo(type=StreamType(row.type), index=row.index_number, codec=row.codec)


def selected_streams(part: PartView, wishes: Wishes | None = None) -> frozenset[int]:
    """Ids of the streams that play unless the player is told otherwise: the viewer's choice, else what is wished of the
    show, else the file's."""
    chosen: set[int] = set()
    by_type: dict[int, list[StreamRow]] = {}
    for row in part.streams:
        by_type.setdefault(row.type, []).append(row)
    for row in by_type.get(StreamType.VIDEO, ())[:1]:
        chosen.add(row.id)
    audio = by_type.get(StreamType.AUDIO, [])
    heard: StreamInfo | None = None
    if audio:
        infos = {row.id: info_of(row) for row in audio}
        wanted = languages.audio(list(infos.items()), wishes) if wishes else None
        default = next((row.id for row in audio if infos[row.id].default), audio[0].id)
        plays = part.chosen_audio_id if part.chosen_audio_id in infos else wanted or default
        chosen.add(plays)
        heard = infos[plays]
    subtitles = by_type.get(StreamType.SUBTITLE, [])
    decided, read = False, None
    if wishes is not None:
        decided, read = languages.subtitle([(row.id, info_of(row)) for row in subtitles], heard, wishes)
    if part.chosen_subtitle_id is not None:
        chosen.update(row.id for row in subtitles if row.id == part.chosen_subtitle_id)
    elif decided:
        chosen.update(() if read is None else (read,))
    else:
        chosen.update([row.id for row in subtitles if info_of(row).forced and info_of(row).default][:1])
    for row in by_type.get(StreamType.LYRICS, ())[:1]:
        chosen.add(row.id)
    return frozenset(chosen)


class PartShown:
    """A part of a full item."""

    __slots__ = (
        "decision",
        "delivery",
        "exists",
        "file",
        "has_previews",
        "has_voice",
        "location_path",
        "part",
        "required_bandwidths",
        "selected",
        "streams",
    )

    def __init__(self, view: PartView, *, exists: bool | None, wishes: Wishes | None = None) -> None:
        self.part: PartRow = view.part
        self.file: FileRow = view.file
        self.location_path = view.location_path
        self.has_previews = view.has_previews
        self.has_voice = view.has_voice
        self.required_bandwidths = view.required_bandwidths
        self.exists = exists
        self.decision = "directplay"
        """Of what is played: how it reaches the player, as the API says it."""
        self.selected = True
        self.delivery: Delivery | None = None
        """Of what is converted: the stream that is made."""
        selected = selected_streams(view, wishes)
        self.streams = [
            StreamShown(
                row,
                selected=row.id in selected,
                measured=None if row.index_number is None else view.loudness.get(row.index_number),
                spoken=view.has_voice,
            )
            for row in view.streams
        ]


class MediaShown:
    """A version of a full item."""

    __slots__ = ("delivery", "extra", "media", "parts", "selected")

    def __init__(
        self,
        view: MediaView,
        present: Mapping[int, bool] | None,
        extra: Mapping[str, object],
        wishes: Wishes | None = None,
    ) -> None:
        self.media: MediaRow = view.media
        self.selected = True
        """Of several versions of what is played: it is this one."""
        self.delivery: Delivery | None = None
        self.parts = [
            PartShown(part, exists=None if present is None else present.get(part.part.id), wishes=wishes)
            for part in view.parts
        ]
        self.extra = extra


class ChapterShown:
    """A chapter with its place in the list."""

    __slots__ = ("chapter", "number", "source", "thumb")

    def __init__(self, chapter: Chapter, number: int, media_id: int | None, *, written: bool) -> None:
        self.chapter = chapter
        self.number = number
        self.source = "media" if media_id is not None and not written else "agent"
        """The file, or somebody who wrote or knows it."""
        thumb = None if media_id is None else f"/library/media/{media_id}/chapterImages/{number}"
        # The picture of one that can be moved has another address when it is: clients keep pictures for long.
        self.thumb = f"{thumb}?at={chapter.start_ms}" if thumb and written else thumb


def chapters_shown(view: ItemView) -> list[ChapterShown]:
    """The chapters of an item: those that the owner wrote, else those of the first file that has some or, where there
    are none or they are preferred, those that a service knows (of what has no pictures)."""
    first = view.media[0].media.id if view.media else None
    if view.chapters is not None:
        written = chapters.shown(view.chapters, view.item.duration_ms)
        return [ChapterShown(one, number, first, written=True) for number, one in enumerate(written, 1)]
    told = stored.told(view.detail.extra)
    if told is not None and told.preferred:
        return _told(view, told)
    for media in view.media:
        for part in media.parts:
            found = chapters.of_file(stored.chapters_of(part.part))
            if found:
                shown = chapters.shown(found, None)
                return [ChapterShown(one, number, media.media.id, written=False) for number, one in enumerate(shown, 1)]
    return _told(view, told) if told is not None else []


def _told(view: ItemView, told: ToldChapters) -> list[ChapterShown]:
    shown = chapters.shown(chapters.of_file(told.chapters), view.item.duration_ms)
    return [ChapterShown(one, number, None, written=False) for number, one in enumerate(shown, 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionShown:
    """A version that is made of an item, as lists of conversions say it."""

    number: int
    generator_id: int
    playlist_id: int
    target: str
    state: str
    context: str
    reason: str | None
    """Why it is not there yet, or cannot be made, for the owner."""
    person_id: int
    person: str


class Shown:
    """An item, flattened. ``section`` is given where the container does not already say which it is."""

    __slots__ = (
        "below",
        "collection",
        "conversion",
        "detail",
        "distance",
        "entry_id",
        "extra",
        "flat",
        "grandparent",
        "item",
        "media",
        "parent",
        "query_range",
        "reason",
        "reason_id",
        "reason_title",
        "related_count",
        "score",
        "section",
        "session_key",
        "settings",
        "state",
        "tags",
        "type",
        "view",
        "view_offset_ms",
    )

    def __init__(
        self,
        view: ItemView,
        *,
        section: SectionRow | None = None,
        full: bool = False,
        present: Mapping[int, bool] | None = None,
        wishes: Wishes | None = None,
        flat: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.view = view
        self.settings = settings or {}
        """Its own preferences that differ from their defaults; only of a full item."""
        self.flat = flat
        """Of a show and its episodes: the seasons between them are passed over."""
        self.item = view.item
        self.detail = view.detail
        self.type = ItemType(view.item.type)
        self.state = view.state or _UNTOUCHED
        self.parent = view.parent
        self.grandparent = view.grandparent
        self.tags = view.tags
        self.section = section
        self.extra: Mapping[str, object] = _extra(view.detail.extra) if full and view.detail.extra else {}
        self.media: Sequence[MediaShown | MediaView] = (
            [MediaShown(media, present, self.extra, wishes) for media in view.media]
            if full or present is not None
            else view.media
        )
        self.below: Sequence[Element] = ()
        """Elements made by hand that were asked for: extras, children, what to watch next."""
        self.collection: CollectionFigures | None = None
        """Of a collection: what is in it."""
        self.score: str | None = None
        """How well it fits a search."""
        self.reason: str | None = None
        """Why a search found it, where its title does not say so; with the title and id of that reason."""
        self.reason_title: str | None = None
        self.reason_id: int | None = None
        self.related_count: int | None = None
        """How much is like it; where that was asked for."""
        self.distance: int | None = None
        """By how many letters its title differs from what was said."""
        self.query_range: str | None = None
        """Which letters of its title were typed: the first and the last, counted from 0."""
        self.session_key: str | None = None
        self.entry_id: int | None = None
        """Which entry of the playlist or queue that is shown."""
        self.conversion: ConversionShown | None = None
        """The version of it that is made, where such are listed."""
        self.view_offset_ms = self.state.view_offset_ms

    def playing(
        self, session_key: str, offset_ms: int, below: Sequence[Element], version: "Sequence[MediaShown]"
    ) -> Self:
        """The item as somebody plays a version of it at the moment. Made on a copy: two people may play one item."""
        other = copy.copy(self)
        other.session_key = session_key
        other.view_offset_ms = offset_ms
        other.below = below
        other.media = version
        return other

    def converted(self, conversion: "ConversionShown") -> Self:
        """The item as one of which a version is made, or was. Made on a copy, as for :meth:`entry`."""
        other = self.entry(conversion.number)
        other.conversion = conversion
        return other

    def entry(self, number: int) -> Self:
        """The item as one entry of a list. Made on a copy: a list may hold one item twice."""
        other = copy.copy(self)
        other.entry_id = number
        return other
