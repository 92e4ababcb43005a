"""What a service is made of, as values. The words are those of the StartOS package that asked for them."""

from dataclasses import dataclass, field
from enum import StrEnum


class Engine(StrEnum):
    """Which server is operated."""

    VITASCOPE = "vitascope"
    """Our own."""
    PLEX = "plex"
    """The original image, ``plexinc/pms-docker``."""


class Availability(StrEnum):
    """When an action may run."""

    ANY = "any"
    ONLY_STOPPED = "only-stopped"
    ONLY_RUNNING = "only-running"


class FieldKind(StrEnum):
    """How a value of an action's input is asked for."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105  # a kind of field
    CHOICES = "choices"
    """Any number of the choices, at least ``least`` of them."""


class Severity(StrEnum):
    """How urgent a task is; the critical ones are shown first and keep the service from being used."""

    CRITICAL = "critical"
    IMPORTANT = "important"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One value of an action's input."""

    id: str
    name: str
    description: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    """Value and title of each choice."""
    least: int = 0
    """Of choices, how many; of a text that is given, how many characters."""
    pattern: str | None = None
    """A regular expression that the whole text must match, in the dialect that Python and ECMAScript share."""
    pattern_means: str = ""
    """What the pattern asks for, for a person."""
    placeholder: str = ""
    most_characters: int = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """Something that the owner may have done."""

    id: str
    name: str
    description: str
    availability: Availability
    fields: tuple[FieldSpec, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec:
    """Something that the owner should do. It is raised and cleared by the state of the service, never by a click."""

    id: str
    action: str
    """The action that does it."""
    severity: Severity
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """A health check."""

    id: str
    name: str
    success: str
    failure: str
    grace_seconds: int = 0
    """How long after start a failure is still "starting"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSource:
    """Another service whose files can be shown, mounted read-only."""

    id: str
    title: str
    mount: str
    version: str
    """The version range that is asked of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencySpec:
    """What must be there, and only while its source is selected."""

    id: str
    title: str
    version: str
    kind: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSpec:
    """A place that outlives the container (or, like the transcoder's, does not)."""

    id: str
    mount: str | None
    """``None`` when it is the package's own and not mounted into the server."""
    purpose: str
    in_backup: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One engine, whole."""

    engine: Engine
    package_id: str
    title: str
    image: str
    unit: str
    """The name of its systemd unit, without ``.service``."""
    container: str
    port: int
    web_path: str
    health_path: str
    architectures: tuple[str, ...]
    volumes: tuple[VolumeSpec, ...]
    sources: tuple[MediaSource, ...]
    actions: tuple[ActionSpec, ...]
    tasks: tuple[TaskSpec, ...]
    checks: tuple[CheckSpec, ...]
    managed_preferences: tuple[str, ...]
    managed_environment: tuple[tuple[str, str], ...] = field(default=())
    """Names of variables that the package sets, and when."""
    account_required: bool = False
    claim_required: bool = False

    @property
    def dependencies(self) -> tuple[DependencySpec, ...]:
        """One for each media source; declared only while it is selected."""
        return tuple(
            DependencySpec(
                id=source.id,
                title=source.title,
                version=source.version,
                kind="exists",
                purpose=f"Read media from {source.title}",
            )
            for source in self.sources
        )

    def action(self, action_id: str) -> ActionSpec:
        """The action with this id. Raises ``KeyError``."""
        for action in self.actions:
            if action.id == action_id:
                return action
        raise KeyError(action_id)
