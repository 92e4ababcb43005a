"""The package's ``README.md``, under the headings of the document that asked for it.

Its words lie in ``words/``; a line ``@name@`` there is replaced by a table made from the description of the service, so
that no table can say anything else than the package does.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files

from vitascope.ops.bundles.startos.reference import plain_image, reference
from vitascope.ops.service import VARIANTS, Engine, Service

_MARK = re.compile(r"^@([a-z]+)@$", re.MULTILINE)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def readme(service: Service) -> str:
    """The whole page."""
    words = files(__package__).joinpath("words", f"{service.engine.value}.md").read_text("utf-8")
    contents = "\n".join(f"- [{title}](#{_anchor(title)})" for title in _HEADING.findall(words))

    def made(mark: re.Match[str]) -> str:
        return contents if mark[1] == "contents" else _PARTS[mark[1]](service)

    return _MARK.sub(made, words)


def _anchor(title: str) -> str:
    return "".join(each for each in title.lower().replace(" ", "-") if each.isalnum() or each == "-")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))


def _image(service: Service) -> str:
    official = " (official)" if service.engine is Engine.PLEX else ""
    rows = (
        ("Image", f"`{plain_image(service)}`{official}"),
        ("Architectures", f"{', '.join(service.architectures)} (GPU variants are x86_64 only)"),
        ("Command", "The image's own entrypoint (`/init`), run as init"),
    )
    return _table(("Property", "Value"), rows)


def _variants(_service: Service) -> str:
    rows = [
        (f"`{spec.variant.value}`", spec.requirement, ", ".join(spec.architectures), spec.notes)
        for spec in VARIANTS.values()
    ]
    return _table(("Variant", "Hardware requirement", "Arch", "Notes"), rows)


def _volumes(service: Service) -> str:
    rows = [
        (f"`{volume.id}`", f"`{volume.mount}`" if volume.mount else "(internal)", volume.purpose)
        for volume in service.volumes
    ]
    return _table(("Volume", "Mount Point", "Purpose"), rows)


def _sources(service: Service) -> str:
    return _table(("Source", "Mount Point"), [(source.title, f"`{source.mount}`") for source in service.sources])


def _settings(service: Service) -> str:
    rows = [
        *((f"`{name}`", "Set Server Name", "On next start (stopped-only)") for name in service.managed_preferences),
        ("`PlexOnlineToken`", "written by Plex after a successful claim", "read-only to the package"),
    ]
    return _table(("Setting", "Source", "Applied"), rows)


def _interfaces(service: Service) -> str:
    row = ("Web UI", str(service.port), "HTTP", f"`{service.web_path}`", "Plex web interface")
    return _table(("Interface", "Port", "Protocol", "Path", "Purpose"), [row])


def _actions(service: Service) -> str:
    rows = [
        (action.name, "Yes" if action.fields else "No", action.availability.value, action.description)
        for action in service.actions
    ]
    return _table(("Action", "Input", "Availability", "Purpose"), rows)


def _checks(service: Service) -> str:
    web = service.checks[0]
    method = f"HTTP GET `{service.health_path}` (port {service.port})"
    row = (web.name, method, f'Success: "{web.success}" / Error: "{web.failure}"')
    return _table(("Check", "Method", "Messages"), [row])


def _dependencies(service: Service) -> str:
    rows = [(one.title, one.version, f"`{one.kind}`", one.purpose) for one in service.dependencies]
    return _table(("Dependency", "Version", "Kind", "Purpose"), rows)


_PARTS: Mapping[str, Callable[[Service], str]] = {
    "image": _image,
    "variants": _variants,
    "volumes": _volumes,
    "sources": _sources,
    "settings": _settings,
    "interfaces": _interfaces,
    "actions": _actions,
    "checks": _checks,
    "dependencies": _dependencies,
    "reference": lambda service: reference(service).rstrip("\n"),
}
