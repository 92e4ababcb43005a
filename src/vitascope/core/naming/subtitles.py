"""Sidecar files: which video a subtitle belongs to and what it says about itself, and which track lyrics belong to.

``Film (1999).en.forced.srt`` beside the film; also in ``Subs`` or ``Subtitles`` below it, where releases put
files called ``2_English.srt``. The language may stand before or after the flags.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from vitascope.core.naming._text import readable, split_extension, split_path, tidy
from vitascope.core.naming.files import SUBTITLE_EXTENSIONS
from vitascope.core.naming.languages import Language, language_of

SUBTITLE_FOLDERS = frozenset({"subs", "subtitles", "sub", "subtitle"})

_FORMATS = {"idx": "vobsub", "sup": "pgs"}
_FORCED = frozenset({"forced", "foreign", "forzado", "forcé"})
_HEARING = frozenset({"sdh", "cc", "hearing impaired", "hearing-impaired", "hearing_impaired"})
_DEFAULT = frozenset({"default"})
_EMPTY = frozenset({"und", "unknown", "sub", "subs", "subtitle", "subtitles", "full"})
_STEPS = re.compile(r"[.\s_\[\](),]+|(?<=\d)[-]|\s-\s")
_ORDER = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleName:
    """A sidecar subtitle. ``stem`` is the name of its video, without extension, as it was handed in."""

    stem: str
    format: str
    language_code: str | None = None
    """ISO 639-2/B."""
    language_tag: str | None = None
    """BCP 47."""
    forced: bool = False
    hearing_impaired: bool = False
    default: bool = False
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    language: Language | None = None
    forced: bool = False
    hearing_impaired: bool = False
    default: bool = False
    title: str | None = None


def parse_subtitle(path: str, video_stems: Collection[str]) -> SubtitleName | None:
    """Read a subtitle's path. ``video_stems`` are the names without extension of the videos of its folder, or of
    the folder above when it lies in a ``Subs`` folder. ``None`` when it belongs to none of them."""
    folders, file_name = split_path(path)
    stem, extension = split_extension(file_name)
    if extension not in SUBTITLE_EXTENSIONS:
        return None
    owner = _owner(stem, video_stems)
    rest = stem[len(owner) :] if owner is not None else stem
    if owner is None:
        owner = _owner_by_folder(folders, video_stems)
        if owner is None:
            return None
    marks = _read_marks(readable(rest))
    return SubtitleName(
        stem=owner,
        format=_FORMATS.get(extension, extension),
        language_code=marks.language.code if marks.language else None,
        language_tag=marks.language.tag if marks.language else None,
        forced=marks.forced,
        hearing_impaired=marks.hearing_impaired,
        default=marks.default,
        title=marks.title,
    )


def parse_lyrics(path: str, audio_stems: Collection[str]) -> str | None:
    """The stem of the track that a ``.lrc`` or ``.txt`` file holds the words of, or ``None``."""
    stem, extension = split_extension(split_path(path)[1])
    if extension not in ("lrc", "txt"):
        return None
    if stem in audio_stems:
        return stem
    lower = stem.lower()
    return min((known for known in audio_stems if known.lower() == lower), default=None)


def _owner(stem: str, video_stems: Collection[str]) -> str | None:
    """The longest video stem the name begins with, up to a separator."""
    best: str | None = None
    lower = stem.lower()
    for known in sorted(video_stems):
        if known and (best is None or len(known) > len(best)) and lower.startswith(known.lower()):
            after = stem[len(known) : len(known) + 1]
            if not after.isalnum() and after not in ("'", "’"):
                best = known
    return best


def _owner_by_folder(folders: tuple[str, ...], video_stems: Collection[str]) -> str | None:
    """``Subs/2_English.srt`` beside a single film, ``Subs/<episode>/2_English.srt`` beside many."""
    lowered = [folder.lower() for folder in folders]
    if lowered and lowered[-1] in SUBTITLE_FOLDERS:
        return next(iter(video_stems)) if len(video_stems) == 1 else None
    if len(lowered) >= 2 and lowered[-2] in SUBTITLE_FOLDERS:
        return min((known for known in video_stems if known.lower() == lowered[-1]), default=None)
    return None


def _read_marks(rest: str) -> _Marks:
    steps = [step for step in _STEPS.split(rest.strip(" .-_")) if step and step != "-"]
    if steps and _ORDER.fullmatch(steps[0]):
        steps = steps[1:]
    language: Language | None = None
    forced = hearing_impaired = default = False
    title: list[str] = []
    at = 0
    while at < len(steps):
        word = steps[at].strip("-").lower()
        pair = f"{word} {steps[at + 1].lower()}" if at + 1 < len(steps) else ""
        width = 1
        if word in _FORCED:
            forced = True
        elif word in _HEARING or (word == "hi" and (language is not None or _names_language(steps[at + 1 :]))):
            hearing_impaired = True
        elif word in _DEFAULT:
            default = True
        elif pair and language is None and (found := language_of(pair)) is not None:
            language, width = found, 2
        elif language is None and (found := language_of(word)) is not None:
            language = found
        elif pair and (found := language_of(pair)) is not None and _is_closer(found, language):
            language, width = found, 2
        elif language is not None and _refines(language, word):
            language = language_of(f"{language.tag}-{word}") or language
        elif word not in _EMPTY:
            title.append(steps[at])
        at += width
    return _Marks(
        language=language,
        forced=forced,
        hearing_impaired=hearing_impaired,
        default=default,
        title=None if all(_ORDER.fullmatch(word) for word in title) else tidy(" ".join(title)) or None,
    )


def _names_language(steps: list[str]) -> bool:
    return any(language_of(step) is not None for step in steps)


def _is_closer(found: Language, known: Language | None) -> bool:
    """Whether a later word says the same language, but more closely: ``Spanish (Latin American)``."""
    return known is not None and known.code == found.code and "-" in found.tag and "-" not in known.tag


def _refines(language: Language, word: str) -> bool:
    return "-" not in language.tag and word in ("br", "hans", "hant", "419") and word.isascii()
