"""Looking after a server in the browser: the first library, changing and deleting it, and who may come in."""

from pathlib import Path

from playwright.sync_api import expect
from tests.web.conftest import LAPTOP, Library, OpenScreen, Screen
from tests.web.test_service import FITS, PHONE


def test_from_the_first_library_to_the_last(fresh: Screen, demo_library: Path) -> None:
    fresh.server.find_no_markers()
    page = fresh.open()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add your first library")
    page.get_by_text("Movies", exact=True).click()
    page.get_by_role("button", name="Choose a folder").click()
    folders = page.get_by_role("dialog")
    for name in (demo_library / "Movies").parts[1:3]:
        folders.get_by_role("button", name=name, exact=True).click()
    expect(folders.get_by_label("Path of the folder")).to_have_value("/" + "/".join(demo_library.parts[1:3]))
    folders.get_by_label("Path of the folder").fill(str(demo_library / "Movies"))
    folders.get_by_role("button", name="Use this folder").click()
    page.get_by_role("button", name="Add Movies").click()

    # The films appear by themselves while they are read.
    shelf = page.get_by_role("region", name="New in Movies")
    expect(shelf.locator("article")).to_have_count(9, timeout=60_000)
    fresh.server.wait_idle()

    fresh.open("#/settings")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Name").first.fill("Films")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("main").get_by_role("link", name="Films")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Attic")
    page.get_by_role("main").get_by_role("button", name="Save").last.click()
    expect(page).to_have_title("Attic · Vitascope")

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("main").get_by_role("link", name="Films")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete the library").click()
    expect(page.get_by_role("main").get_by_role("link", name="Films")).to_have_count(0)
    fresh.open()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add your first library")
    assert (demo_library / "Movies").is_dir()


def test_a_stranger_is_asked_for_a_token_and_sees_what_is_shared(screens: OpenScreen, library: Library) -> None:
    library.server.cli("user", "add", "guest", "--section", "Movies", "--section", "Music")
    token = library.server.cli("user", "token", "guest").stdout.strip()

    # What comes through a proxy is never local.
    screen = screens(headers={"X-Forwarded-For": "192.0.2.7"}, expected=("401", "403", "WebSocket"))
    page = screen.page
    page.goto(f"{library.server.url}/web/")
    page.get_by_role("button", name="Use a token of the server instead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is there?")
    page.get_by_label("Token").fill("not a token")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The server does not accept this token.")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("region", name="New in Movies").locator("article").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").first).not_to_contain_text("Photos")
    screen.until("document.querySelector('section[aria-label=\"New in Movies\"] img').naturalWidth > 0")
    page.reload()
    expect(page.get_by_role("region", name="New in Music")).to_be_visible()
    # What a guest may not do is not offered.
    page.get_by_role("link", name="Settings").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    expect(page.get_by_role("link", name="Add a library")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make this server yours")
    answer = library.server.client(token, x_forwarded_for="203.0.113.9").get("/library/sections")
    assert answer.status_code == 401, "the server knows the token no more"


def test_a_scan_is_started_and_seen(screen: Screen, library: Library) -> None:
    page = screen.open(f"#/section/{library.sections['Movies']}")
    page.get_by_role("button", name="Scan for new files").click()
    screen.told("Movies is being scanned.")
    library.server.wait_idle()


def test_files_that_could_not_be_read_are_listed(fresh: Screen, tmp_path: Path) -> None:
    folder = tmp_path / "Broken"
    folder.mkdir()
    (folder / "Torn Reel (1999).mkv").write_bytes(b"this is no film" * 1000)
    client = fresh.server.client()
    fresh.server.find_no_markers()
    client.post(
        "/library/sections",
        params={"name": "Broken", "type": "movie", "scanner": "Plex Movie", "language": "en", "location": str(folder)},
    )
    fresh.server.wait_idle()
    page = fresh.open("#/settings")
    expect(page.get_by_role("heading", name="Could not be read")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Torn Reel (1999).mkv")


def test_what_the_night_will_delete_is_shown_before_it_does(screen: Screen, library: Library) -> None:
    section = library.sections["TV Shows"]
    shows = library.client.get(f"/library/sections/{section}/all").json()["MediaContainer"]["Metadata"]
    show = max(shows, key=lambda one: one["leafCount"])
    kept = {"autoDeletionItemPolicyUnwatchedLibrary": 1}
    library.client.put(f"/library/metadata/{show['ratingKey']}/prefs", params=kept).raise_for_status()
    page = screen.open("#/settings/service")
    doomed = page.get_by_role("region", name="At night").get_by_role("group", name="What will be deleted")
    expect(doomed).to_contain_text("would be deleted at night, but this server may not delete media.")
    expect(doomed.get_by_role("link", name=show["title"], exact=True)).to_be_visible()
    expect(doomed).to_contain_text("the show keeps the latest one")
    library.client.put("/:/prefs", params={"allowMediaDeletion": "1"}).raise_for_status()
    screen.open("#/settings/service")
    page.reload()
    expect(doomed).to_contain_text("will be deleted in the night of")
    for size in (PHONE, LAPTOP):
        page.set_viewport_size(size)
        screen.until(FITS)
    library.client.put("/:/prefs", params={"allowMediaDeletion": "0"}).raise_for_status()
    kept["autoDeletionItemPolicyUnwatchedLibrary"] = 0
    library.client.put(f"/library/metadata/{show['ratingKey']}/prefs", params=kept).raise_for_status()
    page.reload()
    expect(page.get_by_role("region", name="At night")).to_contain_text("No episode will be deleted")
