"""What the bundles for proxies say, where no program can be asked: Traefik, and what all have in common."""

import re
from typing import Any

import pytest
import yaml

from vitascope.ops.bundles.model import BundleOptions, Host, UnsuitableValueError
from vitascope.ops.bundles.proxies import CIPHERS, HEADERS, HSTS, PASSED
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.service import Engine


def documents(options: BundleOptions) -> tuple[dict[str, Any], dict[str, Any]]:
    """Traefik's static configuration, and what its file provider reads."""
    files = make_bundle(Host.TRAEFIK, options).files
    return yaml.safe_load(files["traefik.yaml"].text), yaml.safe_load(files[f"dynamic/{options.name}.yaml"].text)


@pytest.mark.parametrize("prefix", ["", "/plex"])
@pytest.mark.parametrize("engine", list(Engine))
def test_traefik_leads_one_name_to_the_server(engine: Engine, prefix: str) -> None:
    options = BundleOptions(engine=engine, domain="plex.example.org", prefix=prefix, backend="10.0.0.2:32400")
    static, dynamic = documents(options)
    router = dynamic["http"]["routers"]["plex"]
    assert router["rule"] == "Host(`plex.example.org`)" + (" && PathPrefix(`/plex`)" if prefix else "")
    assert set(router["entryPoints"]) <= set(static["entryPoints"])
    assert router["tls"]["certResolver"] in static["certificatesResolvers"]
    assert router["tls"]["options"] in dynamic["tls"]["options"]
    assert set(router["middlewares"]) == set(dynamic["http"]["middlewares"])
    service = dynamic["http"]["services"][router["service"]]["loadBalancer"]
    assert service["servers"] == [{"url": "http://10.0.0.2:32400"}]
    headers = dynamic["http"]["middlewares"]["plex-headers"]["headers"]
    assert headers["customResponseHeaders"] == {"Strict-Transport-Security": HSTS, **dict(HEADERS)}
    assert headers["customRequestHeaders"] == {"X-Sendfile-Type": ""}
    assert static["entryPoints"]["web"]["http"]["redirections"]["entryPoint"]["to"] == "websecure"
    assert static["entryPoints"]["websecure"]["transport"]["respondingTimeouts"]["writeTimeout"] == "0s"


def test_nginx_has_every_line_of_the_document() -> None:
    text = make_bundle(Host.NGINX, BundleOptions()).files["plex-https.conf"].text
    (location,) = re.findall(r"^    location / \{\n(.*?)^    \}", text, re.DOTALL | re.MULTILINE)
    for name in PASSED:
        assert f"proxy_set_header {name} $http_{name.lower().replace('-', '_')};" in location
    assert len(PASSED) == 12
    for line in ("proxy_redirect off;", "proxy_buffering off;", "proxy_http_version 1.1;"):
        assert line in location
    for line in (f"ssl_ciphers {CIPHERS};", "send_timeout 100m;", "keepalive 16;"):
        assert line in text


@pytest.mark.parametrize("host", [Host.NGINX, Host.CADDY, Host.TRAEFIK])
def test_the_original_is_told_nothing_that_only_we_know(host: Host) -> None:
    for text in (file.text for file in make_bundle(host, BundleOptions(engine=Engine.PLEX)).files.values()):
        assert "VITASCOPE_" not in text
        assert "X-Accel-Redirect" not in text
        assert "script-src" not in text


@pytest.mark.parametrize("prefix", ["", "/plex"])
def test_the_server_is_told_its_address(prefix: str) -> None:
    options = BundleOptions(domain="plex.example.org", prefix=prefix)
    text = make_bundle(Host.NGINX, options).files["plex.env"].text
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = dict(line.split("=", 1) for line in lines)
    assert found["ADVERTISE_IP"] == f"https://plex.example.org{prefix or ':443'}"
    assert found["VITASCOPE_ALLOWED_HOST_NAMES"] == "plex.example.org"
    assert found["VITASCOPE_TRUSTED_PROXIES"] == "127.0.0.1,::1"
    assert found["VITASCOPE_ACCEL_PREFIX"] == "/files/"


def test_nginx_on_another_machine_sends_no_files_and_is_named_by_hand() -> None:
    files = make_bundle(Host.NGINX, BundleOptions(backend="10.0.0.2:32400")).files
    assert "\nVITASCOPE_TRUSTED" not in files["plex.env"].text
    assert "# VITASCOPE_TRUSTED_PROXIES=" in files["plex.env"].text
    assert "X-Accel-Redirect" not in "".join(file.text for path, file in files.items() if path != "README.md")
    assert "/files/" not in files["plex-https.conf"].text


def test_nginx_refuses_media_that_it_would_read_a_variable_in() -> None:
    with pytest.raises(UnsuitableValueError, match="--media"):
        make_bundle(Host.NGINX, BundleOptions(media=("/srv/$host",)))
