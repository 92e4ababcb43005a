"""The two services, word for word where the StartOS document names them."""

from dataclasses import replace

from vitascope.ops.service.model import (
    ActionSpec,
    Availability,
    CheckSpec,
    Engine,
    FieldKind,
    FieldSpec,
    MediaSource,
    Service,
    Severity,
    TaskSpec,
    VolumeSpec,
)

_SOURCES = (
    MediaSource(id="filebrowser", title="File Browser", mount="/data/filebrowser", version=">=2.63.2:0"),
    MediaSource(id="nextcloud", title="Nextcloud", mount="/data/nextcloud", version=">=32.0.8:0"),
)

_VOLUMES = (
    VolumeSpec(id="config", mount="/config", purpose="Plex database, metadata, and Preferences.xml", in_backup=True),
    VolumeSpec(id="transcode", mount="/transcode", purpose="Transcoder temporary files", in_backup=False),
    VolumeSpec(
        id="startos",
        mount=None,
        purpose="Package state (store.json): claim token, selected media sources",
        in_backup=True,
    ),
)

CLAIM_TOKEN_PATTERN = "claim-[A-Za-z0-9_-]{20}"  # noqa: S105  # the shape of one

_MEDIA_SOURCES = ActionSpec(
    id="media-sources",
    name="Select Media Sources",
    description="Choose which services the server reads media from. They are mounted read-only.",
    availability=Availability.ANY,
    fields=(
        FieldSpec(
            id="mediaSources",
            name="Media Sources",
            description="At least one.",
            kind=FieldKind.CHOICES,
            choices=tuple((source.id, source.title) for source in _SOURCES),
            least=1,
        ),
    ),
)

_SERVER_NAME = ActionSpec(
    id="server-name",
    name="Set Server Name",
    description="The name that apps show for this server (FriendlyName). It takes effect on the next start.",
    availability=Availability.ONLY_STOPPED,
    fields=(
        FieldSpec(
            id="name",
            name="Server Name",
            description="1 to 64 characters.",
            placeholder="Living Room",
            most_characters=64,
        ),
    ),
)

_LINK_PLEX = ActionSpec(
    id="link-account",
    name="Link Plex Account",
    description="Store a claim token; the server links itself to the account automatically. Get one from "
    "https://plex.tv/claim: it expires 4 minutes after it was made.",
    availability=Availability.ANY,
    fields=(
        FieldSpec(
            id="claimToken",
            name="Claim Token",
            description="Starts with claim- and is used once.",
            kind=FieldKind.SECRET,
            pattern=CLAIM_TOKEN_PATTERN,
            pattern_means="claim- and 20 characters",
            placeholder="claim-xxxxxxxxxxxxxxxxxxxx",
        ),
    ),
)

_LINK_OURS = ActionSpec(
    id="link-account",
    name="Link Plex Account",
    description="Make the owner of this server: with the claim token of an account home, or on the spot with a name "
    "and a password.",
    availability=Availability.ANY,
    fields=(
        FieldSpec(
            id="claimToken",
            name="Claim Token",
            description="A token of the server that is the account home, or of this server itself.",
            kind=FieldKind.SECRET,
            required=False,
            pattern=CLAIM_TOKEN_PATTERN,
            pattern_means="claim- and 20 characters",
            placeholder="claim-xxxxxxxxxxxxxxxxxxxx",
        ),
        FieldSpec(
            id="ownerName",
            name="Owner",
            description="The name to sign in with, when the owner is made on the spot.",
            required=False,
            most_characters=64,
        ),
        FieldSpec(
            id="ownerPassword",
            name="Password",
            description="At least 10 characters.",
            kind=FieldKind.SECRET,
            required=False,
            least=10,
            most_characters=1024,
        ),
    ),
)

_TASKS = (
    TaskSpec(
        id="link-account",
        action="link-account",
        severity=Severity.CRITICAL,
        reason="The server must be claimed before it can be used",
    ),
    TaskSpec(
        id="media-sources",
        action="media-sources",
        severity=Severity.CRITICAL,
        reason="Choose where the server reads media from",
    ),
)

_WEB = CheckSpec(
    id="web",
    name="Web UI",
    success="The Plex web interface is ready",
    failure="The Plex web interface is not ready",
    grace_seconds=60,
)

_FURTHER = (
    CheckSpec(id="sources", name="Media", success="All media folders are there", failure="Media folders are away"),
    CheckSpec(id="database", name="Database", success="The database is sound", failure="The database is damaged"),
    CheckSpec(id="disk", name="Disk space", success="There is enough space", failure="The disk is almost full"),
    CheckSpec(id="transcoder", name="Conversion", success="A conversion works", failure="A conversion fails"),
    CheckSpec(
        id="backup",
        name="Backup",
        success="The newest backup is fresh and can be restored",
        failure="There is no fresh backup that can be restored",
    ),
    CheckSpec(id="clock", name="Clock", success="The clock is right", failure="The clock is wrong"),
)

_CERTIFICATES = CheckSpec(
    id="certificates",
    name="HTTPS",
    success="The certificates hold",
    failure="A certificate ends soon or cannot be renewed",
)

_PLEX = Service(
    engine=Engine.PLEX,
    package_id="plex",
    title="Plex",
    image="docker.io/plexinc/pms-docker",
    unit="plex",
    container="plex",
    port=32400,
    web_path="/web",
    health_path="/identity",
    architectures=("x86_64", "aarch64"),
    volumes=_VOLUMES,
    sources=_SOURCES,
    actions=(_LINK_PLEX, _MEDIA_SOURCES, _SERVER_NAME),
    tasks=_TASKS,
    checks=(_WEB, *_FURTHER),
    managed_preferences=("FriendlyName",),
    managed_environment=(("PLEX_CLAIM", "set while a claim token is stored and the server is unlinked"),),
    account_required=True,
    claim_required=True,
)

_VITASCOPE = replace(
    _PLEX,
    engine=Engine.VITASCOPE,
    package_id="vitascope",
    title="Vitascope",
    image="localhost/vitascope",
    actions=(_LINK_OURS, _MEDIA_SOURCES, _SERVER_NAME),
    checks=(*_PLEX.checks, _CERTIFICATES),
    account_required=False,
    claim_required=False,
)

SERVICES: dict[Engine, Service] = {service.engine: service for service in (_PLEX, _VITASCOPE)}


def service_of(engine: Engine) -> Service:
    """The description of an engine."""
    return SERVICES[engine]
