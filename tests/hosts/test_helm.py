"""The chart, run through Go's templates and compared with the schemas of Kubernetes. Helm itself is not here."""

import warnings
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from tests.support.chart import objects, render

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine, Variant

_KUBERNETES = "1.30"
HOSTILE = 'it\'s "50%" $HOME {{ x }}: - #c\nnew: line'
RICH: dict[str, Any] = {
    "commonLabels": {"team": "home"},
    "ingress": {
        "enabled": True,
        "ingressClassName": "nginx",
        "url": "https://plex.example.com",
        "tls": [{"hosts": ["plex.example.com"], "secretName": "cert"}],
        "annotations": {"a/b": "c"},
    },
    "pms": {
        "claimSecret": {"name": "plex-claim", "key": "token"},
        "storageClassName": "fast",
        "configStorage": "20Gi",
        "resources": {"requests": {"cpu": "500m"}, "limits": {"memory": "2Gi"}},
        "podSecurityContext": {"fsGroup": 1000},
        "securityContext": {"allowPrivilegeEscalation": False},
        "livenessProbe": None,
    },
    "rclone": {
        "enabled": True,
        "configSecret": "rclone",
        "remotes": ["films:bucket/films", "music:"],
        "additionalArgs": ["--vfs-cache-mode=full", "--dir-cache-time", "5s"],
    },
    "initContainer": {"script": '#!/bin/sh\necho "$HOME"\n'},
    "extraEnv": {"PLEX_UID": 1000, "DEBUG": True, "HOSTNAME": HOSTILE},
    "extraVolumes": [{"name": "media", "nfs": {"server": "192.0.2.1", "path": "/media"}}],
    "extraVolumeMounts": [{"name": "media", "mountPath": "/data/media", "readOnly": True}],
    "tolerations": [{"key": "gpu", "operator": "Exists"}],
    "nodeSelector": {"kubernetes.io/arch": "amd64"},
    "service": {"type": "NodePort", "nodePort": 32400, "externalTrafficPolicy": "Local"},
}


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    write_bundle(make_bundle(Host.HELM, BundleOptions()), tmp_path / "chart")
    return tmp_path / "chart"


def check(found: dict[str, dict[str, Any]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for kind, each in found.items():
            if kind != "HTTPRoute":  # of the Gateway API, which is not Kubernetes' own
                kubernetes_validate.validate(each, _KUBERNETES, strict=True)


def server(found: dict[str, dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    pod: dict[str, Any] = found["StatefulSet"]["spec"]["template"]["spec"]
    container: dict[str, Any] = pod["containers"][0]
    return pod, container


@pytest.mark.parametrize("engine", list(Engine))
@pytest.mark.parametrize("variant", list(Variant))
def test_the_chart_as_it_is(engine: Engine, variant: Variant, tmp_path: Path) -> None:
    write_bundle(make_bundle(Host.HELM, BundleOptions(engine=engine, variant=variant)), tmp_path / "chart")
    found = objects(tmp_path / "chart", None, tmp_path)
    check(found)
    assert set(found) == {"StatefulSet", "Service", "ServiceAccount"}
    pod, container = server(found)
    assert pod["terminationGracePeriodSeconds"] == 120
    assert container["image"].endswith(
        "vitascope:latest" if engine is Engine.VITASCOPE else "plexinc/pms-docker:latest"
    )
    assert container["readinessProbe"]["httpGet"] == {"path": "/identity", "port": "pms"}
    limits = container["resources"].get("limits", {})
    expected = {Variant.NVIDIA: "nvidia.com/gpu", Variant.INTEL: "gpu.intel.com/i915", Variant.AMD: "amd.com/gpu"}
    assert limits == ({expected[variant]: 1} if variant in expected else {})
    names = {each["name"]: each.get("value") for each in container["env"]}
    if variant is Variant.NVIDIA:
        assert names["NVIDIA_DRIVER_CAPABILITIES"] == "compute,video,utility"
        assert names["NVIDIA_VISIBLE_DEVICES"] == "all"
    else:
        assert not any(name.startswith("NVIDIA") for name in names)


def test_everything_at_once(chart: Path, tmp_path: Path) -> None:
    found = objects(chart, RICH, tmp_path)
    check(found)
    assert set(found) == {"StatefulSet", "Service", "ServiceAccount", "Ingress", "ConfigMap"}
    pod, container = server(found)
    variables = {each["name"]: each for each in container["env"]}
    assert variables["PLEX_CLAIM"]["valueFrom"]["secretKeyRef"] == {"name": "plex-claim", "key": "token"}
    assert variables["ADVERTISE_IP"]["value"] == "https://plex.example.com:443"
    assert variables["HOSTNAME"]["value"] == HOSTILE
    assert (variables["PLEX_UID"]["value"], variables["DEBUG"]["value"]) == ("1000", "true")
    assert container["resources"] == {"requests": {"cpu": "500m"}, "limits": {"memory": "2Gi"}}
    assert "livenessProbe" not in container
    assert found["ConfigMap"]["data"]["init.sh"] == RICH["initContainer"]["script"]
    assert found["Ingress"]["spec"]["rules"][0]["host"] == "plex.example.com"
    films, music = pod["containers"][1:]
    assert (films["name"], music["name"]) == ("rclone-films", "rclone-music")
    assert films["args"][:3] == ["mount", "films:bucket/films", "/data/films"]
    assert films["args"][-3:] == ["--vfs-cache-mode=full", "--dir-cache-time", "5s"]
    assert "--read-only" in films["args"]
    mounts = {each["mountPath"]: each for each in container["volumeMounts"]}
    assert mounts["/data/films"]["mountPropagation"] == "HostToContainer"
    assert {"/config", "/transcode", "/data/films", "/data/music", "/data/media"} == set(mounts)
    declared = {each["name"] for each in pod["volumes"]} | {"pms-config"}
    used = {each["name"] for one in [*pod["containers"], *pod["initContainers"]] for each in one["volumeMounts"]}
    assert used <= declared


def test_a_claim_that_exists_is_used(chart: Path, tmp_path: Path) -> None:
    found = objects(chart, {"pms": {"configExistingClaim": "old"}}, tmp_path)
    check(found)
    assert "volumeClaimTemplates" not in found["StatefulSet"]["spec"]
    volumes = found["StatefulSet"]["spec"]["template"]["spec"]["volumes"]
    assert {"name": "pms-config", "persistentVolumeClaim": {"claimName": "old"}} in volumes


def test_the_number_of_accelerators_may_be_given(chart: Path, tmp_path: Path) -> None:
    given = {"pms": {"gpu": {"nvidia": {"enabled": True}}, "resources": {"limits": {"nvidia.com/gpu": 2}}}}
    _, container = server(objects(chart, given, tmp_path))
    assert container["resources"]["limits"] == {"nvidia.com/gpu": 2}


def test_an_address_given_by_hand_wins(chart: Path, tmp_path: Path) -> None:
    given = {"ingress": {"enabled": True}, "extraEnv": {"ADVERTISE_IP": "http://192.0.2.1:32400"}}
    _, container = server(objects(chart, given, tmp_path))
    found = [each["value"] for each in container["env"] if each["name"] == "ADVERTISE_IP"]
    assert found == ["http://192.0.2.1:32400"]


def test_a_route_of_a_gateway(chart: Path, tmp_path: Path) -> None:
    given = {"httpRoute": {"enabled": True, "parentRefs": [{"name": "gateway"}], "hostnames": ["plex.example.com"]}}
    route = objects(chart, given, tmp_path)["HTTPRoute"]["spec"]
    assert route["rules"] == [{"backendRefs": [{"name": "plex", "port": 32400}]}]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rclone": {"enabled": True}}, "rclone.configSecret: name the secret"),
        ({"ingress": {"enabled": True, "url": ""}}, "ingress.url: the address"),
        ({"httpRoute": {"enabled": True}}, "httpRoute.parentRefs: name the gateway"),
    ],
)
def test_what_is_missing_is_said(chart: Path, tmp_path: Path, values: dict[str, Any], message: str) -> None:
    done = render(chart, values, tmp_path)
    assert done.returncode == 1
    assert message in done.stderr


def test_a_value_that_breaks_the_schema_is_found(chart: Path, tmp_path: Path) -> None:
    found = objects(chart, {"pms": {"securityContext": {"privileged": "maybe", "nonsense": 1}}}, tmp_path)
    with pytest.raises(kubernetes_validate.ValidationError):
        check(found)
