"""What the variables of the original container mean, and how they reach the preferences.

The original's first-run script writes ``ADVERTISE_IP`` to ``customConnections`` and ``ALLOWED_NETWORKS`` to
``allowedNetworks`` once for each new container, over whatever stands there. Here a variable is written when its value
is another one than the last that was written from it: a container made anew changes nothing, a changed variable always
counts, and what the owner sets in between stays until then. Which value was written last is kept in the preferences
themselves. ``TranscoderTempDirectory`` becomes ``/transcode`` in the container, where nothing else is set.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vitascope.ops.plugins import named_in
from vitascope.ops.preferences import Preferences

_log = logging.getLogger(__name__)

_TRANSCODE = Path("/transcode")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSettings:
    """The variables of the original container that change the server."""

    advertise_ip: str | None = None
    allowed_networks: str | None = None
    transcode: Path | None = None
    """Where conversions go when nothing else is set; ``None`` outside the container."""
    claim: str = ""
    claim_file: Path | None = None
    plugins: tuple[Path, ...] = ()
    """Bundles that the environment names beside those in ``Plug-ins``."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, transcode: Path = _TRANSCODE) -> "ContainerSettings":
        """Reads them; empty ones are as good as none."""
        # The original's run script says by this that it runs in its container, and so does our image.
        contained = environment.get("PLEX_MEDIA_SERVER_INFO_VENDOR") == "Docker" and transcode.is_dir()
        claim_file = environment.get("PLEX_CLAIM_FILE")
        return cls(
            advertise_ip=environment.get("ADVERTISE_IP") or None,
            allowed_networks=environment.get("ALLOWED_NETWORKS") or None,
            transcode=transcode if contained else None,
            claim=environment.get("PLEX_CLAIM", "").strip(),
            claim_file=Path(claim_file) if claim_file else None,
            plugins=named_in(environment),
        )

    def apply(self, preferences: Preferences) -> None:
        """Writes what is new into the preferences. Raises :class:`~vitascope.ops.preferences.PreferenceError`."""
        changes: dict[str, str] = {}
        for value, name, written in (
            (self.advertise_ip, "customConnections", "WrittenAdvertiseIp"),
            (self.allowed_networks, "allowedNetworks", "WrittenAllowedNetworks"),
        ):
            if value is None or preferences.text(written) == value:
                continue
            if preferences.text(name) not in ("", value):
                _log.warning("%s is set from the environment; it was %r", name, preferences.text(name))
            changes |= {name: value, written: value}
        if self.transcode is not None and not preferences.text("TranscoderTempDirectory"):
            changes["TranscoderTempDirectory"] = str(self.transcode)
        if changes:
            preferences.set(changes)
