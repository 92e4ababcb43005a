"""A real Chromium before a real server with the demo library. The bundle is built when it is not current."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from benchmarks.seed_library import Seeder
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, ViewportSize, expect, sync_playwright
from tests.support.running import ROOT, RunningServer, start_server
from tests.support.snapshots import Snapshot, taken

from vitascope.ops.paths import SupportDir
from vitascope.store import migrate, people
from vitascope.store.engine import Database

SECTIONS = (
    ("Movies", "movie", "Plex Movie"),
    ("TV Shows", "show", "Plex TV Series"),
    ("Music", "artist", "Plex Music"),
    ("Audiobooks", "artist", "Plex Music"),
    ("Photos", "photo", "Plex Photo Scanner"),
    ("Home Videos", "movie", "Plex Video Files Scanner"),
)
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-features=BackForwardCache",  # a page left while a film plays kept its window from closing
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
FILMS = 12_000
PATIENCE_S = 60
"""How long anything may take on a busy machine."""
expect.set_options(timeout=PATIENCE_S * 1000)
IN_THE_PAGE = (Path(__file__).parent / "in_the_page.js").read_text()
"""What the page itself keeps for tests that may look late."""


@dataclass(kw_only=True)
class Screen:
    """One opened browser window, and everything in it that must not happen."""

    page: Page
    server: RunningServer
    problems: list[str] = field(default_factory=list)
    refused: list[Response] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    on_their_way: set[Request] = field(default_factory=set)
    expected: tuple[str, ...] = ()
    """Parts of problems that a test brings about on purpose."""

    def watch(self) -> None:
        self.page.add_init_script(IN_THE_PAGE)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("response", self._response)
        self.page.on("request", self._request)
        self.page.on("requestfinished", self._came)
        self.page.on("requestfailed", self._came)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.url}")
        elif response.status >= 400:
            self.refused.append(response)

    def _request(self, request: Request) -> None:
        self.requests.append(request)
        self.on_their_way.add(request)
        if not request.url.startswith(self.server.url):
            self.problems.append(f"leaves the server: {request.url}")

    def _came(self, request: Request) -> None:
        self.on_their_way.discard(request)

    def open(self, address: str = "#/") -> Page:
        """Goes to an address of the application."""
        self.page.goto(f"{self.server.url}/web/{address}")
        self.page.locator("main, .watch, .viewer").first.wait_for()
        return self.page

    def until(self, expression: str, seconds: float = PATIENCE_S) -> None:
        """Waits until a JavaScript expression is true. (The page forbids evaluated strings, so this polls.)"""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            if time.monotonic() > deadline:
                raise AssertionError(f"never true: {expression}")
            self.page.wait_for_timeout(50)

    def settles(self) -> None:
        """Waits until what was asked for is there and shown."""
        deadline = time.monotonic() + PATIENCE_S
        quiet = 0
        while quiet < 3:
            assert time.monotonic() < deadline, [one.url for one in self.on_their_way]
            self.page.wait_for_timeout(20)
            quiet = 0 if self.on_their_way else quiet + 1

    def told(self, text: str) -> None:
        """Waits until a note at the edge of the screen said this, also one that is gone again."""
        self.until(f"vitascopeTest.notes.some((one) => one.textContent.includes({json.dumps(text)}))")

    def check(self) -> None:
        # What a page gives up when it leaves a film may be refused on its way: the film's stream has ended by then.
        awaited = [one for one in self.refused if one.request.failure is None]
        problems = [*self.problems, *(f"{one.status}: {one.url}" for one in awaited)]
        unexpected = [one for one in problems if not any(part in one for part in self.expected)]
        assert not unexpected, unexpected


OpenScreen = Callable[..., Screen]


@dataclass(frozen=True, kw_only=True)
class Library:
    """The demo library on a server that nobody but the tests of one module uses."""

    server: RunningServer
    client: httpx.Client
    sections: dict[str, str]

    def item(self, section: str, title: str, item_type: int = 1) -> dict[str, Any]:
        """An item of a section by its title."""
        answer = self.client.get(
            f"/library/sections/{self.sections[section]}/all", params={"type": item_type, "title=": title}
        )
        items: list[dict[str, Any]] = answer.json()["MediaContainer"]["Metadata"]
        return next(item for item in items if item["title"] == title and "editionTitle" not in item)

    def full(self, key: object) -> dict[str, Any]:
        """An item with everything that is known of it."""
        item: dict[str, Any] = self.client.get(f"/library/metadata/{key}").json()["MediaContainer"]["Metadata"][0]
        return item


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The web application as its sources are now."""
    subprocess.run(["sh", str(ROOT / "web" / "build.sh")], check=True, stdout=subprocess.DEVNULL)
    return ROOT / "src" / "vitascope" / "api" / "web"


@pytest.fixture(scope="module")
def chromium(bundle: Path) -> Iterator[Browser]:
    """A browser; ended with the module, since it keeps an event loop running in this thread."""
    assert (bundle / "index.html").is_file()
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_OPTIONS))
        yield browser
        browser.close()


def open_screens(chromium: Browser, server: RunningServer) -> Iterator[OpenScreen]:
    """Opens windows on a server, and looks at what happened in them once they are closed."""
    screens: list[Screen] = []

    def open_screen(
        *,
        viewport: ViewportSize = LAPTOP,
        touch: bool = False,
        headers: dict[str, str] | None = None,
        expected: tuple[str, ...] = (),
    ) -> Screen:
        context = chromium.new_context(
            viewport=viewport, has_touch=touch, is_mobile=touch, extra_http_headers=headers or {}, locale="en-GB"
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        screen = Screen(page=context.new_page(), server=server, expected=expected)
        screen.watch()
        screens.append(screen)
        return screen

    yield open_screen
    for screen in screens:
        screen.page.context.close()
    for screen in screens:
        screen.check()


@pytest.fixture(scope="session")
def scanned(
    tmp_path_factory: pytest.TempPathFactory, demo_library: Path, database_arguments: Callable[[], list[str]]
) -> tuple[Snapshot, dict[str, str]]:
    """The demo library, scanned, and its sections."""
    arguments = database_arguments()
    server = start_server(tmp_path_factory.mktemp("scanned"), *arguments)
    client = server.client(accept="application/json")
    server.find_no_markers()
    sections: dict[str, str] = {}
    for title, kind, scanner in SECTIONS:
        query = {"name": title, "type": kind, "scanner": scanner, "language": "en-US"}
        answer = client.post("/library/sections", params={**query, "location": str(demo_library / title)})
        sections[title] = answer.json()["MediaContainer"]["Directory"][0]["key"]
    return taken(server, arguments), sections


@pytest.fixture(scope="module")
def library(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    scanned: tuple[Snapshot, dict[str, str]],
) -> Iterator[Library]:
    """A server with the demo library."""
    snapshot, sections = scanned
    server = snapshot.restored(request, tmp_path_factory.mktemp("web"))
    yield Library(server=server, client=server.client(accept="application/json"), sections=sections)
    server.end()


@pytest.fixture
def screens(chromium: Browser, library: Library) -> Iterator[OpenScreen]:
    """Opens windows on the demo library; fails when one logged an error or asked another machine."""
    yield from open_screens(chromium, library.server)


@pytest.fixture
def screen(screens: OpenScreen) -> Screen:
    """A window of a laptop's size on the demo library."""
    return screens()


@pytest.fixture
def fresh(chromium: Browser, server: RunningServer) -> Iterator[Screen]:
    """A window on a server without libraries."""
    for open_screen in open_screens(chromium, server):
        yield open_screen()


@pytest.fixture(scope="module")
def crowded(
    tmp_path_factory: pytest.TempPathFactory, database_arguments: Callable[[], list[str]]
) -> Iterator[RunningServer]:
    """A server with more films than a page can hold; there are no files behind them."""
    config = tmp_path_factory.mktemp("crowded")
    arguments = database_arguments()
    url: str | Path = arguments[1] if arguments else SupportDir.for_config(config, {}).database
    if isinstance(url, Path):
        url.parent.mkdir(parents=True, exist_ok=True)
    migrate.ensure(url)
    with Database(url) as database:
        database.write(people.ensure_owner).result()
        seeder = Seeder(database, 1)
        seeder.movies(FILMS)
        seeder.finish()
    server = start_server(config, *arguments)
    yield server
    server.end()


@pytest.fixture
def crowd(chromium: Browser, crowded: RunningServer) -> Iterator[Screen]:
    """A window on the library of many films."""
    for open_screen in open_screens(chromium, crowded):
        yield open_screen(expected=("/photo/:/transcode", "404"))
