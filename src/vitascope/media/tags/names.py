"""One vocabulary for the tags of all families: the field names of Vorbis comments, as music taggers map them.

Each family (ID3, MP4 atoms, ASF attributes, APEv2, Vorbis comments, libav's dictionary) becomes a mapping of these
upper-case names to lists of texts; :mod:`assembly` reads nothing else.
"""

import re
from collections.abc import Iterable
from typing import Any

Fields = dict[str, list[str]]

MAX_TEXT = 64 * 1024
MAX_VALUES = 200

ID3_FRAMES = {
    "TIT2": "TITLE",
    "TPE1": "ARTIST",
    "TPE2": "ALBUMARTIST",
    "TALB": "ALBUM",
    "TRCK": "TRACKNUMBER",
    "TPOS": "DISCNUMBER",
    "TSST": "DISCSUBTITLE",
    "TDRC": "DATE",
    "TDRL": "RELEASEDATE",
    "TDOR": "ORIGINALDATE",
    "TMOO": "MOOD",
    "TCOM": "COMPOSER",
    "TPUB": "LABEL",
    "TCMP": "COMPILATION",
    "TLAN": "LANGUAGE",
    "TSOT": "TITLESORT",
    "TSOP": "ARTISTSORT",
    "TSO2": "ALBUMARTISTSORT",
    "TSOA": "ALBUMSORT",
    "TDES": "DESCRIPTION",
    "TIT3": "SUBTITLE",
    "MVNM": "MOVEMENTNAME",
    "MVIN": "MOVEMENT",
}

MP4_ATOMS = {
    "\xa9nam": "TITLE",
    "\xa9ART": "ARTIST",
    "aART": "ALBUMARTIST",
    "\xa9alb": "ALBUM",
    "\xa9day": "DATE",
    "\xa9gen": "GENRE",
    "\xa9wrt": "COMPOSER",
    "\xa9lyr": "LYRICS",
    "\xa9cmt": "COMMENT",
    "\xa9pub": "LABEL",
    "\xa9nrt": "NARRATOR",
    "\xa9mvn": "MOVEMENTNAME",
    "desc": "DESCRIPTION",
    "ldes": "LONGDESCRIPTION",
    "sonm": "TITLESORT",
    "soar": "ARTISTSORT",
    "soaa": "ALBUMARTISTSORT",
    "soal": "ALBUMSORT",
    "tvsh": "SHOW",
    "tvsn": "SEASON",
    "tves": "EPISODE",
    "cpil": "COMPILATION",
    "CDEK": "ASIN",
}

ASF_ATTRIBUTES = {
    "Title": "TITLE",
    "Author": "ARTIST",
    "Description": "COMMENT",
    "WM/ARTISTS": "ARTISTS",
    "WM/AlbumArtist": "ALBUMARTIST",
    "WM/AlbumTitle": "ALBUM",
    "WM/TrackNumber": "TRACKNUMBER",
    "WM/PartOfSet": "DISCNUMBER",
    "WM/SetSubTitle": "DISCSUBTITLE",
    "WM/Year": "DATE",
    "WM/OriginalReleaseYear": "ORIGINALYEAR",
    "WM/OriginalReleaseTime": "ORIGINALDATE",
    "WM/Genre": "GENRE",
    "WM/Mood": "MOOD",
    "WM/Composer": "COMPOSER",
    "WM/Publisher": "LABEL",
    "WM/IsCompilation": "COMPILATION",
    "WM/Lyrics": "LYRICS",
    "WM/Language": "LANGUAGE",
    "WM/TitleSortOrder": "TITLESORT",
    "WM/ArtistSortOrder": "ARTISTSORT",
    "WM/AlbumArtistSortOrder": "ALBUMARTISTSORT",
    "WM/AlbumSortOrder": "ALBUMSORT",
    "WM/SharedUserRating": "SHAREDUSERRATING",
}

_SYNONYMS = {
    "ALBUM ARTIST": "ALBUMARTIST",
    "ALBUM_ARTIST": "ALBUMARTIST",
    "ALBUMARTISTSORTORDER": "ALBUMARTISTSORT",
    "TRACK": "TRACKNUMBER",
    "TOTALTRACKS": "TRACKTOTAL",
    "DISC": "DISCNUMBER",
    "DISK": "DISCNUMBER",
    "TOTALDISCS": "DISCTOTAL",
    "SETSUBTITLE": "DISCSUBTITLE",
    "YEAR": "DATE",
    "DATE_RELEASED": "DATE",
    "DATE_RECORDED": "ORIGINALDATE",
    "ORIGINAL YEAR": "ORIGINALYEAR",
    "ORGANIZATION": "LABEL",
    "PUBLISHER": "LABEL",
    "NETWORK": "LABEL",
    "UNSYNCED LYRICS": "UNSYNCEDLYRICS",
    "UNSYNCHRONISEDLYRICS": "UNSYNCEDLYRICS",
    "SYNOPSIS": "DESCRIPTION",
    "SUMMARY": "DESCRIPTION",
    "ITUNESCOMPILATION": "COMPILATION",
    "SERIES-PART": "SERIESPART",
    "SERIES_PART": "SERIESPART",
    "READ BY": "NARRATOR",
    "READER": "NARRATOR",
    "AUDIBLE_ASIN": "ASIN",
    "AUDIBLEASIN": "ASIN",
    "TVSHOW": "SHOW",
    "SEASON_NUMBER": "SEASON",
    "EPISODE_SORT": "EPISODE",
    "COLLECTION/TITLE": "SHOW",
    "SEASON/PART_NUMBER": "SEASON",
    "EPISODE/PART_NUMBER": "EPISODE",
    "SORT_NAME": "TITLESORT",
    "SORT_ARTIST": "ARTISTSORT",
    "SORT_ALBUM": "ALBUMSORT",
    "SORT_ALBUM_ARTIST": "ALBUMARTISTSORT",
    "TITLE-SORT": "TITLESORT",
    "ARTIST-SORT": "ARTISTSORT",
    "ALBUM-SORT": "ALBUMSORT",
    "MUSICBRAINZ ARTIST ID": "MUSICBRAINZ_ARTISTID",
    "MUSICBRAINZ ALBUM ID": "MUSICBRAINZ_ALBUMID",
    "MUSICBRAINZ ALBUM ARTIST ID": "MUSICBRAINZ_ALBUMARTISTID",
    "MUSICBRAINZ RELEASE GROUP ID": "MUSICBRAINZ_RELEASEGROUPID",
    "MUSICBRAINZ RELEASE TRACK ID": "MUSICBRAINZ_RELEASETRACKID",
    "MUSICBRAINZ TRACK ID": "MUSICBRAINZ_TRACKID",
    "MUSICBRAINZ/ARTIST ID": "MUSICBRAINZ_ARTISTID",
    "MUSICBRAINZ/ALBUM ID": "MUSICBRAINZ_ALBUMID",
    "MUSICBRAINZ/ALBUM ARTIST ID": "MUSICBRAINZ_ALBUMARTISTID",
    "MUSICBRAINZ/RELEASE GROUP ID": "MUSICBRAINZ_RELEASEGROUPID",
    "MUSICBRAINZ/RELEASE TRACK ID": "MUSICBRAINZ_RELEASETRACKID",
    "MUSICBRAINZ/TRACK ID": "MUSICBRAINZ_TRACKID",
}

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def canonical(name: str) -> str:
    """The field name that ``name`` stands for."""
    upper = name.upper()
    return _SYNONYMS.get(upper, upper)


def add(fields: Fields, name: str, values: Iterable[Any]) -> None:
    """Add texts under a canonical name; empty ones are dropped, control characters too."""
    kept = fields.setdefault(name, [])
    for value in values:
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        text = _CONTROL.sub("", str(value)[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")).strip()
        if text and len(kept) < MAX_VALUES:
            kept.append(text)
