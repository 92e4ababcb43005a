"""``vitascope source``: remotes that are mounted as folders, or read directly where nothing can be mounted.

The list and the keys are files of the configuration folder, changed here under a lock, whether a server runs or not;
one that runs is told to look at them again. Secrets are asked for, or read from a pipe or a file: an argument stands in
the list of processes and in the history of the shell.
"""

import getpass
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from rich.console import Console
from rich.table import Table

from vitascope.cli.client import NoServerError, ServerClient
from vitascope.cli.failure import CommandError
from vitascope.ops.atomic import write_atomically
from vitascope.ops.paths import SupportDir
from vitascope.ops.settings import read_secret
from vitascope.sources.errors import SourceError
from vitascope.sources.mounts import missing_fuse
from vitascope.sources.rclone.command import Places, source_command
from vitascope.sources.rclone.costs import GB
from vitascope.sources.rclone.flags import parse_flags
from vitascope.sources.rclone.kinds import Option
from vitascope.sources.rclone.program import find_rclone
from vitascope.sources.rclone.registry import Change, Registry, Wish, registry_of
from vitascope.sources.rclone.remotes import split_address
from vitascope.sources.rclone.source import Source, Way, checked_price, parse_way
from vitascope.sources.rclone.traffic import Traffic

_NONE = "no sources; vitascope source add b2:bucket adds one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was typed for a source."""

    address: str = ""
    kind: str = ""
    name: str = ""
    mount: str = ""
    way: str = ""
    options: Sequence[str] = ()
    secrets: Sequence[str] = ()
    secret_files: Sequence[str] = ()
    flags: Sequence[str] = ()
    storage_price: str = ""
    download_price: str = ""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


@contextmanager
def _told() -> Iterator[None]:
    """What the room says no with, as this verb's failure."""
    try:
        yield
    except SourceError as error:
        raise CommandError(str(error)) from error


def _registry(config: Path) -> Registry:
    support = SupportDir.for_config(config.absolute(), os.environ)
    return registry_of(support.sources, support.cache, config.absolute(), write_atomically)


def _pairs(texts: Sequence[str], what: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"{what} {name}: write it as NAME=VALUE", exit_code=2)
        found[name] = value
    return found


def _wish(registry: Registry, given: Given) -> Wish:
    """The wish that was typed, with its secrets."""
    program = find_rclone(given.environment)
    remote, _ = split_address(given.address)
    options: dict[str, str] | None = None
    if not registry.knows_remote(remote) or given.options or given.secrets or given.secret_files:
        options = _options(given, registry.kinds(program).options(given.kind or remote), complete=True)
    wish = Wish(
        address=given.address,
        kind=given.kind,
        name=given.name,
        mount=given.mount,
        way=parse_way(given.way),
        options=options,
        flags=parse_flags(dict(_flag(text) for text in given.flags)),
    )
    storage, download = _prices(given)
    if storage is not None:
        wish = replace(wish, storage_usd_per_gb=storage)
    if download is not None:
        wish = replace(wish, download_usd_per_gb=download)
    return wish


def _prices(given: Given) -> tuple[float | None, float | None]:
    """Of storage and of downloads, where they were typed."""
    return (
        checked_price(given.storage_price, "price of storage") if given.storage_price else None,
        checked_price(given.download_price, "price of downloads") if given.download_price else None,
    )


def _flag(text: str) -> tuple[str, str]:
    name, _, value = text.removeprefix("--").partition("=")
    return name, value


def _options(given: Given, known: Mapping[str, Option], *, complete: bool) -> dict[str, str]:
    """What was typed, and secrets; ``complete`` asks for those too that a type needs."""
    options = _pairs(given.options, "option")
    for name in options:
        if options[name] and name in known and known[name].is_secret:
            raise CommandError(
                f"option {name} is a secret, and everybody on this machine can read arguments: "
                f"--secret {name} asks for it (or reads it from a pipe), --secret-file {name}=FILE reads a file",
                exit_code=2,
            )
    for name, file in _pairs(given.secret_files, "secret file").items():
        options[name] = read_secret(Path(file), f"secret file of {name}")
    wanted = list(given.secrets)
    if complete:
        wanted += [one.name for one in known.values() if one.required and one.is_secret and one.name not in options]
    for name in dict.fromkeys(wanted):
        options[name] = _asked(name)
        if not options[name]:
            raise CommandError(f"{name}: nothing was typed", exit_code=2)
    return options


def _asked(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{name}: ")
    line = sys.stdin.readline()
    if not line:
        raise CommandError(f"{name} is a secret that is needed: type it, pipe it in, or use --secret-file {name}=FILE")
    return line.removesuffix("\n").removesuffix("\r")


def add(config: Path, given: Given, *, check: bool, dry_run: bool) -> None:
    """Adds a source; with ``dry_run`` prints what would mount it and changes nothing."""
    registry = _registry(config)
    with _told():
        wish = _wish(registry, given)
        if dry_run:
            program = find_rclone(given.environment)
            source, _ = registry.plan(wish, program)
            _show_command(program, source, registry.places)
            return
        source = registry.add(wish, ask_remote=check)
    _tell_server(config)
    _tell_risks(source)
    _tell_way(source, given)
    print(f"added {source.name}: {source.address} at {source.mount}")


def _tell_risks(source: Source) -> None:
    for risk in source.flags.risks():
        print(f"note: {risk}", file=sys.stderr)


def _tell_way(source: Source, given: Given) -> None:
    """Why it is not mounted, to who left that open."""
    if source.way is Way.DIRECT and parse_way(given.way) is None:
        print(f"note: it is read directly and not mounted: {missing_fuse() or 'nothing could be'}", file=sys.stderr)


def change(config: Path, name: str, given: Given, *, check: bool) -> None:
    """Changes a source; one that runs is mounted anew, once nobody plays from it."""
    registry = _registry(config)
    with _told():
        source = registry.get(name)
        options: dict[str, str] = {}
        if given.options or given.secrets or given.secret_files:
            known = registry.kinds(find_rclone(given.environment)).options(source.kind)
            options = _options(given, known, complete=False)
        storage, download = _prices(given)
        if not (options or given.flags or given.way) and storage is None and download is None:
            raise CommandError("nothing is to be otherwise: --flag, --option, --secret, --way, or a price", exit_code=2)
        wish = Change(
            options=options,
            flags=dict(_flag(text) for text in given.flags),
            way=given.way,
            storage_usd_per_gb=storage,
            download_usd_per_gb=download,
        )
        changed = registry.change(name, wish, ask_remote=check)
    _tell_risks(changed)
    print(f"changed {name}{_tell_changed(config, name)}")


def rename(config: Path, name: str, new: str) -> None:
    """Gives a source another name: the server does, where one runs."""
    try:
        ServerClient(config).call("PUT", f"/vitascope/sources/{quote(name, safe='')}", {"name": new})
    except NoServerError:
        registry = _registry(config)
        with _told():
            registry.rename(name, new)
        traffic = Traffic(registry.places.traffic, write_atomically)
        traffic.rename(name, new)
        traffic.save()
    print(f"{name} is called {new} now")


def _tell_changed(config: Path, name: str) -> str:
    """Has a server that runs take up what was changed; what it says to that."""
    client = ServerClient(config)
    try:
        client.call("PUT", "/vitascope/sources")
        found = next(one for one in client.get("/vitascope/sources").get("Source", []) if one["name"] == name)
    except (NoServerError, StopIteration):
        return ""
    held = ", ".join(one["title"] for one in found.get("Held", []))
    if not held:
        return ""
    return f"; {held} plays from it, and it is mounted anew after that (at once: vitascope source mount {name})"


def _tell_server(config: Path) -> None:
    """Has a server that runs look at the list again; one that does not will at its start."""
    with suppress(NoServerError):
        ServerClient(config).call("PUT", "/vitascope/sources")


def status(config: Path) -> None:
    """Prints how the sources of the running server are doing, and what they cost."""
    found = ServerClient(config).get("/vitascope/sources")
    if not found.get("Source") and not found.get("problem"):
        print(_NONE)
        return
    table = Table("name", "at", "way", "state", "cache", "stored", "fetched this month", "costs this month")
    for one in found.get("Source", []):
        cost = f"{one['storageCost'] + one['downloadCost']:.2f} USD"
        cache = "" if one.get("cacheBytes") is None else _size(one["cacheBytes"])
        stored, fetched = _size(one["storedBytes"]), _size(one["fetchedBytes"])
        table.add_row(one["name"], one["mount"], one["way"], one["state"], cache, stored, fetched, cost)
    Console(soft_wrap=True, emoji=False).print(table, markup=False)
    for one in found.get("Source", []):
        if one.get("reason"):
            print(f"{one['name']}: {one['reason']}")
        if one.get("takenBack"):
            print(f"{one['name']}: its change was taken back: {one['takenBack']}")
    if found.get("problem"):
        raise CommandError(found["problem"])


def _size(number: int) -> str:
    """Bytes as storage services count them."""
    return f"{number / GB:.2f} GB" if number >= GB / 100 else f"{number / 1_000_000:.2f} MB"


def _show_command(program: Path, source: Source, places: Places) -> None:
    print(shlex.join(source_command(program, source, places)))


def show(config: Path) -> None:
    """Prints the sources."""
    with _told():
        sources = _registry(config).list()
    if not sources:
        print(_NONE)
        return
    table = Table("name", "remote", "type", "way", "at")
    for source in sources:
        table.add_row(source.name, source.address, source.kind, source.way.value, source.mount)
    Console(soft_wrap=True, emoji=False).print(table, markup=False)


def mount(config: Path, name: str, *, dry_run: bool) -> None:
    """Has a source mounted now; with ``dry_run`` prints the very command."""
    registry = _registry(config)
    with _told():
        source = registry.get(name)
        if dry_run:
            _show_command(find_rclone(os.environ), source, registry.places)
            return
    ServerClient(config).call("POST", f"/vitascope/sources/{source.name}/mount")
    print(f"{source.name} is being {'read' if source.way is Way.DIRECT else 'mounted'} at {source.mount}")


def remove(config: Path, name: str) -> None:
    """Forgets a source; what is in its remote stays."""
    with _told():
        source = _registry(config).remove(name)
    _tell_server(config)
    print(f"removed {source.name}; nothing in {source.address} was touched")
