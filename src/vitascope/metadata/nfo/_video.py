"""``movie``, ``musicvideo``, ``tvshow``, ``season`` and ``episodedetails`` elements to records."""

from collections.abc import Iterator

from vitascope.core import content_rating
from vitascope.core.model import ArtKind
from vitascope.metadata import external_ids
from vitascope.metadata.nfo import _values as v
from vitascope.metadata.record import ArtReference, MetadataRecord, Rating, RoleCredit
from vitascope.metadata.safe_xml import Element

_ART_KINDS = {
    "": ArtKind.THUMB,
    "thumb": ArtKind.THUMB,
    "poster": ArtKind.THUMB,
    "fanart": ArtKind.ART,
    "background": ArtKind.ART,
    "landscape": ArtKind.ART,
    "banner": ArtKind.BANNER,
    "clearlogo": ArtKind.CLEAR_LOGO,
    "logo": ArtKind.CLEAR_LOGO,
    "square": ArtKind.SQUARE_ART,
}


def read_video(root: Element) -> MetadataRecord:
    """Any of the elements; fields that a kind does not have are simply absent."""
    kind = str(root.tag).lower()
    aired = v.child(root, "premiered", "aired", "releasedate")
    available_at = v.iso_date(aired)
    studios = v.split(v.children(root, "studio"))
    rated = content_rating.normalize(v.child(root, "mpaa", "certification"))
    title = v.child(root, "title", "localtitle")
    original = v.child(root, "originaltitle")
    season = v.whole(v.child(root, "seasonnumber", "season"), low=0, high=100_000)
    return MetadataRecord(
        title=title,
        original_title=original if original != title else None,
        title_sort=v.child(root, "sorttitle"),
        summary=v.child(root, "plot", "outline"),
        tagline=v.child(root, "tagline"),
        year=v.whole(v.child(root, "year"), low=1800, high=2199) or v.year_of(available_at or aired),
        available_at=available_at,
        duration_ms=v.minutes_ms(v.child(root, "runtime")),
        content_rating=rated,
        content_rating_age=content_rating.age(rated),
        studio=studios[0] if studios else None,
        edition=v.child(root, "edition"),
        ratings=read_ratings(root),
        user_rating=_user_rating(root),
        guids=_guids(root, kind),
        genres=v.split(v.children(root, "genre"), commas=True),
        styles=v.split(v.children(root, "style")),
        moods=v.split(v.children(root, "mood")),
        labels=v.unique(v.children(root, "tag")),
        countries=v.split(v.children(root, "country")),
        collections=_collections(root),
        studios=studios,
        directors=v.split(v.children(root, "director")),
        writers=v.split(v.children(root, "credits", "writer")),
        producers=v.split(v.children(root, "producer")),
        roles=read_roles(root),
        art=tuple(_art(root)),
        season=season if kind in {"season", "episodedetails"} else None,
        episode=v.whole(v.child(root, "episode"), low=0, high=1_000_000) if kind == "episodedetails" else None,
        display_season=v.whole(v.child(root, "displayseason"), low=0, high=100_000),
        display_episode=v.whole(v.child(root, "displayepisode"), low=0, high=1_000_000),
        season_titles=_season_titles(root),
        show_title=v.child(root, "showtitle") if kind != "tvshow" else None,
        artist=v.child(root, "artist") if kind == "musicvideo" else None,
        album=v.child(root, "album") if kind == "musicvideo" else None,
        track_number=v.whole(v.child(root, "track"), low=1, high=9999) if kind == "musicvideo" else None,
    )


def read_ratings(root: Element) -> tuple[Rating, ...]:
    """Ratings on a scale of 0..10, the default one first."""
    found: dict[str, Rating] = {}
    for element in root.iterchildren("ratings"):
        for each in element.iterchildren("rating"):
            name = (each.get("name") or "default").strip().lower()[:60] or "default"
            value = _scaled(v.child(each, "value") or v.text(each.text), each.get("max"))
            if value is not None:
                votes = v.whole(v.child(each, "votes"), low=0, high=10**12)
                default = (each.get("default") or "").lower() == "true"
                found.setdefault(name, Rating(source=name, value=value, votes=votes, default=default))
    if not found:
        for each in root.iterchildren("rating"):
            value = _scaled(v.text(v.content(each)), each.get("max"))
            if value is not None:
                votes = v.whole(v.child(root, "votes"), low=0, high=10**12)
                found["default"] = Rating(source="default", value=value, votes=votes, default=True)
                break
    critics = v.number(v.child(root, "criticrating"))
    if critics is not None and 0 < critics <= 100 and "tomatometerallcritics" not in found:
        found["tomatometerallcritics"] = Rating(source="tomatometerallcritics", value=round(critics / 10, 2))
    return tuple(sorted(found.values(), key=lambda rating: not rating.default))


def read_roles(root: Element) -> tuple[RoleCredit, ...]:
    """The cast in the order that the file gives by number, then as written; each name and role once."""
    numbered: list[tuple[float, RoleCredit]] = []
    for position, actor in enumerate(root.iterchildren("actor")):
        name = v.child(actor, "name") or v.text(actor.text)
        if not name:
            continue
        order = v.number(v.child(actor, "order", "sortorder"))
        credit = RoleCredit(
            name=name[:500], role=(v.child(actor, "role") or "")[:500] or None,
            thumb=v.local_path(v.child(actor, "thumb")),
        )  # fmt: skip
        numbered.append((order if order is not None and order >= 0 else 1e9 + position, credit))
    once: dict[tuple[str, str | None], RoleCredit] = {}
    for _, credit in sorted(numbered, key=lambda entry: entry[0]):
        once.setdefault((credit.name.casefold(), credit.role), credit)
    return tuple(once.values())[: v.MAX_LIST]


def _scaled(value: str | None, maximum: str | None) -> float | None:
    number, top = v.number(value), v.number(maximum) or 10.0
    if number is None or top <= 0 or not 0 < number <= top:
        return None
    return round(number * 10 / top, 2)


def _user_rating(root: Element) -> float | None:
    value = v.number(v.child(root, "userrating"))
    return value if value is not None and 0 < value <= 10 else None


def _guids(root: Element, kind: str) -> tuple[str, ...]:
    default: list[str | None] = []
    named: list[str | None] = []
    for each in root.iterchildren("uniqueid"):
        target = default if (each.get("default") or "").lower() == "true" else named
        target.append(external_ids.guid(each.get("type") or "", v.text(each.text)))
    named += [
        external_ids.guid(scheme, v.child(root, *names))
        for scheme, names in (
            ("imdb", ("imdbid", "imdb_id", "imdb")),
            ("tmdb", ("tmdbid", "tmdb_id", "tmdb")),
            ("tvdb", ("tvdbid", "tvdb_id", "tvdb")),
        )
    ]
    bare: list[str | None] = []
    for each in root.iterchildren("id"):
        bare += [external_ids.guid(str(name), str(value)) for name, value in each.attrib.items()]
        value = v.text(each.text)
        bare.append(external_ids.guid("imdb", value))
        if not any(default) and not any(named):
            # Whose number a bare number is, nobody says: it was written by the usual source for its kind.
            bare.append(external_ids.guid("tmdb" if kind in {"movie", "set"} else "tvdb", value))
    return external_ids.united(default, named, bare)


def _collections(root: Element) -> tuple[str, ...]:
    names = [v.child(each, "name") or v.text(each.text) for each in root.iterchildren("set")]
    return v.unique(name for name in names if name)


def _season_titles(root: Element) -> dict[int, str]:
    titles: dict[int, str] = {}
    for each in root.iterchildren("namedseason"):
        season, title = v.whole(each.get("number"), low=0, high=100_000), v.text(v.content(each))
        if season is not None and title:
            titles.setdefault(season, title[:500])
    return titles


def _art(root: Element) -> Iterator[ArtReference]:
    for each in root.iterchildren("thumb", "poster"):
        # Pictures of seasons are listed in the show's file too; they are found by their names.
        if not each.get("season"):
            yield from _reference((each.get("aspect") or "").lower(), each)
    for fanart in root.iterchildren("fanart"):
        for each in fanart.iterchildren("thumb"):
            yield from _reference("fanart", each)
    for art in root.iterchildren("art"):
        for each in art.iterchildren():
            yield from _reference(str(each.tag).lower(), each)


def _reference(aspect: str, element: Element) -> Iterator[ArtReference]:
    path, kind = v.local_path(element.text), _ART_KINDS.get(aspect)
    if path and kind:
        yield ArtReference(kind=kind, path=path)
