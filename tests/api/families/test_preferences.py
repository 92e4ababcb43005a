"""Preferences as clients read and set them, and that they do what they say."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from tests.api.families.conftest import Home, connect
from tests.support.running import start_server

from vitascope.core.naming import sort_key
from vitascope.store.connection import make_engine, parse_url


def setting(home: Home, name: str) -> dict[str, object]:
    (found,) = home.container("/:/prefs/get", id=name)["Setting"]
    return dict(found)


def test_python_plexapi_reads_them_all(home: Home) -> None:
    settings = home.owner.settings
    assert {"friendlyName", "autoEmptyTrash", "onDeckWindow", "gdmEnabled"} <= {
        one.id[:1].lower() + one.id[1:] for one in settings.all()
    }
    assert settings.group("general")
    assert settings.get("autoEmptyTrash").value is True
    assert settings.get("OnDeckWindow").type == "int"
    assert settings.get("butlerStartHour").enumValues == {hour: f"{hour} h" for hour in range(24)}
    for name in ("DatabaseCacheSize", "butlerUpdateChannel", "butlerStartHour", "butlerEndHour"):
        assert isinstance(settings.get(name).value, int), f"{name} is read by Kometa"


def test_python_plexapi_sets_and_resets(home: Home) -> None:
    settings = home.owner.settings
    window = settings.get("onDeckWindow")
    window.set(99)
    settings.get("autoEmptyTrash").set(False)
    settings.get("friendlyName").set("Attic & cellar, 100 %")
    settings.save()
    again = connect(home.server.url, home.owner_token)
    assert again.settings.get("onDeckWindow").value == 99
    assert again.settings.get("autoEmptyTrash").value is False
    assert again.friendlyName == "Attic & cellar, 100 %"
    for one in ("onDeckWindow", "autoEmptyTrash"):
        again.settings.get(one).set(again.settings.get(one).default)
    again.settings.save()
    assert setting(home, "OnDeckWindow")["value"] == 16


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("1", True), ("0", False)])
def test_true_and_false_are_written_either_way(home: Home, text: str, value: bool) -> None:
    assert home.http.put(f"/:/prefs?autoEmptyTrash={text}").status_code == 200
    assert setting(home, "autoEmptyTrash")["value"] is value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("autoEmptyTrash", "perhaps"),
        ("OnDeckWindow", "many"),
        ("OnDeckWindow", "0"),
        ("OnDeckWindow", "9" * 30),
        ("OnDeckWindow", "9" * 5000),
        ("ButlerStartHour", "24"),
        ("butlerStartHour", "-1"),
        ("MinimumProgressTime", "-5"),
        ("LibraryVideoPlayedThreshold", "50"),
        ("FriendlyName", "two\nlines"),
        ("FriendlyName", "\x01"),
        ("FriendlyName", "x" * 20_000),
        ("DatabaseCacheSize", "0"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_changed(home: Home, name: str, value: str) -> None:
    before = home.container("/:/prefs")
    answer = home.http.put("/:/prefs", params={"OnDeckLimit": "7", name: value})
    assert answer.status_code == 400
    assert name.lower() in answer.text.lower()
    assert home.container("/:/prefs") == before


def test_unknown_ones_are_passed_over_and_unhonoured_ones_kept(home: Home) -> None:
    assert home.http.put("/:/prefs?NoSuchThing=1&sendCrashReports=1").status_code == 200
    assert home.http.get("/:/prefs/get?id=NoSuchThing").status_code == 404
    assert home.http.get("/:/prefs/get?id=sendCrashReports").status_code == 404
    assert "sendCrashReports" not in {one["id"] for one in home.container("/:/prefs")["Setting"]}
    assert 'sendCrashReports="1"' in (home.server.support / "Preferences.xml").read_text("utf-8")
    assert home.http.get("/:/prefs/get").status_code == 400


def test_secrets_are_neither_shown_nor_set(home: Home) -> None:
    assert setting(home, "PlexOnlineToken")["value"] == ""
    for name in ("PlexOnlineToken", "plexOnlineToken", "ProcessedMachineIdentifier", "MachineIdentifier"):
        assert home.http.put(f"/:/prefs?{name}=x").status_code == 400


def test_they_are_the_owners(home: Home) -> None:
    for method, path in (("GET", "/:/prefs"), ("GET", "/:/prefs/get?id=logDebug"), ("PUT", "/:/prefs?logDebug=0")):
        assert home.mia_http.request(method, path).status_code == 403
        assert home.server.client("wrong").request(method, path).status_code == 401


def test_what_may_be_deleted_is_said_at_once(home: Home) -> None:
    def allowed() -> bool | None:
        found: bool | None = connect(home.server.url, home.owner_token).allowMediaDeletion
        return found

    assert allowed() is None, "off unless the owner wants it"
    home.owner._allowMediaDeletion(True)
    assert allowed() is True
    connect(home.server.url, home.owner_token)._allowMediaDeletion(False)
    assert allowed() is None


def test_work_in_the_background_is_paused(home: Home) -> None:
    home.owner.conversions(pause=True)
    assert setting(home, "BackgroundQueueIdlePaused")["value"] is True
    home.owner.conversions(pause=False)
    assert setting(home, "BackgroundQueueIdlePaused")["value"] is False


def test_the_log_says_as_much_as_is_wanted(home: Home) -> None:
    for value in ("1", "0"):
        home.http.put(f"/:/prefs?LogVerbose={value}")
        home.http.put("/log", params={"level": "4", "message": f"verbose is {value}"})
    home.http.put("/log", params={"level": "1", "message": "the end"})
    log = home.server.log_with("the end")
    assert "verbose is 1" in log
    assert "verbose is 0" not in log


def test_being_found_is_switched(home: Home) -> None:
    """What is answered then: tests/discovery. Several servers of a machine share the port, so that it is not asked."""
    for value in ("0", "1"):
        assert home.http.put(f"/:/prefs?GdmEnabled={value}").status_code == 200
        assert setting(home, "gdmEnabled")["value"] is (value == "1")
        uses = sum(f":{32_414:04X} " in line for line in home_sockets(home))
        assert uses == int(value)


def home_sockets(home: Home) -> list[str]:
    """The UDP sockets of the server's process, as the kernel lists them."""
    process = Path(f"/proc/{home.server.process.pid}")
    inodes = set()
    for descriptor in (process / "fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            inodes.add(descriptor.readlink().name.removeprefix("socket:[").removesuffix("]"))
    lines = (process / "net" / "udp").read_text().splitlines()[1:]
    return [line for line in lines if line.split()[9] in inodes]


def test_a_start_up_setting_wins_and_says_so(fresh_home: Home) -> None:
    assert "setBy" not in setting(fresh_home, "TranscoderTempDirectory")
    config = fresh_home.server.config
    folder = config / "conversions"
    folder.mkdir()
    fresh_home.server.end()
    arguments = [str(part) for part in list(fresh_home.server.process.args)]  # type: ignore[arg-type]  # it is a list
    at = arguments.index("--database") if "--database" in arguments else len(arguments)
    again = start_server(config, "--transcode-dir", str(folder), *arguments[at : at + 2])
    try:
        client = again.client(fresh_home.owner_token, accept="application/json")
        (found,) = client.get("/:/prefs/get?id=transcoderTempDirectory").json()["MediaContainer"]["Setting"]
        assert (found["value"], found["setBy"]) == (str(folder), "VITASCOPE_TRANSCODE_DIR")
        answer = client.put("/:/prefs?TranscoderTempDirectory=/tmp")
        assert (answer.status_code, "VITASCOPE_TRANSCODE_DIR" in answer.text) == (400, True)
    finally:
        again.end()


def test_the_cache_of_the_database_is_what_is_set(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cache") / "x.db"
    with contextlib.closing(sqlite3.connect(path)):
        pass
    engine = make_engine(parse_url(path), size=1, read_only=True, cache_kib=12 * 1024)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -12 * 1024
    engine.dispose()


def test_the_library_is_sorted_by_the_articles_of_its_owner(home: Home) -> None:
    movies = home.section("Movies")

    def filed() -> list[tuple[str, str]]:
        return [(film.title, film.titleSort) for film in movies.search(sort="titleSort:asc")]

    before = filed()
    word = next(title for title, _ in before if " " in title).partition(" ")[0]
    assert home.http.put("/:/prefs", params={"ArticleStrings": f"the, {word.upper()}"}).status_code == 200
    home.server.wait_idle()
    after = dict(filed())
    first = next(title for title in after if title.startswith(f"{word} "))
    assert after[first] == first.removeprefix(f"{word} ")
    assert filed() == sorted(filed(), key=lambda film: sort_key(film[1]))
    assert [title for title, _ in filed()] != [title for title, _ in before]
    assert {film.title for film in home.mia.library.section("Movies").search(sort="titleSort:asc")} == set(after)
    assert home.mia_http.put("/:/prefs", params={"ArticleStrings": ""}).status_code == 403
    assert home.http.put("/:/prefs", params={"ArticleStrings": "the,das,der,a,an,el,la"}).status_code == 200
    home.server.wait_idle()
    assert filed() == before
