"""What is committed under ``deploy/`` is what the program writes today, for both engines and nothing else."""

import os
import stat
from pathlib import Path

import pytest
from tools.bundles import DEPLOY, committed

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import HOSTS, make_bundle
from vitascope.ops.service import Engine, Variant

EVERY = [(host, engine) for host in HOSTS for engine in Engine]


def names(folder: Path) -> set[str]:
    return {str((Path(above) / name).relative_to(folder)) for above, _, files in os.walk(folder) for name in files}


@pytest.mark.parametrize(("host", "engine"), EVERY)
def test_the_committed_bundle_is_todays(host: Host, engine: Engine) -> None:
    folder, bundle = committed(host, engine)
    again = "run: .venv/bin/python tools/bundles.py"
    assert names(folder) == set(bundle.files), again
    for path, file in bundle.files.items():
        assert (folder / path).read_text("utf-8") == file.text, f"{path}: {again}"
        assert bool(stat.S_IMODE((folder / path).stat().st_mode) & 0o100) == bool(file.mode & 0o100), path


@pytest.mark.parametrize(("host", "engine"), EVERY)
def test_the_same_options_make_the_same_files(host: Host, engine: Engine) -> None:
    for variant in Variant:
        options = BundleOptions(engine=engine, variant=variant)
        assert make_bundle(host, options) == make_bundle(host, options)


@pytest.mark.parametrize(("host", "engine"), EVERY)
def test_each_bundle_has_a_readme_for_its_engine(host: Host, engine: Engine) -> None:
    readme = (DEPLOY / host.value / engine.value / "README.md").read_text("utf-8")
    assert readme.startswith("# ")
    assert f"--engine {'plex' if engine is Engine.VITASCOPE else 'vitascope'}" not in readme
