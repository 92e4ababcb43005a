"""The owner's page of sources: a real bucket is added, made a library of, changed and removed in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.support.remotes import KEY_ID, Remote
from tests.support.running import RunningServer
from tests.support.samples import sample
from tests.web.conftest import LAPTOP, Screen, open_screens
from tests.web.test_service import FITS, PHONE

from vitascope.sources.mounts import missing_fuse

ADDRESS = "#/settings/sources"


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    """A bucket with one film."""
    film = tmp_path / "remote" / "media" / "Film (2001)" / "Film (2001).mp4"
    film.parent.mkdir(parents=True)
    film.write_bytes(sample("h264.mp4").read_bytes())
    remote = Remote(tmp_path / "remote")
    remote.start()
    yield remote
    remote.die()


def fits(screen: Screen) -> None:
    """Nothing sticks out, on a laptop and on a phone."""
    for size in (PHONE, LAPTOP):
        screen.page.set_viewport_size(size)
        screen.until(FITS)


def fill_in(page: Page, remote: Remote, mount: Path, secret: str) -> None:
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Bucket", exact=True).fill("media")
    form.get_by_label("Provider (optional)").select_option("Rclone")
    form.get_by_label("Access key ID").fill(KEY_ID)
    form.get_by_label("Secret access key").fill(secret)
    form.get_by_label("Endpoint").fill(remote.options["endpoint"])
    form.get_by_text("how it is read").click()
    form.get_by_role("textbox", name="Folder of this machine").fill(str(mount))


@pytest.mark.skipif(missing_fuse() is not None, reason=f"no mounts here: {missing_fuse()}")
def test_a_bucket_from_nothing_to_a_library_and_away_again(fresh: Screen, remote: Remote, tmp_path: Path) -> None:
    fresh.expected = ("400: ",)
    mount = tmp_path / "mnt"
    page = fresh.open("#/settings")
    page.get_by_role("link", name="Look after the sources").click()
    expect(page.get_by_role("heading", name="Media that lie somewhere else")).to_be_visible()
    page.get_by_role("button", name="Add a source").click()
    page.get_by_role("button", name="S3").click()
    fill_in(page, remote, mount, "wrong" * 5)

    # Nothing is kept of what the remote refuses, and what to do about it stands beside the button.
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Check and add").click()
    expect(form.get_by_role("alert")).to_contain_text("The remote refuses the key")
    expect(form.get_by_role("alert")).to_contain_text("Check the key and its secret")
    fits(fresh)
    form.get_by_label("Secret access key").fill(remote.secret)
    form.get_by_role("button", name="Check and add").click()
    expect(form).to_have_count(0)
    card = page.get_by_role("listitem").filter(has_text="s3:media")
    expect(card.get_by_role("status")).to_have_text("Ready")
    expect(card.get_by_role("meter")).to_be_visible()
    expect(card).to_contain_text("No library lies in it yet.")
    fits(fresh)

    # Its folder is chosen already when a library is made of it.
    card.get_by_role("link", name="Make a library of it").click()
    page.get_by_text("Movies", exact=True).first.click()
    expect(page.get_by_role("button", name=f"Take {mount} out")).to_be_visible()
    page.get_by_role("textbox", name="What is it called?").fill("Cloud films")
    page.get_by_role("button", name="Add Cloud films").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cloud films")

    # A change that the remote refuses leaves what was there; secrets are never shown again.
    page = fresh.open(ADDRESS)
    expect(card).to_contain_text("Cloud films")
    edit = card.get_by_role("button", name="Edit")
    edit.press("Enter")
    page.keyboard.press("Escape")
    expect(edit).to_be_focused()
    edit.click()
    expect(form.get_by_label("Secret access key")).to_have_value("")
    form.get_by_label("Secret access key").fill("wrong" * 5)
    form.get_by_role("button", name="Check and save").click()
    expect(form.get_by_role("alert")).to_contain_text("Nothing was changed.")
    form.get_by_label("Secret access key").fill("")
    form.get_by_role("textbox", name="Name", exact=True).fill("films")
    form.get_by_text("What it costs").click()
    form.get_by_label("US dollars for a GB kept").fill("1000")
    form.get_by_text("How it is read").click()
    form.get_by_label("Let every user of the machine see the files").check()
    form.get_by_role("button", name="Check and save").click()
    expect(form).to_have_count(0)
    expect(card).to_contain_text("Note: allow-other")
    expect(card.locator("strong")).to_have_text("films")
    expect(card).to_contain_text("Cloud films")
    expect(card.get_by_role("status")).to_have_text("Ready")
    expect(card.locator("dl")).to_contain_text("$")
    assert remote.secret not in page.content()

    card.get_by_role("button", name="Remove").click()
    expect(form).to_contain_text("Nothing in s3:media is deleted.")
    expect(form).to_contain_text("This library is then offline: Cloud films.")
    form.get_by_role("button", name="Remove the source").click()
    expect(page.get_by_role("heading", name="Media that lie somewhere else")).to_be_visible()
    assert (remote.folder / "media" / "Film (2001)" / "Film (2001).mp4").is_file()


@pytest.fixture
def narrow(chromium: Browser, server: RunningServer) -> Iterator[Screen]:
    """A window of a phone's size."""
    for open_screen in open_screens(chromium, server):
        yield open_screen(viewport=PHONE)


def test_what_a_machine_lacks_and_how_each_source_is_are_said_in_plain_words(narrow: Screen) -> None:
    page = narrow.page
    told = {
        "Lack": [
            {
                "text": "fusermount3 is not installed",
                "remedy": "apt install fuse3",
                "without": "Nothing can be mounted.",
            }
        ],
        "Source": [
            {**_told("one"), "state": "mounting", "takenBack": "/mnt/somewhere is not empty"},
            {**_told("two"), "state": "away", "reason": "a listing took longer than 30 seconds"},
            {
                **_told("three"),
                "state": "waiting",
                "reason": "the remote refuses the key: 401",
                "nextAt": 1_795_951_000,
            },
        ],
    }
    body = json.dumps({"MediaContainer": told})
    page.route("**/vitascope/sources", lambda route: route.fulfill(body=body, content_type="application/json"))
    narrow.open(ADDRESS)
    expect(page.get_by_role("alert")).to_contain_text("fusermount3 is not installed")
    expect(page.get_by_role("alert").locator("code")).to_have_text("apt install fuse3")
    expect(page.get_by_role("status").filter(has_text="Mounting")).to_be_visible()
    expect(page.locator("main")).to_contain_text("it is read as before: /mnt/somewhere is not empty.")
    expect(page.locator("main")).to_contain_text("nothing is taken for deleted")
    expect(page.locator("main")).to_contain_text("The remote refuses the key: 401. Tried again at")
    expect(page.locator("main")).to_contain_text("All of them together cost $18.90")
    narrow.until(FITS)


def _told(name: str) -> dict[str, object]:
    return {
        "name": name,
        "address": f"b2:a-bucket-with-a-name-that-is-rather-long-{name}",
        "type": "b2",
        "way": "direct" if name == "two" else "mount",
        "mount": f"/mnt/somewhere/in/a/folder/that/lies/deep/down/{name}",
        "since": 1_795_950_000,
        "storedBytes": 1_200_000_000_000,
        "fetchedBytes": 30_000_000_000,
        "storagePrice": 0.005,
        "downloadPrice": 0.01,
        "storageCost": 6.0,
        "downloadCost": 0.3,
    }
