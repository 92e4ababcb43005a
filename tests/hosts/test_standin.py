"""The stand-in keeps to the original image's contract, so that what is tested against it means something."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from lxml import etree
from tests.support.containers import podman
from tests.support.running import ROOT
from tests.support.standin import container, inside, support_of, wait_healthy

_IDENTITY = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://localhost:32400/identity"]


def preferences(config: Path) -> dict[str, str]:
    return dict(etree.parse(str(support_of(config) / "Preferences.xml")).getroot().attrib)


@pytest.fixture
def account_service() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Stands in for plex.tv: its address for a container, and the requests that came."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append({"path": self.path, **dict(self.headers.items())})
            body = b"<user><authentication-token>a-token-of-the-owner</authentication-token></user>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://host.containers.internal:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_first_run_and_restart(standin: str, tmp_path: Path, account_service: tuple[str, list[dict[str, str]]]) -> None:
    address, asked = account_service
    variables = {
        "PLEX_UID": "0",
        "PLEX_GID": "0",
        "PLEX_CLAIM": "claim-xxxxxxxxxxxxxxxxxxxx",
        "ADVERTISE_IP": "http://100.64.0.1:32400",
        "ALLOWED_NETWORKS": "10.0.0.0/8",
        "STANDIN_PLEX_TV": address,
        "STANDIN_BUSY_ANSWERS": "2",
    }
    support_of(tmp_path).mkdir(parents=True)
    (support_of(tmp_path) / "Preferences.xml").write_text('<Preferences FriendlyName="Sofa" Unknown="kept"/>')
    with container("vs-standin-first", standin, "-v", f"{tmp_path}:/config", variables=variables) as name:
        wait_healthy(name)
        first = preferences(tmp_path)
        assert first["FriendlyName"] == "Sofa"
        assert first["Unknown"] == "kept"
        assert first["customConnections"] == "http://100.64.0.1:32400"
        assert first["allowedNetworks"] == "10.0.0.0/8"
        assert first["TranscoderTempDirectory"] == "/transcode"
        assert first["PlexOnlineToken"] == "a-token-of-the-owner"
        (request,) = asked
        assert request["path"] == "/api/claim/exchange?token=claim-xxxxxxxxxxxxxxxxxxxx"
        assert request["X-Plex-Client-Identifier"] == first["ProcessedMachineIdentifier"]
        podman("stop", "-t", "20", name)
        assert podman("inspect", "--format", "{{.State.ExitCode}}", name) == "0"
        assert "[finish] the server ended with code 0" in podman("logs", name)
        podman("start", name)
        wait_healthy(name)
        assert preferences(tmp_path) == first
        assert len(asked) == 1


def test_identity_answers_503_while_it_migrates(standin: str) -> None:
    with container("vs-standin-busy", standin, variables={"STANDIN_BUSY_ANSWERS": "1000000"}) as name:
        while not (answer := inside(name, _IDENTITY)).stdout.strip("0"):
            assert podman("inspect", "--format", "{{.State.Running}}", name) == "true"
        assert answer.stdout == "503"
        assert inside(name, ["/healthcheck.sh"]).returncode != 0


def test_a_claim_that_fails_holds_up_nothing(standin: str) -> None:
    variables = {"PLEX_CLAIM": "claim-xxxxxxxxxxxxxxxxxxxx", "STANDIN_PLEX_TV": "http://127.0.0.1:1"}
    with container("vs-standin-unclaimed", standin, variables=variables) as name:
        wait_healthy(name)
        assert "claimed='0'" in inside(name, ["curl", "-s", "http://localhost:32400/identity"]).stdout


@pytest.mark.parametrize("engine", ["plex", "vitascope"])
def test_the_run_script_of_the_bundle_runs_the_server(standin: str, tmp_path: Path, engine: str) -> None:
    script = ROOT / "deploy/mms" / engine / "plex-run.sh"
    mounted = ("-v", f"{tmp_path}:/config", "-v", f"{script}:/etc/services.d/plex/run")
    variables = {"PLEX_UID": "0", "PLEX_GID": "0", "CHANGE_CONFIG_DIR_OWNERSHIP": "false"}
    with container("vs-standin-script", standin, *mounted, variables=variables) as name:
        wait_healthy(name)
        # It replaced its shell: the server itself is what /init waits for.
        shown = inside(name, ["sh", "-c", "tr '\\0' '\\n' </proc/$(pgrep -o Plex)/environ"])
        assert "PLEX_MEDIA_SERVER_INFO_VENDOR=Docker" in shown.stdout, shown.stderr
        assert (support_of(tmp_path) / "Preferences.xml").is_file()
