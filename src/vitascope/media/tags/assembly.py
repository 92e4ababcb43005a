"""From common fields to :class:`AudioTags`: numbers, dates, lists and the small differences between taggers."""

import math
import re

from vitascope.media.tags.model import AudioTags, ReplayGain
from vitascope.media.tags.names import Fields

_NUMBER = re.compile(r"\s*(\d{1,6})(?:\s*(?:/|of)\s*(\d{1,6}))?", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\s*(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
_DECIMAL = re.compile(r"\s*([-+]?\d{1,5}(?:[.,]\d{1,12})?)", re.ASCII)
_GENRE_SEPARATORS = re.compile(r"\s*(?:;|\||\\\\|\x00| / )\s*")
_LRC_TIME = re.compile(r"^\s*\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\]", re.MULTILINE | re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_TRUE = frozenset({"1", "true", "yes"})
_R128_REFERENCE_DB = 5.0
"""EBU R 128 aims at -23 LUFS, ReplayGain 2 at -18."""
_POPULARIMETER_STEPS = ((1, 0), (31, 2), (95, 4), (159, 6), (223, 8), (256, 10))


def assemble(fields: Fields, *, has_picture: bool = False) -> AudioTags:
    """The tags that the fields amount to. Never raises for their content."""
    track, track_total = _number(fields, "TRACKNUMBER")
    disc, disc_total = _number(fields, "DISCNUMBER")
    date = _date(fields, "DATE") or _date(fields, "RELEASEDATE")
    original = _date(fields, "ORIGINALDATE") or _date(fields, "ORIGINALYEAR")
    year_of = date or original
    plain, synced = _lyrics(fields)
    artists = tuple(dict.fromkeys(fields.get("ARTISTS") or fields.get("ARTIST") or ()))
    return AudioTags(
        title=_first(fields, "TITLE"),
        artist=_joined(fields, "ARTIST"),
        artists=artists,
        album_artist=_joined(fields, "ALBUMARTIST"),
        album=_first(fields, "ALBUM"),
        track=track,
        track_total=_number(fields, "TRACKTOTAL")[0] or track_total,
        disc=disc,
        disc_total=_number(fields, "DISCTOTAL")[0] or disc_total,
        disc_subtitle=_first(fields, "DISCSUBTITLE"),
        date=date,
        year=int(year_of[:4]) if year_of else None,
        original_date=original,
        genres=_list(fields, "GENRE"),
        moods=_list(fields, "MOOD"),
        styles=_list(fields, "STYLE"),
        composer=_joined(fields, "COMPOSER"),
        label=_first(fields, "LABEL"),
        compilation=(_first(fields, "COMPILATION") or "").lower() in _TRUE,
        comment=_first(fields, "COMMENT"),
        description=_first(fields, "LONGDESCRIPTION") or _first(fields, "DESCRIPTION"),
        narrator=_joined(fields, "NARRATOR"),
        series=_first(fields, "SERIES") or _first(fields, "MOVEMENTNAME"),
        series_part=_first(fields, "SERIESPART") or _first(fields, "MOVEMENT"),
        asin=_first(fields, "ASIN"),
        language=_first(fields, "LANGUAGE"),
        show=_first(fields, "SHOW"),
        season=_number(fields, "SEASON")[0],
        episode=_number(fields, "EPISODE")[0],
        title_sort=_first(fields, "TITLESORT"),
        artist_sort=_first(fields, "ARTISTSORT"),
        album_artist_sort=_first(fields, "ALBUMARTISTSORT"),
        album_sort=_first(fields, "ALBUMSORT"),
        rating=_rating(fields),
        replay_gain=_replay_gain(fields),
        lyrics=plain,
        synced_lyrics=synced,
        musicbrainz_recording_id=next(iter(_ids(fields, "MUSICBRAINZ_TRACKID")), None),
        musicbrainz_track_id=next(iter(_ids(fields, "MUSICBRAINZ_RELEASETRACKID")), None),
        musicbrainz_release_id=next(iter(_ids(fields, "MUSICBRAINZ_ALBUMID")), None),
        musicbrainz_release_group_id=next(iter(_ids(fields, "MUSICBRAINZ_RELEASEGROUPID")), None),
        musicbrainz_artist_ids=_ids(fields, "MUSICBRAINZ_ARTISTID"),
        musicbrainz_album_artist_ids=_ids(fields, "MUSICBRAINZ_ALBUMARTISTID"),
        has_picture=has_picture,
    )


def _first(fields: Fields, name: str) -> str | None:
    values = fields.get(name)
    return values[0] if values else None


def _joined(fields: Fields, name: str) -> str | None:
    """Several values of one field, as a person would write them on one line."""
    values = fields.get(name)
    return ", ".join(dict.fromkeys(values)) if values else None


def _list(fields: Fields, name: str) -> tuple[str, ...]:
    values = fields.get(name)
    if not values:
        return ()
    parts = (part for value in values for part in _GENRE_SEPARATORS.split(value))
    return tuple(dict.fromkeys(part for part in parts if part))


def _number(fields: Fields, name: str) -> tuple[int | None, int | None]:
    """``3`` or ``3/12``; zero counts as absent for totals."""
    text = _first(fields, name)
    match = _NUMBER.match(text) if text else None
    if match is None:
        return None, None
    return int(match[1]), int(match[2] or 0) or None


def _date(fields: Fields, name: str) -> str | None:
    text = _first(fields, name)
    match = _DATE.match(text) if text else None
    if match is None or int(match[1]) < 1000:
        return None
    date = match[1]
    if match[2] and 1 <= int(match[2]) <= 12:
        date += f"-{int(match[2]):02d}"
        if match[3] and 1 <= int(match[3]) <= 31:
            date += f"-{int(match[3]):02d}"
    return date


def _decimal(fields: Fields, name: str) -> float | None:
    text = _first(fields, name)
    match = _DECIMAL.match(text) if text else None
    if match is None:
        return None
    value = float(match[1].replace(",", "."))
    return value if math.isfinite(value) else None


def _ids(fields: Fields, name: str) -> tuple[str, ...]:
    values = fields.get(name)
    return tuple(dict.fromkeys(_UUID.findall(" ".join(values).lower()))) if values else ()


def _replay_gain(fields: Fields) -> ReplayGain | None:
    gain = ReplayGain(
        track_gain=_gain(fields, "TRACK"),
        track_peak=_decimal(fields, "REPLAYGAIN_TRACK_PEAK"),
        album_gain=_gain(fields, "ALBUM"),
        album_peak=_decimal(fields, "REPLAYGAIN_ALBUM_PEAK"),
    )
    return gain if gain != ReplayGain() else None


def _gain(fields: Fields, kind: str) -> float | None:
    gain = _decimal(fields, f"REPLAYGAIN_{kind}_GAIN")
    if gain is None and (fixed := _decimal(fields, f"R128_{kind}_GAIN")) is not None:
        gain = round(fixed / 256 + _R128_REFERENCE_DB, 2)
    return gain


def _rating(fields: Fields) -> float | None:
    """0 to 10, from the scales in use: 0-1 (FMPS), 0-255 (ID3), 0-99 (ASF), 0-5 or 0-100 (Vorbis)."""
    if (share := _decimal(fields, "FMPS_RATING")) is not None:
        return _bounded(share * 10)
    if (stars := _decimal(fields, "POPULARIMETER")) is not None:
        return next((float(rating) for limit, rating in _POPULARIMETER_STEPS if stars < limit), None)
    if (shared := _decimal(fields, "SHAREDUSERRATING")) is not None:
        return _bounded(round(shared / 99 * 4 + 1) * 2 if shared else 0)
    if (rating := _decimal(fields, "RATING")) is not None:
        return _bounded(rating * 2 if rating <= 5 else rating / 10 if rating > 10 else rating)
    return None


def _bounded(rating: float) -> float:
    return min(10.0, max(0.0, round(rating, 1)))


def _lyrics(fields: Fields) -> tuple[str | None, str | None]:
    """Plain and timed lyrics; timed ones are often kept in the field for plain ones."""
    plain = _first(fields, "UNSYNCEDLYRICS") or _first(fields, "LYRICS")
    synced = _first(fields, "SYNCEDLYRICS")
    if plain and _LRC_TIME.search(plain):
        synced = synced or plain
        plain = None
    return plain, synced
