"""Compares an image with a contract, item by item. Every item is looked at: one that fails hides no other."""

from collections.abc import Iterator
from dataclasses import dataclass

from vitascope.ops.image.contract import Contract, FileTerms, HealthTerms, ImageTerms
from vitascope.ops.image.elf import Program, read_program
from vitascope.ops.image.model import Entry, Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One item of the contract, and whether the image keeps it."""

    item: str
    kept: bool
    found: str
    """What the image has."""
    wanted: str


def examine(image: Image, contract: Contract) -> list[Finding]:
    """Every item of the contract, in its order."""
    found = [*_configuration(image, contract.image)]
    if contract.health is not None:
        found += _health(image, contract.health)
    found += _platform(image)
    for terms in contract.files:
        found += _file(image, terms)
    return found


def _same(item: str, found: object, wanted: object) -> Finding:
    return Finding(item=item, kept=found == wanted, found=_shown(found), wanted=_shown(wanted))


def _shown(value: object) -> str:
    if isinstance(value, (tuple, list, set, frozenset)):
        words = [str(one) for one in value]
        return " ".join(sorted(words) if isinstance(value, (set, frozenset)) else words) or "nothing"
    return str(value) if value not in ("", None) else "nothing"


def _configuration(image: Image, terms: ImageTerms) -> Iterator[Finding]:
    if terms.os is not None:
        yield _same("operating system", image.os, terms.os)
    if terms.architectures is not None:
        yield Finding(
            item="architecture",
            kept=image.architecture in terms.architectures,
            found=_shown(image.architecture),
            wanted=" or ".join(terms.architectures),
        )
    if terms.user is not None:
        yield _same("user", image.user, terms.user)
    if terms.entrypoint is not None:
        yield _same("entry point", image.entrypoint, terms.entrypoint)
    if terms.command is not None:
        yield _same("command", image.command, terms.command)
    if terms.ports is not None:
        yield _same("ports", image.ports, frozenset(terms.ports))
    if terms.volumes is not None:
        yield _same("volumes", image.volumes, frozenset(terms.volumes))
    for word in terms.environment or ():
        name, _, value = word.partition("=")
        has = image.environment.get(name)
        kept = has is not None and ("=" not in word or has == value)
        yield Finding(item=f"variable {name}", kept=kept, found=_shown(has), wanted=value or "any value")
    for label in terms.labels or ():
        has = image.labels.get(label)
        yield Finding(item=f"label {label}", kept=bool(has), found=_shown(has), wanted="any value")
    if terms.most_bytes is not None:
        yield Finding(
            item="size",
            kept=image.size_bytes <= terms.most_bytes,
            found=f"{image.size_bytes / 1e6:.1f} MB",
            wanted=f"at most {terms.most_bytes / 1e6:.1f} MB",
        )


def _health(image: Image, terms: HealthTerms) -> Iterator[Finding]:
    check = image.health
    if check is None:
        yield Finding(item="health check", kept=False, found="nothing", wanted=terms.contains or "a check")
        return
    if terms.contains is not None:
        test = " ".join(check.test)
        yield Finding(item="health check", kept=terms.contains in test, found=test, wanted=f"… {terms.contains} …")
    if terms.interval_ms is not None:
        yield _same("health check's interval (ms)", check.interval_ms, terms.interval_ms)
    if terms.timeout_ms is not None:
        yield _same("health check's timeout (ms)", check.timeout_ms, terms.timeout_ms)
    if terms.retries is not None:
        yield _same("health check's retries", check.retries, terms.retries)


def _programs(image: Image) -> Iterator[tuple[str, Program]]:
    for path, entry in image.files.items():
        if entry.kind == "file" and entry.mode & 0o111:
            program = read_program(entry.head)
            if program is not None:
                yield path, program


def _platform(image: Image) -> Iterator[Finding]:
    """Whether the programs inside are of the architecture that the image says it is."""
    others = sorted(
        f"{path} ({one.architecture})" for path, one in _programs(image) if one.architecture != image.architecture
    )
    yield Finding(
        item="programs inside",
        kept=not others,
        found=" ".join(others[:3]) or f"all {image.architecture}",
        wanted=f"all {image.architecture}",
    )


def _file(image: Image, terms: FileTerms) -> Iterator[Finding]:
    entry = image.find(terms.path)
    if terms.absent:
        yield Finding(
            item=terms.path, kept=entry is None, found="nothing" if entry is None else "there", wanted="nothing"
        )
        return
    if entry is None:
        yield Finding(item=terms.path, kept=False, found="nothing", wanted=terms.kind or "something")
        return
    if terms.kind is None or entry.kind != terms.kind:
        kept = terms.kind is None
        yield Finding(item=terms.path, kept=kept, found=entry.kind, wanted=terms.kind or "something")
    else:
        yield Finding(item=terms.path, kept=True, found=entry.kind, wanted=terms.kind)
    yield from _details(entry, terms)


def _details(entry: Entry, terms: FileTerms) -> Iterator[Finding]:
    if terms.executable is not None:
        yield _same(f"{terms.path}: executable", bool(entry.mode & 0o111), terms.executable)
    if terms.uid is not None:
        yield _same(f"{terms.path}: uid", entry.uid, terms.uid)
    if terms.gid is not None:
        yield _same(f"{terms.path}: gid", entry.gid, terms.gid)
    if terms.static is not None:
        program = read_program(entry.head)
        found = "no program" if program is None else "static" if program.static else "dynamic"
        wanted = "static" if terms.static else "dynamic"
        yield Finding(item=f"{terms.path}: linked", kept=found == wanted, found=found, wanted=wanted)
