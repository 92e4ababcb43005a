"""The package's ``Makefile`` (the SDK brings the rules) and its ``reference.yaml``."""

from vitascope.ops.bundles.startos.facts import TEXTS
from vitascope.ops.service import VARIANTS, Service

_ARCHES = {"x86_64": "x86", "aarch64": "arm"}


def makefile(service: Service) -> str:
    """Every variant is packed from the same sources, with its name in the environment."""
    names = " ".join(VARIANTS)
    arches = " ".join(_ARCHES[each] for each in service.architectures)
    rules = []
    for name, spec in VARIANTS.items():
        packed = " ".join(_ARCHES[each] for each in spec.architectures)
        rules.append(f"{name}:\n\tVARIANT={name} $(MAKE) arches ARCHES='{packed}'\n")
    return (
        f"ARCHES := {arches}\n"
        f"TARGETS := {names}\n\n"
        "include node_modules/@start9labs/start-sdk/s9pk.mk\n\n"
        "node_modules/@start9labs/start-sdk/s9pk.mk: | package.json package-lock.json\n"
        "\tnpm ci\n\n"
        f".PHONY: {names}\n" + "\n".join(rules)
    )


def reference(service: Service) -> str:
    """The package in one page, in the shape of the document's "Quick Reference for AI Consumers"."""
    texts = TEXTS[service.engine]
    lines = [
        f"package_id: {service.package_id}",
        f"image: {plain_image(service)}",
        f"architectures: [{', '.join(service.architectures)}]",
        f"variants: [{', '.join(VARIANTS)}]",
        "hardware_acceleration: true",
        "volumes:",
        *(f"  {volume.id}: {volume.mount or 'internal'}" for volume in service.volumes),
        "media_mounts:",
        *(f"  {source.id}: {source.mount}" for source in service.sources),
        "ports:",
        f"  ui: {service.port} # path {service.web_path}",
        "startos_managed_env_vars:",
        *(f"  {name}: {when}" for name, when in (*service.managed_environment, *texts.further_environment)),
        "managed_preferences:",
        *(f"  - {name}" for name in service.managed_preferences),
        "actions:",
        *(f"  - {action.id}" for action in service.actions),
        f"account_required: {_yes(service.account_required)} # {texts.account_note}",
        f"claim_required: {_yes(service.claim_required)} # {texts.claim_note}",
        "dependencies:",
        *(f"  {one.id}: {{ optional: true, kind: {one.kind} }}" for one in service.dependencies),
    ]
    return "\n".join(lines) + "\n"


def plain_image(service: Service) -> str:
    """The image as the document writes it: without the registry that is asked first anyway."""
    return service.image.removeprefix("docker.io/")


def _yes(value: bool) -> str:
    return "true" if value else "false"
