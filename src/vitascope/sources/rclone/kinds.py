"""The kinds of remotes that the installed rclone knows, and the options each takes: it says so itself.

An option is a *secret* unless it is known to be none: those rclone obscures, those it marks as sensitive (but for names
that say who somebody is and open nothing), and headers, which hold tokens. Secrets lie in ``rclone.conf`` alone.

Options that make rclone run a command, or take several further remotes, are not taken at all: whoever may add a source
over the network must not be able to run programs with it.
"""

import functools
import re
from pathlib import Path

import msgspec

from vitascope.sources.errors import InvalidSource, RcloneMissing
from vitascope.sources.rclone.program import ask

_NAMES = frozenset(
    {"account", "user", "username", "email", "host", "url", "access_key_id", "client_id", "domain", "tenant",
     "project_number", "root_folder_id", "root_id", "team_drive", "drive_id", "namespace", "namenode"}
)  # fmt: skip
_COMMANDS = re.compile(r"(?:^|_)command$|^ssh$|^password_command$")
_MANY_REMOTES = frozenset({"upstreams", "remotes"})


class Example(msgspec.Struct, frozen=True, rename="pascal"):
    """A value that an option may have."""

    value: str
    help: str = ""
    provider: str = ""


class Option(msgspec.Struct, frozen=True, rename="pascal"):
    """An option, as rclone describes it."""

    name: str
    help: str = ""
    default_str: str = ""
    advanced: bool = False
    exclusive: bool = False
    """Its values are those of the examples, and no others."""
    examples: list[Example] = []
    provider: str = ""
    """For which of the services that speak one protocol: ``AWS,Minio``, or ``!AWS`` for all but these."""
    hide: int = 0
    is_password: bool = False
    """Kept obscured, which is not encrypted: whoever can read the file can undo it."""
    sensitive: bool = False
    required: bool = False
    type: str = "string"

    @property
    def is_secret(self) -> bool:
        return self.is_password or (self.sensitive and self.name not in _NAMES) or self.name == "headers"

    @property
    def is_refused(self) -> bool:
        return bool(_COMMANDS.search(self.name)) or self.name in _MANY_REMOTES


class Kind(msgspec.Struct, frozen=True, rename="pascal"):
    """A kind of remote, as rclone describes it."""

    name: str
    description: str = ""
    options: list[Option] = []
    hide: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be had without what is refused."""
        return any(option.required and option.is_refused for option in self.options)


class Kinds:
    """Every kind by its name; ``offered`` are those one would choose from."""

    def __init__(self, answer: str) -> None:
        try:
            providers = msgspec.json.decode(answer, type=list[Kind])
        except msgspec.MsgspecError as error:
            raise RcloneMissing("rclone does not say which remotes it knows; is it older than 1.60?") from error
        self.offered = [one for one in providers if not one.hide and not one.is_refused]
        self._kinds = {one.name: {option.name: option for option in one.options} for one in providers}

    def __contains__(self, kind: object) -> bool:
        return kind in self._kinds

    def options(self, kind: str) -> dict[str, Option]:
        """The options of a kind by name. Raises :class:`InvalidSource` for one that rclone does not know."""
        found = self._kinds.get(kind)
        if found is None:
            raise InvalidSource(f"rclone knows no remotes of type {kind!r}; among those it knows: b2, s3, webdav, sftp")
        return found


@functools.lru_cache(maxsize=2)
def kinds_of(program: Path, home: Path) -> Kinds:
    """What this rclone knows; asked once."""
    return Kinds(ask(program, home, "config", "providers", "--config", ""))
