"""What the built package shows to StartOS, against the description of the service."""

import functools
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.ops.bundles.startos.conftest import Boot

from vitascope.ops.service import SERVICES, VARIANTS, ActionSpec, Engine, FieldKind, Variant

pytestmark = pytest.mark.timeout(900)  # the first one checks and builds both packages

ENGINES = pytest.mark.parametrize("engine", Engine)
VARIANT = pytest.mark.parametrize("variant", Variant)


@functools.cache
def manifest(node: str, folder: Path, variant: str) -> Any:
    done = subprocess.run(
        [node, "-e", "console.log(JSON.stringify(require('./javascript/index.js').manifest))"],
        cwd=folder,
        env={"VARIANT": variant},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@ENGINES
@VARIANT
def test_manifest(node: str, packages: dict[Engine, Path], engine: Engine, variant: Variant) -> None:
    service, spec = SERVICES[engine], VARIANTS[variant]
    found = manifest(node, packages[engine], variant.value)
    assert found["id"] == service.package_id
    assert found["title"] == service.title
    assert found["volumes"] == [volume.id for volume in service.volumes]
    assert found["hardwareAcceleration"] is True
    required = found["hardwareRequirements"]
    assert required["arch"] == list(spec.architectures)
    assert [(each["class"], each["driver"], each["description"]) for each in required["device"]] == (
        [("display", spec.driver, spec.requirement)] if spec.driver else []
    )
    assert found["images"] == {
        service.package_id: {
            "source": {"dockerTag": f"{service.image}:latest"},
            "arch": list(spec.architectures),
            "emulateMissingAs": None,
            "nvidiaContainer": variant is Variant.NVIDIA,
        }
    }
    assert {name: (one["optional"], one["description"]["en_US"]) for name, one in found["dependencies"].items()} == {
        one.id: (True, one.purpose) for one in service.dependencies
    }


@ENGINES
def test_all_variants_have_one_version(node: str, packages: dict[Engine, Path], engine: Engine) -> None:
    assert len({manifest(node, packages[engine], variant.value)["version"] for variant in Variant}) == 1
    with pytest.raises(AssertionError, match="There is no variant voodoo"):
        manifest(node, packages[engine], "voodoo")


@ENGINES
def test_make_knows_the_package_and_its_variants(packages: dict[Engine, Path], engine: Engine) -> None:
    def told(*words: str) -> str:
        done = subprocess.run(["make", "-s", *words], cwd=packages[engine], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert told("print-PACKAGE_ID") == SERVICES[engine].package_id
    assert told("print-TARGETS").split() == [variant.value for variant in Variant]
    for spec in VARIANTS.values():
        arches = " ".join({"x86_64": "x86", "aarch64": "arm"}[each] for each in spec.architectures)
        assert f"VARIANT={spec.variant.value} make arches ARCHES='{arches}'" in told("-n", spec.variant.value)


@ENGINES
def test_actions_tasks_and_interface_at_install(boot: Boot, engine: Engine) -> None:
    service, state = SERVICES[engine], boot(engine).state
    assert {
        name: (one["name"], one["description"], one["allowedStatuses"], one["hasInput"], one["visibility"])
        for name, one in state["actions"].items()
    } == {
        action.id: (action.name, action.description, action.availability.value, bool(action.fields), "enabled")
        for action in service.actions
    }
    assert {
        name: (one["actionId"], one["packageId"], one["severity"], one["reason"])
        for name, one in state["tasks"].items()
    } == {task.id: (task.action, service.package_id, task.severity.value, task.reason) for task in service.tasks}
    (ui,) = state["interfaces"].values()
    assert (ui["id"], ui["type"], ui["masked"]) == ("ui", "ui", False)
    assert (ui["addressInfo"]["internalPort"], ui["addressInfo"]["suffix"]) == (service.port, service.web_path)
    assert (ui["addressInfo"]["scheme"], ui["addressInfo"]["sslScheme"]) == ("http", "https")
    assert state["dependencies"] == []


@ENGINES
def test_forms(boot: Boot, engine: Engine) -> None:
    system = boot(engine)
    for action in SERVICES[engine].actions:
        form = system.call("form", action=action.id)["spec"]
        assert list(form) == [field.id for field in action.fields]
        _compare(form, action)


def _compare(form: dict[str, Any], action: ActionSpec) -> None:
    for field in action.fields:
        shown = form[field.id]
        assert (shown["name"], shown["description"]) == (field.name, field.description)
        assert shown["minLength"] == (field.least or None)
        if field.kind is FieldKind.CHOICES:
            assert (shown["type"], shown["values"]) == ("multiselect", dict(field.choices))
            continue
        assert (shown["type"], shown["required"]) == ("text", field.required)
        assert shown["masked"] is (field.kind is FieldKind.SECRET)
        assert shown["maxLength"] == field.most_characters
        assert [(each["regex"], each["description"]) for each in shown["patterns"]] == (
            [(f"^(?:{field.pattern})$", field.pattern_means)] if field.pattern else []
        )
