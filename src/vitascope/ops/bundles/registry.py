"""The hosts that bundles are made for."""

from collections.abc import Callable, Mapping

from vitascope.ops.bundles import caddy, compose, helm, mms, nginx, nixos, quadlet, startos, systemd, traefik
from vitascope.ops.bundles.model import Bundle, BundleOptions, Host

HOSTS: Mapping[Host, Callable[[BundleOptions], Bundle]] = {
    Host.QUADLET: quadlet.files,
    Host.MMS: mms.files,
    Host.SYSTEMD: systemd.files,
    Host.COMPOSE: compose.files,
    Host.HELM: helm.files,
    Host.STARTOS: startos.files,
    Host.NIXOS: nixos.files,
    Host.NGINX: nginx.files,
    Host.CADDY: caddy.files,
    Host.TRAEFIK: traefik.files,
}


def make_bundle(host: Host, options: BundleOptions) -> Bundle:
    """The files that ``host`` needs. Raises :class:`~vitascope.ops.bundles.BundleError`."""
    return HOSTS[host](options)
