"""Say from names alone what a folder holds: films, episodes, photos and videos, with everything that lies beside them.

One folder (and those attached to it) at a time, so that memory stays flat; what is above comes along the chain of
:class:`~vitascope.library.scan.walk.Folder` parents. Music is told by its tags and is finished after the probe
(:mod:`identify_music`).
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vitascope.core.model import ArtKind, FileClass, ItemType, SectionKind
from vitascope.core.naming._marks import PART_FOLDER
from vitascope.core.naming._text import folder_of, split_extension
from vitascope.core.naming.artwork import ArtTarget, ArtworkContext, ArtworkName, parse_artwork
from vitascope.core.naming.extras import folder_extra
from vitascope.core.naming.group_episodes import EpisodeGroup, group_episodes, show_extras
from vitascope.core.naming.group_movies import MovieGroup, group_movies
from vitascope.core.naming.groups import ExtraFile, MediaVersion
from vitascope.core.naming.photos import parse_photo, parse_video, photo_sidecars
from vitascope.core.naming.plexmatch import PlexMatch
from vitascope.core.naming.subtitles import SUBTITLE_FOLDERS, parse_subtitle
from vitascope.library.scan import keys
from vitascope.library.scan.finds import Above, Find, PartFile, Picture, Sidecar, Unplaced, Version
from vitascope.library.scan.walk import Entry, Folder

_FEW = 8
_ART_CLASSES = (FileClass.IMAGE, FileClass.AUDIO)


def attaches(kind: SectionKind) -> Callable[[bytes, int], bool]:
    """Which folders belong to the one above: extras, subtitles and the discs of a split film."""
    if kind not in (SectionKind.MOVIE, SectionKind.SHOW, SectionKind.OTHER):
        return lambda _name, _depth: False
    known: dict[bytes, bool] = {}

    def attach(name: bytes, depth: int) -> bool:
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


@dataclass(slots=True, kw_only=True)
class Unit:
    """One folder as text, its files by kind, and what its surroundings say."""

    kind: SectionKind
    folder: Folder
    hints: Mapping[str, PlexMatch] = field(default_factory=dict)
    """``.plexmatch`` files by the folder they lie in."""
    by_path: dict[str, Entry] = field(default_factory=dict)
    stems: dict[str, list[str]] = field(default_factory=dict)
    """Stems of the media files by folder."""
    art: list[tuple[ArtworkName, Entry]] = field(default_factory=list)
    """Pictures of folders, shows, artists and so on."""
    art_of_stems: dict[str, list[tuple[ArtworkName, Entry]]] = field(default_factory=dict)
    """Pictures of one media file, by its stem."""
    sidecars: dict[str, list[Sidecar]] = field(default_factory=dict)
    """Subtitles by (folder and) stem of their video."""
    lowered: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Stems by folder and lower-case stem: a folder may hold thousands, and every sidecar asks whose it is."""
    lowered_paths: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: SectionKind, folder: Folder, hints: Mapping[str, PlexMatch] | None = None) -> "Unit":
        unit = cls(kind=kind, folder=folder, hints=hints or {})
        for entry in folder.all_entries():
            path = os.fsdecode(entry.path)
            unit.by_path[path] = entry
            if entry.file_class is FileClass.NFO:
                unit.lowered_paths.setdefault(path.lower(), entry)
            if entry.file_class is FileClass.VIDEO or (
                kind is SectionKind.ARTIST and entry.file_class is FileClass.AUDIO
            ):
                folder_path, stem = folder_of(path), _stem(path)
                unit.stems.setdefault(folder_path, []).append(stem)
                unit.lowered.setdefault(folder_path, {}).setdefault(stem.lower(), []).append(stem)
        unit._read_sidecars()
        unit._read_art()
        return unit

    def paths(self, *classes: FileClass) -> list[str]:
        return [path for path, entry in self.by_path.items() if entry.file_class in classes and entry.problem is None]

    def _candidates(self, path: str, folder: str) -> list[str]:
        """The stems of a folder that a sidecar's name could belong to; never empty when the folder has any."""
        stems = self.stems.get(folder)
        if not stems or len(stems) <= _FEW:
            return stems or []
        lowered, name = self.lowered[folder], _stem(path).lower()
        found = [stem for end in range(1, len(name) + 1) for stem in lowered.get(name[:end], ())]
        # "Subs/<episode>/2_English.srt": the folder bears the name.
        found += lowered.get(folder_of(path).rpartition("/")[2].lower(), ())
        return found or stems[:2]

    def _read_sidecars(self) -> None:
        for path, entry in self.by_path.items():
            if entry.file_class is not FileClass.SUBTITLE or path.lower().endswith(".sub"):
                continue  # the .idx beside it names the pair
            for folder in _owning_folders(folder_of(path)):
                stems = self._candidates(path, folder)
                name = parse_subtitle(path, stems) if stems else None
                if name is None:
                    continue
                sidecar = Sidecar(
                    entry=entry,
                    language_code=name.language_code,
                    language_tag=name.language_tag,
                    title=name.title,
                    forced=name.forced,
                    default=name.default,
                    hearing_impaired=name.hearing_impaired,
                )
                self.sidecars.setdefault(f"{folder}/{name.stem}", []).append(sidecar)
                break

    def _read_art(self) -> None:
        above: Folder | None = self.folder
        entries = list(self.by_path.items())
        depth = 0
        while above is not None:
            context_folder = os.fsdecode(above.path)
            for path, entry in entries:
                if entry.file_class in _ART_CLASSES and entry.problem is None:
                    stems = self._candidates(path, folder_of(path))
                    name = parse_artwork(path, ArtworkContext(section=self.kind, stems=stems))
                    if name is not None and (depth == 0 or folder_of(path) == context_folder):
                        (self.art if name.stem is None else self.art_of_stems.setdefault(name.stem, [])).append(
                            (name, entry)
                        )
            above = above.parent
            depth += 1
            if above is None or self.kind not in (SectionKind.SHOW, SectionKind.ARTIST):
                return
            entries = [(os.fsdecode(entry.path), entry) for entry in above.entries]

    def pictures(self, matches: Callable[[ArtworkName], bool], stems: Iterable[str] = ()) -> tuple[Picture, ...]:
        """The pictures of folders and of these stems whose names match, the first of each kind first."""
        candidates = [*self.art, *(each for stem in stems for each in self.art_of_stems.get(stem, ()))]
        found = sorted(
            ((name.kind.value, name.order, entry.path), Picture(name.kind, entry))
            for name, entry in candidates
            if matches(name)
        )
        return tuple(picture for _, picture in found)

    def near(self, folder: str, name: str) -> Entry | None:
        """A file of this name in a folder of the unit or above it."""
        path = f"{folder}/{name}" if folder else name
        if path in self.by_path:
            return self.by_path[path]
        wanted = os.fsencode(folder)
        above = self.folder.parent
        while above is not None:
            if above.path == wanted:
                lower = name.lower()
                return next((e for e in above.entries if os.fsdecode(e.name).lower() == lower), None)
            above = above.parent
        return self.lowered_paths.get(path.lower())

    def nfo_of(self, paths: Iterable[str]) -> Entry | None:
        """The NFO that carries the name of one of these files."""
        for path in paths:
            found = self.by_path.get(split_extension(path)[0] + ".nfo")
            if found is not None:
                return found
        return None

    def version(self, version: MediaVersion) -> Version:
        return Version(parts=tuple(self.part(path) for path in version.paths), label=version.label)

    def part(self, path: str) -> PartFile:
        sidecars = self.sidecars.get(f"{folder_of(path)}/{_stem(path)}", [])
        ordered = sorted(sidecars, key=lambda sidecar: sidecar.entry.path)
        return PartFile(entry=self.by_path[path], sidecars=tuple(ordered))


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
    groups = group_movies(unit.paths(FileClass.VIDEO))
    films_of = {group.folder: sum(g.folder == group.folder for g in groups) for group in groups}
    return [_movie(unit, group, alone=films_of[group.folder] == 1) for group in groups]


def _movie(unit: Unit, group: MovieGroup, *, alone: bool) -> Find:
    paths = [path for version in group.versions for path in version.paths]
    stems = {_stem(path) for path in paths}

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


def _extra(unit: Unit, extra: ExtraFile) -> Find:
    return Find(
        type=ItemType.CLIP,
        title=extra.title,
        versions=(Version(parts=(unit.part(extra.path),)),),
        extra=extra.type,
        pictures=unit.pictures(
            lambda art: art.stem == _stem(extra.path) and art.folder == folder_of(extra.path), [_stem(extra.path)]
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
    stems = {_stem(path) for path in paths}
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
    return [_video(unit, path) for path in sorted(unit.paths(FileClass.VIDEO))]


def _video(unit: Unit, path: str) -> Find:
    stem, folder = _stem(path), folder_of(path)
    return Find(
        type=ItemType.MOVIE,
        title=parse_video(path).title,
        versions=(Version(parts=(unit.part(path),)),),
        nfo=unit.nfo_of([path]),
        pictures=unit.pictures(lambda art: art.stem == stem and art.folder == folder, [stem]),
    )


def _stem(path: str) -> str:
    return split_extension(path.rpartition("/")[2])[0]


def _owning_folders(folder: str) -> list[str]:
    """Where the video of a subtitle in this folder may lie."""
    steps = folder.split("/") if folder else []
    folders = [folder]
    if steps and steps[-1].lower() in SUBTITLE_FOLDERS:
        folders.append("/".join(steps[:-1]))
    elif len(steps) >= 2 and steps[-2].lower() in SUBTITLE_FOLDERS:
        folders.append("/".join(steps[:-2]))
    return folders
