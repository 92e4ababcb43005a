"""The package at work: actions, tasks, the claim, the container, readiness, backups."""

import json
import shutil
from pathlib import Path

import pytest
from tests.ops.bundles.startos.conftest import Boot
from tests.ops.bundles.startos.small_startos import Refused, SmallStartOS

from vitascope.ops.bundles.startos.facts import DEPENDENCY_VOLUMES, ENVIRONMENT
from vitascope.ops.service import SERVICES, Engine

pytestmark = pytest.mark.timeout(900)  # the first one checks and builds both packages

ENGINES = pytest.mark.parametrize("engine", Engine)
TOKEN = "claim-abcdefghij0123456789"
OTHER = "claim-ABCDEFGHIJ9876543210"
MINUTE_MS = 60_000
SERVICE = SERVICES[Engine.PLEX]
WEB = SERVICE.checks[0]


def link(system: SmallStartOS, token: str) -> str:
    """The form of our engine has more fields, which may stay empty."""
    fields = system.call("form", action="link-account")["spec"]
    return str(system.run("link-account", **(dict.fromkeys(fields) | {"claimToken": token})))


def ready(system: SmallStartOS) -> bool:
    return bool(system.state["health"].get("primary", {}).get("result") == "success")


def start(system: SmallStartOS) -> None:
    system.until(lambda: not system.tasks)
    system.call("start")
    system.until(lambda: ready(system))


def restart(system: SmallStartOS) -> None:
    before = len(system.launched())
    system.call("restart")
    system.until(lambda: len(system.launched()) > before)


def prepared(boot: Boot, engine: Engine) -> SmallStartOS:
    """Installed, with a source, and not yet linked."""
    system = boot(engine)
    system.run("media-sources", mediaSources=["filebrowser"])
    system.until(lambda: system.tasks == {"link-account"})
    return system


@ENGINES
def test_nothing_starts_before_both_tasks_are_done(boot: Boot, engine: Engine) -> None:
    system = boot(engine)
    with pytest.raises(Refused, match="link-account, media-sources"):
        system.call("start")
    system.run("media-sources", mediaSources=["nextcloud"])
    system.until(lambda: system.tasks == {"link-account"})
    with pytest.raises(Refused, match="link-account"):
        system.call("start")
    link(system, TOKEN)
    start(system)


@ENGINES
def test_a_token_reaches_the_server(boot: Boot, engine: Engine) -> None:
    system = prepared(boot, engine)
    link(system, TOKEN)
    assert system.store["claimToken"] == TOKEN
    assert system.store["mediaSources"] == ["filebrowser"]
    start(system)
    (launched,) = system.launched()
    assert launched["command"] == ["/init"]
    assert launched["asInit"] is True
    assert launched["environment"] == {**ENVIRONMENT[engine], "PLEX_CLAIM": TOKEN}


@ENGINES
def test_it_is_erased_once_the_server_is_linked(boot: Boot, engine: Engine) -> None:
    system = prepared(boot, engine)
    link(system, TOKEN)
    start(system)
    system.until(lambda: system.store["claimToken"] is None)
    assert f'PlexOnlineToken="token-for-{TOKEN}"' in system.preferences.read_text()
    assert system.store["claimTokenStoredAt"] is None
    assert system.tasks == set()
    assert system.state["starts"] == 1, "erasing the token does not start the server again"
    restart(system)
    assert system.launched()[-1]["environment"] == ENVIRONMENT[engine]
    assert "already" in link(system, OTHER)
    assert system.store["claimToken"] is None


@ENGINES
def test_it_is_erased_after_four_minutes(boot: Boot, engine: Engine) -> None:
    system = prepared(boot, engine)
    (system.work / "refuse-claim").touch()
    link(system, TOKEN)
    start(system)
    system.call("advance", ms=4 * MINUTE_MS - 10_000)
    assert system.store["claimToken"] == TOKEN
    system.call("advance", ms=10_000)
    system.until(lambda: system.store["claimToken"] is None)
    system.until(lambda: system.tasks == {"link-account"})
    system.until(lambda: not system.state["running"])  # what a critical task does
    link(system, OTHER)
    start(system)
    assert system.launched()[-1]["environment"]["PLEX_CLAIM"] == OTHER


@ENGINES
def test_it_is_erased_after_four_minutes_in_which_nothing_ran(boot: Boot, engine: Engine) -> None:
    system = prepared(boot, engine)
    link(system, TOKEN)
    system.until(lambda: not system.tasks)
    system.close()
    store = system.volumes / "startos" / "store.json"
    found = json.loads(store.read_text())
    store.write_text(json.dumps(found | {"claimTokenStoredAt": found["claimTokenStoredAt"] - 240}))
    again = boot(engine, kind=None)
    assert again.store["claimToken"] is None
    assert again.tasks == {"link-account"}


@ENGINES
def test_a_new_token_starts_a_running_server_again(boot: Boot, engine: Engine) -> None:
    system = prepared(boot, engine)
    (system.work / "refuse-claim").touch()
    link(system, TOKEN)
    start(system)
    link(system, OTHER)
    system.until(lambda: len(system.launched()) == 2)
    assert system.launched()[1]["environment"]["PLEX_CLAIM"] == OTHER


@pytest.mark.parametrize(
    "selected", [["filebrowser"], ["nextcloud"], ["filebrowser", "nextcloud"]], ids=lambda ids: "+".join(ids)
)
def test_sources_are_mounted_read_only_and_depended_on_while_selected(boot: Boot, selected: list[str]) -> None:
    engine = Engine.PLEX
    system = boot(engine)
    link(system, TOKEN)
    system.run("media-sources", mediaSources=selected)
    start(system)
    sources = [source for source in SERVICES[engine].sources if source.id in selected]
    assert [
        (each["packageId"], each["volumeId"], each["location"], each["readonly"]) for each in system.state["mounted"]
    ] == [(source.id, DEPENDENCY_VOLUMES[source.id], source.mount, True) for source in sources]
    wanted = {source.id: ("exists", source.version) for source in sources}
    system.until(lambda: {each["id"] for each in system.state["dependencies"]} == wanted.keys())
    assert {each["id"]: (each["kind"], each["versionRange"]) for each in system.state["dependencies"]} == wanted
    own = {volume.mount for volume in SERVICES[engine].volumes if volume.mount}
    assert {each["target"] for each in system.bound()} == own


def test_at_least_one_source(boot: Boot) -> None:
    system = boot(Engine.PLEX)
    with pytest.raises(Refused):
        system.run("media-sources", mediaSources=[])
    with pytest.raises(Refused):
        system.run("media-sources", mediaSources=["/etc"])
    assert system.store["mediaSources"] == []


def test_another_selection_starts_the_server_with_it(boot: Boot) -> None:
    system = prepared(boot, Engine.PLEX)
    link(system, TOKEN)
    start(system)
    system.run("media-sources", mediaSources=["nextcloud"])
    system.until(lambda: [each["packageId"] for each in system.state["mounted"]] == ["nextcloud"])
    system.until(lambda: [each["id"] for each in system.state["dependencies"]] == ["nextcloud"])
    assert system.call("form", action="media-sources")["value"] == {"mediaSources": ["nextcloud"]}


@ENGINES
def test_what_is_no_token_is_not_stored(boot: Boot, engine: Engine) -> None:
    system = boot(engine)
    for wrong in ("", "claim-", "claim-tooshort", f"{TOKEN}x", f"x{TOKEN}", f"{TOKEN}\n", "claim-" + "<" * 20):
        with pytest.raises(Refused):
            link(system, wrong)
        assert system.store["claimToken"] is None


PREFERENCES = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    '<Preferences OldestPreviousVersion="legacy" MachineIdentifier="4c5e"\n'
    '\tFriendlyName=\'Old &amp; grey\'   UnknownToUs="a &#10; b &lt;" PlexOnlineToken="t"/>\n'
)


def test_a_name_is_merged_and_everything_else_stays(boot: Boot) -> None:
    system = prepared(boot, Engine.PLEX)
    system.preferences.parent.mkdir(parents=True)
    system.preferences.write_text(PREFERENCES)
    system.preferences.chmod(0o640)
    assert system.call("form", action="server-name")["value"] == {"name": "Old & grey"}
    system.run("server-name", name='Tom & "Ann" <3 é')
    assert system.preferences.read_text() == PREFERENCES.replace(
        "'Old &amp; grey'", '"Tom &amp; &quot;Ann&quot; &lt;3 é"'
    )
    assert system.preferences.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in system.preferences.parent.iterdir()] == ["Preferences.xml"]
    assert system.call("form", action="server-name")["value"] == {"name": 'Tom & "Ann" <3 é'}


def test_a_name_where_there_is_no_file_yet(boot: Boot) -> None:
    system = boot(Engine.PLEX)
    assert system.call("form", action="server-name")["value"] == {}
    system.run("server-name", name="Attic")
    assert (
        system.preferences.read_text()
        == '<?xml version="1.0" encoding="utf-8"?>\n<Preferences FriendlyName="Attic"/>\n'
    )


def test_a_file_that_is_no_preferences_file_is_left_alone(boot: Boot) -> None:
    system = boot(Engine.PLEX)
    system.preferences.parent.mkdir(parents=True)
    for broken in ("", "<Preferences FriendlyName=", "<Other/>", '<Preferences a="1"/>junk'):
        system.preferences.write_text(broken)
        with pytest.raises(Refused, match=r"Preferences\.xml is not a preferences file; nothing was changed"):
            system.run("server-name", name="Attic")
        assert system.preferences.read_text() == broken


def test_names_that_are_refused(boot: Boot) -> None:
    system = boot(Engine.PLEX)
    for wrong in ("", "x" * 65, "two\nlines", "null\0"):
        with pytest.raises(Refused):
            system.run("server-name", name=wrong)
    assert not system.preferences.exists()


def test_a_name_is_for_a_stopped_server(boot: Boot) -> None:
    system = prepared(boot, Engine.PLEX)
    link(system, TOKEN)
    start(system)
    with pytest.raises(Refused, match="for a stopped service"):
        system.run("server-name", name="Attic")
    system.call("stop")
    system.run("server-name", name="Attic")
    assert 'FriendlyName="Attic"' in system.preferences.read_text()


def test_only_a_2xx_is_ready_and_the_first_minute_is_grace(boot: Boot) -> None:
    system = prepared(boot, Engine.PLEX)
    link(system, TOKEN)
    system.until(lambda: not system.tasks)
    (system.work / "status").write_text("503")
    system.call("start")
    shown = {"name": WEB.name, "message": WEB.failure}
    system.until(lambda: system.state["health"].get("primary") == {**shown, "result": "starting"})
    system.call("advance", ms=WEB.grace_seconds * 1000 + 1000)
    system.until(lambda: system.state["health"]["primary"] == {**shown, "result": "failure"})
    for status in ("404", "302"):
        (system.work / "status").write_text(status)
        assert not ready(system)
    (system.work / "status").write_text("200")
    good = {"name": WEB.name, "message": WEB.success, "result": "success"}
    system.until(lambda: system.state["health"]["primary"] == good)


def test_a_half_written_preferences_file_stops_nobody(boot: Boot) -> None:
    system = prepared(boot, Engine.PLEX)
    link(system, TOKEN)
    start(system)
    system.until(lambda: system.store["claimToken"] is None)
    whole = system.preferences.read_text()
    system.preferences.write_text(whole[:30])
    system.preferences.write_text("")
    system.preferences.write_text(whole)
    system.run("media-sources", mediaSources=["nextcloud"])
    system.until(lambda: [each["packageId"] for each in system.state["mounted"]] == ["nextcloud"])
    assert system.tasks == set()
    assert system.state["running"]


def test_a_server_that_lost_its_account_asks_for_one(boot: Boot) -> None:
    system = prepared(boot, Engine.PLEX)
    link(system, TOKEN)
    start(system)
    system.until(lambda: system.store["claimToken"] is None)
    system.preferences.write_text('<Preferences MachineIdentifier="m"/>')
    system.until(lambda: system.tasks == {"link-account"})


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"mediaSources": 5, "claimToken": {}}'])
def test_a_broken_store_asks_again(boot: Boot, content: str, tmp_path: Path) -> None:
    store = tmp_path / "startos" / "volumes" / "startos" / "store.json"
    store.parent.mkdir(parents=True)
    store.write_text(content)
    system = boot(Engine.PLEX, kind=None)
    assert system.tasks == {"link-account", "media-sources"}
    system.run("media-sources", mediaSources=["nextcloud"])
    assert system.store["mediaSources"] == ["nextcloud"]


@ENGINES
def test_keys_of_the_store_that_nobody_knows_survive(boot: Boot, engine: Engine, tmp_path: Path) -> None:
    store = tmp_path / "startos" / "volumes" / "startos" / "store.json"
    store.parent.mkdir(parents=True)
    store.write_text('{"fromTheFuture": {"a": [1]}, "mediaSources": ["nextcloud"]}')
    system = boot(engine, kind=None)
    link(system, TOKEN)
    assert system.store["fromTheFuture"] == {"a": [1]}
    assert system.store["mediaSources"] == ["nextcloud"]


@ENGINES
@pytest.mark.skipif(not shutil.which("rsync"), reason="rsync (package rsync) is missing")
def test_backup_and_restore(boot: Boot, engine: Engine) -> None:
    system = prepared(boot, engine)
    link(system, TOKEN)
    start(system)
    system.until(lambda: system.store["claimToken"] is None)
    system.call("stop")
    (system.volumes / "transcode" / "segment").write_text("temporary")
    (system.volumes / "startos" / "owner-password").write_text("a secret")
    system.call("backup")
    kept = {volume.id for volume in SERVICES[engine].volumes if volume.in_backup}
    target = system.backup_target / "volumes"
    assert {each.name for each in target.iterdir()} == kept
    if engine is Engine.VITASCOPE:
        assert not (target / "startos" / "owner-password").exists()
    system.close()
    preferences, store = system.preferences.read_text(), system.store
    shutil.rmtree(system.volumes)
    restored = boot(engine, kind="restore")
    assert restored.preferences.read_text() == preferences
    assert restored.store == store
    assert restored.tasks == set(), "the restored server is linked and has its sources"
    start(restored)
    assert restored.launched()[-1]["environment"] == ENVIRONMENT[engine]
