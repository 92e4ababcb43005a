"""Images out of archives, good ones and hostile ones."""

import json
import tarfile
from pathlib import Path

import pytest
from tests.ops.image.archives import docker, layer, oci

from vitascope.ops.image import ImageError, read_archive

CONFIG = {
    "os": "linux",
    "architecture": "amd64",
    "config": {
        "User": "1:2",
        "Entrypoint": ["/init"],
        "Cmd": ["up"],
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}, "90": {}},
        "Volumes": {"/config": {}},
        "Env": ["A=b=c", "EMPTY="],
        "Labels": {"one": "1"},
        "Healthcheck": {"Test": ["CMD", "/check"], "Interval": 5_000_000_000, "Timeout": 2_000_000_000, "Retries": 20},
    },
}
LOWER = layer(
    [
        ("etc", None, {}),
        ("etc/keep", b"keep", {"uid": 7, "gid": 8, "mode": 0o640}),
        ("etc/gone", b"gone", {}),
        ("full", None, {}),
        ("full/a", b"a", {}),
        ("swapped", None, {}),
        ("swapped/inside", b"x", {}),
        ("bin", b"", {"type": tarfile.SYMTYPE, "linkname": "usr/bin"}),
        ("usr/bin/sh", b"#!", {}),
    ]
)
UPPER = layer(
    [
        ("etc/.wh.gone", b"", {}),
        ("full/.wh..wh..opq", b"", {}),
        ("full/b", b"bb", {}),
        ("swapped", b"now a file", {}),
        ("usr/bin/twin", b"", {"type": tarfile.LNKTYPE, "linkname": "usr/bin/own"}),
        ("usr/bin/own", b"own", {}),
    ]
)


@pytest.fixture(params=["oci", "docker"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "oci":
        return oci(tmp_path / "image.tar", (CONFIG, [LOWER, UPPER]))
    return docker(tmp_path / "image.tar", CONFIG, [LOWER, UPPER])


def test_the_configuration_is_read(archive: Path) -> None:
    image = read_archive(archive)
    assert (image.os, image.architecture, image.user) == ("linux", "amd64", "1:2")
    assert (image.entrypoint, image.command) == (("/init",), ("up",))
    assert image.ports == {"80/tcp", "53/udp", "90/tcp"}
    assert image.volumes == {"/config"}
    assert image.environment == {"A": "b=c", "EMPTY": ""}
    assert image.health is not None
    assert (image.health.interval_ms, image.health.timeout_ms, image.health.retries) == (5000, 2000, 20)


def test_layers_lie_over_each_other(archive: Path) -> None:
    files = read_archive(archive).files
    assert {path for path in files if path.startswith(("/etc", "/full", "/swapped"))} == {
        "/etc", "/etc/keep", "/full", "/full/b", "/swapped",
    }  # fmt: skip
    assert (files["/etc/keep"].uid, files["/etc/keep"].gid, files["/etc/keep"].mode) == (7, 8, 0o640)
    assert files["/swapped"].kind == "file"


def test_links_are_followed_inside_the_image(archive: Path) -> None:
    image = read_archive(archive)
    found = image.find("/bin/sh")
    assert found is not None
    assert found.head == b"#!"
    assert image.find("/bin/nothing") is None


def test_links_that_lead_in_circles_or_out_end_nowhere(tmp_path: Path) -> None:
    links = [("a", "b"), ("b", "a"), ("out", "../../../../etc/passwd")]
    members = [(name, b"", {"type": tarfile.SYMTYPE, "linkname": target}) for name, target in links]
    image = read_archive(docker(tmp_path / "i.tar", CONFIG, [layer(members)]))
    assert image.find("/a") is None
    assert image.find("/out") is None


def test_a_folder_is_as_good_as_an_archive(tmp_path: Path) -> None:
    with tarfile.open(oci(tmp_path / "i.tar", (CONFIG, [LOWER]))) as archive:
        archive.extractall(tmp_path / "folder", filter="data")
    assert read_archive(tmp_path / "folder").files["/etc/gone"].size_bytes == 4


def test_the_platform_is_chosen(tmp_path: Path) -> None:
    other = CONFIG | {"architecture": "arm64"}
    path = oci(tmp_path / "i.tar", (CONFIG, [LOWER]), (other, [LOWER]))
    assert read_archive(path, platform_name="linux/arm64").architecture == "arm64"
    assert read_archive(path, platform_name="linux/amd64").architecture == "amd64"
    with pytest.raises(ImageError, match="riscv64"):
        read_archive(path, platform_name="linux/riscv64")


def test_damage_is_found(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="damaged"):
        read_archive(oci(tmp_path / "i.tar", (CONFIG, [LOWER]), damage=True))


@pytest.mark.parametrize(
    "index",
    [
        "",
        "[]",
        "{}",
        '{"manifests": []}',
        '{"manifests": [{"digest": "sha256:../../../etc/passwd"}]}',
        '{"manifests": 3}',
        '{"config": 1, "layers": []}',
        '{"manifests": [{"digest": "md5:00"}]}',
    ],
)
def test_what_is_no_image_is_told(tmp_path: Path, index: str) -> None:
    (tmp_path / "index.json").write_text(index)
    with pytest.raises(ImageError):
        read_archive(tmp_path)


def test_an_archive_cut_anywhere_is_told(tmp_path: Path, archive: Path) -> None:
    whole = archive.read_bytes()
    cut = tmp_path / "cut.tar"
    for length in range(0, len(whole) - 10_240, 997):
        cut.write_bytes(whole[:length])
        with pytest.raises(ImageError):
            read_archive(cut)


def test_names_in_a_manifest_do_not_leave_a_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("{}")
    folder = tmp_path / "image"
    folder.mkdir()
    for name in ("../secret", str(tmp_path / "secret")):
        (folder / "manifest.json").write_text(json.dumps([{"Config": name, "Layers": []}]))
        with pytest.raises(ImageError, match="outside"):
            read_archive(folder)


def test_a_manifest_nested_without_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text("[" * 200_000)
    with pytest.raises(ImageError, match="not a readable image archive"):
        read_archive(tmp_path)
