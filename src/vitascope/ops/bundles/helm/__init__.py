"""A Helm chart whose values bear the names of the original image's chart, so that a file of values moves over.

The templates are the same for everyone; what was chosen stands in ``values.yaml``, and every template quotes what it
takes from there. Differences from the original's chart: probes are on (a start may take as long as a migration needs,
then ``/identity`` is asked), variables are quoted, ``ADVERTISE_IP`` may be given by hand.
"""

from collections.abc import Mapping

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.static import texts
from vitascope.ops.bundles.yamlfile import Value, render, render_parts
from vitascope.ops.service import Variant

CHART_VERSION = "0.1.0"


def files(options: BundleOptions) -> Bundle:
    """The chart: ``Chart.yaml``, ``values.yaml``, templates and a README."""
    chart: dict[str, Value] = {
        "apiVersion": "v2",
        "name": f"{options.service.package_id}-media-server",
        "description": f"{options.service.title} media server",
        "type": "application",
        "version": CHART_VERSION,
        "kubeVersion": ">=1.24.0-0",
    }
    return Bundle(
        files={
            **texts(__name__, options.service),
            "Chart.yaml": BundleFile(text=render(chart)),
            "values.yaml": BundleFile(text=render_parts(*_values(options))),
        }
    )


def _values(options: BundleOptions) -> list[tuple[str, Mapping[str, Value]]]:
    registry, repository, tag = _image(options.image_name)
    return [
        (
            "The server's image. A digest (sha) wins over the tag.",
            {
                "image": {
                    "registry": registry,
                    "repository": repository,
                    "tag": tag,
                    "sha": "",
                    "pullPolicy": _pull(tag),
                }
            },
        ),
        ("", {"imagePullSecrets": [], "nameOverride": "", "fullnameOverride": options.name, "commonLabels": {}}),
        (
            """The server itself.
configExistingClaim: a claim that exists, instead of one of configStorage bytes of storageClassName.
claimSecret: name and key of a secret with a claim token; it becomes PLEX_CLAIM.
gpu: asks the cluster's device plugin for one accelerator, and sets what NVIDIA's runtime reads.""",
            {"pms": _server(options)},
        ),
        ("Variables of the container, by name.", {"extraEnv": {"TZ": options.timezone}}),
        (
            "The service inside the cluster, as http://<name>:<port>.",
            {"service": {"type": "ClusterIP", "port": options.service.port, "annotations": {}}},
        ),
        (
            "Reaching it from outside. The url also becomes ADVERTISE_IP, unless extraEnv says another.",
            {
                "ingress": {
                    "enabled": False,
                    "ingressClassName": "",
                    "url": f"https://{options.domain}",
                    "tls": [],
                    "annotations": {},
                },
                "httpRoute": {"enabled": False, "parentRefs": [], "hostnames": [], "annotations": {}, "labels": {}},
                "hostNetwork": False,
                "dnsPolicy": "",
            },
        ),
        (
            "Runs before the server, each time: a script of your own.",
            {"initContainer": {"image": _tool_image("alpine", "3.22"), "script": ""}},
        ),
        (
            """Object storage: each remote (name:path) is mounted at /data/name by a container beside the server.
configSecret: a secret whose key rclone.conf is rclone's configuration. It needs privileges: mounting does.""",
            {
                "rclone": {
                    "enabled": False,
                    "image": _tool_image("rclone/rclone", "1.75.2"),
                    "configSecret": "",
                    "remotes": [],
                    "readOnly": True,
                    "additionalArgs": [],
                    "resources": {},
                }
            },
        ),
        (
            "Media that the cluster has as volumes: list them here.",
            {"extraVolumes": [], "extraVolumeMounts": [], "extraContainers": [], "extraInitContainers": []},
        ),
        (
            "",
            {"serviceAccount": {"create": True, "name": "", "annotations": {}, "automountServiceAccountToken": False}},
        ),
        ("", {"statefulSet": {"annotations": {}, "podAnnotations": {}}}),
        ("", {"nodeSelector": {}, "tolerations": [], "affinity": {}, "priorityClassName": "", "runtimeClassName": ""}),
    ]


def _server(options: BundleOptions) -> Value:
    probe: dict[str, Value] = {"httpGet": {"path": options.service.health_path, "port": "pms"}}
    return {
        "storageClassName": "",
        "configStorage": "2Gi",
        "configExistingClaim": "",
        "claimSecret": {"name": "", "key": ""},
        "gpu": {
            "nvidia": {
                "enabled": options.variant is Variant.NVIDIA,
                "devices": "all",
                "capabilities": "compute,video,utility",
            },
            "intel": {"enabled": options.variant is Variant.INTEL},
            "amd": {"enabled": options.variant is Variant.AMD},
        },
        "resources": {},
        "podSecurityContext": {},
        "securityContext": {},
        "shareProcessNamespace": False,
        # A start may migrate a database, and answers 503 meanwhile: an hour, before anything is restarted.
        "startupProbe": {**probe, "periodSeconds": 5, "timeoutSeconds": 2, "failureThreshold": 720},
        "readinessProbe": {**probe, "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3},
        "livenessProbe": {**probe, "periodSeconds": 60, "timeoutSeconds": 10, "failureThreshold": 5},
    }


def _image(name: str) -> tuple[str, str, str]:
    """Registry, repository and tag of an image's name."""
    path, _, tag = name.rpartition(":")
    if not path or "/" in tag:
        path, tag = name, "latest"
    registry, slash, repository = path.partition("/")
    if not slash or not ("." in registry or ":" in registry or registry == "localhost"):
        return "docker.io", path, tag
    return registry, repository, tag


def _pull(tag: str) -> str:
    return "Always" if tag == "latest" else "IfNotPresent"


def _tool_image(repository: str, tag: str) -> Value:
    return {"registry": "docker.io", "repository": repository, "tag": tag, "sha": "", "pullPolicy": "IfNotPresent"}
