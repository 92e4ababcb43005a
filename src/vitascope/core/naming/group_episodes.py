"""From the paths of a section to its episodes: a file of two episodes is in both, versions and parts are put
together, what a ``.plexmatch`` says overrules the names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vitascope.core.model import ExtraType
from vitascope.core.naming._marks import Ids, merge_ids
from vitascope.core.naming._text import split_extension, squashed
from vitascope.core.naming.episodes import EpisodeName, parse_episode
from vitascope.core.naming.groups import ExtraFile, MediaVersion, lone_parts, natural, originals_first, versions_of
from vitascope.core.naming.made_versions import original_path, target_of
from vitascope.core.naming.plexmatch import PlexMatch
from vitascope.core.naming.titles import fold

_Key = tuple[str, int | None, str, int | None, int | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeGroup:
    """One episode. Numbered, or known by its date, or (both ``None``) by its title alone."""

    show_title: str
    show_year: int | None = None
    show_ids: Ids = ()
    show_edition: str | None = None
    show_folder: str = ""
    season: int | None = None
    episode: int | None = None
    air_date: str | None = None
    absolute: int | None = None
    title: str | None = None
    versions: tuple[MediaVersion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowExtra:
    """An extra of a show, of one of its seasons, or of an episode."""

    show_title: str
    show_year: int | None
    show_edition: str | None
    show_folder: str
    season: int | None
    episodes: tuple[int, ...]
    extra: ExtraFile


def group_episodes(paths: Iterable[str], hints: Mapping[str, PlexMatch] | None = None) -> list[EpisodeGroup]:
    """Group video paths of one or more folders; extras are left to :func:`show_extras`.

    ``hints`` maps folders (relative, without trailing slash) to the ``.plexmatch`` that lies in them.
    """
    hints = hints or {}
    named = [(path, name) for path, name in _named(paths, hints) if name.extra is None]
    groups: dict[_Key, list[tuple[str, EpisodeName, int | None]]] = {}
    for path, name in named:
        for episode in name.episodes or (None,):
            groups.setdefault(_key(path, name, episode), []).append((path, name, episode))
    result = [_group(files, hints) for files in groups.values()]
    return sorted(result, key=_order)


def show_extras(paths: Iterable[str], hints: Mapping[str, PlexMatch] | None = None) -> list[ShowExtra]:
    """The extras among the paths, with the show, season or episodes they belong to."""
    extras = []
    for path, name in _named(paths, hints or {}):
        if name.extra is not None:
            extras.append(_extra(path, name, name.extra))
    return extras


def _extra(path: str, name: EpisodeName, kind: ExtraType) -> ShowExtra:
    return ShowExtra(
        show_title=name.show_title,
        show_year=name.show_year,
        show_edition=name.show_edition,
        show_folder=name.show_folder,
        season=name.season,
        episodes=name.episodes,
        extra=ExtraFile(path=path, type=kind, title=name.extra_title or name.show_title),
    )


def _named(paths: Iterable[str], hints: Mapping[str, PlexMatch]) -> list[tuple[str, EpisodeName]]:
    ordered = sorted(set(paths), key=originals_first)
    return [(path, _name_of(path, hints)) for path in ordered]


def _name_of(path: str, hints: Mapping[str, PlexMatch], *, split_parts: bool = True) -> EpisodeName:
    original, target = original_path(path), target_of(path)
    name = apply_hints(original, parse_episode(original, split_parts=split_parts), hints)
    return name if target is None else replace(name, version=target)


def apply_hints(path: str, name: EpisodeName, hints: Mapping[str, PlexMatch]) -> EpisodeName:
    """The name after every ``.plexmatch`` from the root down to the file's folder has had its say."""
    if not hints:
        return name
    steps = path.split("/")
    for depth in range(len(steps)):
        folder = "/".join(steps[:depth])
        hint = hints.get(folder)
        if hint is None:
            continue
        name = replace(
            name,
            show_title=hint.title or name.show_title,
            show_year=hint.year if hint.year is not None else name.show_year,
            show_ids=merge_ids(hint.ids, name.show_ids),
            season=hint.season if hint.season is not None else name.season,
        )
        episode = hint.episode_for("/".join(steps[depth:]))
        if episode is not None:
            season = episode.season if episode.season is not None else name.season
            name = replace(name, season=season, episodes=episode.episodes, air_date=None, absolute=None)
    return name


def _key(path: str, name: EpisodeName, episode: int | None) -> _Key:
    show = squashed(name.show_title) or name.show_title
    # A file without number or date stands for itself.
    other = "" if episode is not None else name.air_date or split_extension(original_path(path))[0]
    return show, name.show_year, fold(name.show_edition or ""), name.season, episode, other


def _group(files: list[tuple[str, EpisodeName, int | None]], hints: Mapping[str, PlexMatch]) -> EpisodeGroup:
    lone = lone_parts((path, name.version, name.part) for path, name, _ in files)
    read = [(path, _name_of(path, hints, split_parts=False) if path in lone else name) for path, name, _ in files]
    episode = files[0][2]
    first = read[0][1]
    absolute = first.absolute
    if absolute is not None and episode is not None and first.episodes:
        absolute += episode - first.episodes[0]
    ids: Ids = ()
    for _, name in read:
        ids = merge_ids(ids, name.show_ids)
    return EpisodeGroup(
        show_title=first.show_title,
        show_year=first.show_year,
        show_ids=ids,
        show_edition=first.show_edition,
        show_folder=first.show_folder,
        season=first.season,
        episode=episode,
        air_date=first.air_date,
        absolute=absolute,
        title=next((name.title for _, name in read if name.title), None),
        versions=versions_of((path, name.version, name.part) for path, name in read),
    )


def _order(group: EpisodeGroup) -> tuple[str, int, str, int, int, str, tuple[str, str]]:
    return (
        fold(group.show_title),
        group.show_year or 0,
        fold(group.show_edition or ""),
        -1 if group.season is None else group.season,
        -1 if group.episode is None else group.episode,
        group.air_date or "",
        natural(group.versions[0].paths[0]),
    )
