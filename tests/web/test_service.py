"""The owner's page of the service: tasks, actions, health and the doctor, in a real browser on a fresh server."""

from playwright.sync_api import ViewportSize, expect
from tests.web.conftest import LAPTOP, Screen

PHONE: ViewportSize = {"width": 390, "height": 844}


FITS = "document.documentElement.scrollWidth <= window.innerWidth"
"""Nothing sticks out at the side."""


def test_what_fails_is_told_and_tried_again(fresh: Screen) -> None:
    fresh.expected = ("503: ",)
    page = fresh.page
    page.route("**/vitascope/tasks*", lambda route: route.fulfill(status=503))
    page.route("**/vitascope/health*", lambda route: route.fulfill(status=503))
    fresh.open("#/settings/service")
    to_do = page.get_by_role("region", name="To do")
    expect(to_do.get_by_role("alert")).to_contain_text("Loading the tasks failed")
    expect(page.get_by_role("region", name="Health").get_by_role("alert")).to_be_visible()
    page.unroute("**/vitascope/tasks*")
    to_do.get_by_role("button", name="Try again").click()
    expect(to_do.get_by_role("listitem")).to_have_count(2)


def test_a_fresh_page_fits_a_phone(fresh: Screen) -> None:
    fresh.page.set_viewport_size(PHONE)
    page = fresh.open("#/settings/service")
    expect(page.get_by_role("region", name="To do").get_by_role("listitem")).to_have_count(2)
    fresh.until(FITS)


def test_from_the_settings_to_a_service_that_has_nothing_left_to_do(fresh: Screen) -> None:
    """The last one: it gives the server an owner."""
    fresh.expected = ("400: ", "401: ", "WebSocket")
    page = fresh.open("#/settings")
    page.get_by_role("link", name="Look after the service").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Service")
    to_do = page.get_by_role("region", name="To do")
    expect(to_do.get_by_role("listitem")).to_have_count(2)

    # The button of a task opens the form of its action; what the server refuses is told there.
    to_do.get_by_role("button", name="Select Media Sources").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Select Media Sources").click()
    expect(form.get_by_role("alert")).to_contain_text("Media Sources: choose at least one")
    form.get_by_label("Nextcloud").check()
    form.get_by_role("button", name="Select Media Sources").click()
    expect(form).to_have_count(0)
    expect(to_do.get_by_role("listitem")).to_have_count(1)
    expect(to_do).to_contain_text("Needs Nextcloud >=32.0.8:0")

    # A name is set while the server is stopped, and the page says how.
    actions = page.get_by_role("region", name="Actions")
    expect(actions.get_by_role("button", name="Open: Set Server Name")).to_be_disabled()
    expect(actions).to_contain_text("vitascope action run server-name --input name=…")

    health = page.get_by_role("region", name="Health")
    expect(health).to_contain_text("The Plex web interface is ready", timeout=60_000)
    health.get_by_role("button", name="Look again").click()
    expect(health.get_by_role("listitem")).to_have_count(8)

    doctor = page.get_by_role("region", name="Doctor")
    doctor.get_by_role("button", name="Examine the server").click()
    expect(doctor).to_contain_text("/data/nextcloud", timeout=120_000)
    expect(doctor.locator("code").first).to_be_visible()
    for size in (LAPTOP, PHONE):
        page.set_viewport_size(size)
        fresh.until(FITS)

    # With the owner the last task is gone, and this window is a stranger's until somebody signs in.
    to_do.get_by_role("button", name="Link Plex Account").click()
    form.get_by_label("Owner").fill("anna")
    form.get_by_label("Password").fill("correct horse battery")
    form.get_by_role("button", name="Link Plex Account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is there?")
