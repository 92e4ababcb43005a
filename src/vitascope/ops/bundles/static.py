"""Text that is the same in every bundle of a host: it lies in a folder beside the host's module.

A name that ends with ``.in`` is filled in from the description of the service (``${title}``) and loses that ending;
everything a *user* chose goes through the writers that quote instead.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from vitascope.ops.bundles.model import BundleFile
from vitascope.ops.service import Service


def texts(package: str, service: Service, folder: str = "static") -> dict[str, BundleFile]:
    """The files below ``folder`` of a package by their paths; what begins with ``#!`` may be run."""
    found: dict[str, BundleFile] = {}
    known = {
        "engine": service.engine.value,
        "title": service.title,
        "image": service.image,
        "port": str(service.port),
        "health_path": service.health_path,
        "web_path": service.web_path,
    }
    for path, entry in _walk(files(package).joinpath(folder), ""):
        text = entry.read_text("utf-8")
        if path.endswith(".in"):
            path, text = path.removesuffix(".in"), Template(text).substitute(known)
        found[path] = BundleFile(text=text, mode=0o755 if text.startswith("#!") else 0o644)
    return found


def _walk(folder: Traversable, above: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        path = f"{above}{entry.name}"
        if entry.is_dir():
            found += _walk(entry, f"{path}/")
        else:
            found.append((path, entry))
    return found
