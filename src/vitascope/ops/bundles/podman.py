"""The ``.container`` unit that Podman's generator turns into a service: the ``podman run`` line of the document.

Follows podman-systemd.unit(5). ``keep-id:uid=0,gid=0`` makes the user that runs the unit root inside the container, and
needs Podman 4.5 or newer, as the generator itself does. Only the configuration is relabelled (``:Z``): media lie on
network mounts, which have no labels, and belong to others too.
"""

from vitascope.ops.bundles.model import BundleOptions
from vitascope.ops.bundles.unitfile import Raw, Section, command, container_assignment, plain, render
from vitascope.ops.service import Engine, Service, Variant

GPU_OF_CDI = "nvidia.com/gpu=all"
RUN_SCRIPT = "plex-run.sh"
SERVICE_RUN = "/etc/services.d/plex/run"
CONFIG_DIR = "/home/mms/config/plex"


def health_command(service: Service) -> tuple[str, ...]:
    """The check of the original image; it fails on anything but 2xx."""
    address = f"http://localhost:{service.port}{service.health_path}"
    return ("curl", "--connect-timeout", "15", "--max-time", "100", "-fsS", address)


def container_unit(
    options: BundleOptions,
    *,
    network: str,
    environment_file: str | None = None,
    run_script: bool = False,
    auto_update: bool = True,
) -> str:
    """The text of ``<name>.container``. With ``auto_update``, ``podman auto-update`` may exchange the image."""
    service, accelerator = options.service, options.accelerator
    container = [("Image", options.image_name), ("ContainerName", options.name)]
    if auto_update:
        container.append(("AutoUpdate", "local" if options.is_local else "registry"))
    container += [
        ("Network", network),
        ("PublishPort", f"{service.port}:{service.port}"),
        ("UserNS", "keep-id:uid=0,gid=0"),
        ("GroupAdd", "keep-groups"),
        ("Tmpfs", "/run:U"),
        ("Tmpfs", "/transcode:U"),
        ("Environment", container_assignment("TZ", options.timezone)),
        ("Environment", container_assignment("PLEX_UID", "0")),
        ("Environment", container_assignment("PLEX_GID", "0")),
        ("Environment", container_assignment("CHANGE_CONFIG_DIR_OWNERSHIP", "false")),
    ]
    if options.engine is Engine.VITASCOPE:
        # Podman's forwarding of ports without root may hide who calls, so that visitors seem to come from inside.
        container.append(("Environment", container_assignment("VITASCOPE_TRUST_LOOPBACK", "0")))
    container += [("Environment", container_assignment(*pair)) for pair in accelerator.environment]
    if environment_file is not None:
        container.append(("EnvironmentFile", _in_command(environment_file)))
    config_dir = options.config_dir or CONFIG_DIR
    container.append(("Volume", _in_command(f"{config_dir}:/config:Z")))
    if run_script:
        container.append(("Volume", _in_command(f"{config_dir}/{RUN_SCRIPT}:{SERVICE_RUN}")))
    container += [("Volume", _in_command(f"{folder}:{folder}:ro")) for folder in options.media]
    if options.variant is Variant.NVIDIA:
        container.append(("AddDevice", GPU_OF_CDI))
    container += [("AddDevice", device) for device in accelerator.devices]
    container += [
        ("HealthCmd", command(*health_command(service))),
        ("HealthInterval", "5s"),
        ("HealthTimeout", "2s"),
        ("HealthRetries", "20"),
        ("HealthStartPeriod", f"{service.checks[0].grace_seconds}s"),
        ("StopTimeout", "30"),
    ]
    return render(
        Section(
            name="Unit",
            settings=[("Description", f"{service.title} media server")],
        ),
        Section(name="Container", settings=container),
        Section(
            name="Service",
            settings=[
                ("Restart", "on-failure"),
                ("RestartSec", "10s"),
                ("TimeoutStartSec", "900"),
                ("TimeoutStopSec", "60"),
            ],
        ),
        Section(name="Install", settings=[("WantedBy", "default.target")]),
        comment=f"{options.name}.service, made by Podman's generator from this file (Podman 4.5 or newer).",
    )


def _in_command(value: str) -> Raw:
    """A value that the generator copies, quoted, into a command line: both ``%`` and ``$`` mean something there."""
    return Raw(plain(value).replace("$", "$$"))
