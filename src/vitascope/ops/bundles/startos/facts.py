"""What StartOS needs to know beyond the description of the service."""

from collections.abc import Mapping
from dataclasses import dataclass

from vitascope import __version__
from vitascope.ops.service import Engine

NOWHERE = "https://vitascope.invalid"
"""Where there is no address yet (RFC 2606); the manifest must name one."""

PACKAGE_VERSION = f"{__version__}:0"
"""Upstream and downstream, as StartOS counts them. Every variant has the same."""

RELEASE_NOTES = "The first version of this package."

CLAIM_SECONDS = 240
"""How long a claim token is worth something after it was made."""

DEPENDENCY_VOLUMES: Mapping[str, str] = {"filebrowser": "data", "nextcloud": "nextcloud"}
"""The volume in which each of the other services keeps its files."""

ENVIRONMENT: Mapping[Engine, Mapping[str, str]] = {
    Engine.PLEX: {},
    # StartOS is a reverse proxy: a request from the machine itself may be anybody's. Its Tor address is made by it, so
    # the server cannot know the name.
    Engine.VITASCOPE: {"VITASCOPE_ALLOWED_HOST_NAMES": ".onion", "VITASCOPE_TRUST_LOOPBACK": "0"},
}
"""Variables that are always set."""

NOT_BACKED_UP: Mapping[Engine, tuple[str, ...]] = {Engine.PLEX: (), Engine.VITASCOPE: ("owner-password",)}
"""Files of the volumes that are not for keeping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """How the package presents itself."""

    short: str
    long: str
    upstream: str
    site: str
    repository: str
    account_note: str
    claim_note: str
    further_environment: tuple[tuple[str, str], ...] = ()
    """Variables beyond those of the service's description, and when they are set."""


TEXTS: Mapping[Engine, Texts] = {
    Engine.PLEX: Texts(
        short="Organize your video, music and photos, and stream them to Plex apps",
        long="Plex Media Server organizes your personal video, music, and photo collections and streams them to Plex "
        "apps on phones, tablets, smart TVs, streaming devices, game consoles, and the web. This package wraps the "
        "official plexinc/pms-docker image and runs it on StartOS, keeping your media private and on hardware you "
        "control.",
        upstream="https://github.com/plexinc/pms-docker",
        site="https://www.plex.tv",
        repository=NOWHERE,
        account_note="web app always signs in to plex.tv; no account-free mode",
        claim_note="server must be claimed to an account via PLEX_CLAIM; unclaimed returns "
        '"not authorized for the account"',
    ),
    Engine.VITASCOPE: Texts(
        short="Organize your video, music and photos, and stream them without an account",
        long="Vitascope organizes your personal video, music, and photo collections and streams them to Plex apps and "
        "to any browser. It needs no cloud account and opens no connection that its owner did not switch on.",
        upstream=NOWHERE,
        site=NOWHERE,
        repository=NOWHERE,
        account_note="people and passwords of this server; no cloud",
        claim_note="StartOS starts it only once an owner is given",
        further_environment=(
            ("VITASCOPE_ALLOWED_HOST_NAMES", "always .onion, so that the Tor address is answered"),
            ("VITASCOPE_TRUST_LOOPBACK", "always 0, behind a proxy a request from the machine itself may be anybody's"),
            ("VITASCOPE_OWNER", "set while an owner to be made is stored and there is none"),
            ("VITASCOPE_OWNER_PASSWORD_FILE", "set with VITASCOPE_OWNER"),
        ),
    ),
}
