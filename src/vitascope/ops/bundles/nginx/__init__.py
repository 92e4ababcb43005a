"""nginx in front of the server: TLS, the headers, websockets, and file bytes by ``X-Accel-Redirect``.

Two files for ``conf.d``: one for HTTP, which answers the certificate authority and redirects, so that nginx starts
before there is a certificate; one for HTTPS. What NixOS calls the recommended settings (of its module
``services.nginx``) is written out in the server blocks, where it touches no other site of that nginx. OCSP stapling is
not among it: the authorities that NixOS uses have ended OCSP.

Two habits of nginx shape the rest. A location with any ``proxy_set_header`` of its own inherits none from above, and
the same holds for ``add_header``: so both stand, whole, in each location that needs them.
"""

from collections.abc import Sequence

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.nginxfile import Block, Item, Note, render, value
from vitascope.ops.bundles.proxies import (
    ACCEL_PREFIX,
    ACME_ROOT,
    CIPHERS,
    CONTENT_POLICY,
    HEADERS,
    HSTS,
    PASSED,
    environment,
    hands_over,
)
from vitascope.ops.bundles.static import texts
from vitascope.ops.service import Engine

_COMPRESSED = (
    "application/atom+xml",
    "application/javascript",
    "application/json",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/javascript",
    "text/plain",
    "text/vtt",
    "text/xml",
)


def files(options: BundleOptions) -> Bundle:
    """Both files for ``conf.d``, what the server is to know, and a README."""
    return Bundle(
        files={
            **texts(__name__, options.service, f"static/{options.engine.value}"),
            f"{options.name}-http.conf": BundleFile(text=render(_http(options))),
            f"{options.name}-https.conf": BundleFile(text=render(_https(options))),
            f"{options.name}.env": BundleFile(text=environment(options, accel=hands_over(options))),
        }
    )


def _http(options: BundleOptions) -> Sequence[Item]:
    return [
        Note(f"{options.domain} over HTTP: what the certificate authority asks for, and the way to HTTPS."),
        Block(
            ("server",),
            [
                *_listen("80"),
                ("server_name", options.domain),
                *_acme(),
                Block(("location", "/"), [("return", "301", "https://$host$request_uri")]),
            ],
        ),
    ]


def _https(options: BundleOptions) -> Sequence[Item]:
    variable = options.name.replace("-", "_")
    certificate = f"/etc/letsencrypt/live/{options.domain}"
    return [
        Note(f"{options.domain} over HTTPS."),
        Block(
            ("upstream", f"{options.name}_backend"),
            [
                ("server", options.backend),
                ("keepalive", "16"),
                Note("The server closes an idle connection after 75 seconds."),
                ("keepalive_timeout", "60s"),
            ],
        ),
        Block(("map", "$http_upgrade", f"${variable}_connection"), [("default", "upgrade"), ("", "")]),
        *maps(options, variable),
        Block(
            ("server",),
            [
                *_listen("443", "ssl", "http2"),
                ("server_name", options.domain),
                *_acme(),
                Note("TLS: only ciphers with forward secrecy and AES256."),
                ("ssl_certificate", f"{certificate}/fullchain.pem"),
                ("ssl_certificate_key", f"{certificate}/privkey.pem"),
                ("ssl_protocols", "TLSv1.2", "TLSv1.3"),
                ("ssl_ciphers", CIPHERS),
                ("ssl_prefer_server_ciphers", "off"),
                ("ssl_session_timeout", "1d"),
                ("ssl_session_cache", f"shared:{options.name}:10m"),
                Note("A ticket's key that leaks would open recorded connections."),
                ("ssl_session_tickets", "off"),
                Note("How bytes leave."),
                ("sendfile", "on"),
                ("tcp_nopush", "on"),
                ("tcp_nodelay", "on"),
                ("keepalive_timeout", "65"),
                Note("Some players open no new connection after a long pause: theirs is kept."),
                ("send_timeout", "100m"),
                Note("Listings are text and shrink to a tenth; media is not among these types."),
                ("gzip", "on"),
                ("gzip_proxied", "any"),
                ("gzip_comp_level", "5"),
                ("gzip_min_length", "256"),
                ("gzip_vary", "on"),
                ("gzip_types", *_COMPRESSED),
                Note("Pictures and playlists are uploaded; the server has limits of its own."),
                ("client_max_body_size", "32m"),
                ("server_tokens", "off"),
                *_passing(options, variable),
                *(_media(options, variable) if hands_over(options) else ()),
            ],
        ),
    ]


def _listen(port: str, *words: str) -> Sequence[Item]:
    return [("listen", port, *words), ("listen", f"[::]:{port}", *words)]


def _acme() -> Sequence[Item]:
    return [Block(("location", "^~", "/.well-known/acme-challenge/"), [("root", ACME_ROOT)])]


def _passing(options: BundleOptions, variable: str) -> Sequence[Item]:
    location = f"{options.prefix}/"
    below: Sequence[Item] = (
        [Block(("location", "=", options.prefix), [("return", "301", location)])] if options.prefix else []
    )
    return [
        *below,
        Block(
            ("location", location),
            [
                ("proxy_pass", f"http://{options.name}_backend{'/' if options.prefix else ''}"),
                ("proxy_http_version", "1.1"),
                ("proxy_set_header", "Upgrade", "$http_upgrade"),
                ("proxy_set_header", "Connection", f"${variable}_connection"),
                ("proxy_set_header", "Host", "$host"),
                ("proxy_set_header", "X-Real-IP", "$remote_addr"),
                ("proxy_set_header", "X-Forwarded-For", "$proxy_add_x_forwarded_for"),
                ("proxy_set_header", "X-Forwarded-Proto", "$scheme"),
                ("proxy_set_header", "X-Forwarded-Host", "$host"),
                ("proxy_set_header", "X-Forwarded-Server", "$hostname"),
                *passed(options),
                ("proxy_redirect", "/", location) if options.prefix else ("proxy_redirect", "off"),
                ("proxy_connect_timeout", "60s"),
                ("proxy_send_timeout", "60s"),
                Note("The first segment of a slow conversion; sockets and events are pinged more often."),
                ("proxy_read_timeout", "10m"),
                *once(options, variable),
            ],
        ),
        *([Block(("location", "/"), [("return", "404")])] if options.prefix else ()),
    ]


def maps(options: BundleOptions, variable: str) -> Sequence[Item]:
    """Variables that :func:`once` needs, for the ``http`` block; their names begin with ``variable``."""
    items: list[Item] = [
        Note("HSTS belongs to HTTPS only. An empty header is not sent."),
        Block(("map", "$scheme", f"${variable}_hsts"), [("https", HSTS)]),
    ]
    if options.engine is Engine.VITASCOPE:
        own = "$upstream_http_content_security_policy"
        items += [
            Note("The server's own policy, where it sends one."),
            Block(("map", own, f"${variable}_policy"), [("", CONTENT_POLICY), ("default", own)]),
        ]
    return items


def passed(options: BundleOptions) -> Sequence[Item]:
    """What a location hands on of a request, and that nothing is held back."""
    accel = "X-Accel-Redirect" if hands_over(options) else ""
    return [
        *(("proxy_set_header", name, f"$http_{name.lower().replace('-', '_')}") for name in PASSED),
        Note("Whether nginx sends files by itself; what a client says of it does not count."),
        ("proxy_set_header", "X-Sendfile-Type", accel),
        Note("What the server sends goes to the client at once."),
        ("proxy_buffering", "off"),
        ("proxy_request_buffering", "off"),
    ]


def once(options: BundleOptions, variable: str) -> Sequence[Item]:
    """The headers of an answer, each once, whatever the server sends."""
    return [
        Note("Each of these once, whatever the server sends."),
        *(("proxy_hide_header", name) for name, _ in _headers(options, variable)),
        *added(options, variable),
    ]


def _headers(options: BundleOptions, variable: str) -> Sequence[tuple[str, str]]:
    """The original's pages break under the policy, which is why the document commented it out."""
    policies = [("Content-Security-Policy", f"${variable}_policy")] if options.engine is Engine.VITASCOPE else []
    return [("Strict-Transport-Security", f"${variable}_hsts"), *HEADERS, *policies]


def added(options: BundleOptions, variable: str) -> Sequence[Item]:
    """The headers of an answer that is nginx's own."""
    return [("add_header", name, text, "always") for name, text in _headers(options, variable)]


def _media(options: BundleOptions, variable: str) -> Sequence[Item]:
    """A location for each place of media; nobody but the server can name it."""
    return [
        Block(
            ("location", value("--media", f"{ACCEL_PREFIX.rstrip('/')}{folder}/")),
            [
                ("internal",),
                ("alias", value("--media", f"{folder}/")),
                ("disable_symlinks", "on", f"from={folder}/"),
                ("add_header", "Access-Control-Allow-Origin", "$upstream_http_access_control_allow_origin", "always"),
                *added(options, variable),
            ],
        )
        for folder in options.media
    ]
