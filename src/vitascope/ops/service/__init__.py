"""The service as those who operate it see it: one description for each engine, from which everything else is made.

Two engines are operated by the same tools: our own server, and the original image. What an engine *is* (its image,
volumes, ports, actions, tasks, checks, dependencies, variants) stands here as plain values; what its actions *do*
stands in :mod:`vitascope.ops.actions`, and the packages written for hosts (:mod:`vitascope.ops.bundles`) are made from
it.
"""

from vitascope.ops.service.definition import SERVICES, service_of
from vitascope.ops.service.model import (
    ActionSpec,
    Availability,
    CheckSpec,
    DependencySpec,
    Engine,
    FieldKind,
    FieldSpec,
    MediaSource,
    Service,
    Severity,
    TaskSpec,
    VolumeSpec,
)
from vitascope.ops.service.variants import VARIANTS, Variant, VariantSpec

__all__ = [
    "SERVICES",
    "VARIANTS",
    "ActionSpec",
    "Availability",
    "CheckSpec",
    "DependencySpec",
    "Engine",
    "FieldKind",
    "FieldSpec",
    "MediaSource",
    "Service",
    "Severity",
    "TaskSpec",
    "Variant",
    "VariantSpec",
    "VolumeSpec",
    "service_of",
]
