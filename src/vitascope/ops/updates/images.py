"""Images, through the program that runs the containers: which one runs, which one a name stands for, and names for the
way back.

A service is started by a *name*. Fetching a newer image moves the name at once, so it is put back until the update: a
service that is started meanwhile, after a crash say, still runs what it ran.
"""

from dataclasses import dataclass
from typing import Protocol

from vitascope.ops.managers import ManagerCommandFailed
from vitascope.ops.managers.command import LOOK_SECONDS, run
from vitascope.ops.updates.groups import Program

FORMER = "vitascope-former"
NEXT = "vitascope-next"
_PULL_SECONDS = 3_600.0
_VERSION = "org.opencontainers.image.version"


class Images(Protocol):
    """The images of a machine. Every call may raise :class:`~vitascope.ops.managers.ManagerError`."""

    def running(self, container: str) -> str | None:
        """The identifier of the image that a container runs; ``None`` when there is none, or it does not run."""
        ...

    def named(self, name: str) -> str | None:
        """The identifier of the image that a name (or an identifier) stands for; ``None`` when there is none."""
        ...

    def pull(self, name: str) -> None:
        """Fetches what the registry has by that name; the name stands for it afterwards."""
        ...

    def tag(self, identifier: str, name: str) -> None:
        """Has a name stand for an image."""
        ...

    def version(self, identifier: str) -> str:
        """What the image calls its version; the beginning of its identifier when it does not say."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramImages:
    """Those of podman or docker, which take the same words."""

    program: Program

    def running(self, container: str) -> str | None:
        """Asks for the container's image and whether it runs."""
        said = self._look("container", container, "{{.State.Running}} {{.Image}}")
        running, _, image = (said or "").partition(" ")
        return _plain(image) if running == "true" else None

    def named(self, name: str) -> str | None:
        """Asks for the image."""
        said = self._look("image", name, "{{.Id}}")
        return None if said is None else _plain(said)

    def pull(self, name: str) -> None:
        """May take long."""
        run([self.program, "pull", "--quiet", name], _PULL_SECONDS)

    def tag(self, identifier: str, name: str) -> None:
        """Moves the name."""
        run([self.program, "tag", identifier, name], LOOK_SECONDS)

    def version(self, identifier: str) -> str:
        """The label of the image specification."""
        said = self._look("image", identifier, f'{{{{index .Config.Labels "{_VERSION}"}}}}')
        return said if said and said != "<no value>" else identifier[:12]

    def _look(self, kind: str, name: str, what: str) -> str | None:
        try:
            return run([self.program, kind, "inspect", f"--format={what}", name], LOOK_SECONDS).strip()
        except ManagerCommandFailed as error:
            if "no such" in error.said.lower() or "not known" in error.said.lower():
                return None
            raise


def beside(image: str, tag: str) -> str:
    """Another tag of the same image name.

    >>> beside("localhost:5000/vitascope:latest", "vitascope-next")
    'localhost:5000/vitascope:vitascope-next'
    """
    return f"{image.rpartition(':')[0]}:{tag}"


def _plain(identifier: str) -> str:
    return identifier.strip().removeprefix("sha256:")
