"""What an image is asked to be: a TOML file, read strictly, so that a word written wrongly is not a wish forgotten.

Keys of ``[image]``: ``os``, ``architectures``, ``user``, ``entrypoint``, ``command``, ``ports``, ``volumes``,
``environment``, ``labels`` (names that must be there), ``most_bytes``. ``[health]``: ``contains`` (text of the
command), ``interval_ms``, ``timeout_ms``, ``retries``. ``[[files]]``: ``path`` and any of ``kind`` (file, folder),
``executable``, ``uid``, ``gid``, ``static``, ``absent``. What is left out is not looked at.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import TypeVar, Union, get_args, get_origin, get_type_hints

Terms = TypeVar("Terms")
BUILT_IN = Path(__file__).parent / "contracts"


class ContractError(Exception):
    """A contract cannot be used; the message is for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTerms:
    """What the image's configuration shall say."""

    os: str | None = None
    architectures: tuple[str, ...] | None = None
    user: str | None = None
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    ports: tuple[str, ...] | None = None
    volumes: tuple[str, ...] | None = None
    environment: tuple[str, ...] | None = None
    """``NAME`` or ``NAME=value``."""
    labels: tuple[str, ...] | None = None
    most_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthTerms:
    """What the health check shall be."""

    contains: str | None = None
    interval_ms: int | None = None
    timeout_ms: int | None = None
    retries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTerms:
    """What shall lie, or not lie, at a path."""

    path: str
    kind: str | None = None
    executable: bool | None = None
    uid: int | None = None
    gid: int | None = None
    static: bool | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A whole contract."""

    name: str
    image: ImageTerms = field(default_factory=ImageTerms)
    health: HealthTerms | None = None
    files: tuple[FileTerms, ...] = ()


def names() -> list[str]:
    """The contracts that come along."""
    return sorted(path.stem for path in BUILT_IN.glob("*.toml"))


def contract_of(wanted: str) -> Contract:
    """The contract in a file, or the one of this name that comes along. Raises :class:`ContractError`."""
    path = Path(wanted)
    if wanted in names():
        path = BUILT_IN / f"{wanted}.toml"
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContractError(
            f"{wanted}: {error.strerror}; the contracts that come along are {', '.join(names())}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{wanted}: {error}") from error
    return _read(told, wanted)


def _read(told: Mapping[str, object], where: str) -> Contract:
    unknown = set(told) - {"name", "image", "health", "files"}
    if unknown:
        raise ContractError(f"{where}: unknown {', '.join(sorted(unknown))}")
    image, health, files = told.get("image", {}), told.get("health"), told.get("files", [])
    if not isinstance(files, list):
        raise ContractError(f"{where}: files must be a list of tables")
    return Contract(
        name=str(told.get("name", Path(where).stem)),
        image=_table(ImageTerms, image, f"{where}: image"),
        health=None if health is None else _table(HealthTerms, health, f"{where}: health"),
        files=tuple(_table(FileTerms, one, f"{where}: files[{number}]") for number, one in enumerate(files)),
    )


def _table(kind: type[Terms], told: object, where: str) -> Terms:
    if not isinstance(told, dict):
        raise ContractError(f"{where} must be a table")
    hints = get_type_hints(kind)
    made: dict[str, object] = {}
    for name, value in told.items():
        if name not in hints:
            raise ContractError(f"{where}: unknown key {name!r} (known: {', '.join(hints)})")
        made[name] = _value(hints[name], value, f"{where}.{name}")
    if "path" in hints and "path" not in made:
        raise ContractError(f"{where}: path is missing")
    return kind(**made)


def _value(hint: object, value: object, where: str) -> object:
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for option in options:
        if get_origin(option) is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        if isinstance(option, type) and type(value) is option:
            return value
    raise ContractError(f"{where}: {value!r} is not of the right kind")
