"""What the package's folder holds, without running it."""

import filecmp
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from vitascope.ops.actions.runners import SHORTEST_PASSWORD
from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.startos.facts import DEPENDENCY_VOLUMES
from vitascope.ops.bundles.startos.literals import literal, quoted
from vitascope.ops.package_state import TOKEN_SECONDS
from vitascope.ops.service import SERVICES, Engine, Variant

ROOT = Path(__file__).parents[4]
ENGINES = pytest.mark.parametrize("engine", Engine)
PAGE = (ROOT / "docs" / "hosts" / "startos.md").read_text("utf-8")


def files(engine: Engine) -> dict[str, str]:
    bundle = make_bundle(Host.STARTOS, BundleOptions(engine=engine))
    return {path: file.text for path, file in bundle.files.items()}


def test_the_commands_of_the_page_write_what_is_committed(tmp_path: Path) -> None:
    commands = [line.split() for line in PAGE.splitlines() if line.startswith("vitascope bundle startos ")]
    assert {command[command.index("--engine") + 1] for command in commands} == {engine.value for engine in Engine}
    for command in commands:
        subprocess.run([sys.executable, "-m", *command], cwd=tmp_path, check=True, capture_output=True)
        engine, folder = (command[command.index(option) + 1] for option in ("--engine", "--output"))
        compared = filecmp.dircmp(tmp_path / folder, ROOT / "deploy" / "startos" / engine, ignore=[])
        assert not (compared.left_only or compared.right_only or compared.diff_files)
        assert {"Makefile", "README.md", "instructions.md", "icon.svg"} <= set(compared.same_files)


@ENGINES
def test_packages_are_pinned_and_their_lock_names_no_address(engine: Engine) -> None:
    made = files(engine)
    package, lock = json.loads(made["package.json"]), json.loads(made["package-lock.json"])
    asked = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())
    assert "resolved" not in made["package-lock.json"]
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    assert lock["packages"][""]["devDependencies"] == package["devDependencies"]
    for name, version in asked.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_the_reference_of_engine_plex_is_the_documents_word_for_word() -> None:
    document = re.search(r"```yaml\n(package_id: plex\n.*?)```", PAGE, re.DOTALL)
    assert document
    assert files(Engine.PLEX)["reference.yaml"] == document[1]


@ENGINES
def test_the_reference_says_what_the_description_says(engine: Engine) -> None:
    service = SERVICES[engine]
    found = yaml.safe_load(files(engine)["reference.yaml"])
    assert found["package_id"] == service.package_id
    assert found["architectures"] == list(service.architectures)
    assert found["variants"] == [each.value for each in Variant]
    assert found["volumes"] == {volume.id: volume.mount or "internal" for volume in service.volumes}
    assert found["media_mounts"] == {source.id: source.mount for source in service.sources}
    assert found["ports"] == {"ui": service.port}
    assert found["actions"] == [action.id for action in service.actions]
    assert found["startos_managed_env_vars"].items() >= dict(service.managed_environment).items()
    assert found["account_required"] is service.account_required
    assert found["claim_required"] is service.claim_required
    assert found["dependencies"] == {one.id: {"optional": True, "kind": one.kind} for one in service.dependencies}


@ENGINES
def test_the_readme_has_the_documents_headings(engine: Engine) -> None:
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    made = files(engine)["README.md"]
    assert (
        re.findall(r"^## (.+)$", made, re.MULTILINE)
        == headings[: headings.index("Quick Reference for AI Consumers") + 1]
    )
    assert "@" not in made
    for path in re.findall(r"\]\(([\w.]+)\)", made):
        assert path in files(engine)


@ENGINES
def test_papers_are_there(engine: Engine) -> None:
    made = files(engine)
    assert made["LICENSE"] == (ROOT / "LICENSE").read_text("utf-8")
    assert f"--engine {engine.value}" in made["CONTRIBUTING.md"]
    assert "Select Media Sources" in made["instructions.md"]
    icon = ElementTree.fromstring(made["icon.svg"])  # noqa: S314  # our own
    assert icon.tag == "{http://www.w3.org/2000/svg}svg"
    assert all("href" not in name for each in icon.iter() for name in each.attrib)


def test_the_variant_that_was_asked_for_is_packed_when_nothing_is_said() -> None:
    made = make_bundle(Host.STARTOS, BundleOptions(variant=Variant.AMD, image="registry.example/plex:1.2"))
    manifest = made.files["startos/manifest/index.ts"].text
    assert "process.env.VARIANT || 'amd'" in manifest
    assert manifest.count("dockerTag: 'registry.example/plex:1.2'") == len(Variant)


def test_what_the_package_knows_beyond_the_description_agrees_with_the_rest() -> None:
    service = SERVICES[Engine.VITASCOPE]
    assert {source.id for source in service.sources} == set(DEPENDENCY_VOLUMES)
    password = next(field for field in service.action("link-account").fields if field.id == "ownerPassword")
    assert password.least == SHORTEST_PASSWORD
    for engine in Engine:
        assert f"claimSeconds: {TOKEN_SECONDS}," in files(engine)["startos/service.ts"]


def test_literals_cannot_be_broken_out_of() -> None:
    assert quoted('it\'s "so" \\ \n\u2028') == "'it\\'s \"so\" \\\\ \\n\\u2028'"
    assert literal({"a-b": ["x'", 1, None, True], "c": {}}) == "{ 'a-b': ['x\\'', 1, null, true], c: {} }"
