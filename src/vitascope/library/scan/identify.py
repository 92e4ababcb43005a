"""Say from names alone what a folder holds: films, episodes, photos and videos, with everything that lies beside them.

One folder (and those attached to it) at a time, so that memory stays flat; what is above comes along the chain of
:class:`~vitascope.library.scan.walk.Folder` parents. Music is told by its tags and is finished after the probe
(:mod:`identify_music`).
"""

import os
from collections.abc import Callable, Sequence

from vitascope.core.model import ArtKind, FileClass, ItemType, SectionKind
from vitascope.core.naming import made_versions
from vitascope.core.naming._marks import PART_FOLDER
from vitascope.core.naming._text import folder_of, split_extension
from vitascope.core.naming.artwork import ArtTarget, ArtworkName
from vitascope.core.naming.extras import folder_extra
from vitascope.core.naming.group_episodes import EpisodeGroup, group_episodes, show_extras
from vitascope.core.naming.group_movies import MovieGroup, group_movies
from vitascope.core.naming.groups import ExtraFile, MediaVersion
from vitascope.core.naming.photos import parse_photo, parse_video, photo_sidecars
from vitascope.core.naming.subtitles import SUBTITLE_FOLDERS
from vitascope.library.scan import keys
from vitascope.library.scan.finds import Above, Find, Picture, Unplaced, Version
from vitascope.library.scan.unit import Unit, stem_of


def attaches(kind: SectionKind) -> Callable[[bytes, int], bool]:
    """Which folders belong to the one above: extras, subtitles, the discs of a split film, versions that were made."""
    if kind not in (SectionKind.MOVIE, SectionKind.SHOW, SectionKind.OTHER):
        return lambda _name, _depth: False
    known: dict[bytes, bool] = {}

    def attach(name: bytes, depth: int) -> bool:
        if made_versions.is_folder(os.fsdecode(name)):
            return True
        if depth == 0:
            return False
        verdict = known.get(name)
        if verdict is None:
            text = os.fsdecode(name)
            verdict = text.lower() in SUBTITLE_FOLDERS or (
                kind is not SectionKind.OTHER
                and (folder_extra(text) is not None or PART_FOLDER.fullmatch(text) is not None)
            )
            if len(known) < 10_000:
                known[name] = verdict
        return verdict

    return attach


def identify(unit: Unit) -> tuple[list[Find], list[Unplaced]]:
    """Everything a folder of films, shows, photos or other videos holds."""
    match unit.kind:
        case SectionKind.MOVIE:
            return _movies(unit), []
        case SectionKind.SHOW:
            return _episodes(unit)
        case SectionKind.PHOTO:
            return _photos(unit), []
        case _:
            return _videos(unit), []


# --- films -----------------------------------------------------------------------------------------------------


def _movies(unit: Unit) -> list[Find]:
    groups = [group for group in group_movies(unit.paths(FileClass.VIDEO)) if _has_original(group.versions)]
    films_of = {group.folder: sum(g.folder == group.folder for g in groups) for group in groups}
    return [_movie(unit, group, alone=films_of[group.folder] == 1) for group in groups]


def _movie(unit: Unit, group: MovieGroup, *, alone: bool) -> Find:
    paths = [path for version in group.versions for path in version.paths]
    stems = {stem_of(path) for path in paths}

    def is_mine(art: ArtworkName) -> bool:
        if art.folder != group.folder:
            return False
        return art.stem in stems or (art.stem is None and bool(group.folder))

    nfo = unit.nfo_of(paths)
    if nfo is None and group.folder and alone:
        nfo = unit.near(group.folder, "movie.nfo")
    return Find(
        type=ItemType.MOVIE,
        title=group.title,
        year=group.year,
        edition=group.edition,
        ids=group.ids,
        key=keys.movie(group.title, group.year, group.edition),
        versions=tuple(unit.version(version) for version in group.versions),
        nfo=nfo,
        pictures=unit.pictures(is_mine, stems),
        extras=tuple(_extra(unit, extra) for extra in group.extras),
    )


def _has_original(versions: Sequence[MediaVersion]) -> bool:
    """A version whose original is gone is nothing of its own; the item that it belongs to keeps it."""
    return any(made_versions.target_of(path) is None for version in versions for path in version.paths)


def _extra(unit: Unit, extra: ExtraFile) -> Find:
    return Find(
        type=ItemType.CLIP,
        title=extra.title,
        versions=(Version(parts=(unit.part(extra.path),)),),
        extra=extra.type,
        pictures=unit.pictures(
            lambda art: art.stem == stem_of(extra.path) and art.folder == folder_of(extra.path), [stem_of(extra.path)]
        ),
    )


# --- shows -----------------------------------------------------------------------------------------------------


def _episodes(unit: Unit) -> tuple[list[Find], list[Unplaced]]:
    paths = unit.paths(FileClass.VIDEO)
    finds: list[Find] = []
    unplaced: list[Unplaced] = []
    places: dict[str, int] = {}
    extras: dict[str, list[Find]] = {}
    for loose in show_extras(paths, unit.hints):
        key = keys.show(loose.show_title, loose.show_year, loose.show_edition)
        extras.setdefault(key, []).append(_extra(unit, loose.extra))
    for group in group_episodes(paths, unit.hints):
        if not _has_original(group.versions):
            continue
        if group.season is None or (group.episode is None and group.air_date is None):
            unplaced += [
                Unplaced(unit.by_path[path], "no episode number in its name")
                for version in group.versions
                for path in version.paths
            ]
            continue
        first = group.versions[0].paths[0]
        place = places.get(first, 0)
        places[first] = place + 1
        finds.append(_episode(unit, group, group.season, place))
    for find in finds:
        # Extras of a show hang on the show; the first episode found carries them there.
        find.extras = tuple(extras.pop(find.above[0].key, ()))
    orphans = [extra for loose in extras.values() for extra in loose]
    if unit.folder.path and not finds:
        return orphans, unplaced  # the episodes may lie in season folders below
    unplaced += [Unplaced(extra.media_entries()[0], "an extra without a show beside it") for extra in orphans]
    return finds, unplaced


def _episode(unit: Unit, group: EpisodeGroup, season_number: int, place: int) -> Find:
    paths = [path for version in group.versions for path in version.paths]
    stems = {stem_of(path) for path in paths}
    folder = folder_of(paths[0])
    show = _show(unit, group)
    season_key = keys.season(show.key, season_number)
    season = Above(
        type=ItemType.SEASON,
        key=season_key,
        title="Specials" if season_number == 0 else f"Season {season_number}",
        index=season_number,
        folder=os.fsencode(folder) if folder and folder != group.show_folder else None,
        nfo=unit.near(folder, "season.nfo") if folder else None,
        pictures=unit.pictures(lambda art: art.target is ArtTarget.SEASON and art.season == season_number),
    )
    if group.title is not None:
        title = group.title
    elif group.episode is not None:
        title = f"Episode {group.episode}"
    else:
        title = group.air_date or ""
    return Find(
        type=ItemType.EPISODE,
        title=title,
        title_is_guessed=group.title is None,
        key=keys.episode(show.key, season_number, group.episode, group.air_date),
        above=(show, season),
        versions=tuple(unit.version(version) for version in group.versions),
        index=group.episode,
        parent_index=season_number,
        absolute_index=group.absolute,
        available_at=group.air_date,
        year=int(group.air_date[:4]) if group.air_date else None,
        nfo=unit.nfo_of(paths),
        nfo_index=place,
        pictures=unit.pictures(
            lambda art: art.target is ArtTarget.EPISODE and art.stem in stems and art.folder == folder, stems
        ),
    )


def _show(unit: Unit, group: EpisodeGroup) -> Above:
    folder = group.show_folder

    def is_shows(art: ArtworkName) -> bool:
        return art.target is ArtTarget.SHOW and art.folder == folder and bool(folder)

    return Above(
        type=ItemType.SHOW,
        key=keys.show(group.show_title, group.show_year, group.show_edition),
        title=group.show_title,
        year=group.show_year,
        edition=group.show_edition,
        ids=group.show_ids,
        folder=os.fsencode(folder) if folder else None,
        nfo=unit.near(folder, "tvshow.nfo") if folder else None,
        pictures=unit.pictures(is_shows),
    )


# --- photos and other videos -----------------------------------------------------------------------------------


def _photos(unit: Unit) -> list[Find]:
    above = _albums(unit)
    finds: list[Find] = []
    for path in sorted(unit.paths(FileClass.IMAGE, FileClass.VIDEO)):
        entry = unit.by_path[path]
        name = parse_photo(path)
        is_clip = entry.file_class is FileClass.VIDEO
        finds.append(
            Find(
                type=ItemType.CLIP if is_clip else ItemType.PHOTO,
                title=name.title,
                above=above,
                versions=(Version(parts=(unit.part(path),)),),
                available_at=name.taken_at,
                year=int(name.taken_at[:4]) if name.taken_at else None,
                xmp=() if is_clip else tuple(unit.by_path[at] for at in photo_sidecars(path) if at in unit.by_path),
                pictures=() if is_clip else (Picture(ArtKind.THUMB, entry),),
            )
        )
    return finds


def _albums(unit: Unit) -> tuple[Above, ...]:
    chain: list[Above] = []
    steps = os.fsdecode(unit.folder.path).split("/") if unit.folder.path else []
    for depth in range(1, len(steps) + 1):
        folder = "/".join(steps[:depth])
        last = depth == len(steps)
        chain.append(
            Above(
                type=ItemType.PHOTO_ALBUM,
                key=f"album|{folder}",
                title=parse_photo(f"{folder}/x.jpg").album or steps[depth - 1],
                folder=os.fsencode(folder),
                pictures=unit.pictures(lambda art: art.target is ArtTarget.FOLDER) if last else (),
            )
        )
    return tuple(chain)


def _videos(unit: Unit) -> list[Find]:
    made: dict[str, list[str]] = {}
    originals: list[str] = []
    for path in sorted(unit.paths(FileClass.VIDEO)):
        if made_versions.target_of(path) is None:
            originals.append(path)
        else:
            made.setdefault(split_extension(made_versions.original_path(path))[0], []).append(path)
    return [_video(unit, path, made.pop(split_extension(path)[0], [])) for path in originals]


def _video(unit: Unit, path: str, made: Sequence[str]) -> Find:
    stem, folder = stem_of(path), folder_of(path)
    labelled = ((each, made_versions.target_of(each)) for each in made)
    return Find(
        type=ItemType.MOVIE,
        title=parse_video(path).title,
        versions=(
            Version(parts=(unit.part(path),)),
            *(Version(parts=(unit.part(each),), label=target) for each, target in labelled),
        ),
        nfo=unit.nfo_of([path]),
        pictures=unit.pictures(lambda art: art.stem == stem and art.folder == folder, [stem]),
    )
