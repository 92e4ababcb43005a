"""The owner's page of updates, in a real browser, before an updater that tells a real server what it finds and does."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.support.running import RunningServer
from tests.web.conftest import LAPTOP, Screen
from tests.web.test_service import FITS, PHONE

from vitascope import __version__
from vitascope.ops.updates.board import NOTICE, WISH, Board, Kind, MemberNote, Notice, Release, ReleaseState
from vitascope.ops.updates.journal import Outcome, Step

ADDRESS = "#/settings/updates"


@pytest.fixture
def updater(server: RunningServer) -> Iterator[Board]:
    """The updater of this machine."""
    yield Board(server.config, server.support / "Updates")
    for name in (NOTICE, WISH):
        (server.support / "Updates" / name).unlink(missing_ok=True)


def told(
    *,
    state: ReleaseState | None = ReleaseState.AVAILABLE,
    at_once: bool = True,
    step: str = "",
    outcome: str = "",
    message: str = "",
) -> Notice:
    now = int(time.time())
    own = MemberNote(
        name="plex", running="1.0", newer="9.9", step=step, outcome=outcome, message=message, at=1_795_950_000
    )
    files = MemberNote(name="nextcloud", running="31", outcome=Outcome.CURRENT)
    return Notice(
        group="interactive",
        member="plex",
        seen_at=now,
        checked_at=1_795_950_000,
        schedule="02:00",
        latest="05:00",
        automatic=True,
        at_once=at_once,
        running="1.0",
        release=None if state is None else Release(version="9.9", image="abc" * 20, state=state, message=message),
        members=(own, files),
    )


def fits(screen: Screen) -> None:
    """Nothing sticks out, on a phone and on a laptop."""
    for size in (PHONE, LAPTOP):
        screen.page.set_viewport_size(size)
        screen.until(FITS)


def test_where_nothing_looks_it_says_what_to_type(fresh: Screen) -> None:
    page = fresh.open("#/settings")
    page.get_by_role("link", name="Look after updates").click()
    server = page.get_by_role("region", name="This server")
    expect(server).to_contain_text(f"Version {__version__} runs. Nothing on this machine looks for updates by itself.")
    expect(server.locator(".command code")).to_have_text("pip install --upgrade vitascope")
    expect(server.get_by_role("button", name="Look now")).to_have_count(0)
    fits(fresh)


def test_a_version_that_waits_is_installed_when_the_owner_says_so(fresh: Screen, updater: Board) -> None:
    updater.publish(told())
    page = fresh.open(ADDRESS)
    server = page.get_by_role("region", name="This server")
    expect(server).to_contain_text("Version 9.9 is there.")
    expect(server).to_contain_text("Looked at")
    group = page.get_by_role("region", name="The group interactive")
    expect(group).to_contain_text("at 02:00")
    expect(group.get_by_role("listitem")).to_contain_text("nextcloud")
    fits(fresh)
    server.get_by_role("button", name="Look now").click()
    fresh.told("The updater was asked to look.")
    assert _wished(updater) is Kind.CHECK
    server.get_by_role("button", name="Install it at 02:00").click()
    expect(server).to_contain_text("Version 9.9 is installed in the next run.")
    assert _wished(updater) is Kind.TONIGHT
    server.get_by_role("button", name="Pass it over").click()
    expect(server).to_contain_text("Version 9.9 is passed over.")
    server.get_by_role("button", name="Install it now").click()
    expect(server).to_contain_text("Version 9.9 is installed as soon as nobody watches.")
    assert _wished(updater) is Kind.NOW


def test_where_nothing_starts_the_updater_only_the_night_is_offered_and_the_command(
    fresh: Screen, updater: Board
) -> None:
    updater.publish(told(at_once=False))
    page = fresh.open(ADDRESS)
    server = page.get_by_role("region", name="This server")
    expect(server.get_by_role("button", name="Install it at 02:00")).to_be_visible()
    expect(server.get_by_role("button", name="Install it now")).to_have_count(0)
    expect(server.get_by_role("button", name="Look now")).to_have_count(0)
    expect(server.locator("code")).to_have_text("vitascope update run --install")


def test_an_update_is_seen_step_by_step_until_it_is_rolled_back(fresh: Screen, updater: Board) -> None:
    updater.publish(told(state=ReleaseState.INSTALLING, step=Step.STOPPING))
    page = fresh.open(ADDRESS)
    doing = page.get_by_role("region", name="What is being done")
    expect(doing.locator("[aria-current=step]")).to_have_text("Stop this version")
    fits(fresh)
    # While the versions are exchanged nobody answers, and the page waits for whoever does.
    page.route("**/vitascope/updates", lambda route: route.abort())
    expect(page.get_by_role("status").filter(has_text="making way")).to_be_visible()
    why = "it was not healthy: 503"
    updater.publish(told(state=ReleaseState.ERROR, outcome=Outcome.ROLLED_BACK, message=why))
    page.unroute("**/vitascope/updates")
    last = page.get_by_role("region", name="The last run")
    expect(last).to_contain_text("the version and the files of before were put back")
    expect(last).to_contain_text(why)
    expect(page.get_by_role("region", name="This server")).to_contain_text("Version 9.9 could not be installed.")


def _wished(updater: Board) -> Kind | None:
    wish = updater.wish()
    return None if wish is None else wish.kind
