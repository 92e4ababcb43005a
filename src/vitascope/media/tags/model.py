"""Tags of a media file, whatever family they were written in."""

from msgspec import Struct


class ReplayGain(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Loudness corrections in dB and peaks as a factor of full scale."""

    track_gain: float | None = None
    track_peak: float | None = None
    album_gain: float | None = None
    album_peak: float | None = None


class AudioTags(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the tags of one file say. Absent values are ``None`` or empty; texts are trimmed and free of NULs.

    Films and episodes have tags of the same kind (``show``, ``season`` and ``episode`` are theirs).
    """

    title: str | None = None
    artist: str | None = None
    artists: tuple[str, ...] = ()
    """The single artists behind ``artist``, where the file lists them."""
    album_artist: str | None = None
    album: str | None = None
    track: int | None = None
    track_total: int | None = None
    disc: int | None = None
    disc_total: int | None = None
    disc_subtitle: str | None = None
    date: str | None = None
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""
    year: int | None = None
    original_date: str | None = None
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    composer: str | None = None
    label: str | None = None
    compilation: bool = False
    comment: str | None = None
    description: str | None = None
    narrator: str | None = None
    series: str | None = None
    series_part: str | None = None
    asin: str | None = None
    """Of a book at Audible."""
    language: str | None = None
    show: str | None = None
    season: int | None = None
    episode: int | None = None
    title_sort: str | None = None
    artist_sort: str | None = None
    album_artist_sort: str | None = None
    album_sort: str | None = None
    rating: float | None = None
    """0 to 10."""
    replay_gain: ReplayGain | None = None
    lyrics: str | None = None
    synced_lyrics: str | None = None
    """In LRC form."""
    musicbrainz_recording_id: str | None = None
    musicbrainz_track_id: str | None = None
    musicbrainz_release_id: str | None = None
    musicbrainz_release_group_id: str | None = None
    musicbrainz_artist_ids: tuple[str, ...] = ()
    musicbrainz_album_artist_ids: tuple[str, ...] = ()
    has_picture: bool = False
