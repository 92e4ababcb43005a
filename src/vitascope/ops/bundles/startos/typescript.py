"""The TypeScript of a package that is made from the description of the service.

What differs between services are values: they are written as constants (``manifest/index.ts``, ``service.ts``), forms
(``actions/inputs.ts``) and the version. The code that uses them lies in ``package/`` and is the same for every service,
but for what an engine is claimed with.
"""

from vitascope.ops.bundles.model import BundleOptions
from vitascope.ops.bundles.startos.facts import (
    CLAIM_SECONDS,
    DEPENDENCY_VOLUMES,
    ENVIRONMENT,
    NOT_BACKED_UP,
    PACKAGE_VERSION,
    RELEASE_NOTES,
    TEXTS,
)
from vitascope.ops.bundles.startos.literals import Literal, Raw, literal, quoted
from vitascope.ops.service import VARIANTS, ActionSpec, FieldKind, FieldSpec, Service, TaskSpec, VariantSpec

MADE = "// Made from the description of the service; see CONTRIBUTING.md.\n"


def camel(name: str) -> str:
    """``link-account`` as ``linkAccount``."""
    first, *others = name.split("-")
    return first + "".join(each.capitalize() for each in others)


def manifest(options: BundleOptions) -> str:
    """``startos/manifest/index.ts``. The build reads the package's id from its first line with ``id:``."""
    service = options.service
    texts = TEXTS[service.engine]
    images = {spec.variant.value: _image(options.image_name, spec) for spec in VARIANTS.values()}
    devices = {
        spec.variant.value: [
            {
                "class": "display",
                "product": None,
                "vendor": None,
                "driver": spec.driver,
                "description": spec.requirement,
            }
        ]
        for spec in VARIANTS.values()
        if spec.driver
    }
    value: dict[str, Literal] = {
        "id": service.package_id,
        "title": service.title,
        "license": "Apache-2.0",
        "packageRepo": texts.repository,
        "upstreamRepo": texts.upstream,
        "marketingUrl": texts.site,
        "donationUrl": None,
        "description": {"short": {"en_US": texts.short}, "long": {"en_US": texts.long}},
        "volumes": [volume.id for volume in service.volumes],
        "images": {service.package_id: Raw("images[variant]")},
        "hardwareAcceleration": True,
        "hardwareRequirements": {"device": Raw("devices[variant] ?? []")},
        "dependencies": {
            dependency.id: {
                "description": {"en_US": dependency.purpose},
                "optional": True,
                "s9pk": None,
            }
            for dependency in service.dependencies
        },
    }
    return (
        "import { setupManifest, T } from '@start9labs/start-sdk'\n\n"
        + MADE
        + f"type Variant = {' | '.join(quoted(each) for each in images)}\n\n"
        "/** One package for each accelerator, all under one version: the build names it in the environment. */\n"
        f"const variant = (process.env.VARIANT || {quoted(options.variant.value)}) as Variant\n\n"
        f"const images: Record<Variant, T.SDKManifest['images'][string]> = {literal(images)}\n"
        "if (!(variant in images)) throw new Error(`There is no variant ${String(variant)}`)\n\n"
        f"const devices: Partial<Record<Variant, T.DeviceFilter[]>> = {literal(devices)}\n\n"
        f"export const manifest = setupManifest({literal(value)})\n"
    )


def _image(name: str, spec: VariantSpec) -> dict[str, Literal]:
    found: dict[str, Literal] = {
        "source": {"dockerTag": name},
        "arch": list(spec.architectures),
        # Without this another architecture would be emulated, and the variant offered to machines it is not for.
        "emulateMissingAs": None,
    }
    if spec.driver == "nvidia":
        found["nvidiaContainer"] = True
    return found


def service_values(service: Service) -> str:
    """``startos/service.ts``: everything the code needs to know about the service."""
    web = service.checks[0]
    value: dict[str, Literal] = {
        "imageId": service.package_id,
        "port": service.port,
        "webPath": service.web_path,
        "healthPath": service.health_path,
        "mounts": [
            {"volumeId": volume.id, "mountpoint": volume.mount}
            for volume in service.volumes
            if volume.mount is not None
        ],
        "backup": {
            "volumes": [volume.id for volume in service.volumes if volume.in_backup],
            "without": list(NOT_BACKED_UP[service.engine]),
        },
        "sources": [
            {
                "id": source.id,
                "volumeId": DEPENDENCY_VOLUMES[source.id],
                "mountpoint": source.mount,
                "versionRange": source.version,
            }
            for source in service.sources
        ],
        "environment": dict(ENVIRONMENT[service.engine]),
        "claimSeconds": CLAIM_SECONDS,
        "check": {
            "name": web.name,
            "success": web.success,
            "failure": web.failure,
            "graceMs": web.grace_seconds * 1000,
        },
        "actions": {camel(action.id): {"id": action.id, "metadata": _metadata(action)} for action in service.actions},
        "tasks": {camel(task.id): _task(task) for task in service.tasks},
    }
    return f"{MADE}export const service = {literal(value)} as const\n"


def _metadata(action: ActionSpec) -> dict[str, Literal]:
    return {
        "name": action.name,
        "description": action.description,
        "warning": action.warning or None,
        "allowedStatuses": action.availability.value,
        "group": None,
        "visibility": "enabled",
    }


def _task(task: TaskSpec) -> dict[str, Literal]:
    return {"id": task.id, "severity": task.severity.value, "reason": task.reason}


def inputs(service: Service) -> str:
    """``startos/actions/inputs.ts``: the form of each action."""
    forms = [
        f"export const {camel(action.id)}Input = InputSpec.of("
        + literal({field.id: Raw(_form_field(field)) for field in action.fields})
        + ")\n"
        for action in service.actions
    ]
    return "import { sdk } from '../sdk'\n\n" + MADE + "const { InputSpec, Value } = sdk\n\n" + "\n".join(forms)


def _form_field(field: FieldSpec) -> str:
    common: dict[str, Literal] = {"name": field.name, "description": field.description}
    if field.kind is FieldKind.CHOICES:
        choices = {**common, "default": [], "values": dict(field.choices), "minLength": field.least or None}
        return f"Value.multiselect({literal(choices, 2)})"
    patterns: list[Literal] = []
    if field.pattern:
        patterns.append({"regex": f"^(?:{field.pattern})$", "description": field.pattern_means})
    text: dict[str, Literal] = {
        **common,
        "required": field.required,
        "default": None,
        "masked": field.kind is FieldKind.SECRET,
        "placeholder": field.placeholder or None,
        "minLength": field.least or None,
        "maxLength": field.most_characters,
        "patterns": patterns,
    }
    return f"Value.text({literal(text, 2)})"


def version() -> str:
    """``startos/versions/current.ts``."""
    value: dict[str, Literal] = {
        "version": PACKAGE_VERSION,
        "releaseNotes": {"en_US": RELEASE_NOTES},
        "migrations": {},
    }
    return (
        "import { VersionInfo } from '@start9labs/start-sdk'\n\n"
        f"{MADE}export const current = VersionInfo.of({literal(value)})\n"
    )
