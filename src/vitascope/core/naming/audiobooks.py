"""What an audiobook file is. Listeners keep them in music sections: author = artist, book = album, chapter = track.

``Author/Book/Book.m4b``, ``Author/Series/Book 2 - Title (2001)/01 - Chapter.mp3``, ``Author - Book.m4b``.
"""

import re
from dataclasses import dataclass

from vitascope.core.naming._marks import bracketed_year, take_ids
from vitascope.core.naming._text import readable, spaced, split_path, squashed, stem_of, tidy
from vitascope.core.naming.music import TrackTags, disc_folder, tidy_tag

_ASIN = re.compile(r"[\[({]\s*(?:audible[-_ ]?|asin[-_ :.]?)?(B0[0-9A-Z]{8})\s*[\])}]", re.IGNORECASE)
_NARRATOR = re.compile(r"\s*[\[{(](?:read|narrated) by ([^\[\](){}]+)[\]})]", re.IGNORECASE)
_BRACES = re.compile(r"\{([^{}]*)\}")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_QUALITY = re.compile(r"\s*[\[(](?:unabridged|abridged|audiobook|\d+\s*kbps?|m4b|mp3)[\])]", re.IGNORECASE)
_SERIES_NUMBER = re.compile(
    r"^(?:(?P<series>.+?)[\s,:-]+)?(?:book|vol(?:ume)?|band|tome|teil|#)\.?\s*(?P<n>\d{1,3}(?:\.\d)?)\s*(?:[-–:.]\s*|\s+)(?P<title>\S.*)$",
    re.IGNORECASE,
)
_PADDED_NUMBER = re.compile(r"^(?P<series>.+?)\s+(?P<n>0\d(?:\.\d)?)\s*-\s+(?P<title>\S.*)$")
_PLAIN_NUMBER = re.compile(r"^(?P<n>\d{1,3}(?:\.\d)?)\s*(?:[-–.]\s+|\s-\s*)(?P<title>\S.*)$")
_TRAILING_SERIES = re.compile(
    r"^(?P<title>.+?)\s*[(\[,]\s*(?P<series>[^()\[\],]+?)[\s,]*(?:book\s+|vol\.?\s*|#)(?P<n>\d{1,3}(?:\.\d)?)\s*[)\]]?$",
    re.IGNORECASE,
)
_LEADING_YEAR = re.compile(r"^((?:19|20)\d\d)\s*-\s*(?=\S)")
_CHAPTER = re.compile(
    r"(?:^|.*?[\s_.(\[-])(?:chapter|ch|part|pt|track|kapitel|cd|dis[ck]|teil)[\s._#-]*(?P<n>\d{1,4})(?P<rest>(?!\d).*)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?P<n>\d{1,4})(?:\s*[-–._)]\s*|\s+|$)(?P<rest>.*)$")
_TRAILING_NUMBER = re.compile(r"^(?P<before>.*?)[\s._(-]+(?P<n>\d{1,4})(?:\s*of\s*\d+)?\)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiobookName:
    """A book and the place of this file in it; ``part`` is ``None`` for a book in one file."""

    author: str | None
    book: str
    title: str
    """The chapter's, or the book's when the file is the whole book."""
    series: str | None = None
    series_index: str | None = None
    """As written: ``2``, ``1.5``."""
    year: int | None = None
    narrator: str | None = None
    asin: str | None = None
    disc: int | None = None
    part: int | None = None
    book_folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    title: str
    series: str | None = None
    index: str | None = None
    year: int | None = None
    narrator: str | None = None
    asin: str | None = None


def parse_audiobook(path: str, tags: TrackTags | None = None) -> AudiobookName:
    """Tags first (album artist or artist = author, album = book), then folders and the file's name."""
    folders, file_name = split_path(path)
    stem = stem_of(file_name)
    tags = tags or TrackTags()
    disc: int | None = tags.disc
    if len(folders) >= 2 and (number := disc_folder(folders[-1])) is not None:
        disc = disc if disc is not None else number
        folders = folders[:-1]
    author: str | None = None
    series: str | None = None
    if len(folders) >= 2:
        book = _parse_book(folders[-1])
        author = tidy(readable(folders[-2 if len(folders) == 2 else -3])) or None
        if len(folders) >= 3:
            series = tidy(readable(folders[-2])) or None
        if author and book.title.lower().startswith(f"{author.lower()} - "):
            book = _parse_book(book.title[len(author) + 3 :], book)
    elif folders and " - " in folders[0]:
        front, _, back = readable(folders[0]).partition(" - ")
        author, book = tidy(front), _parse_book(back)
    elif folders:
        # One folder: the author's, with whole books in it.
        author, book = tidy(readable(folders[0])) or None, _parse_book(stem)
        if author and book.title.lower().startswith(f"{author.lower()} - "):
            book = _parse_book(book.title[len(author) + 3 :], book)
    else:
        front, dash, back = readable(stem).partition(" - ")
        author = tidy(front) if dash else None
        book = _parse_book(back if dash else stem)
    own = readable(stem)
    if author and own.lower().startswith(f"{author.lower()} - "):
        own = own[len(author) + 3 :]
    title, part = _chapter(own, book) if len(folders) >= 2 or " - " in "".join(folders) else (book.title, None)
    return AudiobookName(
        author=_tag(tags.album_artist) or _tag(tags.artist) or author,
        book=_tag(_ASIN.sub(" ", tags.album)) or book.title if tags.album else book.title,
        title=_tag(tags.title) or title,
        series=book.series or series,
        series_index=book.index,
        year=tags.year if tags.year is not None else book.year,
        narrator=book.narrator,
        asin=book.asin or asin_in(stem, tags.album or ""),
        disc=disc,
        part=tags.track if tags.track is not None else part,
        book_folder="/".join(folders),
    )


def asin_in(*texts: str) -> str | None:
    """The id at Audible that the first of these names in brackets: ``[B0…]``, ``[Audible-B0…]``, ``{asin-B0…}``."""
    for text in texts:
        found = _ASIN.search(text)
        if found is not None:
            return found[1].upper()
    return None


def _tag(value: str | None) -> str | None:
    return (tidy_tag(value) or None) if value else None


def _parse_book(name: str, known: _Book | None = None) -> _Book:
    text, _ = take_ids(readable(name))
    asin = _ASIN.search(readable(name))
    text = _QUALITY.sub(" ", _ASIN.sub(" ", text))
    narrator = _NARRATOR.search(text) or _BRACES.search(text)
    text = spaced(_BRACES.sub(" ", _NARRATOR.sub(" ", text)))
    year: int | None = known.year if known else None
    if found := bracketed_year(text):
        year, text = found[0], f"{text[: found[1]]} {text[found[2] :]}"
    elif leading := _LEADING_YEAR.match(text):
        year, text = int(leading.group(1)), text[leading.end() :]
    text = tidy(text)
    series: str | None = None
    index: str | None = None
    text = tidy(_BRACKETS.sub(" ", text)) or text
    numbered = (
        _SERIES_NUMBER.match(text)
        or _PADDED_NUMBER.match(text)
        or _PLAIN_NUMBER.match(text)
        or _TRAILING_SERIES.match(text)
    )
    if numbered:
        named = numbered.groupdict()
        series, index, text = tidy(named.get("series") or "") or None, named["n"], tidy(named["title"])
    return _Book(
        title=text or readable(name),
        series=series,
        index=index,
        year=year,
        narrator=tidy(narrator.group(1)) or None if narrator else (known.narrator if known else None),
        asin=asin.group(1).upper() if asin else (known.asin if known else None),
    )


def _chapter(stem: str, book: _Book) -> tuple[str, int | None]:
    text = tidy(_QUALITY.sub(" ", spaced(readable(stem)))) or readable(stem)
    whole = _parse_book(stem)
    # "08 - Title.m4b" of book 8 is the book, "001 - Title.mp3" its first file.
    if squashed(whole.title) == squashed(book.title) and whole.index in (None, book.index):
        return book.title, None
    rest = text
    if text.lower().startswith(book.title.lower()) and len(text) > len(book.title):
        rest = tidy(text[len(book.title) :])
    if found := _NUMBERED.match(rest):
        return tidy(found.group("rest")) or text, int(found.group("n"))
    if found := _CHAPTER.match(rest):
        return tidy(found.group("rest")) or tidy(rest), int(found.group("n"))
    if found := _TRAILING_NUMBER.match(rest):
        return tidy(found.group("before")) or text, int(found.group("n"))
    return tidy(rest) or text, None
