"""An image against a contract: what is kept, and every single thing that is not."""

import dataclasses
import struct
from pathlib import Path

import pytest
from tests.ops.image.archives import program

from vitascope.ops.image import Contract, ContractError, Entry, HealthCheck, Image, contract_of, examine
from vitascope.ops.image.contract import names
from vitascope.ops.image.elf import read_program


def file(**changes: object) -> Entry:
    return dataclasses.replace(Entry(kind="file", mode=0o755, uid=0, gid=0, size_bytes=10), **changes)  # type: ignore[arg-type]


def folder(uid: int = 0) -> Entry:
    return Entry(kind="folder", mode=0o755, uid=uid, gid=uid)


def plexd(**changes: object) -> Image:
    """An image that keeps the contract of the mesh agent, with changes."""
    made = Image(
        os="linux",
        architecture="amd64",
        user="65534:65534",
        entrypoint=("/usr/local/bin/plexd",),
        ports=frozenset({"9100/tcp", "51820/udp"}),
        files={
            "/usr/local/bin/plexd": file(head=program(static=True)),
            "/var/lib/plexd": folder(65534),
            "/var/run": Entry(kind="link", mode=0o777, uid=0, gid=0, target="/run"),
            "/run/plexd": folder(65534),
            "/var/log/plexd": folder(65534),
            "/etc/plexd": folder(65534),
            "/etc/ssl/certs/ca-certificates.crt": file(mode=0o644),
        },
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def broken(image: Image, contract: Contract) -> list[str]:
    return [finding.item for finding in examine(image, contract) if not finding.kept]


def test_what_keeps_the_contract_has_no_complaint() -> None:
    assert broken(plexd(), contract_of("plexd")) == []


@pytest.mark.parametrize(
    ("changes", "items"),
    [
        ({"os": "windows"}, ["operating system"]),
        ({"user": ""}, ["user"]),
        ({"entrypoint": ("/bin/sh", "-c", "plexd")}, ["entry point"]),
        ({"ports": frozenset({"9100/tcp"})}, ["ports"]),
        ({"architecture": "arm64"}, ["programs inside"]),
        ({"architecture": "riscv64"}, ["architecture", "programs inside"]),
    ],
)
def test_each_item_is_named(changes: dict[str, object], items: list[str]) -> None:
    assert broken(plexd(**changes), contract_of("plexd")) == items


@pytest.mark.parametrize(
    ("path", "entry", "items"),
    [
        ("/usr/local/bin/plexd", file(head=program(static=False)), ["/usr/local/bin/plexd: linked"]),
        ("/usr/local/bin/plexd", file(mode=0o644, head=program(static=True)), ["/usr/local/bin/plexd: executable"]),
        ("/usr/local/bin/plexd", file(head=b"#!/bin/sh"), ["/usr/local/bin/plexd: linked"]),
        ("/usr/local/bin/plexd", file(head=program(static=True, machine=0xB7)), ["programs inside"]),
        ("/var/lib/plexd", folder(0), ["/var/lib/plexd: uid", "/var/lib/plexd: gid"]),
        ("/var/log/plexd", file(uid=65534, gid=65534), ["/var/log/plexd"]),
        ("/bin/sh", file(), ["/bin/sh"]),
        ("/big", file(size_bytes=30_000_001), ["size"]),
    ],
)
def test_each_file_is_named(path: str, entry: Entry, items: list[str]) -> None:
    image = plexd()
    assert broken(dataclasses.replace(image, files={**image.files, path: entry}), contract_of("plexd")) == items


def test_everything_that_is_wrong_is_named_at_once() -> None:
    found = broken(Image(os="linux", architecture="amd64"), contract_of("vitascope"))
    for item in ("entry point", "ports", "volumes", "health check", "variable HOME", "/init", "/usr/bin/curl"):
        assert item in found


def test_health_checks_are_compared_in_full() -> None:
    health = HealthCheck(test=("CMD", "/healthcheck.sh"), interval_ms=5000, timeout_ms=2000, retries=3)
    found = [one.item for one in examine(plexd(health=health), contract_of("pms-docker")) if one.kept]
    assert "health check" in found
    assert "health check's interval (ms)" in found
    assert "health check's retries" not in found


def test_the_contracts_that_come_along_can_be_read() -> None:
    assert names() == ["plexd", "pms-docker", "vitascope"]
    for name in names():
        assert contract_of(name).name == name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[image\n", "line 1"),
        ("port = 1", "unknown port"),
        ("image = 3", "image must be a table"),
        ("[image]\nport = ['1/tcp']", "unknown key 'port'"),
        ("[image]\nports = '1/tcp'", "not of the right kind"),
        ("[image]\nmost_bytes = true", "not of the right kind"),
        ("[[files]]\nkind = 'file'", "path is missing"),
        ("files = 1", "must be a list"),
    ],
)
def test_a_mistake_in_a_contract_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "contract.toml"
    path.write_text(text)
    with pytest.raises(ContractError, match=complaint):
        contract_of(str(path))


def test_a_contract_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ContractError, match="pms-docker"):
        contract_of("nothing")


def test_programs_are_told_from_other_files() -> None:
    static = read_program(program(static=True, machine=0xB7))
    assert static is not None
    assert (static.architecture, static.static) == ("arm64", True)
    assert read_program(b"#!/bin/sh\n" * 20) is None
    assert read_program(program(static=True)[:70]) is None


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 1), (2, 3)])
def test_a_program_whose_table_has_no_room_is_no_program(size: int, count: int) -> None:
    header = bytearray(program(static=True))
    struct.pack_into("<Q", header, 32, len(header) - size * count)
    struct.pack_into("<HH", header, 54, size, count)
    assert read_program(bytes(header)) is None
