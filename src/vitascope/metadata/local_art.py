"""Which local pictures belong to an item, best first.

The names are read by :func:`vitascope.core.naming.parse_artwork`; here they are gathered from the listing of a section
(or of one show's folder) and asked for by item. Of each kind, what names the item itself comes before what lies in its
folder for everything there, and pictures that an NFO names come last.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, join

from vitascope.core.model import ArtKind, SectionKind
from vitascope.core.naming import ArtTarget, ArtworkContext, ArtworkName, parse_artwork
from vitascope.metadata.record import ArtReference


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPicture:
    """One picture (or theme) of an item, by its path relative to the section's root."""

    kind: ArtKind
    path: str


class LocalArt:
    """The local pictures among ``paths``.

    ``paths`` are all files listed, relative to the section's root; those that are no pictures are passed over.
    ``stems`` gives for each folder the names without extension of the videos or tracks in it.
    """

    def __init__(
        self, paths: Iterable[str], *, section: SectionKind, stems: Mapping[str, Collection[str]] | None = None
    ) -> None:
        self._known: frozenset[str] = frozenset(paths)
        self._by_target: dict[tuple[ArtTarget, str], list[tuple[ArtworkName, str]]] = defaultdict(list)
        contexts: dict[str, ArtworkContext] = {}
        for path in sorted(self._known):
            folder = dirname(path)
            context = contexts.get(folder)
            if context is None:
                context = contexts[folder] = ArtworkContext(section=section, stems=(stems or {}).get(folder, ()))
            name = parse_artwork(path, context)
            if name is not None:
                self._by_target[name.target, name.folder].append((name, path))

    def movie(
        self, folder: str, stem: str, *, alone: bool = True, named: Iterable[ArtReference] = ()
    ) -> tuple[LocalPicture, ...]:
        """Of a film or other video. ``alone``: no other lies in its folder, so the folder's pictures are its own."""
        groups = [self._of(ArtTarget.MOVIE, folder, stem=stem)]
        if alone:
            groups += [self._of(target, folder) for target in (ArtTarget.MOVIE, ArtTarget.FOLDER)]
        return self._chosen(*groups, self._named(folder, named))

    def show(self, folder: str, *, named: Iterable[ArtReference] = ()) -> tuple[LocalPicture, ...]:
        return self._chosen(self._of(ArtTarget.SHOW, folder), self._named(folder, named))

    def season(
        self, show_folder: str, number: int, *, folders: Iterable[str] = (), named: Iterable[ArtReference] = ()
    ) -> tuple[LocalPicture, ...]:
        """Of a season whose episodes lie in ``folders``: ``Season01.jpg`` in either place, then ``poster.jpg``."""
        inside = sorted(set(folders) - {show_folder})
        groups = [self._of(ArtTarget.SEASON, folder, season=number) for folder in (show_folder, *inside)]
        return self._chosen(*groups, *(self._named(folder, named) for folder in inside or [show_folder]))

    def episode(self, folder: str, stem: str, *, named: Iterable[ArtReference] = ()) -> tuple[LocalPicture, ...]:
        return self._chosen(self._of(ArtTarget.EPISODE, folder, stem=stem), self._named(folder, named))

    def artist(self, folder: str, *, named: Iterable[ArtReference] = ()) -> tuple[LocalPicture, ...]:
        return self._chosen(self._of(ArtTarget.ARTIST, folder), self._named(folder, named))

    def album(self, folder: str, *, named: Iterable[ArtReference] = ()) -> tuple[LocalPicture, ...]:
        return self._chosen(self._of(ArtTarget.ALBUM, folder), self._named(folder, named))

    def photo_album(self, folder: str) -> tuple[LocalPicture, ...]:
        return self._chosen(self._of(ArtTarget.FOLDER, folder))

    def _of(
        self, target: ArtTarget, folder: str, *, stem: str | None = None, season: int | None = None
    ) -> list[LocalPicture]:
        found = [
            (name, path)
            for name, path in self._by_target.get((target, folder), ())
            if name.stem == stem and (target is not ArtTarget.SEASON or name.season == season)
        ]
        found.sort(key=lambda entry: (entry[0].order, entry[1]))
        return [LocalPicture(kind=name.kind, path=path) for name, path in found]

    def _named(self, folder: str, references: Iterable[ArtReference]) -> Iterator[LocalPicture]:
        for reference in references:
            path = join(folder, reference.path.removeprefix("./"))
            if path in self._known:
                yield LocalPicture(kind=reference.kind, path=path)

    def _chosen(self, *groups: Iterable[LocalPicture]) -> tuple[LocalPicture, ...]:
        """All in order, each picture once for each kind."""
        return tuple(dict.fromkeys(picture for group in groups for picture in group))


def first_of_each_kind(pictures: Iterable[LocalPicture]) -> dict[ArtKind, str]:
    """The path that is selected for each kind."""
    chosen: dict[ArtKind, str] = {}
    for picture in pictures:
        chosen.setdefault(picture.kind, picture.path)
    return chosen
