"""One folder that is being identified: its files by kind, and whose subtitles, pictures and NFO files they are.

What lies beside media belongs to it by its name; what lies in the folders above belongs to shows and artists.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vitascope.core.model import FileClass, SectionKind
from vitascope.core.naming import made_versions
from vitascope.core.naming._text import folder_of, split_extension
from vitascope.core.naming.artwork import ArtworkContext, ArtworkName, parse_artwork
from vitascope.core.naming.groups import MediaVersion
from vitascope.core.naming.plexmatch import PlexMatch
from vitascope.core.naming.subtitles import SUBTITLE_FOLDERS, parse_subtitle
from vitascope.library.scan.finds import PartFile, Picture, Sidecar, Version
from vitascope.library.scan.walk import Entry, Folder

_FEW = 8
_ART_CLASSES = (FileClass.IMAGE, FileClass.AUDIO)


def stem_of(path: str) -> str:
    """The name of a file without its ending."""
    return split_extension(path.rpartition("/")[2])[0]


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
                folder_path, stem = folder_of(path), stem_of(path)
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
        lowered, name = self.lowered[folder], stem_of(path).lower()
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
        original = made_versions.original_path(path)
        sidecars = self.sidecars.get(f"{folder_of(original)}/{stem_of(original)}", [])
        ordered = sorted(sidecars, key=lambda sidecar: sidecar.entry.path)
        return PartFile(entry=self.by_path[path], sidecars=tuple(ordered))


def _owning_folders(folder: str) -> list[str]:
    """Where the video of a subtitle in this folder may lie."""
    steps = folder.split("/") if folder else []
    folders = [folder]
    if steps and steps[-1].lower() in SUBTITLE_FOLDERS:
        folders.append("/".join(steps[:-1]))
    elif len(steps) >= 2 and steps[-2].lower() in SUBTITLE_FOLDERS:
        folders.append("/".join(steps[:-2]))
    return folders
