"""Who goes astray in the browser: addresses that lead nowhere, pages for others, a server that was away for a while."""

from pathlib import Path

from playwright.sync_api import expect
from tests.web.conftest import Library, OpenScreen, Screen

GONE = "The server cannot be reached."


def test_an_address_that_leads_nowhere_leads_home(screen: Screen) -> None:
    screen.expected = ("404: ",)
    for address, told in (
        ("#/nowhere/at/all", "There is no such page"),
        ("#/item/999999", "This is not here"),
        ("#/section/999", "This library is not here"),
    ):
        page = screen.open(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(told)
        page.get_by_role("link", name="To the start").click()
        expect(page.get_by_role("region", name="New in Movies")).to_be_visible()


def test_a_guest_is_told_what_is_the_owners(screens: OpenScreen, library: Library) -> None:
    library.server.cli("user", "add", "visitor", "--section", "Movies")
    token = library.server.cli("user", "token", "visitor").stdout.split()[-1]
    screen = screens()
    screen.page.add_init_script(f"localStorage.setItem('vitascope.token', '{token}')")
    for address in ("#/libraries/new", "#/settings/service", "#/settings/sources", "#/settings/updates"):
        page = screen.open(address)
        expect(page.get_by_role("main")).to_contain_text("Only the owner of this server")
        expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
    assert screen.refused == []  # the owner's pages ask for nothing
    page = screen.open("#/settings")
    expect(page.get_by_role("main")).to_contain_text("Signed in as visitor")


def test_a_window_is_named_by_its_page(screen: Screen, library: Library) -> None:
    film = library.item("Movies", "Salt and Static")
    page = screen.open("#/section/" + library.sections["Movies"])
    expect(page).to_have_title("Movies · Vitascope")
    page.get_by_role("link", name="Salt and Static").first.click()
    expect(page).to_have_title("Salt and Static · Vitascope")
    page.go_back()
    expect(page).to_have_title("Movies · Vitascope")
    screen.open(f"#/item/{film['ratingKey']}")
    expect(page).to_have_title("Salt and Static · Vitascope")
    page.get_by_role("navigation", name="Main").first.get_by_role("link", name="Home", exact=True).click()
    name = library.client.get("/").json()["MediaContainer"]["friendlyName"]
    expect(page).to_have_title(f"{name} · Vitascope")


def test_a_page_is_there_by_itself_when_the_server_is_back(screen: Screen, library: Library) -> None:
    screen.expected = ("WebSocket",)
    page = screen.open("#/section/" + library.sections["Movies"])
    films = page.get_by_role("list", name="Movies")
    expect(films.locator("article")).not_to_have_count(0)
    page.context.set_offline(True)
    films.locator("article a").first.click()
    expect(page.get_by_role("alert")).to_contain_text(GONE)
    page.context.set_offline(False)
    expect(page.get_by_role("region", name="Files")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)

    page.context.set_offline(True)
    page.get_by_role("link", name="Music").first.click()
    expect(page.get_by_role("alert")).to_contain_text(GONE)
    page.context.set_offline(False)
    expect(page.get_by_role("list", name="Music").locator("article")).not_to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_page_opened_too_early_waits_for_the_server(screen: Screen) -> None:
    page = screen.page
    page.route("**/library/sections", lambda route: route.abort("connectionrefused"))
    page.goto(f"{screen.server.url}/web/")
    expect(page.get_by_role("alert")).to_contain_text(GONE)
    page.unroute("**/library/sections")
    expect(page.get_by_role("region", name="New in Movies")).to_be_visible()


def test_what_fails_in_a_dialog_is_told_and_tried_again_in_it(fresh: Screen, tmp_path: Path) -> None:
    """Nothing outside an open dialog can be pressed."""
    fresh.expected = ("400: ",)
    (tmp_path / "Films").mkdir()
    asked = {"name": "Films", "type": "movie", "language": "en-US", "location": str(tmp_path / "Films")}
    assert fresh.server.client().post("/library/sections", params=asked).status_code == 201
    page = fresh.open("#/settings")
    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit Films")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_role("button", name="Add another folder").click()
    page.get_by_label("Path of the folder").fill(str(tmp_path / "More"))
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("status")).to_contain_text(f"{tmp_path / 'More'}: the folder does not exist.")
    (tmp_path / "More").mkdir()
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("region", name="Libraries")).to_contain_text(str(tmp_path / "More"))
    fresh.told("The library was saved.")
