"""From the paths of a section to its films: versions and parts put together, editions kept apart, extras attached."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vitascope.core.naming._marks import Ids
from vitascope.core.naming._text import folder_of, split_extension, squashed
from vitascope.core.naming.groups import ExtraFile, MediaVersion, lone_parts, natural, originals_first, versions_of
from vitascope.core.naming.made_versions import original_path, target_of
from vitascope.core.naming.movies import MovieName, parse_movie
from vitascope.core.naming.titles import fold

_Key = tuple[str, str, int | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovieGroup:
    """One film of one edition in one folder."""

    title: str
    year: int | None = None
    edition: str | None = None
    ids: Ids = ()
    folder: str = ""
    versions: tuple[MediaVersion, ...] = ()
    extras: tuple[ExtraFile, ...] = ()


def group_movies(paths: Iterable[str]) -> list[MovieGroup]:
    """Group video paths of one or more folders. Every path handed in comes out exactly once.

    An extra hangs on the film of its folder that its name begins with, else on the folder's first; an extra in a
    folder without a film is a film itself: titles may end in ``-Short``.
    """
    films: dict[_Key, list[tuple[str, MovieName]]] = {}
    extras: list[tuple[str, MovieName]] = []
    for path in sorted(set(paths), key=originals_first):
        name = _parsed(path)
        if name.extra is None:
            films.setdefault(_key(name), []).append((path, name))
        else:
            extras.append((path, name))
    films = _without_lone_parts(films)
    by_folder: dict[str, list[_Key]] = {}
    for key in films:
        by_folder.setdefault(key[0], []).append(key)
    attached: dict[_Key, list[ExtraFile]] = {}
    orphans: list[str] = []
    for path, name in extras:
        owner = _owner(path, name, by_folder.get(name.folder, []), films)
        if owner is None or name.extra is None:
            orphans.append(path)
            continue
        extra = ExtraFile(path=path, type=name.extra, title=name.extra_title or name.title)
        attached.setdefault(owner, []).append(extra)
    groups = [_group(key, files, attached.get(key, [])) for key, files in films.items()]
    groups.extend(_orphan(path) for path in orphans)
    return sorted(groups, key=lambda group: natural(group.versions[0].paths[0]))


def _parsed(path: str, *, split_parts: bool = True) -> MovieName:
    name = parse_movie(original_path(path), split_parts=split_parts)
    target = target_of(path)
    return name if target is None else replace(name, version=target)


def _key(name: MovieName) -> _Key:
    return name.folder, squashed(name.title) or name.title, name.year, fold(name.edition or "")


def _without_lone_parts(
    films: dict[_Key, list[tuple[str, MovieName]]],
) -> dict[_Key, list[tuple[str, MovieName]]]:
    regrouped: dict[_Key, list[tuple[str, MovieName]]] = {}
    for key, files in films.items():
        lone = lone_parts((path, name.version, name.part) for path, name in files)
        for path, name in files:
            whole = _parsed(path, split_parts=False) if path in lone else name
            regrouped.setdefault(_key(whole) if path in lone else key, []).append((path, whole))
    return regrouped


def _owner(
    path: str, name: MovieName, candidates: list[_Key], films: dict[_Key, list[tuple[str, MovieName]]]
) -> _Key | None:
    if not candidates:
        return None
    stem = squashed(split_extension(path.rpartition("/")[2])[0])
    best: _Key | None = None
    longest = 0
    for key in candidates:
        for film_path, film in films[key]:
            for known in (squashed(split_extension(film_path.rpartition("/")[2])[0]), squashed(film.title)):
                if known and stem.startswith(known) and len(known) > longest:
                    best, longest = key, len(known)
    if best is not None:
        return best
    # A folder of its own has one film, be it in several editions; a folder full of films does not own its files.
    titles = {(key[1], key[2]) for key in candidates}
    in_subfolder = folder_of(path).strip("/") != name.folder
    if len(titles) == 1 and (name.folder or in_subfolder):
        return min(candidates, key=lambda key: (key[3], key))
    return None


def _group(key: _Key, files: list[tuple[str, MovieName]], extras: list[ExtraFile]) -> MovieGroup:
    first = files[0][1]
    ids: dict[str, str] = {}
    for _, name in reversed(files):
        ids.update(name.ids)
    return MovieGroup(
        title=first.title,
        year=first.year,
        edition=first.edition,
        ids=tuple(sorted(ids.items())),
        folder=key[0],
        versions=versions_of((path, name.version, name.part) for path, name in files),
        extras=tuple(sorted(extras, key=lambda extra: natural(extra.path))),
    )


def _orphan(path: str) -> MovieGroup:
    name = parse_movie(original_path(path), split_parts=False, find_extras=False)
    return MovieGroup(
        title=name.title,
        year=name.year,
        edition=name.edition,
        ids=name.ids,
        folder=name.folder,
        versions=(MediaVersion(paths=(path,), label=name.version),),
    )
