"""systemd without containers: the server as a confined service, with its backup.

Our engine gets a unit of its own. The original's Debian package brings ``plexmediaserver.service``: that engine gets a
drop-in which confines it in the same way, and the same backup. Follows systemd.exec(5); ``RestrictNamespaces=`` leaves
``user`` and ``net``, since workers that open media give up the network in one. ``Type=exec``: the server does not
speak sd_notify(3), its readiness is its health path.
"""

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.static import texts
from vitascope.ops.bundles.timers import backup_service, timer
from vitascope.ops.bundles.unitfile import Raw, Section, assignment, command, render, word
from vitascope.ops.service import Engine, Variant

PROGRAM = "/opt/vitascope/bin/vitascope"
ORIGINAL_UNIT = "plexmediaserver"
ORIGINAL_CONFIG = "/var/lib/plexmediaserver"
BACKUP_CALENDAR = "*-*-* 03:00:00"

CONFINED = (
    ("NoNewPrivileges", "yes"),
    ("CapabilityBoundingSet", ""),
    ("AmbientCapabilities", ""),
    ("ProtectSystem", "strict"),
    ("PrivateTmp", "yes"),
    ("ProtectClock", "yes"),
    ("ProtectControlGroups", "yes"),
    ("ProtectHostname", "yes"),
    ("ProtectKernelLogs", "yes"),
    ("ProtectKernelModules", "yes"),
    ("ProtectKernelTunables", "yes"),
    ("ProtectProc", "invisible"),
    ("LockPersonality", "yes"),
    ("RemoveIPC", "yes"),
    ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"),
    ("RestrictNamespaces", "user net"),
    ("RestrictRealtime", "yes"),
    ("RestrictSUIDSGID", "yes"),
    ("SystemCallArchitectures", "native"),
    ("SystemCallFilter", "@system-service"),
    ("SystemCallErrorNumber", "EPERM"),
    ("UMask", "0027"),
)


def files(options: BundleOptions) -> Bundle:
    """The unit (or the drop-in), the user, the backup's service and timer, a README."""
    if options.engine is Engine.PLEX:
        unit, config_dir = ORIGINAL_UNIT, options.config_dir or ORIGINAL_CONFIG
        found = {f"{unit}.service.d/50-confined.conf": _drop_in(options, config_dir)}
    else:
        unit, config_dir = options.name, options.config_dir or f"/var/lib/{options.name}"
        found = {
            f"{unit}.service": _unit(options, config_dir),
            f"sysusers.d/{unit}.conf": f'u {unit} - "Media server" {word(config_dir)}\n',
        }
    backup = backup_service(
        options,
        program=PROGRAM,
        manager=f"systemd:{unit}.service",
        config_dir=config_dir,
        recipients=Raw("/etc/vitascope/recipients.txt"),
    )
    found |= {
        f"{unit}-backup.service": backup,
        f"{unit}-backup.timer": timer(f"Daily backup of {unit}", BACKUP_CALENDAR),
    }
    return Bundle(
        files={
            **texts(__name__, options.service, f"static/{options.engine.value}"),
            **{path: BundleFile(text=text) for path, text in found.items()},
        }
    )


def _unit(options: BundleOptions, config_dir: str) -> str:
    unit = options.name
    serve = command(
        PROGRAM,
        *("serve", "--config", config_dir, "--port", str(options.service.port)),
        *("--transcode-dir", f"/var/cache/{unit}"),
    )
    below = config_dir.removeprefix("/var/lib/")
    state = ("StateDirectory", word(below)) if below != config_dir else ("ReadWritePaths", word(config_dir))
    return render(
        Section(
            name="Unit",
            settings=[
                ("Description", f"{options.service.title} media server"),
                ("Wants", "network-online.target"),
                ("After", "network-online.target"),
                *_mounts(options),
            ],
        ),
        Section(
            name="Service",
            settings=[
                ("Type", "exec"),
                ("ExecStart", serve),
                ("User", unit),
                ("Group", unit),
                ("Environment", assignment("HOME", config_dir)),
                ("Restart", "on-failure"),
                ("RestartSec", "10s"),
                ("TimeoutStopSec", "60"),
                state,
                ("CacheDirectory", unit),
                *_paths(options, config_dir),
                *_devices(options),
                *CONFINED,
            ],
        ),
        Section(name="Install", settings=[("WantedBy", "multi-user.target")]),
    )


def _drop_in(options: BundleOptions, config_dir: str) -> str:
    return render(
        Section(name="Unit", settings=[*_mounts(options)]),
        Section(
            name="Service",
            settings=[
                ("ReadWritePaths", word(config_dir)),
                *_paths(options, config_dir),
                *_devices(options),
                *CONFINED,
            ],
        ),
        comment="Beside the unit that the original's package brings.",
    )


def _mounts(options: BundleOptions) -> list[tuple[str, str]]:
    """Not started before the disks with media are there, and stopped with them."""
    return [("RequiresMountsFor", word(folder)) for folder in options.media]


def _paths(options: BundleOptions, config_dir: str) -> list[tuple[str, str]]:
    homes = any(path.startswith(("/home/", "/root/", "/run/user/")) for path in (config_dir, *options.media))
    settings = [("ProtectHome", "read-only" if homes else "yes")]
    # "-": a folder that is away shall not keep the server from starting; it then says so.
    return settings + [("ReadOnlyPaths", _optional(folder)) for folder in options.media]


def _optional(path: str) -> Raw:
    quoted = word(path)
    return Raw(f'"-{quoted[1:]}' if quoted.startswith('"') else f"-{quoted}")


def _devices(options: BundleOptions) -> list[tuple[str, str]]:
    if options.variant is Variant.GENERIC:
        return [("PrivateDevices", "yes")]
    nvidia = options.variant is Variant.NVIDIA
    allowed = ("char-nvidia", "char-nvidia-uvm", "char-nvidia-caps") if nvidia else ("char-drm",)
    return [
        ("DevicePolicy", "closed"),
        *(("DeviceAllow", f"{device} rw") for device in allowed),
        ("SupplementaryGroups", "video render"),
    ]
