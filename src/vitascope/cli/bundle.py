"""``vitascope bundle``: makes the files and writes them into a folder, or shows them."""

import sys
from pathlib import Path

from vitascope.cli.failure import CommandError
from vitascope.media.hardware import detect
from vitascope.ops.bundles.choosing import choose
from vitascope.ops.bundles.model import BundleError, BundleOptions, ForeignFileError, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine, Variant

AUTO = "auto"


def write(
    host: Host,
    *,
    engine: Engine,
    variant: str,
    output: Path | None,
    force: bool,
    name: str,
    image: str,
    domain: str,
    config_dir: str,
    media: tuple[str, ...],
    backup_dir: str,
    timezone: str,
    prefix: str,
    backend: str,
    acme_email: str,
) -> None:
    """Says on stderr which variant was chosen and what was written; the files go to stdout without ``output``."""
    try:
        options = BundleOptions(
            engine=engine,
            variant=_variant(variant),
            name=name,
            image=image,
            domain=domain,
            config_dir=config_dir,
            media=media,
            backup_dir=backup_dir,
            timezone=timezone,
            prefix=prefix,
            backend=backend,
            acme_email=acme_email,
        )
        bundle = make_bundle(host, options)
        if output is None:
            for path, file in sorted(bundle.files.items()):
                print(f"==> {path} <==\n{file.text}")
            return
        written = write_bundle(bundle, output.expanduser(), overwrite=force)
    except ForeignFileError as error:
        raise CommandError(f"{error} (--force changes them)") from error
    except BundleError as error:
        raise CommandError(str(error), exit_code=2) from error
    for path in written:
        print(output / path)
    print(f"{len(written)} of {len(bundle.files)} files written, the rest was there already", file=sys.stderr)


def _variant(asked: str) -> Variant:
    if asked == AUTO:
        choice = choose(detect())
        print(f"Variant {choice.variant.value}: {choice.reason}", file=sys.stderr)
        return choice.variant
    try:
        return Variant(asked)
    except ValueError as error:
        known = ", ".join([AUTO, *Variant])
        raise CommandError(f"--variant {asked!r}: there is {known}", exit_code=2) from error
