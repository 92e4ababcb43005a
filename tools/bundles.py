"""Writes the committed deployments anew: ``deploy/<host>/<engine>/`` for every host and both engines.

``tests/hosts/test_committed.py`` fails when they are not what this writes.
"""

import shutil
import sys
from pathlib import Path

from vitascope.ops.bundles.model import Bundle, BundleOptions, Host
from vitascope.ops.bundles.registry import HOSTS, make_bundle
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"


def committed(host: Host, engine: Engine) -> tuple[Path, Bundle]:
    """Where a bundle is committed, and what it is."""
    return DEPLOY / host.value / engine.value, make_bundle(host, BundleOptions(engine=engine))


def main() -> int:
    for host in HOSTS:
        for engine in Engine:
            folder, bundle = committed(host, engine)
            if folder.exists():
                shutil.rmtree(folder)
            write_bundle(bundle, folder)
            print(f"{folder.relative_to(DEPLOY.parent)}: {len(bundle.files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
