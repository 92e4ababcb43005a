"""Images written by hand as archives, in both formats, for tests that look at them."""

import gzip
import hashlib
import io
import json
import struct
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def program(*, static: bool, machine: int = 0x3E) -> bytes:
    """The headers of an ELF program."""
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return header + struct.pack("<IIQQQQQQ", 1 if static else 3, 4, 0, 0, 0, 0, 0, 0)


def layer(members: Sequence[tuple[str, bytes | None, Mapping[str, Any]]]) -> bytes:
    """A layer: names with content (``None``: a folder) and attributes of the tar header."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content, attributes in members:
            info = tarfile.TarInfo(name)
            info.mode = 0o755
            info.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
            info.size = len(content or b"")
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content or b""))
    return buffer.getvalue()


def _write(path: Path, files: Mapping[str, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def oci(path: Path, *images: tuple[Mapping[str, Any], Sequence[bytes]], damage: bool = False) -> Path:
    """An OCI archive of one image or of several platforms."""
    blobs: dict[str, bytes] = {}

    def blob(data: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(data).hexdigest()
        blobs[f"blobs/sha256/{digest}"] = data
        return {"digest": f"sha256:{digest}", "size": len(data)}

    manifests = []
    for config, layers in images:
        packed = [gzip.compress(one) for one in layers]
        manifest = {"config": blob(json.dumps(config).encode()), "layers": [blob(one) for one in packed]}
        platform = {"os": config["os"], "architecture": config["architecture"]}
        manifests.append({**blob(json.dumps(manifest).encode()), "platform": platform})
        if damage:
            name = "blobs/sha256/" + hashlib.sha256(packed[0]).hexdigest()
            blobs[name] = gzip.compress(layers[0] + bytes(512))
    index = json.dumps({"schemaVersion": 2, "manifests": manifests}).encode()
    return _write(path, {"oci-layout": b"{}", "index.json": index, **blobs})


def docker(path: Path, config: Mapping[str, Any], layers: Sequence[bytes]) -> Path:
    """An archive as ``docker save`` writes it."""
    names = [f"{number}/layer.tar" for number in range(len(layers))]
    manifest = [{"Config": "config.json", "RepoTags": ["x:1"], "Layers": names}]
    files = {"manifest.json": json.dumps(manifest).encode(), "config.json": json.dumps(config).encode()}
    return _write(path, files | dict(zip(names, layers, strict=True)))
