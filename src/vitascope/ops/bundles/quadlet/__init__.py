"""Podman units of one user, without Ansible: a container, a network, and how to put them in place."""

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.podman import container_unit
from vitascope.ops.bundles.static import texts
from vitascope.ops.bundles.unitfile import Section, render


def files(options: BundleOptions) -> Bundle:
    """``<name>.container``, ``<name>.network`` and a README."""
    network = render(
        Section(name="Network", settings=[("NetworkName", options.name)]),
        comment=f"Containers that join this network reach the server as http://{options.name}:{options.service.port}.",
    )
    return Bundle(
        files={
            **texts(__name__, options.service),
            f"{options.name}.container": BundleFile(text=container_unit(options, network=f"{options.name}.network")),
            f"{options.name}.network": BundleFile(text=network),
        }
    )
