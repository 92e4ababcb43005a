"""Traefik in front of the server: its static configuration, and a file of routers for its file provider.

Words as Traefik's documentation has them, versions 2 and 3 alike (routing with routers, services and middlewares;
``customResponseHeaders`` replaces what the server sent). What the server may know better is left to it: Traefik cannot
add a header only where there is none. It sends no files by itself.
"""

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.proxies import HEADERS, HSTS, environment
from vitascope.ops.bundles.static import texts
from vitascope.ops.bundles.yamlfile import Value, render

_CIPHERS = ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")


def files(options: BundleOptions) -> Bundle:
    """``traefik.yaml``, ``dynamic/<name>.yaml``, what the server is to know, and a README."""
    return Bundle(
        files={
            **texts(__name__, options.service, f"static/{options.engine.value}"),
            "traefik.yaml": BundleFile(text=render(_static(options), comment="Traefik's static configuration.")),
            f"dynamic/{options.name}.yaml": BundleFile(
                text=render(_dynamic(options), comment=f"Routers for {options.domain}.")
            ),
            f"{options.name}.env": BundleFile(text=environment(options)),
        }
    )


def _static(options: BundleOptions) -> dict[str, Value]:
    redirect: Value = {"entryPoint": {"to": "websecure", "scheme": "https", "permanent": True}}
    return {
        "entryPoints": {
            "web": {"address": ":80", "http": {"redirections": redirect}},
            "websecure": {
                "address": ":443",
                # No end for an answer: a player may pause for long.
                "transport": {"respondingTimeouts": {"readTimeout": "10m", "writeTimeout": "0s", "idleTimeout": "3m"}},
            },
        },
        "certificatesResolvers": {
            "acme": {
                "acme": {
                    "email": options.acme_email,
                    "storage": "/var/lib/traefik/acme.json",
                    "httpChallenge": {"entryPoint": "web"},
                }
            }
        },
        "providers": {"file": {"directory": "/etc/traefik/dynamic", "watch": True}},
    }


def _dynamic(options: BundleOptions) -> dict[str, Value]:
    name = options.name
    rule = f"Host(`{options.domain}`)" + (f" && PathPrefix(`{options.prefix}`)" if options.prefix else "")
    stripped: dict[str, Value] = (
        {f"{name}-prefix": {"stripPrefix": {"prefixes": [options.prefix]}}} if options.prefix else {}
    )
    middlewares: dict[str, Value] = {
        f"{name}-headers": {
            "headers": {
                "customRequestHeaders": {"X-Sendfile-Type": ""},
                "customResponseHeaders": {"Strict-Transport-Security": HSTS, **dict(HEADERS)},
            }
        },
        f"{name}-compress": {"compress": {"excludedContentTypes": ["text/event-stream"]}},
        **stripped,
    }
    return {
        "http": {
            "routers": {
                name: {
                    "rule": rule,
                    "entryPoints": ["websecure"],
                    "service": name,
                    "middlewares": list(middlewares),
                    "tls": {"certResolver": "acme", "options": name},
                }
            },
            "middlewares": middlewares,
            "services": {
                name: {
                    "loadBalancer": {
                        "servers": [{"url": f"http://{options.backend}"}],
                        "passHostHeader": True,
                        "responseForwarding": {"flushInterval": "-1ms"},
                        "healthCheck": {"path": options.service.health_path, "interval": "30s", "timeout": "5s"},
                    }
                }
            },
        },
        "tls": {"options": {name: {"minVersion": "VersionTLS12", "cipherSuites": list(_CIPHERS)}}},
    }
