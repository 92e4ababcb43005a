"""The owner's endpoints of the service: actions, tasks, health, the doctor and metrics, on a real server."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.running import RunningServer, start_server

TOKEN = "claim-abcdefghij0123456789"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server of its own: tests here claim it and give it sources."""
    started = start_server(tmp_path_factory.mktemp("config"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def owner(running: RunningServer) -> httpx.Client:
    return running.client(accept="application/json")


def listed(client: httpx.Client, path: str, name: str, **params: str) -> list[dict[str, Any]]:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["MediaContainer"].get(name, [])
    return found


def test_both_tasks_wait_after_the_first_start(owner: httpx.Client) -> None:
    tasks = listed(owner, "/vitascope/tasks", "Task")
    assert [(one["id"], one["severity"], one["actionName"]) for one in tasks] == [
        ("link-account", "critical", "Link Plex Account"),
        ("media-sources", "critical", "Select Media Sources"),
    ]
    assert listed(owner, "/vitascope/tasks", "Dependency") == []


def test_actions_tell_their_fields_and_what_stands_in_the_way(owner: httpx.Client) -> None:
    actions = {one["id"]: one for one in listed(owner, "/vitascope/actions", "Action")}
    assert [choice["value"] for choice in actions["media-sources"]["Field"][0]["Choice"]] == [
        "filebrowser",
        "nextcloud",
    ]
    assert actions["media-sources"]["available"]
    assert not actions["server-name"]["available"]
    assert "vitascope action run server-name --input name=…" in actions["server-name"]["obstacle"]


@pytest.mark.parametrize(
    ("action", "body", "status", "says"),
    [
        ("media-sources", {"mediaSources": "ftp"}, 400, "mediaSources: 'ftp' is none of filebrowser, nextcloud"),
        ("media-sources", {}, 400, "mediaSources: choose at least one"),
        ("media-sources", {"other": "1"}, 400, "other: there is no such field"),
        ("server-name", {"name": "Attic"}, 409, "only while the server is stopped"),
        ("link-account", {"ownerName": "anna", "ownerPassword": "short"}, 400, "ownerPassword: has fewer than 10"),
        ("link-account", {"claimToken": "nonsense"}, 400, "claimToken: does not have the form"),
        ("reboot", {}, 404, "there is no action"),
    ],
)
def test_what_an_action_refuses(owner: httpx.Client, action: str, body: dict[str, str], status: int, says: str) -> None:
    answer = owner.post(f"/vitascope/actions/{action}", json=body)
    assert answer.status_code == status
    assert says in answer.text.replace("&#x27;", "'")


def test_sources_are_selected_and_the_state_clears_the_task(running: RunningServer, owner: httpx.Client) -> None:
    answer = owner.post("/vitascope/actions/media-sources", data={"mediaSources": "nextcloud,filebrowser"})
    assert "/data/filebrowser" in answer.json()["MediaContainer"]["message"]
    state = running.support / "Vitascope" / "store.json"
    assert json.loads(state.read_text())["mediaSources"] == ["filebrowser", "nextcloud"]
    assert [one["id"] for one in listed(owner, "/vitascope/tasks", "Task")] == ["link-account"]
    needed = listed(owner, "/vitascope/tasks", "Dependency")
    assert [(one["id"], one["version"]) for one in needed] == [
        ("filebrowser", ">=2.63.2:0"),
        ("nextcloud", ">=32.0.8:0"),
    ]
    if not Path("/data/nextcloud").exists():
        checks = {one["id"]: one for one in listed(owner, "/vitascope/health", "Check", fresh="1")}
        assert checks["sources"]["state"] == "failure"
        assert "/data/nextcloud: the folder does not exist" in checks["sources"]["detail"]


def test_the_checks_look_at_the_real_thing(owner: httpx.Client) -> None:
    checks = {one["id"]: one for one in listed(owner, "/vitascope/health", "Check")}
    assert list(checks) == ["web", "sources", "database", "disk", "transcoder", "backup", "clock", "certificates"]
    assert checks["web"]["message"] == "The Plex web interface is ready"
    deadline = time.monotonic() + 120
    while any(checks[one]["state"] == "starting" for one in ("database", "transcoder")):  # the machine is busy
        assert time.monotonic() < deadline
        checks = {one["id"]: one for one in listed(owner, "/vitascope/health", "Check")}
    assert {one: checks[one]["state"] for one in ("web", "database", "transcoder", "clock")} == {
        "web": "success",
        "database": "success",
        "transcoder": "success",
        "clock": "success",
    }
    assert checks["backup"]["state"] == "disabled"


def test_a_certificate_that_cannot_be_used_fails_its_check_until_it_can(owner: httpx.Client) -> None:
    def seen() -> tuple[str, str]:
        found = {one["id"]: one for one in listed(owner, "/vitascope/health", "Check")}["certificates"]
        return found["state"], found["detail"]

    assert seen()[0] == "success"
    deadline = time.monotonic() + 120
    for path, wanted in (("/nowhere/my.p12", "failure"), ("", "success")):
        assert owner.put("/:/prefs", params={"customCertificatePath": path}).status_code == 200
        while seen()[0] != wanted:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert ("/nowhere/my.p12: No such file or directory" in seen()[1]) is (wanted == "failure")


def test_the_doctor_answers_with_remedies(owner: httpx.Client) -> None:
    found = listed(owner, "/vitascope/doctor", "Finding", proxy="http://plex.invalid")
    route = next(one for one in found if one["subject"] == "proxy route")
    assert route["verdict"] == "bad"
    assert "direct access works" in route["message"]
    assert route["remedy"].startswith("make a DNS record for plex.invalid")
    assert {one["verdict"] for one in found if one["subject"] in ("database", "permissions")} == {"good"}


def test_metrics_are_in_the_text_format(owner: httpx.Client) -> None:
    answer = owner.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z_]+(\{[^}]*\})? [-+0-9.e]+", line) for line in lines), lines
    assert 'vitascope_check_state{check="web",state="success"} 1.0' in lines
    assert 'vitascope_tasks{severity="critical"} 1.0' in lines
    values = {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}
    assert values["vitascope_database_bytes"] > 0
    assert values["process_resident_memory_bytes"] > 10_000_000
    assert values["process_cpu_seconds_total"] > 0
    assert "vitascope_backup_age_seconds" not in values


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/vitascope/actions"),
        ("POST", "/vitascope/actions/media-sources"),
        ("GET", "/vitascope/tasks"),
        ("GET", "/vitascope/health"),
        ("GET", "/vitascope/doctor"),
        ("GET", "/metrics"),
    ],
)
def test_none_of_it_is_for_strangers_guests_or_foreign_pages(
    running: RunningServer, owner: httpx.Client, method: str, path: str
) -> None:
    assert running.client(X_Forwarded_For="192.0.2.1").request(method, path).status_code == 401
    assert running.client(Origin="https://evil.example").request(method, path).status_code in (401, 403)
    guest = owner.post("/vitascope/people", params={"name": f"guest{abs(hash((method, path)))}"})
    name = guest.json()["MediaContainer"]["name"]
    token = owner.post("/vitascope/people/tokens", params={"name": name}).json()["MediaContainer"]["token"]
    assert running.client(token).request(method, path).status_code == 403


def test_the_owner_is_made_on_the_spot_and_the_last_task_is_gone(running: RunningServer, owner: httpx.Client) -> None:
    body = {"ownerName": "anna", "ownerPassword": PASSWORD}
    answer = owner.post("/vitascope/actions/link-account", json=body)
    assert "anna owns this server now" in answer.json()["MediaContainer"]["message"]
    assert PASSWORD not in running.log()
    token = owner.post("/vitascope/sign-in", json={"name": "anna", "password": PASSWORD}).json()["MediaContainer"][
        "token"
    ]
    signed_in = running.client(token, accept="application/json")
    assert listed(signed_in, "/vitascope/tasks", "Task") == []
    assert owner.get("/vitascope/tasks").status_code == 401
    again = signed_in.post("/vitascope/actions/link-account", json=body)
    assert (again.status_code, "claimed already" in again.text) == (409, True)


def test_a_claim_token_that_waits_is_erased_once_the_server_has_an_owner(running: RunningServer) -> None:
    """Runs after the owner was made."""
    state = running.support / "Vitascope" / "store.json"
    state.write_text(json.dumps({"claimToken": TOKEN, "mediaSources": ["nextcloud"], "kept": True}))
    deadline = time.monotonic() + 60
    while TOKEN in state.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert json.loads(state.read_text()) == {"claimToken": None, "mediaSources": ["nextcloud"], "kept": True}


def test_the_name_is_set_while_it_is_stopped_and_shown_after_the_next_start(tmp_path: Path) -> None:
    first = start_server(tmp_path)
    refused = first.cli("action", "run", "server-name", "--input", "name=Attic", check=False)
    assert refused.returncode == 1
    assert "only while the server is stopped" in refused.stderr
    first.end()
    assert "'Attic' from its next start on" in first.cli("action", "run", "server-name", "--input", "name=Attic").stdout
    second = start_server(tmp_path)
    try:
        assert second.client(accept="application/json").get("/").json()["MediaContainer"]["friendlyName"] == "Attic"
    finally:
        second.end()
