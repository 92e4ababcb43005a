"""Actions on real files, for both engines, running and stopped."""

import asyncio
import json
from pathlib import Path

import pytest
from lxml import etree
from tests.ops.actions.conftest import NOW, Around

from vitascope.ops.actions import (
    ActionFailedError,
    ActionUnavailableError,
    InputError,
    LinkRequest,
    Registry,
    Running,
    UnknownActionError,
)
from vitascope.ops.actions.runners import RUNNERS
from vitascope.ops.service import Availability, Engine, service_of

TOKEN = "claim-abcdefghij0123456789"
ENGINES = list(Engine)


def run(registry: Registry, action: str, **given: str) -> str:
    return asyncio.run(registry.run(action, {name: [value] for name, value in given.items()})).message


@pytest.mark.parametrize("engine", ENGINES)
def test_every_action_that_is_described_can_be_run_and_no_other(engine: Engine) -> None:
    assert set(RUNNERS[engine]) == {action.id for action in service_of(engine).actions}


def test_the_actions_are_those_of_the_document(around: Around) -> None:
    found = [(one.id, one.name, one.availability) for one in Registry(around(Engine.PLEX)).actions]
    assert found == [
        ("link-account", "Link Plex Account", Availability.ANY),
        ("media-sources", "Select Media Sources", Availability.ANY),
        ("server-name", "Set Server Name", Availability.ONLY_STOPPED),
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_unknown_action_is_told_with_those_there_are(around: Around, engine: Engine) -> None:
    with pytest.raises(UnknownActionError, match="'reboot'; there are link-account, media-sources, server-name"):
        run(Registry(around(engine)), "reboot")


# --- link-account ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("running", list(Running))
def test_a_claim_token_is_stored_whether_the_server_runs_or_not(
    around: Around, tmp_path: Path, running: Running
) -> None:
    said = run(Registry(around(running=running)), "link-account", claimToken=TOKEN)
    assert json.loads((tmp_path / "store.json").read_text())["claimToken"] == TOKEN
    assert json.loads((tmp_path / "store.json").read_text())["claimTokenStoredAt"] == NOW
    assert "within 4 minutes" in said


def test_a_linked_server_takes_no_token(around: Around, tmp_path: Path) -> None:
    assert "linked already" in run(Registry(around(linked=True)), "link-account", claimToken=TOKEN)
    assert not (tmp_path / "store.json").exists()


def test_our_server_makes_its_owner_at_once(around: Around, tmp_path: Path) -> None:
    asked: list[LinkRequest] = []

    async def link(request: LinkRequest) -> str:
        asked.append(request)
        return "anna owns this server"

    registry = Registry(around(Engine.VITASCOPE, running=Running.RUNNING, link=link))
    assert run(registry, "link-account", ownerName="anna", ownerPassword="correct horse") == "anna owns this server"
    assert run(registry, "link-account", claimToken=TOKEN) == "anna owns this server"
    assert asked == [LinkRequest(owner_name="anna", owner_password="correct horse"), LinkRequest(token=TOKEN)]
    assert not (tmp_path / "store.json").exists()


def test_our_stopped_server_keeps_a_token_and_asks_to_be_started_for_a_password(around: Around, tmp_path: Path) -> None:
    registry = Registry(around(Engine.VITASCOPE))
    assert "systemctl --user start plex.service" in run(registry, "link-account", claimToken=TOKEN)
    assert json.loads((tmp_path / "store.json").read_text())["claimToken"] == TOKEN
    with pytest.raises(ActionUnavailableError, match="start it"):
        run(registry, "link-account", ownerName="anna", ownerPassword="correct horse")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "ownerName"),
        ({"ownerName": "anna"}, "ownerPassword"),
        ({"ownerPassword": "correct horse"}, "ownerName"),
        ({"ownerName": "anna", "ownerPassword": "short"}, "ownerPassword"),
        ({"claimToken": TOKEN, "ownerName": "anna"}, "ownerPassword"),
    ],
)
def test_an_owner_needs_a_token_or_a_name_and_a_password(around: Around, given: dict[str, str], field: str) -> None:
    with pytest.raises(InputError) as caught:
        run(Registry(around(Engine.VITASCOPE)), "link-account", **given)
    assert caught.value.field == field


# --- media-sources ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("running", list(Running))
def test_media_sources_are_stored_and_their_mounts_named(
    around: Around, tmp_path: Path, engine: Engine, running: Running
) -> None:
    said = run(Registry(around(engine, running=running)), "media-sources", mediaSources="nextcloud")
    assert json.loads((tmp_path / "store.json").read_text())["mediaSources"] == ["nextcloud"]
    assert "/data/nextcloud" in said
    assert "/data/filebrowser" not in said


def test_at_least_one_source_is_needed(around: Around, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        run(Registry(around()), "media-sources", mediaSources="")
    assert not (tmp_path / "store.json").exists()


def test_a_state_that_cannot_be_written_is_told(around: Around, tmp_path: Path) -> None:
    (tmp_path / "store.json.new").mkdir()
    with pytest.raises(ActionFailedError, match=r"store\.json"):
        run(Registry(around()), "media-sources", mediaSources="nextcloud")


# --- server-name -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_the_name_is_merged_and_everything_else_stays(around: Around, tmp_path: Path, engine: Engine) -> None:
    path = tmp_path / "Preferences.xml"
    path.write_text('<?xml version="1.0"?>\n<Preferences PlexOnlineToken="t&amp;t" Unknown="1" FriendlyName="Old"/>')
    said = run(Registry(around(engine)), "server-name", name='The "Attic" <1>')
    assert "next start" in said
    assert dict(etree.parse(path).getroot().attrib) == {
        "PlexOnlineToken": "t&t",
        "Unknown": "1",
        "FriendlyName": 'The "Attic" <1>',
    }


def test_a_name_before_the_first_start_makes_the_file_and_nothing_else_in_it(around: Around, tmp_path: Path) -> None:
    run(Registry(around()), "server-name", name="Attic")
    assert dict(etree.parse(tmp_path / "Preferences.xml").getroot().attrib) == {"FriendlyName": "Attic"}


def test_broken_preferences_are_told_and_left_alone(around: Around, tmp_path: Path) -> None:
    (tmp_path / "Preferences.xml").write_text("<Preferences FriendlyName=")
    with pytest.raises(ActionFailedError, match=r"Preferences\.xml"):
        run(Registry(around()), "server-name", name="Attic")
    assert (tmp_path / "Preferences.xml").read_text() == "<Preferences FriendlyName="


@pytest.mark.parametrize("engine", ENGINES)
def test_the_name_of_a_running_server_is_refused_and_the_way_is_told(
    around: Around, tmp_path: Path, engine: Engine
) -> None:
    registry = Registry(around(engine, running=Running.RUNNING))
    with pytest.raises(ActionUnavailableError) as caught:
        run(registry, "server-name", name="Attic")
    assert "systemctl --user stop plex.service" in str(caught.value)
    assert "vitascope action run server-name --input name=…" in str(caught.value)
    assert not (tmp_path / "Preferences.xml").exists()


def test_what_depends_on_a_state_nobody_knows_is_refused(around: Around) -> None:
    with pytest.raises(ActionUnavailableError, match="not known"):
        run(Registry(around(running=Running.UNKNOWN)), "server-name", name="Attic")
