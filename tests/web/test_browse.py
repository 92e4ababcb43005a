"""Looking around: home, libraries, filters, items of every kind, folders, photographs, search."""

import re

from playwright.sync_api import expect
from tests.web.conftest import PHONE, SECTIONS, Library, OpenScreen, Screen


def test_home_shows_what_is_new_in_every_library(screen: Screen) -> None:
    page = screen.open()
    for title, _, _ in SECTIONS:
        shelf = page.get_by_role("region", name=f"New in {title}")
        expect(shelf.locator("article").first).to_be_visible()
    poster = page.get_by_role("region", name="New in Movies").locator("img").first
    screen.until("document.querySelector('section[aria-label=\"New in Movies\"] img').naturalWidth > 0")
    assert "/photo/:/transcode" in (poster.get_attribute("src") or "")


def test_a_library_is_filtered_and_sorted_as_the_server_describes_it(screen: Screen, library: Library) -> None:
    page = screen.open(f"#/section/{library.sections['Movies']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Movies")
    expect(page.locator(".count")).to_have_text("9 movies")
    titles = page.locator("[data-index] .title")
    expect(titles.first).to_have_text("Ember Coast")

    page.get_by_label("Sort by").select_option("year")
    expect(titles.first).to_have_text("A Field Guide to Thunder")
    page.get_by_label("Genre").focus()
    page.get_by_label("Genre").select_option(label="Documentary")
    expect(page.locator(".count")).not_to_have_text("9 movies")
    assert re.search(r"genre=\d+", page.url)

    page.reload()
    expect(page.get_by_label("Genre")).not_to_have_value("")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".count")).to_have_text("9 movies")


def test_a_film_shows_what_is_known_of_it(screen: Screen, library: Library) -> None:
    page = screen.open(f"#/section/{library.sections['Movies']}")
    page.get_by_role("link", name=re.compile("^The Lantern Tide")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Lantern Tide")
    main = page.get_by_role("main")
    for text in (
        "2021",
        "10 min",
        "Oda Fenwick-Roe",
        "Some lights are letters.",
        "Ilse Marrowby",
        "German (SRT External)",
    ):
        expect(main).to_contain_text(text)
    expect(page.get_by_role("region", name="Chapters").get_by_role("link")).to_have_count(6)
    expect(page.get_by_role("region", name="Extras").get_by_role("link")).to_have_count(2)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Movies")


def test_editions_and_versions_lead_to_each_other(screen: Screen, library: Library) -> None:
    page = screen.open(f"#/item/{library.item('Movies', 'An Orchard of Small Suns')['ratingKey']}")
    page.get_by_role("link", name="Director's Cut").click()
    expect(page.get_by_role("main")).to_contain_text("Director's Cut")

    screen.open(f"#/item/{library.item('Movies', 'Paper Comets')['ratingKey']}")
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    expect(page.get_by_role("link", name="Play this one")).to_have_count(2)


def test_a_file_that_is_converted_says_so_and_can_be_had(screen: Screen, library: Library) -> None:
    key = library.item("Movies", "Ember Coast")["ratingKey"]
    page = screen.open(f"#/item/{key}")
    expect(page.get_by_role("main")).to_contain_text("Is converted while it plays (HEVC video).")
    expect(page.get_by_role("link", name="Play", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".mkv")


def test_from_a_show_to_an_episode(screen: Screen, library: Library) -> None:
    page = screen.open(f"#/section/{library.sections['TV Shows']}")
    page.get_by_role("link", name=re.compile("^Harbour Nine")).click()
    expect(page.get_by_role("link", name="Play S1 E1")).to_be_visible()
    page.get_by_role("link", name=re.compile("^The Light")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Light")
    page.get_by_role("link", name=re.compile("^2 Low Water")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Low Water")
    page.get_by_role("link", name="Harbour Nine").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour Nine")


def test_marking_as_played_shows_everywhere(screen: Screen, library: Library) -> None:
    show = library.item("TV Shows", "The Cartographer's Hour", 2)
    page = screen.open(f"#/item/{show['ratingKey']}")
    mark = page.get_by_role("button", name="Mark as played", exact=True)
    mark.click()
    expect(page.get_by_role("button", name="Mark as not played", exact=True)).to_be_visible()
    screen.until("document.querySelectorAll('.seasons .seen').length === 2")
    assert library.full(show["ratingKey"])["viewedLeafCount"] == show["leafCount"]
    page.get_by_role("button", name="Mark as not played", exact=True).click()
    screen.until("document.querySelectorAll('.seasons .left').length === 2")


def test_an_album_lists_its_discs(screen: Screen, library: Library) -> None:
    page = screen.open(f"#/section/{library.sections['Music']}")
    page.get_by_role("link", name=re.compile("^Aster Vale")).click()
    page.get_by_role("link", name=re.compile("^Low Tide Letters")).click()
    expect(page.get_by_role("heading", name="Disc 2")).to_be_visible()
    expect(page.get_by_role("button", name="Play Postmark: Sea")).to_be_visible()


def test_home_videos_by_their_folders(screen: Screen, library: Library) -> None:
    page = screen.open(f"#/section/{library.sections['Home Videos']}")
    expect(page.locator(".count")).to_have_text("3 videos")
    page.get_by_role("link", name="Folders").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Folders")
    expect(page.locator("article")).to_have_count(3)


def test_photographs_by_keyboard(screen: Screen, library: Library) -> None:
    page = screen.open(f"#/section/{library.sections['Photos']}")
    page.get_by_role("link", name=re.compile("Osmund Bay in Winter")).click()
    expect(page.locator("[data-index]")).to_have_count(7)
    page.locator("[data-index] a").first.click()
    count = page.locator(".viewer .count")
    expect(count).to_have_text("1 / 7")
    screen.until("document.querySelector('.stage img').naturalWidth > 0")
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text("2 / 7")
    page.keyboard.press("End")
    expect(count).to_have_text("7 / 7")
    page.keyboard.press("i")
    expect(page.locator(".viewer dl")).to_contain_text("1500 × 1000")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Osmund Bay in Winter")


def test_photographs_of_all_albums_by_finger(screens: OpenScreen, library: Library) -> None:
    screen = screens(viewport=PHONE, touch=True)
    page = screen.open(f"#/section/{library.sections['Photos']}")
    page.get_by_role("button", name="All photos").click()
    expect(page.locator(".count")).to_have_text("14 photos")
    page.locator("[data-index] a").nth(6).click()
    count = page.locator(".viewer .count")
    expect(count).to_have_text("7 / 14")
    name = page.locator(".viewer .name").inner_text()
    swipe = """([from, to]) => {
        const stage = document.querySelector('.stage');
        const touch = (x) => new Touch({ identifier: 1, target: stage, clientX: x, clientY: 300 });
        const fire = (type, x, down) => stage.dispatchEvent(new TouchEvent(type,
            { bubbles: true, touches: down ? [touch(x)] : [], changedTouches: [touch(x)] }));
        fire('touchstart', from, true); fire('touchmove', to, true); fire('touchend', to, false);
    }"""
    page.evaluate(swipe, [300, 80])
    expect(count).to_have_text("8 / 14")
    expect(page.locator(".viewer .name")).not_to_have_text(name)
    page.evaluate(swipe, [80, 300])
    expect(page.locator(".viewer .name")).to_have_text(name)
    page.reload()
    expect(count).to_have_text("7 / 14")


def test_search_as_one_types(screen: Screen) -> None:
    page = screen.open()
    page.keyboard.press("/")
    field = page.get_by_label("Search your libraries")
    expect(field).to_be_focused()
    field.press_sequentially("lantern", delay=40)
    expect(page.get_by_role("region", name="Movies").locator("article")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"#/search\?q=lantern$"))
    field.fill("kettle")
    expect(page.get_by_role("heading", name="Tracks")).to_be_visible()
    field.fill("no such thing anywhere")
    expect(page.get_by_role("status").filter(has_text="Nothing found")).to_be_visible()
    field.fill("lantern")
    page.get_by_role("region", name="Movies").get_by_role("link", name=re.compile("^The Lantern Tide")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Lantern Tide")
    page.go_back()
    expect(page.get_by_label("Search your libraries")).to_have_value("lantern")


def test_every_page_fits_a_small_phone_and_names_what_can_be_pressed(screens: OpenScreen, library: Library) -> None:
    screen = screens(viewport=PHONE, touch=True)
    show = library.item("TV Shows", "Harbour Nine", 2)["ratingKey"]
    album = library.item("Music", "Night Bus Atlas", 9)["ratingKey"]
    film = library.item("Movies", "The Lantern Tide")["ratingKey"]
    addresses = ["#/", "#/libraries", "#/libraries/new", "#/settings", "#/search?q=night", f"#/item/{show}"]
    addresses += [f"#/item/{album}", f"#/item/{film}", "#/nowhere"]
    addresses += [f"#/section/{key}" for key in library.sections.values()]
    for address in addresses:
        page = screen.open(address)
        expect(page.locator("h1")).to_have_count(1)
        screen.settles()
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), f"{address} is wider than the screen"
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('button, a, input, select')].filter((one) =>
                 one.checkVisibility() && !one.ariaLabel && !one.innerText.trim() && !one.labels?.length
                 && !one.querySelector('[aria-label]')).map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert nameless == [], f"{address} has controls without a name"


def test_what_fails_says_so_and_can_be_tried_again(screens: OpenScreen, library: Library) -> None:
    screen = screens(expected=("ERR_FAILED",))
    page = screen.page
    # Nothing but the button tries again: asking whether the server is there goes on failing.
    page.route("**/activities*", lambda route: route.abort())
    listing = f"**/library/sections/{library.sections['Movies']}/all?*"
    page.route(listing, lambda route: route.abort())
    screen.open(f"#/section/{library.sections['Movies']}")
    expect(page.get_by_role("alert").first).to_contain_text("The server cannot be reached.")
    page.unroute(listing)
    page.get_by_role("button", name="Try again").first.click()
    expect(page.locator(".count")).to_have_text("9 movies")


def test_the_page_comes_with_a_strict_content_security_policy(screen: Screen) -> None:
    """That nothing in it is refused is checked after every test: a violation is an error in the console."""
    answer = screen.page.goto(f"{screen.server.url}/web/")
    assert answer is not None
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    screen.until("document.querySelectorAll('article').length > 0")
    with_inline_style = screen.page.locator("[onclick], [onload], script:not([src]), style").count()
    assert with_inline_style == 0
