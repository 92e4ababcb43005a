"""Looking at a container image, whoever built it, and comparing it with a contract.

An image is read as its archive (OCI layout or ``docker save``), so neither a registry nor a running container is
needed; podman or skopeo only fetch the archive of an image that is named instead of given as a file. What a contract
may ask for: :mod:`vitascope.ops.image.contract`.
"""

from vitascope.ops.image.archive import ImageError, read_archive
from vitascope.ops.image.contract import Contract, ContractError, contract_of
from vitascope.ops.image.engine import open_image
from vitascope.ops.image.examine import Finding, examine
from vitascope.ops.image.model import Entry, HealthCheck, Image

__all__ = [
    "Contract",
    "ContractError",
    "Entry",
    "Finding",
    "HealthCheck",
    "Image",
    "ImageError",
    "contract_of",
    "examine",
    "open_image",
    "read_archive",
]
