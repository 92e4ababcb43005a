"""NixOS: a package, a module, and one whole configuration of a small machine in the cloud.

The module ``services.vitascope`` has the options of NixOS' ``services.plex``; the package has ``bin/plexmediaserver``,
which is all that ``services.plex.package`` asks of one. The configuration is that of the fourth document: media on
object storage, mounted by rclone; nginx with a certificate; a firewall with the original's ports. It differs where that
is safer: rclone's configuration is a file of root's and not in the store, which everybody may read.

nginx's lines are those of :mod:`vitascope.ops.bundles.nginx`, the confinement is that of
:mod:`vitascope.ops.bundles.systemd`.
"""

from collections.abc import Sequence

from vitascope import __version__
from vitascope.ops.bundles import nginx
from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.nginxfile import render as nginx_text
from vitascope.ops.bundles.nixfile import Expr, Indented, Item, Note, Value, literal, render, string, written
from vitascope.ops.bundles.proxies import ACCEL_PREFIX, CIPHERS
from vitascope.ops.bundles.static import texts
from vitascope.ops.bundles.systemd import BACKUP_CALENDAR, CONFINED
from vitascope.ops.bundles.timers import KEEP
from vitascope.ops.bundles.unitfile import command
from vitascope.ops.service import Engine

DATA = "/var/lib/plex"
MOUNT = "/mnt/media"
RCLONE_CONFIG = "/etc/secrets/rclone.conf"
RECIPIENTS = "/etc/vitascope/recipients.txt"
TCP = (3005, 8324, 32469, 80, 443)
UDP = (1900, 5353, 32410, 32412, 32413, 32414)
"""The original's ports but 32400, which nginx stands before."""
_VARIABLE = "plex"
"""What the names of nginx's variables begin with."""

_DEPENDENCIES = (
    "acme",
    "alembic",
    "argon2-cffi",
    "av",
    "cryptography",
    "exifread",
    "h11",
    "httptools",
    "ifaddr",
    "imageio-ffmpeg",
    "josepy",
    "lxml",
    "msgspec",
    "mutagen",
    "numpy",
    "pi-heif",
    "prometheus-client",
    "psycopg",
    "pyrage",
    "pyvips",
    "pyyaml",
    "requests",
    "rich",
    "sqlalchemy",
    "starlette",
    "typer",
    "uvicorn",
    "uvloop",
    "watchfiles",
    "websockets",
    "zstandard",
)
"""What ``pyproject.toml`` asks for, by the names of Nixpkgs; a test compares them."""

_MOUNT_COMMAND = r"""
${pkgs.rclone}/bin/rclone mount 'b2:${bucket}/' ${mount} \
  --config=${rcloneConfig} \
  --allow-other \
  --allow-non-empty \
  --log-level=INFO \
  --buffer-size=50M \
  --drive-acknowledge-abuse=true \
  --no-modtime \
  --vfs-cache-mode full \
  --vfs-cache-max-size 20G \
  --vfs-read-chunk-size=32M \
  --vfs-read-chunk-size-limit=256M
"""

_PLUGIN = """
pkgs.stdenv.mkDerivation {
    name = "Audiobooks.bundle";
    src = pkgs.fetchurl {
      url = "https://github.com/macr0dev/Audiobooks.bundle/archive/9b1de6b66cd8fe11c7d27623d8579f43df9f8b86.zip";
      sha256 = "539492e3b06fca2ceb5f0cb6c5e47462d38019317b242f6f74d55c3b2d5f6e1d";
    };
    buildInputs = [ pkgs.unzip ];
    installPhase = "mkdir -p $out; cp -R * $out/";
  }
"""


def files(options: BundleOptions) -> Bundle:
    """The package, the configuration and a README; for our engine the module too."""
    found = {
        **texts(__name__, options.service, "static/common"),
        **texts(__name__, options.service, f"static/{options.engine.value}"),
        "configuration.nix": BundleFile(text=_configuration(options)),
    }
    package = found["package.nix"].text.replace("@version@", __version__)
    dependencies = "\n".join(f"    {each}" for each in _DEPENDENCIES)
    found["package.nix"] = BundleFile(text=package.replace("@dependencies@", dependencies))
    if options.engine is Engine.VITASCOPE:
        confined: dict[str, Value] = {**dict(CONFINED), "PrivateDevices": "yes", "ProtectHome": "yes"}
        text = f"# What the unit may not do: systemd.exec(5).\n{written(confined)}\n"
        found["confined.nix"] = BundleFile(text=text)
    return Bundle(files=found)


def _configuration(options: BundleOptions) -> str:
    names = [
        *(("domain", options.domain), ("email", options.acme_email), ("bucket", "my-bucket"), ("mount", MOUNT)),
        ("rcloneConfig", RCLONE_CONFIG),
    ]
    chosen = "".join(f"  {name} = {string(value)};\n" for name, value in names)
    ours = options.engine is Engine.VITASCOPE
    imports = "[\n    ./hardware-configuration.nix\n" + ("    ./module.nix\n" if ours else "") + "  ]"
    items: list[Item] = [
        ("imports", Expr(imports)),
        *_machine(options),
        *_media(),
        *(_vitascope() if ours else _plex()),
        *_edge(options),
        *_backup(options),
    ]
    return (
        f"# A whole machine: media on object storage, {options.service.title}, HTTPS.\n"
        "# What is to be changed stands at the top.\n"
        "{\n  config,\n  lib,\n  pkgs,\n  ...\n}:\n\nlet\n"
        f"{chosen}\n"
        "  vitascope = pkgs.callPackage ./package.nix { };\n\n"
        "  # An agent for audiobooks, by its commit and sum.\n"
        f"  audiobooksPlugin = {_PLUGIN.strip()};\n"
        f"in\n{{\n{render(items)}}}\n"
    )


def _machine(options: BundleOptions) -> Sequence[Item]:
    return [
        Note("The machine."),
        ("networking.hostName", options.name),
        ("time.timeZone", options.timezone),
        ("boot.tmp.cleanOnBoot", True),
        ("environment.systemPackages", Expr("[\n    pkgs.rclone\n    pkgs.htop\n    pkgs.age\n    pkgs.zstd\n  ]")),
        ("services.openssh.enable", True),
        ("services.openssh.settings.PasswordAuthentication", False),
        ("system.stateVersion", "24.11"),
        Note("Upgrades itself at night, after the backup."),
        ("system.autoUpgrade", {"enable": True, "dates": "04:00", "allowReboot": False}),
    ]


def _media() -> Sequence[Item]:
    unit: dict[str, Value] = {
        "enable": True,
        "description": "Mount media dir",
        "wantedBy": ["multi-user.target"],
        "wants": ["network-online.target"],
        "after": ["network-online.target"],
        "path": Expr("[ pkgs.fuse pkgs.fuse3 ]"),
        "serviceConfig": {
            "ExecStartPre": Expr('"/run/current-system/sw/bin/mkdir -p ${mount}"'),
            "ExecStart": Indented(_MOUNT_COMMAND.strip()),
            "ExecStop": Expr('"/run/wrappers/bin/fusermount -u ${mount}"'),
            "Type": "notify",
            "Restart": "always",
            "RestartSec": "10s",
        },
    }
    return [
        Note(
            "The bucket as a folder. rclone's configuration holds a key: it is root's alone (0600) and not in this\n"
            "file, which ends in the store, where everybody on the machine may read it. README.md makes it."
        ),
        ("systemd.services.plex_media", unit),
    ]


def _vitascope() -> Sequence[Item]:
    service: dict[str, Value] = {
        "enable": True,
        "package": Expr("vitascope"),
        "dataDir": DATA,
        "openFirewall": False,
        "user": "plex",
        "group": "plex",
        "extraPlugins": Expr("[ audiobooksPlugin ]"),
        "environment": {
            "ADVERTISE_IP": Expr('"https://${domain}:443"'),
            "VITASCOPE_ALLOWED_HOST_NAMES": Expr("domain"),
            "VITASCOPE_TRUSTED_PROXIES": "127.0.0.1,::1",
            "VITASCOPE_ACCEL_PREFIX": ACCEL_PREFIX,
        },
    }
    return [
        Note(
            "The server. NixOS' own module runs it too, without the confinement:\n"
            '  services.plex = { enable = true; package = vitascope; dataDir = "/var/lib/plex"; };'
        ),
        ("services.vitascope", service),
        ("systemd.services.vitascope", _follows_media()),
    ]


def _plex() -> Sequence[Item]:
    service: dict[str, Value] = {
        "enable": True,
        "dataDir": DATA,
        "openFirewall": False,
        "user": "plex",
        "group": "plex",
        "extraPlugins": Expr("[ audiobooksPlugin ]"),
    }
    return [
        Note("The server, which is unfree."),
        ("nixpkgs.config.allowUnfree", True),
        ("services.plex", service),
        ("systemd.services.plex", _follows_media()),
    ]


def _follows_media() -> dict[str, Value]:
    return {"wants": ["plex_media.service"], "after": ["plex_media.service"]}


def _edge(options: BundleOptions) -> Sequence[Item]:
    shared = nginx_text([*nginx.maps(options, _VARIABLE), *nginx.added(options, _VARIABLE)])
    location = [*nginx.passed(options), ("proxy_redirect", "off"), *nginx.once(options, _VARIABLE)]
    locations: dict[str, Value] = {
        "/": {
            "proxyPass": "http://localhost:32400",
            "proxyWebsockets": True,
            "extraConfig": Indented(literal(nginx_text(location))),
        },
    }
    if options.engine is Engine.VITASCOPE:
        internal = [
            ("internal",),
            ("disable_symlinks", "on", "from=@mount@/"),
            ("add_header", "Access-Control-Allow-Origin", "$upstream_http_access_control_allow_origin", "always"),
            *nginx.added(options, _VARIABLE),
        ]
        text = literal(nginx_text(internal)).replace("@mount@", "${mount}")
        place = Expr(f'"{ACCEL_PREFIX.rstrip("/")}${{mount}}/"')
        locations[place] = {"alias": Expr('"${mount}/"'), "extraConfig": Indented(text)}
    host: dict[str, Value] = {
        "forceSSL": True,
        "enableACME": True,
        "extraConfig": Indented(
            "# Some players open no new connection after a long pause: theirs is kept.\nsend_timeout 100m;"
        ),
        "locations": locations,
    }
    service: dict[str, Value] = {
        "enable": True,
        "recommendedGzipSettings": True,
        "recommendedOptimisation": True,
        "recommendedProxySettings": True,
        "recommendedTlsSettings": True,
        "sslCiphers": CIPHERS,
        "commonHttpConfig": Indented(literal(shared)),
        "virtualHosts": {Expr("${domain}"): host},
    }
    return [
        Note("The firewall: the original's ports, but for the one that nginx stands before."),
        ("networking.firewall", {"allowedTCPPorts": list(TCP), "allowedUDPPorts": list(UDP)}),
        Note("The certificate. The terms: https://letsencrypt.org/repository/"),
        ("security.acme.acceptTerms", True),
        ("security.acme.defaults.email", Expr("email")),
        Note(
            "HTTPS. A location with a header of its own drops those from above (NixOS writes some into each), so what\n"
            "players say of themselves and what every answer gets stand in each."
        ),
        ("services.nginx", service),
    ]


def _backup(options: BundleOptions) -> Sequence[Item]:
    unit = f"{options.engine.value}.service"
    arguments = command(
        *("backup", "create", "--engine", options.engine.value, "--manager", f"systemd:{unit}", "--config", DATA),
        *("--to", options.backup_dir, "--keep", KEEP, "--recipients-file", RECIPIENTS),
    )
    service: dict[str, Value] = {
        "description": f"Backup of {options.service.title}",
        "startAt": BACKUP_CALENDAR,
        "environment": {"PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR": DATA},
        "serviceConfig": {
            "Type": "oneshot",
            "ExecStart": Expr(f'"${{vitascope}}/bin/vitascope {string(arguments)[1:-1]}"'),
            "Nice": 10,
            "IOSchedulingClass": "idle",
            "UMask": "0077",
            "TimeoutStartSec": "4h",
        },
    }
    return [
        Note(f"A backup each night, encrypted for the keys in {RECIPIENTS} (age)."),
        ("systemd.services.plex-backup", service),
        ("systemd.timers.plex-backup.timerConfig.Persistent", True),
    ]
