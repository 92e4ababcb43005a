"""``artist`` and ``album`` elements to records."""

from vitascope.core.model import ArtKind
from vitascope.metadata import external_ids
from vitascope.metadata.nfo import _values as v
from vitascope.metadata.nfo._video import read_ratings
from vitascope.metadata.record import ArtReference, MetadataRecord, TrackEntry
from vitascope.metadata.safe_xml import Element


def read_artist(root: Element) -> MetadataRecord:
    formed = v.child(root, "formed", "born", "yearsactive")
    return MetadataRecord(
        title=v.child(root, "name", "title"),
        title_sort=v.child(root, "sortname"),
        summary=v.child(root, "biography"),
        year=v.year_of(formed),
        guids=external_ids.united(
            [external_ids.guid("mbid", v.child(root, "musicBrainzArtistID", "musicbrainzartistid"))]
        ),
        genres=v.split(v.children(root, "genre"), commas=True),
        styles=v.split(v.children(root, "style"), commas=True),
        moods=v.split(v.children(root, "mood"), commas=True),
        ratings=read_ratings(root),
        art=_art(root),
    )


def read_album(root: Element) -> MetadataRecord:
    released = v.child(root, "originalreleasedate", "releasedate")
    credited = next(root.iterchildren("albumArtistCredits"), None)
    artist = v.child(root, "artist") or (v.child(credited, "artist") if credited is not None else None)
    studios = v.split(v.children(root, "label"))
    return MetadataRecord(
        title=v.child(root, "title"),
        summary=v.child(root, "review"),
        year=v.whole(v.child(root, "year"), low=1000, high=2199) or v.year_of(released),
        available_at=v.iso_date(released),
        studio=studios[0] if studios else None,
        studios=studios,
        ratings=read_ratings(root),
        user_rating=_user_rating(root),
        guids=_mbid(root, "musicbrainzalbumid", "musicBrainzAlbumID"),
        genres=v.split(v.children(root, "genre"), commas=True),
        styles=v.split(v.children(root, "style"), commas=True),
        moods=v.split(v.children(root, "mood"), commas=True),
        album_artist=artist,
        compilation=_truth(v.child(root, "compilation")),
        album_formats=v.unique(part.title() for part in v.split(v.children(root, "type"), commas=True)),
        tracks=tuple(_tracks(root)),
        art=_art(root),
    )


def _tracks(root: Element) -> list[TrackEntry]:
    entries: list[TrackEntry] = []
    for each in list(root.iterchildren("track"))[:2000]:
        title = v.child(each, "title")
        if not title:
            continue
        entries.append(
            TrackEntry(
                title=title[:500],
                position=v.whole(v.child(each, "position"), low=0, high=9999),
                disc=v.whole(v.child(each, "disc", "cdnum"), low=0, high=999),
                duration_ms=v.clock_ms(v.child(each, "duration")),
                guid=external_ids.guid("mbid", v.child(each, "musicBrainzTrackID", "musicbrainztrackid")),
            )
        )
    return entries


def _art(root: Element) -> tuple[ArtReference, ...]:
    posters = [(ArtKind.THUMB, each) for each in root.iterchildren("thumb")]
    fanart = [(ArtKind.ART, each) for parent in root.iterchildren("fanart") for each in parent.iterchildren("thumb")]
    return tuple(
        ArtReference(kind=kind, path=path) for kind, each in posters + fanart if (path := v.local_path(each.text))
    )


def _user_rating(root: Element) -> float | None:
    value = v.number(v.child(root, "userrating"))
    return value if value is not None and 0 < value <= 10 else None


def _truth(value: str | None) -> bool | None:
    return None if value is None else value.strip().lower() in {"1", "true", "yes"}


def _mbid(root: Element, *names: str) -> tuple[str, ...]:
    return external_ids.united([external_ids.guid("mbid", v.child(root, *names))])
