"""One file for ``docker compose`` (and ``docker-compose`` 1.29, which knows the same words).

There is no ``version:``: both take the newest they know. What changes from start to start (the claim token, the address
to advertise) stays a variable with an empty default and may stand in ``.env``.
"""

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.podman import health_command
from vitascope.ops.bundles.static import texts
from vitascope.ops.bundles.yamlfile import Value, for_compose, render
from vitascope.ops.service import Variant

CONFIG_DIR = "/srv/plex/config"


def files(options: BundleOptions) -> Bundle:
    """``compose.yaml``, ``.env.example`` and a README."""
    service: dict[str, Value] = {
        "image": options.image_name,
        "container_name": options.name,
        "hostname": options.name,
        "restart": "unless-stopped",
        "stop_grace_period": "30s",
        "ports": [f"{options.service.port}:{options.service.port}/tcp"],
        "environment": _environment(options),
        "volumes": [
            _bind(options.config_dir or CONFIG_DIR, "/config"),
            *(_bind(folder, folder, read_only=True) for folder in options.media),
        ],
        "tmpfs": ["/transcode"],
        "healthcheck": {
            "test": ["CMD", *health_command(options.service)],
            "interval": "5s",
            "timeout": "2s",
            "retries": 20,
            "start_period": f"{options.service.checks[0].grace_seconds}s",
        },
        **_accelerator(options),
    }
    document = render(
        {"services": {options.name: service}},
        comment="docker compose up -d (docker-compose 1.29 works too). Variables may stand in .env, see .env.example.",
    )
    return Bundle(files={**texts(__name__, options.service), "compose.yaml": BundleFile(text=document)})


def _environment(options: BundleOptions) -> dict[str, Value]:
    return {
        "TZ": options.timezone,
        "PLEX_UID": "${PLEX_UID:-1000}",
        "PLEX_GID": "${PLEX_GID:-1000}",
        "CHANGE_CONFIG_DIR_OWNERSHIP": "${CHANGE_CONFIG_DIR_OWNERSHIP:-true}",
        "PLEX_CLAIM": "${PLEX_CLAIM:-}",
        "ADVERTISE_IP": "${ADVERTISE_IP:-}",
        "ALLOWED_NETWORKS": "${ALLOWED_NETWORKS:-}",
        **dict(options.accelerator.environment),
    }


def _bind(source: str, target: str, *, read_only: bool = False) -> dict[str, Value]:
    """A folder of the host. (That it is not to be made is ``create_host_path``, a word that version 1.29 lacks.)"""
    return {
        "type": "bind",
        "source": for_compose(source),
        "target": for_compose(target),
        **({"read_only": True} if read_only else {}),
    }


def _accelerator(options: BundleOptions) -> dict[str, Value]:
    if options.variant is Variant.NVIDIA:
        reserved: Value = {"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}
        return {"deploy": {"resources": {"reservations": {"devices": [reserved]}}}}
    if options.accelerator.devices:
        return {"devices": [f"{device}:{device}" for device in options.accelerator.devices]}
    return {}
