"""Caddy in front of the server: a certificate by itself, the headers, websockets.

Caddy answers over HTTP by a redirect and over HTTPS with HTTP/2, passes websockets and all headers of the client on,
and has no timeout that a paused player could meet. ``defer`` and ``?`` matter: without, a header of the server stays
beside the one that is added. Files are sent by the server itself: Caddy's own way of sending them follows links.
"""

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.proxies import CONTENT_POLICY, HEADERS, HSTS, environment
from vitascope.ops.bundles.static import texts
from vitascope.ops.service import Engine

_CIPHERS = ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
_COMPRESSED = ("application/json*", "application/xml*", "text/css*", "text/javascript*", "text/xml*", "image/svg+xml*")
Lines = list["str | Lines"]
"""Lines, and between them those of a block, further in."""


def files(options: BundleOptions) -> Bundle:
    """The ``Caddyfile``, what the server is to know, and a README."""
    site: Lines = [
        "tls {",
        ["protocols tls1.2 tls1.3", f"ciphers {' '.join(_CIPHERS)}"],
        "}",
        "header {",
        [f'{name} "{text}"' for name, text in (("Strict-Transport-Security", HSTS), *HEADERS)],
        [f'?Content-Security-Policy "{CONTENT_POLICY}"'] if options.engine is Engine.VITASCOPE else [],
        ["defer"],
        "}",
        "encode gzip {",
        ["match {", [f"header Content-Type {kind}" for kind in _COMPRESSED], "}"],
        "}",
        *_passing(options),
    ]
    text = _text(["{", [f"email {options.acme_email}"], "}", "", f"{options.domain} {{", site, "}"])
    return Bundle(
        files={
            **texts(__name__, options.service, f"static/{options.engine.value}"),
            "Caddyfile": BundleFile(text=text),
            f"{options.name}.env": BundleFile(text=environment(options)),
        }
    )


def _passing(options: BundleOptions) -> Lines:
    proxy: Lines = [
        f"reverse_proxy {options.backend} {{",
        [
            "# What the server sends goes to the client at once.",
            "flush_interval -1",
            "# Caddy sends no files, whatever a client says.",
            "header_up -X-Sendfile-Type",
            *([f'header_down Location "^/(.*)$" "{options.prefix}/$1"'] if options.prefix else []),
            "# The server closes an idle connection after 75 seconds.",
            "transport http {",
            ["keepalive 60s"],
            "}",
        ],
        "}",
    ]
    if not options.prefix:
        return proxy
    return [
        f"redir {options.prefix} {options.prefix}/",
        f"handle_path {options.prefix}/* {{",
        proxy,
        "}",
        "handle {",
        ["respond 404"],
        "}",
    ]


def _text(lines: Lines, indent: str = "") -> str:
    return "".join(
        _text(line, f"{indent}\t") if isinstance(line, list) else f"{indent}{line}\n" if line else "\n"
        for line in lines
    )
