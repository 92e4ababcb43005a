"""What every reverse proxy is told, whichever it is: what it passes on, what it adds, and what the server must know.

The headers are those of the fourth document's host. A proxy takes away what the server sent of the same name and adds
its own, so that none comes twice; only a ``Content-Security-Policy`` of the server's stays, since it knows its pages
better. A proxy that adds ``X-Forwarded-For`` makes no visitor local, and the server believes it for where a player is
once it is told the proxy's address.
"""

from vitascope.ops.bundles.model import BundleOptions
from vitascope.ops.service import Engine

HSTS = "max-age=31536000; includeSubdomains; preload"
"""For HTTPS only."""

HEADERS = (
    ("Referrer-Policy", "origin-when-cross-origin"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-XSS-Protection", "1; mode=block"),
)
"""For every answer. The last one is obsolete: browsers of today ignore it."""

CONTENT_POLICY = "script-src 'self'; object-src 'none'; base-uri 'none';"
"""For what the server sends none with. The original's pages need scripts from elsewhere, and get none."""

PASSED = (
    "X-Plex-Client-Identifier",
    "X-Plex-Device",
    "X-Plex-Device-Name",
    "X-Plex-Platform",
    "X-Plex-Platform-Version",
    "X-Plex-Product",
    "X-Plex-Token",
    "X-Plex-Version",
    "X-Plex-Nocache",
    "X-Plex-Provides",
    "X-Plex-Device-Vendor",
    "X-Plex-Model",
)
"""What players say of themselves."""

CIPHERS = "AES256+EECDH:AES256+EDH:!aNULL"
"""Forward secrecy and 256 bits: TLS 1.2 by this list, TLS 1.3 anyway."""

ACCEL_PREFIX = "/files/"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
ACME_ROOT = "/var/lib/acme/acme-challenge"


def address(options: BundleOptions) -> str:
    """Under which clients reach the server."""
    return f"https://{options.domain}{options.prefix or ':443'}"


def hands_over(options: BundleOptions) -> bool:
    """Whether a proxy that can may send files by itself: it sees the same ones, on the same machine."""
    return options.engine is Engine.VITASCOPE and _beside(options)


def _beside(options: BundleOptions) -> bool:
    return options.backend_host in _LOOPBACK


def environment(options: BundleOptions, *, accel: bool = False) -> str:
    """Variables for the server, as systemd and container engines read them from a file."""
    lines = [
        "# What the server behind the proxy is to know.",
        "# By which name clients call it, and which address they are told:",
        f"ADVERTISE_IP={address(options)}",
    ]
    if options.engine is Engine.VITASCOPE:
        lines.append(f"VITASCOPE_ALLOWED_HOST_NAMES={options.domain}")
        if _beside(options):
            lines += ["# Who is believed where a request came from:", "VITASCOPE_TRUSTED_PROXIES=127.0.0.1,::1"]
        else:
            lines += [
                "# Who is believed where a request came from: the address that the server sees the proxy at.",
                "# VITASCOPE_TRUSTED_PROXIES=",
            ]
    if accel:
        lines += [
            "# Files that are played as they are, the proxy sends by itself:",
            f"VITASCOPE_ACCEL_PREFIX={ACCEL_PREFIX}",
        ]
    return "".join(f"{line}\n" for line in lines)
