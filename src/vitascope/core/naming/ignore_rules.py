"""``.plexignore``: what a person told the scanner to pass over.

One pattern a line; blank lines and lines that begin with ``#`` do not count. A pattern without a slash is compared
with names, one with a slash with the path below the file's own folder. Only ``*`` and ``?`` are special: file
names are full of square brackets, and nobody means a character class by them. The matcher walks both strings
once and never backtracks further than the last star, so no pattern can make a scan slow.

The same rules carry what is passed over in the data directory of a Nextcloud (:mod:`vitascope.core.naming.nextcloud`).
"""

from dataclasses import dataclass, replace
from typing import Self

from vitascope.core.naming import nextcloud


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    directory: str
    pattern: str

    def matches(self, lower_path: str) -> bool:
        prefix = f"{self.directory}/" if self.directory else ""
        if not lower_path.startswith(prefix):
            return False
        below = lower_path[len(prefix) :]
        if "/" not in self.pattern:
            # In the root such a line holds for the whole section, elsewhere for its own folder.
            name = below.rpartition("/")[2] if not self.directory else below
            return "/" not in name and _wildcard(name, self.pattern)
        pattern = self.pattern.lstrip("/")
        if pattern.endswith("/"):
            return _wildcard(below, pattern.rstrip("/")) or _wildcard(below, pattern + "*")
        return _wildcard(below, pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nextcloud:
    """The root of a Nextcloud at ``directory``. ``above`` is what stands before the paths below ``directory`` when the
    section begins inside a Nextcloud."""

    directory: str
    above: str = ""

    def matches(self, path: str) -> bool:
        prefix = f"{self.directory}/" if self.directory else ""
        return path.startswith(prefix) and nextcloud.is_passed_over(self.above + path[len(prefix) :])


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRules:
    """The rules of any number of ``.plexignore`` files, each knowing the folder it lies in."""

    rules: tuple[_Rule, ...] = ()
    nextclouds: tuple[_Nextcloud, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules or self.nextclouds)

    @classmethod
    def parse(cls, text: str, directory: str = "") -> Self:
        """Rules from a file's text; ``directory`` is its folder, relative to the section's root."""
        folder = directory.strip("/").lower()
        lines = (line.strip().lstrip("\ufeff").replace("\\", "/").lower() for line in text.splitlines())
        return cls(
            rules=tuple(
                _Rule(directory=folder, pattern=line) for line in lines if line.strip("/") and not line.startswith("#")
            )
        )

    def extended(self, text: str, directory: str) -> Self:
        """These rules and those of one more file, usually one deeper in the tree."""
        return replace(self, rules=self.rules + type(self).parse(text, directory).rules)

    def with_nextcloud(self, directory: str, *, above: str = "") -> Self:
        """These rules and those of a Nextcloud whose root is ``directory``, or (``above`` is ``person/``) of one in
        which ``directory`` is a person's folder."""
        return replace(self, nextclouds=(*self.nextclouds, _Nextcloud(directory=directory.strip("/"), above=above)))

    def matches(self, path: str) -> bool:
        """Whether a file or folder is to be passed over. A folder that matches takes its contents with it, but
        saying so is the walker's job: it does not go in."""
        whole = path.strip("/")
        lower = whole.lower()
        return any(rule.matches(lower) for rule in self.rules) or any(one.matches(whole) for one in self.nextclouds)


def _wildcard(text: str, pattern: str) -> bool:
    at = in_pattern = 0
    star = resume = -1
    while at < len(text):
        if in_pattern < len(pattern) and pattern[in_pattern] == "*":
            star, resume = in_pattern, at
            in_pattern += 1
        elif in_pattern < len(pattern) and pattern[in_pattern] in ("?", text[at]):
            at += 1
            in_pattern += 1
        elif star >= 0:
            resume += 1
            at, in_pattern = resume, star + 1
        else:
            return False
    return pattern[in_pattern:].strip("*") == ""
