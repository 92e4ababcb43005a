"""Our engine's owner, made on the spot: the password is there while it can be used, and nowhere else."""

from pathlib import Path

import httpx
import pytest
from tests.ops.bundles.startos.conftest import Boot
from tests.ops.bundles.startos.small_startos import Refused, SmallStartOS
from tests.ops.bundles.startos.test_running import MINUTE_MS, TOKEN, prepared, restart, start
from tests.support.running import start_server

from vitascope.ops.service import Engine

pytestmark = pytest.mark.timeout(900)  # the first one checks and builds both packages

PASSWORD = "correct horse 'battery' é"
ALWAYS = {"VITASCOPE_ALLOWED_HOST_NAMES": ".onion", "VITASCOPE_TRUST_LOOPBACK": "0"}


def owner(
    system: SmallStartOS, name: str | None = "ann", password: str | None = PASSWORD, token: str | None = None
) -> str:
    return str(system.run("link-account", claimToken=token, ownerName=name, ownerPassword=password))


def test_the_owner_reaches_the_server_in_a_file(boot: Boot) -> None:
    system = prepared(boot, Engine.VITASCOPE)
    owner(system)
    assert PASSWORD not in str(system.store)
    start(system)
    (launched,) = system.launched()
    assert launched["environment"] == ALWAYS | {
        "VITASCOPE_OWNER": "ann",
        "VITASCOPE_OWNER_PASSWORD_FILE": "/run/secrets/owner-password",
    }
    assert launched["secrets"] == {"VITASCOPE_OWNER_PASSWORD_FILE": PASSWORD}
    assert PASSWORD not in str(system.state)


def identity(config: Path, environment: dict[str, str]) -> str:
    """What a real server of ours answers that is started so."""
    server = start_server(config, variables=environment)
    try:
        return httpx.get(f"{server.url}/identity", timeout=60).text
    finally:
        server.end()


def test_it_is_erased_when_the_server_says_that_it_is_claimed(boot: Boot, tmp_path: Path) -> None:
    system = prepared(boot, Engine.VITASCOPE)
    (system.work / "identity").write_text(identity(tmp_path / "unclaimed", {"VITASCOPE_TRUST_LOOPBACK": "0"}))
    owner(system)
    start(system)
    assert system.store["ownerName"] == "ann"
    (launched,) = system.launched()
    secret = tmp_path / "secret"
    secret.write_text(launched["secrets"]["VITASCOPE_OWNER_PASSWORD_FILE"])
    environment = launched["environment"] | {"VITASCOPE_OWNER_PASSWORD_FILE": str(secret)}
    (system.work / "identity").write_text(identity(tmp_path / "claimed", environment))
    system.call("advance", ms=30_000)
    system.until(lambda: system.store["ownerName"] is None)
    kept = system.volumes / "startos" / "owner-password"
    system.until(lambda: not kept.exists())
    assert system.store["linked"] is True
    assert system.tasks == set()
    restart(system)
    assert system.launched()[-1]["environment"] == ALWAYS
    assert "has an owner already" in owner(system)
    assert not kept.exists()


def test_it_is_erased_after_four_minutes(boot: Boot) -> None:
    system = prepared(boot, Engine.VITASCOPE)
    owner(system)
    system.until(lambda: not system.tasks)
    system.call("advance", ms=4 * MINUTE_MS)
    system.until(lambda: system.tasks == {"link-account"})
    system.until(lambda: not (system.volumes / "startos" / "owner-password").exists())
    assert system.store["ownerName"] is None


def test_a_token_takes_the_place_of_an_owner(boot: Boot) -> None:
    system = prepared(boot, Engine.VITASCOPE)
    owner(system)
    owner(system, name=None, password=None, token=TOKEN)
    assert (system.store["claimToken"], system.store.get("ownerName")) == (TOKEN, None)
    assert not (system.volumes / "startos" / "owner-password").exists()


def test_what_is_refused(boot: Boot) -> None:
    system = prepared(boot, Engine.VITASCOPE)
    for name, password, token in (
        (None, None, None),
        ("ann", None, None),
        (None, PASSWORD, None),
        ("ann", "too short", None),
        ("ann", PASSWORD, TOKEN),
        ("x" * 65, PASSWORD, None),
    ):
        with pytest.raises(Refused):
            owner(system, name, password, token)
        assert (system.store["claimToken"], system.store.get("ownerName")) == (None, None)
    assert not (system.volumes / "startos" / "owner-password").exists()
