"""What film a path is: title, year, ids, edition, version and part, from the file's name and its folder's.

A folder that carries a year in parentheses is taken at its word; otherwise the file speaks, unless its name is
only a shorthand (``movie.mkv``, the cut-down names inside scene folders).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from vitascope.core.model import ExtraType
from vitascope.core.naming._marks import (
    Ids,
    bare_year,
    bracketed_year,
    drop_release_parentheses,
    merge_ids,
    part_folder,
    release_start,
    take_edition,
    take_ids,
    take_part,
)
from vitascope.core.naming._text import readable, spaced, split_path, squashed, stem_of, tidy
from vitascope.core.naming.extras import folder_extra, suffix_extra

_GENERIC = re.compile(r"(?:movie|film|video|main|feature|title[\s_-]?\d*|t\d\d|disc\d?|full)", re.IGNORECASE)
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_INNER_BRACKETS = re.compile(r"(?<=.)\[[^\[\]]*\]")
_LEADING_BRACKETS = re.compile(r"^\s*(?:\[[^\[\]]*\]\s*)+")
_LABEL_EDGE = " \t-_.,()[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovieName:
    """A film's name. For an extra, ``title`` and ``year`` are those of the film it belongs to."""

    title: str
    year: int | None = None
    edition: str | None = None
    ids: Ids = ()
    version: str | None = None
    """What tells this file from others of the same film: ``1080p``, ``Extended 2160p WEB-DL``."""
    part: int | None = None
    """1 to 8 when the name says that the film is split over several files."""
    extra: ExtraType | None = None
    extra_title: str | None = None
    folder: str = ""
    """The folder the film lies in, without ``CD1`` and ``Trailers`` below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    title: str
    year: int | None
    year_is_sure: bool
    edition: str | None
    ids: Ids
    version: str | None
    is_release: bool


def parse_movie(path: str, *, split_parts: bool = True, find_extras: bool = True) -> MovieName:
    """Read a path relative to the section's root.

    ``split_parts=False`` leaves ``part 2`` in the title: right when no other part lies beside the file. So does
    ``find_extras=False`` with ``-short``, for a file that no film could own.
    """
    folders, file_name = split_path(path)
    stem = stem_of(file_name)
    extra: ExtraType | None = None
    extra_title: str | None = None
    part: int | None = None
    if find_extras and len(folders) >= 2 and (extra := folder_extra(folders[-1])) is not None:
        folders = folders[:-1]
        extra_title = _extra_title(stem, "")
    elif find_extras and (suffix := suffix_extra(stem)) is not None:
        stem, extra = suffix
    elif len(folders) >= 2 and split_parts and (number := part_folder(folders[-1])) is not None:
        part = number
        folders = folders[:-1]
    if split_parts and part is None and extra is None:
        stem, part = take_part(stem)
    folder = _parse_name(folders[-1]) if folders else None
    parsed = _parse_name(stem) if extra_title is None or folder is None else folder
    if extra is not None and extra_title is None:
        extra_title = _extra_title(stem, parsed.title)
    by_folder = folder is not None and _folder_wins(parsed, folder)
    base = folder if folder is not None and by_folder else parsed
    version = parsed.version if extra is None else None
    if version is None and extra is None and by_folder:
        version = _label_beyond(stem, folders[-1])
    return MovieName(
        title=base.title or tidy(readable(stem)) or readable(stem),
        year=base.year,
        edition=parsed.edition or (folder.edition if folder else None),
        ids=merge_ids(parsed.ids, folder.ids) if folder and _same_film(parsed, folder) else base.ids,
        version=version,
        part=part,
        extra=extra,
        extra_title=extra_title,
        folder="/".join(folders),
    )


def _folder_wins(file: _Parsed, folder: _Parsed) -> bool:
    if file.year_is_sure or not folder.title:
        return False
    if not file.title or _GENERIC.fullmatch(file.title):
        return True
    if folder.year_is_sure:
        # "Wonder Woman 1984.mkv" in "Wonder Woman 1984 (2020)": the year that stands free in the file is none.
        return file.year is None or _same_film(file, folder)
    if folder.is_release and not file.is_release and file.year is None:
        return True
    return file.year is None and folder.year is not None and squashed(file.title) == squashed(folder.title)


def _same_film(file: _Parsed, folder: _Parsed) -> bool:
    a, b = squashed(file.title), squashed(folder.title)
    return not a or a.startswith(b) or b.startswith(a) or not file.year_is_sure


@lru_cache(maxsize=256)  # a folder is read once for every file in it
def _parse_name(name: str) -> _Parsed:
    text, ids = take_ids(readable(name))
    text, edition = take_edition(text)
    text = _without_group(spaced(text))
    year_is_sure = True
    found = bracketed_year(text)
    year: int | None
    if found is not None and not tidy(text[: found[1]]):
        # "(1979) Alien": the year leads.
        year, rest = found[0], text[found[2] :]
        end = release_start(rest)
        title, tail = rest[:end], rest[end:]
    elif found is not None:
        year, title, tail = found[0], text[: found[1]], text[found[2] :]
    else:
        year_is_sure = False
        end = release_start(text)
        head, tail = text[:end], text[end:]
        free = bare_year(head)
        year = free[0] if free else None
        if free:
            title, tail = head[: free[1]], f"{head[free[2] :]} {tail}"
        else:
            title = head
    plain = tidy(drop_release_parentheses(_INNER_BRACKETS.sub(" ", title.strip())))
    return _Parsed(
        title=plain or tidy(title),
        year=year,
        year_is_sure=year_is_sure,
        edition=edition,
        ids=ids,
        version=_label(tail),
        is_release=release_start(text, may_begin=True) < len(text),
    )


def _without_group(text: str) -> str:
    """Drop the release group in brackets before the title, but not from *[REC] 2 (2009)*."""
    leading = _LEADING_BRACKETS.match(text)
    if leading is None:
        return text
    rest = text[leading.end() :]
    if not any(char.isalpha() for char in _BRACKETED.sub("", rest)):
        return text
    if bracketed_year(f"{leading.group()}x"):
        return text
    if bracketed_year(rest) and not _BRACKETED.search(rest):
        return text
    return rest


def _label(tail: str) -> str | None:
    label = tidy(tail.replace("[", " ").replace("]", " ")).strip(_LABEL_EDGE)
    if label.count("(") != label.count(")"):
        label = tidy(label.replace("(", " ").replace(")", " "))
    return label or None


def _label_beyond(stem: str, folder: str) -> str | None:
    """``Director's Cut`` of ``Alien - Director's Cut`` in ``Alien (1979)``."""
    head, dash, label = readable(stem).rpartition(" - ")
    if dash and squashed(folder).startswith(squashed(head)) and squashed(head):
        return _label(label)
    return None


def _extra_title(stem: str, film: str) -> str:
    """What an extra is called: its own words, or the film's when it has none."""
    text, _ = take_ids(readable(stem))
    text, _ = take_edition(text)
    text = spaced(text)
    found = bracketed_year(text)
    if found is not None and film:
        return tidy(text[found[2] :]) or film
    without = suffix_extra(text)
    return tidy(without[0] if without else text) or text
